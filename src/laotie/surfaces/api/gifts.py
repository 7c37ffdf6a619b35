"""What rooms give away, for viewers: taking part, who won, and catching coupons."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import drops, entries, giveaways, queries
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import (
    ClaimId,
    CouponId,
    DropId,
    GiveawayId,
    Out,
    PairOut,
    PersonId,
    RoomId,
)

router = Router(tags=["gifts"])


class GiveawayOut(Out):
    """seed: empty until the draw. With it and `entries` anybody can do the draw again."""

    id: GiveawayId
    room_id: RoomId
    prize: str
    coupon_id: CouponId | None
    winners: int
    rule: str
    word: str
    state: str
    commitment: str
    seed: str
    entries: int
    opened_at: datetime
    closes_at: datetime


class EntryOut(Out):
    """no: the number that can be drawn. place: set for winners."""

    giveaway_id: GiveawayId
    no: int
    place: int | None


class WinnerOut(Out):
    """name: masked for all but the host. code: what a winner shows to the host."""

    place: int
    no: int
    person_id: PersonId
    name: str
    code: str


class DroppedOut(Out):
    coupon_id: CouponId
    name: PairOut
    off_fen: int
    min_goods_fen: int


class DropOut(Out):
    id: DropId
    room_id: RoomId
    coupon: DroppedOut
    pieces: int
    left: int
    opened_at: datetime
    ends_at: datetime
    is_open: bool


class CaughtOut(Out):
    """is_new: false for who had a piece already."""

    drop_id: DropId
    claim_id: ClaimId
    is_new: bool


@router.get("/rooms/{room_id}/giveaway", response=GiveawayOut | None, summary="The newest giveaway")
def show_giveaway(request: HttpRequest, room_id: RoomId) -> object:
    queries.room_page(room_id, actor=door.actor(request))  # Not everybody may see every room.
    return giveaways.newest(room_id)


@router.put("/giveaways/{giveaway_id}/entry", response=EntryOut, summary="Take part")
def enter(request: HttpRequest, giveaway_id: GiveawayId) -> object:
    """Follow, or say the word in the room, first; saying it is enough to take part."""
    return entries.enter(actor=door.actor(request), giveaway_id=giveaway_id, now=clock.now())


@router.get("/giveaways/{giveaway_id}/winners", response=list[WinnerOut], summary="Who won")
def list_winners(request: HttpRequest, giveaway_id: GiveawayId) -> object:
    who = door.actor(request)
    queries.room_page(giveaways.card(giveaway_id).room_id, actor=who)
    return giveaways.winners_of(giveaway_id, actor=who)


@router.get("/rooms/{room_id}/drop", response=DropOut | None, summary="The coupon drop that runs")
def show_drop(request: HttpRequest, room_id: RoomId) -> object:
    queries.room_page(room_id, actor=door.actor(request))
    return drops.running(room_id, now=clock.now())


@router.post("/drops/{drop_id}/catch", response=CaughtOut, summary="Catch a piece")
def catch(request: HttpRequest, drop_id: DropId) -> object:
    """Once for each person; asked again, the same piece is named."""
    who = door.actor(request)
    _require_visible(who, drop_id)
    return drops.catch(actor=who, drop_id=drop_id, now=clock.now())


def _require_visible(who: Actor, drop_id: DropId) -> None:
    if not queries.room_page(drops.room_of(drop_id), actor=who).may_enter:
        raise NotFound
