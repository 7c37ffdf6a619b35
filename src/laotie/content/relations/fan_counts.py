"""How many follow a creator, without counting them: a number that always equals the rows.

Each follow that comes, goes or is found to be forged leaves a change beside it, in its own
transaction, by a trigger; a job adds the changes up. The number is the sum so far with the changes
that are left, so it is exact at every moment, and nobody who follows waits for another.
"""

from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction, use_case

_PORTION = 20_000


def of(creator_id: UUID) -> int:
    """How many follow a creator, without those that were forged or followed somebody before.

    One query, however many there are.
    """
    found = sql.rows(sql.text("content", "fans_of"), {"creator": creator_id})
    return int(found[0][0]) if found else 0


def add_all() -> int:
    """Every change that was there is part of a count; how many there were."""
    added = 0
    while portion := _add():
        added += portion
        if portion < _PORTION:
            break
    return added


@needs_transaction
def recount(creator_id: UUID) -> None:
    """The count is that of the rows, and of those alone who came since the last change of hands."""
    _hold()
    sql.change(sql.text("content", "recount_fans"), {"creator": creator_id})


@use_case
def _add() -> int:
    _hold()
    rows = sql.rows(sql.text("content", "add_fans"), {"most": _PORTION})
    return int(rows[0][0]) if rows else 0


@needs_transaction
def _hold() -> None:
    """Nobody else adds or counts anew until the transaction ends."""
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('content.fan_counts', 0))")
