"""How far each reader of the event log has come, how fast it goes, and when it will be through."""

import math
from dataclasses import dataclass

from laotie.kernel import sql


@dataclass(frozen=True, slots=True)
class Reader:
    """Where one consumer stands.

    rows_behind: log rows that it has yet to pass, heard or not.
    oldest_s:    age of the first of them.
    pace:        rows a second, when there was much to do lately; None before that.
    drains_s:    seconds until nothing is left, if rows go on coming as they do; None when it
        cannot be said, infinite when more comes than it takes.
    """

    name: str
    rows_behind: int
    oldest_s: float
    pace: float | None
    drains_s: float | None

    @property
    def falls_behind(self) -> bool:
        return self.drains_s is not None and math.isinf(self.drains_s)


def standing() -> list[Reader]:
    """Every reader that has begun, by name. One query; it counts what lies ahead of each."""
    rows = sql.rows(
        "SELECT consumer, rows_behind, oldest_s, pace, drains_s FROM event_reader ORDER BY consumer"
    )
    return [Reader(*row) for row in rows]
