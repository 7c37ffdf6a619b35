"""Time-driven work on money outside the house; each function is one call, in no transaction."""

from datetime import datetime, timedelta

from laotie.kernel import clock
from laotie.kernel.jobs import every
from laotie.payments import channels, intents, notices, reconciliation, refunds, transfers

_ROUNDS = timedelta(seconds=20)


@every(seconds=1, queue="money")
def handle_notices(now: datetime) -> None:
    until = now + _ROUNDS
    while notices.handle_due(now=now) == notices.MOST_AT_ONCE and now < until:
        now = clock.now()  # A full round: more of them wait.


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
