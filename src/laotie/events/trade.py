"""What happens to orders and to money going back to buyers."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """Goods are held for a buyer until the payment window ends."""

    name: ClassVar[str] = "trade.order_placed"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    group_id: UUID
    shop_id: UUID
    buyer_id: UUID
    room_id: UUID | None
    total_fen: int
    placed_at: datetime


@dataclass(frozen=True)
class OrderPaid(Event):
    """The money of the order's checkout is here, and held."""

    name: ClassVar[str] = "trade.order_paid"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    group_id: UUID
    shop_id: UUID
    buyer_id: UUID
    room_id: UUID | None
    paid_fen: int
    paid_at: datetime


@dataclass(frozen=True)
class PostSold(Event):
    """A paid order has goods that its buyer found in this post. Once for each of its posts."""

    name: ClassVar[str] = "trade.post_sold"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    post_id: UUID
    buyer_id: UUID
    paid_at: datetime


@dataclass(frozen=True)
class OrderClosed(Event):
    """The order ended without a sale. `reason`: cancelled, expired or refunded."""

    name: ClassVar[str] = "trade.order_closed"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    reason: str


@dataclass(frozen=True)
class OrderShipped(Event):
    """Everything that was left to ship is with a carrier."""

    name: ClassVar[str] = "trade.order_shipped"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    shipped_at: datetime


@dataclass(frozen=True)
class OrderReceived(Event):
    """The buyer has the goods, by their word or by the passing of time."""

    name: ClassVar[str] = "trade.order_received"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    received_at: datetime


@dataclass(frozen=True)
class OrderCompleted(Event):
    """The after-sale window is over and nothing is open."""

    name: ClassVar[str] = "trade.order_completed"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    completed_at: datetime


@dataclass(frozen=True)
class RefundRequested(Event):
    """Somebody wants money back; `amount_fen` is what the buyer would get."""

    name: ClassVar[str] = "trade.refund_requested"
    about: ClassVar[str] = "order_id"
    refund_id: UUID
    order_id: UUID
    amount_fen: int


@dataclass(frozen=True)
class RefundGranted(Event):
    """The refund was agreed to, by a person or by time; the money is on its way."""

    name: ClassVar[str] = "trade.refund_granted"
    about: ClassVar[str] = "order_id"
    refund_id: UUID
    order_id: UUID
    amount_fen: int


@dataclass(frozen=True)
class RefundRefused(Event):
    """The shop or an operator said no."""

    name: ClassVar[str] = "trade.refund_refused"
    about: ClassVar[str] = "order_id"
    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True)
class RefundWithdrawn(Event):
    """The buyer took the wish back."""

    name: ClassVar[str] = "trade.refund_withdrawn"
    about: ClassVar[str] = "order_id"
    refund_id: UUID
    order_id: UUID


@dataclass(frozen=True)
class RefundDone(Event):
    """The buyer has the money back. is_whole: nothing of the order is left to give back."""

    name: ClassVar[str] = "trade.refund_done"
    about: ClassVar[str] = "order_id"
    refund_id: UUID
    order_id: UUID
    is_whole: bool = False


@dataclass(frozen=True)
class AddressChanged(Event):
    """An order goes somewhere else than it was placed for; nothing has been handed over yet."""

    name: ClassVar[str] = "trade.address_changed"
    about: ClassVar[str] = "order_id"
    order_id: UUID
    changed_at: datetime


@dataclass(frozen=True)
class StockReturned(Event):
    """Of goods that were sold out, some can be bought again."""

    name: ClassVar[str] = "trade.stock_returned"
    about: ClassVar[str] = "sku_id"
    sku_id: UUID
