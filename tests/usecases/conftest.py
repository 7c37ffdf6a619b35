"""What tests of more than one context ask for."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def in_english() -> Iterator[None]:
    """Refusals are worded in English, whatever the installation's own language is."""
    with translation.override("en"):
        yield
