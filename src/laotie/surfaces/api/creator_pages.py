"""A creator as everybody sees them, with what they announced."""

from django.http import HttpRequest
from ninja import Router

from laotie.content.industry import memberships
from laotie.kernel import clock
from laotie.live import showcase
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import BeltOut, CreatorId, CreatorOut, Out
from laotie.surfaces.api.watching import RoomOut

router = Router(tags=["watching"])


class PlannedOut(Out):
    """revision: how often what was announced changed."""

    room: RoomOut
    revision: int
    is_cancelled: bool
    reason: str


class CreatorPageOut(Out):
    """belt: the one that they belong to."""

    creator: CreatorOut
    followers: int
    is_following: bool
    belt: BeltOut | None
    on_air: RoomOut | None
    to_come: list[PlannedOut]


@router.get("/creators/{creator_id}", response=CreatorPageOut, summary="A creator and their rooms")
def show_creator(request: HttpRequest, creator_id: CreatorId) -> object:
    found = showcase.page(creator_id, actor=door.actor(request), now=clock.now())
    return {
        "creator": found.creator,
        "followers": found.followers,
        "is_following": found.is_following,
        "belt": memberships.of_creator(creator_id),
        "on_air": found.shows.on_air,
        "to_come": [planned for planned, _is_reminded in found.shows.to_come],
    }
