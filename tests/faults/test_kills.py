"""kill -9 of every part during a running sale: each comes back, the sale goes on, nothing is lost.

One installation lives through all of it. The tests are one story and run in the order written.
"""

import contextlib
import json
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from tests import stack as stacks
from tests.faults import chance
from tests.faults.books import Books
from tests.faults.sale import VIEWERS, Sale
from tests.runtime.conftest import processes_of
from tests.stack import Stack

from laotie.kernel import ids

pytestmark = pytest.mark.faults
BACK_S = 60
DRAINED_S = 75
# By `make faults` two gateway processes share the port, and each dies.
GATEWAYS = ("gateway-1", "gateway-2") if chance.IS_LONG else ("gateway",)
PARTS = ("web", "database", "worker", "lab", *GATEWAYS, "media")
# A tap needs both; they die while taps are under way.
OF_TAPS = (*GATEWAYS, "database")
# By `make faults` each part dies more than once, in an order that the seed decides.
DEATHS = [
    part
    for round in range(chance.rounds(1, 4))
    for part in (random.Random(chance.SEED + round).sample(PARTS, len(PARTS)) if round else PARTS)
]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with stacks.running(keeps_ports=True, gateway_processes=str(len(GATEWAYS))) as stack:
        yield stack


@pytest.fixture(scope="module")
def sale(stack: Stack) -> Iterator[Sale]:
    sale = Sale(stack)
    sale.start()
    yield sale
    sale.stop()


@pytest.fixture(scope="module")
def books(stack: Stack) -> Books:
    return Books(stack.config().database_url, stack.data)


def goes_on(stack: Stack, sale: Sale) -> None:
    """From now on everything that makes a sale has happened once more."""
    since, segment = time.monotonic(), sale.last_segment
    signs = {
        "the video goes on": lambda: sale.last_segment > segment,
        "the room is on air": lambda: sale.state == "LIVE",
        "somebody is heard": lambda: sale.has_talked_since(since),
        "somebody has ordered": lambda: sale.has_ordered_since(since),
        "somebody has tapped": lambda: sale.taps.has_ordered_since(since),
        "somebody has paid": lambda: sale.has_been_paid_since(since),
        "the viewers are there": lambda: sale.watching >= VIEWERS * 0.9,
    }
    for sign, holds in signs.items():
        print(f"  {sign}: ", end="")
        stack.wait_until(lambda holds=holds: sale.failure or holds(), within_s=BACK_S)  # type: ignore[misc]
        assert sale.failure is None
        print(f"{time.monotonic() - since:.1f} s")


def test_the_sale_runs(stack: Stack, sale: Sale) -> None:
    goes_on(stack, sale)

    assert sale.failure is None


@contextlib.contextmanager
def taps_under_way(stack: Stack, sale: Sale) -> Iterator[None]:
    """Inside, taps have been handed to the database and cannot come to their end."""
    with sale.taps.held(stack.config().database_url):
        stack.wait_until(lambda: len(sale.taps.under_way) >= 2, within_s=BACK_S)
        sale.taps.caught |= sale.taps.under_way
        yield


@pytest.mark.parametrize("part", DEATHS)
def test_part_that_is_killed_is_back_by_itself_and_the_sale_goes_on(
    stack: Stack, sale: Sale, part: str
) -> None:
    killed = stack.child(part)
    assert killed is not None
    with taps_under_way(stack, sale) if part in OF_TAPS else contextlib.nullcontext():
        began = time.monotonic()
        killed.kill()

    def is_another() -> bool:
        now = stack.child(part)
        return now is not None and now.pid != killed.pid

    stack.wait_until(is_another, within_s=BACK_S)
    stack.wait_until(stack.is_well, within_s=BACK_S)
    print(f"\n{part} is back after {time.monotonic() - began:.1f} s")
    goes_on(stack, sale)


def test_supervisor_that_is_killed_takes_all_with_it_and_the_next_start_heals(
    stack: Stack, sale: Sale
) -> None:
    assert processes_of(stack.data)

    stack.process.kill()
    stack.process.wait()
    until = time.monotonic() + BACK_S
    while (left := processes_of(stack.data)) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []

    stack.start()
    assert stack.is_well()
    goes_on(stack, sale)


def test_afterwards_nothing_is_lost_and_nothing_is_there_twice(
    stack: Stack, sale: Sale, books: Books
) -> None:
    sale.stop()
    stack.wait_until(lambda: not books.under_way(), within_s=DRAINED_S)

    verified = stack.laotie("verify", "--json")
    assert json.loads(verified.stdout) == {"holds": True, "findings": []}
    assert verified.returncode == 0

    # Each order that somebody was told of is there, once, and each key made one.
    told = Counter(order.key for order in sale.orders)
    kept = dict(books.ours("SELECT key, total_fen FROM trade_checkout"))
    assert set(told.values()) == {1}
    assert told.keys() == sale.keys
    assert {order.key: order.total_fen for order in sale.orders} == {
        key: kept.get(key) for key in told
    }
    orders = books.ours(
        "SELECT c.key, count(*) FROM trade_checkout c JOIN trade_order o ON o.group_id = c.id"
        " WHERE o.state = 'PAID' GROUP BY 1"
    )
    assert told.keys() <= dict(orders).keys()
    assert {count for _, count in orders} == {1}
    print(f"\n{len(told)} orders, {sum(order.tries > 1 for order in sale.orders)} after an error")

    # Each captured fen is known to the provider, to our payments and to the ledger alike.
    assert books.captured() == books.captured_there() == books.booked()
    assert sum(books.captured().values()) >= sum(order.total_fen for order in sale.orders)
    assert (
        books.theirs("SELECT ref FROM effect WHERE kind = 'payment_captured' AND count > 1") == []
    )

    # No event was lost, parked, or told twice.
    assert (
        books.ours(
            "SELECT consumer, name FROM event_retry JOIN event_log ON id = event_id WHERE state = 'PARKED'"
        )
        == []
    )
    assert books.ours("SELECT cause FROM pay_notice WHERE state = 'PARKED'") == []
    for event in ("trade.order_placed", "trade.order_paid", "payments.payment_captured"):
        assert (
            books.ours(
                f"SELECT subject FROM event_log WHERE name = '{event}' GROUP BY 1 HAVING count(*) > 1"
            )
            == []
        )
    paid = books.ours("SELECT count(*) FROM event_log WHERE name = 'trade.order_paid'")
    assert paid == books.ours("SELECT count(*) FROM trade_order WHERE paid_at IS NOT NULL")
    assert (
        books.ours("SELECT sku_id FROM trade_stock WHERE on_hand < reserved OR reserved < 0") == []
    )


def test_each_tap_that_was_acknowledged_is_one_order(
    stack: Stack, sale: Sale, books: Books
) -> None:
    taps = sale.taps
    kept = books.ours(
        "SELECT c.key, o.id, c.id, c.total_fen FROM trade_checkout c"
        " JOIN trade_order o ON o.group_id = c.id"
    )
    ours = [row for row in kept if row[0] in taps.asked]

    # Whoever was told of an order has this one; whoever asked again over another line, no second.
    assert {
        key: (told.order_id, told.group_id, told.total_fen) for key, told in taps.told.items()
    } == {
        key: (ids.public("ord", order), ids.public("grp", group), fen)
        for key, order, group, fen in ours
    }
    assert len(ours) == len(taps.told)
    assert taps.under_way == set()
    assert taps.asked.keys() == taps.told.keys() | taps.refused.keys()
    # Of those that were under way when the gateway and the database died some had to be asked again;
    # a server process may still bring one to its end when its postmaster is gone.
    assert len(taps.caught) >= 2 * len(OF_TAPS)
    assert any(taps.asked[key] > 1 for key in taps.caught)
    print(f"\n{len(taps.told)} taps, {len(taps.caught)} under way at a death, no: {taps.refused}")


def test_nobody_was_answered_with_a_failure(stack: Stack, sale: Sale) -> None:
    failures = {what: n for what, n in sale.answers.items() if what[1] >= 500 and what[1] != 503}
    assert failures == {}
    assert sale.without_wait == []
    assert sale.audience_refusals.keys().isdisjoint({"FAILED", "NO_REASON", "PAY_PAGE"})
    statuses = {
        json.loads(line).get("status")
        for line in (stack.data / "log" / "web.log").read_text("utf-8").splitlines()
        if '"status"' in line
    }
    assert 200 in statuses
    assert 500 not in statuses


def test_the_video_never_went_back_and_is_on_air(stack: Stack, sale: Sale) -> None:
    assert sale.state == "LIVE"
    numbers = [(look.first, look.last) for look in sale.playlists]
    assert numbers == sorted(numbers)


def test_ctrl_c_leaves_no_process_behind(stack: Stack, sale: Sale) -> None:
    assert stack.end(signal.SIGINT) == 0

    assert processes_of(stack.data) == []
