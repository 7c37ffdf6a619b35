"""Where people want their goods. Sealed at rest, masked on screens, revealed with a reason."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import models, people, phones, regions, rules
from laotie.accounts.rules import Right
from laotie.kernel import crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal, TooMany
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

log = logging.getLogger(__name__)

LINE_LETTERS = 120
_BOOK = "address"  # What a seal was made for: a row of the address book …
_ORDER = "order-address"  # … or an order, which keeps its own copy.


class TooManyAddresses(Refusal):
    code = "TOO_MANY_ADDRESSES"
    message = _("You can keep %(most)s addresses. Remove one first.")


@dataclass(frozen=True, slots=True)
class AddressCard:
    """An address as its owner sees it in lists: masked."""

    id: UUID
    public_id: str
    name: str
    phone: str
    line: str
    region_code: str
    region: dict[str, str]
    is_default: bool


@dataclass(frozen=True, slots=True)
class PlainAddress:
    """A whole address. Never stored, logged or cached in this form."""

    name: str
    phone: str
    line: str
    region_code: str
    region: dict[str, str]

    def __repr__(self) -> str:
        return "PlainAddress(…)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class SealedAddress:
    """What an order keeps: the sealed whole, and the masks that screens show."""

    sealed: bytes
    masked: dict[str, str]
    region_code: str


@use_case
def add(
    *,
    actor: Actor,
    name: str,
    phone: str,
    region_code: str,
    line: str,
    is_default: bool = False,
    now: datetime,
) -> AddressCard:
    """One more address in one's own book; the first one is the default.

    raises: SignInFirst, Invalid, TooManyAddresses.
    """
    person_id = actor.require_person()
    fields = _clean(name, phone, region_code, line)
    models.Person.objects.select_for_update().get(pk=person_id)  # Two at once would both be first.
    kept = models.Address.objects.filter(person=person_id, removed_at__isnull=True).count()
    if kept >= rules.ADDRESSES_PER_PERSON:
        raise TooManyAddresses(most=rules.ADDRESSES_PER_PERSON)
    if is_default:
        _no_default(person_id)
    row = models.Address(person_id=person_id, is_default=is_default or kept == 0, added_at=now)
    _write(row, fields)
    row.save(force_insert=True)
    return _as_card(row)


@use_case
def change(
    *,
    actor: Actor,
    address_id: UUID,
    name: str,
    phone: str,
    region_code: str,
    line: str,
    is_default: bool = False,
    now: datetime,
) -> AddressCard:
    """One of one's own addresses is as given; orders keep what they were placed with."""
    person_id = actor.require_person()
    fields = _clean(name, phone, region_code, line)
    models.Person.objects.select_for_update().get(pk=person_id)
    row = _own(person_id, address_id)
    if is_default:
        _no_default(person_id)
        row.is_default = True
    _write(row, fields)
    row.save()
    return _as_card(row)


@use_case
def remove(*, actor: Actor, address_id: UUID, now: datetime) -> None:
    """The address is in the book no more, and its sealed text is gone."""
    person_id = actor.require_person()
    models.Person.objects.select_for_update().get(pk=person_id)
    row = _own(person_id, address_id)
    row.removed_at, row.is_default, row.sealed = now, False, b""
    row.masked_name = row.masked_phone = row.masked_line = ""
    row.order_sealed = row.order_masked = None
    row.save()


def mine(*, actor: Actor) -> tuple[AddressCard, ...]:
    """One's own addresses, the default first. One query."""
    rows = models.Address.objects.filter(person=actor.require_person(), removed_at__isnull=True)
    return tuple(_as_card(row) for row in rows.order_by("-is_default", "-added_at"))


def open_own(*, actor: Actor, address_id: UUID) -> PlainAddress:
    """One's own address in full, to be edited. raises: NotFound."""
    row = _own(actor.require_person(), address_id)
    return _as_plain(json.loads(crypto.unseal(bytes(row.sealed), context=_BOOK)))


def copy_of(person_id: UUID) -> list[dict[str, str]]:
    """A person's whole book in the open, for their own copy. One query."""
    rows = models.Address.objects.filter(person=person_id, removed_at__isnull=True)
    return [
        json.loads(crypto.unseal(bytes(row.sealed), context=_BOOK))
        for row in rows.order_by("added_at")
    ]


def seal_for_order(person_id: UUID, address_id: UUID) -> SealedAddress:
    """A copy of a person's address for an order; later changes of the book do not touch it.

    raises: NotFound, also for an address of somebody else.
    """
    row = _own(person_id, address_id)
    if row.order_sealed is None:
        _copy_for_orders(row, json.loads(crypto.unseal(bytes(row.sealed), context=_BOOK)))
        # Kept, so that every order to this address has the same copy.
        is_kept = models.Address.objects.filter(
            pk=row.pk, removed_at__isnull=True, order_sealed__isnull=True
        ).update(order_sealed=row.order_sealed, order_masked=row.order_masked)
        if not is_kept:
            row = _own(person_id, address_id)  # Somebody was faster.
    assert row.order_sealed is not None
    assert row.order_masked is not None
    return SealedAddress(bytes(row.order_sealed), row.order_masked, row.region_code)


@use_case
def copy_defaults_for_orders(*, person_ids: Sequence[UUID], now: datetime) -> frozenset[UUID]:
    """The default address of each has its copy for orders; those that have one stay as they are.

    The copy stands in `accounts_order_address` (see `sql/order_addresses.sql`), from where orders
    are placed in sets. An address that somebody holds is left for the next time: nobody waits.
    returns: whose address cannot be opened; it stays without a copy.
    """
    rows = models.Address.objects.select_for_update(skip_locked=True).filter(
        person__in=set(person_ids),
        is_default=True,
        removed_at__isnull=True,
        order_sealed__isnull=True,
    )
    closed = set[UUID]()
    for row in rows.order_by("id"):
        try:
            fields = json.loads(crypto.unseal(bytes(row.sealed), context=_BOOK))
        except (crypto.BadToken, ValueError):
            log.exception("address_not_opened", extra={"address_id": str(row.id)})
            closed.add(row.person_id)
            continue
        _copy_for_orders(row, fields)
        row.save(update_fields=["order_sealed", "order_masked"])
    return frozenset(closed)


@use_case
def reveal(
    *,
    actor: Actor,
    sealed: bytes,
    reason: str,
    ref: str,
    now: datetime,
    shop_id: UUID | None = None,
) -> PlainAddress:
    """The whole address of an order; who looked, at what and why is written down for ever.

    ref:     what it is about, such as the order's public id.
    shop_id: the shop whose order it is; staff need the right to ship there.
    Without a shop only the buyer, operators and the system may look.
    raises:  SignInFirst, NotFound, NotAllowed, SecondStepNeeded, Invalid, TooMany.
    """
    return look(actor=actor, sealed=sealed, reason=reason, ref=ref, shop_id=shop_id, now=now)


@needs_transaction
def look(
    *,
    actor: Actor,
    sealed: bytes,
    reason: str,
    ref: str,
    now: datetime,
    shop_id: UUID | None,
) -> PlainAddress:
    """As `reveal`, for work that looks at many in one transaction."""
    cleaned = clean_line(reason, field="reason", longest=200)
    about = clean_line(ref, field="ref", longest=60)
    fields = json.loads(crypto.unseal(bytes(sealed), context=_ORDER))
    if not actor.is_operator and str(actor.require_person()) != fields["person_id"]:
        if shop_id is None:
            raise NotFound
        actor.require_shop(shop_id, Right.SHIP)
    if str(actor.person_id) != fields["person_id"]:
        actor.require_recent_step()
    if actor.person_id is not None:
        count_look(actor.person_id, now=now)
    models.Reveal.objects.create(
        revealed_by_id=actor.person_id,
        via=actor.via,
        shop_id=shop_id,
        ref=about,
        reason=cleaned,
        revealed_at=now,
    )
    return _as_plain(fields)


@needs_transaction
def count_look(person_id: UUID, *, now: datetime) -> None:
    # The person's row is the lock: looks that come together are counted one by one.
    models.Person.objects.select_for_update().get(pk=person_id)
    limit = rules.REVEALS_PER_PERSON
    moments = list(
        models.Reveal.objects.filter(
            revealed_by=person_id, revealed_at__gt=now - limit.within
        ).values_list("revealed_at", flat=True)
    )
    wait_s = limit.wait_s(moments, now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)


def _clean(name: str, phone: str, region_code: str, line: str) -> dict[str, str]:
    return {
        "name": clean_line(name, field="name", longest=people.NAME_LETTERS),
        "phone": phones.read(phone).e164,
        "region_code": regions.clean_code(region_code),
        "line": clean_line(line, field="line", longest=LINE_LETTERS),
    }


def _write(row: models.Address, fields: dict[str, str]) -> None:
    row.sealed = crypto.seal(json.dumps(fields), context=_BOOK)
    row.masked_name = rules.mask_name(fields["name"])
    row.masked_phone = rules.mask_phone(fields["phone"])
    row.masked_line = rules.mask_line(fields["line"])
    row.region_code = fields["region_code"]
    _copy_for_orders(row, fields)


def _copy_for_orders(row: models.Address, fields: dict[str, str]) -> None:
    """What an order takes over as it stands: sealed for orders, and the masks beside it."""
    of_person = {**fields, "person_id": str(row.person_id)}
    row.order_sealed = crypto.seal(json.dumps(of_person), context=_ORDER)
    row.order_masked = {
        "name": row.masked_name,
        "phone": row.masked_phone,
        "line": row.masked_line,
        "region": row.region_code,
    }


def _own(person_id: UUID, address_id: UUID) -> models.Address:
    row = models.Address.objects.filter(
        pk=address_id, person=person_id, removed_at__isnull=True
    ).first()
    if row is None:
        raise NotFound
    return row


def _no_default(person_id: UUID) -> None:
    models.Address.objects.filter(person=person_id, is_default=True).update(is_default=False)


def _region(code: str) -> dict[str, str]:
    return {language: regions.full_name(code, language) for language in ("zh", "en")}


def _as_card(row: models.Address) -> AddressCard:
    return AddressCard(
        id=row.id,
        public_id=ids.public("adr", row.id),
        name=row.masked_name,
        phone=row.masked_phone,
        line=row.masked_line,
        region_code=row.region_code,
        region=_region(row.region_code),
        is_default=row.is_default,
    )


def _as_plain(fields: dict[str, str]) -> PlainAddress:
    return PlainAddress(
        name=fields["name"],
        phone=fields["phone"],
        line=fields["line"],
        region_code=fields["region_code"],
        region=_region(fields["region_code"]),
    )
