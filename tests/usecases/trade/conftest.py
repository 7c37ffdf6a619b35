"""Every test here has an empty database and a world outside of its own."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from tests.outside import World, stand_in


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def in_english() -> Iterator[None]:
    """Refusals are worded in English, whatever the installation's own language is."""
    with translation.override("en"):
        yield
