"""What people with rights over the platform do, written down in the same transaction, for ever.

`use_case` notes every use case that an operator or somebody of finance carries out; where a door
acts without one it notes by itself. Amounts, ids and choices are kept; of words only the reason.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from laotie.kernel import sql
from laotie.kernel.actor import Actor

_WATCHED = frozenset({"operator", "finance"})
# Words that say what was decided. Other words may be a person's own, and stay out.
_KEPT_WORDS = frozenset({"answer", "carrier", "cause", "kind", "ref", "role", "state"})
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. `act` is the use case, such as `accounts.shops.approve`."""

    id: int
    at: datetime
    person_id: UUID
    via: str
    act: str
    reason: str
    facts: Mapping[str, Any]


def note_use_case(act: str, arguments: Mapping[str, Any]) -> None:
    """Write down what was done, if it was done by somebody with rights over the platform."""
    actor = arguments.get("actor")
    if isinstance(actor, Actor) and actor.person_id and actor.roles & _WATCHED:
        note(actor, act, arguments)


def note(actor: Actor, act: str, arguments: Mapping[str, Any]) -> None:
    """Write one act down in the caller's transaction."""
    assert connection.in_atomic_block, "an audit entry is only true together with what was done"
    facts = {
        name: kept
        for name, value in arguments.items()
        if name != "now" and (kept := _kept(name, value)) != ""
    }
    reason = arguments.get("reason") or arguments.get("answer") or ""
    sql.change(
        "INSERT INTO audit_entry (person_id, via, act, reason, facts) VALUES (%s, %s, %s, %s, %s)",
        [
            actor.person_id,
            actor.via,
            act,
            str(reason)[:_LONGEST],
            json.dumps(facts, ensure_ascii=False),
        ],
    )


def entries(
    *,
    actor: Actor,
    person_id: UUID | None = None,
    act: str = "",
    before: int | None = None,
    most: int = 50,
) -> tuple[Entry, ...]:
    """The newest first; for operators and finance. One query, by index.

    act:    the beginning of the acts' names, such as `accounts.`.
    before: the id that the page before ended with.
    raises: SignInFirst, SecondStepNeeded, NotAllowed.
    """
    if not actor.roles & _WATCHED:
        actor.require_role("operator")
    rows = sql.rows(
        "SELECT id, at, person_id, via, act, reason, facts::text FROM audit_entry"
        " WHERE (%(person)s::uuid IS NULL OR person_id = %(person)s)"
        " AND starts_with(act, %(act)s) AND (%(before)s::bigint IS NULL OR id < %(before)s)"
        " ORDER BY id DESC LIMIT %(most)s",
        {"person": person_id, "act": act[:80], "before": before, "most": most},
    )
    return tuple(
        Entry(id, at, by, via, done, reason, json.loads(facts))
        for id, at, by, via, done, reason, facts in rows
    )


def _kept(name: str, value: Any) -> Any:
    """What of one argument is written down; an empty text for nothing."""
    match value:
        case StrEnum():
            return value.value
        case bool() | int():
            return value
        case UUID() | datetime():
            return str(value)
        case str() if name in _KEPT_WORDS:
            return value[:_LONGEST]
        case _:
            return ""
