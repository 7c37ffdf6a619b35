"""Every test here has an empty database and a world outside of its own."""

from collections.abc import Iterator

import pytest
from tests.outside import World, stand_in


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world
