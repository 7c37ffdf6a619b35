"""A world outside in memory, and the lab's own carrier as a process where the wire matters."""

from collections.abc import Iterator

import pytest
from tests.lab.fixtures import door, lab, lab_process
from tests.outside import World, stand_in

__all__ = ["door", "lab", "lab_process", "world"]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world
