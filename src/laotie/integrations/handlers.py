"""News of orders, shops, goods and payouts goes to the endpoints of their shops."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from laotie.events.accounts import ShopApproved, ShopNamed, ShopSuspended
from laotie.events.catalog import ProductPublished, ProductWithdrawn
from laotie.events.ledger import PayoutRequested
from laotie.events.payments import PayoutFailed, PayoutSettled
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
from laotie.kernel import event_log
from laotie.kernel.event import Event
from laotie.kernel.event_log import Consumer
from laotie.ledger import queries

_BringsShop = OrderPlaced | OrderPaid
_OfOrder = (
    OrderClosed
    | OrderShipped
    | OrderReceived
    | OrderCompleted
    | RefundRequested
    | RefundGranted
    | RefundRefused
    | RefundWithdrawn
    | RefundDone
)
_OfShop = ShopApproved | ShopSuspended | ShopNamed | ProductPublished | ProductWithdrawn
_OfPayout = PayoutRequested | PayoutSettled | PayoutFailed


def of_new_orders(events: Sequence[_BringsShop], now: datetime) -> None:
    deliveries.remember_shops({event.order_id: event.shop_id for event in events})
    deliveries.hear_many([(event, event.shop_id) for event in events], now=now)


def of_order(event: _OfOrder, now: datetime) -> None:
    deliveries.hear_of_order(event, event.order_id, now=now)


def of_shop(event: _OfShop, now: datetime) -> None:
    deliveries.hear(event, event.shop_id, number=event_log.number(), now=now)


def of_payout(event: _OfPayout, now: datetime) -> None:
    party = queries.payout(event.payout_id).party
    if party.kind == "shop" and party.id is not None:
        deliveries.hear(event, party.id, now=now)


CONSUMER = Consumer(
    "integrations",
    dict[type[Event], Any].fromkeys(_OfOrder.__args__, of_order)
    | dict[type[Event], Any].fromkeys(_OfShop.__args__, of_shop)
    | dict[type[Event], Any].fromkeys(_OfPayout.__args__, of_payout),
    sets=dict[type[Event], Any].fromkeys(_BringsShop.__args__, of_new_orders),
)
