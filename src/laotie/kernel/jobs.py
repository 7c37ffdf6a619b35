"""Work for later and work on the clock, over procrastinate; nothing on the order path enqueues.

Jobs run at least once: a worker that dies leaves a stalled job, which is found and run again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from laotie.kernel import clock, sql
from laotie.kernel.use_case import needs_transaction

Tick = Callable[[datetime], Any]
QUEUES = ("money", "trade", "notify", "media", "insight", "upkeep")

# Twelve tries over about an hour; then the job stays failed for a person to see. The library
# counts those after the first one.
_RETRY = RetryStrategy(max_attempts=11, exponential_wait=2)
_DIVISORS = frozenset({1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30})


def every(*, seconds: int, queue: str = "upkeep") -> Callable[[Tick], Tick]:
    """Run a function of the business time each so many seconds, or whole minutes.

    A tick that is still waiting is not queued twice, and one missed is not made up for: a tick
    looks at what is due, not at how often it was called.
    """
    assert queue in QUEUES
    cron = _cron(seconds)

    def register(function: Tick) -> Tick:
        name = f"{function.__module__.removeprefix('laotie.')}.{function.__name__}"

        def tick(timestamp: int) -> None:
            function(clock.now())

        task = app.task(name=name, queue=queue, queueing_lock=name, lock=name)(tick)
        app.periodic(cron=cron, periodic_id=name)(task)
        return function

    return register


def task(*, queue: str) -> Callable[[Callable[..., None]], Any]:
    """A function that can be run later, with arguments that JSON can hold."""
    assert queue in QUEUES

    def register(function: Callable[..., None]) -> Any:
        name = f"{function.__module__.removeprefix('laotie.')}.{function.__name__}"
        return app.task(name=name, queue=queue, retry=_RETRY)(function)

    return register


def run_later(task: Any, *, lock: str | None = None, **arguments: Any) -> None:
    """Enqueue in the caller's transaction: the job exists exactly if the caller's work does.

    lock: jobs of one lock run one after another.
    """
    task.configure(lock=lock).defer(**arguments)


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that gave up, for a person to look at."""

    id: int
    name: str
    queue: str
    arguments: dict[str, Any]
    attempts: int
    cause: str


def failed() -> list[FailedJob]:
    """Jobs that gave up, oldest first; at most 200."""
    rows = sql.rows(
        "SELECT j.id, j.task_name, j.queue_name, j.args::text, j.attempts, coalesce(f.cause, '')"
        " FROM procrastinate_jobs j LEFT JOIN job_failure f ON f.job_id = j.id"
        " WHERE j.status = 'failed' ORDER BY j.id LIMIT 200"
    )
    return [
        FailedJob(id, name, queue, json.loads(arguments), attempts, cause)
        for id, name, queue, arguments, attempts, cause in rows
    ]


def note_failure(job_id: int, error: Exception) -> None:
    """Keep why a job failed this time, for whoever looks when it has given up."""
    sql.change(
        "INSERT INTO job_failure (job_id, cause) VALUES (%s, %s) ON CONFLICT (job_id)"
        " DO UPDATE SET cause = excluded.cause, failed_at = excluded.failed_at",
        [job_id, repr(error)[:500]],
    )


@needs_transaction
def run_again(job_id: int) -> bool:
    """Let a failed job be tried anew; whether it was there."""
    rows = sql.rows(
        "DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed'"
        " RETURNING task_name, queue_name, lock, args::text",
        [job_id],
    )
    for name, queue, lock, arguments in rows:
        app.configure_task(name, queue=queue, lock=lock).defer(**json.loads(arguments))
    return bool(rows)


def _cron(seconds: int) -> str:
    if seconds < 60:
        assert seconds in _DIVISORS
        return f"* * * * * */{seconds}"
    minutes, rest = divmod(seconds, 60)
    assert rest == 0
    if minutes < 60:
        return f"*/{minutes} * * * *"
    hours, rest = divmod(minutes, 60)
    assert rest == 0
    return f"0 */{hours} * * *" if hours < 24 else "0 4 * * *"
