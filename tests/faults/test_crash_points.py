"""A process that dies just before its commit has done nothing; just after it, everything.

Whoever saw the error asks again with the same key: the answer is the same from then on, and
nothing happens twice. The points between us and the provider are walked against the real lab
provider in `tests/usecases/payments/test_crashes.py`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from tests.builders import (
    NOW,
    a_key,
    a_paid_order,
    a_payout_account,
    a_person,
    a_placed_order,
    a_quote,
    a_received_order,
    a_shipped_order,
    a_shop,
    a_stocked_sku,
)
from tests.faults import nursery as children
from tests.faults.nursery import KILLED, Nursery, Wish
from tests.outside import World

from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.ledger.terms import Party
from laotie.ledger.verify import verify
from laotie.trade import fulfilment, orders, refunds

pytestmark = pytest.mark.faults


class State:
    """Everything that the database holds, as one value to compare."""

    def __init__(self, superuser_url: str) -> None:
        self._connection = psycopg.connect(superuser_url, autocommit=True)
        tables = self._connection.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND NOT relispartition ORDER BY 1"
        ).fetchall()
        self._query = " UNION ALL ".join(
            f"SELECT '{name}', count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {name} t"
            for (name,) in tables
        )

    def __call__(self) -> dict[str, Any]:
        rows = self._connection.execute(self._query.encode()).fetchall()
        return {name: (count, digest) for name, count, digest in rows if count}

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def state(superuser_url: str) -> Iterator[State]:
    state = State(superuser_url)
    yield state
    state.close()


def text_of(person: Actor) -> str:
    return str(person.person_id)


# -- One wish per use case, ready to be granted ------------------------------------------------


def to_place(world: World) -> Wish:
    del world
    buyer, sku = a_person(), a_stocked_sku(a_shop(), on_hand=1)
    quote = a_quote(buyer, {sku: 1})
    return {
        "buyer": text_of(buyer),
        "quote": str(quote.quote_id),
        "version": quote.version,
        "key": a_key(),
    }


def to_pay(world: World) -> Wish:
    del world
    buyer = a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(a_shop()): 1})
    return {"buyer": text_of(buyer), "group": str(placed.group_id)}


def to_take_money(world: World) -> Wish:
    buyer = a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(a_shop()): 1})
    ticket = orders.pay(actor=buyer, group_id=placed.group_id, now=NOW)
    world.open(ticket.payment_id, now=NOW)
    return {"payment": str(ticket.payment_id)}


def to_hear_of_money(world: World) -> Wish:
    """The payment is captured, and trade has yet to hear of it."""
    wish = to_take_money(world)
    children.load()["take_money"](**wish)
    return {"consumer": "trade"}


def to_ship(world: World) -> Wish:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    return {"owner": text_of(shop.owner), "order": str(order_id)}


def to_confirm(world: World) -> Wish:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})
    return {"buyer": text_of(buyer), "order": str(order_id)}


def to_cancel_unpaid(world: World) -> Wish:
    del world
    buyer = a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(a_shop()): 1})
    return {"buyer": text_of(buyer), "order": str(placed.orders[0].order_id)}


def to_cancel_paid(world: World) -> Wish:
    buyer = a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(a_shop()): 1})
    return {"buyer": text_of(buyer), "order": str(order_id)}


def to_refund(world: World) -> Wish:
    return {**to_cancel_paid(world), "key": a_key()}


def to_grant(world: World) -> Wish:
    shop, buyer = a_shop(), a_person()
    order_id = a_received_order(world, shop, buyer, {a_stocked_sku(shop): 2})
    asked = refunds.request(
        actor=buyer, order_id=order_id, units={1: 1}, reason="broken", key=a_key(), now=NOW
    )
    return {"owner": text_of(shop.owner), "refund": str(asked.refund_id)}


def to_expire(world: World) -> Wish:
    to_pay(world)
    return {}


def to_receive(world: World) -> Wish:
    to_confirm(world)
    return {}


def to_complete(world: World) -> Wish:
    shop = a_shop()
    a_received_order(world, shop, a_person(), {a_stocked_sku(shop): 1})
    return {}


def to_pay_out(world: World) -> Wish:
    shop = a_shop()
    a_received_order(world, shop, a_person(), {a_stocked_sku(shop): 1})
    fulfilment.complete_due(now=NOW.replace(month=12))
    world.pump(now=NOW)
    a_payout_account(shop.owner, Party("shop", shop.id))
    return {
        "owner": text_of(shop.owner),
        "shop": str(shop.id),
        "amount_fen": 1000,
        "key": a_key(),
    }


CASES: list[tuple[str, str, Callable[[World], Wish]]] = [
    ("place", "trade.placing._place", to_place),
    ("pay", "trade.orders.pay", to_pay),
    ("take_money", "payments.intents._take_answer", to_take_money),
    ("ship", "trade.orders.ship", to_ship),
    ("confirm", "trade.orders.confirm", to_confirm),
    ("cancel", "trade.orders.cancel", to_cancel_unpaid),
    ("cancel", "trade.orders.cancel", to_cancel_paid),
    ("refund", "trade.refunds.request", to_refund),
    ("grant", "trade.refunds.grant", to_grant),
    ("expire", "trade.checkouts.expire_due", to_expire),
    ("receive", "trade.fulfilment._receive_alone", to_receive),
    ("complete", "trade.fulfilment._complete_alone", to_complete),
    ("pay_out", "ledger.payouts.request", to_pay_out),
]


def answer(act: str, wish: Wish) -> object:
    """What somebody who asks again is told."""
    try:
        return children.load()[act](**wish)
    except Refusal as no:
        return no.code


@pytest.mark.parametrize(("act", "name", "build"), CASES, ids=[case[2].__name__ for case in CASES])
def test_use_case_is_all_or_nothing_and_asked_again_answers_the_same(
    nursery: Nursery,
    world: World,
    state: State,
    act: str,
    name: str,
    build: Callable[[World], Wish],
) -> None:
    wish = build(world)
    before = state()

    assert nursery.exit_code(f"{name}.before_commit", act, wish) == KILLED
    assert state() == before

    assert nursery.exit_code(f"{name}.after_commit", act, wish) == KILLED
    after = state()
    assert after != before
    assert answer(act, wish) == answer(act, wish)
    assert state() == after
    assert verify() == []


INSIDE = [
    ("grant", "trade.refund.after_grant", to_grant),
    ("cancel", "trade.refund.after_grant", to_cancel_paid),
    ("read_on", "trade.mark_paid.after_capture", to_hear_of_money),
    ("read_on", "event_log.read_on.before_position", to_hear_of_money),
]


@pytest.mark.parametrize(("act", "point", "build"), INSIDE, ids=[case[1] for case in INSIDE])
def test_death_in_the_middle_leaves_nothing_behind(
    nursery: Nursery,
    world: World,
    state: State,
    act: str,
    point: str,
    build: Callable[[World], Wish],
) -> None:
    wish = build(world)
    before = state()

    assert nursery.exit_code(point, act, wish) == KILLED

    assert state() == before
    answer(act, wish)
    assert state() != before
    assert verify() == []


def test_consumer_that_dies_after_its_commit_does_nothing_twice(
    nursery: Nursery, world: World, state: State
) -> None:
    wish = to_hear_of_money(world)

    assert nursery.exit_code("event_log.read_on.after_commit", "read_on", wish) == KILLED
    while answer("read_on", wish):
        pass
    after = state()

    assert after["led_txn"][0] == 1
    assert answer("read_on", wish) == 0
    assert state() == after


def test_child_that_meets_no_point_goes_on(nursery: Nursery, world: World, state: State) -> None:
    """The walk above would see it if a point were not passed."""
    wish = to_place(world)

    assert nursery.exit_code("trade.orders.nowhere", "place", wish) == 0
    assert state()["trade_order"][0] == 1
