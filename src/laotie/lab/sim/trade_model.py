"""Goods, checkouts, orders and refunds as dicts: a slow and obvious copy of what trade promises.

It knows nothing of SQL, keys or locks, and keeps its money in `LedgerModel`. Prices are taken from
the quote: that these are right is for other tests.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from laotie.lab.sim.money_model import LedgerModel
from laotie.ledger.terms import OrderMoney

PAY, QUOTE = timedelta(minutes=15), timedelta(minutes=30)
RECEIVE, AFTER_SALE, DECIDE = timedelta(days=10), timedelta(days=7), timedelta(hours=48)


class Refused(Exception):
    """The real one must refuse with one of these codes."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = frozenset(codes)


@dataclass
class ModelLine:
    sku_id: UUID
    quantity: int
    shipped: int = 0
    released: int = 0
    refunded: int = 0

    @property
    def to_ship(self) -> int:
        return self.quantity - self.shipped - self.released


@dataclass
class ModelOrder:
    money: OrderMoney
    lines: dict[int, ModelLine]
    state: str = "PENDING_PAYMENT"
    refunded_fen: int = 0
    close_reason: str | None = None
    receive_by: datetime | None = None
    complete_by: datetime | None = None

    @property
    def id(self) -> UUID:
        return self.money.order_id


@dataclass
class ModelCheckout:
    id: UUID
    buyer_id: UUID
    orders: list[ModelOrder]
    claims: tuple[UUID, ...]
    quoted_until: datetime
    pay_by: datetime
    state: str = "OPEN"
    close_reason: str | None = None
    can_revive: bool = True  # Not at the price of an offer that is over.


@dataclass
class ModelRefund:
    order: ModelOrder
    units: dict[int, int]
    by_shop: bool
    decide_by: datetime | None
    state: str = "REQUESTED"
    amount_fen: int = 0


@dataclass
class TradeModel:
    on_hand: dict[UUID, int] = field(default_factory=dict)
    limits: dict[UUID, int] = field(default_factory=dict)
    wallet: dict[UUID, UUID | None] = field(default_factory=dict)  # Claim to its checkout.
    burnt: set[UUID] = field(default_factory=set)
    shop_of_claim: dict[UUID, UUID] = field(default_factory=dict)
    checkouts: dict[UUID, ModelCheckout] = field(default_factory=dict)
    orders: dict[UUID, ModelOrder] = field(default_factory=dict)
    refunds: dict[UUID, ModelRefund] = field(default_factory=dict)
    ledger: LedgerModel = field(default_factory=LedgerModel)
    lost: list[int] = field(default_factory=list)
    cancelled: set[UUID] = field(default_factory=set)

    def available(self, sku_id: UUID) -> int:
        waiting = sum(line.to_ship for line in self._lines() if line.sku_id == sku_id)
        return self.on_hand[sku_id] - waiting

    def place(self, checkout: ModelCheckout, *, now: datetime) -> None:
        """raises: Refused."""
        if checkout.id in self.checkouts or checkout.quoted_until <= now:
            raise Refused("QUOTE_EXPIRED")
        if any(self.wallet[claim] is not None or claim in self.burnt for claim in checkout.claims):
            raise Refused("COUPON_GONE")
        reasons = self._why_not(checkout)
        if reasons:
            raise Refused(*reasons)
        self.checkouts[checkout.id] = checkout
        for order in checkout.orders:
            self.orders[order.id] = order
        for claim in checkout.claims:
            self.wallet[claim] = checkout.id

    def money_comes(self, checkout: ModelCheckout) -> None:
        total_fen = sum(order.money.buyer_pays_fen for order in checkout.orders)
        is_free = not any(self.wallet[claim] for claim in checkout.claims)
        if checkout.state == "CLOSED" and (
            checkout.close_reason != "expired"
            or self._why_not(checkout)
            or not is_free
            or not checkout.can_revive
        ):
            self.ledger.return_at_once(total_fen)
            self.lost.append(total_fen)
            return
        checkout.state, checkout.close_reason = "PAID", None
        for claim in checkout.claims:
            self.wallet[claim] = checkout.id
        for order in checkout.orders:
            order.state, order.close_reason = "PAID", None
            for line in order.lines.values():
                line.released = 0
            self.ledger.capture(order.money)

    def expire(self, *, now: datetime) -> None:
        for checkout in self.checkouts.values():
            if checkout.state == "OPEN" and checkout.pay_by <= now:
                self._close(checkout, "expired")

    def cancel(self, order: ModelOrder, refund_id: UUID) -> None:
        """raises: Refused."""
        checkout = self.checkouts[order.money.group_id]
        if order.close_reason == "cancelled":
            return
        if checkout.state == "OPEN":
            self._close(checkout, "cancelled")
            return
        if order.state != "PAID":
            raise Refused("WRONG_STATE")
        if order.id in self.cancelled:
            return
        units = {no: line.quantity - line.refunded for no, line in order.lines.items()}
        refund = ModelRefund(order, {no: n for no, n in units.items() if n}, False, None)
        if not refund.units:
            raise Refused("NOTHING_TO_REFUND")
        self.cancelled.add(order.id)
        self.refunds[refund_id] = refund
        self.grant(refund)

    def ship(self, order: ModelOrder, units: dict[int, int] | None, *, now: datetime) -> None:
        """raises: Refused."""
        if order.state not in {"PAID", "PARTLY_SHIPPED"}:
            raise Refused("WRONG_STATE")
        if self._running(order):
            raise Refused("SHIP_BLOCKED_BY_REFUND")
        wanted = units or {no: line.to_ship for no, line in order.lines.items()}
        wanted = {no: n for no, n in wanted.items() if n}
        if not wanted or any(n > self._line(order, no).to_ship for no, n in wanted.items()):
            raise Refused("NOTHING_TO_SHIP")
        for no, n in wanted.items():
            order.lines[no].shipped += n
            self.on_hand[order.lines[no].sku_id] -= n
        order.state = "PARTLY_SHIPPED"
        self._if_all_shipped(order, now=now)

    def confirm(self, order: ModelOrder, *, now: datetime) -> None:
        """raises: Refused."""
        if order.state in {"RECEIVED", "COMPLETED"}:
            return
        if order.state not in {"SHIPPED", "DELIVERED"}:
            raise Refused("WRONG_STATE")
        order.state, order.complete_by = "RECEIVED", now + AFTER_SALE
        self.ledger.receive(order.id)

    def request(self, refund_id: UUID, refund: ModelRefund, *, now: datetime) -> None:
        """raises: Refused."""
        order = refund.order
        if order.state in {"PENDING_PAYMENT", "CLOSED_UNPAID", "CLOSED_REFUNDED"} or (
            order.state == "COMPLETED" and not refund.by_shop
        ):
            raise Refused("WRONG_STATE")
        left = {no: line.quantity - line.refunded for no, line in order.lines.items()}
        if any(n > left.get(no, 0) for no, n in refund.units.items()):
            raise Refused("NOTHING_TO_REFUND")
        if any(r.order is order and r.state == "REQUESTED" for r in self.refunds.values()):
            raise Refused("REFUND_OPEN")
        self.refunds[refund_id] = refund
        if refund.by_shop or all(order.lines[no].to_ship >= n for no, n in refund.units.items()):
            self.grant(refund, now=now)

    def grant(self, refund: ModelRefund, *, now: datetime | None = None) -> None:
        """raises: Refused."""
        if refund.state in {"REFUNDING", "REFUNDED"}:
            return
        if refund.state != "REQUESTED":
            raise Refused("WRONG_STATE")
        order = refund.order
        any_shipped = any(line.shipped for line in order.lines.values())
        freight = frozenset(
            no
            for no, n in refund.units.items()
            if order.lines[no].refunded + n == order.lines[no].quantity
            and (refund.by_shop or not any_shipped)
        )
        refund.amount_fen, _ = self.ledger.refund(order.id, refund.units, freight)
        refund.state = "REFUNDING"
        order.refunded_fen += refund.amount_fen
        for no, n in refund.units.items():
            line = order.lines[no]
            line.refunded += n
            line.released += min(n, line.to_ship)
        if order.state == "PARTLY_SHIPPED" and now is not None:
            self._if_all_shipped(order, now=now)

    def end(self, refund: ModelRefund, state: str) -> None:
        """Refused by the shop or withdrawn. raises: Refused."""
        if refund.state != "REQUESTED":
            raise Refused("WRONG_STATE")
        refund.state = state

    def money_goes_back(self) -> None:
        for amount_fen in self.lost:
            self.ledger.refund_settled(amount_fen)
        self.lost.clear()
        for refund in self.refunds.values():
            if refund.state != "REFUNDING":
                continue
            refund.state = "REFUNDED"
            self.ledger.refund_settled(refund.amount_fen)
            self._close_if_refunded(refund.order)

    def time_passes(self, *, now: datetime) -> None:
        self.expire(now=now)
        for refund in self.refunds.values():
            if refund.state == "REQUESTED" and refund.decide_by and refund.decide_by <= now:
                self.grant(refund, now=now)
        for order in self.orders.values():
            is_due = order.receive_by is not None and order.receive_by <= now
            if order.state == "SHIPPED" and is_due and not self._running(order):
                self.confirm(order, now=now)
        for order in self.orders.values():
            is_due = order.complete_by is not None and order.complete_by <= now
            if order.state == "RECEIVED" and is_due and not self._running(order):
                order.state = "COMPLETED"
                self.ledger.complete(order.id)

    def why_not(self, buyer_id: UUID, units: Mapping[UUID, int]) -> Collection[str]:
        """What speaks against a buyer's having so many more, by SKU."""
        reasons: set[str] = set()
        for sku_id, count in units.items():
            if self.available(sku_id) < count:
                reasons.add("SOLD_OUT")
            limit = self.limits.get(sku_id)
            if limit is not None and self._had(buyer_id, sku_id) + count > limit:
                reasons.add("LIMIT_REACHED")
        return reasons

    def _why_not(self, checkout: ModelCheckout) -> Collection[str]:
        lines = [line for order in checkout.orders for line in order.lines.values()]
        return self.why_not(checkout.buyer_id, {line.sku_id: line.quantity for line in lines})

    def _had(self, buyer_id: UUID, sku_id: UUID) -> int:
        return sum(
            line.quantity - line.released
            for order in self.orders.values()
            if order.money.buyer_id == buyer_id
            for line in order.lines.values()
            if line.sku_id == sku_id
        )

    def _close(self, checkout: ModelCheckout, reason: str) -> None:
        checkout.state, checkout.close_reason = "CLOSED", reason
        for order in checkout.orders:
            order.state, order.close_reason = "CLOSED_UNPAID", reason
            for line in order.lines.values():
                line.released = line.quantity
        for claim in checkout.claims:
            self.wallet[claim] = None

    def _if_all_shipped(self, order: ModelOrder, *, now: datetime) -> None:
        if not any(line.to_ship for line in order.lines.values()):
            order.state, order.receive_by = "SHIPPED", now + RECEIVE

    def _close_if_refunded(self, order: ModelOrder) -> None:
        is_left = any(line.refunded < line.quantity for line in order.lines.values())
        if is_left or self._running(order) or order.state in {"COMPLETED", "CLOSED_REFUNDED"}:
            return
        order.state = "CLOSED_REFUNDED"
        order.close_reason = "cancelled" if order.id in self.cancelled else "refunded"
        self.ledger.receive(order.id)
        self.ledger.complete(order.id)
        any_shipped = any(line.shipped for line in order.lines.values())
        for claim, used_by in self.wallet.items():
            if used_by == order.money.group_id and (
                self.shop_of_claim[claim] == order.money.shop_id
            ):
                if any_shipped:
                    self.burnt.add(claim)
                else:
                    self.wallet[claim] = None

    def _running(self, order: ModelOrder) -> bool:
        return any(
            refund.order is order and refund.state in {"REQUESTED", "REFUNDING"}
            for refund in self.refunds.values()
        )

    def _line(self, order: ModelOrder, no: int) -> ModelLine:
        return order.lines.get(no) or ModelLine(order.id, 0)

    def _lines(self) -> Iterable[ModelLine]:
        return (line for order in self.orders.values() for line in order.lines.values())
