"""Money that comes in time, late, twice, or wrong; and time that runs out."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.builders import (
    NOW,
    a_claim,
    a_coupon,
    a_person,
    a_placed_order,
    a_quote,
    a_shop,
    a_stocked_sku,
    pay_for,
    place,
    see,
)
from tests.outside import World

from laotie.accounts import inbox
from laotie.catalog import products
from laotie.catalog.products import NewSku
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, WrongState
from laotie.ledger import queries as ledger
from laotie.payments import intents
from laotie.payments.channels import Standing
from laotie.trade import checkouts, coupons, notices, orders, queries, stock
from laotie.trade.orders import Placed

LATE = NOW + timedelta(minutes=16)


def owed_back() -> list[tuple[str, int]]:
    rows = sql.rows("SELECT cause, amount_fen FROM trade_lost_payment ORDER BY at")
    return [(cause, fen) for cause, fen in rows]


def opened(buyer: Actor, placed: Placed) -> UUID:
    return orders.pay(actor=buyer, group_id=placed.group_id, now=NOW).payment_id


def test_a_paid_order_is_held_and_both_sides_are_told(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop, 3990): 2})

    pay_for(world, buyer, placed)

    order_id = placed.orders[0].order_id
    page = see(buyer, order_id)
    assert (page.state, page.paid_at) == ("PAID", NOW)
    assert ledger.order_money([order_id])[order_id].held_fen == 7980
    assert queries.held_for_buyer(actor=buyer) == queries.MoneyHeld(1, 7980)
    assert [line.kind for line in inbox.lines(actor=buyer)] == ["order_paid"]
    assert "order_to_ship" in [line.kind for line in inbox.lines(actor=shop.owner)]


def test_one_payment_pays_the_orders_of_all_shops(world: World) -> None:
    one_shop, other_shop, buyer = a_shop(), a_shop(), a_person()
    placed = a_placed_order(
        buyer, {a_stocked_sku(one_shop, 3990): 1, a_stocked_sku(other_shop, 1000): 1}
    )

    pay_for(world, buyer, placed)

    assert {see(buyer, order.order_id).state for order in placed.orders} == {"PAID"}
    assert len(world.provider.payments) == 1


def test_the_same_news_twice_changes_nothing(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)
    world.provider.take_money(ids.public("pay", ticket), NOW)
    checkouts_before = sql.rows("SELECT count(*) FROM led_txn")

    intents.refresh(ticket, now=NOW)
    intents.refresh(ticket, now=NOW)
    world.pump(now=NOW, twice=True)

    assert see(buyer, placed.orders[0].order_id).state == "PAID"
    assert owed_back() == []
    assert checkouts_before == [(0,)]
    assert sql.rows("SELECT count(*) FROM led_txn") == [(1,)]


def test_an_unpaid_checkout_expires_and_gives_everything_back(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=5)
    held = a_claim(buyer, a_coupon(shop=shop))
    placed = place(buyer, a_quote(buyer, {sku: 5}, claims=[held]))
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)

    assert checkouts.expire_due(now=placed.pay_by - timedelta(seconds=1)) == 0
    assert checkouts.expire_due(now=placed.pay_by) == 1
    assert checkouts.expire_due(now=placed.pay_by) == 0

    page = see(buyer, placed.orders[0].order_id)
    assert (page.state, page.close_reason) == ("CLOSED_UNPAID", "expired")
    assert stock.available([sku]) == {sku: 5}
    assert [mine.claim_id for mine in coupons.wallet(buyer.person_id, now=NOW)] == [held.claim_id]  # type: ignore[arg-type]
    with pytest.raises(WrongState):
        opened(buyer, placed)


def test_late_money_revives_the_order_if_all_can_still_be_had(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=5)
    held = a_claim(buyer, a_coupon(shop=shop, off_fen=500))
    placed = place(buyer, a_quote(buyer, {sku: 2}, claims=[held]))
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)
    checkouts.expire_due(now=LATE)

    world.money_comes(ticket, now=LATE)

    page = see(buyer, placed.orders[0].order_id)
    assert (page.state, page.closed_at, page.close_reason) == ("PAID", None, None)
    assert stock.available([sku]) == {sku: 3}
    assert coupons.wallet(buyer.person_id, now=LATE) == ()  # type: ignore[arg-type]
    assert owed_back() == []


def _sold_to_another(sku: UUID, owner: Actor) -> None:
    a_placed_order(a_person(), {sku: 1}, now=LATE)


def _dearer(sku: UUID, owner: Actor) -> None:
    dearer = NewSku(spec={"zh": "款", "en": "kind"}, list_price_fen=9999)
    products.change_sku(actor=owner, sku_id=sku, sku=dearer, now=LATE)


def _limited(sku: UUID, owner: Actor) -> None:
    stock.set_limit(actor=owner, sku_id=sku, per_buyer=1, now=LATE)


@pytest.mark.parametrize("meanwhile", [_sold_to_another, _dearer, _limited])
def test_late_money_goes_straight_back_otherwise(
    world: World, meanwhile: Callable[[UUID, Actor], None]
) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=2)
    placed = a_placed_order(buyer, {sku: 2})
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)
    checkouts.expire_due(now=LATE)
    meanwhile(sku, shop.owner)
    left = stock.available([sku])

    world.money_comes(ticket, now=LATE)
    world.money_goes_back(now=LATE)

    assert see(buyer, placed.orders[0].order_id).state == "CLOSED_UNPAID"
    assert owed_back() == [("too_late", 7980)]
    assert [line.kind for line in inbox.lines(actor=buyer)] == ["refund_done", "order_closed"]
    assert stock.available([sku]) == left
    assert sql.rows("SELECT count(*) FROM trade_lost_payment WHERE settled_at IS NULL") == [(0,)]


def test_late_money_goes_back_when_a_coupon_was_used_elsewhere(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990)
    held = a_claim(buyer, a_coupon(shop=shop, off_fen=500))
    placed = place(buyer, a_quote(buyer, {sku: 1}, claims=[held]))
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)
    checkouts.expire_due(now=LATE)
    place(buyer, a_quote(buyer, {sku: 1}, claims=[held], now=LATE), now=LATE)

    world.money_comes(ticket, now=LATE)

    assert owed_back() == [("too_late", 3490)]


def test_money_for_a_cancelled_checkout_goes_back(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, 3990, on_hand=2)
    placed = a_placed_order(buyer, {sku: 1})
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)
    orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=NOW)

    world.money_comes(ticket, now=NOW)
    world.money_goes_back(now=NOW)

    assert see(buyer, placed.orders[0].order_id).close_reason == "cancelled"
    assert owed_back() == [("too_late", 3990)]
    assert stock.available([sku]) == {sku: 2}


def test_cancelling_one_order_of_an_unpaid_checkout_ends_them_all(world: World) -> None:
    one_shop, other_shop, buyer = a_shop(), a_shop(), a_person()
    tea, cup = a_stocked_sku(one_shop, on_hand=3), a_stocked_sku(other_shop, on_hand=3)
    placed = a_placed_order(buyer, {tea: 1, cup: 2})

    for _ in range(2):
        orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=NOW)

    assert {see(buyer, order.order_id).state for order in placed.orders} == {"CLOSED_UNPAID"}
    assert stock.available([tea, cup]) == {tea: 3, cup: 3}


@pytest.mark.parametrize(("fen", "cause"), [(3989, "amount"), (3991, "amount")])
def test_money_of_another_amount_pays_nothing(world: World, fen: int, cause: str) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop, 3990): 1})
    ticket = opened(buyer, placed)
    world.open(ticket, now=NOW)
    # As if the provider's channel had let another amount through.
    sql.change("UPDATE pay_payment SET amount_fen = %s WHERE id = %s", [fen, ticket])
    out_no = ids.public("pay", ticket)
    world.provider.payments[out_no] = dataclasses.replace(
        world.provider.payments[out_no], amount_fen=fen
    )

    world.money_comes(ticket, now=NOW)

    assert see(buyer, placed.orders[0].order_id).state == "PENDING_PAYMENT"
    assert owed_back() == [(cause, fen)]


def test_nobody_pays_for_somebody_else(world: World) -> None:
    shop, buyer, other = a_shop(), a_person(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})

    with pytest.raises(NotFound):
        opened(other, placed)
    with pytest.raises(NotFound):
        orders.cancel(actor=other, order_id=placed.orders[0].order_id, now=NOW)


@pytest.mark.parametrize("first_told", [0, 1])
def test_two_payments_of_one_checkout_that_both_succeed_leave_one(
    world: World, first_told: int
) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop, 3990): 2})
    first = opened(buyer, placed)
    world.open(first, now=NOW)
    world.provider._stand(ids.public("pay", first), Standing.FAILED)
    intents.refresh(first, now=NOW)
    second = opened(buyer, placed)
    assert second != first
    world.open(second, now=NOW)
    tickets = [first, second]

    # The bank had taken the first one after all, and whichever is heard of first pays the order.
    for n, ticket in enumerate([tickets[first_told], tickets[1 - first_told]]):
        moment = NOW + timedelta(seconds=n)
        world.provider.take_money(ids.public("pay", ticket), moment)
        intents.refresh(ticket, now=moment)
        world.pump(now=moment, twice=True)
    order_id = placed.orders[0].order_id
    assert see(buyer, order_id).state == "PAID"
    assert owed_back() == [("paid_twice", 7980)]
    world.money_goes_back(now=LATE)
    assert ledger.clearing_balance() == 7980

    # What is refunded later comes out of the payment that paid the order, to the last fen.
    orders.cancel(actor=buyer, order_id=order_id, now=LATE)
    world.money_goes_back(now=LATE)
    assert see(buyer, order_id).state == "CLOSED_REFUNDED"
    assert ledger.clearing_balance() == 0
    assert sql.rows("SELECT amount_fen, refunded_fen FROM pay_payment") == [(7980, 7980)] * 2


def test_paying_asked_twice_is_one_payment(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})

    assert opened(buyer, placed) == opened(buyer, placed)


def test_buyers_are_reminded_before_the_window_ends(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})

    early = notices.remind_unpaid(now=placed.pay_by - timedelta(minutes=6))
    soon = placed.pay_by - timedelta(minutes=4)
    first, again = notices.remind_unpaid(now=soon), notices.remind_unpaid(now=soon)

    assert (early, first, again) == (0, 1, 1)
    assert [line.kind for line in inbox.lines(actor=buyer)] == ["payment_ending"]


def test_shops_hear_once_a_day_that_goods_are_nearly_gone(world: World) -> None:
    shop = a_shop()
    a_stocked_sku(shop, on_hand=5)
    a_stocked_sku(shop, on_hand=6)

    def told(at: datetime) -> int:
        notices.warn_low_stock(now=at)
        kinds = [line.kind for line in inbox.lines(actor=shop.owner)]
        return kinds.count("stock_low")

    assert (told(NOW), told(NOW + timedelta(hours=1)), told(NOW + timedelta(days=1))) == (1, 1, 2)
