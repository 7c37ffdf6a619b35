"""Around a show: changing what is announced, scripts, reports and fans."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.live import fans, planning, scripts, summaries
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import (
    Done,
    In,
    Moment,
    Out,
    PairOut,
    ProductId,
    RoomId,
)
from laotie.surfaces.api.watching import RoomOut

router = Router(tags=["planning"])


class ChangeIn(In):
    """What is left out stays. Whoever asked to be reminded is told of a new time."""

    title: str | None = None
    starts_at: Moment | None = None
    cover_url: str | None = None


class CallOffIn(In):
    reason: str


class ScriptIn(In):
    """About a product of the bag, or a free card with a title; card_id writes one again."""

    product_id: ProductId | None = None
    card_id: UUID | None = None
    title: str = ""
    words: str


class ScriptCardOut(Out):
    id: UUID | None
    product_id: ProductId | None
    bag_no: int | None
    title: PairOut
    text: str


class FiguresOut(Out):
    seconds: int
    viewers_peak: int
    joins: int
    likes: int
    comments: int
    speakers: int
    new_followers: int
    orders: int
    buyers: int
    units: int
    paid_fen: int
    refunded_fen: int
    commission_fen: int
    commission_expected_fen: int


class ReportMinuteOut(Out):
    minute: datetime
    viewers: int
    joins: int
    likes: int
    comments: int
    orders: int
    paid_fen: int
    products: list[ProductId]


class ReportItemOut(Out):
    product_id: ProductId
    title: PairOut
    explained_s: int
    orders: int
    units: int
    refunded_units: int
    paid_fen: int
    commission_fen: int
    commission_expected_fen: int


class ReportOut(Out):
    """A show's report as it was last made."""

    room_id: RoomId
    figures: FiguresOut
    minutes: list[ReportMinuteOut]
    items: list[ReportItemOut]
    made_at: datetime


class DayOut(Out):
    on: date
    began: int
    total: int


class RegularOut(Out):
    name: str
    shows: int
    comments: int


class FansOut(Out):
    followers: int
    days: list[DayOut]
    regulars: list[RegularOut]


@router.patch("/rooms/{room_id}/plan", response=RoomOut, summary="Change what is announced")
def change(request: HttpRequest, room_id: RoomId, payload: ChangeIn) -> object:
    return planning.change(
        actor=door.actor(request),
        room_id=room_id,
        title=payload.title,
        starts_at=payload.starts_at,
        cover_url=payload.cover_url,
        now=clock.now(),
    )


@router.post("/rooms/{room_id}/call-off", response=RoomOut, summary="Call it off")
def call_off(request: HttpRequest, room_id: RoomId, payload: CallOffIn) -> object:
    return planning.cancel(
        actor=door.actor(request), room_id=room_id, reason=payload.reason, now=clock.now()
    )


@router.get("/rooms/{room_id}/script", response=list[ScriptCardOut], summary="The script")
def show_script(request: HttpRequest, room_id: RoomId) -> object:
    return scripts.of_room(room_id, actor=door.actor(request))


@router.put("/rooms/{room_id}/script", response=Done, summary="Write a card")
def write_script(request: HttpRequest, room_id: RoomId, payload: ScriptIn) -> object:
    scripts.write(
        actor=door.actor(request),
        room_id=room_id,
        product_id=payload.product_id,
        card_id=payload.card_id,
        title=payload.title,
        words=payload.words,
        now=clock.now(),
    )
    return Done()


@router.delete("/rooms/{room_id}/script/{card_id}", response=Done, summary="Take a card out")
def take_out_of_script(request: HttpRequest, room_id: RoomId, card_id: UUID) -> object:
    scripts.take_out(actor=door.actor(request), room_id=room_id, card_id=card_id, now=clock.now())
    return Done()


@router.get("/rooms/{room_id}/report", response=ReportOut | None, summary="A show's report")
def show_report(request: HttpRequest, room_id: RoomId) -> object:
    return summaries.of_room(room_id, actor=door.actor(request))


@router.post("/rooms/{room_id}/report", response=ReportOut, summary="Make the report again")
def make_report(request: HttpRequest, room_id: RoomId) -> object:
    return summaries.make(actor=door.actor(request), room_id=room_id, now=clock.now())


@router.get("/me/fans", response=FansOut, summary="My followers, without names")
def show_fans(request: HttpRequest) -> object:
    return fans.of_creator(actor=door.actor(request), zone=settings.TIME_ZONE, now=clock.now())
