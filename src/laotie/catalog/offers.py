"""Offers: a price for a time, in one place or everywhere, for so many pieces and so many each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from laotie.accounts.roles import Right
from laotie.catalog import models, rules
from laotie.events.catalog import OfferClosed, OfferOpened
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case

PlaceId = TypeVar("PlaceId", bound=UUID | None)


class OfferOverlaps(Refusal):
    code = "OFFER_OVERLAPS"
    message = _("There is an offer on this already at that time. End it first.")


class PriceAboveList(Refusal):
    code = "PRICE_ABOVE_LIST"
    status = 422
    message = _("An offer cannot cost more than the list price.")


class BelowFloor(Refusal):
    code = "BELOW_FLOOR"
    status = 422
    message = _("The shop lets hosts go no lower than its floor price for this. Ask the shop.")


@dataclass(frozen=True, slots=True)
class CurrentOffer:
    """What one SKU costs at one moment in one place, and under which limits.

    offer_id: None when it is the list price. quantity: of the whole offer, not what is left.
    version:  of the SKU; it and `offer_id` are equal exactly if nothing that was promised changed.
    """

    offer_id: UUID | None
    sku_id: UUID
    product_id: UUID
    shop_id: UUID
    price_fen: int
    list_price_fen: int
    quantity: int | None
    limit_per_buyer: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    version: int
    is_flash: bool

    @property
    def is_counted(self) -> bool:
        """Whether it has a number or a limit, and so a row that counts what is sold."""
        return self.quantity is not None or self.limit_per_buyer is not None


@dataclass(frozen=True, slots=True)
class OfferCard:
    id: UUID
    public_id: str
    sku_id: UUID
    product_id: UUID
    shop_id: UUID
    place_id: UUID | None
    price_fen: int
    list_price_fen: int
    quantity: int | None
    limit_per_buyer: int | None
    starts_at: datetime
    ends_at: datetime | None


def current(
    sku_ids: Iterable[UUID], *, place_id: UUID | None, at: datetime
) -> dict[UUID, CurrentOffer]:
    """What these SKUs cost; those that cannot be bought are left out. One query."""
    rows = sql.rows(
        sql.text("catalog", "current_offers"),
        {"sku_ids": list(set(sku_ids)), "place_id": place_id, "at": at},
    )
    return {
        sku_id: CurrentOffer(offer_id, sku_id, product_id, shop_id, *rest)
        for sku_id, product_id, shop_id, offer_id, *rest in rows
    }


def current_in_places(
    wanted: Mapping[PlaceId, Iterable[UUID]], *, at: datetime
) -> dict[PlaceId, dict[UUID, CurrentOffer]]:
    """By place (None: outside of places), what the SKUs wanted there cost; as `current`.

    One query, however many places.
    """
    pairs = [(place_id, sku_id) for place_id, sku_ids in wanted.items() for sku_id in sku_ids]
    found: dict[PlaceId, dict[UUID, CurrentOffer]] = {place_id: {} for place_id in wanted}
    for place_id, sku_id, product_id, shop_id, offer_id, *rest in sql.rows(
        sql.text("catalog", "current_offers_of_places"),
        {
            "place_ids": [place_id for place_id, _sku_id in pairs],
            "sku_ids": [sku_id for _place_id, sku_id in pairs],
            "at": at,
        },
    ):
        found[place_id][sku_id] = CurrentOffer(offer_id, sku_id, product_id, shop_id, *rest)
    return found


def card(offer_id: UUID) -> OfferCard:
    """raises: NotFound. One query."""
    row = models.Offer.objects.select_related("sku__product").filter(pk=offer_id).first()
    if row is None:
        raise NotFound
    return _as_card(row, row.sku)


def upcoming(*, actor: Actor, shop_id: UUID, at: datetime) -> tuple[OfferCard, ...]:
    """Offers of a shop that hold or will hold, soonest first; for its staff. One query."""
    actor.require_shop(shop_id, Right.MANAGE)
    rows = (
        models.Offer.objects.select_related("sku__product")
        .filter(sku__product__shop=shop_id)
        .exclude(ends_at__lte=at)
        .order_by("starts_at")[:200]
    )
    return tuple(_as_card(row, row.sku) for row in rows)


@use_case
def start(
    *,
    actor: Actor,
    sku_id: UUID,
    price_fen: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    quantity: int | None = None,
    limit_per_buyer: int | None = None,
    now: datetime,
) -> OfferCard:
    """An offer that holds everywhere, made by the shop itself. As `open_offer`."""
    return open_offer(
        actor=actor,
        sku_id=sku_id,
        price_fen=price_fen,
        place_id=None,
        starts_at=starts_at,
        ends_at=ends_at,
        quantity=quantity,
        limit_per_buyer=limit_per_buyer,
        now=now,
    )


@use_case
def stop(*, actor: Actor, offer_id: UUID, now: datetime) -> OfferCard:
    """As `close_offer`, on its own."""
    return close_offer(actor=actor, offer_id=offer_id, now=now)


@dataclass(frozen=True, slots=True)
class Promised:
    """What running offers of one SKU promise in all, before what is sold of it, and until when."""

    offer_ids: tuple[UUID, ...]
    quantities: tuple[int, ...]
    until: datetime | None


@needs_transaction
def promises(sku_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Promised]:
    """Limited offers that run now, by SKU; none can begin or end before the caller's work is done.

    Locks the SKUs' rows, as opening an offer does: of two at once the second sees the first.
    """
    wanted = sorted(set(sku_ids))
    list(models.Sku.objects.select_for_update().filter(pk__in=wanted).order_by("id"))
    running = models.Offer.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=at),
        sku__in=wanted, quantity__isnull=False, starts_at__lte=at,
    ).order_by("sku", "starts_at")  # fmt: skip
    found: dict[UUID, list[models.Offer]] = {}
    for offer in running:
        found.setdefault(offer.sku_id, []).append(offer)
    return {
        sku_id: Promised(
            tuple(offer.id for offer in offers),
            tuple(offer.quantity or 0 for offer in offers),
            None
            if any(offer.ends_at is None for offer in offers)
            else max(offer.ends_at for offer in offers if offer.ends_at),
        )
        for sku_id, offers in found.items()
    }


@needs_transaction
def open_offer(
    *,
    actor: Actor,
    sku_id: UUID,
    price_fen: int,
    place_id: UUID | None = None,
    starts_at: datetime,
    ends_at: datetime | None = None,
    quantity: int | None = None,
    limit_per_buyer: int | None = None,
    now: datetime,
) -> OfferCard:
    """The SKU has this price for this time.

    The shop's people with the right to manage (in a room: to stage) may set any price up to the
    list price. A creator may do it in a room, down to the floor that the shop set for hosts; that
    the room and the plan are theirs is for the caller to see to.
    raises: SignInFirst, NotFound, NotAllowed, Invalid, PriceAboveList, BelowFloor, OfferOverlaps.
    """
    # The SKU's row is locked, so that its list price and floor stand still meanwhile.
    sku = models.Sku.objects.select_for_update(of=("self",)).select_related("product")
    row = sku.filter(pk=sku_id).first()
    if row is None:
        raise NotFound
    floor = _floor_for(actor, row, in_place=place_id is not None)
    price = rules.clean_price(price_fen, field="price_fen")
    starts, ends = rules.clean_window(starts_at, ends_at, now=now)
    pieces = None if quantity is None else rules.clean_quantity(quantity, field="quantity")
    each = None
    if limit_per_buyer is not None:
        most = pieces or rules.MAX_QUANTITY
        each = rules.clean_quantity(limit_per_buyer, field="limit_per_buyer", most=most)
    if price > row.list_price_fen:
        raise PriceAboveList(list_price_fen=row.list_price_fen)
    if floor is not None and price < floor:
        raise BelowFloor(floor_fen=floor)
    offer = models.Offer(
        sku=row,
        place_id=place_id,
        price_fen=price,
        list_price_fen=row.list_price_fen,
        quantity=pieces,
        limit_per_buyer=each,
        starts_at=starts,
        ends_at=ends,
        opened_by_id=actor.person_id,
        opened_at=now,
    )
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
    except IntegrityError as error:
        raise OfferOverlaps from error
    event_log.publish(
        OfferOpened(offer_id=offer.id, sku_id=sku_id, place_id=place_id, price_fen=price)
    )
    return _as_card(offer, row)


@needs_transaction
def close_offer(*, actor: Actor, offer_id: UUID, now: datetime) -> OfferCard:
    """The offer ends now; asked for one that has ended, nothing changes.

    For the shop's people who could have opened it, and for who did.
    raises: SignInFirst, NotFound, NotAllowed.
    """
    offer = models.Offer.objects.select_for_update(of=("self",)).select_related("sku__product")
    row = offer.filter(pk=offer_id).first()
    if row is None:
        raise NotFound
    if actor.is_system or row.opened_by_id != actor.require_person():
        _require_shop_right(actor, row.sku.product.shop_id, in_place=row.place_id is not None)
    if row.ends_at is not None and row.ends_at <= now:
        return _as_card(row, row.sku)
    # An offer that had not begun never holds: its time is empty.
    row.ends_at, row.closed_at = max(now, row.starts_at), now
    row.save(update_fields=["ends_at", "closed_at"])
    event_log.publish(OfferClosed(offer_id=row.id, closed_at=now))
    return _as_card(row, row.sku)


def _floor_for(actor: Actor, sku: models.Sku, *, in_place: bool) -> int | None:
    """How low this actor may go; None for no limit. raises: NotFound, NotAllowed."""
    shop_id = sku.product.shop_id
    if actor.is_operator or shop_id in actor.shop_rights:
        _require_shop_right(actor, shop_id, in_place=in_place)
        return None
    if not in_place or actor.creator_id is None:
        actor.require_person()
        raise NotFound
    if sku.flash_floor_fen is None:
        raise NotAllowed(right=Right.STAGE.value)
    return sku.flash_floor_fen


def _require_shop_right(actor: Actor, shop_id: UUID, *, in_place: bool) -> None:
    rights = actor.shop_rights.get(shop_id, frozenset())
    if in_place and Right.STAGE in rights:
        return
    actor.require_shop(shop_id, Right.MANAGE)


def _as_card(row: models.Offer, sku: models.Sku) -> OfferCard:
    return OfferCard(
        id=row.id,
        public_id=ids.public("ofr", row.id),
        sku_id=sku.id,
        product_id=sku.product_id,
        shop_id=sku.product.shop_id,
        place_id=row.place_id,
        price_fen=row.price_fen,
        list_price_fen=row.list_price_fen,
        quantity=row.quantity,
        limit_per_buyer=row.limit_per_buyer,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
