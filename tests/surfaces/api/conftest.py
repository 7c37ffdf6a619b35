from collections.abc import Iterator

import pytest
from tests import builders
from tests.outside import World, stand_in
from tests.surfaces.apps import App, app_of


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def buyer(db: None) -> App:
    return app_of(builders.a_person())
