"""Replay the books: legs to balances, holds, floors, and every captured fen to its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from laotie.kernel import patience, sql
from laotie.ledger import models, order_money, rules
from laotie.ledger.invariants import INVARIANTS
from laotie.ledger.order_money import Frozen

_SHOWN = 20
_CHUNK = 500
_PATIENCE_S = 3600.0
_SHARES = "ledger.shares_are_as_frozen"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken link: the check's name, a row's id, and what is wrong, for a person."""

    check: str
    subject: str
    sentence: str


def verify() -> list[Finding]:
    """The first check that does not hold, with up to 20 of its rows; empty if books are sound.

    What comes later in the chain rests on what comes before, so it stops at the first broken link.
    Reads one snapshot, changes nothing, and may take as long as it needs.
    """
    with patience.lasting(_PATIENCE_S), transaction.atomic(durable=True):
        sql.change("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        sql.change("SET LOCAL transaction_timeout = 0")
        for name, statement in INVARIANTS.items():
            rows = sql.rows(f"{statement} LIMIT {_SHOWN}")
            if rows:
                return [Finding(name, subject, sentence) for subject, sentence in rows]
        found = []
        for finding in _shares():
            found.append(finding)
            if len(found) == _SHOWN:
                break
        return found


def _shares() -> Iterator[Finding]:
    """Reckon each order again from its frozen terms, and compare with what was posted."""
    last = UUID(int=0)
    while True:
        rows = list(models.LedOrder.objects.filter(pk__gt=last).order_by("pk")[:_CHUNK])
        if not rows:
            return
        last = rows[-1].pk
        lines: dict[UUID, list[models.LedLine]] = {row.pk: [] for row in rows}
        for line in models.LedLine.objects.filter(order__in=rows).order_by("order_id", "line_no"):
            lines[line.order_id].append(line)
        posted = _posted([row.pk for row in rows])
        for row in rows:
            frozen = order_money.frozen_of(row, lines[row.pk])
            yield from _differences(frozen, posted.get(row.pk, {}))


def _differences(frozen: Frozen, posted: dict[tuple[int | None, str], int]) -> Iterator[Finding]:
    reckoned: dict[tuple[int | None, str], int] = {}
    if frozen.state is not rules.MoneyState.HELD:
        reckoned = {key: part.fen for key, part in frozen.figures().by_key().items()}
    order_id = frozen.order.order_id
    for key in sorted(reckoned.keys() | posted.keys(), key=str):
        if reckoned.get(key, 0) != posted.get(key, 0):
            line_no, role = key
            where = "" if line_no is None else f" of line {line_no}"
            yield Finding(
                _SHARES,
                str(order_id),
                f"order {order_id}: {role}{where} is {reckoned.get(key, 0)} by the frozen terms,"
                f" and {posted.get(key, 0)} was posted",
            )


def _posted(order_ids: list[UUID]) -> dict[UUID, dict[tuple[int | None, str], int]]:
    """What reached each role of each order. A debt's claim and its mirror cancel out."""
    rows = sql.rows(
        "SELECT order_id, line_no, role, sum(amount_fen)::bigint FROM led_posting"
        " WHERE order_id = ANY (%s) AND kind IN ('split', 'refund')"
        " AND role NOT IN ('', 'buyer', 'subsidy') GROUP BY 1, 2, 3",
        [order_ids],
    )
    found: dict[UUID, dict[tuple[int | None, str], int]] = {}
    for order_id, line_no, role, amount_fen in rows:
        found.setdefault(order_id, {})[line_no, role] = amount_fen
    return found
