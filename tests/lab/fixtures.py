"""Fixtures around the real provider: one process for a session, calm before each test."""

from collections.abc import Iterator

import pytest
from tests.lab.harness import LabProcess, pointed_at, web_door

from laotie.payments.channels.lab import _shared


@pytest.fixture(scope="session")
def lab_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabProcess]:
    process = LabProcess(tmp_path_factory.mktemp("lab"))
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="session")
def door() -> Iterator[str]:
    with web_door() as url:
        yield url


@pytest.fixture
def lab(lab_process: LabProcess, door: str) -> Iterator[LabProcess]:
    """The provider, known to our settings, with our door open for its callbacks."""
    lab_process.calm()
    _shared.cache_clear()  # A provider that was silent in the test before is not let rest in this.
    with pointed_at(lab_process.url, door):
        yield lab_process
        lab_process.calm()
