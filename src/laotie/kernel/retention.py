"""How long rows are kept, and how they go: a context's `retention.py` lists its `RULES`.

Rows go in batches, each in a transaction of its own far below the limit of 5 s; a batch that was
done is done, so a run may end anywhere and the next one goes on. What is under a legal hold stays.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from laotie.kernel import clock, sql

BATCH = 500
# A rule takes at most so long in one run: a backlog of years must not keep others waiting.
_RUN_S = 20.0


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of one table that go when they are old.

    meaning:    what goes, for the person who asks `laotie retention`.
    age:        the column that ages, such as `ended_at`; `kept` runs from it.
    also:       a further condition in SQL over the row `r`.
    parts:      `(table, column)` of rows that belong to it and go first, in this order.
    holds:      kind of legal hold to an SQL expression over `r` that names its subject.
    is_on_wall: the column is on the wall clock instead of business time.
    """

    name: str
    meaning: str
    table: str
    age: str
    kept: timedelta
    key: str = "id"
    also: str = "true"
    parts: Sequence[tuple[str, str]] = ()
    holds: Mapping[str, str] = field(default_factory=dict)
    is_on_wall: bool = False

    def condition(self) -> str:
        """SQL over `r` that is true of rows to go; takes `%(before)s`."""
        held = "".join(
            " AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL"
            f" AND h.kind = '{kind}' AND h.subject_id = {subject})"
            for kind, subject in self.holds.items()
        )
        return f"r.{self.age} < %(before)s AND ({self.also}){held}"

    def before(self, now: datetime) -> datetime:
        """Older rows go."""
        return (clock.wall() if self.is_on_wall else now) - self.kept


def due(rule: Rule, *, now: datetime) -> int:
    """How many rows a run would drop now; parts are not counted."""
    ((count,),) = sql.rows(
        f"SELECT count(*) FROM {rule.table} r WHERE {rule.condition()}",  # noqa: S608
        {"before": rule.before(now)},
    )
    return int(count)


def drop(rule: Rule, *, now: datetime, batch: int = BATCH) -> int:
    """Drop what is due, at most for 20 s; how many rows. Another run at the same time is harmless:
    each takes rows that the other has not locked.
    """
    ends_at, dropped = time.monotonic() + _RUN_S, 0
    while time.monotonic() < ends_at:
        gone = _drop_batch(rule, before=rule.before(now), batch=batch)
        dropped += gone
        if gone < batch:
            break
    return dropped


def _drop_batch(rule: Rule, *, before: datetime, batch: int) -> int:
    oldest = (
        f"FROM {rule.table} r WHERE {rule.condition()}"
        f" ORDER BY r.{rule.age} LIMIT %(batch)s FOR UPDATE OF r SKIP LOCKED"
    )
    given = {"before": before, "batch": batch}
    with transaction.atomic(durable=True):
        if not rule.parts:
            return sql.change(
                f"DELETE FROM {rule.table} WHERE ctid = ANY(ARRAY(SELECT r.ctid {oldest}))",  # noqa: S608
                given,
            )
        keys = [key for (key,) in sql.rows(f"SELECT r.{rule.key} {oldest}", given)]
        for table, column in rule.parts:
            sql.change(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [keys])  # noqa: S608
        return sql.change(f"DELETE FROM {rule.table} WHERE {rule.key} = ANY(%s)", [keys])  # noqa: S608
