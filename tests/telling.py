"""What a piece of work has told: events in the log, and lines in somebody's inbox."""

from laotie.accounts import inbox
from laotie.kernel import sql
from laotie.kernel.actor import Actor


def told(*names: str) -> int:
    """How many events of these names are in the log."""
    ((count,),) = sql.rows("SELECT count(*) FROM event_log WHERE name = ANY(%s)", [list(names)])
    return int(count)


def kinds_told(person: Actor) -> list[str]:
    """The kinds of the lines in an inbox, newest first."""
    return [line.kind for line in inbox.lines(actor=person)]
