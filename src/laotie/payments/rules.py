"""States of money on its way in and out, when to ask again, and how a bill's line is judged."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from laotie.kernel.states import step


class PaymentState(StrEnum):
    """What a payment is waiting for."""

    CREATED = "CREATED"  # Written down; the provider may or may not know it.
    PENDING = "PENDING"  # The provider waits for the buyer.
    SUCCEEDED = "SUCCEEDED"  # The money is at the provider.
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"
    FAILED = "FAILED"  # The provider or the buyer's bank said no; another attempt may follow.
    CLOSED = "CLOSED"  # Nobody can pay it any more.


CREATED, PENDING, SUCCEEDED, PARTLY_REFUNDED, REFUNDED, FAILED, CLOSED = PaymentState

OPEN_STATES = frozenset({CREATED, PENDING})
HAS_MONEY = frozenset({SUCCEEDED, PARTLY_REFUNDED, REFUNDED})

OFFER = step("payment.offer", {CREATED}, PENDING)
# Money that comes after the end is money all the same: it is captured, and trade decides about it.
CAPTURE = step("payment.capture", {CREATED, PENDING, FAILED, CLOSED}, SUCCEEDED)
FAIL = step("payment.fail", {CREATED, PENDING}, FAILED)
CLOSE = step("payment.close", {CREATED, PENDING}, CLOSED)


class OutgoingState(StrEnum):
    """Where money on its way out stands: refunds and transfers alike."""

    REQUESTED = "REQUESTED"  # Ours alone; the provider has not been asked.
    UNKNOWN = "UNKNOWN"  # Asked, and no answer seen. Asked about, never sent again blindly.
    PROCESSING = "PROCESSING"  # The provider has it.
    SETTLED = "SETTLED"
    FAILED = "FAILED"  # The provider will not do it; a person decides.


REQUESTED, UNKNOWN, PROCESSING, SETTLED, OUT_FAILED = OutgoingState

UNDER_WAY = frozenset({REQUESTED, UNKNOWN, PROCESSING})

SEND = step("outgoing.send", {REQUESTED}, UNKNOWN)
# The provider has never heard of it, so the call did not arrive.
RECALL = step("outgoing.recall", {UNKNOWN}, REQUESTED)
ACCEPT = step("outgoing.accept", {UNKNOWN}, PROCESSING)
SETTLE = step("outgoing.settle", {UNKNOWN, PROCESSING}, SETTLED)
GIVE_UP = step("outgoing.give_up", {REQUESTED, UNKNOWN, PROCESSING}, OUT_FAILED)
RETRY = step("outgoing.retry", {OUT_FAILED}, REQUESTED)


class NoticeState(StrEnum):
    """What a notice is waiting for."""

    RECEIVED = "RECEIVED"  # Stored as it came; the question it leads to is still to be asked.
    HANDLED = "HANDLED"
    PARKED = "PARKED"  # Asked in vain too often; a person looks.


class LineStatus(StrEnum):
    """What became of a line of the provider's bill, or of a movement of ours without one."""

    MATCHED = "MATCHED"
    TIMING = "TIMING"  # Ours is still under way; judged again with the next bill.
    MISSING_HERE = "MISSING_HERE"  # The provider moved money we know nothing of.
    MISSING_THERE = "MISSING_THERE"  # We moved money that a final bill does not show.
    AMOUNT_DIFF = "AMOUNT_DIFF"
    DUPLICATE = "DUPLICATE"


MOST_NOTICE_TRIES = 8
MOST_REFUND_PARTS = 50
# No answer is worth waiting for longer than a call may last.
ANSWER_WITHIN = timedelta(seconds=10)

_WAITS_S = (3, 5, 10, 15, 20, 30)
_UNDER_WAY_WAITS_S = (1, 2, 3, 5, 10, 20, 30, 60, 120, 300)


def next_question(now: datetime, questions: int) -> datetime:
    """When an open payment is asked about again: a lost callback is found in half a minute."""
    return now + timedelta(seconds=_WAITS_S[min(questions, len(_WAITS_S) - 1)])


def next_try(now: datetime, tries: int) -> datetime:
    """When money on its way out, or a notice, is looked at again."""
    return now + timedelta(seconds=_UNDER_WAY_WAITS_S[min(tries, len(_UNDER_WAY_WAITS_S) - 1)])


def state_after_refunds(amount_fen: int, refunded_fen: int) -> PaymentState:
    """A captured payment's state, by what the buyer has back."""
    assert 0 <= refunded_fen <= amount_fen
    if refunded_fen == 0:
        return SUCCEEDED
    return REFUNDED if refunded_fen == amount_fen else PARTLY_REFUNDED


@dataclass(frozen=True, slots=True)
class OurSide:
    """A movement as we have it: what it should come to, and whether it has ended well.

    amount_fen: signed as the bill has it, money in above zero.
    booked_fen: what the ledger moved through clearing for it, signed likewise; None if nothing.
    """

    amount_fen: int
    is_settled: bool
    booked_fen: int | None


def judge(line_amount_fen: int, ours: OurSide | None, *, is_first: bool) -> LineStatus:
    """The one status of a bill's line. Unknown lines never post."""
    if not is_first:
        return LineStatus.DUPLICATE
    if ours is None:
        return LineStatus.MISSING_HERE
    if ours.amount_fen != line_amount_fen:
        return LineStatus.AMOUNT_DIFF
    if not ours.is_settled or ours.booked_fen is None:
        return LineStatus.TIMING
    return LineStatus.MATCHED if ours.booked_fen == line_amount_fen else LineStatus.AMOUNT_DIFF
