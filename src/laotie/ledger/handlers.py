"""What the ledger does when the provider has carried money."""

from datetime import datetime

from laotie.events.payments import PayoutFailed, PayoutSettled, RefundSettled
from laotie.kernel.event_log import Consumer
from laotie.ledger import payouts, refunds


def refund_settled(event: RefundSettled, now: datetime) -> None:
    refunds.settled(event.refund_id, amount_fen=event.amount_fen, now=now)


def payout_settled(event: PayoutSettled, now: datetime) -> None:
    payouts.settled(event.payout_id, now=now)


def payout_failed(event: PayoutFailed, now: datetime) -> None:
    payouts.failed(event.payout_id, reason=event.reason, now=now)


CONSUMER = Consumer(
    "ledger",
    {
        RefundSettled: refund_settled,
        PayoutSettled: payout_settled,
        PayoutFailed: payout_failed,
    },
)
