"""Pure decisions of trade: states and steps, prices, what a refund may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from laotie.kernel import money
from laotie.kernel.states import step
from laotie.ledger import terms


class OrderState(StrEnum):
    """What the buyer is waiting for. Refunds have states of their own."""

    PENDING_PAYMENT = "PENDING_PAYMENT"  # Stock held, waiting for money.
    PAID = "PAID"  # Money held, waiting for the shop to ship.
    PARTLY_SHIPPED = "PARTLY_SHIPPED"  # Some parcels with a carrier, others not yet.
    SHIPPED = "SHIPPED"  # Everything that is still wanted is with a carrier.
    DELIVERED = "DELIVERED"  # The carrier handed everything over.
    RECEIVED = "RECEIVED"  # The buyer has it; shares are known, the after-sale window runs.
    COMPLETED = "COMPLETED"  # The window is over; shares are free.
    CLOSED_UNPAID = "CLOSED_UNPAID"  # Never paid; stock given back.
    CLOSED_REFUNDED = "CLOSED_REFUNDED"  # All of it went back to the buyer.


O = OrderState  # noqa: E741 - read as "order state" in the table below.

PAY = step("order.pay", {O.PENDING_PAYMENT}, O.PAID)
REVIVE = step("order.revive", {O.CLOSED_UNPAID}, O.PAID)
CLOSE_UNPAID = step("order.close_unpaid", {O.PENDING_PAYMENT}, O.CLOSED_UNPAID)
SHIP_PART = step("order.ship_part", {O.PAID, O.PARTLY_SHIPPED}, O.PARTLY_SHIPPED)
SHIP_ALL = step("order.ship_all", {O.PAID, O.PARTLY_SHIPPED}, O.SHIPPED)
DELIVER = step("order.deliver", {O.SHIPPED}, O.DELIVERED)
RECEIVE = step("order.receive", {O.SHIPPED, O.DELIVERED}, O.RECEIVED)
COMPLETE = step("order.complete", {O.RECEIVED}, O.COMPLETED)
CLOSE_REFUNDED = step(
    "order.close_refunded",
    {O.PAID, O.PARTLY_SHIPPED, O.SHIPPED, O.DELIVERED, O.RECEIVED},
    O.CLOSED_REFUNDED,
)
ORDER_STEPS = (
    PAY, REVIVE, CLOSE_UNPAID, SHIP_PART, SHIP_ALL, DELIVER, RECEIVE, COMPLETE, CLOSE_REFUNDED,
)  # fmt: skip

UNPAID = frozenset({O.PENDING_PAYMENT, O.CLOSED_UNPAID})
SHIPPABLE = frozenset({O.PAID, O.PARTLY_SHIPPED})
IN_WORK = SHIPPABLE | {O.SHIPPED, O.DELIVERED}
REFUNDABLE = frozenset({O.PAID, O.PARTLY_SHIPPED, O.SHIPPED, O.DELIVERED, O.RECEIVED, O.COMPLETED})


class CheckoutState(StrEnum):
    """Whether the one payment of a checkout has come."""

    OPEN = "OPEN"
    PAID = "PAID"
    CLOSED = "CLOSED"


class CloseReason(StrEnum):
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


class RefundState(StrEnum):
    """Who has to act on a refund."""

    REQUESTED = "REQUESTED"  # The shop decides.
    REFUNDING = "REFUNDING"  # Granted; the money is on its way.
    REFUNDED = "REFUNDED"  # The buyer has it.
    REFUND_FAILED = "REFUND_FAILED"  # The provider would not; an operator sends it again there.
    REFUSED = "REFUSED"  # The shop said no.
    CLOSED = "CLOSED"  # The buyer took it back.


R = RefundState

GRANT = step("refund.grant", {R.REQUESTED}, R.REFUNDING)
REFUSE = step("refund.refuse", {R.REQUESTED}, R.REFUSED)
WITHDRAW = step("refund.withdraw", {R.REQUESTED}, R.CLOSED)
SETTLE = step("refund.settle", {R.REFUNDING, R.REFUND_FAILED}, R.REFUNDED)
FAIL = step("refund.fail", {R.REFUNDING}, R.REFUND_FAILED)
ASK_AGAIN = step("refund.ask_again", {R.REFUSED}, R.REQUESTED)
REFUND_STEPS = (GRANT, REFUSE, WITHDRAW, SETTLE, FAIL, ASK_AGAIN)
MOST_TRIES = 5  # So often a refund may be asked for, with what was mended after each refusal.
MOST_PICTURES = 6

RUNNING_REFUND = frozenset({R.REQUESTED, R.REFUNDING, R.REFUND_FAILED})


class RefundCause(StrEnum):
    """Whose side the reason lies on; the shop's side gives freight back too."""

    BUYER = "buyer"
    SHOP = "shop"


class ClaimState(StrEnum):
    """Where a coupon in somebody's wallet stands."""

    CLAIMED = "CLAIMED"
    USED = "USED"
    BURNT = "BURNT"


class CouponKind(StrEnum):
    """How a coupon says what it takes off."""

    AMOUNT = "amount"  # So much.
    PERCENT = "percent"  # A rate of the goods, up to so much.


class AfterRefund(StrEnum):
    """What a full refund before shipping does to the coupon."""

    RETURN = "return"
    BURN = "burn"


class MovementKind(StrEnum):
    """Why goods on hand changed."""

    COUNTED = "counted"
    ADJUSTED = "adjusted"  # So many more or fewer, for a reason.
    SHIPPED = "shipped"


class InvoiceState(StrEnum):
    """Who has to act on an invoice."""

    REQUESTED = "REQUESTED"  # The shop writes it, or says why not.
    ISSUED = "ISSUED"  # The buyer has it.
    RED_DUE = "RED_DUE"  # Money went back since: the shop owes a red one.
    RED = "RED"  # Cancelled by a red one; what is left can be invoiced anew.
    REFUSED = "REFUSED"  # The shop said no, and why.
    CLOSED = "CLOSED"  # The buyer took the wish back, or nothing is left to invoice.


class InvoiceKind(StrEnum):
    """In whose name an invoice is."""

    PERSONAL = "personal"
    COMPANY = "company"


I = InvoiceState  # noqa: E741 - read as "invoice state" in the table below.

ISSUE = step("invoice.issue", {I.REQUESTED}, I.ISSUED)
REFUSE_INVOICE = step("invoice.refuse", {I.REQUESTED}, I.REFUSED)
CLOSE_INVOICE = step("invoice.close", {I.REQUESTED}, I.CLOSED)
OWE_RED = step("invoice.owe_red", {I.ISSUED}, I.RED_DUE)
TURN_RED = step("invoice.turn_red", {I.RED_DUE}, I.RED)
INVOICE_STEPS = (ISSUE, REFUSE_INVOICE, CLOSE_INVOICE, OWE_RED, TURN_RED)

RUNNING_INVOICE = frozenset({I.REQUESTED, I.ISSUED, I.RED_DUE})
INVOICEABLE = frozenset({O.RECEIVED, O.COMPLETED})

_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_LENGTH = 18


def is_credit_code(text: str) -> bool:
    """Whether this can be a company's unified social credit code, by its check letter.

    source: GB 32100-2015: letters weighed by powers of 3 modulo 31.
    """
    if len(text) != _CREDIT_LENGTH or any(letter not in _CREDIT_LETTERS for letter in text):
        return False
    *weighed, check = (_CREDIT_LETTERS.index(letter) for letter in text)
    total = sum(value * pow(3, place, 31) for place, value in enumerate(weighed))
    return (total + check) % 31 == 0


@dataclass(frozen=True, slots=True)
class Basket:
    """One shop's part of a checkout, before the platform's coupon.

    goods_fen:       per line, unit price x quantity.
    shop_coupon_fen: at most the goods that it is for.
    coupon_goods_fen: per line, the goods that the shop's coupon is for; None is all of them.
    """

    goods_fen: tuple[int, ...]
    shop_coupon_fen: int
    freight_fen: int
    coupon_goods_fen: tuple[int, ...] | None = None

    @property
    def after_shop_coupon_fen(self) -> int:
        return sum(self.goods_fen) - self.shop_coupon_fen


def price(
    baskets: Sequence[Basket], *, platform_coupon_fen: int
) -> list[tuple[terms.LineSpread, ...]]:
    """Spread coupons and freight over lines without losing a fen; nothing falls below zero.

    The platform's coupon goes over the shops by goods amount, then over each shop's lines, by
    largest remainder with ties by position; what one shop cannot bear goes to the next.
    source: docs/algorithms/pricing.md
    """
    by_shop = spread_within(
        platform_coupon_fen,
        [sum(basket.goods_fen) for basket in baskets],
        rooms=[basket.after_shop_coupon_fen for basket in baskets],
    )
    return [
        terms.spread_lines(
            basket.goods_fen,
            merchant_coupon_fen=basket.shop_coupon_fen,
            merchant_goods_fen=basket.coupon_goods_fen,
            platform_coupon_fen=platform_fen,
            freight_fen=basket.freight_fen,
        )
        for basket, platform_fen in zip(baskets, by_shop, strict=True)
    ]


def off_fen(*, goods_fen: int, most_fen: int, rate_bps: int | None) -> int:
    """What a coupon takes off these goods, never more than they cost.

    rate_bps: of a percentage, which rounds down and stops at `most_fen`; None takes `most_fen`.
    source:   docs/algorithms/pricing.md
    """
    if rate_bps is None:
        return min(most_fen, goods_fen)
    return min(most_fen, goods_fen * rate_bps // money.BPS)


def spread_within(total_fen: int, weights: Sequence[int], *, rooms: Sequence[int]) -> list[int]:
    """`money.spread`, but no part exceeds its room; what does not fit goes to the others.

    rooms: non-negative, together at least `total_fen`.
    """
    assert sum(rooms) >= total_fen
    parts = [0] * len(weights)
    open_at = [at for at, room in enumerate(rooms) if room > 0]
    while left_fen := total_fen - sum(parts):
        shares = money.spread(left_fen, [weights[at] for at in open_at])
        for at, fen in zip(open_at, shares, strict=True):
            parts[at] = min(rooms[at], parts[at] + fen)
        open_at = [at for at in open_at if parts[at] < rooms[at]]
    return parts


@dataclass(frozen=True, slots=True)
class LineStanding:
    """How much of an order line has gone which way.

    quantity = shipped + released + still to ship; refunded counts both kinds of units.
    """

    line_no: int
    sku_id: UUID
    offer_id: UUID | None
    quantity: int
    shipped: int
    released: int
    refunded: int

    @property
    def to_ship(self) -> int:
        return self.quantity - self.shipped - self.released

    @property
    def refundable(self) -> int:
        return self.quantity - self.refunded


def freight_lines(
    lines: Sequence[LineStanding], units: Mapping[int, int], *, cause: RefundCause
) -> frozenset[int]:
    """Lines whose freight goes back with this refund.

    With its last unit, if nothing of the order shipped or the cause is the shop's.
    """
    if cause is RefundCause.BUYER and any(line.shipped for line in lines):
        return frozenset()
    return frozenset(
        line.line_no for line in lines if units.get(line.line_no, 0) == line.refundable > 0
    )


def released_units(lines: Sequence[LineStanding], units: Mapping[int, int]) -> dict[int, int]:
    """Of the units refunded, those that never left and go back on the shelf."""
    back = {line.line_no: min(units.get(line.line_no, 0), line.to_ship) for line in lines}
    return {line_no: quantity for line_no, quantity in back.items() if quantity}
