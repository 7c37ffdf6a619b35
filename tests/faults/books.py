"""What three parties wrote down: our database, the provider's own store, and the buyers."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg


class Books:
    """Looks into our database (as the app role) and into the provider's file, read only."""

    def __init__(self, database_url: str, data: Path) -> None:
        self._url = database_url
        self._provider = data / "lab" / "provider.sqlite"

    def ours(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def theirs(self, statement: str) -> list[tuple[Any, ...]]:
        with self._open() as connection:
            return connection.execute(statement).fetchall()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"file:{self._provider}?mode=ro", uri=True)
        try:
            yield connection
        finally:
            connection.close()

    # -- Is anything still under way? --------------------------------------------------------------

    def under_way(self) -> dict[str, int]:
        """What has yet to be heard, told or taken in; empty when all is quiet."""
        counts = {
            "events to read": (
                "SELECT count(*) FROM event_position p JOIN event_log e"
                " ON (e.generation, e.xid, e.id) > (p.generation, p.xid, p.id)"
            ),
            "events to try again": "SELECT count(*) FROM event_retry WHERE state = 'WAITING'",
            "notices": "SELECT count(*) FROM pay_notice WHERE state = 'RECEIVED'",
            "refunds": "SELECT count(*) FROM trade_refund WHERE state = 'REFUNDING'",
        }
        found = {name: int(self.ours(statement)[0][0]) for name, statement in counts.items()}
        found["callbacks"] = self.theirs("SELECT count(*) FROM callback WHERE state = 'OWED'")[0][0]
        taken = {out_no for (out_no,) in self.theirs(
            "SELECT out_no FROM payment WHERE state = 'PAID' OR pays_at IS NOT NULL"
        )}  # fmt: skip
        found["captures"] = len(taken - self.captured().keys())
        return {name: count for name, count in found.items() if count}

    # -- Money -------------------------------------------------------------------------------------

    def captured(self) -> dict[str, int]:
        """Fen by payment, as our payments have it."""
        rows = self.ours("SELECT out_no, amount_fen FROM pay_payment WHERE captured_at IS NOT NULL")
        return dict(rows)

    def captured_there(self) -> dict[str, int]:
        """Fen by payment, as the provider's own store has it."""
        return dict(self.theirs("SELECT out_no, amount_fen FROM payment WHERE state = 'PAID'"))

    def booked(self) -> dict[str, int]:
        """Fen by payment, as the ledger moved them into the house."""
        rows = self.ours(
            "SELECT p.out_no, sum(l.amount_fen)::bigint FROM led_posting l"
            " JOIN pay_payment p ON p.id = l.payment_id"
            " WHERE l.account = 'psp_clearing' AND l.amount_fen < 0 AND l.refund_id IS NULL"
            " GROUP BY 1"
        )
        return {out_no: -fen for out_no, fen in rows}
