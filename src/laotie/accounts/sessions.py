"""Web sessions and app tokens: from a request to the Actor. The same for every surface.

A browser holds the session in a cookie; an app sends the session's key as `X-Session-Token`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from uuid import UUID

from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, login, logout, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from laotie.accounts import agents, models, push, roles, second_step
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, SignInFirst
from laotie.kernel.use_case import use_case

TOKEN_HEADER = "X-Session-Token"  # noqa: S105 - the header's name.
LOOPBACK = "loopback"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_KEPT, _FOUND = "_laotie_actor", "_laotie_token_session"
# Kept in the session, on the wall clock, in seconds.
_STEP_AT, _SEEN_AT = "laotie_step_at", "laotie_seen_at"
_SEEN_EVERY_S = 300


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One place where a person is signed in. `browser` and `system` are empty if unknown."""

    id: UUID
    is_app: bool
    browser: str
    system: str
    opened_at: datetime
    seen_at: datetime
    is_this: bool


def open_session(
    request: HttpRequest, person_id: UUID, *, is_proven: bool = False, is_app: bool = False
) -> str:
    """The request's session belongs to this person under a fresh key, which is returned.

    The caller has recognised the person (`sign_in`, and `second_step` if asked for).
    is_proven: by a second step or a passkey, just now.
    """
    person = models.Person.objects.get(pk=person_id, is_active=True)
    login(request, person, backend=_BACKEND)
    wall = clock.wall()
    request.session[_SEEN_AT] = wall.timestamp()
    if is_proven:
        request.session[_STEP_AT] = wall.timestamp()
    request.session.save()
    _forget(request)
    key = request.session.session_key
    assert key
    browser, system = agents.read(request.headers.get("User-Agent", ""))
    models.PersonSession.objects.create(
        person=person,
        session_key=key,
        is_app=is_app,
        browser=browser,
        system=system,
        opened_at=wall,
        seen_at=wall,
    )
    return key


def open_token(request: HttpRequest, person_id: UUID, *, is_proven: bool = False) -> str:
    """A fresh session for an app, by its key; a browser behind this request gets no cookie."""
    token = open_session(request, person_id, is_proven=is_proven, is_app=True)
    request.session = type(request.session)()
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
    return token


def close_session(request: HttpRequest) -> None:
    """Whoever was signed in on this request is not any more, neither by cookie nor by token.

    Its browser takes their pushes no more.
    """
    keys, reached = [request.session.session_key], push.of_session(_session(request))
    if reached is not None:
        push.end(subscription_id=reached, now=clock.now())
    if by_token(request) and _token_session(request) is not None:
        keys.append(request.headers[TOKEN_HEADER])
        type(request.session)(request.headers[TOKEN_HEADER]).delete()
    logout(request)
    models.PersonSession.objects.filter(session_key__in=[key for key in keys if key]).delete()
    _forget(request)


def keep_after_password_change(request: HttpRequest, person_id: UUID) -> None:
    """This session goes on after its owner's password changed; all others have ended."""
    person = models.Person.objects.get(pk=person_id)
    before = session_key(request)
    if not by_token(request):
        update_session_auth_hash(request, person)
        request.session.save()
    else:
        session = type(request.session)(request.headers[TOKEN_HEADER])
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
    _follow(person_id=person_id, before=before, after=session_key(request))
    _forget(request)


@use_case
def _follow(*, person_id: UUID, before: str, after: str) -> None:
    models.PersonSession.objects.filter(session_key=before).update(session_key=after)
    second_step.end_sessions(person_id, but_for=after)


def take_pushes(request: HttpRequest, subscription_id: UUID) -> None:
    """This browser takes pushes until whoever is signed in on this request signs out."""
    push.belong_to(_session(request), subscription_id)
    _forget(request)


def mark_step(request: HttpRequest) -> None:
    """Whoever is signed in on this request has proven themselves by a second step, just now."""
    session = _session(request)
    session[_STEP_AT] = clock.wall().timestamp()
    session.save()
    _forget(request)


def session_key(request: HttpRequest) -> str:
    """The key of the session that this request belongs to; empty if it has none."""
    return _session(request).session_key or ""


def mine(actor: Actor, *, this_key: str) -> tuple[SessionCard, ...]:
    """Where the person is signed in, newest use first. Two queries."""
    rows = list(models.PersonSession.objects.filter(person=actor.require_person()))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.wall()
        ).values_list("session_key", flat=True)
    )
    return tuple(
        SessionCard(
            id=row.id,
            is_app=row.is_app,
            browser=row.browser,
            system=row.system,
            opened_at=row.opened_at,
            seen_at=row.seen_at,
            is_this=row.session_key == this_key,
        )
        for row in sorted(rows, key=lambda row: row.seen_at, reverse=True)
        if row.session_key in alive
    )


@use_case
def end(*, actor: Actor, session_id: UUID) -> None:
    """One of one's own sessions ends. raises: SignInFirst, NotFound."""
    row = models.PersonSession.objects.filter(pk=session_id, person=actor.require_person()).first()
    if row is None:
        raise NotFound
    push.end_with([row.session_key], now=clock.wall())
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()


@use_case
def end_others(*, actor: Actor, this_key: str) -> int:
    """All of one's own sessions end but this one; how many. raises: SignInFirst."""
    return second_step.end_sessions(actor.require_person(), but_for=this_key)


def actor(request: HttpRequest, *, via: str) -> Actor:
    """Who is asking, with the rights of this moment. Worked out once per request.

    What needs a second step is held back until this session has given one.
    """
    kept = getattr(request, _KEPT, None)
    if kept is None:
        person_id = _person_id(request)
        kept = roles.actor_of(person_id, via)
        if kept.person_id is not None:
            session = _session(request)
            kept = roles.held_back(kept, proven_s_ago=_age_s(session, _STEP_AT))
            _touch(session)
        setattr(request, _KEPT, kept)
    assert isinstance(kept, Actor)
    return kept


def _age_s(session: SessionBase, name: str) -> float | None:
    at = session.get(name)
    return None if at is None else clock.wall().timestamp() - at


def _touch(session: SessionBase) -> None:
    """Now and then, note that the session is in use; not at every request."""
    age_s = _age_s(session, _SEEN_AT)
    if age_s is None or age_s < _SEEN_EVERY_S:
        return
    wall = clock.wall()
    session[_SEEN_AT] = wall.timestamp()
    session.save()
    models.PersonSession.objects.filter(session_key=session.session_key).update(seen_at=wall)


def _forget(request: HttpRequest) -> None:
    setattr(request, _KEPT, None)
    setattr(request, _FOUND, None)


def visitor_address(request: HttpRequest) -> str:
    """Where a request came from, for limits: a trusted proxy is believed, nobody else is."""
    trusted = [ip_network(network) for network in settings.LAOTIE.trusted_proxies]
    told = request.headers.get("X-Forwarded-For", "")[:1000].split(",")
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    hops = [*(hop.strip() for hop in told if hop.strip()), nearest]
    # From the near end: the first that is no proxy of ours is who the last of them saw.
    address = hops.pop()
    while hops and _is_among(address, trusted):
        address = hops.pop()
    return address


def place_of(address: str) -> str:
    """The part of an address that one household or office shares; `LOOPBACK` for this machine."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    parsed = _unwrapped(parsed)
    if parsed.is_loopback:
        return LOOPBACK
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, 64), strict=False))
    return str(parsed)


def _is_among(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    parsed = _unwrapped(parsed)
    return any(parsed in network for network in networks if network.version == parsed.version)


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that one of IPv6 only carries, as a door for both sees it."""
    return getattr(address, "ipv4_mapped", None) or address


def by_token(request: HttpRequest) -> bool:
    """Whether the asker proves themselves by token, not by cookie; then CSRF is no danger."""
    return TOKEN_HEADER in request.headers


def _session(request: HttpRequest) -> SessionBase:
    found = _token_session(request) if by_token(request) else None
    return found[1] if found is not None else request.session


def _token_session(request: HttpRequest) -> tuple[models.Person, SessionBase] | None:
    """Whose token the request bears, and its session; looked up once per request."""
    found: tuple[models.Person, SessionBase] | None = getattr(request, _FOUND, None)
    if found is None:
        found = authenticate_by_x_session_token(request.headers[TOKEN_HEADER])
        setattr(request, _FOUND, found)
    return found


def _person_id(request: HttpRequest) -> UUID | None:
    if by_token(request):
        # A token that does not work is never silently somebody else's cookie.
        found = _token_session(request)
        if found is None:
            raise SignInFirst
        assert isinstance(found[0], models.Person)
        return found[0].id
    user = request.user
    return user.id if isinstance(user, models.Person) else None
