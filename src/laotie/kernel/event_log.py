"""The append-only log of what happened, and its readers.

Written in the business transaction; read in batches by named consumers that keep a position,
which is stored in the same transaction as the effects: delivered at least once, in effect once.
The position is `(generation, xid, id)`; a row is visible to readers only once every transaction
that could still commit a lower xid has ended, so none is skipped.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from laotie.kernel import clock, crash, sql
from laotie.kernel.event import Event
from laotie.kernel.use_case import needs_transaction

log = logging.getLogger(__name__)

BATCH = 200
# A transaction of ours is ended at 5 s; what a batch has done by then must be stored.
BATCH_S = 2.0
MAX_ATTEMPTS = 12
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 300.0

Handler = Callable[[Any, datetime], None]

_handled: ContextVar[int] = ContextVar("handled_event")


class NotYet(Exception):
    """The event came before what it builds on; try again soon."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named reader: which events it hears, and what it does about each.

    Handlers take `(event, now)`, run inside the consumer's transaction, trust no order and
    bear repetition.
    """

    name: str
    handlers: Mapping[type[Event], Handler]

    def by_name(self) -> dict[str, tuple[type[Event], Handler]]:
        return {event.name: (event, handler) for event, handler in self.handlers.items()}


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
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO event_log (name, version, subject, body) VALUES (%s, %s, %s, %s)",
            [(e.name, e.version, e.subject, json.dumps(e.body())) for e in events],
        )


def read_on(consumer: Consumer, *, limit: int = BATCH) -> int:
    """Let one consumer take effect on its next batch; how many log rows it passed.

    Only one reader per consumer is at work at a time; a second one passes over. A batch of slow
    handlers ends early and keeps what it has done.
    """
    ends_at = time.monotonic() + BATCH_S
    passed = 0
    with transaction.atomic(durable=True):
        position = _lock_position(consumer.name)
        if position is None:
            return 0
        known = consumer.by_name()
        rows = sql.rows(sql.text("kernel", "next_events"), [list(known), *position, limit])
        if not rows:
            return 0
        now = clock.now()
        for generation, xid, id, name, body in rows:
            if body is not None:
                event, handler = known[name]
                cause = _try_handler(handler, event.read(_as_dict(body)), id, now)
                if cause is not None:
                    _remember_failure(consumer.name, id, cause, attempts=1)
            position = (generation, xid, id)
            passed += 1
            if time.monotonic() >= ends_at:
                break
        crash.point("event_log.read_on.before_position")
        sql.change(
            "UPDATE event_position SET generation = %s, xid = %s, id = %s, moved_at = now()"
            " WHERE consumer = %s",
            [*position, consumer.name],
        )
    crash.point("event_log.read_on.after_commit")
    return passed


def retry_due(consumer: Consumer, *, limit: int = BATCH) -> int:
    """Try failed events again whose wait is over; how many were tried."""
    ends_at = time.monotonic() + BATCH_S
    tried = 0
    known = consumer.by_name()
    with transaction.atomic(durable=True):
        rows = sql.rows(
            "SELECT r.event_id, r.attempts, e.name, e.body FROM event_retry r"
            " JOIN event_log e ON e.id = r.event_id"
            " WHERE r.state = 'WAITING' AND r.consumer = %s AND r.next_at <= now()"
            " ORDER BY r.event_id LIMIT %s FOR UPDATE OF r SKIP LOCKED",
            [consumer.name, limit],
        )
        now = clock.now() if rows else None
        for id, attempts, name, body in rows:
            assert now is not None
            event, handler = known[name]
            cause = _try_handler(handler, event.read(_as_dict(body)), id, now)
            if cause is None:
                sql.change(
                    "UPDATE event_retry SET state = 'DONE' WHERE consumer = %s AND event_id = %s",
                    [consumer.name, id],
                )
            else:
                _remember_failure(consumer.name, id, cause, attempts=attempts + 1)
            tried += 1
            if time.monotonic() >= ends_at:
                break
    return tried


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


def lag() -> dict[str, int]:
    """How many log rows each consumer has yet to pass."""
    rows = sql.rows(
        "SELECT p.consumer, (SELECT count(*) FROM event_log e"
        " WHERE (e.generation, e.xid, e.id) > (p.generation, p.xid, p.id)) FROM event_position p"
    )
    return {consumer: int(behind) for consumer, behind in rows}


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


def _try_handler(handler: Handler, event: Event, id: int, now: datetime) -> str | None:
    """Run one handler in a savepoint; the cause if it failed."""
    try:
        with handling(id), transaction.atomic():
            handler(event, now)
            # Deferred proofs speak now, while only this event's effect can be undone.
            sql.change("SET CONSTRAINTS ALL IMMEDIATE")
            sql.change("SET CONSTRAINTS ALL DEFERRED")
    except NotYet as reason:
        return f"not yet: {reason}"
    except Exception as error:
        if connection.connection is None or connection.connection.closed:
            raise  # The database has gone: nothing took effect, and nothing is this event's fault.
        log.warning("handler_failed", extra={"event_name": event.name, "cause": repr(error)})
        return repr(error)[:500]
    return None


def _remember_failure(consumer: str, event_id: int, cause: str, *, attempts: int) -> None:
    state = "PARKED" if attempts >= MAX_ATTEMPTS else "WAITING"
    wait = timedelta(seconds=min(_FIRST_WAIT_S * 2**attempts, _LONGEST_WAIT_S))
    sql.change(
        "INSERT INTO event_retry (consumer, event_id, attempts, state, cause, next_at)"
        " VALUES (%s, %s, %s, %s, %s, now() + %s)"
        " ON CONFLICT (consumer, event_id) DO UPDATE SET attempts = excluded.attempts,"
        " state = excluded.state, cause = excluded.cause, next_at = excluded.next_at",
        [consumer, event_id, attempts, state, cause, wait],
    )


def _as_dict(body: Any) -> dict[str, Any]:
    fields = json.loads(body) if isinstance(body, str) else body
    assert isinstance(fields, dict)
    return fields
