"""Two at once: what the ledger's guards stop, and proof that the tests would see it if they did not.

Each guard has a twin test in which it is off. The lock is taken away by replacing
`order_money.lock_row` with a plain read that waits until both have read; the database's own guards
by dropping the constraint in this test's database, as its owner. Nothing in the product can.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connections, transaction
from tests.acceptance.orders import example, order_of
from tests.usecases.ledger import books

from laotie.kernel import ids, sql
from laotie.ledger import chart, journal, models, order_money, payouts, queries, refunds
from laotie.ledger.journal import Entry, Leg
from laotie.ledger.terms import PLATFORM, OrderMoney, Party
from laotie.ledger.verify import verify

pytestmark = pytest.mark.usefixtures("db")
WORKED = example("worked_order")
ONE = WORKED["refund_one_of_two_B"]
INFLOW = WORKED["expected"]["inflow"]


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run jobs at once, each on a connection of its own; what each returned or raised."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return job()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both readers have read before either goes on, and neither holds anything."""
    both_have_read = threading.Barrier(2)

    def read_only(order_id: UUID) -> models.LedOrder | None:
        row = models.LedOrder.objects.filter(pk=order_id).first()
        both_have_read.wait()
        return row

    monkeypatch.setattr(order_money, "lock_row", read_only)


@contextmanager
def dropped(owner_url: str, superuser_url: str, *guards: tuple[str, str]) -> Iterator[None]:
    """Take constraints away, and put them back over emptied tables."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        definitions = [
            owner.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
            ).fetchone()
            for _, name in guards
        ]
        for table, name in guards:
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            connections.close_all()
            with psycopg.connect(superuser_url, autocommit=True) as mighty:
                mighty.execute("SET session_replication_role = replica")
                for table in ("led_leg", "led_txn", "led_account", "led_line", "led_refund"):
                    mighty.execute(f"DELETE FROM {table}")
                mighty.execute("DELETE FROM led_order")
            for (table, name), found in zip(guards, definitions, strict=True):
                assert found is not None
                owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {found[0]}")


def a_captured_order() -> OrderMoney:
    order = order_of(WORKED)
    books.capture(order)
    return order


def escrow_of(order: OrderMoney) -> int:
    ((fen,),) = sql.rows(
        "SELECT coalesce(sum(amount_fen), 0)::bigint FROM led_posting"
        " WHERE order_id = %s AND account = 'escrow'",
        [order.order_id],
    )
    return int(fen)


def after(order: OrderMoney) -> dict[str, int]:
    roles = {term.role: sum(books.balances(term.party)) for term in order.lines[0].roles}
    return roles | {"merchant": sum(books.balances(books.shop_of(order)))}


# Double settlement.


def test_an_order_is_settled_once() -> None:
    order = a_captured_order()

    results = together(*[lambda: books.receive(order)] * 8)

    assert results == [None] * 8
    assert escrow_of(order) == 0
    assert books.balances(books.shop_of(order)) == (13836, 0, 0)
    assert sql.rows("SELECT count(*) FROM led_txn WHERE kind = 'split'") == [(1,)]
    assert sql.rows("SELECT count(*) FROM event_log") == [(1,)]


@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_the_database_stops_the_second_settlement() -> None:
    order = a_captured_order()

    results = together(*[lambda: books.receive(order)] * 2)

    assert [type(result) for result in results].count(IntegrityError) == 1
    assert results.count(None) == 1
    assert books.balances(books.shop_of(order)) == (13836, 0, 0)
    assert verify() == []


@pytest.mark.usefixtures("without_lock")
def test_without_any_guard_an_order_is_settled_twice(owner_url: str, superuser_url: str) -> None:
    order = a_captured_order()

    with dropped(
        owner_url, superuser_url, ("led_txn", "led_txn_once"), ("led_order", "led_order_held")
    ):
        together(*[lambda: books.receive(order)] * 2)
        escrow_fen, findings = escrow_of(order), verify()

    assert escrow_fen == -INFLOW
    assert {finding.check for finding in findings} == {"ledger.escrow_is_accounted_for"}


def test_an_order_is_released_once() -> None:
    order = a_captured_order()
    books.receive(order)

    results = together(*[lambda: books.complete(order)] * 6)

    assert results == [None] * 6
    assert books.balances(books.shop_of(order)) == (0, 13836, 0)
    assert verify() == []


# A refund against settlement.


def test_a_refund_against_settlement_ends_in_one_state() -> None:
    for _ in range(8):
        order = a_captured_order()

        results = together(
            lambda order=order: books.receive(order),
            lambda order=order: books.refund(order, {2: 1}).to_buyer_fen,
            lambda order=order: books.receive(order),
        )

        assert sorted(map(str, results)) == ["4098", "None", "None"]
        assert escrow_of(order) == 0
        expected = {role: ONE["after"][role] for role in after(order)}
        assert after(order) == expected
    assert verify() == []


@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_the_database_stops_refund_or_settlement() -> None:
    order = a_captured_order()

    results = together(
        lambda: books.receive(order), lambda: books.refund(order, {2: 1}).to_buyer_fen
    )

    assert [type(result) for result in results].count(IntegrityError) == 1
    assert verify() == []


@pytest.mark.usefixtures("without_lock")
def test_without_any_guard_a_refund_is_paid_from_what_was_split(
    owner_url: str, superuser_url: str
) -> None:
    order = a_captured_order()

    with dropped(owner_url, superuser_url, ("led_order", "led_order_held")):
        together(lambda: books.receive(order), lambda: books.refund(order, {2: 1}))
        escrow_fen, findings = escrow_of(order), verify()

    assert escrow_fen == -4299
    assert findings


def test_a_refund_against_release_ends_in_one_state() -> None:
    for _ in range(6):
        order = a_captured_order()
        books.receive(order)

        together(
            lambda order=order: books.complete(order),
            lambda order=order: books.refund(order, {2: 1}),
        )

        assert {role: ONE["after"][role] for role in after(order)} == after(order)
        assert books.balances(books.shop_of(order)) == (0, ONE["after"]["merchant"], 0)
    assert verify() == []


# Refunds against each other.


def test_the_same_refund_at_once_is_one() -> None:
    order, refund_id = a_captured_order(), ids.new()

    results = together(*[lambda: books.refund(order, {2: 1}, refund_id=refund_id)] * 5)

    assert {result.to_buyer_fen for result in results} == {4098}
    assert books.on("refund_payable") == 4098


def test_the_last_units_go_back_once() -> None:
    order = a_captured_order()
    books.receive(order)

    results = together(*[lambda: books.refund(order, {2: 2}).to_buyer_fen] * 6)

    assert results.count(8195) == 1
    assert sum(isinstance(result, refunds.RefundExceedsLine) for result in results) == 5
    assert books.on("refund_payable") == 8195
    assert verify() == []


@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_the_database_counts_units() -> None:
    order = a_captured_order()

    results = together(*[lambda: books.refund(order, {1: 1}).to_buyer_fen] * 2)

    assert results.count(8104) == 1
    assert [type(result) for result in results].count(IntegrityError) == 1
    assert books.on("refund_payable") == 8104
    assert verify() == []


@pytest.mark.usefixtures("without_lock")
def test_without_any_guard_the_last_units_are_paid_twice(
    owner_url: str, superuser_url: str
) -> None:
    order = a_captured_order()
    guards = [("led_line", "led_line_units"), ("led_order", "led_order_held")]

    with dropped(owner_url, superuser_url, *guards):
        together(*[lambda: books.refund(order, {1: 1})] * 2)
        payable_fen = books.on("refund_payable")

    assert payable_fen == 2 * 8104


def test_a_confirmed_refund_leaves_clearing_once() -> None:
    order = a_captured_order()
    figures = books.refund(order, {2: 1})
    refund_id = figures.refund_id
    assert refund_id is not None

    together(*[lambda: books.refund_settled(refund_id, 4098)] * 6)

    assert queries.clearing_balance() == 16899 - 4098
    assert books.on("refund_payable") == 0


# Captures, payouts and accounts.


def test_an_order_is_captured_once() -> None:
    order, payment_id = order_of(WORKED), ids.new()

    together(*[lambda: books.capture(order, payment_id=payment_id)] * 6)

    assert books.on("escrow") == INFLOW
    assert verify() == []


def test_a_balance_is_paid_out_once() -> None:
    shop = Party("shop", ids.new())
    books.give(shop, 1000)

    results = together(
        *[
            lambda number=number: books.take_out(shop, 300, key=f"payout-{number}")
            for number in range(8)
        ]
    )

    assert sum(isinstance(result, payouts.Payout) for result in results) == 3
    assert sum(isinstance(result, payouts.InsufficientFunds) for result in results) == 5
    assert queries.balances(shop, actor=books.HOUSE).held_fen == 900
    assert verify() == []


def test_the_same_payout_asked_for_at_once_is_one() -> None:
    shop = Party("shop", ids.new())
    books.give(shop, 1000)

    results = together(*[lambda: books.take_out(shop, 300)] * 6)

    assert len({result.payout_id for result in results}) == 1
    assert queries.balances(shop, actor=books.HOUSE).held_fen == 300


def test_writers_that_meet_on_accounts_in_any_order_do_not_deadlock() -> None:
    """Parties are named in opposite orders, and some are new to both."""
    parties = [Party("shop", ids.new()) for _ in range(6)]

    def write(writer: int) -> None:
        for turn in range(12):
            order = parties if (writer + turn) % 2 else parties[::-1]
            with transaction.atomic():
                journal.post(
                    [
                        Entry(
                            idem=f"{writer}.{turn}",
                            kind="test",
                            effective_at=books.NOW,
                            legs=(
                                *(Leg(party, chart.AVAILABLE, 1) for party in order),
                                Leg(PLATFORM, chart.ROUNDING, -len(parties)),
                            ),
                        )
                    ]
                )

    results = together(*[lambda writer=writer: write(writer) for writer in range(6)])

    assert results == [None] * 6
    assert [books.on("available", party) for party in parties] == [72] * 6
    assert verify() == []
