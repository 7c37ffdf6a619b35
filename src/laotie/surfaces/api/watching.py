"""Rooms as viewers see them: feed, room, bag, ticket to the socket, following."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from laotie.accounts import regions
from laotie.content.relations import blocks, follows
from laotie.kernel import clock, media
from laotie.live import queries, tickets
from laotie.look import answers
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import (
    CreatorId,
    CreatorOut,
    OfferId,
    Out,
    PairOut,
    PersonId,
    ProductId,
    RoomId,
    ShopId,
    SkuId,
)

router = Router(tags=["rooms"])


class RoomOut(Out):
    id: RoomId
    creator_id: CreatorId
    shop_id: ShopId | None
    title: str
    cover_url: str
    state: str
    starts_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    slow_mode_s: int


class AudienceOut(Out):
    likes: int
    viewers: int


class ProductInRoomOut(Out):
    product_id: ProductId
    shop_id: ShopId
    sku_id: SkuId | None
    title: PairOut
    picture_url: str
    price_fen: int
    list_price_fen: int
    available: int


class BagItemOut(Out):
    no: int
    product: ProductInRoomOut
    is_pinned: bool
    flash_offer_id: OfferId | None
    flash_ends_at: datetime | None
    flash_quantity: int
    flash_left: int


class SlideOut(Out):
    """One room in the feed, with what it presents."""

    room: RoomOut
    creator: CreatorOut
    stream_name: str
    playlist_url: str
    audience: AudienceOut
    pinned: ProductInRoomOut | None
    is_pinned: bool


class AnnouncedOut(Out):
    room: RoomOut
    creator: CreatorOut


class RoomPageOut(Out):
    room: RoomOut
    creator: CreatorOut
    stream_name: str
    playlist_url: str
    audience: AudienceOut
    sold: int
    bag: int
    followers: int
    is_following: bool
    is_host: bool


class TicketOut(Out):
    """Good for one socket at `url`, within a minute.

    unseen: the people whom the viewer has blocked, the 500 latest. A room is sent to all alike, so
    that whoever shows it leaves out what these say.
    """

    ticket: str
    url: str
    unseen: list[PersonId]


class FollowersOut(Out):
    followers: int
    is_following: bool


class RegionOut(Out):
    code: str
    province: str
    name: PairOut


@router.get("/feed", response=list[SlideOut], summary="Rooms on air, newest first")
def feed(request: HttpRequest) -> object:
    return [
        with_playlist(slide) for slide in queries.feed(actor=door.actor(request), now=clock.now())
    ]


@router.get("/rooms/announced", response=list[AnnouncedOut], summary="Rooms to come")
def announced(request: HttpRequest) -> object:
    found = queries.announced(actor=door.actor(request))
    return [{"room": room, "creator": creator} for room, creator in found]


@router.get("/rooms/{room_id}", response=RoomPageOut, summary="A room")
def room(request: HttpRequest, room_id: RoomId) -> object:
    return with_playlist(queries.room_page(room_id, actor=door.actor(request)))


@router.get("/rooms/{room_id}/bag", response=list[BagItemOut], summary="A room's bag, now")
def bag(request: HttpRequest, room_id: RoomId) -> object:
    queries.room_page(room_id, actor=door.actor(request))  # Not everybody may see every room.
    return list(queries.bag(room_id, now=clock.now()))


@router.post("/rooms/{room_id}/tickets", response=TicketOut, summary="A ticket to its socket")
def ticket(request: HttpRequest, room_id: RoomId) -> object:
    """For guests too. One socket, one minute."""
    door.never_keep(request)
    actor = door.actor(request)
    issued = tickets.issue(actor=actor, room_id=room_id, now=clock.now())
    return {
        "ticket": issued,
        "url": settings.LAOTIE.gateway_url,
        "unseen": blocks.newest_of_mine(actor),
    }


@router.put("/creators/{creator_id}/follow", response=FollowersOut, summary="Follow a creator")
def follow(request: HttpRequest, creator_id: CreatorId) -> object:
    count = follows.follow(
        actor=door.actor(request),
        creator_id=creator_id,
        device=answers.device(request),
        now=clock.now(),
    )
    return {"followers": count, "is_following": True}


@router.delete("/creators/{creator_id}/follow", response=FollowersOut, summary="Stop following")
def unfollow(request: HttpRequest, creator_id: CreatorId) -> object:
    count = follows.unfollow(actor=door.actor(request), creator_id=creator_id)
    return {"followers": count, "is_following": False}


@router.get("/regions", response=list[RegionOut], summary="Provinces and cities")
def list_regions(request: HttpRequest) -> object:
    return list(regions.every().values())


def playlist_url(stream_name: str) -> str:
    """Where players fetch the video."""
    return media.address(f"/media/live/{stream_name}/index.m3u8")


def with_playlist(found: Any) -> Mapping[str, Any]:
    """A room of a query as its shape here: with the address of its playlist."""
    fields = {name: getattr(found, name) for name in type(found).__slots__}
    return {**fields, "playlist_url": playlist_url(found.stream_name)}
