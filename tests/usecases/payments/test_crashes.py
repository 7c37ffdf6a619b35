"""A process that dies between intent, call and result: one effect in the end, at every point."""

import os
import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from tests.lab.harness import CARRIER_KEY, PAYMENT_KEY, LabProcess, until
from tests.usecases.payments.money import (
    WINDOW,
    captures,
    card,
    open_payment,
    published,
    request_payout,
    request_refund,
    started,
)

from laotie.kernel import clock, ids
from laotie.payments import intents, refunds, rules, transfers
from laotie.payments.rules import OutgoingState, PaymentState

_PROGRAM = """
import sys, django
django.setup()
from datetime import timedelta
from uuid import UUID
from laotie.kernel import clock
from laotie.payments import intents, refunds, transfers
now = clock.now() + timedelta(seconds=float(sys.argv[3]))
if sys.argv[1] == "start":
    intents.start(UUID(sys.argv[2]), now=now)
elif sys.argv[1] == "follow_up":
    intents.follow_up(now=now)
elif sys.argv[1] == "refund":
    refunds.carry_on(UUID(sys.argv[2]), now=now)
else:
    transfers.carry_on(UUID(sys.argv[2]), now=now)
"""


def dies_at(point: str, verb: str, id: UUID, *, app_url: str, later_s: float = 0) -> None:
    """Another process does `verb` and ends itself at the point, as `kill -9` would."""
    ours = settings.LAOTIE
    environment = {
        **os.environ,
        "LAOTIE_DATABASE_URL": app_url,
        "LAOTIE_LAB": "1",
        "LAOTIE_LAB_URL": ours.lab_url,
        "LAOTIE_PUBLIC_URL": ours.public_url,
        "LAOTIE_LAB_PAYMENT_KEY": PAYMENT_KEY,
        "LAOTIE_LAB_CARRIER_KEY": CARRIER_KEY,
        "LAOTIE_CRASH_AT": f"{point}:1",
    }
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, verb, str(id), str(later_s)],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 137, ended.stderr


START_POINTS = [
    "payments.intents._intend.before_commit",
    "payments.intents._intend.after_commit",
    "payments.start.before_call",
    "payments.start.after_call",
    "payments.intents._take_answer.before_commit",
    "payments.intents._take_answer.after_commit",
]


@pytest.mark.parametrize("point", START_POINTS)
def test_a_death_while_offering_leaves_one_payment_there(
    lab: LabProcess, app_url: str, point: str
) -> None:
    opened = open_payment()

    dies_at(point, "start", opened.id, app_url=app_url)
    link = intents.start(opened.id, now=opened.now)
    lab.choose(link.url, "silent")

    assert card(opened).state == PaymentState.SUCCEEDED
    assert lab.effects(opened.out_no) == {"payment_created": 1, "payment_captured": 1}
    assert captures(opened) == 1


CLOSE_POINTS = [
    "payments.intents._claim_questions.after_commit",
    "payments.follow_up.after_call",
    "payments.intents._take_answer.before_commit",
]


@pytest.mark.parametrize("point", CLOSE_POINTS)
def test_a_death_while_closing_closes_once(lab: LabProcess, app_url: str, point: str) -> None:
    opened, _ = started()

    later_s = WINDOW.total_seconds() + 1
    dies_at(point, "follow_up", opened.id, app_url=app_url, later_s=later_s)
    intents.follow_up(now=opened.now + WINDOW + timedelta(minutes=2))

    assert card(opened).state == PaymentState.CLOSED
    assert lab.effects(opened.out_no)["payment_closed"] == 1
    assert published("payments.payment_closed", opened.id) == 1


OUTGOING_POINTS = [
    "payments.outgoing._claim.before_commit",
    "payments.outgoing._claim.after_commit",
    "payments.{}.before_call",
    "payments.{}.after_call",
    "payments.outgoing._take_answer.before_commit",
    "payments.outgoing._take_answer.after_commit",
]


@pytest.mark.parametrize("point", OUTGOING_POINTS)
def test_a_death_while_refunding_gives_back_once(lab: LabProcess, app_url: str, point: str) -> None:
    opened, url = started()
    lab.choose(url, "silent")
    card(opened)
    refund_id = request_refund(opened, 4098)

    dies_at(point.format("refund"), "refund", refund_id, app_url=app_url)
    moment = clock.now()

    def settled() -> bool:
        nonlocal moment
        moment += timedelta(minutes=6)
        return refunds.carry_on(refund_id, now=moment) not in rules.UNDER_WAY

    until(settled)

    effects = lab.effects(ids.public("rfd", refund_id))
    assert (effects["refund_created"], effects["refund_settled"]) == (1, 1)
    assert published("payments.refund_settled", refund_id) == 1
    assert card(opened).refunded_fen == 4098


@pytest.mark.parametrize("point", OUTGOING_POINTS)
def test_a_death_while_paying_out_pays_once(lab: LabProcess, app_url: str, point: str) -> None:
    payout_id = request_payout(9000)

    dies_at(point.format("transfer"), "transfer", payout_id, app_url=app_url)
    moment = clock.now()

    def settled() -> bool:
        nonlocal moment
        moment += timedelta(minutes=6)
        return transfers.carry_on(payout_id, now=moment) == OutgoingState.SETTLED

    until(settled)

    effects = lab.effects(ids.public("pot", payout_id))
    assert (effects["payout_created"], effects["payout_settled"]) == (1, 1)
    assert published("payments.payout_settled", payout_id) == 1
