"""A room on air with flash offers, and any number of buyers with a default address.

Shop, goods, room and offers come through use cases. Buyers beyond the first are copies of the
first one's rows, made by the server itself: a person a millisecond would be a minute of waiting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from bench._copies import copy_rows
from bench._server import Server

PRICE_FEN = 1990
_FLOOR_FEN, _LIST_FEN = 1000, 3990
_IN_ONE_PRODUCT = 20


@dataclass(frozen=True, slots=True)
class Goods:
    """One SKU with its flash offer."""

    offer_id: UUID
    sku_id: UUID


@dataclass(frozen=True, slots=True)
class Town:
    """units: of each SKU, on the shelf and in its offer."""

    room_id: UUID
    creator_id: UUID
    goods: tuple[Goods, ...]
    buyer_ids: tuple[UUID, ...]
    units: int


def build(server: Server, *, skus: int, buyers: int, units: int) -> Town:
    """A room with so many SKUs on offer for the next hour, each with so many units."""
    from tests import builders
    from tests.usecases.live import scenes

    from laotie.kernel import clock

    now = clock.now()
    scene = scenes.a_live_room(now)
    sku_ids: list[UUID] = []
    while len(sku_ids) < skus:
        prices = [_LIST_FEN] * min(_IN_ONE_PRODUCT, skus - len(sku_ids))
        product = builders.a_product(scene.shop, *prices, flash_floor_fen=_FLOOR_FEN)
        builders.a_plan(scene.shop, product)
        _put_in_bag(scene, product.id, now)
        sku_ids += builders.sku_ids(product)
    goods = tuple(_offer(scene, sku_id, units, now) for sku_id in sku_ids)
    first = builders.a_person()
    builders.an_address(first)
    more = copy_people(server, first.require_person(), buyers - 1)
    server.analyze()
    creator_id = scene.host.creator_id
    assert creator_id
    return Town(scene.room_id, creator_id, goods, (first.require_person(), *more), units)


def copy_people(server: Server, pattern_id: UUID, count: int) -> tuple[UUID, ...]:
    """So many more people like this one, each with the same address as their default."""
    with psycopg.connect(server.owner_url) as connection:
        connection.execute(
            "CREATE TEMPORARY TABLE newcomer ON COMMIT DROP AS"
            " SELECT uuidv7() AS id FROM generate_series(1, %s)",
            [count],
        )
        copy_rows(
            connection,
            "accounts_person",
            {"id": "n.id", "phone_index": "sha256(n.id::text::bytea)"},
            "newcomer n ON t.id = %(pattern)s",
            {"pattern": pattern_id},
        )
        copy_rows(
            connection,
            "accounts_address",
            {"id": "uuidv7()", "person_id": "n.id"},
            "newcomer n ON t.person_id = %(pattern)s",
            {"pattern": pattern_id},
        )
        rows = connection.execute("SELECT id FROM newcomer ORDER BY id").fetchall()
    return tuple(id for (id,) in rows)


def _put_in_bag(scene: Any, product_id: UUID, now: datetime) -> None:
    from laotie.live import stage

    stage.add_item(actor=scene.host, room_id=scene.room_id, product_id=product_id, now=now)


def _offer(scene: Any, sku_id: UUID, units: int, now: datetime) -> Goods:
    """As `flashes.open_flash` opens it, without the frame of the room, which shows only one."""
    from django.db import transaction

    from laotie.catalog import offers
    from laotie.trade import stock

    stock.set_stock(actor=scene.shop.owner, sku_id=sku_id, on_hand=units, now=now)
    with transaction.atomic():
        stock.require_for_offer(sku_id, units, now=now)
        offer = offers.open_offer(
            actor=scene.shop.owner, sku_id=sku_id, price_fen=PRICE_FEN, place_id=scene.room_id,
            starts_at=now, ends_at=now + timedelta(hours=1), quantity=units, now=now,
        )  # fmt: skip
    return Goods(offer.id, sku_id)
