"""Orders of both alliances fetched from their stand-ins: once each, to their end, without a gap."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from tests import adapters, builders, receiver

from laotie.kernel import sql
from laotie.kernel.errors import NotAllowed
from laotie.lab.alliances import Alliance, JdAlliance, Placed, TaobaoAlliance, serving
from laotie.links import models, order_sync, queries
from laotie.links.order_sources import By, Page, Unusable, Window

pytestmark = pytest.mark.usefixtures("db")

# 20:00 in Shanghai; its last three o'clock was at 19:00 UTC the day before.
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FORM = "the adapter's page has another form"


@dataclass
class Sync:
    """One network over there, and the clock here."""

    network: str
    alliance: Alliance
    now: datetime = NOW

    def place(self, number: int, made_at: datetime, **facts: Any) -> Placed:
        placed = Placed(f"90{number}", f"80{number}", made_at, made_at, **facts)
        self.alliance.orders.append(placed)
        return placed

    def fetch(self, *, after: timedelta = timedelta(0)) -> int:
        """A tick of the job, so long after the one before."""
        self.now += after
        return order_sync.fetch_due(tell_time=lambda: self.now)

    def catch_up(self, *, after: timedelta = timedelta(0)) -> None:
        self.now += after
        for _ in range(400):
            if not self.fetch():
                return
            self.now += timedelta(seconds=1)
        raise AssertionError("it does not catch up")

    def lane(self, lane: str = "CHANGES") -> models.OrderReading:
        return models.OrderReading.objects.get(network__code=self.network, lane=lane)


def orders() -> list[tuple[str, str, int, int | None]]:
    rows = models.ExternalOrder.objects.order_by("order_no")
    return list(rows.values_list("order_no", "state", "amount_fen", "actual_fen"))


def moved() -> int:
    ((count,),) = sql.rows(
        "SELECT count(*) FROM event_log WHERE name = 'links.external_order_moved'"
    )
    return int(count)


def flaws() -> list[tuple[str, str]]:
    return list(models.OrderFlaw.objects.order_by("order_no").values_list("order_no", "reason"))


STAND_INS = {"taobao": TaobaoAlliance, "jd": JdAlliance}


@contextlib.contextmanager
def syncing(network: str) -> Iterator[Sync]:
    """One day is looked over each night, to keep the tests short."""
    alliance = STAND_INS[network](most=2, repeats=True)
    with serving(alliance) as where:
        address = f"{network}+http://{alliance.key}:{alliance.secret}@{where}"
        with receiver.with_settings(order_sources=(address,), order_recheck_days=1):
            yield Sync(network, alliance)


@pytest.fixture
def sync() -> Iterator[Sync]:
    with syncing("taobao") as found:
        yield found


@pytest.fixture(params=["taobao", "jd"])
def either(request: pytest.FixtureRequest) -> Iterator[Sync]:
    with syncing(request.param) as found:
        yield found


def test_orders_come_once_from_the_night_before_last_to_now(either: Sync) -> None:
    sync = either
    for number in range(1, 8):
        sync.place(number, NOW - timedelta(minutes=3 * number))
    sync.place(8, NOW - 40 * HOUR)
    sync.place(9, NOW - 30 * DAY)

    sync.catch_up()
    sync.catch_up(after=HOUR)

    assert [order[0] for order in orders()] == [f"90{number}" for number in range(1, 9)]
    assert moved() == 8
    assert flaws() == []
    lane = sync.lane()
    assert sync.now - lane.read_to <= timedelta(seconds=10)
    assert (lane.cause, lane.tries) == ("", 0)
    longest = {"taobao": 3 * HOUR, "jd": HOUR}[sync.network]
    assert max(each.ends - each.begins for each in sync.alliance.asked) == longest


def test_an_order_goes_to_its_end_and_never_back(either: Sync) -> None:
    sync = either
    first = sync.place(1, NOW - HOUR)
    second = sync.place(2, NOW - HOUR)
    sync.catch_up()
    assert [order[1] for order in orders()] == ["PAID", "PAID"]

    first.state, first.changed_at = "RECEIVED", sync.now + MINUTE
    second.state, second.changed_at = "INVALID", sync.now + MINUTE
    sync.catch_up(after=10 * MINUTE)
    assert [order[1] for order in orders()] == ["RECEIVED", "INVALID"]

    first.state, first.changed_at = "SETTLED", sync.now + MINUTE
    sync.catch_up(after=10 * MINUTE)
    assert orders() == [("901", "SETTLED", 8990, 450), ("902", "INVALID", 8990, None)]
    seen = moved()

    # An older telling is passed over; a later one that goes back is a finding, and changes nothing.
    first.state, first.changed_at = "PAID", NOW - HOUR
    second.state, second.changed_at = "PAID", sync.now + MINUTE
    sync.catch_up(after=DAY)
    assert [order[1] for order in orders()] == ["SETTLED", "INVALID"]
    assert flaws() == [("902", "contradicts")]
    assert moved() == seen


def test_what_slips_past_by_day_is_found_at_night(sync: Sync) -> None:
    sync.catch_up()
    late = sync.place(1, NOW - 2 * HOUR)
    late.changed_at = NOW - 2 * HOUR
    sync.catch_up(after=HOUR)
    assert orders() == []

    sync.catch_up(after=8 * HOUR)

    assert [order[0] for order in orders()] == ["901"]
    night = sync.lane("NIGHT")
    assert night.read_to == night.until == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


def test_an_outage_leaves_no_gap_and_its_cause_is_told(sync: Sync) -> None:
    sync.catch_up()
    stood = sync.lane().read_to
    sync.place(1, sync.now + MINUTE)
    sync.alliance.trouble = ["error"] * 3

    assert sync.fetch(after=6 * MINUTE) == 0
    lane = sync.lane()
    assert (lane.read_to, lane.cause, lane.tries) == (stood, "unanswered: status 502", 1)
    assert lane.next_at == sync.now + MINUTE
    assert sync.fetch(after=timedelta(seconds=30)) == 0
    assert len(sync.alliance.trouble) == 2

    for _ in range(2):
        sync.fetch(after=10 * MINUTE)
    assert sync.lane().tries == 3
    assert sync.lane().read_to == stood
    sync.catch_up(after=5 * HOUR)

    assert [order[0] for order in orders()] == ["901"]
    assert (sync.lane().cause, sync.lane().tries) == ("", 0)
    assert sync.now - sync.lane().read_to <= timedelta(seconds=10)


def test_a_limit_is_waited_out_and_what_it_cut_off_comes_later(sync: Sync) -> None:
    sync.catch_up()
    stood = sync.lane().read_to
    for number in range(1, 8):
        sync.place(number, sync.now + number * MINUTE)
    # Two pages, then the limit: the window has four of them.
    sync.alliance.calls = 2

    assert sync.fetch(after=10 * MINUTE) == 0
    lane = sync.lane()
    assert (lane.read_to, lane.cause) == (stood, "limited")
    assert lane.next_at == sync.now + MINUTE
    assert len(orders()) == 4
    assert sync.lane("NIGHT").next_at == lane.next_at
    asked = len(sync.alliance.asked)
    sync.alliance.calls = 2
    assert sync.fetch(after=timedelta(seconds=30)) == 0
    assert len(sync.alliance.asked) == asked
    for _ in range(6):
        sync.alliance.calls = 2
        sync.fetch(after=16 * MINUTE)
    # Less time has fewer pages, so that the mark moves on under a limit for ever.
    assert sync.lane().read_to > stood
    sync.alliance.calls = None
    sync.catch_up(after=HOUR)

    assert len(orders()) == moved() == 7
    assert (sync.lane().cause, sync.lane().tries) == ("", 0)


def test_a_limit_at_the_first_question_asks_for_no_less_the_next_time(sync: Sync) -> None:
    sync.catch_up()
    sync.alliance.trouble = ["limited"] * 3
    for _ in range(3):
        sync.fetch(after=DAY)
    assert (sync.lane().tries, sync.lane().halvings, sync.alliance.trouble) == (3, 0, [])
    sync.alliance.asked.clear()

    sync.fetch(after=HOUR)

    first = next(each for each in sync.alliance.asked if each.by == "changed")
    assert first.ends - first.begins == 3 * HOUR


@dataclass
class Slow:
    """A source whose every answer takes its time, and is the last page after so many."""

    sync: Sync
    network: str
    takes: timedelta
    pages: int
    leases: list[timedelta]
    longest: timedelta = HOUR

    def read(self, window: Window, by: By, mark: str, *, now: datetime) -> Page:
        assert now == self.sync.now
        self.sync.now += self.takes
        self.leases.append(self.sync.lane("CHANGES").next_at - self.sync.now)
        number = int(mark or "1")
        return Page((), (), str(number + 1) if number < self.pages else "")


def slowly(sync: Sync, *, takes: timedelta, pages: int) -> tuple[int, Slow]:
    """Windows that one run reads of such a source, whose night is no concern."""
    order_sync._begin(codes=[sync.network], back=DAY, now=sync.now)
    models.OrderReading.objects.filter(lane="NIGHT").update(next_at=sync.now + DAY)
    source = Slow(sync, sync.network, takes, pages, [])
    return order_sync._read_due(source, lambda: sync.now), source


def test_a_slow_network_is_not_asked_twice_at_once(sync: Sync) -> None:
    done, source = slowly(sync, takes=MINUTE, pages=4)

    # Whoever looked during any of the answers found the lane taken.
    assert source.leases == [4 * MINUTE] * 4
    assert (done, sync.lane().halvings) == (1, 0)
    assert sync.lane().next_at == sync.now


def test_a_run_ends_and_a_window_that_takes_too_long_is_made_shorter(sync: Sync) -> None:
    done, source = slowly(sync, takes=timedelta(seconds=50), pages=1)
    assert (done, len(source.leases)) == (3, 3)

    stood = sync.lane().read_to
    done, source = slowly(sync, takes=MINUTE, pages=99)
    assert (done, len(source.leases)) == (0, 5)
    lane = sync.lane()
    assert (lane.read_to, lane.cause) == (stood, "unanswered: too slow for one window")
    assert (lane.halvings, lane.next_at) == (1, sync.now + MINUTE)


def test_what_came_while_it_read_waits_for_the_next_turn(sync: Sync) -> None:
    sync.catch_up()
    sync.now += 10 * MINUTE
    until = sync.now

    done, source = slowly(sync, takes=timedelta(seconds=9), pages=1)

    assert (done, len(source.leases)) == (1, 1)
    assert (sync.lane().read_to, sync.lane().next_at) == (until, sync.now + 5 * MINUTE)


def test_a_bad_amount_is_a_finding_and_the_mark_moves_on(sync: Sync) -> None:
    sync.place(1, NOW - MINUTE, amount="1.005")
    sync.place(2, NOW - MINUTE)
    sync.catch_up()
    sync.catch_up(after=6 * MINUTE)

    assert [order[0] for order in orders()] == ["902"]
    assert flaws() == [("901", "finer_than_fen")]
    page = queries.order_sources_page(actor=builders.an_operator(), now=sync.now)
    ((network, _, flaw),) = page.flaws
    assert (network, flaw.order_no) == (sync.network, "901")
    assert "1.005" in flaw.text
    (card,) = page.sources
    assert (card.orders, card.without_click, card.cause) == (1, 1, "")
    assert page.places == (queries.OrderPlace(sync.network, "3", 1, 8990),)
    with pytest.raises(NotAllowed):
        queries.order_sources_page(actor=builders.a_person(), now=sync.now)


def test_who_was_overtaken_writes_nothing(sync: Sync) -> None:
    sync.place(1, NOW - MINUTE)
    in_transaction = []

    class Overtaken:
        """A source during whose answer another reading begins."""

        network = sync.network
        longest = HOUR

        def read(self, window: Window, by: By, mark: str, *, now: datetime) -> Page:
            in_transaction.append(connection.in_atomic_block)
            models.OrderReading.objects.update(claims=99)
            return Page((adapters.LINE,), (), "")

    order_sync._begin(codes=[sync.network], back=DAY, now=NOW)
    stood = sync.lane().read_to
    assert order_sync._read_due(Overtaken(), lambda: NOW) == 0

    assert in_transaction == [False]
    assert (orders(), moved(), sync.lane().read_to) == ([], 0, stood)
    sync.catch_up(after=HOUR)
    assert [order[0] for order in orders()] == ["901"]


@pytest.mark.parametrize(
    ("what", "cause"),
    [
        ("raises", "the adapter broke: KeyError"), ("limited", "the adapter broke: ValueError"),
        ("none", "the adapter broke: AttributeError"), ("flaws", "the adapter broke: TypeError"),
        ("mark", FORM), ("naive", FORM), ("half-naive", FORM), ("yuan", FORM), ("state", FORM),
        ("endless", "the pages have no end"),
    ],
)  # fmt: skip
def test_an_adapter_that_breaks_is_told_and_the_others_are_asked(
    sync: Sync, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str, cause: str
) -> None:
    sync.place(1, NOW - MINUTE)
    adapters.install(monkeypatch, tmp_path, odd=adapters.Odd)

    broken_first = (f"odd://k:s@host/{what}", *settings.LAOTIE.order_sources)
    with receiver.with_settings(order_sources=broken_first):
        assert sync.fetch() > 0

    assert [order[0] for order in orders()] == ["901"]
    assert (sync.lane().cause, flaws()) == ("", [])
    broken = models.OrderReading.objects.get(network__code="jd", lane="CHANGES")
    assert (broken.cause, broken.succeeded_at) == (f"refused: {cause}", None)


def test_a_source_of_a_network_that_nobody_knows_is_told_and_not_asked(sync: Sync) -> None:
    sync.place(1, NOW - MINUTE)
    assert order_sync.unusable() == ()
    models.Network.objects.filter(code=sync.network).update(code="elsewhere")

    assert order_sync.unusable() == (Unusable(sync.network, "no network has this code"),)
    assert (sync.fetch(), sync.alliance.asked) == (0, [])

    models.Network.objects.filter(code="elsewhere").update(code=sync.network)
    sync.catch_up(after=HOUR)
    assert len(orders()) == 1


def test_without_a_source_nothing_is_asked_and_with_it_again_nothing_is_missed(sync: Sync) -> None:
    sync.catch_up()
    asked = len(sync.alliance.asked)
    sync.place(1, sync.now + HOUR)
    with receiver.with_settings(order_sources=()):
        assert sync.fetch(after=2 * HOUR) == 0
    assert len(sync.alliance.asked) == asked
    assert not sync.lane().is_on

    sync.catch_up(after=DAY)

    assert sync.lane().is_on
    assert [order[0] for order in orders()] == ["901"]


def test_the_database_keeps_marks_and_causes_whole(sync: Sync) -> None:
    sync.fetch()
    for change in (
        {"lane": "NOON"}, {"tries": 3}, {"cause": "no cause"}, {"until": NOW + DAY},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            models.OrderReading.objects.filter(lane="CHANGES").update(**change)
