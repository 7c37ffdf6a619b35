"""Addresses that somebody typed in: what they may reach, and for how long."""

import ipaddress
import socket
import threading
from unittest import mock

import pytest
from tests import receiver

from laotie.kernel import outbound


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("1.1.1.1", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("198.18.0.1", False), ("::1", False), ("::", False), ("fe80::1", False),
        ("fc00::1", False), ("fec0::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True), ("64:ff9b::a00:1", False), ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False), ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_only_addresses_on_the_internet_are_public(address: str, is_public: bool) -> None:
    assert outbound.is_public(ipaddress.ip_address(address)) is is_public


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "scheme"), ("file:///etc/passwd", "scheme"), ("//example.com", "scheme"),
        ("http://user:pass@example.com/", "credentials"), ("http:///x", "form"),
        ("http://exa mple.com/", "form"), ("http://example.com/\n", "form"),
        ("http://ex\\ample.com/", "form"), ("http://例.example/", "form"),
        ("http://example.com:99999/", "form"), ("http://example.com/#x", "form"),
        ("http://e.com/" + "x" * 500, "form"), (None, "form"), (7, "form"),
    ],
)  # fmt: skip
def test_addresses_of_another_form_are_not_kept(url: object, reason: str) -> None:
    with pytest.raises(outbound.AddressRefused) as refused:
        outbound.clean_url(url)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://localhost/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data",
        "http://0/", "http://10.0.0.1/",
    ],
)  # fmt: skip
def test_what_lies_inside_is_not_called(url: str) -> None:
    with mock.patch("httpx.AsyncClient") as client, pytest.raises(outbound.AddressRefused) as no:
        outbound.post(url, headers={}, body=b"x")
    assert no.value.facts["reason"] in {"private", "unknown_host"}
    assert client.mock_calls == []


def resolved_to(*addresses: str) -> "mock._patch[mock.MagicMock]":
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in addresses]
    return mock.patch.object(outbound, "getaddrinfo", return_value=rows)


def test_one_bad_address_behind_a_name_spoils_it() -> None:
    with resolved_to("93.184.216.34", "10.0.0.1"), pytest.raises(outbound.AddressRefused):
        outbound.post("http://mixed.example/", headers={}, body=b"")


def test_other_ports_are_for_networks_of_ones_own_alone() -> None:
    with resolved_to("93.184.216.34"), pytest.raises(outbound.AddressRefused) as refused:
        outbound.post("http://public.example:8080/", headers={}, body=b"")
    assert refused.value.facts["reason"] == "port"


def test_a_name_is_resolved_once_and_the_judged_address_is_called() -> None:
    with receiver.listening() as there, receiver.reaching_here():
        port = there.url.rpartition(":")[2]
        with resolved_to("127.0.0.1") as asked:
            answer = outbound.post(f"http://hooks.example:{port}/in?a=1", headers={}, body=b"news")
        assert asked.call_count == 1
    assert answer.status == 200
    (got,) = there.got
    assert (got.path, got.body, got.headers["host"]) == (
        "/in?a=1",
        b"news",
        f"hooks.example:{port}",
    )


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with receiver.listening() as there, receiver.reaching_here():
        there.status, there.location = 302, f"{there.url}/elsewhere"
        assert outbound.post(there.url, headers={}, body=b"x").status == 302
    assert len(there.got) == 1


def test_a_long_answer_is_cut() -> None:
    with receiver.listening() as there, receiver.reaching_here():
        there.body = b"a" * 300_000
        assert len(outbound.post(there.url, headers={}, body=b"x").body) == outbound.LONGEST_ANSWER


def test_a_name_server_that_says_nothing_is_not_waited_for() -> None:
    asked, is_over, has_said = (threading.Event() for _ in range(3))

    def say_nothing(*_: object, **__: object) -> list[object]:
        asked.set()
        is_over.wait(60)
        has_said.set()
        return []

    with (
        mock.patch.object(outbound, "getaddrinfo", side_effect=say_nothing),
        mock.patch.object(outbound, "DEADLINE_S", 0.2),
        pytest.raises(outbound.CallFailed) as failed,
    ):
        outbound.post("http://slow.example/", headers={}, body=b"x")
    was_waited_for = has_said.is_set()
    assert asked.wait(10)
    is_over.set()
    assert failed.value.reason == "timeout"
    assert not was_waited_for


def test_a_server_that_drips_has_the_same_deadline(dripping: str) -> None:
    with (
        receiver.reaching_here(),
        mock.patch.object(outbound, "DEADLINE_S", 0.4),
        pytest.raises(outbound.CallFailed) as failed,
    ):
        outbound.post(dripping, headers={}, body=b"x")
    # It would drip for minutes.
    assert failed.value.reason == "timeout"
