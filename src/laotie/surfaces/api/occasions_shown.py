"""Events with rights: which there are, what one may show of them, and handing rights on."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Status

from laotie.content.licensing import grants, occasions, rights
from laotie.content.licensing.grants import GrantCard
from laotie.content.licensing.licences import PartyKind, Use
from laotie.content.posting import lapses, showings
from laotie.content.posting.showings import ShowingView
from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.kernel.text import clean_line
from laotie.live import licensed
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    CreatorId,
    Done,
    GrantId,
    In,
    Moment,
    OccasionId,
    Out,
    PairOut,
    PostId,
    RoomId,
)

router = Router(tags=["rights"])


class OccasionOut(Out):
    """An event of which somebody owns the rights."""

    id: OccasionId
    name: PairOut
    holder: str
    starts_at: datetime
    ends_at: datetime


class GrantOut(Out):
    """From `starts_at` until before `ends_at`. longest_clip_s: none for any length.

    territory: two letters of a country, or WORLD. parent_id: what it is a sub-licence of.
    """

    id: GrantId
    occasion_id: OccasionId
    holder_kind: PartyKind
    holder_name: str
    parent_id: GrantId | None
    use: Use
    territory: str
    starts_at: datetime
    ends_at: datetime
    is_exclusive: bool
    may_sublicense: bool
    delay_s: int
    longest_clip_s: int | None
    is_in_force: bool


class HandOnIn(In):
    """What is left out is as of the right itself."""

    creator_id: CreatorId
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    longest_clip_s: int | None = None
    may_sublicense: bool = False


class RevokeIn(In):
    reason: str


class ShowingIn(In):
    """event_time: the moment of the event that is seen."""

    occasion_id: OccasionId
    use: Literal["SHORT_VIDEO", "VOD", "DERIVATIVE"]
    event_time: Moment


class RoomOccasionIn(In):
    """Without an event the room shows none."""

    occasion_id: OccasionId | None = None


class ShowingOut(Out):
    """until: when the right ends. lack: the code of what is missing, with its message."""

    occasion: OccasionOut
    use: Use
    event_time: datetime
    is_fixed: bool
    until: datetime | None
    lack: str
    message: str


@router.get("/occasions", response=list[OccasionOut], summary="Events with rights")
def list_occasions(request: HttpRequest, words: str = "") -> object:
    door.actor(request)
    return occasions.listed(
        words=clean_line(words, field="words", longest=40, required=False), **paging.asked(request)
    )


@router.get("/me/rights", response=list[GrantOut], summary="What one may show of events")
def list_rights(request: HttpRequest) -> object:
    return [_shown(card) for card in grants.held(actor=door.actor(request))]


@router.get(
    "/rights/{grant_id}/sublicences",
    response=list[GrantOut],
    summary="To whom a right was handed on",
)
def list_sublicences(request: HttpRequest, grant_id: GrantId) -> object:
    held = grants.card(grant_id, actor=door.actor(request))
    return [_shown(card) for card in grants.handed_on([held.grant.id])]


@router.post("/rights/{grant_id}/sublicences", response={201: GrantOut}, summary="Hand a right on")
def hand_on(request: HttpRequest, grant_id: GrantId, payload: HandOnIn) -> object:
    who, now = door.actor(request), clock.now()
    whole = grants.card(grant_id, actor=who).grant.scope
    scope = replace(
        whole,
        starts_at=payload.starts_at or whole.starts_at,
        ends_at=payload.ends_at or whole.ends_at,
        longest_clip_s=payload.longest_clip_s or whole.longest_clip_s,
        may_sublicense=payload.may_sublicense,
        is_exclusive=False,
    )
    card = rights.hand_on(
        actor=who, grant_id=grant_id, creator_id=payload.creator_id, scope=scope, now=now
    )
    return Status(201, _shown(card))


@router.post("/rights/{grant_id}/revoke", response=GrantOut, summary="End a right handed on")
def revoke(request: HttpRequest, grant_id: GrantId, payload: RevokeIn) -> object:
    card = rights.revoke(
        actor=door.actor(request), grant_id=grant_id, reason=payload.reason, now=clock.now()
    )
    return _shown(card)


@router.get("/me/posts/{post_id}/occasion", response=ShowingOut, summary="Which event a post shows")
def show_showing(request: HttpRequest, post_id: PostId) -> object:
    found = showings.of_post(actor=door.actor(request), post_id=post_id, now=clock.now())
    if found is None:
        raise NotFound
    return _showing(found)


@router.put("/me/posts/{post_id}/occasion", response=ShowingOut, summary="Say which event it shows")
def set_showing(request: HttpRequest, post_id: PostId, payload: ShowingIn) -> object:
    who, now = door.actor(request), clock.now()
    showings.set_occasion(
        actor=who,
        post_id=post_id,
        occasion_id=payload.occasion_id,
        use=Use(payload.use),
        event_time=payload.event_time,
        now=now,
    )
    found = showings.of_post(actor=who, post_id=post_id, now=now)
    assert found is not None
    return _showing(found)


@router.delete("/me/posts/{post_id}/occasion", response=Done, summary="It shows no event")
def clear_showing(request: HttpRequest, post_id: PostId) -> Done:
    showings.clear_occasion(actor=door.actor(request), post_id=post_id, now=clock.now())
    return Done()


@router.post(
    "/me/posts/{post_id}/take-back",
    response=Done,
    summary="Have back a post that came down for want of a right",
)
def take_back(request: HttpRequest, post_id: PostId) -> Done:
    lapses.take_back(actor=door.actor(request), post_id=post_id, now=clock.now())
    return Done()


@router.put("/rooms/{room_id}/occasion", response=Done, summary="Say which event a room shows")
def set_room_occasion(request: HttpRequest, room_id: RoomId, payload: RoomOccasionIn) -> Done:
    licensed.set_occasion(
        actor=door.actor(request),
        room_id=room_id,
        occasion_id=payload.occasion_id,
        now=clock.now(),
    )
    return Done()


def _shown(card: GrantCard) -> dict[str, object]:
    scope = card.grant.scope
    return {
        "id": card.grant.id,
        "occasion_id": card.occasion_id,
        "holder_kind": card.grant.holder.kind,
        "holder_name": card.holder_name,
        "parent_id": card.grant.parent_id,
        "use": scope.use,
        "territory": scope.territory,
        "starts_at": scope.starts_at,
        "ends_at": card.grant.ends_at,
        "is_exclusive": scope.is_exclusive,
        "may_sublicense": scope.may_sublicense,
        "delay_s": scope.delay_s,
        "longest_clip_s": scope.longest_clip_s,
        "is_in_force": card.grant.holds(clock.now()),
    }


def _showing(view: ShowingView) -> dict[str, object]:
    return {
        "occasion": view.occasion,
        "use": view.use,
        "event_time": view.event_time,
        "is_fixed": view.is_fixed,
        "until": view.until,
        "lack": view.lack.code if view.lack else "",
        "message": view.lack.text() if view.lack else "",
    }
