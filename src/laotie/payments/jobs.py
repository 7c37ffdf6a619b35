"""Time-driven work on money outside the house; each function is one call, in no transaction."""

from datetime import datetime

from laotie.kernel.jobs import every
from laotie.payments import channels, intents, notices, reconciliation, refunds, transfers


@every(seconds=1, queue="money")
def handle_notices(now: datetime) -> None:
    notices.handle_due(now=now)


@every(seconds=2, queue="money")
def follow_up_payments(now: datetime) -> None:
    intents.follow_up(now=now)


@every(seconds=2, queue="money")
def carry_on_refunds(now: datetime) -> None:
    refunds.carry_on_due(now=now)


@every(seconds=2, queue="money")
def carry_on_transfers(now: datetime) -> None:
    transfers.carry_on_due(now=now)


@every(seconds=3600, queue="money")
def reconcile(now: datetime) -> None:
    try:
        reconciliation.catch_up(now=now)
    except channels.NoChannel:
        return  # A house without a provider has no bills.
