"""What payments do when the ledger wants money to leave."""

from datetime import datetime

from laotie.events.ledger import PayoutRequested
from laotie.kernel.event_log import Consumer
from laotie.ledger import queries as ledger
from laotie.payments import transfers


def payout_requested(event: PayoutRequested, now: datetime) -> None:
    payout = ledger.payout(event.payout_id)
    transfers.request(
        event.payout_id,
        party_ref=f"{payout.party.kind}:{payout.party.id}",
        amount_fen=event.amount_fen,
        asked_at=payout.requested_at,
        now=now,
    )


CONSUMER = Consumer("payments", {PayoutRequested: payout_requested})
