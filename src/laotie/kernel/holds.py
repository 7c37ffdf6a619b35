"""Legal holds: what must stay although its time is over, on a room, an order or a person.

Everything that deletes by age asks here first. A hold is placed and lifted by whoever runs the
machine, with a reason, and the row stays.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.kernel import ids, sql, text
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case

# The prefix of the public id says what is held.
KINDS = {"rom": "room", "ord": "order", "per": "person"}
_PREFIXES = {kind: prefix for prefix, kind in KINDS.items()}


class AlreadyHeld(Refusal):
    """One hold at a time: lift it first, or let it be."""

    code = "ALREADY_HELD"
    message = _("This is held already.")


@dataclass(frozen=True, slots=True)
class Hold:
    """subject: the public id of what is held."""

    subject: str
    reason: str
    placed_at: datetime
    lifted_at: datetime | None
    lifted_because: str


@use_case
def place(*, subject: str, reason: str, now: datetime) -> Hold:
    """Keep a room, an order or a person from deletion by age until it is lifted.

    subject: a public id (`rom_`, `ord_`, `per_`). reason: up to 200 characters.
    raises:  NotFound for another id, AlreadyHeld, Invalid.
    """
    kind, subject_id = _parsed(subject)
    reason = text.clean_line(reason, field="reason", longest=200)
    placed = sql.change(
        "INSERT INTO legal_hold (id, kind, subject_id, reason, placed_at)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [ids.new(), kind, subject_id, reason, now],
    )
    if not placed:
        raise AlreadyHeld
    return Hold(subject, reason, now, None, "")


@use_case
def lift(*, subject: str, reason: str, now: datetime) -> None:
    """Let age decide again. raises: NotFound when nothing is held, Invalid."""
    kind, subject_id = _parsed(subject)
    reason = text.clean_line(reason, field="reason", longest=200)
    lifted = sql.change(
        "UPDATE legal_hold SET lifted_at = %s, lifted_because = %s"
        " WHERE kind = %s AND subject_id = %s AND lifted_at IS NULL",
        [now, reason, kind, subject_id],
    )
    if not lifted:
        raise NotFound


def held(kind: str, among: Collection[UUID]) -> frozenset[UUID]:
    """Those of them that must stay. One query."""
    assert kind in _PREFIXES
    rows = sql.rows(
        "SELECT subject_id FROM legal_hold"
        " WHERE kind = %s AND subject_id = ANY(%s) AND lifted_at IS NULL",
        [kind, list(among)],
    )
    return frozenset(subject_id for (subject_id,) in rows)


def standing(kind: str) -> frozenset[UUID]:
    """Everything of a kind that must stay; a handful, as a rule. One query."""
    assert kind in _PREFIXES
    rows = sql.rows(
        "SELECT subject_id FROM legal_hold WHERE kind = %s AND lifted_at IS NULL", [kind]
    )
    return frozenset(subject_id for (subject_id,) in rows)


def listed(*, most: int = 500) -> tuple[Hold, ...]:
    """Standing holds first, then lifted ones, each the newest first."""
    rows = sql.rows(
        "SELECT kind, subject_id, reason, placed_at, lifted_at, lifted_because FROM legal_hold"
        " ORDER BY lifted_at IS NOT NULL, placed_at DESC, id LIMIT %s",
        [most],
    )
    return tuple(Hold(ids.public(_PREFIXES[kind], id), *rest) for kind, id, *rest in rows)


def _parsed(subject: str) -> tuple[str, UUID]:
    prefix = subject.partition("_")[0]
    if prefix not in KINDS:
        raise NotFound
    return KINDS[prefix], ids.parse(prefix, subject)
