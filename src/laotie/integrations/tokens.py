"""Tokens: a secret acts for its person, within scopes, perhaps in one shop, until it is revoked."""

import dataclasses
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import roles
from laotie.integrations import models, rules
from laotie.integrations.rules import Scope
from laotie.kernel import sql
from laotie.kernel.actor import SENSITIVE, Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, SignInFirst
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import use_case

__all__ = ["Scope"]

PREFIX = "lt_"
NAME_LETTERS = 40
_USED_WITHIN = timedelta(minutes=1)
_LONGEST = timedelta(days=3650)


class ScopeMissing(Refusal):
    code = "SCOPE_MISSING"
    status = 403
    message = _("This token may not do this. It needs the scope %(scope)s.")


class TooManyTokens(Refusal):
    code = "TOO_MANY_TOKENS"
    message = _("You have as many tokens as one may have. Revoke one first.")


@dataclass(frozen=True, slots=True)
class AppCard:
    id: UUID
    name: str
    scopes: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class TokenCard:
    """What is shown of a token afterwards."""

    id: UUID
    name: str
    app_name: str
    shop_id: UUID | None
    scopes: tuple[str, ...]
    hint: str
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """`secret` is shown this once."""

    card: TokenCard
    secret: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token acts for, and within what."""

    actor: Actor
    scopes: frozenset[str]


@use_case
def make_app(*, actor: Actor, name: str, scopes: Iterable[str], now: datetime) -> AppCard:
    """A program that people can make tokens for. raises: SignInFirst, Invalid."""
    row = models.App.objects.create(
        owner_id=actor.require_person(),
        name=clean_line(name, field="name", longest=NAME_LETTERS),
        scopes=_clean(scopes),
        made_at=now,
    )
    return _app_card(row)


def my_apps(*, actor: Actor) -> tuple[AppCard, ...]:
    """One's own programs, newest first. One query."""
    rows = models.App.objects.filter(owner=actor.require_person(), ended_at__isnull=True)
    return tuple(_app_card(row) for row in rows.order_by("-made_at"))


@use_case
def end_app(*, actor: Actor, app_id: UUID, now: datetime) -> None:
    """The program is no more, and none of its tokens works. raises: SignInFirst, NotFound."""
    ended = models.App.objects.filter(
        pk=app_id, owner=actor.require_person(), ended_at__isnull=True
    ).update(ended_at=now)
    if not ended:
        raise NotFound
    models.Token.objects.filter(app=app_id, ended_at__isnull=True).update(ended_at=now)


@use_case
def issue(
    *,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    shop_id: UUID | None = None,
    app_id: UUID | None = None,
    days: int | None = None,
    now: datetime,
) -> NewToken:
    """A token that acts for the person, who alone sees its secret, once.

    shop_id: with it, the token has rights in that shop alone.
    app_id:  with it, the scopes stay within the app's.
    days:    how long it works; None for until it is revoked.
    raises:  SignInFirst, SecondStepNeeded (scopes of the desk), Invalid, NotFound, TooManyTokens.
    """
    person_id = actor.require_person()
    wanted = _clean(scopes)
    if "desk" in rules.areas(frozenset(wanted)):
        actor.require_role("operator")
        actor.require_recent_step()
    if shop_id is not None and shop_id not in actor.shop_rights:
        raise NotFound
    if days is not None and not 1 <= days <= _LONGEST.days:
        raise Invalid(field="days", reason="range")
    app = None
    if app_id is not None:
        app = models.App.objects.filter(pk=app_id, ended_at__isnull=True).first()
        if app is None:
            raise NotFound
        if not set(wanted) <= set(app.scopes):
            raise Invalid(field="scopes", reason="choice")
    mine = models.Token.objects.filter(person=person_id, ended_at__isnull=True)
    if mine.count() >= rules.TOKENS_PER_PERSON:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    row = models.Token.objects.create(
        person_id=person_id,
        app=app,
        shop_id=shop_id,
        name=clean_line(name, field="name", longest=NAME_LETTERS),
        scopes=wanted,
        hash=_hash(secret),
        hint=secret[-4:],
        made_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    return NewToken(_card(row), secret)


def mine(*, actor: Actor) -> tuple[TokenCard, ...]:
    """One's own tokens that still work or ran out, newest first. One query."""
    rows = models.Token.objects.filter(person=actor.require_person(), ended_at__isnull=True)
    return tuple(_card(row) for row in rows.select_related("app").order_by("-made_at"))


@use_case
def revoke(*, actor: Actor, token_id: UUID, now: datetime) -> None:
    """The token works no more. raises: SignInFirst, NotFound."""
    ended = models.Token.objects.filter(
        pk=token_id, person=actor.require_person(), ended_at__isnull=True
    ).update(ended_at=now)
    if not ended:
        raise NotFound


def bearer(secret: str, *, now: datetime) -> Bearer:
    """Who asks with this secret, with the rights of this moment. Two queries, seldom three.

    raises: SignInFirst for one that does not work.
    """
    if not secret.startswith(PREFIX) or len(secret) > 100 or not secret.isascii():
        raise SignInFirst
    row = models.Token.objects.filter(hash=_hash(secret), ended_at__isnull=True).first()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        raise SignInFirst
    person = roles.actor_of(row.person_id, "api")
    if person.person_id is None:
        raise SignInFirst
    if row.used_at is None or now - row.used_at >= _USED_WITHIN:
        # Not for keeps: two requests at once may both write, and the later one stays.
        sql.change("UPDATE integrations_token SET used_at = %s WHERE id = %s", [now, row.id])
    scopes = frozenset(row.scopes)
    return Bearer(_within(person, scopes, row.shop_id), scopes)


def _within(person: Actor, scopes: frozenset[str], shop_id: UUID | None) -> Actor:
    """The person with no more than the scopes allow. A token never counts as a second step."""
    areas = rules.areas(scopes)
    kept = set[str]()
    if "desk" in areas and shop_id is None:
        kept.add("operator")
    if "stage" in areas:
        kept.add("creator")
    rights = {
        shop: rules.rights_within(frozenset(held), scopes)
        for shop, held in person.shop_rights.items()
        if shop_id is None or shop == shop_id
    }
    return dataclasses.replace(
        person,
        roles=person.roles & kept,
        shop_rights={shop: held for shop, held in rights.items() if held},
        creator_id=person.creator_id if areas & {"stage", "money"} and shop_id is None else None,
        withheld=person.withheld | {SENSITIVE},
    )


def _clean(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(Scope):
        raise Invalid(field="scopes", reason="choice")
    return wanted


def _hash(secret: str) -> bytes:
    """The secret has 256 random bits, so a plain hash does."""
    return hashlib.sha256(secret.encode()).digest()


def _app_card(row: models.App) -> AppCard:
    return AppCard(row.id, row.name, tuple(row.scopes), row.made_at)


def _card(row: models.Token) -> TokenCard:
    return TokenCard(
        id=row.id,
        name=row.name,
        app_name=row.app.name if row.app else "",
        shop_id=row.shop_id,
        scopes=tuple(row.scopes),
        hint=row.hint,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
