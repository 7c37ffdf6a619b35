"""Time-driven work on orders; each function is one call."""

from datetime import datetime

from laotie.kernel import runs
from laotie.kernel.jobs import every
from laotie.trade import (
    batch_shipping,
    checkouts,
    exports,
    fulfilment,
    goods_sheets,
    notices,
    refunds,
    standing,
)

runs.register(batch_shipping.WORK)
runs.register(exports.WORK)
runs.register(goods_sheets.IMPORT_WORK)
runs.register(goods_sheets.EXPORT_WORK)


@every(seconds=2, queue="trade")
def expire_checkouts(now: datetime) -> None:
    while checkouts.expire_due(now=now):
        pass  # A hundred at a time, so that none holds its locks for long.


@every(seconds=10, queue="trade")
def receive_orders(now: datetime) -> None:
    fulfilment.receive_due(now=now)


@every(seconds=10, queue="money")
def complete_orders(now: datetime) -> None:
    fulfilment.complete_due(now=now)


@every(seconds=30, queue="trade")
def agree_to_refunds(now: datetime) -> None:
    refunds.agree_due(now=now)


@every(seconds=30, queue="notify")
def remind_of_payments(now: datetime) -> None:
    notices.remind_unpaid(now=now)


@every(seconds=300, queue="notify")
def warn_of_low_stock(now: datetime) -> None:
    notices.warn_low_stock(now=now)


@every(seconds=60, queue="insight")
def refresh_standing(now: datetime) -> None:
    standing.refresh(now=now)
