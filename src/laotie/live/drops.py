"""Coupon drops: a room throws so many pieces of a coupon, and the quickest catch one each.

The pieces are kept out of the coupon's budget when the drop opens, so that what the card shows as
left is left; what nobody caught goes back when it closes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import frames, gifts, models, rules
from laotie.live.backstage import locked, locked_for_host
from laotie.live.rules import RoomState
from laotie.trade import coupons
from laotie.trade.coupons import CouponCard


class DropRunning(Refusal):
    code = "DROP_RUNNING"
    message = _("A coupon drop is running. Close it before you start the next one.")


class DropOver(Refusal):
    code = "DROP_OVER"
    message = _("This drop is over, or all pieces are gone. Watch for the next one.")


@dataclass(frozen=True, slots=True)
class DropCard:
    """A coupon drop as everybody may see it."""

    id: UUID
    room_id: UUID
    coupon: CouponCard
    pieces: int
    left: int
    opened_at: datetime
    ends_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Caught:
    """A piece in somebody's wallet. is_new: False for who had one already."""

    drop_id: UUID
    claim_id: UUID
    is_new: bool


@use_case
def open_drop(
    *, actor: Actor, room_id: UUID, coupon_id: UUID, pieces: int, seconds: int, now: datetime
) -> DropCard:
    """Throw pieces of a coupon into a room on air.

    pieces: 1 to 10,000, all kept out of the coupon's budget at once. seconds: 10 to 3,600.
    raises: NotFound, NotAllowed, WrongState (not on air), DropRunning, Invalid, CouponOver,
            gifts.NotOfThisRoom.
    """
    room = locked_for_host(actor, room_id)
    if RoomState(room.state) not in rules.ON_AIR:
        raise WrongState(step="drop.open")
    if not rules.DROP_SECONDS[0] <= seconds <= rules.DROP_SECONDS[1]:
        raise Invalid(field="seconds", reason="range")
    if not 1 <= pieces <= rules.MAX_PIECES:
        raise Invalid(field="pieces", reason="range")
    close_expired_in(room_id, now=now)
    if models.Drop.objects.filter(room_id=room_id, closed_at__isnull=True).exists():
        raise DropRunning
    gifts.require_of_room(room, coupon_id, now=now)
    coupon = coupons.reserve(coupon_id, pieces, now=now)
    drop = models.Drop.objects.create(
        room_id=room_id,
        coupon_id=coupon_id,
        pieces=pieces,
        opened_at=now,
        ends_at=now + timedelta(seconds=seconds),
    )
    frames.append(room_id, frames.DROP, _body(drop, coupon), now=now)
    return _card(drop, coupon, now=now)


@use_case
def catch(*, actor: Actor, drop_id: UUID, now: datetime) -> Caught:
    """Put a piece into the actor's wallet; who has one already keeps it.

    raises: SignInFirst, NotFound, DropOver.
    """
    person_id = actor.require_person()
    drop = models.Drop.objects.select_for_update(no_key=True).filter(pk=drop_id).first()
    if drop is None:
        raise NotFound
    known = models.Catch.objects.filter(drop_id=drop_id, person_id=person_id).first()
    if known is not None:
        return Caught(drop_id, known.claim_id, is_new=False)
    if drop.closed_at is not None or drop.ends_at <= now or drop.claimed >= drop.pieces:
        raise DropOver
    (claim_id,) = coupons.give_reserved(drop.coupon_id, [person_id], now=now).values()
    models.Catch.objects.create(
        drop_id=drop_id, person_id=person_id, claim_id=claim_id, caught_at=now
    )
    drop.claimed += 1
    drop.save(update_fields=["claimed"])
    return Caught(drop_id, claim_id, is_new=True)


@use_case
def close(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """End the room's drop before its time. Nothing changes if there is none.

    raises: NotFound, NotAllowed.
    """
    locked_for_host(actor, room_id)
    close_open(room_id, now=now)


def look_after(*, now: datetime) -> int:
    """Close drops that are over or empty, and tell rooms what is left; how many rooms heard."""
    due = models.Drop.objects.filter(
        Q(ends_at__lte=now) | ~Q(claimed=F("told_claimed")), closed_at__isnull=True
    )
    rooms = list(due.values_list("room_id", flat=True)[:200])
    return sum(_look_after(room_id=room_id, now=now) for room_id in rooms)


@use_case
def _look_after(*, room_id: UUID, now: datetime) -> bool:
    locked(room_id)
    return close_expired_in(room_id, now=now) or _tell_left(room_id, now=now)


@needs_transaction
def close_expired_in(room_id: UUID, *, now: datetime) -> bool:
    """Close the room's drop whose time is over or of which nothing is left; whether there was."""
    drop = _open_one(room_id)
    if drop is None or (drop.ends_at > now and drop.claimed < drop.pieces):
        return False
    _close(drop, reason="time" if drop.claimed < drop.pieces else "gone", now=now)
    return True


@needs_transaction
def close_open(room_id: UUID, *, now: datetime) -> None:
    """Close the room's drop, if one is open."""
    drop = _open_one(room_id)
    if drop is not None:
        _close(drop, reason="closed", now=now)


def running(room_id: UUID, *, now: datetime) -> DropCard | None:
    """The open drop of a room. Two queries."""
    drop = models.Drop.objects.filter(
        room_id=room_id, closed_at__isnull=True, ends_at__gt=now
    ).first()
    return _card(drop, coupons.cards([drop.coupon_id])[drop.coupon_id], now=now) if drop else None


def has_caught(person_id: UUID | None, drop_id: UUID) -> bool:
    """Whether somebody has a piece of this drop."""
    return (
        person_id is not None
        and models.Catch.objects.filter(drop_id=drop_id, person_id=person_id).exists()
    )


def room_of(drop_id: UUID) -> UUID:
    """raises: NotFound."""
    room_id = models.Drop.objects.filter(pk=drop_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise NotFound
    return room_id


def body(room_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """The open drop as frames carry it; None if there is none. Up to two queries."""
    drop = models.Drop.objects.filter(
        room_id=room_id, closed_at__isnull=True, ends_at__gt=now
    ).first()
    return _body(drop, coupons.cards([drop.coupon_id])[drop.coupon_id]) if drop else None


@needs_transaction
def _tell_left(room_id: UUID, *, now: datetime) -> bool:
    drop = _open_one(room_id)
    if drop is None or drop.told_claimed == drop.claimed:
        return False
    models.Drop.objects.filter(pk=drop.id).update(told_claimed=drop.claimed)
    left = {"drop": ids.public("drp", drop.id), "left": drop.pieces - drop.claimed}
    frames.append(room_id, frames.DROP_LEFT, left, now=now)
    return True


@needs_transaction
def _close(drop: models.Drop, *, reason: str, now: datetime) -> None:
    coupons.release(drop.coupon_id, drop.pieces - drop.claimed)
    models.Drop.objects.filter(pk=drop.id).update(
        closed_at=now, close_reason=reason, told_claimed=drop.claimed
    )
    over = {"drop": ids.public("drp", drop.id), "reason": reason}
    frames.append(drop.room_id, frames.DROP_OVER, over, now=now)


@needs_transaction
def _open_one(room_id: UUID) -> models.Drop | None:
    return (
        models.Drop.objects.select_for_update(no_key=True)
        .filter(room_id=room_id, closed_at__isnull=True)
        .first()
    )


def _body(drop: models.Drop, coupon: CouponCard) -> dict[str, Any]:
    return {
        "drop": ids.public("drp", drop.id),
        "coupon": ids.public("cpn", drop.coupon_id),
        "name": coupon.name,
        "off_fen": coupon.off_fen,
        "rate_bps": coupon.rate_bps,
        "min_goods_fen": coupon.min_goods_fen,
        "pieces": drop.pieces,
        "left": drop.pieces - drop.claimed,
        "ends_at": clock.millis(drop.ends_at),
    }


def _card(drop: models.Drop, coupon: CouponCard, *, now: datetime) -> DropCard:
    return DropCard(
        id=drop.id,
        room_id=drop.room_id,
        coupon=coupon,
        pieces=drop.pieces,
        left=drop.pieces - drop.claimed,
        opened_at=drop.opened_at,
        ends_at=drop.ends_at,
        is_open=drop.closed_at is None and drop.ends_at > now,
    )
