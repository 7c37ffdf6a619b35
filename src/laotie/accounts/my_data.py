"""A copy of everything that is known of a person: asked for, made by a job, there for seven days.

One zip with a JSON file and a CSV per table, and a note on what is in it. The folder name is a
secret of the file system only: whoever fetches it is asked who they are.
"""

import csv
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from laotie.accounts import inbox, models, rules
from laotie.accounts.rules import NoticeKind
from laotie.kernel import ids, personal
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, TooMany
from laotie.kernel.use_case import use_case

# What spreadsheets take for a formula; a quote in front keeps it text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ExportCard:
    """Where a copy stands: `done` of `total` parts; ready to be fetched until `ends_at`."""

    id: UUID
    done: int
    total: int
    asked_at: datetime
    ready_at: datetime | None
    ends_at: datetime | None
    bytes: int | None

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None


@use_case
def ask(*, actor: Actor, now: datetime) -> ExportCard:
    """A copy is being made; while one is, that one is the answer.

    raises: SignInFirst, TooMany (three a day), SecondStepNeeded (for who has a second step).
    """
    person_id = actor.require_person()
    if actor.step == "confirm":
        actor.require_recent_step()
    models.Person.objects.select_for_update().get(pk=person_id)
    rows = models.DataExport.objects.filter(person=person_id)
    running = rows.filter(ready_at__isnull=True, ended_at__isnull=True).first()
    if running is not None:
        return _card(running)
    limit = rules.EXPORTS_PER_PERSON
    moments = list(rows.filter(asked_at__gt=now - limit.within).values_list("asked_at", flat=True))
    wait_s = limit.wait_s(moments, now)
    if wait_s:
        raise TooMany(retry_after_s=wait_s)
    row = models.DataExport.objects.create(
        person_id=person_id, total=len(personal.keepers()) + 1, asked_at=now
    )
    return _card(row)


def latest(actor: Actor, *, now: datetime) -> ExportCard | None:
    """One's own newest copy that is being made or can be fetched. One query."""
    row = (
        models.DataExport.objects.filter(person=actor.require_person(), ended_at__isnull=True)
        .order_by("-asked_at")
        .first()
    )
    if row is None or (row.ready_at and row.ready_at + rules.EXPORT_KEPT <= now):
        return None
    return _card(row)


def open_file(*, actor: Actor, export_id: UUID, now: datetime) -> Path:
    """The file of one's own copy. raises: SignInFirst, NotFound (not mine, not ready, over)."""
    row = models.DataExport.objects.filter(
        pk=export_id, person=actor.require_person(), ended_at__isnull=True
    ).first()
    if row is None or row.ready_at is None or row.ready_at + rules.EXPORT_KEPT <= now:
        raise NotFound
    path = _path(row.id)
    if not path.is_file():
        raise NotFound
    return path


def make_waiting(*, now: datetime) -> int:
    """Make the copies that were asked for; how many. A worker that dies leaves them waiting."""
    waiting = models.DataExport.objects.filter(ready_at__isnull=True, ended_at__isnull=True)
    made = 0
    for row in list(waiting.order_by("asked_at")[:5]):
        _make(row, now=now)
        made += 1
    return made


def forget_old(*, now: datetime) -> int:
    """Drop copies whose seven days are over, their files too; how many."""
    over = models.DataExport.objects.filter(
        ended_at__isnull=True, ready_at__lte=now - rules.EXPORT_KEPT
    )
    dropped = 0
    for row in list(over[:200]):
        _path(row.id).unlink(missing_ok=True)
        models.DataExport.objects.filter(pk=row.pk).update(ended_at=now)
        dropped += 1
    return dropped


def drop_files(person_id: UUID) -> None:
    """Nothing to fetch is left of somebody who leaves."""
    for id in models.DataExport.objects.filter(person=person_id).values_list("pk", flat=True):
        _path(id).unlink(missing_ok=True)


def _make(row: models.DataExport, *, now: datetime) -> None:
    """Written beside its place and moved there whole, outside of any transaction."""
    path = _path(row.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = path.with_suffix(".making")
    with zipfile.ZipFile(making, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, (name, keeper) in enumerate(personal.keepers().items(), start=1):
            _put(archive, name, keeper.of(row.person_id))
            models.DataExport.objects.filter(pk=row.pk).update(done=done)
        archive.writestr("README.txt", _README)
    making.chmod(0o600)
    os.replace(making, path)
    _tell(export_id=row.pk, size=path.stat().st_size, now=now)


@use_case
def _tell(*, export_id: UUID, size: int, now: datetime) -> None:
    row = models.DataExport.objects.select_for_update().get(pk=export_id)
    if row.ready_at is not None:
        return
    row.done, row.ready_at, row.bytes = row.total, now, size
    row.save(update_fields=["done", "ready_at", "bytes"])
    inbox.post(row.person_id, NoticeKind.DATA_READY, {}, ref=ids.public("ntc", row.id), now=now)


def _put(archive: zipfile.ZipFile, context: str, tables: Mapping[str, personal.Rows]) -> None:
    plain = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    text = json.dumps(plain, ensure_ascii=False, indent=1, default=str)
    archive.writestr(f"{context}.json", text)
    for name, rows in plain.items():
        archive.writestr(f"{context}/{name}.csv", _as_csv(rows))


def _as_csv(rows: list[dict[str, Any]]) -> bytes:
    """With a byte order mark, since spreadsheets take Chinese for something else without it."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    body = io.StringIO()
    writer = csv.writer(body)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return b"\xef\xbb\xbf" + body.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, dict | list | tuple)
        else str(value)
    )
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not is_number else text


def _path(export_id: UUID) -> Path:
    return Path(settings.LAOTIE.data) / "exports" / f"{export_id}.zip"


def _card(row: models.DataExport) -> ExportCard:
    return ExportCard(
        id=row.id,
        done=row.done,
        total=row.total,
        asked_at=row.asked_at,
        ready_at=row.ready_at,
        ends_at=row.ready_at + rules.EXPORT_KEPT if row.ready_at else None,
        bytes=row.bytes,
    )


_README = """\
This is a copy of what is known of you here. 这是本站所知道的关于您的信息的副本。

Each part stands once as JSON (all of it) and once as CSV tables (for spreadsheets).
每一部分各有一份 JSON（完整）和若干 CSV 表格（可用电子表格打开）。

Amounts ending in _fen are whole minor units of the currency; rates ending in _bps are hundredths
of a percent; moments are UTC.
以 _fen 结尾的金额为最小货币单位；以 _bps 结尾的比率为万分之一；时间为 UTC。
"""
