"""Long runs: each row once whoever dies, stopped and gone on with, files for their owner alone."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from laotie.kernel import clock, ids, run_rows, running, runs, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, TooMany, WrongState
from laotie.kernel.runs import Kind, Moved, Note, Piece, Result, RunCard, Work

pytestmark = pytest.mark.usefixtures("db")

ROWS = 10
OWNER = Actor(person_id=ids.new(), via="test")
after_piece: list[Any] = []


def prepare(work: Work) -> int:
    return len(work.upload.read_bytes())


def chunks(work: Work) -> Iterator[Piece]:
    for at in range(work.position.get("at", 0), ROWS, 2):

        def piece(_now: datetime, at: int = at) -> Moved:
            return Moved(
                done=2,
                position={"at": at + 2},
                counts={"changed": 1, "errors": 1},
                notes=[Note(at, "changed"), Note(at + 1, "refused", is_error=True)],
            )

        yield piece
        for act in after_piece:
            act(work, at)


def finish(work: Work) -> Result:
    lines = [f"{note.row_no} {note.said}" for note in runs.errors_of(work)]
    (work.folder / "errors.csv").write_text("\n".join(lines))
    return Result(errors_file="errors.csv", errors_name="错误 rows.csv")


runs.register(Kind("test.count", prepare, chunks, finish))


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    after_piece.clear()
    yield
    after_piece.clear()


def begin(actor: Actor = OWNER, **how: Any) -> RunCard:
    run_id = runs.keep_upload([b"x" * 4, b"x" * 6], most_bytes=10)
    with transaction.atomic():
        return runs.start(
            "test.count", title="Count", actor=actor, run_id=run_id, now=clock.now(), **how
        )


def look(card: RunCard, actor: Actor = OWNER) -> RunCard:
    return runs.card(actor=actor, run_id=card.id, now=clock.now())


def work_on(card: RunCard) -> RunCard:
    running.advance(str(card.id))
    return look(card)


def rows_told_of(card: RunCard) -> list[int]:
    return [note.row_no for note in runs.notes(actor=OWNER, run_id=card.id)]


def test_a_run_does_every_row_once_and_says_what_came_out() -> None:
    card = begin()
    assert (card.state, card.total, card.is_open) == ("WAITING", None, True)
    assert ProcrastinateJob.objects.get().args == {"run_id": str(card.id)}

    done = work_on(card)

    assert (done.state, done.done, done.total) == ("DONE", ROWS, ROWS)
    assert done.counts == {"changed": 5, "errors": 5}
    assert rows_told_of(card) == list(range(ROWS))
    file = runs.file_of(actor=OWNER, run_id=card.id, which="errors")
    assert file.name == "错误 rows.csv"
    assert file.path.read_text().split("\n") == [f"{n} refused" for n in range(1, ROWS, 2)]
    with pytest.raises(NotFound):
        runs.file_of(actor=OWNER, run_id=card.id, which="result")
    assert work_on(card) == done


def test_a_run_exists_exactly_if_its_callers_work_does() -> None:
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        runs.start("test.count", title="Count", actor=OWNER, now=clock.now())
        raise ZeroDivisionError

    assert runs.cards(actor=OWNER, kinds=["test.count"], now=clock.now()) == ()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize("dies_at", [0, 4, 8])
def test_a_worker_that_dies_is_followed_by_one_that_does_no_row_twice(dies_at: int) -> None:
    def die(_work: Work, at: int) -> None:
        if at == dies_at:
            raise SystemExit

    card = begin()
    after_piece.append(die)
    with pytest.raises(SystemExit):
        running.advance(str(card.id))
    after_piece.clear()

    assert (look(card).state, look(card).done) == ("RUNNING", dies_at + 2)
    assert work_on(card).counts == {"changed": 5, "errors": 5}
    assert rows_told_of(card) == list(range(ROWS))


def test_a_worker_that_was_taken_over_writes_nothing_more() -> None:
    """The first one only seemed dead: it comes back in the middle of the second one's work."""
    taken = []

    def take_over(work: Work, at: int) -> None:
        if at == 2:
            after_piece.clear()
            taken.append(work_on(card).state)

    card = begin()
    after_piece.append(take_over)
    running.advance(str(card.id))

    assert taken == ["DONE"]
    assert look(card).counts == {"changed": 5, "errors": 5}
    assert rows_told_of(card) == list(range(ROWS))


def test_without_the_mark_of_its_holder_a_row_would_be_done_twice() -> None:
    """The control: two workers with one mark; only the key of notes stops the second one."""
    card = begin()
    holder = ids.new()
    row = running._take(card.id, holder)
    assert row
    running._update(card.id, holder, "is_prepared = true, total = 10", [])
    pieces = [next(chunks(running._as_work(run_rows.row(card.id), holder))) for _ in range(2)]

    running._do(pieces[0], card.id, holder)
    with pytest.raises(Exception, match="run_note_pkey"):
        running._do(pieces[1], card.id, holder)

    assert look(card).done == 2


def test_a_run_is_stopped_between_pieces_and_gone_on_with() -> None:
    def stop(work: Work, at: int) -> None:
        if at == 4:
            runs.cancel(actor=OWNER, run_id=work.run_id, now=clock.now())

    card = begin()
    after_piece.append(stop)
    stopped = work_on(card)
    after_piece.clear()
    assert (stopped.state, stopped.done, stopped.can_resume) == ("CANCELLED", 6, True)
    assert rows_told_of(card) == list(range(6))
    assert work_on(card) == stopped

    runs.resume(actor=OWNER, run_id=card.id, now=clock.now())
    assert work_on(card).state == "DONE"
    assert rows_told_of(card) == list(range(ROWS))
    with pytest.raises(WrongState):
        runs.resume(actor=OWNER, run_id=card.id, now=clock.now())


def test_a_run_that_nobody_took_is_stopped_at_once() -> None:
    card = begin()

    assert runs.cancel(actor=OWNER, run_id=card.id, now=clock.now()).state == "CANCELLED"
    assert work_on(card).done == 0


def test_a_fault_of_ours_ends_the_run_and_keeps_what_was_done() -> None:
    def break_down(_work: Work, at: int) -> None:
        if at == 2:
            raise ZeroDivisionError

    card = begin()
    after_piece.append(break_down)
    failed = work_on(card)
    after_piece.clear()

    assert (failed.state, failed.done, failed.failure) == ("FAILED", 4, "")
    runs.resume(actor=OWNER, run_id=card.id, now=clock.now())
    assert work_on(card).state == "DONE"


def test_time_is_shared_with_other_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_SLICE_S", 0)
    card = begin()

    running.advance(str(card.id))

    assert (look(card).state, look(card).done) == ("RUNNING", 2)
    assert ProcrastinateJob.objects.count() == 2


def test_files_and_runs_are_their_owners_alone() -> None:
    shop_id = ids.new()
    rights = {shop_id: frozenset({"manage"})}
    staff = Actor(person_id=ids.new(), via="test", shop_rights=rights)
    card = begin(staff, shop_id=shop_id, right="manage")
    running.advance(str(card.id))
    person = staff.person_id

    assert runs.file_of(actor=staff, run_id=card.id, which="errors").path.is_file()
    with pytest.raises(NotAllowed):
        clerk = {shop_id: frozenset({"ship"})}
        dismissed = Actor(person_id=person, via="test", shop_rights=clerk)
        runs.file_of(actor=dismissed, run_id=card.id, which="errors")
    for other in (
        OWNER,
        Actor(person_id=ids.new(), via="test", shop_rights=rights),
        Actor(person_id=ids.new(), via="test", roles=frozenset({"operator"})),
    ):
        for ask in (look, lambda c, a: runs.cancel(actor=a, run_id=c.id, now=clock.now())):
            with pytest.raises(NotFound):
                ask(card, other)
    with pytest.raises(NotFound):
        begin(OWNER, shop_id=shop_id, right="manage")


def test_one_person_has_five_open_runs_at_most() -> None:
    for _ in range(runs.MOST_OPEN):
        begin()

    with pytest.raises(TooMany):
        begin()


def test_an_upload_is_bounded_and_used_again_by_its_owner() -> None:
    with pytest.raises(runs.UploadTooLarge):
        runs.keep_upload([b"x" * 6, b"x" * 6], most_bytes=10)
    first = begin()
    with transaction.atomic():
        again = runs.start(
            "test.count", title="Count", actor=OWNER, upload_of=first.id, now=clock.now()
        )
    assert work_on(again).total == 10
    with pytest.raises(NotFound), transaction.atomic():
        stranger = Actor(person_id=ids.new(), via="test")
        runs.start("test.count", title="x", actor=stranger, upload_of=first.id, now=clock.now())


def test_runs_are_dropped_with_their_files_after_a_week() -> None:
    card = begin()
    work_on(card)
    folder = run_rows.folder(card.id)
    later = clock.now() + timedelta(days=7)

    assert runs.forget_old(now=later - timedelta(minutes=1)) == 0
    assert folder.is_dir()
    assert runs.forget_old(now=later + timedelta(minutes=1)) == 1
    assert not folder.exists()
    with pytest.raises(NotFound):
        look(card)
    assert sql.rows("SELECT count(*) FROM run_note") == [(0,)]


def test_a_run_without_a_job_gets_one_again() -> None:
    card = begin()
    ProcrastinateJob.objects.all().count()

    assert runs.wake_stale(now=clock.now()) == 0
    assert runs.wake_stale(now=clock.now() + timedelta(hours=1)) == 1
    assert [UUID(job.args["run_id"]) for job in ProcrastinateJob.objects.all()] == [card.id] * 2
