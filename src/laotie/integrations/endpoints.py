"""Webhook endpoints: where a shop's events go, what they hear, and the secret that signs."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.integrations import models, news, rules
from laotie.kernel import crypto, outbound
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case

CONTEXT = "integrations.secret"


class TooManyEndpoints(Refusal):
    code = "TOO_MANY_ENDPOINTS"
    message = _("A shop has at most ten endpoints. Remove one first.")


@dataclass(frozen=True, slots=True)
class EndpointCard:
    """rests_until: the target failed so often that it is left alone until then.
    next_from: from when on a new secret signs."""

    id: UUID
    shop_id: UUID
    url: str
    kinds: tuple[str, ...]
    key_id: str
    next_from: datetime | None
    rests_until: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class NewSecret:
    """`secret` is shown this once; it signs from `valid_from` on, under `key_id`."""

    endpoint: EndpointCard
    key_id: str
    secret: str
    valid_from: datetime


@use_case
def add(*, actor: Actor, shop_id: UUID, url: str, kinds: Iterable[str], now: datetime) -> NewSecret:
    """The shop's events of these kinds go there from now on.

    raises: SignInFirst, NotFound, NotAllowed, AddressRefused, Invalid, TooManyEndpoints.
    """
    actor.require_shop(shop_id, "manage")
    standing = models.Endpoint.objects.filter(shop=shop_id, ended_at__isnull=True)
    if standing.count() >= rules.ENDPOINTS_PER_SHOP:
        raise TooManyEndpoints
    key_id, secret = _make()
    row = models.Endpoint.objects.create(
        shop_id=shop_id,
        url=outbound.clean_url(url),
        kinds=_clean(actor, shop_id, kinds),
        key_id=key_id,
        sealed=crypto.seal(secret, context=CONTEXT),
        made_by_id=actor.require_person(),
        made_at=now,
    )
    return NewSecret(_card(row), key_id, secret, now)


@use_case
def change(
    *, actor: Actor, endpoint_id: UUID, url: str, kinds: Iterable[str], now: datetime
) -> EndpointCard:
    """It goes there, and hears these kinds, from now on. What waits goes to the new address."""
    del now
    row = _lock(actor, endpoint_id)
    row.url, row.kinds = outbound.clean_url(url), _clean(actor, row.shop_id, kinds)
    row.failures, row.rests_until = 0, None
    row.save(update_fields=["url", "kinds", "failures", "rests_until"])
    return _card(row)


@use_case
def rotate(*, actor: Actor, endpoint_id: UUID, now: datetime) -> NewSecret:
    """A new secret, which signs an hour from now: time to tell it to the receiver.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    row = _lock(actor, endpoint_id)
    _take_over(row, now)
    key_id, secret = _make()
    row.next_key_id, row.next_sealed = key_id, crypto.seal(secret, context=CONTEXT)
    row.next_from = now + rules.NEW_SECRET_AFTER
    row.save()
    return NewSecret(_card(row), key_id, secret, row.next_from)


@use_case
def remove(*, actor: Actor, endpoint_id: UUID, now: datetime) -> None:
    """Nothing goes there any more, and the secret is forgotten; the log stays.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    row = _lock(actor, endpoint_id)
    row.ended_at, row.sealed, row.next_sealed = now, b"", b""
    row.save(update_fields=["ended_at", "sealed", "next_sealed"])


def of_shop(shop_id: UUID, *, actor: Actor) -> tuple[EndpointCard, ...]:
    """Where the shop's events go. One query. raises: SignInFirst, NotFound, NotAllowed."""
    actor.require_shop(shop_id, "manage")
    rows = models.Endpoint.objects.filter(shop=shop_id, ended_at__isnull=True)
    return tuple(_card(row) for row in rows.order_by("made_at"))


def card(endpoint_id: UUID, *, actor: Actor) -> EndpointCard:
    """One query. raises: SignInFirst, NotFound, NotAllowed."""
    return _card(find(actor, endpoint_id))


def find(actor: Actor, endpoint_id: UUID) -> models.Endpoint:
    """raises: SignInFirst, NotFound, NotAllowed."""
    actor.require_person()
    row = models.Endpoint.objects.filter(pk=endpoint_id, ended_at__isnull=True).first()
    if row is None:
        raise NotFound
    actor.require_shop(row.shop_id, "manage")
    return row


def signing_key(row: models.Endpoint, now: datetime) -> tuple[str, bytes]:
    """Key id and secret that sign at this moment."""
    is_next = row.next_from is not None and row.next_from <= now
    sealed = row.next_sealed if is_next else row.sealed
    key_id = row.next_key_id if is_next else row.key_id
    return key_id, crypto.unseal(bytes(sealed), context=CONTEXT).encode()


@needs_transaction
def _lock(actor: Actor, endpoint_id: UUID) -> models.Endpoint:
    find(actor, endpoint_id)
    return models.Endpoint.objects.select_for_update().get(pk=endpoint_id)


def _take_over(row: models.Endpoint, now: datetime) -> None:
    """A new secret whose hour has come is the secret."""
    if row.next_from is not None and row.next_from <= now:
        row.key_id, row.sealed = row.next_key_id, row.next_sealed


def _make() -> tuple[str, str]:
    return f"whk_{secrets.token_hex(5)}", f"whs_{secrets.token_urlsafe(32)}"


def _clean(actor: Actor, shop_id: UUID, kinds: Iterable[str]) -> list[str]:
    """News of payouts is for who may see the shop's money. raises: Invalid, NotAllowed."""
    wanted = sorted(set(kinds))
    if not wanted or not set(wanted) <= news.KINDS.keys():
        raise Invalid(field="kinds", reason="choice")
    if news.OF_MONEY & set(wanted):
        actor.require_shop(shop_id, "money")
    return wanted


def _card(row: models.Endpoint) -> EndpointCard:
    return EndpointCard(
        id=row.id,
        shop_id=row.shop_id,
        url=row.url,
        kinds=tuple(row.kinds),
        key_id=row.key_id,
        next_from=row.next_from,
        rests_until=row.rests_until,
        made_at=row.made_at,
    )
