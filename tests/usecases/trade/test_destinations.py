"""Where an order goes may change until it is made out; goods that are back are told of once."""

import pytest
from tests.builders import (
    NOW,
    a_clerk,
    a_paid_order,
    a_person,
    a_placed_order,
    a_shipped_order,
    a_shop,
    a_stocked_sku,
    an_address,
    see,
)
from tests.outside import World

from laotie.accounts import inbox
from laotie.accounts.inbox import NoticeKind
from laotie.delivery import freight
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, SignInFirst
from laotie.trade import destinations, orders, restock, stock
from laotie.trade.destinations import AddressFixed, DearerPlace
from laotie.trade.restock import StillThere


def told(person: Actor, kind: NoticeKind) -> list[str]:
    return [line.ref for line in inbox.lines(actor=person) if line.kind == kind]


def test_a_paid_order_goes_elsewhere_and_whoever_ships_is_told_each_time(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    clerk, accountant = a_clerk(shop, "ship"), a_clerk(shop, "money")
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    there = an_address(buyer, region_code="510100")

    moved = destinations.change(actor=buyer, order_id=order_id, address_id=there.id, now=NOW)
    destinations.change(
        actor=buyer, order_id=order_id, address_id=an_address(buyer).id, now=NOW.replace(hour=13)
    )
    world.pump(now=NOW)

    assert moved.address["region"] == "510100"
    assert see(buyer, order_id).address["region"] == "330100"
    plain = orders.reveal_address(actor=clerk, order_id=order_id, reason="label", now=NOW)
    assert (plain.region_code, plain.name) == ("330100", "王小明")
    assert len(told(clerk, NoticeKind.ADDRESS_CHANGED)) == 2
    assert told(accountant, NoticeKind.ADDRESS_CHANGED) == []


def test_what_is_not_paid_yet_moves_without_a_word(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})
    order_id = placed.orders[0].order_id
    there = an_address(buyer, region_code="510100")

    destinations.change(actor=buyer, order_id=order_id, address_id=there.id, now=NOW)
    world.pump(now=NOW)

    assert see(buyer, order_id).address["region"] == "510100"
    assert told(shop.owner, NoticeKind.ADDRESS_CHANGED) == []


def test_what_is_made_out_goes_where_it_was_to_go(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})
    there = an_address(buyer, region_code="510100")

    with pytest.raises(AddressFixed):
        destinations.change(actor=buyer, order_id=order_id, address_id=there.id, now=NOW)

    assert see(buyer, order_id).address["region"] == "330100"


def test_a_dearer_place_is_refused_and_a_cheaper_one_changes_no_money(world: World) -> None:
    buyer, shop = a_person(), a_shop()
    freight.set_rule(
        actor=shop.owner,
        shop_id=shop.id,
        flat_fen=600,
        by_region={"650000": 1800, "310000": 100},
        now=NOW,
    )
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    far, near = (an_address(buyer, region_code=code) for code in ("650100", "310000"))

    with pytest.raises(DearerPlace) as no:
        destinations.change(actor=buyer, order_id=order_id, address_id=far.id, now=NOW)
    assert no.value.facts == {"more_fen": 1200}
    assert see(buyer, order_id).address["region"] == "330100"

    destinations.change(actor=buyer, order_id=order_id, address_id=near.id, now=NOW)
    assert (see(buyer, order_id).freight_fen, see(buyer, order_id).total_fen) == (600, 4590)
    # A shop that raises its prices does not nail down what goes elsewhere in the same zone.
    freight.set_rule(actor=shop.owner, shop_id=shop.id, flat_fen=5000, now=NOW)
    destinations.change(actor=buyer, order_id=order_id, address_id=an_address(buyer).id, now=NOW)


def test_strangers_change_nothing(world: World) -> None:
    buyer, stranger, shop = a_person(), a_person(), a_shop()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    theirs = an_address(stranger)

    for actor in (stranger, shop.owner):
        with pytest.raises(NotFound):
            destinations.change(actor=actor, order_id=order_id, address_id=theirs.id, now=NOW)
    with pytest.raises(NotFound):
        destinations.change(actor=buyer, order_id=order_id, address_id=theirs.id, now=NOW)
    with pytest.raises(SignInFirst):
        destinations.change(
            actor=Actor.anonymous(), order_id=order_id, address_id=theirs.id, now=NOW
        )


def test_who_waits_for_goods_hears_of_them_once(world: World) -> None:
    shop = a_shop()
    sku = a_stocked_sku(shop, on_hand=1)
    first, second = a_person(), a_person()
    with pytest.raises(StillThere):
        restock.ask(actor=first, sku_id=sku, now=NOW)
    buyer = a_person()
    (order,) = a_placed_order(buyer, {sku: 1}).orders
    for person in (first, first, second):
        restock.ask(actor=person, sku_id=sku, now=NOW)
    assert restock.waited_for([sku], actor=first) == {sku}
    restock.give_up(actor=second, sku_id=sku, now=NOW)

    orders.cancel(actor=buyer, order_id=order.order_id, now=NOW)
    world.pump(now=NOW)

    assert len(told(first, NoticeKind.STOCK_BACK)) == 1
    assert told(second, NoticeKind.STOCK_BACK) == []
    assert restock.waited_for([sku], actor=first) == frozenset()
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=0, now=NOW)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=NOW)
    world.pump(now=NOW)
    assert len(told(first, NoticeKind.STOCK_BACK)) == 1

    # Gone again before anybody was told: they go on waiting.
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=0, now=NOW)
    restock.ask(actor=first, sku_id=sku, now=NOW)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=5, now=NOW)
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=0, now=NOW)
    world.pump(now=NOW)
    assert restock.waited_for([sku], actor=first) == {sku}
