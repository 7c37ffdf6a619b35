"""What two people do at once to goods and orders. Each race has a twin in which its guard is off."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, transaction
from tests import conftest as house
from tests import racing
from tests.builders import (
    NOW,
    a_claim,
    a_coupon,
    a_key,
    a_paid_order,
    a_person,
    a_placed_order,
    a_quote,
    a_shop,
    a_stocked_sku,
    see,
)
from tests.outside import World
from tests.racing import faults, together, without_row_locks

from laotie.delivery.models import Shipment
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import KeyReused, WrongState
from laotie.ledger import queries as ledger
from laotie.ledger.terms import Party
from laotie.payments import intents
from laotie.trade import (
    checkouts,
    coupons,
    fulfilment,
    models,
    money_in,
    orders,
    placing,
    refunds,
    stock,
)
from laotie.trade.checkouts import Arrived
from laotie.trade.coupons import CouponLimit
from laotie.trade.orders import Placed, ShipBlockedByRefund, SoldOut
from laotie.trade.placing import Attempt, Outcome
from laotie.trade.quotes import Quote
from laotie.trade.refunds import NothingToRefund, RefundState


def place(buyer: Actor, quote: Quote, key: str) -> Placed:
    return orders.place(
        actor=buyer, quote_id=quote.quote_id, version=quote.version, key=key, now=NOW
    )


def a_rush(buyers: int, units: int) -> tuple[UUID, list[Any]]:
    """So many buyers for so many units; the SKU, and how it ended for each."""
    shop = a_shop()
    sku = a_stocked_sku(shop, on_hand=units)
    crowd = [a_person() for _ in range(buyers)]
    wanted = [a_quote(buyer, {sku: 1}) for buyer in crowd]
    return sku, together(
        [partial(place, *both, a_key()) for both in zip(crowd, wanted, strict=True)]
    )


def test_a_hundred_buyers_for_ten_units_are_ten_orders(world: World) -> None:
    sku, ends = a_rush(100, 10)

    assert Counter(type(end) for end in ends) == {Placed: 10, SoldOut: 90}
    assert {end.facts["remaining"] for end in ends if isinstance(end, SoldOut)} == {0}
    assert stock.available([sku]) == {sku: 0}
    assert sql.rows("SELECT count(*) FROM trade_order") == [(10,)]


def test_without_the_lock_more_are_sold_than_there_are(unguarded: str) -> None:
    racing.replace_placing(unguarded, racing.read_add_write)

    _, ends = a_rush(40, 10)

    assert sum(isinstance(end, Placed) for end in ends) > 10
    assert "trade.reserved_is_what_orders_wait_for" in str(house.broken_invariants())


def a_double_submit(times: int) -> tuple[UUID, list[Any]]:
    """The last unit, ordered by one click that arrives several times."""
    shop, buyer = a_shop(), a_person()
    sku, key = a_stocked_sku(shop, on_hand=1), a_key()
    quote = a_quote(buyer, {sku: 1})
    return quote.quote_id, together([partial(place, buyer, quote, key)] * times)


def test_one_click_that_arrives_eight_times_is_one_order(world: World) -> None:
    group_id, ends = a_double_submit(8)

    assert faults(ends) == []
    assert {end.group_id for end in ends} == {group_id}
    assert len({end.orders for end in ends}) == 1
    assert sql.rows("SELECT count(*) FROM trade_order") == [(1,)]


def test_replays_looked_for_before_the_lock_are_missed(unguarded: str) -> None:
    racing.replace_placing(unguarded, racing.replays_before_the_lock)

    _, ends = a_double_submit(8)

    assert any(isinstance(end, SoldOut) for end in ends)


def one_key_for_two_things() -> list[Any]:
    """Nothing is shared but the buyer's key, so no lock of goods makes one wait for the other."""
    shop, buyer, key = a_shop(), a_person(), a_key()
    wanted = [a_quote(buyer, {a_stocked_sku(shop): 1}) for _ in range(2)]
    return together([partial(place, buyer, quote, key) for quote in wanted])


def test_one_key_for_two_things_at_once_is_one_order(world: World) -> None:
    for _ in range(5):
        ends = one_key_for_two_things()
        assert Counter(type(end) for end in ends) == {Placed: 1, KeyReused: 1}


def test_without_the_unique_key_it_would_be_two(unguarded: str) -> None:
    def slowly(text: str) -> str:
        return text.replace("    -- Greedy", f"{racing.MEET}    -- Greedy", 1)

    racing.replace_placing(unguarded, slowly)
    with psycopg.connect(unguarded, autocommit=True) as connection:
        connection.execute("ALTER TABLE trade_checkout DROP CONSTRAINT checkout_key_once")

    ends = one_key_for_two_things()

    assert sum(isinstance(end, Placed) for end in ends) == 2


def test_two_batchers_on_one_stock_sell_each_unit_once(world: World) -> None:
    """As two gateways: the same keys reach both at once, then all come again."""
    dice = random.Random(7)
    shop = a_shop()
    goods = [a_stocked_sku(shop, on_hand=25) for _ in range(3)]
    attempts: list[Attempt] = []
    for _ in range(60):
        buyer = a_person()
        quote = a_quote(buyer, {sku: dice.randint(1, 3) for sku in dice.sample(goods, 2)})
        assert buyer.person_id
        attempts.append(Attempt(buyer.person_id, quote.quote_id, quote.version, a_key()))

    def batches(seed: int) -> list[tuple[Attempt, placing.Verdict]]:
        own = attempts * 2
        random.Random(seed).shuffle(own)
        told = []
        for start in range(0, len(own), 16):
            batch = own[start : start + 16]
            told += zip(batch, placing.place_batch(batch, now=NOW), strict=True)
        return told

    ends = together([partial(batches, 1), partial(batches, 2)])

    assert faults(ends) == []
    told: dict[str, list[placing.Verdict]] = {}
    for attempt, verdict in (pair for end in ends for pair in end):
        told.setdefault(attempt.key, []).append(verdict)
    for attempt in attempts:
        outcomes = Counter(verdict.outcome for verdict in told[attempt.key])
        accepted = outcomes[Outcome.ACCEPTED]
        # Accepted once and a replay ever after, or never: no twin is told another story.
        assert accepted <= 1
        assert not (accepted and outcomes[Outcome.SOLD_OUT]), outcomes
    sold = dict(sql.rows("SELECT sku_id, sum(quantity) FROM trade_order_line GROUP BY 1"))
    assert {sku: left + sold[sku] for sku, left in stock.available(goods).items()} == dict.fromkeys(
        goods, 25
    )
    again = placing.place_batch(attempts, now=NOW)
    kept = {group_id for (group_id,) in sql.rows("SELECT id FROM trade_checkout")}
    assert {v.group_id for v in again if v.outcome is Outcome.REPLAY} == kept


def payment_against(
    world: World, end_it: Callable[[Actor, Placed], object]
) -> tuple[list[Any], str, int, int]:
    """How both ended, the order's state, units promised, and times money was sent back."""
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=5)
    placed = a_placed_order(buyer, {sku: 2})
    payment_id = orders.pay(actor=buyer, group_id=placed.group_id, now=NOW).payment_id
    world.open(payment_id, now=NOW)
    world.provider.take_money(ids.public("pay", payment_id), NOW)
    intents.refresh(payment_id, now=NOW)

    ends = together([partial(world.pump, now=NOW), lambda: end_it(buyer, placed)])

    state = see(buyer, placed.orders[0].order_id).state
    lost = sql.rows(
        "SELECT count(*) FROM trade_lost_payment WHERE group_id = %s", [placed.group_id]
    )
    return ends, state, 5 - stock.available([sku])[sku], lost[0][0]


def expire(buyer: Actor, placed: Placed) -> int:
    return checkouts.expire_due(now=placed.pay_by + timedelta(seconds=1))


def cancel(buyer: Actor, placed: Placed) -> orders.Standing:
    return orders.cancel(actor=buyer, order_id=placed.orders[0].order_id, now=NOW)


def test_a_payment_and_the_end_of_the_window_agree(world: World) -> None:
    for _ in range(5):
        (news, closed), state, promised, lost = payment_against(world, expire)

        assert news is None
        assert closed in {0, 1}
        # Whoever came first: late money finds the goods still there and revives the order.
        assert (state, promised, lost) == ("PAID", 2, 0)


def test_a_payment_and_a_cancellation_agree(world: World) -> None:
    for _ in range(5):
        (news, standing), state, promised, lost = payment_against(world, cancel)

        assert news is None
        assert isinstance(standing, orders.Standing)
        # Paid first: the cancellation refunds it. Cancelled first: the money goes straight back.
        assert (state, promised, lost) in {("PAID", 0, 0), ("CLOSED_UNPAID", 0, 1)}


@pytest.mark.parametrize("end_it", [expire, cancel])
def test_without_the_lock_the_payment_is_decided_on_what_is_no_longer_so(
    unguarded: str,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    end_it: Callable[[Actor, Placed], object],
) -> None:
    # Payments of many at a time are guarded by their statement; this one goes alone.
    monkeypatch.setattr(money_in, "_take_plain", lambda *_, **__: set())

    with without_row_locks(meet_at=models.Checkout):
        ends, *_ = payment_against(world, end_it)

    # The order's own step refuses the slower one, which then has done half of its work in vain.
    assert any(isinstance(end, WrongState | AssertionError) for end in ends)


def the_same_news_twice_at_once(world: World) -> tuple[list[Any], str]:
    """As two workers that both believe to be the only reader."""
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})
    payment_id = orders.pay(actor=buyer, group_id=placed.group_id, now=NOW).payment_id
    world.open(payment_id, now=NOW)
    world.provider.take_money(ids.public("pay", payment_id), NOW)
    intents.refresh(payment_id, now=NOW)

    def hear() -> None:
        with transaction.atomic():
            news = Arrived(payment_id, placed.group_id, placed.total_fen, NOW)
            checkouts.mark_paid(news, now=NOW)

    return together([hear, hear]), see(buyer, placed.orders[0].order_id).state


def test_news_heard_twice_at_once_take_effect_once(world: World) -> None:
    for _ in range(4):
        assert the_same_news_twice_at_once(world) == ([None, None], "PAID")

    assert sql.rows("SELECT count(*) FROM led_txn") == [(4,)]
    assert sql.rows("SELECT count(*) FROM trade_lost_payment") == [(0,)]


def test_without_the_lock_the_second_hearing_fails(unguarded: str, world: World) -> None:
    with without_row_locks(meet_at=models.Checkout):
        ends, _ = the_same_news_twice_at_once(world)

    assert sum(isinstance(end, WrongState) for end in ends) == 1


def test_a_confirmation_and_a_refund_add_up(world: World) -> None:
    """Whichever comes first, the ledger ends in the same place (its own races say why)."""
    left = set()
    for _ in range(4):
        shop, buyer = a_shop(), a_person()
        order_id = a_paid_order(world, buyer, {a_stocked_sku(shop, 3333): 3})
        orders.ship(actor=shop.owner, order_id=order_id, carrier="lab", now=NOW)
        ends = together(
            [
                partial(orders.confirm, actor=buyer, order_id=order_id, now=NOW),
                partial(
                    refunds.give,
                    actor=shop.owner,
                    order_id=order_id,
                    units={1: 1},
                    reason="broken",
                    key=a_key(),
                    now=NOW,
                ),
            ]
        )
        assert faults(ends) == []
        left.add(ledger.balances(Party("shop", shop.id), actor=shop.owner).pending_fen)

    assert len(left) == 1


def two_refunds_of_the_last_unit(world: World) -> tuple[list[Any], int]:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop, 3990): 1})

    def refund(actor: Actor, ask: Callable[..., Any]) -> Any:
        return ask(
            actor=actor, order_id=order_id, units={1: 1}, reason="broken", key=a_key(), now=NOW
        )

    ends = together(
        [partial(refund, buyer, refunds.request), partial(refund, shop.owner, refunds.give)]
    )
    return ends, see(buyer, order_id).refunded_fen


def test_one_unit_is_refunded_once(world: World) -> None:
    for _ in range(4):
        ends, refunded_fen = two_refunds_of_the_last_unit(world)

        assert faults(ends) == []
        assert sum(isinstance(end, NothingToRefund) for end in ends) == 1
        assert refunded_fen == 3990


def test_without_the_lock_the_second_runs_into_the_database(unguarded: str, world: World) -> None:
    with without_row_locks(meet_at=[models.Refund]):
        ends, refunded_fen = two_refunds_of_the_last_unit(world)

    assert not any(isinstance(end, NothingToRefund) for end in ends)
    # The last guard holds all the same.
    assert refunded_fen == 3990


def a_refund_against_a_parcel(world: World) -> tuple[list[Any], str, int]:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop, 3990): 1})
    ends = together(
        [
            lambda: orders.ship(actor=shop.owner, order_id=order_id, carrier="lab", now=NOW),
            lambda: refunds.request(
                actor=buyer, order_id=order_id, units={1: 1}, reason="late", key=a_key(), now=NOW
            ),
        ]
    )
    page = see(buyer, order_id)
    return ends, page.state, page.refunded_fen


def test_nothing_ships_that_is_being_refunded(world: World) -> None:
    for _ in range(5):
        (shipped, refund), state, refunded_fen = a_refund_against_a_parcel(world)

        assert faults([shipped, refund]) == []
        if isinstance(shipped, ShipBlockedByRefund):
            assert (refund.state, state, refunded_fen) == (RefundState.REFUNDING, "PAID", 3990)
        else:
            assert (refund.state, state, refunded_fen) == (RefundState.REQUESTED, "SHIPPED", 0)


def test_without_the_lock_one_of_them_runs_into_the_database(unguarded: str, world: World) -> None:
    # On a busy machine the two may miss each other; a round in which they did proves nothing.
    met = []
    while len(met) < 10 and not any(isinstance(end, IntegrityError | WrongState) for end in met):
        with without_row_locks(meet_at=[models.Refund, Shipment]):
            ends, *_ = a_refund_against_a_parcel(world)
        met += ends

    assert any(isinstance(end, IntegrityError | WrongState) for end in met)


def two_claims(_: World) -> list[Any]:
    shop, buyer = a_shop(), a_person()
    coupon = a_coupon(shop=shop, limit_per_buyer=1)
    return together([partial(a_claim, buyer, coupon)] * 2)


def test_a_coupon_is_claimed_as_often_as_it_may(world: World) -> None:
    for _ in range(3):
        ends = two_claims(world)
        assert Counter(type(end) for end in ends) == {coupons.Held: 1, CouponLimit: 1}


def test_without_the_lock_the_second_claim_runs_into_the_database(
    unguarded: str, world: World
) -> None:
    with without_row_locks(meet_at=[models.Coupon]):
        ends = two_claims(world)

    assert Counter(type(end) for end in ends) == {coupons.Held: 1, IntegrityError: 1}


def test_a_confirmation_and_the_timer_settle_once(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    orders.ship(actor=shop.owner, order_id=order_id, carrier="lab", now=NOW)
    later = NOW + timedelta(days=11)

    ends = together(
        [
            lambda: orders.confirm(actor=buyer, order_id=order_id, now=later),
            lambda: fulfilment.receive_due(now=later),
            lambda: fulfilment.receive_due(now=later),
        ]
    )

    assert faults(ends) == []
    settled = sql.rows("SELECT count(*) FROM event_log WHERE name = 'ledger.order_settled'")
    assert (see(buyer, order_id).state, settled) == ("RECEIVED", [(1,)])
