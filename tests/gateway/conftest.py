"""One gateway process for the tests that do not end it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.gateway import pages
from tests.gateway.pages import Gateway


@pytest.fixture(scope="session")
def shared_gateway(cluster: Any, _emptier: Any) -> Iterator[Gateway]:
    with pages.running(cluster, pulse_ms=100, handshake_s=1.0) as gateway:
        yield gateway


@pytest.fixture
def gateway(shared_gateway: Gateway, db: None) -> Iterator[Gateway]:
    yield shared_gateway
    pages.hang_up()
    until = time.monotonic() + 10
    # Its last counts must not arrive after the rooms were emptied.
    while shared_gateway.metric("laotie_gateway_rooms"):
        assert time.monotonic() < until, "the gateway keeps rooms that nobody is in"
        time.sleep(0.05)
