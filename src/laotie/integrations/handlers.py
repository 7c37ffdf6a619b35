"""News of orders goes to the endpoints of their shops."""

from datetime import datetime

from laotie.events.trade import (
    OrderClosed,
    OrderCompleted,
    OrderPaid,
    OrderPlaced,
    OrderReceived,
    OrderShipped,
    RefundDone,
    RefundGranted,
    RefundRefused,
    RefundRequested,
    RefundWithdrawn,
)
from laotie.integrations import deliveries
from laotie.kernel.event_log import Consumer

_OfOrder = (
    OrderPlaced
    | OrderPaid
    | OrderClosed
    | OrderShipped
    | OrderReceived
    | OrderCompleted
    | RefundRequested
    | RefundGranted
    | RefundRefused
    | RefundWithdrawn
    | RefundDone
)


def of_order(event: _OfOrder, now: datetime) -> None:
    if isinstance(event, OrderPlaced | OrderPaid):
        deliveries.remember_shop(event.order_id, event.shop_id)
    deliveries.hear(event, event.order_id, now=now)


CONSUMER = Consumer("integrations", dict.fromkeys(_OfOrder.__args__, of_order))
