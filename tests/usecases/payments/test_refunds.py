"""Money on its way back: never more than was paid, sent once, asked about until it ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import transaction
from tests import builders
from tests.lab.harness import LabProcess, until
from tests.usecases.payments.money import (
    HOUSE,
    Opened,
    card,
    open_payment,
    published,
    request_payout,
    request_refund,
    started,
)

from laotie.accounts import hands
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, WrongState
from laotie.payments import queries, refunds, rules, transfers
from laotie.payments.channels import Unanswered
from laotie.payments.models import Payment
from laotie.payments.refunds import NothingPaid, RefundExceedsPaid
from laotie.payments.rules import OutgoingState, PaymentState

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def paid(lab: LabProcess) -> Opened:
    opened, url = started()
    lab.choose(url, "silent")
    assert card(opened).state == PaymentState.SUCCEEDED
    return opened


def to_the_end(refund_id: object) -> OutgoingState:
    """Carry on, as the job does, until it has ended."""
    moment = clock.now()

    def ended() -> OutgoingState | None:
        nonlocal moment
        moment += timedelta(minutes=6)
        state = refunds.carry_on(refund_id, now=moment)  # type: ignore[arg-type]
        return state if state not in rules.UNDER_WAY else None

    found = until(ended)
    assert isinstance(found, OutgoingState)
    return found


def number(refund_id: object, attempt: int = 1) -> str:
    public = ids.public("rfd", refund_id)  # type: ignore[arg-type]
    return public if attempt == 1 else f"{public}-{attempt}"


def test_part_and_then_the_rest_go_back(lab: LabProcess, paid: Opened) -> None:
    first = request_refund(paid, 4098)
    assert to_the_end(first) == OutgoingState.SETTLED
    assert card(paid).state == PaymentState.PARTLY_REFUNDED

    second = request_refund(paid, 12_801)
    assert to_the_end(second) == OutgoingState.SETTLED

    assert (card(paid).state, card(paid).refunded_fen) == (PaymentState.REFUNDED, 16_899)
    assert published("payments.refund_settled", first) == 1
    # The callback follows what it tells of, in its own time and as often as it is not answered.
    until(lambda: lab.effects(number(first)).get("callback_sent"))
    done = lab.effects(number(first))
    assert (done["refund_created"], done["refund_settled"]) == (1, 1)


def test_the_same_refund_twice_is_one(lab: LabProcess, paid: Opened) -> None:
    refund_id = request_refund(paid, 4098)
    request_refund(paid, 4098, refund_id=refund_id)

    assert to_the_end(refund_id) == OutgoingState.SETTLED
    assert Payment.objects.get(pk=paid.id).refund_fen == 4098
    assert lab.effects(number(refund_id))["refund_created"] == 1


def test_more_than_is_left_is_refused(lab: LabProcess, paid: Opened) -> None:
    request_refund(paid, 16_000)

    with pytest.raises(RefundExceedsPaid) as refused:
        request_refund(paid, 900)

    assert refused.value.facts == {"left_fen": 899}
    assert Payment.objects.get(pk=paid.id).refund_fen == 16_000


def test_nothing_goes_back_of_what_was_never_paid(lab: LabProcess) -> None:
    opened = open_payment()

    with pytest.raises(NothingPaid):
        request_refund(opened, 1)


def test_of_two_racing_refunds_that_exceed_the_payment_one_is_refused(
    lab: LabProcess, paid: Opened
) -> None:
    def ask(_: int) -> str:
        try:
            request_refund(paid, 10_000)
        except RefundExceedsPaid:
            return "refused"
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(ask, range(2)))

    assert answers == ["refused", "taken"]
    assert Payment.objects.get(pk=paid.id).refund_fen == 10_000


def test_a_lost_answer_is_asked_about_and_nothing_is_sent_twice(
    lab: LabProcess, paid: Opened
) -> None:
    lab.fault("refunds.create", "error_after")
    refund_id = request_refund(paid, 4098)

    with pytest.raises(Unanswered):
        refunds.carry_on(refund_id, now=clock.now())
    assert refunds.Refund.objects.get(pk=refund_id).state == OutgoingState.UNKNOWN

    assert to_the_end(refund_id) == OutgoingState.SETTLED
    assert lab.effects(number(refund_id))["refund_created"] == 1
    assert published("payments.refund_settled", refund_id) == 1


def test_an_unknown_refund_is_not_asked_about_while_its_call_may_be_under_way(
    lab: LabProcess, paid: Opened
) -> None:
    lab.fault("refunds.create", "error_before")
    refund_id = request_refund(paid, 4098)
    now = clock.now()
    with pytest.raises(Unanswered):
        refunds.carry_on(refund_id, now=now)

    assert refunds.carry_on(refund_id, now=now + timedelta(seconds=5)) == OutgoingState.UNKNOWN
    assert lab.effects(number(refund_id)) == {}


def test_a_call_that_never_arrived_is_made_once_more(lab: LabProcess, paid: Opened) -> None:
    lab.fault("refunds.create", "error_before")
    refund_id = request_refund(paid, 4098)
    with pytest.raises(Unanswered):
        refunds.carry_on(refund_id, now=clock.now())

    assert to_the_end(refund_id) == OutgoingState.SETTLED
    assert lab.effects(number(refund_id))["refund_created"] == 1


def test_many_workers_carry_on_and_send_once(lab: LabProcess, paid: Opened) -> None:
    refund_id = request_refund(paid, 4098)
    now = clock.now()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: refunds.carry_on(refund_id, now=now), range(4)))

    assert to_the_end(refund_id) == OutgoingState.SETTLED
    assert lab.effects(number(refund_id))["refund_created"] == 1
    assert published("payments.refund_settled", refund_id) == 1


def test_a_failed_refund_waits_for_a_person_and_can_be_tried_again(
    lab: LabProcess, paid: Opened
) -> None:
    lab.fault("refunds.settle", "fail", reason="ACCOUNT_CLOSED")
    refund_id = request_refund(paid, 4098)
    assert to_the_end(refund_id) == OutgoingState.FAILED
    (stuck,) = queries.stuck_money(actor=HOUSE, now=clock.now())

    with pytest.raises(NotAllowed):
        refunds.retry(
            actor=Actor(person_id=paid.payer_id, via="web"), refund_id=refund_id, now=clock.now()
        )
    refunds.retry(actor=HOUSE, refund_id=refund_id, now=clock.now())

    assert (stuck.kind, stuck.state, stuck.cause) == ("refund", "FAILED", "ACCOUNT_CLOSED")
    assert stuck.action == "retry_refund"
    assert published("payments.refund_failed", refund_id) == 1
    assert to_the_end(refund_id) == OutgoingState.SETTLED
    assert lab.effects(number(refund_id, 2))["refund_settled"] == 1
    assert card(paid).refunded_fen == 4098
    assert queries.stuck_money(actor=HOUSE, now=clock.now()) == ()
    with pytest.raises(WrongState):
        refunds.retry(actor=HOUSE, refund_id=refund_id, now=clock.now())


def test_a_failed_refund_still_counts_against_the_payment(lab: LabProcess, paid: Opened) -> None:
    lab.fault("refunds.create", "refuse", code="RISK")
    refund_id = request_refund(paid, 16_899)
    assert to_the_end(refund_id) == OutgoingState.FAILED

    with pytest.raises(RefundExceedsPaid):
        request_refund(paid, 1)


def test_a_payout_is_sent_once_and_told_once(lab: LabProcess) -> None:
    payout_id = request_payout(9000)
    with transaction.atomic():
        transfers.request(
            payout_id, party_ref=f"shop:{payout_id}", amount_fen=9000, asked_at=clock.now(),
            now=clock.now(),
        )  # fmt: skip
    moment = clock.now()
    lab.fault("payouts.create", "error_after")

    def settled() -> bool:
        nonlocal moment
        moment += timedelta(minutes=6)
        transfers.carry_on_due(now=moment)
        return transfers.Transfer.objects.get(pk=payout_id).state == OutgoingState.SETTLED

    until(settled)

    assert lab.effects(ids.public("pot", payout_id))["payout_created"] == 1
    assert published("payments.payout_settled", payout_id) == 1


def test_a_failed_payout_is_told_and_over(lab: LabProcess) -> None:
    payout_id = request_payout(9000)
    lab.fault("payouts.create", "refuse", code="ACCOUNT_UNKNOWN")

    assert transfers.carry_on(payout_id, now=clock.now()) == OutgoingState.FAILED

    assert published("payments.payout_failed", payout_id) == 1
    assert lab.effects(ids.public("pot", payout_id)) == {}


def test_what_was_asked_for_before_an_account_changed_hands_is_not_sent(lab: LabProcess) -> None:
    creator_id = builders.a_creator().require_creator()
    payout_id = request_payout(9000, creator_id=creator_id)
    hands.change(
        actor=builders.an_operator(), creator_id=creator_id, reason="Stolen.", now=clock.now()
    )

    assert transfers.carry_on(payout_id, now=clock.now()) == OutgoingState.FAILED

    assert transfers.Transfer.objects.get(pk=payout_id).failure == "HANDS_CHANGED"
    assert published("payments.payout_failed", payout_id) == 1
    assert lab.effects(ids.public("pot", payout_id)) == {}


def test_what_is_long_under_way_shows_up_for_operators_only(lab: LabProcess, paid: Opened) -> None:
    lab.fault("refunds.create", "error_before", times=9)
    refund_id = request_refund(paid, 4098)
    refunds.carry_on_due(now=clock.now())

    early = queries.stuck_money(actor=HOUSE, now=clock.now())
    late = queries.stuck_money(actor=HOUSE, now=clock.now() + timedelta(minutes=11))

    assert early == ()
    assert [(s.kind, s.ref, s.amount_fen, s.state) for s in late] == [
        ("refund", number(refund_id), 4098, "UNKNOWN")
    ]
    with pytest.raises(NotAllowed):
        queries.stuck_money(actor=Actor(person_id=paid.payer_id, via="web"), now=clock.now())
