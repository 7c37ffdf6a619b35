"""Named SQL: hot statements live in `<context>/sql/<verb_noun>.sql` and are loaded by name."""

import functools
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from django.db import connection


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
