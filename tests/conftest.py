"""Real PostgreSQL for every test that asks for `db`, spoken to as the app role."""

import dataclasses
import gc
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
os.environ.setdefault("LAOTIE_LAB", "1")
os.environ.setdefault("LAOTIE_FIELD_KEY", "11" * 32)
os.environ.setdefault("LAOTIE_SECRET_KEY", "22" * 32)
os.environ.setdefault("LAOTIE_PUSH_KEY", "33" * 32)
# Workers inherit the controller's environment: two in one folder would see each other's files.
if "LAOTIE_DATA" not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["LAOTIE_DATA"] = tempfile.mkdtemp(prefix="laotie-data-")
# A name that resolves to nothing: only the `db` fixture connects anywhere.
os.environ.setdefault("LAOTIE_DATABASE_URL", "postgresql://laotie_app:lab-only@127.0.0.1:1/none")

import django

django.setup()

from django.conf import settings as chosen  # noqa: E402
from django.contrib.auth import hashers  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as examples  # noqa: E402
from tests import browsing, emptying  # noqa: E402
from tests.emptying import Emptier  # noqa: E402
from tests.scheduling import Together  # noqa: E402

from laotie.kernel import event_log, sql  # noqa: E402
from laotie.runtime import database as databases  # noqa: E402
from laotie.runtime import line, migrate, settings, wiring  # noqa: E402
from laotie.runtime.postgres import Cluster  # noqa: E402

# The same way of hashing with less work in it: what passwords open is asked here, not how long
# guessing takes.
hashers.PBKDF2PasswordHasher.iterations = 1_000

# A test that lets a consumer read on wants the whole batch, also when that takes more than two
# seconds; what is kept of one that takes longer has tests on a clock of their own.
event_log.BATCH_S = 3_600.0

# Visitors come in threads of their own here, one for each: that eight are taken sends nobody away.
chosen.LAOTIE = dataclasses.replace(chosen.LAOTIE, web_threads=1)

# How long an example takes says how busy the machine is, and nothing about the rule.
examples.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("any machine")

TEMPLATE = "template"
DATABASE = "test"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_collection() -> None:
    gc.disable()  # Almost nothing that comes in now ever goes.


def pytest_collection_finish() -> None:
    """What is there by now stays as long as the session: looking through all of it for garbage
    whenever there is a quarter more would be a tenth of what tests do."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)
    gc.enable()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A server of this session's own, with a migrated template."""
    with databases.throwaway() as cluster:
        _let_alone(cluster)
        databases.provide(cluster, TEMPLATE)
        migrate.begin(cluster.url("laotie_owner", TEMPLATE))
        line.point_at_as_owner(cluster.url("laotie_owner", TEMPLATE))
        steps = MigrationExecutor(connections["default"])
        if steps.migration_plan(steps.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        line.point_at(os.environ["LAOTIE_DATABASE_URL"])
        yield cluster
        line.close()


def _let_alone(cluster: Cluster) -> None:
    """Nobody writes here but tests: events wait for every transaction, also for one that analyses
    tables after ten minutes, and plans change with what it finds."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")


def point_home(cluster: Cluster) -> None:
    """Speak to the test's database, whose server ends no transaction of ours because it took long.

    Processes that a test starts are served as always.
    """
    database = settings.served(settings.database(cluster.url("laotie_app", DATABASE)))
    limits = ("transaction_timeout", "idle_in_transaction_session_timeout")
    database["OPTIONS"]["options"] = " ".join(f"-c {limit}=0" for limit in limits)
    database["OPTIONS"]["pool"]["timeout"] = 60
    line.use(database)


@pytest.fixture(scope="session")
def _emptier(cluster: Cluster) -> Iterator[Emptier]:
    databases.clone(cluster, TEMPLATE, DATABASE)
    point_home(cluster)
    emptier = Emptier(cluster.url("postgres", DATABASE))
    yield emptier
    emptier.close()


@pytest.fixture
def db(_emptier: Emptier) -> Iterator[None]:
    """An empty database for one test, which ends with every invariant looked at."""
    yield
    broken = emptying.broken(wiring.invariants(), _emptier.ask)
    connections["default"].close()
    _emptier.empty()
    assert not broken, broken


def broken_invariants() -> list[str]:
    """A line per invariant that does not hold, with its first rows."""
    return emptying.broken(wiring.invariants(), sql.rows)


@pytest.fixture
def app_url(cluster: Cluster, db: None) -> str:
    """The test's database, for a connection beside Django's."""
    return cluster.url("laotie_app", DATABASE)


@pytest.fixture
def owner_url(cluster: Cluster, db: None) -> str:
    """The same as its owner: for tests that take a guard away."""
    return cluster.url("laotie_owner", DATABASE)


@pytest.fixture
def superuser_url(cluster: Cluster, db: None) -> str:
    """The same as superuser: for what a restore or an attacker would do."""
    return cluster.url("postgres", DATABASE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole session: two would share a loop that allows only one."""
    with browsing.chromium() as chromium:
        yield chromium
