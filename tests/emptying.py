"""Gives each test an empty database again, and looks at what must hold in it.

What a test filled is emptied by the superuser, which alone may pass the ledger's guards; what
migrations had put there is put back. The connection is kept and its statements are prepared: a
thousand tests ask the same, and working out how to answer takes longer than the answer.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import LiteralString, cast

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

_KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def broken(invariants: Mapping[str, str], ask: Callable[[str], Sequence[TupleRow]]) -> list[str]:
    """A line per invariant that does not hold, with its first rows.

    All are asked in one breath; only those that do not hold are asked again for their rows.
    """
    named = {name for (name,) in ask(_any(tuple(invariants.items())))}
    return [
        f"{name}: {ask(statement)[:5]}" for name, statement in invariants.items() if name in named
    ]


@functools.cache
def _any(invariants: tuple[tuple[str, str], ...]) -> str:
    """One statement that names each invariant that does not hold."""
    return " UNION ALL ".join(
        f"SELECT '{name}'::text WHERE EXISTS ({statement})" for name, statement in invariants
    )


class Emptier:
    """Empties what a test filled: one look at all tables, then only the filled ones."""

    def __init__(self, superuser_url: str) -> None:
        self._connection = psycopg.connect(superuser_url, autocommit=True)
        self._connection.prepared_max = 1000  # All of them, not the hundred used last.
        self._connection.execute("SET session_replication_role = replica")
        names = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        tables = [
            table for (table,) in names if table not in _KEPT and not table.startswith("seed_")
        ]
        # Put together once: that takes longer than the look.
        self._look = (
            sql.SQL(" UNION ALL ")
            .join(
                sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})").format(
                    sql.Literal(table), sql.Identifier(table)
                )
                for table in tables
            )
            .as_bytes(self._connection)
        )
        self._seeds = {table: self._seed(table) for table in self._filled()}

    def empty(self) -> None:
        for table in {*self._filled(), *self._seeds}:
            self._run(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(table)))
        for put_back in self._seeds.values():
            self._run(put_back)

    def ask(self, statement: str) -> list[TupleRow]:
        """Rows, as the superuser sees them."""
        return self._run(sql.SQL(cast("LiteralString", statement)))

    def close(self) -> None:
        self._connection.close()

    def _seed(self, table: str) -> sql.Composed:
        """Keep what migrations put there; the statement that puts it back."""
        self._run(
            sql.SQL("CREATE TEMP TABLE {} AS TABLE public.{}").format(
                sql.Identifier(f"seed_{table}"), sql.Identifier(table)
            )
        )
        columns = self._connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [f"public.{table}"],
        ).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns)
        return sql.SQL(
            "INSERT INTO public.{} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}"
        ).format(sql.Identifier(table), names, names, sql.Identifier(f"seed_{table}"))

    def _filled(self) -> list[str]:
        return [table for (table,) in self._run(self._look)]

    def _run(self, statement: sql.Composable | bytes) -> list[TupleRow]:
        done = self._connection.execute(statement, prepare=True)
        return done.fetchall() if done.description else []
