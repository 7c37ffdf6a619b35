"""A creator's rooms: announcing, the stream, the stage and its bag, flash offers."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status

from laotie.alliance import plans
from laotie.kernel import clock
from laotie.live import flashes, ingest, queries, rooms, showcase, stage
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.merchandise import PlanOut
from laotie.surfaces.api.shapes import (
    Done,
    In,
    Moment,
    OfferId,
    Out,
    ProductId,
    RoomId,
    ShopId,
    SkuId,
)
from laotie.surfaces.api.watching import RoomOut

router = Router(tags=["stage"])


class RoomIn(In):
    title: str
    starts_at: Moment
    cover_url: str = ""
    shop_id: ShopId | None = None


class ItemIn(In):
    product_id: ProductId


class MoveIn(In):
    to_no: int


class FlashIn(In):
    sku_id: SkuId
    price_fen: int
    quantity: int
    seconds: int
    limit_per_buyer: int | None = None


class StreamKeyOut(Out):
    """Shown once. Encoders such as OBS take `server` and `key`."""

    server: str
    key: str
    valid_until: datetime


class PublishOut(Out):
    """Lets a browser send video, within two minutes."""

    ticket: str


class PreviewOut(Out):
    """Lets the host watch the room before it is public."""

    token: str


class ItemOut(Out):
    no: int


class FlashOut(Out):
    offer_id: OfferId
    room_id: RoomId
    product_id: ProductId
    sku_id: SkuId
    price_fen: int
    list_price_fen: int
    quantity: int
    left: int
    limit_per_buyer: int
    starts_at: datetime
    ends_at: datetime
    is_open: bool


class SignalOut(Out):
    """What arrives from the encoder."""

    door: str
    is_on: bool
    width: int
    height: int
    video: str
    audio: str
    started_at: datetime
    end_reason: str
    took_over: bool
    health: dict[str, Any]
    heard_s_ago: int


@router.get("/plans", response=list[PlanOut], summary="What I can earn by, best rate first")
def list_plans(request: HttpRequest) -> object:
    return plans.open_page(actor=door.actor(request), **paging.asked(request))


@router.get("/me/rooms", response=list[RoomOut], summary="My rooms, newest first")
def list_rooms(request: HttpRequest) -> object:
    creator_id = door.actor(request).require_creator()
    return showcase.rooms(creator_id, **paging.asked(request))


@router.post("/rooms", response={201: RoomOut}, summary="Announce a room")
def schedule(request: HttpRequest, payload: RoomIn) -> object:
    return Status(
        201,
        rooms.schedule(
            actor=door.actor(request),
            title=payload.title,
            starts_at=payload.starts_at,
            cover_url=payload.cover_url,
            shop_id=payload.shop_id,
            now=clock.now(),
        ),
    )


@router.post("/rooms/{room_id}/key", response=StreamKeyOut, summary="A new stream key")
def issue_key(request: HttpRequest, room_id: RoomId) -> object:
    """The key before stops working at once."""
    door.never_keep(request)
    made = ingest.issue_key(actor=door.actor(request), room_id=room_id, now=clock.now())
    return {
        "server": settings.LAOTIE.rtmp_url,
        "key": made.key,
        "valid_until": made.valid_until,
    }


@router.post("/rooms/{room_id}/publish-ticket", response=PublishOut, summary="Go live by browser")
def publish_ticket(request: HttpRequest, room_id: RoomId) -> object:
    door.never_keep(request)
    return {"ticket": ingest.issue_publish_ticket(actor=door.actor(request), room_id=room_id)}


@router.post("/rooms/{room_id}/preview-token", response=PreviewOut, summary="Watch it myself")
def preview_token(request: HttpRequest, room_id: RoomId) -> object:
    door.never_keep(request)
    return {"token": ingest.preview_token(actor=door.actor(request), room_id=room_id)}


@router.get("/rooms/{room_id}/signal", response=SignalOut | None, summary="What arrives")
def show_signal(request: HttpRequest, room_id: RoomId) -> object:
    return queries.signal(room_id, actor=door.actor(request))


@router.post("/rooms/{room_id}/preview", response=RoomOut, summary="Try picture and sound")
def preview(request: HttpRequest, room_id: RoomId) -> object:
    return rooms.open_preview(actor=door.actor(request), room_id=room_id, now=clock.now())


@router.post("/rooms/{room_id}/live", response=RoomOut, summary="Open the room to everybody")
def go_live(request: HttpRequest, room_id: RoomId) -> object:
    return rooms.go_live(actor=door.actor(request), room_id=room_id, now=clock.now())


@router.post("/rooms/{room_id}/end", response=RoomOut, summary="Close the room")
def end(request: HttpRequest, room_id: RoomId) -> object:
    return rooms.end(actor=door.actor(request), room_id=room_id, now=clock.now())


@router.put("/rooms/{room_id}/bag/{product_id}", response=ItemOut, summary="Put it into the bag")
def add_item(request: HttpRequest, room_id: RoomId, product_id: ProductId) -> object:
    """This accepts the product's commission plan. Its number in the bag comes back."""
    no = stage.add_item(
        actor=door.actor(request), room_id=room_id, product_id=product_id, now=clock.now()
    )
    return {"no": no}


@router.delete("/rooms/{room_id}/bag/{product_id}", response=Done, summary="Take it out")
def remove_item(request: HttpRequest, room_id: RoomId, product_id: ProductId) -> object:
    stage.remove_item(
        actor=door.actor(request), room_id=room_id, product_id=product_id, now=clock.now()
    )
    return Done()


@router.put("/rooms/{room_id}/bag/{product_id}/no", response=Done, summary="Another number")
def move_item(
    request: HttpRequest, room_id: RoomId, product_id: ProductId, payload: MoveIn
) -> object:
    stage.move_item(
        actor=door.actor(request),
        room_id=room_id,
        product_id=product_id,
        to_no=payload.to_no,
        now=clock.now(),
    )
    return Done()


@router.put("/rooms/{room_id}/pin", response=Done, summary="Present a product")
def pin(request: HttpRequest, room_id: RoomId, payload: ItemIn) -> object:
    stage.pin(
        actor=door.actor(request), room_id=room_id, product_id=payload.product_id, now=clock.now()
    )
    return Done()


@router.delete("/rooms/{room_id}/pin", response=Done, summary="Stop presenting")
def unpin(request: HttpRequest, room_id: RoomId) -> object:
    stage.unpin(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()


@router.post("/rooms/{room_id}/flash", response={201: FlashOut}, summary="Open a flash offer")
def open_flash(request: HttpRequest, room_id: RoomId, payload: FlashIn) -> object:
    return Status(
        201,
        flashes.open_flash(
            actor=door.actor(request),
            room_id=room_id,
            sku_id=payload.sku_id,
            price_fen=payload.price_fen,
            quantity=payload.quantity,
            seconds=payload.seconds,
            limit_per_buyer=payload.limit_per_buyer,
            now=clock.now(),
        ),
    )


@router.delete("/rooms/{room_id}/flash", response=Done, summary="End the flash offer")
def close_flash(request: HttpRequest, room_id: RoomId) -> object:
    flashes.close_flash(actor=door.actor(request), room_id=room_id, now=clock.now())
    return Done()
