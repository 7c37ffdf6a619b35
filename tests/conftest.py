"""Real PostgreSQL for every test that asks for `db`, spoken to as the app role."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import cluster

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
os.environ.setdefault("LAOTIE_LAB", "1")
os.environ.setdefault("LAOTIE_FIELD_KEY", "11" * 32)
os.environ.setdefault("LAOTIE_SECRET_KEY", "22" * 32)
os.environ.setdefault("LAOTIE_DATA", tempfile.mkdtemp(prefix="laotie-data-"))
# A name that resolves to nothing: only the `db` fixture connects anywhere.
os.environ.setdefault("LAOTIE_DATABASE_URL", "postgresql://laotie_app:lab-only@127.0.0.1:1/none")

import django

django.setup()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, worker_id: str = "master") -> Iterator[str]:
    """A superuser's URL of a server with roles and a migrated template."""
    given = os.environ.get("LAOTIE_TEST_SERVER")
    if given:
        yield given
        return
    with cluster.throwaway() as url:
        cluster.create_roles(url)
        migrate_template(url)
        yield url


def migrate_template(url: str) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    cluster.create_template(url, "template_laotie")
    point_at(url.replace("postgres:", "laotie_owner:", 1), "template_laotie")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connections["default"].close()
        connections["default"].close_pool()
    assert settings.DATABASES


def point_at(url: str, name: str) -> None:
    """Let Django's one connection speak to this database."""
    from django.db import connections

    from laotie.runtime import settings as ours

    wanted = ours.database(f"{url}/{name}")
    wrapper = connections["default"]
    wrapper.close()
    wrapper.close_pool()
    wrapper.settings_dict.update(wanted)


@pytest.fixture(scope="session")
def database(server: str) -> str:
    """A clone of the template for this session's worker; its name."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{secrets.token_hex(3)}"
    cluster.clone(server, "template_laotie", name)
    point_at(
        server.replace("postgres:", "laotie_app:", 1).replace("postgresql:", "postgresql:"), name
    )
    return name


@pytest.fixture(scope="session")
def _emptier(server: str, database: str) -> Iterator[cluster.Emptier]:
    emptier = cluster.Emptier(server, database)
    yield emptier
    emptier.close()


@pytest.fixture
def db(_emptier: cluster.Emptier, request: pytest.FixtureRequest) -> Iterator[None]:
    """An empty database for one test, which ends with every invariant looked at."""
    from django.db import connection

    yield
    broken = broken_invariants()
    connection.close()
    _emptier.empty()
    assert not broken, broken


def broken_invariants() -> list[str]:
    """Names and first rows of invariants that do not hold; see `laotie.runtime.wiring`."""
    try:
        from laotie.runtime import wiring
    except ImportError:
        return []
    return wiring.broken_invariants()


@pytest.fixture
def owner_url(server: str, database: str) -> str:
    """The same database as its owner: for tests that take a guard away."""
    return f"{server.replace('postgres:', 'laotie_owner:', 1)}/{database}"


@pytest.fixture
def superuser_url(server: str, database: str) -> str:
    return f"{server}/{database}"


@pytest.fixture
def data_folder() -> Path:
    return Path(os.environ["LAOTIE_DATA"])
