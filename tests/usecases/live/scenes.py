"""Rooms for tests, made through use cases only."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tests import builders
from tests.builders import NOW, ShopOfOne

from laotie.catalog.products import ProductFile
from laotie.kernel.actor import Actor
from laotie.live import frames, ingest, rooms, stage
from laotie.live.frames import Position
from laotie.trade import stock

PICTURE = {"door": "rtmp", "video": "h264", "audio": "aac", "width": 720, "height": 1280}


@dataclass(frozen=True, slots=True)
class Scene:
    """A room of one creator, with one product of one shop in the bag."""

    host: Actor
    shop: ShopOfOne
    product: ProductFile
    room_id: UUID
    session: UUID

    @property
    def sku_id(self) -> UUID:
        return self.product.skus[0].id


def a_scheduled_room(host: Actor, now: datetime = NOW) -> UUID:
    return rooms.schedule(actor=host, title="开窑第一场", starts_at=now, now=now).id


def a_live_room(now: datetime = NOW) -> Scene:
    """On air, with a picture, one product in the bag; its floor price is 1,000 fen."""
    host, shop = builders.a_creator(), builders.a_shop()
    product = builders.a_product(shop, 3990, 5990, title="茶盏", flash_floor_fen=1000)
    builders.a_plan(shop, product)
    for sku_id in builders.sku_ids(product):
        stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=100_000, now=now)
    room_id = a_scheduled_room(host, now)
    session = uuid4()
    ingest.started(room_id=room_id, session=session, picture=PICTURE, now=now)
    stage.add_item(actor=host, room_id=room_id, product_id=product.id, now=now)
    rooms.go_live(actor=host, room_id=room_id, now=now)
    return Scene(host, shop, product, room_id, session)


def told(room_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """All frames of the room's newest epoch: kind and body."""
    position = frames.position(room_id)
    assert position is not None
    found = frames.tail({room_id: Position(position.epoch, 0)})
    return [(frame.kind, json.loads(frame.body)) for frame in found]


def kinds(room_id: UUID) -> list[str]:
    return [kind for kind, _ in told(room_id)]
