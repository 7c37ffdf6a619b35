"""Databases to race in: the test's own, and one in which a guard may be broken."""

from collections.abc import Iterator

import pytest
from tests import conftest as house
from tests.lab.fixtures import lab_process
from tests.outside import World, stand_in

from laotie.runtime import database as databases
from laotie.runtime import line
from laotie.runtime.postgres import Cluster

__all__ = ["lab_process"]
UNGUARDED = "unguarded"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def unguarded(cluster: Cluster, world: World) -> Iterator[str]:
    """A database of this test's own, in which a guard may be broken; its owner's address."""
    databases.clone(cluster, house.TEMPLATE, UNGUARDED)
    line.point_at(cluster.url("laotie_app", UNGUARDED))
    yield cluster.url("laotie_owner", UNGUARDED)
    line.point_at(cluster.url("laotie_app", house.DATABASE))
    databases.drop(cluster, UNGUARDED)
