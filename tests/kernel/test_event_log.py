"""The traps of a log in PostgreSQL, each played with real transactions."""

import dataclasses
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from laotie.kernel import event_log, ids, sql
from laotie.kernel.event import Event
from laotie.kernel.event_log import Consumer, NotYet

pytestmark = pytest.mark.usefixtures("db")


@dataclasses.dataclass(frozen=True)
class KettleBoiled(Event):
    name: ClassVar[str] = "test.kettle_boiled"
    about: ClassVar[str] = "kettle_id"
    kettle_id: UUID
    litres: int
    boiled_at: datetime | None = None


@contextmanager
def session(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(url) as other:
        yield other


def write(other: psycopg.Connection[tuple[object, ...]], litres: int) -> None:
    other.execute(
        "INSERT INTO event_log (name, version, subject, body) VALUES ('test.kettle_boiled', 1, 'k', %s)",
        [psycopg.types.json.Jsonb({"kettle_id": str(UUID(int=1)), "litres": litres})],
    )


def take_xid(other: psycopg.Connection[tuple[object, ...]]) -> None:
    other.execute("SELECT pg_current_xact_id()")


def seen(name: str = "tea") -> tuple[Consumer, list[int]]:
    heard: list[int] = []
    return Consumer(name, {KettleBoiled: lambda event, now: heard.append(event.litres)}), heard


def publish(*litres: int) -> None:
    with transaction.atomic():
        event_log.publish(*(KettleBoiled(kettle_id=ids.new(), litres=each) for each in litres))


def test_events_are_read_once_and_in_order() -> None:
    consumer, heard = seen()
    publish(1, 2)
    publish(3)

    assert event_log.read_on(consumer) == 3
    assert event_log.read_on(consumer) == 0
    assert heard == [1, 2, 3]


def test_what_handlers_need_is_made_once_outside_of_transactions_when_something_is_heard() -> None:
    heard: list[int] = []
    made: list[bool] = []
    consumer = Consumer(
        "tea",
        {KettleBoiled: lambda event, now: heard.append(event.litres)},
        prepare=lambda: made.append(connection.in_atomic_block),
    )

    assert event_log.read_on(consumer) == 0
    assert made == []

    publish(1, 2)
    assert event_log.read_on(consumer) == 2
    publish(3)
    assert event_log.read_on(consumer) == 1
    assert (heard, made) == ([1, 2, 3], [False])


def test_an_undone_transaction_tells_nothing() -> None:
    consumer, heard = seen()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        event_log.publish(KettleBoiled(kettle_id=ids.new(), litres=1))
        raise ZeroDivisionError

    assert event_log.read_on(consumer) == 0
    assert heard == []


def interleave(app_url: str, consumer: Consumer) -> None:
    """A has the lower xid and B the lower id; A commits first, and is read before B commits."""
    with session(app_url) as a, session(app_url) as b:
        take_xid(a)
        take_xid(b)
        write(b, 1)
        write(a, 2)
        a.commit()
        event_log.read_on(consumer)
        b.commit()
    event_log.read_on(consumer)


def test_an_event_with_a_lower_id_that_commits_later_is_not_skipped(app_url: str) -> None:
    consumer, heard = seen()

    interleave(app_url, consumer)

    assert heard == [2, 1]


def test_a_cursor_on_the_id_alone_loses_that_event_even_with_the_snapshot_predicate(
    app_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same interleaving, with the position taken by id alone."""
    whole = sql.text("kernel", "next_events")
    by_id = whole.replace(
        "(e.generation, e.xid, e.id) > (%s, %s::xid8, %s)",
        "(%s::int, %s::xid8) IS NOT NULL AND e.id > %s",
    )
    assert by_id != whole
    monkeypatch.setattr(sql, "text", lambda package, name: by_id)
    consumer, heard = seen()

    interleave(app_url, consumer)

    assert heard == [2]


def test_a_batch_of_slow_handlers_keeps_what_it_has_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server ends a transaction at 5 s: a batch that never fits would never move on."""
    moments = itertools.count(0.0, 0.9)
    monkeypatch.setattr(event_log.time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(event_log, "BATCH_S", 2.0)
    consumer, heard = seen()
    publish(*range(10))

    passed = [event_log.read_on(consumer) for _ in range(6)]

    assert passed == [2, 2, 2, 2, 2, 0]
    assert heard == list(range(10))


def test_two_transactions_on_one_subject_may_arrive_out_of_order_and_not_yet_mends_it(
    app_url: str,
) -> None:
    filled: list[int] = []

    def fill(event: KettleBoiled, now: datetime) -> None:
        if event.litres == 1 and 2 not in filled:
            raise NotYet("the second litre comes first")
        filled.append(event.litres)

    consumer = Consumer("tea", {KettleBoiled: fill})
    with session(app_url) as first, session(app_url) as second:
        take_xid(first)
        take_xid(second)
        write(second, 2)
        second.commit()
        write(first, 1)
        first.commit()

    event_log.read_on(consumer)
    assert filled == [2]

    sql.change("UPDATE event_retry SET next_at = now()")
    assert event_log.retry_due(consumer) == 1
    assert filled == [2, 1]
    assert event_log.retry_due(consumer) == 0


def test_events_of_an_older_generation_are_read_whatever_their_xid(superuser_url: str) -> None:
    """As after a restore into a fresh cluster, where old transaction ids lie in the future."""
    consumer, heard = seen()
    with session(superuser_url) as restored:
        restored.execute(
            "INSERT INTO event_log (generation, xid, name, version, subject, body) VALUES"
            " (1, '99999999', 'test.kettle_boiled', 1, 'k', %s)",
            [psycopg.types.json.Jsonb({"kettle_id": str(UUID(int=1)), "litres": 9})],
        )
        restored.commit()
    publish(10)
    event_log.read_on(consumer)
    assert heard == [10], "without a new generation what was restored stays out of sight"

    with session(superuser_url) as restored:
        restored.execute("UPDATE event_generation SET generation = 2")
        restored.commit()
    late, heard_late = seen("late")
    publish(11)
    event_log.read_on(late)

    assert heard_late == [10, 9, 11]


def test_an_idle_writer_holds_readers_back_until_it_ends(app_url: str) -> None:
    consumer, heard = seen()
    with session(app_url) as idle:
        take_xid(idle)
        publish(1)
        assert event_log.read_on(consumer) == 0
        assert heard == []
        idle.rollback()

    event_log.read_on(consumer)

    assert heard == [1]


def test_one_bad_event_does_not_stop_the_others_and_is_parked_with_its_cause() -> None:
    heard: list[int] = []

    def boil(event: KettleBoiled, now: datetime) -> None:
        if event.litres == 13:
            raise ValueError("cracked")
        heard.append(event.litres)

    consumer = Consumer("tea", {KettleBoiled: boil})
    publish(1, 13, 2)

    event_log.read_on(consumer)
    for _ in range(event_log.MAX_ATTEMPTS):
        sql.change("UPDATE event_retry SET next_at = now()")
        event_log.retry_due(consumer)

    assert heard == [1, 2]
    (parked,) = event_log.parked()
    assert parked.cause == "ValueError('cracked')"
    assert parked.attempts == event_log.MAX_ATTEMPTS
    assert event_log.retry_due(consumer) == 0


def test_a_failed_handler_leaves_no_effect_behind() -> None:
    def half(event: KettleBoiled, now: datetime) -> None:
        sql.change(
            "INSERT INTO remembered_answer VALUES ('s', %s, 'd', 200, '1', now())",
            [str(event.litres)],
        )
        if event.litres == 13:
            raise ValueError

    publish(1, 13)
    event_log.read_on(Consumer("tea", {KettleBoiled: half}))

    assert sql.rows("SELECT key FROM remembered_answer") == [("1",)]


def test_effect_and_position_are_one_transaction() -> None:
    """A reader that dies after the effect and before the position has done nothing."""

    def boil(event: KettleBoiled, now: datetime) -> None:
        sql.change("INSERT INTO remembered_answer VALUES ('s', 'k', 'd', 200, '1', now())")
        assert connection.connection is not None
        connection.connection.close()

    publish(1)
    with pytest.raises(Exception, match="closed"):
        event_log.read_on(Consumer("tea", {KettleBoiled: boil}))
    connection.close()

    assert sql.rows("SELECT key FROM remembered_answer") == []
    consumer, heard = seen()
    event_log.read_on(consumer)
    assert heard == [1]


def test_a_new_consumer_starts_from_the_beginning() -> None:
    publish(1, 2)
    early, _ = seen("early")
    event_log.read_on(early)

    late, heard = seen("late")
    event_log.read_on(late)

    assert heard == [1, 2]


def test_the_app_role_cannot_change_history() -> None:
    publish(1)
    for statement in (
        "UPDATE event_log SET subject = 'x'",
        "DELETE FROM event_log",
        "TRUNCATE event_log CASCADE",
    ):
        with pytest.raises(Exception, match="permission denied"):
            sql.change(statement)


def test_an_event_reads_back_as_it_was_written() -> None:
    event = KettleBoiled(
        kettle_id=ids.new(), litres=2, boiled_at=datetime.fromisoformat("2026-11-22T08:00:00+00:00")
    )

    for body in (event.body(), {**event.body(), "newer_field": 1}):
        assert KettleBoiled.read(body) == event
        assert KettleBoiled.decode(json.dumps(body)) == event
    # What is not of its kind is taken as it is, as long as an id is one.
    odd = {"kettle_id": str(event.kettle_id), "litres": "many"}
    assert KettleBoiled.decode(json.dumps(odd)) == KettleBoiled.read(odd)
