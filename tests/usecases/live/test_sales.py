from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests import builders
from tests.builders import NOW
from tests.outside import World, stand_in
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene

from laotie.catalog import offers
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed
from laotie.live import flashes, queries, rooms
from laotie.trade import orders, stock
from laotie.trade.orders import Placed


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


def an_order_in(scene: Scene, buyer: Actor, quantity: int = 1) -> Placed:
    quote = builders.a_quote(
        buyer, {scene.sku_id: quantity}, room_id=scene.room_id, creator=scene.host
    )
    return builders.place(buyer, quote)


def a_sale(on_hand: int = 100) -> Scene:
    scene = scenes.a_live_room()
    stock.set_stock(actor=scene.shop.owner, sku_id=scene.sku_id, on_hand=on_hand, now=NOW)
    flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990, quantity=10,
        seconds=600, now=NOW,
    )  # fmt: skip
    return scene


def stocks(scene: Scene) -> list[int]:
    return [body["left"] for kind, body in scenes.told(scene.room_id) if kind == "stock"]


def test_a_paid_order_is_told_once_with_a_masked_name(world: World) -> None:
    scene, buyer = a_sale(), builders.a_person("林小姐")
    placed = an_order_in(scene, buyer, 2)

    builders.pay_for(world, buyer, placed)
    world.pump(now=NOW, twice=True)

    bought = [body for kind, body in scenes.told(scene.room_id) if kind == "bought"]
    assert bought == [
        {"name": "林**", "title": {"zh": "茶盏", "en": "茶盏 tea"}, "quantity": 2, "sold": 2}
    ]
    assert queries.room_page(scene.room_id, actor=buyer).sold == 2
    curve = queries.curve(scene.room_id, actor=scene.host, now=NOW)
    assert (curve[-1].orders, curve[-1].paid_fen) == (1, placed.total_fen)


def test_the_stock_bar_follows_promises_and_what_is_given_back(world: World) -> None:
    scene, buyer = a_sale(), builders.a_person()

    placed = an_order_in(scene, buyer, 3)
    world.pump(now=NOW)
    an_order_in(scene, builders.a_person(), 2)
    an_order_in(scene, builders.a_person(), 1)
    world.pump(now=NOW)
    orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=NOW)
    world.pump(now=NOW, twice=True)

    assert stocks(scene) == [7, 4, 7]
    card = flashes.running(scene.room_id, now=NOW)
    assert card is not None
    assert card.left == 7


def test_a_flash_price_is_paid_and_the_creator_earns_by_the_plan(world: World) -> None:
    scene, buyer = a_sale(), builders.a_person()

    placed = an_order_in(scene, buyer)

    rows = sql.rows("SELECT unit_price_fen, creator_id, creator_bps FROM trade_order_line")
    assert rows == [(1990, scene.host.creator_id, 1500)]
    assert placed.total_fen >= 1990


def test_an_order_paid_after_the_room_is_counted_and_not_shouted(world: World) -> None:
    scene, buyer = a_sale(), builders.a_person()
    placed = an_order_in(scene, buyer)
    rooms.end(actor=scene.host, room_id=scene.room_id, now=NOW + timedelta(minutes=1))

    builders.pay_for(world, buyer, placed, now=NOW + timedelta(minutes=2))

    assert "bought" not in scenes.kinds(scene.room_id)
    assert queries.room_page(scene.room_id, actor=buyer).sold == 1


def test_a_made_up_room_is_passed_over(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop)
    quote = builders.a_quote(buyer, {sku_id: 1}, room_id=ids.new())

    builders.pay_for(world, buyer, builders.place(buyer, quote))

    assert sql.rows("SELECT count(*) FROM live_sale") == [(0,)]
    assert sql.rows("SELECT count(*) FROM event_retry WHERE state <> 'DONE'") == [(0,)]


def test_an_offer_that_its_shop_stops_leaves_the_screen(world: World) -> None:
    scene = a_sale()
    card = flashes.running(scene.room_id, now=NOW)
    assert card is not None
    offers.stop(actor=scene.shop.owner, offer_id=card.offer_id, now=NOW)
    world.pump(now=NOW, twice=True)

    assert flashes.running(scene.room_id, now=NOW) is None
    assert scenes.kinds(scene.room_id).count("flash_over") == 1


def test_the_host_sees_the_newest_paid_orders_and_nobody_else_does(world: World) -> None:
    scene, buyer = a_sale(), builders.a_person()
    builders.pay_for(world, buyer, an_order_in(scene, buyer, 2))

    (line,) = queries.sales(scene.room_id, actor=scene.host)

    assert (line.title["zh"], line.units) == ("茶盏", 2)
    with pytest.raises(NotAllowed):
        queries.sales(scene.room_id, actor=buyer)
