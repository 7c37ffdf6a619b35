"""The one policy of how long things are kept: every rule of every context, and what has files.

What the law wants kept is in no rule: orders, money, consents, comments, stops, the audit log and
the event log stay. Recordings have their own limits in days and bytes (`live.keeping`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from laotie.kernel import retention, sql
from laotie.kernel.retention import Rule
from laotie.live import keeping
from laotie.runtime import wiring

log = structlog.get_logger()

_OWN_RULES = (
    Rule(
        name="remembered_answers",
        meaning="answers kept for clients that ask again with the same key",
        table="remembered_answer",
        age="expires_at",
        kept=timedelta(0),
    ),
    Rule(
        name="web_sessions",
        meaning="sessions that ran out, with the carts of guests in them",
        table="django_session",
        age="expire_date",
        kept=timedelta(0),
        is_on_wall=True,
    ),
)

# What has files beside its rows is dropped by the job that knows them; here it is only counted.
_ELSEWHERE = (
    (
        "runs",
        "imports and exports with their files",
        "run WHERE kept_until < %(now)s AND state NOT IN ('WAITING', 'RUNNING')",
    ),
    (
        "copies_of_own_data",
        "people's copies of their own data, seven days after they were ready",
        "accounts_dataexport WHERE ended_at IS NULL AND ready_at <= %(now)s - interval '7 days'",
    ),
)


@dataclass(frozen=True, slots=True)
class Due:
    """What would go now."""

    name: str
    rows: int
    kept: timedelta | None
    meaning: str


def rules() -> tuple[Rule, ...]:
    """Every rule by the order of the contexts; no two share a name."""
    found = (*_OWN_RULES, *wiring.retention())
    names = [rule.name for rule in found]
    assert len(names) == len(set(names)), f"two rules share a name: {sorted(names)}"
    return found


def due(now: datetime) -> tuple[Due, ...]:
    """What a run would take now; nothing is changed. One counting query each."""
    found = [
        Due(rule.name, retention.due(rule, now=now), rule.kept, rule.meaning) for rule in rules()
    ]
    for name, meaning, rows in _ELSEWHERE:
        ((count,),) = sql.rows(f"SELECT count(*) FROM {rows}", {"now": now})  # noqa: S608
        found.append(Due(name, int(count), None, meaning))
    going = len(keeping.surplus(now=now))
    meaning = "recordings of shows beyond their days or bytes, with their clips"
    return (*found, Due("recordings", going, None, meaning))


def run(now: datetime, *, said: Callable[[str, int], None] | None = None) -> dict[str, int]:
    """Drop what is due by rules, and decide which recordings go; rows by name, none left out."""
    dropped = {}
    for rule in rules():
        dropped[rule.name] = retention.drop(rule, now=now)
    dropped["recordings"] = keeping.keep_within(now=now)
    for name, count in dropped.items():
        if count:
            log.info("retention", rule=name, rows=count)
        if said is not None:
            said(name, count)
    return dropped
