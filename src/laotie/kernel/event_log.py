"""The append-only log of what happened, and its readers.

Written in the business transaction; read in batches by named consumers that keep a position,
which is stored in the same transaction as the effects: delivered at least once, in effect once.
The position is `(generation, xid, id)`; a row is visible to readers only once every transaction
that could still commit a lower xid has ended, so none is skipped.

What comes by the thousand is handled in sets: all events of a kind that a batch holds at once.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from laotie.kernel import clock, crash, sql
from laotie.kernel.event import Event
from laotie.kernel.use_case import needs_transaction

log = logging.getLogger(__name__)

BATCH = 200
# Log rows looked at for one batch: most readers hear few kinds of events, and pass the rest.
WINDOW = 10 * BATCH
# A transaction of ours is ended at 5 s; what a batch has done by then must be stored.
BATCH_S = 2.0
MAX_ATTEMPTS = 12
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 300.0
_NOT_YET = "not yet: "
_PACE_ROWS = 5_000

Handler = Callable[[Any, datetime], None]
SetHandler = Callable[[Sequence[Any], datetime], None]

_handled: ContextVar[int] = ContextVar("handled_event")


class _Unprepared(Exception):
    """Something is heard by handlers that are not prepared."""


_prepared: set[Callable[[], None]] = set()


class NotYet(Exception):
    """The event came before what it builds on; try again soon."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named reader: which events it hears, and what it does about each.

    handlers: take `(event, now)`, run inside the consumer's transaction, trust no order and bear
        repetition.
    sets: take `(events, now)`, all of one kind in a batch in their order, and mean by it what one
        by one would mean. A set in which one fails is halved until that one stands alone.
    prepare: makes what handlers need and takes long; done once in a process, outside of
        transactions, when something is heard for the first time.
    """

    name: str
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    sets: Mapping[type[Event], SetHandler] = field(default_factory=dict)
    prepare: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        assert not self.handlers.keys() & self.sets.keys()

    def by_name(self) -> dict[str, tuple[type[Event], Handler]]:
        """Each event that is heard, with what is done about a single one."""
        alone = {event: _of_one(handler) for event, handler in self.sets.items()}
        return {
            event.name: (event, handler) for event, handler in {**self.handlers, **alone}.items()
        }

    def sets_by_name(self) -> dict[str, SetHandler]:
        return {event.name: handler for event, handler in self.sets.items()}


def _of_one(handler: SetHandler) -> Handler:
    return lambda event, now: handler([event], now)


@dataclass(frozen=True, slots=True)
class Parked:
    """An event that a consumer gave up on, for a person to look at."""

    consumer: str
    event_id: int
    name: str
    subject: str
    cause: str
    attempts: int


@needs_transaction
def publish(*events: Event) -> None:
    """Say what happened; it becomes true with the caller's transaction, or not at all."""
    if not events:
        return
    sql.change(
        sql.text("kernel", "publish_events"),
        [
            [event.name for event in events],
            [event.version for event in events],
            [event.subject for event in events],
            [json.dumps(event.body()) for event in events],
        ],
    )


def read_on(consumer: Consumer, *, limit: int = BATCH) -> int:
    """Let one consumer take effect on its next batch; how many log rows it passed.

    Only one reader per consumer is at work at a time; a second one passes over. A batch of slow
    handlers ends early and keeps what it has done; what a set had done of the rest comes again.
    """
    return _when_prepared(consumer, lambda: _read_on(consumer, limit))


def _read_on(consumer: Consumer, limit: int) -> int:
    began = time.monotonic()
    with transaction.atomic(durable=True):
        position = _lock_position(consumer.name)
        if position is None:
            return 0
        known = consumer.by_name()
        rows = sql.rows(
            sql.text("kernel", "next_events"), [list(known), *position, max(WINDOW, limit), limit]
        )
        if not rows:
            return 0
        heard = [_Delivery(row[2], row[3], row[4]) for row in rows if row[4] is not None]
        outcomes = _take(consumer, heard, clock.now(), until=began + BATCH_S) if heard else {}
        passed = _passed(rows, outcomes)
        _remember_failures(consumer.name, _up_to(passed, rows, outcomes), {})
        crash.point("event_log.read_on.before_position")
        generation, xid, id, _name, _body, count = passed
        _move(consumer.name, (generation, xid, id), passed=count, began=began)
    crash.point("event_log.read_on.after_commit")
    return int(count)


def retry_due(consumer: Consumer, *, limit: int = BATCH) -> int:
    """Try failed events again whose wait is over; how many were tried."""
    return _when_prepared(consumer, lambda: _retry_due(consumer, limit))


def _retry_due(consumer: Consumer, limit: int) -> int:
    began = time.monotonic()
    with transaction.atomic(durable=True):
        rows = sql.rows(
            "SELECT r.event_id, e.name, e.body, r.attempts FROM event_retry r"
            " JOIN event_log e ON e.id = r.event_id"
            " WHERE r.state = 'WAITING' AND r.consumer = %s AND r.next_at <= now()"
            " ORDER BY r.event_id LIMIT %s FOR UPDATE OF r SKIP LOCKED",
            [consumer.name, limit],
        )
        if not rows:
            return 0
        due = [_Delivery(*row[:3]) for row in rows]
        outcomes = _take(consumer, due, clock.now(), until=began + BATCH_S)
        done = [id for id, cause in outcomes.items() if cause is None]
        if done:
            sql.change(
                "UPDATE event_retry SET state = 'DONE' WHERE consumer = %s AND event_id = ANY (%s)",
                [consumer.name, done],
            )
        _remember_failures(consumer.name, outcomes, {row[0]: row[3] for row in rows})
    return len(outcomes)


def _when_prepared(consumer: Consumer, read: Callable[[], int]) -> int:
    """What unprepared handlers would have done is undone, and begun again once they are."""
    try:
        return read()
    except _Unprepared:
        assert consumer.prepare is not None
        consumer.prepare()
        _prepared.add(consumer.prepare)
        return read()


@contextmanager
def handling(id: int) -> Iterator[None]:
    """Handlers that run meanwhile can ask for the `number` of their event."""
    token = _handled.set(id)
    try:
        yield
    finally:
        _handled.reset(token)


def number() -> int:
    """For a handler: its event's number in the log, the same however often it is delivered.

    Tells two events apart that say the same, such as a shop that opens again.
    """
    return _handled.get()


def parked() -> list[Parked]:
    """Events that wait for a person, oldest first."""
    rows = sql.rows(
        "SELECT r.consumer, r.event_id, e.name, e.subject, r.cause, r.attempts FROM event_retry r"
        " JOIN event_log e ON e.id = r.event_id WHERE r.state = 'PARKED'"
        " ORDER BY r.event_id LIMIT 200"
    )
    return [Parked(*row) for row in rows]


@needs_transaction
def unpark(consumer: str, event_id: int) -> bool:
    """Let a parked event be tried again from the beginning; whether it was parked."""
    return (
        sql.change(
            "UPDATE event_retry SET state = 'WAITING', attempts = 0, next_at = now()"
            " WHERE consumer = %s AND event_id = %s AND state = 'PARKED'",
            [consumer, event_id],
        )
        == 1
    )


def _lock_position(consumer: str) -> tuple[int, str, int] | None:
    sql.change(
        "INSERT INTO event_position (consumer) VALUES (%s) ON CONFLICT DO NOTHING", [consumer]
    )
    rows = sql.rows(
        "SELECT generation, xid::text, id FROM event_position WHERE consumer = %s"
        " FOR UPDATE SKIP LOCKED",
        [consumer],
    )
    return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class _Delivery:
    id: int
    name: str
    body: str


def _passed(rows: Sequence[tuple[Any, ...]], outcomes: Mapping[int, str | None]) -> tuple[Any, ...]:
    """The last row up to which every event was come to."""
    last = rows[0]
    for row in rows:
        if row[4] is not None and row[2] not in outcomes:
            break
        last = row
    return last


def _up_to(
    passed: tuple[Any, ...], rows: Sequence[tuple[Any, ...]], outcomes: Mapping[int, str | None]
) -> dict[int, str | None]:
    """Outcomes of what is passed by. What failed beyond it comes again from the log, not twice."""
    past = rows[: rows.index(passed) + 1]
    return {row[2]: outcomes[row[2]] for row in past if row[2] in outcomes}


def _take(
    consumer: Consumer, due: Sequence[_Delivery], now: datetime, *, until: float
) -> dict[int, str | None]:
    """Let events take effect; those come to in time, each with why it failed, if it did.

    In the order of the log, but for sets: those stand where the first of their kind does. The
    first event is always come to.
    """
    if consumer.prepare is not None and consumer.prepare not in _prepared:
        raise _Unprepared
    known, sets = consumer.by_name(), consumer.sets_by_name()
    outcomes: dict[int, str | None] = {}
    for each in due:
        if each.id in outcomes:
            continue
        if each.name in sets:
            alike = [other for other in due if other.name == each.name]
            outcomes |= _take_set(known[each.name][0], sets[each.name], alike, now, until=until)
        else:
            event, handler = known[each.name]
            outcomes[each.id] = _try_one(event, handler, each, now)
        if time.monotonic() >= until:
            break
    return outcomes


def _take_set(
    event: type[Event],
    handler: SetHandler,
    alike: Sequence[_Delivery],
    now: datetime,
    *,
    until: float,
) -> dict[int, str | None]:
    """Try all at once; when that fails, each half on its own, down to the one that is at fault.

    Outcomes of those that were come to in time.
    """
    if len(alike) == 1:
        return {alike[0].id: _try_one(event, _of_one(handler), alike[0], now)}
    cause = _try(lambda: handler([event.decode(each.body) for each in alike], now))
    if cause is None:
        return {each.id: None for each in alike}
    log.info("set_failed", extra={"event_name": event.name, "size": len(alike), "cause": cause})
    middle = len(alike) // 2
    outcomes = _take_set(event, handler, alike[:middle], now, until=until)
    if time.monotonic() < until:
        outcomes |= _take_set(event, handler, alike[middle:], now, until=until)
    return outcomes


def _try_one(
    event: type[Event], handler: Handler, delivery: _Delivery, now: datetime
) -> str | None:
    def handle() -> None:
        with handling(delivery.id):
            handler(event.decode(delivery.body), now)

    cause = _try(handle)
    if cause is not None and not cause.startswith(_NOT_YET):
        log.warning("handler_failed", extra={"event_name": event.name, "cause": cause})
    return cause


def _try(handle: Callable[[], None]) -> str | None:
    """Run in a savepoint; the cause if it failed."""
    try:
        with transaction.atomic():
            handle()
            # Deferred proofs speak now, while only this effect can be undone.
            sql.change("SET CONSTRAINTS ALL IMMEDIATE")
            sql.change("SET CONSTRAINTS ALL DEFERRED")
    except NotYet as reason:
        return f"{_NOT_YET}{reason}"
    except Exception as error:
        if connection.connection is None or connection.connection.closed:
            raise  # The database has gone: nothing took effect, and nothing is this event's fault.
        return repr(error)[:500]
    return None


def _move(consumer: str, to: tuple[int, str, int], *, passed: int, began: float) -> None:
    """Go on after this row from now. How fast is noted where there was much to do."""
    rows, seconds = (passed, time.monotonic() - began) if passed >= BATCH else (0, 0.0)
    fading = math.exp(-rows / _PACE_ROWS)
    sql.change(
        "UPDATE event_position SET generation = %s, xid = %s, id = %s, moved_at = now(),"
        " paced_rows = paced_rows * %s + %s, paced_s = paced_s * %s + %s WHERE consumer = %s",
        [*to, fading, rows, fading, seconds, consumer],
    )


def _remember_failures(
    consumer: str, outcomes: Mapping[int, str | None], earlier: Mapping[int, int]
) -> None:
    """Failed events are tried again after a wait that grows, in the end by a person.

    earlier: how often each was tried before; not named is never.
    """
    for event_id, cause in outcomes.items():
        if cause is None:
            continue
        attempts = earlier.get(event_id, 0) + 1
        state = "PARKED" if attempts >= MAX_ATTEMPTS else "WAITING"
        wait = timedelta(seconds=min(_FIRST_WAIT_S * 2**attempts, _LONGEST_WAIT_S))
        sql.change(
            "INSERT INTO event_retry (consumer, event_id, attempts, state, cause, next_at)"
            " VALUES (%s, %s, %s, %s, %s, now() + %s)"
            " ON CONFLICT (consumer, event_id) DO UPDATE SET attempts = excluded.attempts,"
            " state = excluded.state, cause = excluded.cause, next_at = excluded.next_at",
            [consumer, event_id, attempts, state, cause, wait],
        )
