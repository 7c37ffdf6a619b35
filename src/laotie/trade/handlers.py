"""What trade does when others' events arrive; each is one call."""

from collections.abc import Sequence
from datetime import datetime

from laotie.events.delivery import ParcelDelivered
from laotie.events.payments import (
    PaymentCaptured,
    PayoutFailed,
    PayoutSettled,
    RefundFailed,
    RefundSettled,
)
from laotie.events.trade import (
    AddressChanged,
    OrderClosed,
    OrderPaid,
    OrderShipped,
    RefundDone,
    RefundGranted,
    RefundRefused,
    RefundRequested,
    RefundWithdrawn,
    StockReturned,
)
from laotie.kernel.event_log import Consumer
from laotie.trade import fulfilment, invoices, money_in, notices, restock, returns
from laotie.trade.checkouts import Arrived


def payments_captured(events: Sequence[PaymentCaptured], now: datetime) -> None:
    money_in.take(
        [
            Arrived(event.payment_id, event.group_id, event.amount_fen, event.captured_at)
            for event in events
        ],
        now=now,
    )


def refund_settled(event: RefundSettled, now: datetime) -> None:
    returns.settled(event.refund_id, now=now)


def refund_failed(event: RefundFailed, now: datetime) -> None:
    returns.failed(event.refund_id, reason=event.reason)


def parcel_delivered(event: ParcelDelivered, now: datetime) -> None:
    fulfilment.parcel_delivered(event.order_id)


CONSUMER = Consumer(
    "trade",
    {
        RefundSettled: refund_settled,
        RefundFailed: refund_failed,
        ParcelDelivered: parcel_delivered,
    },
    sets={PaymentCaptured: payments_captured},
)


def tell_paid(events: Sequence[OrderPaid], now: datetime) -> None:
    notices.paid([event.order_id for event in events], now=now)


def tell_shipped(event: OrderShipped, now: datetime) -> None:
    notices.shipped(event.order_id, now=now)


def tell_delivered(event: ParcelDelivered, now: datetime) -> None:
    notices.delivered(event.order_id, now=now)


def tell_closed(event: OrderClosed, now: datetime) -> None:
    notices.closed(event.order_id, now=now)


def tell_refund_requested(event: RefundRequested, now: datetime) -> None:
    notices.refund_requested(event.order_id, event.refund_id, now=now)


def tell_refund_granted(event: RefundGranted, now: datetime) -> None:
    notices.refund_granted(event.order_id, event.refund_id, now=now)


def tell_refund_refused(event: RefundRefused, now: datetime) -> None:
    notices.refund_refused(event.order_id, event.refund_id, now=now)


def tell_refund_withdrawn(event: RefundWithdrawn, now: datetime) -> None:
    notices.refund_withdrawn(event.order_id, event.refund_id, now=now)


def tell_refund_done(event: RefundDone, now: datetime) -> None:
    notices.refund_done(event.order_id, event.refund_id, now=now)


def tell_money_returned(event: RefundSettled, now: datetime) -> None:
    notices.lost_payment_returned(event.refund_id, now=now)


def tell_address_changed(event: AddressChanged, now: datetime) -> None:
    notices.address_changed(event.order_id, event.changed_at, now=now)


def tell_stock_returned(event: StockReturned, now: datetime) -> None:
    restock.tell(event.sku_id, now=now)


def turn_invoice_red(event: RefundDone, now: datetime) -> None:
    invoices.refunded(event.order_id, now=now)


INVOICES = Consumer("trade-invoices", {RefundDone: turn_invoice_red})


def tell_payout_settled(event: PayoutSettled, now: datetime) -> None:
    notices.payout_settled(event.payout_id, now=now)


def tell_payout_failed(event: PayoutFailed, now: datetime) -> None:
    notices.payout_failed(event.payout_id, now=now)


# Telling people is a reader of its own: it can lag or fail without holding up money.
TELLER = Consumer(
    "trade-notices",
    {
        OrderShipped: tell_shipped,
        ParcelDelivered: tell_delivered,
        OrderClosed: tell_closed,
        RefundRequested: tell_refund_requested,
        RefundGranted: tell_refund_granted,
        RefundRefused: tell_refund_refused,
        RefundWithdrawn: tell_refund_withdrawn,
        RefundDone: tell_refund_done,
        RefundSettled: tell_money_returned,
        PayoutSettled: tell_payout_settled,
        PayoutFailed: tell_payout_failed,
        AddressChanged: tell_address_changed,
        StockReturned: tell_stock_returned,
    },
    sets={OrderPaid: tell_paid},
)
