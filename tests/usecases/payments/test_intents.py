"""Payments: opened once, offered once, and where the provider says they are."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.lab.harness import LabProcess
from tests.usecases.payments.money import (
    WINDOW,
    captures,
    card,
    open_payment,
    published,
    started,
    state,
)

from laotie.kernel import clock
from laotie.payments import intents
from laotie.payments.intents import PaymentOver, ProviderRefused, ProviderSilent, WindowOver
from laotie.payments.rules import PaymentState

pytestmark = pytest.mark.usefixtures("db")


def test_a_checkout_is_opened_once(lab: LabProcess) -> None:
    first = open_payment()

    with transaction.atomic():
        again = intents.open(
            first.group_id,
            payer_id=first.payer_id,
            amount_fen=16_899,
            pay_by=first.now + WINDOW,
            subject="梅子青茶盏",
            now=first.now,
        )

    assert again.id == first.id
    assert lab.effects(first.out_no) == {}  # Nobody outside was called.


def test_starting_twice_gives_one_link_and_one_payment_there(lab: LabProcess) -> None:
    opened, url = started()

    assert intents.start(opened.id, now=clock.now()).url == url
    assert lab.effects(opened.out_no) == {"payment_created": 1}
    assert state(opened) == PaymentState.PENDING


def test_a_lost_answer_is_asked_about_and_not_offered_again(lab: LabProcess) -> None:
    lab.fault("payments.create", "error_after")
    opened = open_payment()

    with pytest.raises(ProviderSilent):
        intents.start(opened.id, now=opened.now)
    assert state(opened) == PaymentState.CREATED
    link = intents.start(opened.id, now=opened.now)

    assert link.url.startswith(f"{lab.url}/pay/")
    assert lab.effects(opened.out_no) == {"payment_created": 1}


def test_an_offer_that_never_arrived_is_made_again(lab: LabProcess) -> None:
    lab.fault("payments.create", "error_before")
    opened = open_payment()

    with pytest.raises(ProviderSilent):
        intents.start(opened.id, now=opened.now)
    intents.start(opened.id, now=opened.now)

    assert lab.effects(opened.out_no) == {"payment_created": 1}


def test_an_offer_the_provider_never_heard_of_is_forgotten(lab: LabProcess) -> None:
    lab.fault("payments.create", "error_before")
    opened = open_payment()
    with pytest.raises(ProviderSilent):
        intents.start(opened.id, now=opened.now)
    a_minute_later = opened.now + timedelta(minutes=1)

    assert intents.refresh(opened.id, now=a_minute_later).state == PaymentState.CREATED
    assert intents.follow_up(now=a_minute_later) == 0  # Nothing is there to be asked about.
    assert lab.effects(opened.out_no) == {}
    intents.start(opened.id, now=a_minute_later)
    assert lab.effects(opened.out_no) == {"payment_created": 1}


def test_a_clear_no_fails_the_attempt_and_another_may_follow(lab: LabProcess) -> None:
    lab.fault("payments.create", "refuse", code="RISK")
    opened = open_payment()

    with pytest.raises(ProviderRefused) as refused:
        intents.start(opened.id, now=opened.now)
    with transaction.atomic():
        second = intents.open(
            opened.group_id,
            payer_id=opened.payer_id,
            amount_fen=16_899,
            pay_by=opened.now + WINDOW,
            subject="梅子青茶盏",
            now=opened.now,
        )

    assert refused.value.facts == {"reason": "RISK"}
    assert state(opened) == PaymentState.FAILED
    assert second.id != opened.id


def test_a_declined_payment_fails_and_captures_nothing(lab: LabProcess) -> None:
    opened, url = started()

    lab.choose(url, "decline")

    assert card(opened).state == PaymentState.FAILED
    assert captures(opened) == 0


def test_a_lost_callback_is_found_by_asking_within_two_minutes(lab: LabProcess) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    assert state(opened) == PaymentState.PENDING

    intents.follow_up(now=opened.now + timedelta(minutes=2))

    assert state(opened) == PaymentState.SUCCEEDED
    assert captures(opened) == 1


def test_questions_come_with_growing_waits(lab: LabProcess) -> None:
    opened, _ = started()
    moment, asked = opened.now, 0
    while moment < opened.now + timedelta(minutes=2):
        moment += timedelta(seconds=1)
        asked += intents.follow_up(now=moment)

    assert asked == 7
    assert state(opened) == PaymentState.PENDING


def test_a_silent_provider_leaves_the_payment_unknown(lab: LabProcess) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    lab.fault("payments.query", "error_before", times=2)

    intents.follow_up(now=opened.now + timedelta(seconds=20))
    assert card(opened).state == PaymentState.PENDING

    assert card(opened).state == PaymentState.SUCCEEDED
    assert captures(opened) == 1


def test_a_payment_is_closed_there_and_here_when_the_window_ends(lab: LabProcess) -> None:
    opened, url = started()

    intents.follow_up(now=opened.now + WINDOW)

    assert state(opened) == PaymentState.CLOSED
    assert published("payments.payment_closed", opened.id) == 1
    assert lab.effects(opened.out_no) == {"payment_created": 1, "payment_closed": 1}
    lab.choose(url, "pay")
    assert "payment_captured" not in lab.effects(opened.out_no)


def test_a_payment_never_offered_is_closed_without_a_call(lab: LabProcess) -> None:
    opened = open_payment()

    intents.follow_up(now=opened.now + WINDOW)

    assert state(opened) == PaymentState.CLOSED
    assert lab.effects(opened.out_no) == {}
    with pytest.raises(PaymentOver):
        intents.start(opened.id, now=opened.now)


def test_paid_in_the_last_moment_wins_over_closing(lab: LabProcess) -> None:
    opened, url = started()
    lab.choose(url, "silent")

    intents.follow_up(now=opened.now + WINDOW)

    assert state(opened) == PaymentState.SUCCEEDED
    assert captures(opened) == 1
    assert published("payments.payment_closed", opened.id) == 0


def test_money_after_the_close_is_captured_all_the_same(lab: LabProcess) -> None:
    opened, _ = started()
    intents.follow_up(now=opened.now + WINDOW)
    lab.control("POST", f"/payments/{opened.out_no}/pay", {"even_if_closed": True, "tell": False})

    late = card(opened)

    assert late.state == PaymentState.SUCCEEDED
    assert captures(opened) == 1


def test_a_cancelled_checkout_is_closed_at_once(lab: LabProcess) -> None:
    opened, _ = started()
    with transaction.atomic():
        intents.close(opened.group_id, reason="cancelled", now=opened.now)

    intents.follow_up(now=opened.now)

    assert state(opened) == PaymentState.CLOSED
    with pytest.raises(PaymentOver):
        intents.start(opened.id, now=opened.now)


def test_nothing_starts_after_the_window(lab: LabProcess) -> None:
    opened = open_payment()

    with pytest.raises(WindowOver):
        intents.start(opened.id, now=opened.now + WINDOW)

    assert lab.effects(opened.out_no) == {}
