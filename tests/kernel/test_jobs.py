from datetime import datetime

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from laotie.kernel import jobs, sql
from laotie.kernel.use_case import use_case

pytestmark = pytest.mark.usefixtures("db")

rung: list[str] = []


@jobs.task(queue="notify")
def ring(bell: str) -> None:
    rung.append(bell)


@jobs.every(seconds=10, queue="upkeep")
def wind(now: datetime) -> None:
    rung.append(now.isoformat())


@use_case
def order_a_ring(*, bell: str, fails: bool) -> None:
    jobs.run_later(ring, bell=bell)
    if fails:
        raise ZeroDivisionError


def test_a_job_exists_exactly_if_its_callers_work_does() -> None:
    with pytest.raises(ZeroDivisionError):
        order_a_ring(bell="lost", fails=True)
    order_a_ring(bell="kept", fails=False)

    waiting = list(
        ProcrastinateJob.objects.values_list("task_name", "args", "queue_name", "status")
    )
    assert waiting == [(ring.name, {"bell": "kept"}, "notify", "todo")]
    assert rung == []


def test_a_job_that_calls_a_use_case_runs_outside_of_any_transaction() -> None:
    ring(bell="direct")
    assert rung.pop() == "direct"


def test_ticks_are_registered_with_their_rhythm_and_never_pile_up() -> None:
    periodic = {key[1]: task for key, task in app.periodic_registry.periodic_tasks.items()}
    (mine,) = [task for name, task in periodic.items() if name.endswith("test_jobs.wind")]

    assert mine.cron == "* * * * * */10"
    assert mine.task.queueing_lock == mine.task.name


@pytest.mark.parametrize(
    ("seconds", "cron"),
    [
        (1, "* * * * * */1"),
        (60, "*/1 * * * *"),
        (600, "*/10 * * * *"),
        (7200, "0 */2 * * *"),
        (86400, "0 4 * * *"),
    ],
)
def test_a_rhythm_is_written_as_cron_has_it(seconds: int, cron: str) -> None:
    assert jobs._cron(seconds) == cron


@pytest.mark.parametrize("seconds", [7, 61, 59, 3601])
def test_a_rhythm_that_cron_cannot_keep_is_a_mistake(seconds: int) -> None:
    with pytest.raises(AssertionError):
        jobs._cron(seconds)


def test_nothing_notifies_on_insert() -> None:
    triggers = sql.rows(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'procrastinate_jobs'::regclass AND NOT tgisinternal"
    )
    assert not [name for (name,) in triggers if "notify" in name]
    with transaction.atomic():
        jobs.run_later(ring, bell="quiet")


def test_a_failed_job_is_shown_and_tried_anew_once() -> None:
    order_a_ring(bell="cracked", fails=False)
    sql.change("UPDATE procrastinate_jobs SET status = 'failed', attempts = 3")
    ((job,),) = sql.rows("SELECT id FROM procrastinate_jobs")
    for cause in ("the rope", "the bell"):
        jobs.note_failure(job, ValueError(cause))

    (shown,) = jobs.failed()
    assert (shown.name, shown.queue, shown.arguments, shown.attempts, shown.cause) == (
        ring.name,
        "notify",
        {"bell": "cracked"},
        3,
        "ValueError('the bell')",
    )
    with transaction.atomic():
        assert jobs.run_again(shown.id)
        assert not jobs.run_again(shown.id)

    assert jobs.failed() == []
    waiting = list(ProcrastinateJob.objects.values_list("args", "status", "attempts"))
    assert waiting == [({"bell": "cracked"}, "todo", 0)]
