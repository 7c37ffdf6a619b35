"""Many payments at once: asked about side by side, and captured in sets.

A provider answers one question after another in its own time, so several are under way; what came
is written by one transaction for all.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.events.payments import PaymentCaptured
from laotie.kernel import event_log, sql
from laotie.kernel.use_case import use_case
from laotie.payments import rules
from laotie.payments.channels import ChannelRefused, NotKnown, PaymentAnswer, Unanswered

AT_ONCE = 16

Told = PaymentAnswer | Unanswered | NotKnown | ChannelRefused


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of which the provider says that the money is there."""

    payment_id: UUID
    answer: PaymentAnswer


def ask_all(questions: Sequence[Callable[[], PaymentAnswer]]) -> list[Told]:
    """What each question was answered, or why not, in their order. Outside of transactions.

    questions: touch no table, since they run in threads of their own.
    """
    if len(questions) < 2:
        return [_ask(question) for question in questions]
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(questions))) as threads:
        return list(threads.map(_ask, questions))


def _ask(question: Callable[[], PaymentAnswer]) -> Told:
    try:
        return question()
    except (Unanswered, NotKnown, ChannelRefused) as no_answer:
        return no_answer


@use_case
def take(*, paid: Sequence[Paid], now: datetime) -> int:
    """Capture these payments, each once, and tell of it; how many were new. Two statements."""
    rows = sql.hot(
        sql.text("payments", "capture_payments"),
        [
            now,
            [each.payment_id for each in paid],
            [each.answer.paid_at for each in paid],
            [each.answer.fee_fen for each in paid],
            [each.answer.provider_no for each in paid],
            [each.answer.pay_url for each in paid],
            [state.value for state in rules.CAPTURE.sources],
            rules.CAPTURE.target.value,
        ],
    )
    event_log.publish(
        *(
            PaymentCaptured(payment_id, group_id, amount_fen, now)
            for payment_id, group_id, amount_fen in rows
        )
    )
    return len(rows)
