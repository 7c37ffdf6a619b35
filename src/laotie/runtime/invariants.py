"""Run what must always hold: every statement returns the rows that break it, so none is good."""

from dataclasses import dataclass

from django.db import connection, transaction

from laotie.kernel import patience
from laotie.runtime import wiring

_SHOWN_ROWS = 5
_PATIENCE_S = 130.0  # A little longer than the server gives the statement.


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold. `rows` counts; `examples` are ids, as text."""

    name: str
    rows: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}: {self.rows} rows, such as {'; '.join(self.examples)}"


def broken(only: str = "") -> list[Broken]:
    """Everything that does not hold now, each read in a transaction of its own.

    only: names that begin with this; all by default. Costs one query per invariant.
    """
    found = []
    for name, statement in wiring.invariants().items():
        if not name.startswith(only):
            continue
        with (
            patience.lasting(_PATIENCE_S),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET TRANSACTION READ ONLY")
            # The app's limit is for writers; a reader holds nobody back. Only 0 stops its timer.
            cursor.execute("SET LOCAL transaction_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = '120s'")
            cursor.execute(statement)
            rows = cursor.fetchmany(1000)
        if rows:
            examples = tuple(", ".join(map(str, row)) for row in rows[:_SHOWN_ROWS])
            found.append(Broken(name, len(rows), examples))
    return found
