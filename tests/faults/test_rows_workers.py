"""Rows of the failure table about workers: 2, 22, 23, 30. See docs/architecture/faults.md.

Two real workers serve one database of the test's own; a table of the test's notes each start.
"""

import contextlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from tests import builders, statements
from tests import conftest as house
from tests.builders import a_person, a_shop, a_stocked_sku
from tests.faults import chance
from tests.faults.nursery import KILLED, Nursery
from tests.lab.harness import LabProcess, until
from tests.runtime.conftest import clean_environment
from tests.usecases.payments.money import card, published, request_refund, started

from laotie.kernel import clock, ids, jobs
from laotie.payments import refunds, rules
from laotie.runtime import database as databases
from laotie.runtime import line
from laotie.runtime.postgres import Cluster
from laotie.trade import orders

pytestmark = pytest.mark.faults
NAME = "worked_by_two"
PATIENCE_S = 120.0
BACKLOG = "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, scheduled_at)"
# What differs between two orders: texts with their ids, numbers, moments, names of savepoints.
_VALUES = re.compile(r"'[^']*'|\b\d[\w.:+-]*|s\d+_x\d+")
# Finds nothing to do, and takes its time about it.
SLOW = "runtime.upkeep.keep_to_policy"


@pytest.fixture(scope="module")
def books(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    databases.clone(cluster, house.TEMPLATE, NAME)
    with psycopg.connect(cluster.url("postgres", NAME), autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE seen (task text, moment text, worker bigint, at timestamptz DEFAULT now());"
            " GRANT INSERT ON seen TO laotie_app;"
            " CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            "  INSERT INTO seen VALUES (NEW.task_name, NEW.args ->> 'timestamp', NEW.worker_id);"
            "  RETURN NULL; END $$;"
            " CREATE TRIGGER see AFTER UPDATE ON procrastinate_jobs FOR EACH ROW"
            "  WHEN (NEW.status = 'doing' AND OLD.status = 'todo') EXECUTE FUNCTION see()"
        )
        yield connection
    databases.drop(cluster, NAME)


@pytest.fixture(scope="module")
def workers(
    cluster: Cluster, books: psycopg.Connection[Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    running = []
    for name in ("one", "other"):
        folder = tmp_path_factory.mktemp(name)
        settings = {
            "data": str(folder / "data"),
            "lab": "1",
            "database_url": cluster.url("laotie_app", NAME),
        }
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "laotie", "worker"],
                env=clean_environment(**settings),
                stdout=(folder / "said").open("w"),
                stderr=subprocess.STDOUT,
            )
        )
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


@pytest.fixture
def looked_at(cluster: Cluster, db: None, workers: None) -> Iterator[None]:
    """Meanwhile this process speaks to the workers' database."""
    line.point_at(cluster.url("laotie_app", NAME))
    yield
    house.point_home(cluster)


def one(books: psycopg.Connection[Any], statement: str, *values: object) -> Any:
    row = books.execute(statement.encode(), values).fetchone()
    return None if row is None else row[0]


def eventually(holds: Callable[[], object]) -> None:
    until(holds, patience_s=PATIENCE_S)


@pytest.mark.parametrize(
    "point",
    [
        "payments.refund.before_call",
        "payments.refund.after_call",
        "payments.outgoing._take_answer.before_commit",
        "payments.outgoing._take_answer.after_commit",
    ],
)
def test_row_02_worker_killed_around_its_call(
    nursery: Nursery, lab: LabProcess, door: str, db: None, point: str
) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    card(opened)
    refund_id = request_refund(opened, 4098)

    wish = {"lab_url": lab.url, "public_url": door, "refund": str(refund_id)}
    assert nursery.exit_code(point, "give_money_back", wish) == KILLED
    moment = clock.now()

    def is_settled() -> bool:
        nonlocal moment
        moment += timedelta(minutes=6)
        return refunds.carry_on(refund_id, now=moment) not in rules.UNDER_WAY

    until(is_settled)

    effects = lab.effects(ids.public("rfd", refund_id))
    assert (effects["refund_created"], effects["refund_settled"]) == (1, 1)
    assert published("payments.refund_settled", refund_id) == 1
    assert card(opened).refunded_fen == 4098


def test_row_30_two_schedulers(books: psycopg.Connection[Any], workers: None) -> None:
    def both_have_worked() -> bool:
        return bool(one(books, "SELECT count(DISTINCT worker) >= 3 FROM seen"))

    def moments() -> int:
        return int(one(books, "SELECT count(DISTINCT moment) FROM seen"))

    eventually(both_have_worked)  # Each has two lanes.
    so_far = moments()
    eventually(lambda: moments() >= so_far + chance.rounds(3, 60))

    runs = Counter(books.execute("SELECT task, moment FROM seen").fetchall())
    assert set(runs.values()) == {1}
    assert len(runs) > 20
    queued = one(
        books,
        "SELECT count(*) FROM (SELECT 1 FROM procrastinate_periodic_defers"
        " GROUP BY task_name, periodic_id, defer_timestamp HAVING count(*) > 1) twice",
    )
    assert queued == 0


def test_row_22_job_that_always_fails(books: psycopg.Connection[Any], looked_at: None) -> None:
    poison = one(
        books,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
        " VALUES ('upkeep', 'kernel.running.advance', 'todo', %s) RETURNING id",
        json.dumps({"run_id": "poison"}),
    )

    def is_given_up() -> bool:
        # Its waits grow to half an hour; here they are over at once.
        books.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = %s AND status = 'todo'",
            [poison],
        )
        return bool(
            one(books, "SELECT status = 'failed' FROM procrastinate_jobs WHERE id = %s", poison)
        )

    ticks = one(books, "SELECT count(*) FROM seen WHERE task <> 'kernel.running.advance'")
    eventually(is_given_up)

    (dead,) = jobs.failed()
    assert (dead.id, dead.name, dead.queue) == (poison, "kernel.running.advance", "upkeep")
    assert dead.arguments == {"run_id": "poison"}
    assert dead.attempts == 12
    assert "badly formed hexadecimal UUID" in dead.cause
    assert one(books, "SELECT count(*) FROM seen WHERE task <> 'kernel.running.advance'") > ticks
    books.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [poison])


def statements_of_an_order(sku: UUID) -> list[str]:
    """What the database is asked while somebody looks, orders and begins to pay."""
    buyer = a_person()
    with statements.counted() as sent:
        placed = builders.a_placed_order(buyer, {sku: 1}, now=clock.now())
        orders.pay(actor=buyer, group_id=placed.group_id, now=clock.now())
    assert len(placed.orders) == 1
    return [_VALUES.sub("?", statement) for statement in sent]


def test_row_23_backlog(books: psycopg.Connection[Any], looked_at: None) -> None:
    size = chance.rounds(20_000, 1_000_000)
    sku = a_stocked_sku(a_shop())
    alone = [statements_of_an_order(sku) for _ in "12"][-1]  # The first one warms what is kept.
    books.execute(
        f"{BACKLOG} SELECT 'upkeep', '{SLOW}', 'todo', '{{\"timestamp\": 0}}',"
        f" now() - interval '10 min' FROM generate_series(1, {size})".encode()
    )
    began = one(books, "SELECT now()")

    def money_has_run() -> bool:
        return bool(
            one(
                books,
                "SELECT count(*) >= 3 FROM seen WHERE task = 'payments.jobs.handle_notices' AND at > %s",
                began,
            )
        )

    # Whoever runs the house sees it; orders and money go on as if it were not there.
    told = Client().get("/readyz").json()
    eventually(money_has_run)
    # The same statements as without it, and none of them looks at the queue: whatever its length,
    # no order is behind it.
    beside = statements_of_an_order(sku)
    left = one(books, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", SLOW)

    assert told["jobs_are_late"]
    assert told["jobs_late_s"] >= 600
    assert beside == alone
    assert not any("procrastinate" in statement for statement in beside)
    assert left > size // 2
    with contextlib.suppress(psycopg.errors.DeadlockDetected):
        books.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s", [SLOW]
        )
