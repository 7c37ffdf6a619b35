"""What the payment provider bills, against what was reckoned for it. The bill is the truth."""

from datetime import datetime
from uuid import UUID

from laotie.kernel import money
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import chart, journal, models
from laotie.ledger.journal import Entry, Leg
from laotie.ledger.terms import PLATFORM


@needs_transaction
def billed(
    *, bill_line: str, payment_id: UUID, refund_id: UUID | None, fee_fen: int, now: datetime
) -> None:
    """Pay one fee of a bill out of clearing; what was reckoned otherwise goes to rounding. Once.

    bill_line: names the line for ever, such as `lab/2026-11-22/17`.
    fee_fen:   minus when the provider gives a fee back for a refund.
    """
    reckoned_fen = -_back_for(refund_id) if refund_id else _reckoned_for(payment_id)
    journal.post(
        [
            Entry(
                idem=f"fee:{bill_line}",
                kind="channel_fee",
                effective_at=now,
                payment_id=payment_id,
                refund_id=refund_id,
                legs=(
                    Leg(PLATFORM, chart.CHANNEL_FEE, -reckoned_fen, rule="bill"),
                    Leg(PLATFORM, chart.PSP_CLEARING, fee_fen, rule="bill"),
                    Leg(PLATFORM, chart.ROUNDING, reckoned_fen - fee_fen, rule="bill"),
                ),
            )
        ]
    )


def _reckoned_for(payment_id: UUID) -> int:
    """What the orders of a payment bear; each was rounded for itself."""
    orders = models.LedOrder.objects.filter(payment_id=payment_id)
    return sum(
        money.share(paid_fen, channel_bps)
        for paid_fen, channel_bps in orders.values_list("paid_fen", "channel_bps")
    )


def _back_for(refund_id: UUID) -> int:
    row = models.LedRefund.objects.get(pk=refund_id)
    return int(row.figures.get("channel_fee_fen", 0))
