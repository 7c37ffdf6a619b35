"""What the rows of the failure table stand on; every run says its seed and commit first."""

from collections.abc import Iterator

import pytest
from tests import conftest as house
from tests.emptying import Emptier
from tests.faults import chance
from tests.faults.nursery import Nursery
from tests.lab.fixtures import door, lab, lab_process
from tests.outside import World, stand_in

from laotie.runtime.postgres import Cluster

__all__ = ["door", "lab", "lab_process"]
# Minutes, thousands of sockets and a C compiler: by `make faults` alone.
collect_ignore = [] if chance.IS_LONG else ["test_rows_crowds.py"]


def pytest_report_header() -> str:
    return chance.told()


@pytest.fixture(scope="session")
def nursery(cluster: Cluster, _emptier: Emptier) -> Iterator[Nursery]:
    nursery = Nursery(cluster.url("laotie_app", house.DATABASE))
    yield nursery
    nursery.close()


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world
