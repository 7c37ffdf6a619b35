"""How many watch and how many hearts: appended by each gateway process, never updated in place.

A process appends one row per room and second while something changes, and one per ten seconds
while nothing does. What it had not said when it died, a second of hearts at most, is lost, and
its viewers leave the count after 25 s. Rows are rolled up into minutes after two minutes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.kernel.use_case import use_case

_FRESH = timedelta(seconds=25)
_ROLLED_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one process counted since its last word. viewers: sockets there now."""

    room_id: UUID
    likes: int
    joins: int
    viewers: int


@dataclass(frozen=True, slots=True)
class Audience:
    likes: int
    viewers: int


@use_case
def count(*, actor: Actor, source: UUID, tallies: Sequence[Tally], now: datetime) -> None:
    """Add one process' counts of many rooms, with one statement. source: the process."""
    actor.require_role("operator")
    sql.change(
        "INSERT INTO live_tally (room_id, source, likes, joins, viewers, at, wall_at)"
        " SELECT t.room_id, %s, t.likes, t.joins, t.viewers, %s, %s FROM"
        " unnest(%s::uuid[], %s::integer[], %s::integer[], %s::integer[])"
        " AS t (room_id, likes, joins, viewers) JOIN live_room r ON r.id = t.room_id",
        [
            source,
            now,
            clock.wall(),
            [tally.room_id for tally in tallies],
            [tally.likes for tally in tallies],
            [tally.joins for tally in tallies],
            [tally.viewers for tally in tallies],
        ],
    )


def audiences(room_ids: Collection[UUID]) -> dict[UUID, Audience]:
    """Likes so far and viewers now, of all processes. One query for all rooms."""
    if not room_ids:
        return {}
    rows = sql.rows(
        sql.text("live", "count_audience"),
        {"rooms": list(room_ids), "fresh": clock.wall() - _FRESH},
    )
    return {room_id: Audience(int(likes), int(viewers)) for room_id, likes, viewers in rows}


def roll_up() -> int:
    """Fold old tallies into minutes; how many minutes were touched."""
    return sql.change(sql.text("live", "roll_up_tallies"), {"before": clock.wall() - _ROLLED_AFTER})
