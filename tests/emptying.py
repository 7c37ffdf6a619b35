"""Gives each test an empty database again.

What a test filled is emptied by the superuser, which alone may pass the ledger's guards; what
migrations had put there is put back.
"""

import psycopg
from psycopg import sql

_KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


class Emptier:
    """Empties what a test filled: one look at all tables, then only the filled ones."""

    def __init__(self, superuser_url: str) -> None:
        self._connection = psycopg.connect(superuser_url, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")
        names = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        self._tables = [
            table for (table,) in names if table not in _KEPT and not table.startswith("seed_")
        ]
        self._seeded = self._filled()
        for table in self._seeded:
            self._connection.execute(
                sql.SQL("CREATE TEMP TABLE {} AS TABLE public.{}").format(
                    sql.Identifier(f"seed_{table}"), sql.Identifier(table)
                )
            )

    def empty(self) -> None:
        for table in {*self._filled(), *self._seeded}:
            self._connection.execute(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(table)))
        for table in self._seeded:
            columns = self._connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
                [f"public.{table}"],
            ).fetchall()
            names = sql.SQL(", ").join(sql.Identifier(column) for (column,) in columns)
            self._connection.execute(
                sql.SQL(
                    "INSERT INTO public.{} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}"
                ).format(sql.Identifier(table), names, names, sql.Identifier(f"seed_{table}"))
            )

    def _filled(self) -> list[str]:
        if not self._tables:
            return []
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})").format(
                sql.Literal(table), sql.Identifier(table)
            )
            for table in self._tables
        )
        return [table for (table,) in self._connection.execute(query).fetchall()]

    def close(self) -> None:
        self._connection.close()
