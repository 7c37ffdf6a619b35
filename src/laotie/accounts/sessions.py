"""Web sessions and app tokens: from a request to the Actor. The same for every surface.

A browser holds the session in a cookie; an app sends the session's key as `X-Session-Token`.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from uuid import UUID

from allauth.headless.contrib.ninja.security import x_session_token_auth
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, login, logout, update_session_auth_hash
from django.http import HttpRequest

from laotie.accounts import models, roles
from laotie.kernel.actor import Actor
from laotie.kernel.errors import SignInFirst

TOKEN_HEADER = "X-Session-Token"  # noqa: S105 - the header's name.
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_KEPT = "_laotie_actor"


def open_session(request: HttpRequest, person_id: UUID) -> str:
    """The request's session belongs to this person under a fresh key, which is returned.

    The caller has recognised the person (`sign_in`, and `second_step` if asked for).
    """
    person = models.Person.objects.get(pk=person_id, is_active=True)
    login(request, person, backend=_BACKEND)
    request.session.save()
    setattr(request, _KEPT, None)
    assert request.session.session_key
    return request.session.session_key


def open_token(request: HttpRequest, person_id: UUID) -> str:
    """A fresh session for an app, by its key; a browser behind this request gets no cookie."""
    token = open_session(request, person_id)
    request.session = type(request.session)()
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
    return token


def close_session(request: HttpRequest) -> None:
    """Whoever was signed in on this request is not any more, neither by cookie nor by token."""
    token = request.headers.get(TOKEN_HEADER)
    if token and x_session_token_auth(request) is not None:
        type(request.session)(token).delete()
    logout(request)
    setattr(request, _KEPT, None)


def keep_after_password_change(request: HttpRequest, person_id: UUID) -> None:
    """This session goes on after its owner's password changed; all others have ended."""
    person = models.Person.objects.get(pk=person_id)
    if not by_token(request):
        update_session_auth_hash(request, person)
        return
    session = type(request.session)(request.headers[TOKEN_HEADER])
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()


def actor(request: HttpRequest, *, via: str) -> Actor:
    """Who is asking, with the rights of this moment. Worked out once per request."""
    kept = getattr(request, _KEPT, None)
    if kept is None:
        kept = roles.actor_of(_person_id(request), via)
        setattr(request, _KEPT, kept)
    assert isinstance(kept, Actor)
    return kept


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


def _is_among(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks if network.version == parsed.version)


def by_token(request: HttpRequest) -> bool:
    """Whether the asker proves themselves by token, not by cookie; then CSRF is no danger."""
    return TOKEN_HEADER in request.headers


def _person_id(request: HttpRequest) -> UUID | None:
    if by_token(request):
        # A token that does not work is never silently somebody else's cookie.
        person = x_session_token_auth(request)
        if person is None:
            raise SignInFirst
        assert isinstance(person, models.Person)
        return person.id
    user = request.user
    return user.id if isinstance(user, models.Person) else None
