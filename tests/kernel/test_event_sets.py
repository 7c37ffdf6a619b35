"""Events of a kind handled at once: the same effects as one by one, and one's fault is its own."""

import dataclasses
import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from laotie.kernel import event_log, ids, readers, sql
from laotie.kernel.event import Event
from laotie.kernel.event_log import Consumer, NotYet

pytestmark = pytest.mark.usefixtures("db")


@dataclasses.dataclass(frozen=True)
class CupFilled(Event):
    name: ClassVar[str] = "test.cup_filled"
    about: ClassVar[str] = "cup_id"
    cup_id: UUID
    number: int


@dataclasses.dataclass(frozen=True)
class CupEmptied(Event):
    name: ClassVar[str] = "test.cup_emptied"
    about: ClassVar[str] = "cup_id"
    cup_id: UUID
    number: int


def filled(*numbers: int) -> None:
    with transaction.atomic():
        event_log.publish(*(CupFilled(ids.new(), number) for number in numbers))


def emptied(number: int) -> None:
    with transaction.atomic():
        event_log.publish(CupEmptied(ids.new(), number))


def keep(numbers: Sequence[int]) -> None:
    """An effect that shows when it happens twice."""
    for number in numbers:
        sql.change(
            "INSERT INTO remembered_answer VALUES ('cup', %s, 'd', 200, '1', now())", [str(number)]
        )


def kept() -> set[int]:
    return {int(key) for (key,) in sql.rows("SELECT key FROM remembered_answer")}


def test_all_of_a_kind_come_at_once_where_the_first_of_them_stands() -> None:
    heard: list[object] = []
    consumer = Consumer(
        "tea",
        {CupEmptied: lambda event, now: heard.append(-event.number)},
        sets={CupFilled: lambda events, now: heard.append([event.number for event in events])},
    )
    emptied(1)
    filled(2, 3)
    emptied(4)
    filled(5)

    assert event_log.read_on(consumer) == 5
    assert event_log.read_on(consumer) == 0
    assert heard == [-1, [2, 3, 5], -4]


def test_one_bad_event_of_two_hundred_is_parked_alone_and_the_others_take_effect_once() -> None:
    sizes: list[int] = []

    def fill(events: Sequence[CupFilled], now: datetime) -> None:
        sizes.append(len(events))
        keep([event.number for event in events])
        if any(event.number == 113 for event in events):
            raise ValueError("cracked")

    consumer = Consumer("tea", sets={CupFilled: fill})
    filled(*range(200))

    assert event_log.read_on(consumer) == 200
    assert kept() == set(range(200)) - {113}
    assert len(sizes) <= 2 * 8 + 1  # Halved until it stands alone, not tried one by one.
    for _ in range(event_log.MAX_ATTEMPTS):
        sql.change("UPDATE event_retry SET next_at = now()")
        event_log.retry_due(consumer)

    (parked,) = event_log.parked()
    assert (parked.cause, parked.attempts) == ("ValueError('cracked')", event_log.MAX_ATTEMPTS)
    assert kept() == set(range(200)) - {113}
    assert sql.rows("SELECT count(*) FROM event_retry") == [(1,)]


def test_an_event_that_came_too_early_waits_alone() -> None:
    is_there = False

    def fill(events: Sequence[CupFilled], now: datetime) -> None:
        for event in events:
            if event.number == 2 and not is_there:
                raise NotYet("the pot")
        keep([event.number for event in events])

    consumer = Consumer("tea", sets={CupFilled: fill})
    filled(1, 2, 3)

    event_log.read_on(consumer)
    assert kept() == {1, 3}

    is_there = True
    sql.change("UPDATE event_retry SET next_at = now()")
    assert event_log.retry_due(consumer) == 1
    assert kept() == {1, 2, 3}


def test_failed_events_are_tried_again_in_a_set_as_well() -> None:
    tries: list[int] = []

    def fill(events: Sequence[CupFilled], now: datetime) -> None:
        tries.append(len(events))
        if len(tries) <= 7:
            raise ValueError("the kettle was cold")
        keep([event.number for event in events])

    consumer = Consumer("tea", sets={CupFilled: fill})
    filled(1, 2, 3, 4)
    event_log.read_on(consumer)
    assert tries == [4, 2, 1, 1, 2, 1, 1]
    assert kept() == set()

    sql.change("UPDATE event_retry SET next_at = now()")
    assert event_log.retry_due(consumer) == 4
    assert tries[7:] == [4]
    assert kept() == {1, 2, 3, 4}


def test_a_body_that_cannot_be_read_is_one_events_fault() -> None:
    filled(1)
    sql.change(
        "INSERT INTO event_log (name, version, subject, body)"
        """ VALUES ('test.cup_filled', 1, 's', '{"cup_id": "no id", "number": 2}')"""
    )
    filled(3)
    consumer = Consumer(
        "tea", sets={CupFilled: lambda events, now: keep([event.number for event in events])}
    )

    event_log.read_on(consumer)

    assert kept() == {1, 3}
    assert sql.rows("SELECT left(cause, 10) FROM event_retry") == [("ValueError",)]


def test_a_batch_whose_time_is_over_goes_on_after_the_last_event_that_was_come_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a set had done beyond that comes again: handlers bear it."""
    moments = itertools.count(0.0, 3.0)
    monkeypatch.setattr(event_log.time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(event_log, "BATCH_S", 2.0)
    heard: list[object] = []
    consumer = Consumer(
        "tea",
        {CupEmptied: lambda event, now: heard.append(-event.number)},
        sets={CupFilled: lambda events, now: heard.append([event.number for event in events])},
    )
    filled(1)
    emptied(2)
    filled(3)

    assert [event_log.read_on(consumer) for _ in range(4)] == [1, 1, 1, 0]
    assert heard == [[1, 3], -2, [3]]


def test_what_failed_beyond_the_last_event_come_to_is_not_remembered_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It comes again from the log; standing among those to retry as well it would be tried twice."""
    seconds = [0.0]
    monkeypatch.setattr(event_log.time, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(event_log, "BATCH_S", 2.0)

    def fill(events: Sequence[CupFilled], now: datetime) -> None:
        if any(event.number == 3 for event in events):
            seconds[0] += 3.0 * (len(events) == 1)  # The time of a batch is over with this one.
            raise ValueError("cracked")

    consumer = Consumer("tea", {CupEmptied: lambda event, now: None}, sets={CupFilled: fill})
    filled(1)
    emptied(2)
    filled(3)

    def failures() -> list[tuple[int, int]]:
        return sql.rows(
            "SELECT (e.body->>'number')::int, r.attempts FROM event_retry r"
            " JOIN event_log e ON e.id = r.event_id"
        )

    assert event_log.read_on(consumer) == 1
    assert failures() == []
    assert event_log.read_on(consumer) == 2
    assert failures() == [(3, 1)]


def test_a_reader_passes_what_it_does_not_hear_in_one_look() -> None:
    filled(*range(event_log.BATCH * 3))
    emptied(1)
    heard: list[int] = []
    consumer = Consumer("tea", {CupEmptied: lambda event, now: heard.append(event.number)})

    assert event_log.read_on(consumer) == event_log.BATCH * 3 + 1
    assert heard == [1]


def test_a_batch_costs_as_many_statements_as_one_event() -> None:
    consumer = Consumer("tea", sets={CupFilled: lambda events, now: None})

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            event_log.read_on(consumer)
        return len(seen)

    filled(1)
    one = statements()
    filled(*range(event_log.BATCH))

    assert statements() == one
    with CaptureQueriesContext(connection) as publishing, transaction.atomic():
        event_log.publish(*(CupFilled(ids.new(), number) for number in range(50)))
    assert len(publishing) == 3  # BEGIN, all events, COMMIT.


def test_how_far_behind_how_fast_and_when_it_is_through() -> None:
    consumer = Consumer("tea", sets={CupFilled: lambda events, now: None})
    filled(*range(event_log.BATCH))
    event_log.read_on(consumer)
    filled(1, 2, 3)
    # As if it had taken 10,000 rows in 2 seconds, while some 203 came within the last minute.
    sql.change("UPDATE event_position SET paced_rows = 10000, paced_s = 2")

    (behind,) = readers.standing()

    assert (behind.name, behind.rows_behind, behind.pace) == ("tea", 3, 5000)
    assert behind.oldest_s >= 0
    assert behind.drains_s is not None
    assert 3 / 5000 <= behind.drains_s < 3 / 4000
    assert not behind.falls_behind

    event_log.read_on(consumer)
    (through,) = readers.standing()
    assert (through.rows_behind, through.oldest_s, through.drains_s) == (0, 0, 0)
    assert through.pace == 5000  # A batch of three says nothing about how fast it can go.


def test_a_reader_that_takes_less_than_comes_falls_behind() -> None:
    consumer = Consumer("tea", sets={CupFilled: lambda events, now: None})
    event_log.read_on(consumer)
    filled(*range(100))
    sql.change("UPDATE event_position SET paced_rows = 1, paced_s = 10")

    (behind,) = readers.standing()

    assert behind.falls_behind


def test_before_it_had_much_to_do_its_pace_is_not_known() -> None:
    consumer = Consumer("tea", sets={CupFilled: lambda events, now: None})
    filled(1)
    event_log.read_on(consumer)
    filled(2)

    (reader,) = readers.standing()

    assert (reader.rows_behind, reader.pace, reader.drains_s) == (1, None, None)


def test_transactions_are_read_in_the_order_of_their_numbers_not_of_their_digits(
    superuser_url: str,
) -> None:
    """Of an older generation, where numbers can be chosen: 99 comes before 100."""
    with psycopg.connect(superuser_url, autocommit=True) as restored:
        for xid, number in (("100", 2), ("99", 1), ("1000", 3)):
            restored.execute(
                "INSERT INTO event_log (generation, xid, name, version, subject, body) VALUES"
                " (1, %s::text::xid8, 'test.cup_filled', 1, 's', %s)",
                [xid, Jsonb({"cup_id": str(ids.new()), "number": number})],
            )
        restored.execute("UPDATE event_generation SET generation = 2")
    heard: list[int] = []
    consumer = Consumer(
        "tea", sets={CupFilled: lambda events, now: heard.extend(each.number for each in events)}
    )

    while event_log.read_on(consumer, limit=1):
        pass

    assert heard == [1, 2, 3]
