"""Databases to race in: the test's own, and one in which a guard may be broken."""

from collections.abc import Iterator

import pytest
from tests import conftest as house
from tests import web_process
from tests.emptying import Emptier
from tests.lab.fixtures import lab_process
from tests.lab.harness import LabProcess
from tests.outside import World, stand_in
from tests.web_process import Web

from laotie.catalog import lexemes
from laotie.runtime import database as databases
from laotie.runtime import line
from laotie.runtime.postgres import Cluster

__all__ = ["lab_process"]
UNGUARDED, UNGUARDED_WEB = "unguarded", "unguarded_http"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def unguarded(cluster: Cluster, world: World) -> Iterator[str]:
    """A database of this test's own, in which a guard may be broken; its owner's address."""
    lexemes.load()  # Who races does not wait for a dictionary.
    databases.clone(cluster, house.TEMPLATE, UNGUARDED)
    line.point_at(cluster.url("laotie_app", UNGUARDED))
    yield cluster.url("laotie_owner", UNGUARDED)
    house.point_home(cluster)
    databases.drop(cluster, UNGUARDED)


@pytest.fixture(scope="package")
def web(
    cluster: Cluster,
    _emptier: Emptier,
    lab_process: LabProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    url = cluster.url("laotie_app", house.DATABASE)
    folder = tmp_path_factory.mktemp("web")
    with web_process.serving(url, folder, lab_url=lab_process.url) as web:
        yield web


@pytest.fixture(scope="package")
def unguarded_web(
    cluster: Cluster,
    _emptier: Emptier,
    lab_process: LabProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Web]:
    """A second web process, on a database whose guards may be broken."""
    databases.clone(cluster, house.TEMPLATE, UNGUARDED_WEB)
    url = cluster.url("laotie_app", UNGUARDED_WEB)
    folder = tmp_path_factory.mktemp("unguarded")
    with web_process.serving(url, folder, lab_url=lab_process.url) as web:
        yield web
    databases.drop(cluster, UNGUARDED_WEB)


@pytest.fixture
def guards(cluster: Cluster, unguarded_web: Web, db: None) -> Iterator[str]:
    """That database's owner; for one test this process looks at it as well."""
    line.point_at(cluster.url("laotie_app", UNGUARDED_WEB))
    yield cluster.url("laotie_owner", UNGUARDED_WEB)
    house.point_home(cluster)
