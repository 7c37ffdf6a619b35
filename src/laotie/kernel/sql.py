"""Named SQL: hot statements live in `<context>/sql/<verb_noun>.sql` and are loaded by name."""

import functools
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

import psycopg
from django.db import connection

from laotie.kernel import packed


@functools.cache
def text(package: str, name: str) -> str:
    """The statement `laotie/<package>/sql/<name>.sql`."""
    return (resources.files(f"laotie.{package}") / "sql" / f"{name}.sql").read_text("utf-8")


def rows(statement: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement that returns rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def change(statement: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Run one statement that writes; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def hot(
    statement: str, params: Sequence[Any], *, meanwhile: Callable[[], None] | None = None
) -> list[tuple[Any, ...]]:
    """Run one statement of a hot path in the caller's transaction: prepared, in binary form.

    An order costs the server a fifth less than through Django's cursor. Errors are Django's.
    Arrays of `packed` are taken as parameters; a plain list goes as text.
    meanwhile: runs here while the server is at work, and asks it for nothing.
    """
    connection.ensure_connection()
    raw = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        packed.teach(cursor.adapters)
        if meanwhile is None:
            cursor.execute(statement, params, prepare=True, binary=True)
        else:
            with raw.pipeline():  # Sent, and not waited for before the end of the block.
                cursor.execute(statement, params, prepare=True, binary=True)
                meanwhile()
        return cursor.fetchall()


def alone(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one hot statement that is a whole transaction; what it wrote is on disk on return.

    It ends on the server, without a second trip during which its locks would still be held.
    Arrays of `packed` are taken as parameters.
    """
    assert not connection.in_atomic_block, "a transaction of its own cannot be inside another"
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        packed.teach(cursor.adapters)
        cursor.execute(statement, params, prepare=True, binary=True)
        return cursor.fetchall()


def give_up_broken() -> bool:
    """Whether this thread's connection has broken; if so the next use takes a new one.

    For threads that serve no requests, at whose ends Django does the same.
    """
    broken = connection.connection is None or connection.connection.closed
    if broken:
        connection.close()
    return bool(broken)


def hot_change(statement: str, params: Sequence[Any]) -> int:
    """The same as `hot` for one that writes and returns none; how many rows it touched."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        packed.teach(cursor.adapters)
        cursor.execute(statement, params, prepare=True, binary=True)
        return cursor.rowcount
