"""The worker's side of long work: one holder at a time, piece by piece.

A kind of work is three functions. `prepare` reads what was sent and makes files only, so it may be
repeated. `chunks` gives pieces, each of which takes effect in one transaction with the position
that follows it: a worker that dies is followed by one that begins after the last piece, and no row
is done twice. `finish` makes the file to fetch.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation

from laotie.kernel import clock, crash, ids, jobs, run_rows, sql
from laotie.kernel.errors import Refusal
from laotie.kernel.run_rows import Note, RunState

log = structlog.get_logger()

KEPT = timedelta(days=7)
_SLICE_S = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """What one piece did. done: so many more rows; counts are added to those of the run."""

    done: int
    position: Mapping[str, Any]
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What a kind of work is given. `folder` is its own; `breathe` is called now and then."""

    run_id: UUID
    owner_id: UUID
    shop_id: UUID | None
    arguments: Mapping[str, Any]
    position: Mapping[str, Any]
    counts: Mapping[str, int]
    folder: Path
    breathe: Callable[[], None]

    @property
    def upload(self) -> Path:
        return self.folder / "upload"


@dataclass(frozen=True, slots=True)
class Result:
    """Files in the run's folder, and the names under which people fetch them."""

    file: str = ""
    name: str = ""
    errors_file: str = ""
    errors_name: str = ""


Piece = Callable[[datetime], Moved]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work.

    prepare: how many rows there are; files only, outside of any transaction.
    chunks:  pieces from `position` on; each runs in a transaction of at most some seconds, and
        what lies between two of them outside of any.
    finish:  files only as well; may be repeated.
    """

    name: str
    prepare: Callable[[Work], int]
    chunks: Callable[[Work], Iterator[Piece]]
    finish: Callable[[Work], Result]


_kinds: dict[str, Kind] = {}


class _Stopped(Exception):
    """Asked to stop, or another worker has taken over."""


def register(kind: Kind) -> None:
    """Make a kind of work known to the worker; said in a context's `jobs.py`."""
    assert kind.name not in _kinds or _kinds[kind.name] == kind
    _kinds[kind.name] = kind


def errors_of(work: Work) -> Iterator[Note]:
    """Every row that was not taken, in order; for `finish`."""
    after = -1
    while found := run_rows.notes(work.run_id, is_error=True, most=1000, after=after):
        yield from found
        after = found[-1].row_no
        work.breathe()


@jobs.task(queue="upkeep")
def advance(run_id: str) -> None:
    """Go on with a run for some seconds, then make room for other jobs and come again."""
    holder, id = ids.new(), UUID(run_id)
    row = _take(id, holder)
    if row is None:
        return
    until = clock.wall() + timedelta(seconds=_SLICE_S)
    with translation.override(row["language"]):
        try:
            is_over = _work(row, holder, until)
        except _Stopped:
            _end_if_asked(id, holder)
            return
        except Refusal as refusal:
            _end(id, holder, RunState.FAILED, failure=refusal.text())
            return
        except (OperationalError, InterfaceError, OSError):
            raise  # The database or the disk is away: the job is tried again.
        except Exception as error:
            # A fault of ours ends this run, not the worker.
            log.exception("run_failed", run_id=run_id, kind=row["kind"], cause=repr(error))
            _end(id, holder, RunState.FAILED, failure="")
            return
    if not is_over:
        with transaction.atomic():
            jobs.run_later(advance, run_id=run_id)


def _work(row: Mapping[str, Any], holder: UUID, until: datetime) -> bool:
    """Whether it is done; if not, its time is up for now."""
    kind = _kinds[row["kind"]]
    id = row["id"]
    work = _as_work(row, holder)
    if not row["is_prepared"]:
        total = kind.prepare(work)
        _update(id, holder, "is_prepared = true, total = %s", [total])
    pieces = kind.chunks(work)
    for piece in pieces:
        _do(piece, id, holder)
        crash.point("runs.advance.after_piece")
        if clock.wall() >= until:
            return False
    result = kind.finish(_as_work(run_rows.row(id), holder))
    _end(id, holder, RunState.DONE, result=result)
    return True


def _do(piece: Piece, id: UUID, holder: UUID) -> None:
    """One piece and the position after it, or neither."""
    with transaction.atomic(durable=True):
        # The row's lock is held throughout: whoever takes over waits for this piece to end.
        held = sql.rows(
            "SELECT cancel_asked_at IS NULL, counts FROM run WHERE id = %s AND holder = %s"
            " AND state = 'RUNNING' FOR UPDATE",
            [id, holder],
        )
        if not held or not held[0][0]:
            raise _Stopped
        now = clock.now()
        moved = piece(now)
        counts = run_rows.as_dict(held[0][1])
        for name, units in moved.counts.items():
            counts[name] = counts.get(name, 0) + units
        run_rows.write_notes(id, moved.notes)
        sql.change(
            "UPDATE run SET done = done + %(done)s, total = greatest(total, done + %(done)s),"
            " position = %(position)s, counts = %(counts)s, moved_at = %(now)s WHERE id = %(id)s",
            {
                "done": moved.done,
                "position": json.dumps(dict(moved.position)),
                "counts": json.dumps(counts),
                "now": now,
                "id": id,
            },
        )
        crash.point("runs.advance.before_commit")


def _take(id: UUID, holder: UUID) -> dict[str, Any] | None:
    """Be the one worker of this run; None if it needs none."""
    with transaction.atomic(durable=True):
        taken = sql.rows(
            "UPDATE run SET holder = %s, state = 'RUNNING',"
            " started_at = coalesce(started_at, laotie_now()) WHERE id = %s"
            " AND state IN ('WAITING', 'RUNNING') RETURNING to_jsonb(run)",
            [holder, id],
        )
    return run_rows.read(taken[0][0]) if taken else None


def _update(id: UUID, holder: UUID, change: str, values: Sequence[Any]) -> None:
    """Change the row as its worker. raises: _Stopped."""
    with transaction.atomic(durable=True):
        statement = f"UPDATE run SET {change} WHERE id = %s AND holder = %s AND state = 'RUNNING'"  # noqa: S608
        if not sql.change(statement, [*values, id, holder]):
            raise _Stopped


def _end(
    id: UUID, holder: UUID, state: RunState, *, failure: str = "", result: Result | None = None
) -> None:
    result = result or Result()
    change = (
        "state = %s, failure = %s, result_file = %s, result_name = %s, errors_file = %s,"
        " errors_name = %s, ended_at = laotie_now(), kept_until = laotie_now() + %s,"
        " total = CASE WHEN %s THEN done ELSE total END"
    )
    values = [state, failure, result.file, result.name, result.errors_file, result.errors_name]
    try:
        _update(id, holder, change, [*values, KEPT, state == RunState.DONE])
    except _Stopped:
        log.info("run_taken_over", run_id=str(id))


def _end_if_asked(id: UUID, holder: UUID) -> None:
    if run_rows.row(id)["cancel_asked_at"] is not None:
        _end(id, holder, RunState.CANCELLED)


def _as_work(row: Mapping[str, Any], holder: UUID) -> Work:
    id = row["id"]

    def breathe() -> None:
        held = sql.rows(
            "SELECT cancel_asked_at IS NULL FROM run WHERE id = %s AND holder = %s", [id, holder]
        )
        if not held or not held[0][0]:
            raise _Stopped

    return Work(
        run_id=id,
        owner_id=row["owner_id"],
        shop_id=row["shop_id"],
        arguments=row["arguments"],
        position=row["position"],
        counts=row["counts"],
        folder=run_rows.folder(id),
        breathe=breathe,
    )
