"""One gateway process for the tests that do not end it."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from unittest import mock

import pytest
from tests.gateway import pages
from tests.gateway.pages import Gateway


@pytest.fixture(scope="session")
def shared_gateway(cluster: Any, _emptier: Any) -> Iterator[Gateway]:
    limits = {"handshake_s": 2.0, "buy_deadline_ms": 3_600_000, "is_still": True}
    with ExitStack() as kept:
        with mock.patch.dict(os.environ, {"PGOPTIONS": pages.BATCHES_WAIT}):
            gateway = kept.enter_context(pages.running(cluster, pulse_ms=100, **limits))
        yield gateway


@pytest.fixture
def gateway(shared_gateway: Gateway, db: None) -> Iterator[Gateway]:
    yield shared_gateway
    pages.hang_up()
    until = time.monotonic() + pages.PATIENCE_S
    # Its last counts must not arrive after the rooms were emptied.
    while shared_gateway.metric("laotie_gateway_rooms"):
        assert time.monotonic() < until, "the gateway keeps rooms that nobody is in"
        time.sleep(0.05)
