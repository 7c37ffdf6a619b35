"""Events as other people's systems get them: which kinds there are, and their JSON."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.events import accounts, catalog, ledger, payments, trade
from laotie.kernel import ids
from laotie.kernel.event import Event

KINDS: Mapping[str, type[Event]] = {
    "order.placed": trade.OrderPlaced,
    "order.paid": trade.OrderPaid,
    "order.closed": trade.OrderClosed,
    "order.shipped": trade.OrderShipped,
    "order.received": trade.OrderReceived,
    "order.completed": trade.OrderCompleted,
    "refund.requested": trade.RefundRequested,
    "refund.granted": trade.RefundGranted,
    "refund.refused": trade.RefundRefused,
    "refund.withdrawn": trade.RefundWithdrawn,
    "refund.done": trade.RefundDone,
    "shop.approved": accounts.ShopApproved,
    "shop.suspended": accounts.ShopSuspended,
    "shop.named": accounts.ShopNamed,
    "product.published": catalog.ProductPublished,
    "product.withdrawn": catalog.ProductWithdrawn,
    "payout.requested": ledger.PayoutRequested,
    "payout.settled": payments.PayoutSettled,
    "payout.failed": payments.PayoutFailed,
}
# Whoever hears of them learns what the shop's money comes to.
OF_MONEY = frozenset(kind for kind in KINDS if kind.startswith("payout."))
_KIND_OF = {event: kind for kind, event in KINDS.items()}
_PUBLIC = {
    "order_id": "ord", "group_id": "grp", "shop_id": "shp", "buyer_id": "per", "room_id": "rom",
    "refund_id": "rfd", "product_id": "prd", "payout_id": "pot",
}  # fmt: skip


def kind_of(event: Event) -> str:
    return _KIND_OF[type(event)]


def id_of(event: Event, number: int | None = None) -> UUID:
    """The same for the same event, however often it is delivered to us.

    number: its place in the log, for what can happen again in the same words.
    """
    told = [event.name, event.body()] if number is None else [event.name, event.body(), number]
    text = json.dumps(told, sort_keys=True)
    return UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=5)


def written(event: Event, event_id: UUID, shop_id: UUID, *, heard_at: datetime) -> str:
    """The bytes that are signed and sent, as text: made once, the same at every try."""
    body: dict[str, Any] = {
        "event_id": ids.public("evt", event_id),
        "kind": kind_of(event),
        "version": event.version,
        "shop_id": ids.public("shp", shop_id),
        "heard_at": heard_at.isoformat(),
        "data": {name: _public(name, value) for name, value in event.body().items()},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def example(shop_id: UUID, *, now: datetime) -> tuple[UUID, str]:
    """What a trial call sends: its event id and its body."""
    event_id = ids.new()
    body = {
        "event_id": ids.public("evt", event_id),
        "kind": "ping",
        "version": 1,
        "shop_id": ids.public("shp", shop_id),
        "heard_at": now.isoformat(),
        "data": {},
    }
    return event_id, json.dumps(body, separators=(",", ":"))


def _public(name: str, value: Any) -> Any:
    kind = _PUBLIC.get(name)
    return ids.public(kind, UUID(value)) if kind and value is not None else value
