"""What is printed for a host that listens to everybody is an address that others can dial."""

import socket

import pytest

from laotie.runtime import config, network


def test_all_addresses_are_shown_as_the_one_that_leads_here() -> None:
    shown = network.shown_host("0.0.0.0")

    with socket.socket() as door:
        door.bind((shown, 0))  # Ours, or it could not be bound.
    assert shown != "0.0.0.0"
    found = config.with_derived(config.load({"LAOTIE_HOST": "0.0.0.0"}))
    assert found.public_url == f"http://{shown}:8000"
    assert found.gateway_url == f"ws://{shown}:8001"


def test_a_host_of_ones_own_is_shown_as_it_is() -> None:
    assert network.shown_host("shop.example") == "shop.example"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost"])
def test_only_this_machine(host: str) -> None:
    assert network.is_this_machine_only(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "shop.example"])
def test_others_may_come(host: str) -> None:
    assert not network.is_this_machine_only(host)
