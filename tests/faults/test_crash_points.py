"""A process that dies just before its commit has done nothing; just after it, everything.

Whoever saw the error asks again with the same key: the answer is the same from then on, and
nothing happens twice. The points between us and the provider are walked against the real lab
provider in `tests/usecases/payments/test_crashes.py`.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests import receiver
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
from tests.contract.test_notice_channels import Chrome, ends
from tests.contract.test_notice_channels import post as tell
from tests.faults import nursery as children
from tests.faults.nursery import KILLED, Nursery, Wish
from tests.lab.harness import LabProcess, until
from tests.outside import World
from tests.usecases.delivery.test_lab_carrier import a_parcel
from tests.usecases.integrations.test_webhooks import an_endpoint
from tests.usecases.payments import test_crashes as provider_crashes
from tests.usecases.payments.money import card as card_of
from tests.usecases.payments.money import published, request_refund, started
from tests.usecases.trade.flashes import a_flash, settled_in
from tests.usecases.trade.test_batch_shipping import a_file, paid_orders

from laotie.accounts import deliveries
from laotie.delivery import shipments
from laotie.integrations import deliveries as shop_events
from laotie.kernel import clock, ids, runs, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.ledger.terms import Party
from laotie.ledger.verify import verify
from laotie.payments import refunds as paid_refunds
from laotie.trade import batch_shipping, flash, fulfilment, orders, refunds

pytestmark = pytest.mark.faults
ROADS = ("refund", "transfer")


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


def to_buy(world: World) -> Wish:
    del world
    wish = a_flash(on_hand=1).wish(settled_in(a_person()))
    return {"wish": as_json(wish)}


def as_json(wish: flash.Wish) -> dict[str, Any]:
    """As text and numbers."""
    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in dataclasses.asdict(wish).items()
    }


CASES: list[tuple[str, str, Callable[[World], Wish]]] = [
    ("place", "trade.placing._place", to_place),
    ("pay", "trade.orders.pay", to_pay),
    ("take_money", "payments.captures.take", to_take_money),
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
    ("buy", "trade.flash.buy_batch", to_buy),
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
    ("take_money", "payments.refresh.after_call", to_take_money),
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


def test_parcel_whose_answer_was_lost_with_its_worker_is_made_out_once(
    nursery: Nursery, lab: LabProcess, door: str, db: None
) -> None:
    order_id, shipment_id = a_parcel()
    wish = {"lab_url": lab.url, "public_url": door}

    assert nursery.exit_code("delivery.label_due.before_result", "label", wish) == KILLED
    assert shipments.of_order(order_id)[0].waybill_no is None
    assert nursery.exit_code("nowhere", "label", wish) == 0

    assert shipments.of_order(order_id)[0].waybill_no
    assert lab.effects(str(shipment_id))["waybill_created"] == 1


@pytest.mark.parametrize(("point", "sent"), [("before_call", 0), ("after_call", 1)])
def test_notice_whose_sender_died_is_sent_again(
    nursery: Nursery, db: None, point: str, sent: int
) -> None:
    buyer = a_person()
    with receiver.listening() as browser, receiver.reaching_here():
        Chrome(f"{browser.url}/push").subscribe(buyer)
        tell(buyer)
        deliveries.plan_new(now=NOW)

        code = nursery.exit_code(f"accounts.deliveries.{point}", "send_notices", {"hours": 0})
        assert (code, len(browser.got)) == (KILLED, sent)
        deliveries.send_due(now=NOW + timedelta(hours=1))

        assert len(browser.got) == sent + 1
        assert {state for _, state, _ in ends()} == {"SENT"}


@pytest.mark.parametrize(("point", "sent"), [("before_calls", 0), ("after_calls", 1)])
def test_event_whose_sender_died_reaches_the_shop_with_the_same_number(
    nursery: Nursery, db: None, point: str, sent: int
) -> None:
    shop = a_shop()
    with receiver.listening() as there, receiver.reaching_here():
        made = an_endpoint(shop, there.url)
        shop_events.ping(actor=shop.owner, endpoint_id=made.endpoint.id, now=NOW)

        code = nursery.exit_code(f"integrations.deliveries.{point}", "send_events", {"hours": 0})
        assert (code, len(there.got)) == (KILLED, sent)
        shop_events.send_due(now=NOW + timedelta(hours=1))

    assert len(there.got) == sent + 1
    assert len({json.loads(got.body)["event_id"] for got in there.got}) == 1


@pytest.mark.parametrize("point", ["after_piece", "before_commit"])
def test_run_whose_worker_died_does_every_row_once(
    nursery: Nursery, world: World, tmp_path: Path, point: str
) -> None:
    shop = a_shop()
    mine = paid_orders(world, shop, 3)
    body = a_file(tmp_path, [[number, "lab", ""] for number in mine.values()])
    run_id = runs.keep_upload([body], most_bytes=batch_shipping.MOST_UPLOAD)
    card = batch_shipping.start(
        actor=shop.owner, shop_id=shop.id, run_id=run_id, is_dry=False, now=NOW
    )

    wish = {"run": str(card.id)}
    assert nursery.exit_code(f"runs.advance.{point}", "advance", wish) == KILLED
    assert nursery.exit_code("nowhere", "advance", wish) == 0

    done = runs.card(actor=shop.owner, run_id=card.id, now=NOW)
    assert (done.state, done.done, done.counts["shipped"]) == ("DONE", 3, 3)
    assert sql.rows("SELECT count(*) FROM delivery_shipment") == [(3,)]


def test_question_whose_asker_died_is_asked_again(
    nursery: Nursery, lab: LabProcess, door: str, db: None
) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    card_of(opened)
    refund_id = request_refund(opened, 4098)
    paid_refunds.carry_on_due(now=clock.now())
    until(lambda: "refund_settled" in lab.effects(ids.public("rfd", refund_id)))
    sql.change("UPDATE pay_refund SET next_at = now() - interval '1 hour'")

    wish = {"lab_url": lab.url, "public_url": door, "refund": str(refund_id)}
    assert nursery.exit_code("payments.refund.after_question", "give_money_back", wish) == KILLED
    sql.change("UPDATE pay_refund SET next_at = now() - interval '1 hour'")
    assert nursery.exit_code("nowhere", "give_money_back", wish) == 0

    assert sql.rows("SELECT state FROM pay_refund") == [("SETTLED",)]
    assert published("payments.refund_settled", refund_id) == 1


# Killed in the tests above, and in those around the real provider.
ELSEWHERE = {
    "event_log.read_on.after_commit",
    "delivery.label_due.before_result",
    "accounts.deliveries.before_call",
    "accounts.deliveries.after_call",
    "integrations.deliveries.before_calls",
    "integrations.deliveries.after_calls",
    "runs.advance.after_piece",
    "runs.advance.before_commit",
    "payments.refund.after_question",
    *provider_crashes.START_POINTS,
    *provider_crashes.CLOSE_POINTS,
    *(point.format(road) for point in provider_crashes.OUTGOING_POINTS for road in ROADS),
}


def test_child_that_meets_no_point_goes_on(nursery: Nursery, world: World, state: State) -> None:
    """The walk above would see it if a point were not passed."""
    wish = to_place(world)

    assert nursery.exit_code("trade.orders.nowhere", "place", wish) == 0
    assert state()["trade_order"][0] == 1
