"""Time-driven work on people's rows; each function is one call."""

from datetime import datetime

from laotie.accounts import (
    deliveries,
    leaving,
    lost_phone,
    my_data,
    parked,
)
from laotie.kernel.jobs import every


@every(seconds=5, queue="notify")
def push_notices(now: datetime) -> None:
    while deliveries.plan_new(now=now):
        pass
    deliveries.send_due(now=now)


@every(seconds=30, queue="notify")
def tell_of_parked(now: datetime) -> None:
    parked.tell(now=now)


@every(seconds=3600)
def forget_copies(now: datetime) -> None:
    my_data.forget_old(now=now)


@every(seconds=5, queue="upkeep")
def make_copies(now: datetime) -> None:
    my_data.make_waiting(now=now)


@every(seconds=60)
def end_what_is_due(now: datetime) -> None:
    lost_phone.finish_due(now=now)
    leaving.finish_due(now=now)
