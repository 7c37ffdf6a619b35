"""The worker as a process: it reads on, takes up what a dead one left, and outlives its database's
connections."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.conftest import TEMPLATE
from tests.runtime.conftest import clean_environment

from laotie.runtime import database
from laotie.runtime.postgres import Cluster

DATABASE = "worked"
PATIENCE_S = 180.0
# A tick of ours that finds nothing to do; its job is removed when it has succeeded.
TASK = "runtime.upkeep.keep_to_policy"


@pytest.fixture
def books(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """A migrated database of its own, seen by its superuser."""
    database.clone(cluster, TEMPLATE, DATABASE)
    with psycopg.connect(cluster.url("postgres", DATABASE), autocommit=True) as connection:
        yield connection
    database.drop(cluster, DATABASE)


@pytest.fixture
def worker(
    cluster: Cluster, books: psycopg.Connection, place: Path
) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "laotie", "worker"],
        env=clean_environment(
            data=str(place / "data"), lab="1", database_url=cluster.url("laotie_app", DATABASE)
        ),
        stdout=(place / "said").open("w"),
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


def until(holds: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)


def publish(books: psycopg.Connection) -> None:
    books.execute(
        "INSERT INTO event_log (name, version, subject, body) VALUES ('nobody.hears', 1, 's', '{}')"
    )


def has_read_everything(books: psycopg.Connection) -> bool:
    row = books.execute(
        "SELECT count(*), count(*) FILTER (WHERE id = (SELECT max(id) FROM event_log))"
        " FROM event_position"
    ).fetchone()
    assert row is not None
    return row[0] > 0 and row[0] == row[1]


def newest_tick(books: psycopg.Connection) -> int:
    """When the newest tick was queued, in seconds since 1970."""
    (found,) = books.execute(
        "SELECT coalesce(max(defer_timestamp), 0) FROM procrastinate_periodic_defers"
    ).fetchone() or (0,)
    return int(found)


def newest_job(books: psycopg.Connection) -> int:
    (found,) = books.execute("SELECT last_value FROM procrastinate_jobs_id_seq").fetchone() or (0,)
    return int(found)


def test_reads_on_and_goes_on_after_its_connections_were_cut(
    books: psycopg.Connection, worker: "subprocess.Popen[str]", place: Path
) -> None:
    publish(books)
    until(lambda: has_read_everything(books), worker)

    books.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    publish(books)
    cut_at = newest_tick(books)
    until(lambda: has_read_everything(books), worker)
    until(lambda: newest_tick(books) > cut_at + 2, worker)
    # No thread of jobs keeps a connection that is dead, and fails on it for ever.
    healed, healed_at = newest_job(books), newest_tick(books)
    until(lambda: newest_tick(books) > healed_at + 4, worker)
    failed = "SELECT task_name FROM procrastinate_jobs WHERE status = 'failed' AND id > %s"
    assert books.execute(failed, [healed]).fetchall() == []
    assert (place / "data" / "run" / "worker.beat").exists()

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_S) == 0
    assert "worker.stopped" in (place / "said").read_text()


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_job_of_a_dead_worker_is_done_by_the_next(
    books: psycopg.Connection, worker: "subprocess.Popen[str]", *, is_forgotten: bool
) -> None:
    (dead,) = books.execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
        " RETURNING id"
    ).fetchone() or (0,)
    # It holds the lock that every later tick of this name waits for.
    (job,) = books.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, worker_id, args)"
        " VALUES ('upkeep', %s, %s, 'doing', %s, '{\"timestamp\": 0}') RETURNING id",
        [TASK, TASK, None if is_forgotten else dead],
    ).fetchone() or (0,)

    def is_done() -> bool:
        row = books.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()
        return row is None

    until(is_done, worker)
    failed = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
    assert books.execute(failed).fetchone() == (0,)


def test_tick_of_a_dead_worker_gives_way_to_the_one_that_waits_for_it(
    books: psycopg.Connection, worker: "subprocess.Popen[str]"
) -> None:
    jobs = [
        books.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, args)"
            " VALUES ('upkeep', %s, %s, %s, %s, '{\"timestamp\": 0}') RETURNING id",
            [TASK, TASK, TASK, status],
        ).fetchone()
        for status in ("doing", "todo")
    ]

    def are_done() -> bool:
        return not any(
            books.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s", job).fetchone()
            for job in jobs
        )

    until(are_done, worker)
    failed = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"
    assert books.execute(failed).fetchone() == (0,)


def test_job_of_a_living_worker_is_left_alone(
    books: psycopg.Connection, worker: "subprocess.Popen[str]"
) -> None:
    (living,) = books.execute(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour')"
        " RETURNING id"
    ).fetchone() or (0,)
    (job,) = books.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
        " VALUES ('upkeep', %s, 'doing', %s) RETURNING id",
        [TASK, living],
    ).fetchone() or (0,)
    stalled = books.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
        " VALUES ('upkeep', %s, 'doing', '{\"timestamp\": 0}') RETURNING id",
        [TASK],
    ).fetchone()

    def stalled_is_done() -> bool:
        return not books.execute(
            "SELECT 1 FROM procrastinate_jobs WHERE id = %s", stalled
        ).fetchone()

    until(stalled_is_done, worker)

    row = books.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()
    assert row == ("doing",)
