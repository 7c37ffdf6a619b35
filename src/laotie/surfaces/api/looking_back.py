"""Rehearsing, stopping and looking back: replays, their chapters and comments, clips."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock, media
from laotie.live import arrivals, clips, ingest, rehearsals, replays, stops
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    ClipId,
    CreatorId,
    CreatorOut,
    Done,
    In,
    Out,
    PairOut,
    ProductId,
    RoomId,
)
from laotie.surfaces.api.watching import RoomOut

router = Router(tags=["looking back"])


class StopIn(In):
    """can_resume: the room is paused and its host can go on; otherwise it ends."""

    reason: str
    can_resume: bool


class HideIn(In):
    is_hidden: bool


class ShowIn(In):
    is_shown: bool


class ReplayCardOut(Out):
    room: RoomOut
    creator: CreatorOut
    seconds: int


class ChapterOut(Out):
    """From where to where a product is explained, in seconds of the recording."""

    product_id: ProductId
    title: PairOut
    picture_url: str
    starts_s: float
    ends_s: float


class ReplayOut(Out):
    """seconds: 0 while the recording is not counted yet."""

    room: RoomOut
    creator: CreatorOut
    playlist_url: str
    seconds: int
    chapters: list[ChapterOut]
    is_hidden: bool
    is_kept: bool


class SaidThenOut(Out):
    id: UUID
    name: str
    text: str
    at_s: float
    is_host: bool


class SaysOut(Out):
    """`next_after` asks for the comments that follow."""

    says: list[SaidThenOut]
    next_after: UUID | None


class ClipOut(Out):
    """state: WAITING, CUTTING, READY or FAILED; cause: why it failed. url: empty until ready."""

    id: ClipId
    room_id: RoomId
    product_id: ProductId
    title: PairOut
    state: str
    percent: int
    cause: str
    seconds: float
    bytes: int
    is_shown: bool
    url: str


class ArrivalOut(Out):
    """How video arrived in one minute. silent: share of it without sound."""

    minute: datetime
    bitrate_bps: int
    fps: float
    key_frame_s: float
    silent: float
    warnings: list[str]


@router.get("/replays", response=list[ReplayCardOut], summary="Replays, newest first")
def list_replays(request: HttpRequest) -> object:
    return replays.listing(actor=door.actor(request), **paging.asked(request))


@router.get(
    "/creators/{creator_id}/replays", response=list[ReplayCardOut], summary="A creator's replays"
)
def list_replays_of(request: HttpRequest, creator_id: CreatorId) -> object:
    return replays.listing(
        actor=door.actor(request), creator_id=creator_id, **paging.asked(request)
    )


@router.get("/rooms/{room_id}/replay", response=ReplayOut, summary="A replay")
def replay(request: HttpRequest, room_id: RoomId) -> object:
    page = replays.page(room_id, actor=door.actor(request))
    path = f"/media/live/{page.stream_name}/replay.m3u8"
    if page.is_hidden:
        token = ingest.preview_token(actor=door.actor(request), room_id=room_id)
        path = f"/media/p/{token}/{page.stream_name}/replay.m3u8"
    fields: dict[str, Any] = {name: getattr(page, name) for name in type(page).__slots__}
    return {**fields, "playlist_url": media.address(path)}


@router.put("/rooms/{room_id}/replay", response=Done, summary="Hide a replay, or show it")
def hide_replay(request: HttpRequest, room_id: RoomId, payload: HideIn) -> object:
    replays.hide(
        actor=door.actor(request),
        room_id=room_id,
        is_hidden=payload.is_hidden,
        now=clock.now(),
    )
    return Done()


@router.get("/rooms/{room_id}/replay/says", response=SaysOut, summary="What was said when")
def list_says(request: HttpRequest, room_id: RoomId, after: UUID | None = None) -> object:
    return replays.says(room_id, actor=door.actor(request), after=after)


@router.get("/rooms/{room_id}/clips", response=list[ClipOut], summary="All clips, for its host")
def list_clips(request: HttpRequest, room_id: RoomId) -> object:
    return clips.of_room(room_id, actor=door.actor(request))


@router.get("/products/{product_id}/clips", response=list[ClipOut], summary="Shown clips")
def list_clips_of_product(request: HttpRequest, product_id: ProductId) -> object:
    return clips.of_product(product_id, actor=door.actor(request))


@router.put("/clips/{clip_id}", response=ClipOut, summary="Show a clip, or take it away")
def show_clip(request: HttpRequest, clip_id: ClipId, payload: ShowIn) -> object:
    return clips.show(
        actor=door.actor(request), clip_id=clip_id, is_shown=payload.is_shown, now=clock.now()
    )


@router.post("/clips/{clip_id}/again", response=ClipOut, summary="Cut a failed clip again")
def cut_again(request: HttpRequest, clip_id: ClipId) -> object:
    return clips.cut_again(actor=door.actor(request), clip_id=clip_id, now=clock.now())


@router.get("/rooms/{room_id}/arrivals", response=list[ArrivalOut], summary="Arrival by minute")
def list_arrivals(request: HttpRequest, room_id: RoomId) -> object:
    return arrivals.of_room(room_id, actor=door.actor(request))


@router.put("/rooms/{room_id}/rehearsal", response=Done, summary="Begin to rehearse")
def begin_rehearsal(request: HttpRequest, room_id: RoomId) -> object:
    rehearsals.begin(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()


@router.delete("/rooms/{room_id}/rehearsal", response=Done, summary="End the rehearsal")
def end_rehearsal(request: HttpRequest, room_id: RoomId) -> object:
    rehearsals.end(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()


@router.post("/rooms/{room_id}/stop", response=RoomOut, summary="Emergency stop")
def stop(request: HttpRequest, room_id: RoomId, payload: StopIn) -> object:
    return stops.pull(
        actor=door.actor(request),
        room_id=room_id,
        reason=payload.reason,
        can_resume=payload.can_resume,
        now=clock.now(),
    )


@router.post("/rooms/{room_id}/resume", response=RoomOut, summary="Go on after a stop")
def resume(request: HttpRequest, room_id: RoomId) -> object:
    return stops.resume(actor=door.actor(request), room_id=room_id, now=clock.now())


@router.delete("/rooms/{room_id}/key", response=Done, summary="Take the stream key back")
def revoke_key(request: HttpRequest, room_id: RoomId) -> object:
    """Whoever sends by it is cut off within seconds."""
    ingest.revoke_key(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()
