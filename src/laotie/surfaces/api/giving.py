"""What rooms give away, for their hosts: opening giveaways and coupon drops."""

from django.http import HttpRequest
from ninja import Router, Status

from laotie.kernel import clock
from laotie.live import drops, giveaways
from laotie.surfaces.api import door
from laotie.surfaces.api.gifts import DropOut, GiveawayOut
from laotie.surfaces.api.shapes import CouponId, Done, GiveawayId, In, RoomId

router = Router(tags=["giving"])


class GiveawayIn(In):
    """rule: word (say it in the room), follow or both. seconds: 10 to 3,600."""

    prize: str
    winners: int
    rule: str
    word: str = ""
    seconds: int
    coupon_id: CouponId | None = None


class DropIn(In):
    coupon_id: CouponId
    pieces: int
    seconds: int


@router.post("/rooms/{room_id}/giveaways", response={201: GiveawayOut}, summary="Open a giveaway")
def open_giveaway(request: HttpRequest, room_id: RoomId, payload: GiveawayIn) -> object:
    """Its seed is fixed now and shown after the draw; the commitment is shown at once."""
    card = giveaways.open_giveaway(
        actor=door.actor(request),
        room_id=room_id,
        prize=payload.prize,
        coupon_id=payload.coupon_id,
        winners=payload.winners,
        rule=payload.rule,
        word=payload.word,
        seconds=payload.seconds,
        now=clock.now(),
    )
    return Status(201, card)


@router.delete("/giveaways/{giveaway_id}", response=Done, summary="Call it off, if nobody is in")
def cancel_giveaway(request: HttpRequest, giveaway_id: GiveawayId) -> object:
    giveaways.cancel(actor=door.actor(request), giveaway_id=giveaway_id, now=clock.now())
    return Done()


@router.post("/rooms/{room_id}/drops", response={201: DropOut}, summary="Drop a coupon")
def open_drop(request: HttpRequest, room_id: RoomId, payload: DropIn) -> object:
    card = drops.open_drop(
        actor=door.actor(request),
        room_id=room_id,
        coupon_id=payload.coupon_id,
        pieces=payload.pieces,
        seconds=payload.seconds,
        now=clock.now(),
    )
    return Status(201, card)


@router.delete("/rooms/{room_id}/drops", response=Done, summary="Close the drop")
def close_drop(request: HttpRequest, room_id: RoomId) -> object:
    drops.close(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()
