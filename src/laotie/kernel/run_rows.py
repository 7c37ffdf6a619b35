"""Rows of runs and of what they say: read and written here, by `runs` and by `running`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from laotie.kernel import sql
from laotie.kernel.errors import NotFound


class RunState(StrEnum):
    WAITING = "WAITING"  # For a worker.
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"  # `failure` says why; it can be gone on with.
    CANCELLED = "CANCELLED"  # What was done stays; it can be gone on with.


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of one row: a change, or why it was not taken."""

    row_no: int
    said: str
    is_error: bool = False
    field: str = ""
    note_no: int = 0


def folder(id: UUID) -> Path:
    folder: Path = settings.LAOTIE.data / "runs" / id.hex
    return folder


def row(id: UUID) -> dict[str, Any]:
    found = sql.rows("SELECT to_jsonb(run) FROM run WHERE id = %s", [id])
    if not found:
        raise NotFound
    return read(found[0][0])


_IDS = ("id", "owner_id", "shop_id")
_MOMENTS = ("asked_at", "started_at", "moved_at", "cancel_asked_at", "ended_at", "kept_until")


def read(body: Any) -> dict[str, Any]:
    row = as_dict(body)
    for name in _IDS:
        row[name] = UUID(row[name]) if row[name] else None
    for name in _MOMENTS:
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return row


def as_dict(body: Any) -> dict[str, Any]:
    fields = json.loads(body) if isinstance(body, str) else body
    assert isinstance(fields, dict)
    return fields


def write_notes(id: UUID, notes: Sequence[Note]) -> None:
    if notes:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO run_note (run_id, row_no, note_no, is_error, field, said)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [(id, n.row_no, n.note_no, n.is_error, n.field, n.said) for n in notes],
            )


def notes(id: UUID, *, is_error: bool | None, most: int, after: int = -1) -> list[Note]:
    found = sql.rows(
        "SELECT row_no, said, is_error, field, note_no FROM run_note WHERE run_id = %s"
        " AND (%s::boolean IS NULL OR is_error = %s) AND row_no > %s"
        " ORDER BY row_no, note_no LIMIT %s",
        [id, is_error, is_error, after, most],
    )
    return [Note(*row) for row in found]
