"""The provider's store: one SQLite file that a kill at any line leaves whole."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from laotie.kernel import clock

Row = sqlite3.Row


class Store:
    """Reads and writes of one process; each `with store.write():` is durable when it ends."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "provider.sqlite", isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        schema = resources.files("laotie.lab.provider") / "schema.sql"
        self._connection.executescript(schema.read_text("utf-8"))

    @contextmanager
    def write(self) -> Iterator[None]:
        """All of it, or nothing. Never held across an await, so nothing interleaves."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def rows(self, statement: str, params: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(statement, params).fetchall()

    def one(self, statement: str, params: Sequence[Any] = ()) -> Row | None:
        row = self._connection.execute(statement, params).fetchone()
        return row if isinstance(row, sqlite3.Row) else None

    def change(self, statement: str, params: Sequence[Any] = ()) -> int:
        """Run one statement that writes; how many rows it touched."""
        assert self._connection.in_transaction
        return self._connection.execute(statement, params).rowcount

    def close(self) -> None:
        self._connection.close()

    def now(self) -> float:
        """The provider's clock: the wall clock and what the lab has moved it ahead."""
        return clock.wall().timestamp() + self.ahead_s()

    def ahead_s(self) -> float:
        row = self.one("SELECT value FROM setting WHERE name = 'ahead_s'")
        return float(row["value"]) if row else 0.0

    def set_ahead_s(self, ahead_s: float) -> None:
        self.change(
            "INSERT INTO setting (name, value) VALUES ('ahead_s', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [repr(ahead_s)],
        )

    def count_effect(self, kind: str, ref: str) -> None:
        """Note that something happened to the world, for those who ask how often."""
        self.change(
            "INSERT INTO effect (kind, ref, count) VALUES (?, ?, 1)"
            " ON CONFLICT (kind, ref) DO UPDATE SET count = count + 1",
            [kind, ref],
        )

    def effects(self, ref: str) -> dict[str, int]:
        found = self.rows("SELECT kind, count FROM effect WHERE ref = ?", [ref])
        return {row["kind"]: row["count"] for row in found}

    def add_fault(
        self, target: str, kind: str, *, ref: str | None, times: int, args: dict[str, Any]
    ) -> None:
        self.change(
            "INSERT INTO fault (target, kind, ref, times, args) VALUES (?, ?, ?, ?, ?)",
            [target, kind, ref, times, json.dumps(args)],
        )

    def take_fault(self, target: str, ref: str) -> tuple[str, dict[str, Any]] | None:
        """The next scripted fault for a target (and subject), used up once."""
        row = self.one(
            "SELECT id, kind, args FROM fault WHERE target = ? AND times > 0"
            " AND (ref IS NULL OR ref = ?) ORDER BY id LIMIT 1",
            [target, ref],
        )
        if row is None:
            return None
        self.change("UPDATE fault SET times = times - 1 WHERE id = ?", [row["id"]])
        return row["kind"], json.loads(row["args"])
