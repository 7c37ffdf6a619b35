"""Rows by the thousand, made by the server itself from one that came through use cases."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql as names


def copy_rows(
    connection: psycopg.Connection,
    table: str,
    changed: Mapping[str, str],
    join: str,
    params: Mapping[str, Any],
    *,
    into: str = "",
) -> None:
    """Insert rows of `table t` again, joined with something, with some columns changed.

    into: another table of the same columns, by default the same one.
    """
    found = columns(connection, table)
    assert changed.keys() <= set(found), (table, changed)
    connection.execute(
        names.SQL(
            "INSERT INTO {into} ({fields}) SELECT {values} FROM {table} t JOIN {join}"
        ).format(
            into=names.Identifier(*(into or table).split(".")),
            fields=names.SQL(", ").join(map(names.Identifier, found)),
            values=names.SQL(", ".join(changed.get(name, f"t.{name}") for name in found)),
            table=names.Identifier(table),
            join=names.SQL(join),
        ),
        params,
    )


def columns(connection: psycopg.Connection, table: str) -> list[str]:
    """What can be written, in the table's order."""
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a' ORDER BY attnum",
        [table],
    ).fetchall()
    return [name for (name,) in rows]
