"""Flash offers: a price that holds in one room, for seconds, for so many units.

The offer itself is the catalog's and its units are the trade's; what is kept here is what the room
shows: countdown, stock bar, and that only one is open at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.catalog import offers
from laotie.catalog import queries as catalog
from laotie.events.live import FlashOpened
from laotie.kernel import event_log, ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import bag, frames, models, rules
from laotie.live.backstage import locked, locked_for_host
from laotie.live.frames import NewFrame
from laotie.live.rules import RoomState
from laotie.live.stage import NotInBag
from laotie.trade import stock

_SYSTEM = Actor.system("live")


class FlashRunning(Refusal):
    code = "FLASH_RUNNING"
    message = _("A flash offer is running. Close it before you open the next one.")


@dataclass(frozen=True, slots=True)
class FlashCard:
    """The flash offer of a room on the host's desk."""

    offer_id: UUID
    room_id: UUID
    product_id: UUID
    sku_id: UUID
    price_fen: int
    list_price_fen: int
    quantity: int
    left: int
    limit_per_buyer: int
    starts_at: datetime
    ends_at: datetime
    is_open: bool


@use_case
def open_flash(
    *,
    actor: Actor,
    room_id: UUID,
    sku_id: UUID,
    price_fen: int,
    quantity: int,
    seconds: int,
    limit_per_buyer: int | None = None,
    now: datetime,
) -> FlashCard:
    """Sell so many units of a variant at this price in this room, for so many seconds.

    quantity: 1 to 100,000. seconds: 10 to 3,600. limit_per_buyer: None for no limit.
    raises:   NotFound, NotAllowed, WrongState (not on air), NotInBag, Invalid, FlashRunning, and
              NotEnoughForOffer, and what `offers.open_offer` refuses: PriceAboveList, BelowFloor,
              OfferOverlaps.
    """
    room = locked_for_host(actor, room_id)
    if RoomState(room.state) not in rules.ON_AIR:
        raise WrongState(step="flash.open")
    if not rules.FLASH_SECONDS[0] <= seconds <= rules.FLASH_SECONDS[1]:
        raise Invalid(field="seconds", reason="range")
    if not rules.FLASH_QUANTITY[0] <= quantity <= rules.FLASH_QUANTITY[1]:
        raise Invalid(field="quantity", reason="range")
    sku = catalog.sku_cards([sku_id]).get(sku_id)
    if sku is None:
        raise NotFound
    if not models.Item.objects.filter(room_id=room_id, product_id=sku.product_id).exists():
        raise NotInBag
    close_expired_in(room_id, now=now)
    if models.Flash.objects.filter(room_id=room_id, closed_at__isnull=True).exists():
        raise FlashRunning
    stock.require_for_offer(sku_id, quantity, now=now)

    offer = offers.open_offer(
        actor=actor,
        sku_id=sku_id,
        price_fen=price_fen,
        place_id=room_id,
        starts_at=now,
        ends_at=now + timedelta(seconds=seconds),
        quantity=quantity,
        limit_per_buyer=limit_per_buyer,
        now=now,
    )
    assert offer.ends_at is not None
    flash = models.Flash.objects.create(
        offer_id=offer.id,
        room_id=room_id,
        product_id=sku.product_id,
        sku_id=sku_id,
        price_fen=offer.price_fen,
        list_price_fen=offer.list_price_fen,
        quantity=quantity,
        told_left=quantity,
        limit_per_buyer=limit_per_buyer or 0,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
    )
    body = bag.flash_body(room_id, now=now)
    assert body is not None
    frames.append(room_id, frames.FLASH, body, now=now)
    event_log.publish(FlashOpened(room_id=room_id, offer_id=offer.id, ends_at=offer.ends_at))
    return _as_card(flash, now=now)


@use_case
def close_flash(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """End the room's flash offer before its time. Nothing changes if there is none.

    raises: NotFound, NotAllowed.
    """
    locked_for_host(actor, room_id)
    close_open(room_id, reason="closed", now=now)


def running(room_id: UUID, *, now: datetime) -> FlashCard | None:
    """The open flash offer of a room. Two queries."""
    flash = models.Flash.objects.filter(
        room_id=room_id, closed_at__isnull=True, ends_at__gt=now
    ).first()
    return _as_card(flash, now=now) if flash else None


def close_due(*, now: datetime) -> int:
    """Take flash offers off the screens whose time is over; how many."""
    due = models.Flash.objects.filter(closed_at__isnull=True, ends_at__lte=now)
    rooms = list(due.values_list("room_id", flat=True)[:200])
    return sum(_close_due_in(room_id=room_id, now=now) for room_id in rooms)


@use_case
def _close_due_in(*, room_id: UUID, now: datetime) -> bool:
    locked(room_id)
    return close_expired_in(room_id, now=now)


@needs_transaction
def close_open(room_id: UUID, *, reason: str, now: datetime) -> None:
    """Close the open flash offer, here and in the catalog."""
    flash = models.Flash.objects.filter(room_id=room_id, closed_at__isnull=True).first()
    if flash is not None:
        offers.close_offer(actor=_SYSTEM, offer_id=flash.offer_id, now=now)
        _close(flash, reason=reason, now=now)


@needs_transaction
def close_expired_in(room_id: UUID, *, now: datetime) -> bool:
    """Close the flash offer whose time is over; whether there was one."""
    flash = models.Flash.objects.filter(
        room_id=room_id, closed_at__isnull=True, ends_at__lte=now
    ).first()
    if flash is not None:
        _close(flash, reason="time", now=now)
    return flash is not None


@needs_transaction
def offer_closed(offer_id: UUID, *, now: datetime) -> None:
    """The catalog ended an offer: take it off the screen, if it was on one."""
    flash = models.Flash.objects.filter(offer_id=offer_id, closed_at__isnull=True).first()
    if flash is not None:
        _close(flash, reason="closed", now=now)


@needs_transaction
def tell_stock(room_ids: Collection[UUID], *, now: datetime) -> None:
    """Tell rooms how much of their flash offer is left, where that changed since they were told.

    Four statements, however many rooms.
    """
    flashes = models.Flash.objects.filter(room_id__in=room_ids, closed_at__isnull=True)
    running = {flash.offer_id: flash for flash in flashes}
    if not running:
        return
    left = {id: flash.quantity for id, flash in running.items()} | stock.offer_left(list(running))
    changed = sql.hot(
        "UPDATE live_flash f SET told_left = t.units FROM unnest(%s::uuid[], %s::int[])"
        " AS t (offer_id, units) WHERE f.offer_id = t.offer_id AND f.told_left <> t.units"
        " RETURNING f.offer_id, f.room_id, f.quantity, f.told_left",
        [list(left), list(left.values())],
    )
    frames.append_many(
        [
            NewFrame(
                room_id,
                frames.STOCK,
                {"offer": ids.public("ofr", offer_id), "quantity": quantity, "left": units},
            )
            for offer_id, room_id, quantity, units in changed
        ],
        now=now,
    )


@needs_transaction
def _close(flash: models.Flash, *, reason: str, now: datetime) -> None:
    models.Flash.objects.filter(pk=flash.pk, closed_at__isnull=True).update(
        closed_at=now, close_reason=reason
    )
    frames.append(
        flash.room_id,
        frames.FLASH_OVER,
        {"offer": ids.public("ofr", flash.offer_id), "reason": reason},
        now=now,
    )


def _as_card(flash: models.Flash, *, now: datetime) -> FlashCard:
    return FlashCard(
        offer_id=flash.offer_id,
        room_id=flash.room_id,
        product_id=flash.product_id,
        sku_id=flash.sku_id,
        price_fen=flash.price_fen,
        list_price_fen=flash.list_price_fen,
        quantity=flash.quantity,
        left=bag.units_left(flash),
        limit_per_buyer=flash.limit_per_buyer,
        starts_at=flash.starts_at,
        ends_at=flash.ends_at,
        is_open=flash.closed_at is None and flash.ends_at > now,
    )
