"""Notices: proven, kept, acknowledged, and believed in nothing but that it is time to ask."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest
from tests.lab.harness import LabProcess, until
from tests.usecases.payments import mail
from tests.usecases.payments.money import (
    HOUSE,
    Opened,
    captures,
    card,
    count,
    request_refund,
    started,
    state,
)

from laotie.kernel import clock, sql
from laotie.payments import captures as payment_captures
from laotie.payments import channels, intents, notices, queries, refunds, rules
from laotie.payments.channels.breaker import REST_S, SILENCES, Breaker
from laotie.payments.rules import PaymentState

pytestmark = pytest.mark.usefixtures("db")


def handle_all() -> None:
    notices.handle_due(now=clock.now() + timedelta(seconds=1))


def test_the_provider_tells_and_the_payment_is_captured(lab: LabProcess) -> None:
    opened, url = started()

    lab.choose(url, "pay")
    until(lambda: count("pay_notice") == 1)
    assert state(opened) == PaymentState.PENDING  # Stored; the question comes afterwards.
    handle_all()

    assert state(opened) == PaymentState.SUCCEEDED
    assert captures(opened) == 1
    (said,) = lab.control("GET", f"/callbacks?subject={opened.out_no}")
    until(lambda: lab.control("GET", f"/callbacks?subject={opened.out_no}")[0]["state"] == "SENT")
    ((body,),) = sql.rows("SELECT body FROM pay_notice")
    assert said["event_id"].encode() in bytes(body)


def test_five_copies_in_parallel_make_one_transition_and_five_acknowledgements(
    lab: LabProcess, door: str
) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    message = mail.paid(opened)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda _: mail.post(door, message), range(5)))
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(lambda _: intents.refresh(opened.id, now=clock.now()), range(5)))
    handle_all()

    assert [answer.status_code for answer in answers] == [200] * 5
    assert count("pay_notice") == 1
    assert captures(opened) == 1


def test_the_provider_may_send_its_own_callback_five_times_at_once(lab: LabProcess) -> None:
    opened, url = started()
    lab.fault("callback", "duplicate", ref=opened.out_no, n=5)

    lab.choose(url, "pay")
    until(lambda: lab.control("GET", f"/callbacks?subject={opened.out_no}")[0]["state"] == "SENT")
    handle_all()

    assert count("pay_notice") == 1
    assert captures(opened) == 1


def test_without_the_guard_two_callbacks_capture_twice(
    lab: LabProcess, superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above: it can see the fault that the guard prevents."""
    opened, url = started()
    lab.choose(url, "silent")
    both = threading.Barrier(2)
    ask, text = payment_captures.ask_all, sql.text
    guarded = text("payments", "capture_payments")
    careless = guarded.replace("p.state = ANY (%s::text[])", "%s::text[] IS NOT NULL")
    assert careless != guarded

    def ask_together(questions: Any) -> Any:
        both.wait(timeout=120)
        return ask(questions)

    monkeypatch.setattr(payment_captures, "ask_all", ask_together)
    monkeypatch.setattr(
        sql,
        "text",
        lambda package, name: careless if package == "payments" else text(package, name),
    )

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: intents.refresh(opened.id, now=clock.now()), range(2)))

    assert captures(opened) == 2
    with psycopg.connect(superuser_url) as superuser:  # The invariants would see it as well.
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM event_log")
        superuser.execute("DELETE FROM pay_payment")


def test_every_order_of_four_notices_ends_equal(lab: LabProcess, door: str) -> None:
    lab.fault("callback", "lost", times=1000)  # Only the four below are told.
    # The first two are copies: which of them is which makes no other order.
    orders = [
        order for order in itertools.permutations(range(4)) if order.index(0) < order.index(1)
    ]
    journeys = _paid_and_twice_refunded(lab, len(orders))
    ends = set()

    for order, (opened, numbers) in zip(orders, journeys, strict=True):
        messages = [
            mail.paid(opened),
            mail.paid(opened),
            mail.paid(opened, type="refund.settled", out_no=numbers[0], amount_fen=4098),
            mail.paid(opened, type="refund.settled", out_no=numbers[1], amount_fen=4097),
        ]
        for place in order:
            assert mail.post(door, messages[place]).status_code == 200
            handle_all()
        ends.add((state(opened), captures(opened), card(opened).refunded_fen))

    assert ends == {(PaymentState.PARTLY_REFUNDED, 1, 8195)}
    assert count("pay_notice") == 4 * 12


def _paid_and_twice_refunded(lab: LabProcess, most: int) -> list[tuple[Opened, list[str]]]:
    """So many payments, each with the numbers of its two refunds, which the provider has settled."""
    journeys = []
    for _ in range(most):
        opened, url = started()
        lab.choose(url, "silent")
        card(opened)
        for amount_fen in (4098, 4097):
            request_refund(opened, amount_fen)
        numbers = sql.rows(
            "SELECT out_no FROM pay_refund WHERE payment_id = %s ORDER BY amount_fen DESC",
            [opened.id],
        )
        journeys.append((opened, [number for (number,) in numbers]))
    while refunds.carry_on_due(now=clock.now()):
        pass
    for _opened, numbers in journeys:
        for number in numbers:
            until(lambda number=number: "refund_settled" in lab.effects(number))
    return journeys


BENT: dict[str, tuple[dict[str, Any], str]] = {
    "forged": ({"key": "55" * 32}, "forged"),
    "an old key": ({"key_id": "lab-2025"}, "unknown_key"),
    "a day late": ({"at": -timedelta(days=1)}, "stale"),
    "a day early": ({"at": timedelta(days=1)}, "stale"),
    "six minutes late": ({"at": -timedelta(minutes=6)}, "stale"),
    "signed for another path": ({"signed_path": "/hooks/payments/other"}, "forged"),
    "unsigned": ({"headers": {}}, "unsigned"),
    "a signature that is no text of ours": (
        {"headers": {b"x-signature": b"\xc3\xa9", b"x-key-id": b"lab"}},
        "form",
    ),
    "re-serialised": ({"sent": b'{"event_id" : "x"}'}, "forged"),
    "one fen more": ({"change": {"amount_fen": 16_900}}, "wrong_amount"),
    "one fen less": ({"change": {"amount_fen": 16_898}}, "wrong_amount"),
    "an amount as text": ({"change": {"amount_fen": "16899"}}, "form"),
    "an amount as a fraction": ({"change": {"amount_fen": 16_899.0}}, "form"),
    "an amount that is true": ({"change": {"amount_fen": True}}, "form"),
    "an amount beyond all": ({"change": {"amount_fen": 2**63}}, "form"),
    "another currency": ({"change": {"currency": "USD"}}, "wrong_currency"),
    "another merchant": ({"change": {"merchant_no": "somebody"}}, "wrong_merchant"),
    "an unknown number": ({"change": {"out_no": "pay_nobody_knows"}}, "unknown_number"),
    "an unknown type": ({"change": {"type": "moon.full"}}, "unknown_type"),
    "a type that is a list": ({"change": {"type": ["payment.succeeded"]}}, "form"),
    "no event id": ({"change": {"event_id": None}}, "form"),
    "a NUL in the event id": ({"change": {"event_id": "evt\u0000"}}, "form"),
}


@pytest.mark.parametrize("name", BENT)
def test_what_proves_nothing_is_refused_and_logged_and_moves_nothing(
    lab: LabProcess, door: str, name: str
) -> None:
    bent, reason = dict(BENT[name][0]), BENT[name][1]
    opened, url = started()
    lab.choose(url, "silent")
    message = mail.paid(opened, **bent.pop("change", {}))
    if "at" in bent:
        bent["at"] = clock.wall() + bent["at"]

    answer = mail.post(door, message, **bent)
    handle_all()

    assert answer.status_code == 400
    assert answer.json() == {"code": "NOTICE_REFUSED"}
    assert mail.refusals() == [reason]
    assert count("pay_notice") == 0
    assert state(opened) == PaymentState.PENDING
    assert captures(opened) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b"\xff\xfe{", b"[" * 10_000, b'"x"', b"{}"],
    ids=["empty", "null", "list", "cut", "utf-16", "deep", "text", "bare"],
)
def test_a_signed_body_in_another_form_is_refused(lab: LabProcess, door: str, body: bytes) -> None:
    assert mail.post(door, body).status_code == 400
    assert mail.refusals() == ["form"]


def test_an_event_comes_twice_with_another_body(lab: LabProcess, door: str) -> None:
    opened, _ = started()
    message = mail.paid(opened)

    first = mail.post(door, message)
    second = mail.post(door, {**message, "extra": 1})

    assert (first.status_code, second.status_code) == (200, 400)
    assert mail.refusals() == ["event_reused"]
    assert count("pay_notice") == 1


def test_the_door_takes_short_posts_only(lab: LabProcess, door: str) -> None:
    too_long = httpx.post(door + mail.PATH, content=b"x" * 5_000_000, trust_env=False)

    assert too_long.status_code == 413
    assert httpx.get(door + mail.PATH, trust_env=False).status_code == 405
    assert httpx.post(f"{door}/hooks/payments/nobody", content=b"{}").status_code == 404
    assert count("pay_notice") == 0


@pytest.fixture
def seconds(lab: LabProcess, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The breaker's clock, which goes when a test says so."""
    seconds = [0.0]
    breaker = Breaker(clock=lambda: seconds[0])
    monkeypatch.setattr(channels.by_name("lab"), "_breaker", breaker)
    return seconds


def tries() -> list[tuple[str, int, str]]:
    return sql.rows("SELECT state, tries, cause FROM pay_notice")


def test_a_genuine_notice_is_acknowledged_while_the_provider_is_silent(
    lab: LabProcess, door: str, seconds: list[float]
) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    lab.fault("payments.query", "error_before", times=50)

    answer = mail.post(door, mail.paid(opened))
    moment = clock.now()
    for _ in range(rules.MOST_NOTICE_TRIES):
        moment += timedelta(minutes=10)
        seconds[0] += REST_S
        assert notices.handle_due(now=moment) == 1

    assert answer.status_code == 200
    assert state(opened) == PaymentState.PENDING
    ((_state, _tries, cause),) = tries()
    assert cause.startswith("no answer: ")
    (stuck,) = [s for s in queries.stuck_money(actor=HOUSE, now=opened.now) if s.kind == "notice"]
    assert (stuck.ref, stuck.state, stuck.action) == (opened.out_no, "PARKED", "reopen_notice")


def test_while_the_provider_rests_no_try_is_counted_and_the_notice_stays_due(
    lab: LabProcess, door: str, seconds: list[float]
) -> None:
    lab.fault("callback", "lost", times=1000)
    opened, url = started()
    lab.choose(url, "silent")
    card(opened)
    request_refund(opened, 4098)
    refunds.carry_on_due(now=clock.now())
    ((out_no,),) = sql.rows("SELECT out_no FROM pay_refund")
    waiting, url = started()
    lab.choose(url, "silent")
    lab.fault("payments.query", "error_before", times=50)
    mail.post(door, mail.paid(waiting))
    mail.post(door, mail.paid(opened, type="refund.settled", out_no=out_no, amount_fen=4098))
    for _ in range(SILENCES):
        intents.refresh(waiting.id, now=clock.now())

    for _ in range(rules.MOST_NOTICE_TRIES):
        assert notices.handle_due(now=clock.now() + timedelta(seconds=1)) == 0
    assert tries() == [("RECEIVED", 0, "")] * 2

    seconds[0] += REST_S
    sql.change("DELETE FROM pay_notice WHERE out_no = %s", [out_no])
    assert notices.handle_due(now=clock.now() + timedelta(seconds=1)) == 1
    ((kept, tried, cause),) = tries()
    assert (kept, tried) == ("RECEIVED", 1)
    assert cause.startswith("no answer: ")


def test_a_parked_notice_that_is_let_go_again_is_handled(lab: LabProcess, door: str) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    mail.post(door, mail.paid(opened))
    sql.change("UPDATE pay_notice SET state = 'PARKED'")
    ((id,),) = sql.rows("SELECT id FROM pay_notice")

    notices.reopen(actor=HOUSE, notice_id=id, now=clock.now())
    handle_all()

    assert state(opened) == PaymentState.SUCCEEDED
    assert count("pay_notice") == 1


@pytest.mark.parametrize("bent", ["forged", "stale", "wrong_amount", "wrong_merchant"])
def test_a_bent_callback_moves_nothing_until_the_true_one_comes(lab: LabProcess, bent: str) -> None:
    opened, url = started()
    lab.fault("callback", bent, ref=opened.out_no)

    lab.choose(url, "pay")
    until(mail.refusals)
    assert count("pay_notice") == 0
    assert captures(opened) == 0
    until(lambda: count("pay_notice") == 1)
    handle_all()

    assert captures(opened) == 1
