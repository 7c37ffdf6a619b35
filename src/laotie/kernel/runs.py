"""Long work that a person started: how far it is, stopping it, going on, what came out of it.

What a kind of work is and how it is done is in `running`.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.kernel import clock, ids, jobs, run_rows, running, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal, TooMany, WrongState
from laotie.kernel.run_rows import Note, RunState
from laotie.kernel.running import KEPT, Kind, Moved, Piece, Result, Work, errors_of, register
from laotie.kernel.use_case import needs_transaction, use_case

__all__ = ["Kind", "Moved", "Note", "Piece", "Result", "RunState", "Work", "errors_of", "register"]

MOST_OPEN = 5
_STALE = timedelta(minutes=15)
_COUNTED = (
    ("created", _("new"), "ok"),
    ("changed", _("changed"), "info"),
    ("unchanged", _("as they were"), ""),
    ("shipped", _("shipped"), "ok"),
    ("errors", _("with errors"), "hot"),
)
_NOTES_SHOWN = 100


class UploadTooLarge(Refusal):
    code = "UPLOAD_TOO_LARGE"
    status = 413
    message = _("This file is too large. Send at most %(megabytes)s MB.")


_OPEN = (RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as its owner sees it; `left_s` is a guess from how fast it went so far."""

    id: UUID
    public_id: str
    kind: str
    title: str
    shop_id: UUID | None
    state: str
    is_prepared: bool
    done: int
    total: int | None
    counts: dict[str, int]
    arguments: dict[str, Any]
    failure: str
    result_name: str
    errors_name: str
    asked_at: datetime
    ended_at: datetime | None
    kept_until: datetime
    is_cancel_asked: bool
    left_s: int | None

    @property
    def is_open(self) -> bool:
        return self.state in _OPEN

    @property
    def can_resume(self) -> bool:
        return self.state in {RunState.FAILED, RunState.CANCELLED}

    @property
    def title_text(self) -> str:
        """What it is, in the reader's language."""
        return gettext(self.title)

    @property
    def left_min(self) -> int:
        return -(-(self.left_s or 0) // 60)

    @property
    def said_counts(self) -> list[tuple[str, int, str]]:
        """(label, rows, tone) of what was counted, in one order."""
        return [
            (gettext(label), self.counts[name], tone)
            for name, label, tone in _COUNTED
            if self.counts.get(name)
        ]


@dataclass(frozen=True, slots=True)
class RunFile:
    path: Path
    name: str


def keep_upload(pieces: Iterable[bytes], *, most_bytes: int) -> UUID:
    """Write what was sent to the folder of a run to come; its id, for `start`.

    raises: UploadTooLarge. Files that no run was started with are dropped after a day.
    """
    run_id = ids.new()
    folder = run_rows.folder(run_id)
    folder.mkdir(parents=True)
    size = 0
    with (folder / "upload").open("wb") as file:
        for piece in pieces:
            size += len(piece)
            if size > most_bytes:
                break
            file.write(piece)
    if size > most_bytes:
        shutil.rmtree(folder)
        raise UploadTooLarge(megabytes=most_bytes >> 20)
    return run_id


@needs_transaction
def start(
    kind: str,
    *,
    title: str,
    actor: Actor,
    shop_id: UUID | None = None,
    right: str = "",
    arguments: Mapping[str, Any] | None = None,
    run_id: UUID | None = None,
    upload_of: UUID | None = None,
    now: datetime,
) -> RunCard:
    """The work waits for a worker, exactly if the caller's transaction holds.

    title:     an English msgid that names the work.
    right:     what one needs in the shop to see it and to fetch what comes out.
    run_id:    of `keep_upload`. upload_of: another run of the same person whose file is used again.
    raises:    SignInFirst, NotFound, NotAllowed, TooMany (five open ones of one person).
    """
    owner_id = actor.require_person()
    if shop_id is not None:
        actor.require_shop(shop_id, right)
    mine = "SELECT count(*) FROM run WHERE owner_id = %s AND state IN ('WAITING', 'RUNNING')"
    if sql.rows(mine, [owner_id])[0][0] >= MOST_OPEN:
        raise TooMany(retry_after_s=60)
    run_id = run_id or ids.new()
    folder = run_rows.folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    if upload_of is not None:
        source = run_rows.row(upload_of)
        is_same = (source["owner_id"], source["shop_id"]) == (owner_id, shop_id)
        if not is_same or not (run_rows.folder(upload_of) / "upload").is_file():
            raise NotFound
        (folder / "upload").hardlink_to(run_rows.folder(upload_of) / "upload")
    sql.change(
        "INSERT INTO run (id, kind, title, owner_id, shop_id, shop_right, language, arguments,"
        " asked_at, kept_until) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            run_id, kind, title, owner_id, shop_id, right, translation.get_language() or "en",
            json.dumps(dict(arguments or {})), now, now + KEPT,
        ],
    )  # fmt: skip
    jobs.run_later(running.advance, run_id=str(run_id))
    return _card(run_rows.row(run_id), now=now)


@use_case
def cancel(*, actor: Actor, run_id: UUID, now: datetime) -> RunCard:
    """It stops before the next piece; what was done stays. An ended run stays as it is."""
    _mine(actor, run_id)
    sql.change(
        "UPDATE run SET cancel_asked_at = %(now)s,"
        " state = CASE state WHEN 'WAITING' THEN 'CANCELLED' ELSE state END,"
        " ended_at = CASE state WHEN 'WAITING' THEN %(now)s::timestamptz END"
        " WHERE id = %(id)s AND state IN ('WAITING', 'RUNNING') AND cancel_asked_at IS NULL",
        {"now": now, "id": run_id},
    )
    return _card(run_rows.row(run_id), now=now)


@use_case
def resume(*, actor: Actor, run_id: UUID, now: datetime) -> RunCard:
    """A stopped or failed run goes on after its last piece. raises: NotFound, WrongState."""
    _mine(actor, run_id)
    moved = sql.change(
        "UPDATE run SET state = 'WAITING', cancel_asked_at = NULL, ended_at = NULL, failure = '',"
        " kept_until = %s WHERE id = %s AND state IN ('FAILED', 'CANCELLED')",
        [now + KEPT, run_id],
    )
    if not moved:
        raise WrongState
    jobs.run_later(running.advance, run_id=str(run_id))
    return _card(run_rows.row(run_id), now=now)


def card(*, actor: Actor, run_id: UUID, now: datetime) -> RunCard:
    """raises: SignInFirst, NotFound (not there, or somebody else's)."""
    return _card(_mine(actor, run_id), now=now)


def cards(
    *, actor: Actor, kinds: Sequence[str], shop_id: UUID | None = None, now: datetime, most: int = 5
) -> tuple[RunCard, ...]:
    """One's own runs of these kinds, newest first. One query."""
    found = sql.rows(
        "SELECT to_jsonb(run) FROM run WHERE owner_id = %s AND kind = ANY(%s)"
        " AND shop_id IS NOT DISTINCT FROM %s ORDER BY asked_at DESC, id DESC LIMIT %s",
        [actor.require_person(), list(kinds), shop_id, most],
    )
    return tuple(_card(run_rows.read(row), now=now) for (row,) in found)


def notes(
    *, actor: Actor, run_id: UUID, is_error: bool | None = None, most: int = _NOTES_SHOWN
) -> tuple[Note, ...]:
    """What was said of rows, in their order; the first hundred. Two queries."""
    _mine(actor, run_id)
    return tuple(run_rows.notes(run_id, is_error=is_error, most=most))


def file_of(*, actor: Actor, run_id: UUID, which: str) -> RunFile:
    """The file to fetch. which: `result` or `errors`. raises: SignInFirst, NotFound, NotAllowed."""
    row = _mine(actor, run_id)
    file = row.get(f"{which}_file") if which in {"result", "errors"} else None
    path = run_rows.folder(run_id) / file if file else None
    if path is None or not path.is_file():
        raise NotFound
    return RunFile(path, row[f"{which}_name"])


@use_case
def wake_stale(*, now: datetime) -> int:
    """Open runs that have not moved for a quarter of an hour get a job again; how many."""
    stale = sql.rows(
        "SELECT id FROM run WHERE state IN ('WAITING', 'RUNNING')"
        " AND greatest(asked_at, started_at, moved_at) < %s",
        [now - _STALE],
    )
    for (run_id,) in stale:
        jobs.run_later(running.advance, run_id=str(run_id))
    return len(stale)


def forget_old(*, now: datetime, most: int = 100) -> int:
    """Drop runs that were kept long enough, and folders without a run; how many runs.

    Files go first: a run without its files is dropped the next time.
    """
    old = sql.rows(
        "SELECT id FROM run WHERE kept_until < %s AND state NOT IN ('WAITING', 'RUNNING')"
        " ORDER BY kept_until LIMIT %s",
        [now, most],
    )
    for (run_id,) in old:
        shutil.rmtree(run_rows.folder(run_id), ignore_errors=True)
    _drop_lost_folders()
    return sql.change("DELETE FROM run WHERE id = ANY(%s)", [[run_id for (run_id,) in old]])


def _drop_lost_folders() -> None:
    """Folders of a day and more ago whose upload no run was started with."""
    root: Path = settings.LAOTIE.data / "runs"
    if not root.is_dir():
        return
    before = (clock.wall() - timedelta(days=1)).timestamp()
    old = [path for path in root.iterdir() if path.stat().st_mtime < before]
    names = [path.name for path in old]
    known = sql.rows("SELECT id FROM run WHERE id = ANY(%s::uuid[])", [names])
    kept = {id.hex for (id,) in known}
    for path in old:
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _mine(actor: Actor, id: UUID) -> dict[str, Any]:
    """The row, if the actor started it and still may do such work."""
    person_id = actor.require_person()
    row = run_rows.row(id)
    if row["owner_id"] != person_id:
        raise NotFound
    if row["shop_id"] is not None:
        # Being an operator opens no shop's files; somebody dismissed fetches nothing any more.
        rights = actor.shop_rights.get(row["shop_id"], frozenset())
        if not actor.is_operator and row["shop_right"] not in rights:
            raise NotAllowed(right=row["shop_right"])
    return row


def _card(row: Mapping[str, Any], *, now: datetime) -> RunCard:
    return RunCard(
        id=row["id"],
        public_id=ids.public("run", row["id"]),
        kind=row["kind"],
        title=row["title"],
        shop_id=row["shop_id"],
        state=row["state"],
        is_prepared=row["is_prepared"],
        done=row["done"],
        total=row["total"],
        counts=row["counts"],
        arguments=row["arguments"],
        failure=row["failure"],
        result_name=row["result_name"],
        errors_name=row["errors_name"],
        asked_at=row["asked_at"],
        ended_at=row["ended_at"],
        kept_until=row["kept_until"],
        is_cancel_asked=row["cancel_asked_at"] is not None,
        left_s=_left_s(row, now=now),
    )


def _left_s(row: Mapping[str, Any], *, now: datetime) -> int | None:
    if row["state"] != RunState.RUNNING or not row["done"] or row["started_at"] is None:
        return None
    each_s: float = (now - row["started_at"]).total_seconds() / row["done"]
    return int(max(1, round(each_s * (row["total"] - row["done"]))))
