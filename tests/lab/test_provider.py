"""The provider as a program: its doors, its faults, and its books after a kill."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.lab.harness import LabProcess, until
from tests.ports import free_port

from laotie.kernel import clock
from laotie.lab.provider import server


@pytest.fixture
def provider(lab_process: LabProcess) -> LabProcess:
    lab_process.calm()
    return lab_process


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "out_no": f"pay_{uuid4().hex}",
        "amount_fen": 16_899,
        "currency": "CNY",
        "subject": "梅子青茶盏",
        "notify_url": "http://127.0.0.1:9/hooks/payments/lab",
        "return_url": "http://127.0.0.1:8000/orders",
        "expires_at": (clock.wall() + timedelta(minutes=15)).isoformat(),
        **changes,
    }


def opened(provider: LabProcess, **changes: Any) -> dict[str, Any]:
    answer = provider.ask("POST", "/v1/payments", wanted(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    "bent",
    [
        {"key": "55" * 32},
        {"key_id": "other"},
        {"off": timedelta(minutes=-6)},
        {"off": timedelta(minutes=6)},
        {"content": b"{}"},
        {"headers": {"x-nonce": "short"}},
        {"headers": {"x-timestamp": "now"}},
        {"headers": {"x-signature": "0" * 64}},
    ],
    ids=["key", "key id", "late", "early", "body", "nonce", "timestamp", "signature"],
)
def test_a_request_that_is_not_signed_as_agreed_has_no_effect(
    provider: LabProcess, bent: dict[str, Any]
) -> None:
    message = wanted()
    bent = dict(bent)
    if "off" in bent:
        bent["at"] = clock.wall() + bent.pop("off")

    answer = provider.ask("POST", "/v1/payments", message, **bent)

    assert (answer.status_code, answer.json()["code"]) == (401, "BAD_SIGNATURE")
    assert provider.effects(message["out_no"]) == {}


def test_a_request_cannot_be_replayed(provider: LabProcess) -> None:
    message = wanted()
    first = provider.ask("POST", "/v1/payments", message)

    again = httpx.request(
        "POST",
        f"{provider.url}/v1/payments",
        content=first.request.content,
        headers={k: v for k, v in first.request.headers.items() if k.startswith("x-")},
    )

    assert (again.status_code, again.json()["code"]) == (401, "REPLAYED")


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": "100"},
        {"amount_fen": 1.5},
        {"amount_fen": True},
        {"amount_fen": 2**63},
        {"out_no": "../x"},
        {"out_no": "a" * 65},
        {"subject": ""},
        {"subject": "x" * 201},
        {"return_url": "javascript:alert(1)"},
        {"notify_url": "file:///etc/passwd"},
        {"expires_at": "tomorrow"},
        {"expires_at": "2026-11-22T12:00:00"},
    ],
)
def test_a_wrong_field_is_refused(provider: LabProcess, change: dict[str, Any]) -> None:
    answer = provider.ask("POST", "/v1/payments", wanted(**change))

    assert (answer.status_code, answer.json()["code"]) == (422, "BAD_FIELD")


def test_bodies_that_are_no_json_or_too_long_are_refused(provider: LabProcess) -> None:
    assert provider.ask("POST", "/v1/payments", [1]).json()["code"] == "NOT_JSON"
    assert provider.ask("POST", "/v1/payments", "x" * 70_000).status_code == 413


def test_the_control_door_needs_its_key(provider: LabProcess) -> None:
    for headers in ({}, {"x-lab-control": "guess"}, {"x-lab-control": "\u00fc".encode()}):
        answer = httpx.get(f"{provider.url}/control/effects?ref=x", headers=headers)
        assert answer.status_code == 404


def test_paying_twice_takes_the_money_once(provider: LabProcess) -> None:
    payment = opened(provider)

    provider.choose(payment["pay_url"], "pay")
    provider.choose(payment["pay_url"], "pay")
    provider.choose(payment["pay_url"], "decline")

    assert provider.effects(payment["out_no"])["payment_captured"] == 1
    assert provider.ask("GET", f"/v1/payments/{payment['out_no']}").json()["state"] == "PAID"


def test_paying_later_is_captured_by_itself(provider: LabProcess) -> None:
    payment = opened(provider)

    page = provider.choose(payment["pay_url"], "later")

    assert page.status_code == 303
    until(lambda: provider.effects(payment["out_no"]).get("payment_captured") == 1)


def test_what_has_run_out_cannot_be_paid(provider: LabProcess) -> None:
    payment = opened(provider, expires_at=(clock.wall() - timedelta(seconds=1)).isoformat())

    provider.choose(payment["pay_url"], "pay")

    assert "payment_captured" not in provider.effects(payment["out_no"])


def test_the_page_is_bilingual_escaped_and_strict(provider: LabProcess) -> None:
    payment = opened(provider, subject="<script>alert(1)</script>", amount_fen=1_289_900)

    zh = httpx.get(payment["pay_url"], params={"lang": "zh"})
    en = httpx.get(payment["pay_url"], headers={"accept-language": "en-GB,en;q=0.9"})
    gone = httpx.get(f"{provider.url}/pay/nobody")

    assert '<html lang="zh-Hans">' in zh.text
    assert "确认支付" in zh.text
    assert '<html lang="en">' in en.text
    assert "Pay now" in en.text
    assert "12,899" in en.text
    assert "<script>" not in en.text
    assert (gone.status_code, "No such payment" in gone.text or "找不到" in gone.text) == (
        404,
        True,
    )
    for page in (zh, en, gone):
        assert "style-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert " style=" not in page.text
        assert page.headers["cache-control"] == "no-store"


def test_a_silent_ending_owes_no_callback(provider: LabProcess) -> None:
    payment = opened(provider)

    provider.choose(payment["pay_url"], "silent")

    assert provider.effects(payment["out_no"])["payment_captured"] == 1
    assert provider.control("GET", f"/callbacks?subject={payment['out_no']}") == []


def test_an_unanswered_callback_is_tried_again(provider: LabProcess) -> None:
    payment = opened(provider)

    provider.choose(payment["pay_url"], "pay")

    until(lambda: provider.effects(payment["out_no"]).get("callback_sent", 0) >= 3)
    (owed,) = provider.control("GET", f"/callbacks?subject={payment['out_no']}")
    assert (owed["state"], owed["last_code"]) == ("OWED", 0)


def test_held_callbacks_are_sent_last_first(provider: LabProcess) -> None:
    first, second = opened(provider), opened(provider)
    provider.fault("callback", "reordered", times=2, n=2)

    provider.choose(first["pay_url"], "pay")
    (held,) = provider.control("GET", f"/callbacks?subject={first['out_no']}")
    provider.choose(second["pay_url"], "pay")

    assert held["state"] == "HELD"
    until(lambda: provider.effects(second["out_no"]).get("callback_sent"))
    until(lambda: provider.effects(first["out_no"]).get("callback_sent"))


def test_a_late_callback_is_late(provider: LabProcess) -> None:
    payment = opened(provider)
    provider.fault("callback", "late", s=0.6)
    start = time.monotonic()

    provider.choose(payment["pay_url"], "pay")
    until(lambda: provider.effects(payment["out_no"]).get("callback_sent"))

    assert time.monotonic() - start >= 0.6


def parcel(**changes: Any) -> dict[str, Any]:
    return {
        "out_no": f"shi_{uuid4().hex}",
        "recipient": {"name": "林", "phone": "13800138000", "region": "浙江", "line": "文三路"},
        "parcel": "1 tea bowl",
        "notify_url": "http://127.0.0.1:9/hooks/carrier/lab",
        **changes,
    }


def test_a_waybill_is_made_once_and_travels_step_by_step(provider: LabProcess) -> None:
    message = parcel()
    first = provider.ask("POST", "/carrier/waybills", message, port="carrier")
    again = provider.ask("POST", "/carrier/waybills", message, port="carrier")
    other = provider.ask("POST", "/carrier/waybills", {**message, "parcel": "2"}, port="carrier")
    out_no = message["out_no"]

    provider.control("POST", f"/waybills/{out_no}/advance", {})
    moved = provider.control("POST", f"/waybills/{out_no}/advance", {"to": "DELIVERED"})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert [event["state"] for event in moved["track"]] == [
        "CREATED",
        "LABELLED",
        "PICKED_UP",
        "IN_TRANSIT",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
    ]
    assert provider.effects(out_no)["waybill_created"] == 1
    # The carrier's port has its own key.
    assert provider.ask("GET", f"/carrier/waybills/{out_no}").status_code == 401


def test_the_books_and_what_is_owed_survive_a_kill(tmp_path: Path, door: str) -> None:
    provider = LabProcess(tmp_path, outgoing_s=0.2)
    provider.start()
    nobody_port = free_port()
    notify = f"http://127.0.0.1:{nobody_port}/hooks/payments/lab"
    payment = opened(provider, notify_url=notify)
    provider.choose(payment["pay_url"], "pay")
    refund = {
        "out_no": f"rfd_{uuid4().hex}",
        "payment_out_no": payment["out_no"],
        "amount_fen": 4098,
        "currency": "CNY",
        "note": "x",
        "notify_url": notify,
    }
    assert provider.ask("POST", "/v1/refunds", refund).status_code == 201

    provider.kill()
    provider.start()

    try:
        until(lambda: provider.effects(refund["out_no"]).get("refund_settled") == 1)
        sent = provider.effects(payment["out_no"])["callback_sent"]
        until(lambda: provider.effects(payment["out_no"])["callback_sent"] > sent)
        again = provider.ask("POST", "/v1/refunds", refund)
        assert (again.status_code, again.json()["state"]) == (200, "SETTLED")
        assert provider.effects(refund["out_no"])["refund_created"] == 1
    finally:
        provider.kill()


def test_the_provider_does_not_start_outside_of_a_lab(tmp_path: Path) -> None:
    class Off:
        lab = False

    with pytest.raises(SystemExit) as refused:
        server.run(Off())  # type: ignore[arg-type]

    assert "LAOTIE_LAB=1" in str(refused.value)
