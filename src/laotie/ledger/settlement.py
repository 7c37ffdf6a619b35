"""An order's money from the moment it is here until its parties may take it.

Captured money is held in escrow. When the buyer has the goods it is split among the parties as
frozen; when the after-sale window ends each party's share becomes available.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from laotie.events.ledger import OrderSettled
from laotie.kernel import event_log
from laotie.kernel.errors import WrongState
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import arithmetic, chart, journal, order_money, postings, rules
from laotie.ledger.journal import Entry, Leg
from laotie.ledger.order_money import Captured
from laotie.ledger.terms import (
    PLATFORM,
    LineMoney,
    LineSpread,
    OrderMoney,
    Party,
    RoleShare,
    RoleTerm,
    spread_lines,
)

__all__ = [
    "PLATFORM",
    "Captured",
    "LineMoney",
    "LineSpread",
    "OrderMoney",
    "Party",
    "RoleShare",
    "RoleTerm",
    "capture",
    "capture_many",
    "complete",
    "receive",
    "spread_lines",
]

BUYER = "buyer"  # Roles of legs that belong to nobody's share.
SUBSIDY = "subsidy"


def capture(orders: Sequence[OrderMoney], *, payment_id: UUID, now: datetime) -> None:
    """Hold the money of one payment for the orders that it pays; see `capture_many`."""
    capture_many([Captured(payment_id, tuple(orders))], now=now)


@needs_transaction
def capture_many(payments: Sequence[Captured], *, now: datetime) -> None:
    """Hold what buyers paid, and what the platform adds for its coupons, in escrow.

    Again for an order that is held already: nothing. Three statements, four if any was known.
    raises: KeyReused when an order comes with other terms than it was captured with.
    """
    rows: list[order_money.Rows] = []
    posted = journal.post(
        [
            _capture_entry(payment.payment_id, order, now)
            for payment in payments
            for order in payment.orders
        ],
        # Nearly always all of it is new.
        meanwhile=lambda: rows.append(order_money.rows_of(payments, now=now)),
    )
    if all(entry.is_new for entry in posted.values()):
        for each in rows:
            order_money.store(each)
        return

    def those(is_new: bool) -> list[Captured]:
        return [
            Captured(payment.payment_id, orders)
            for payment in payments
            if (
                orders := tuple(
                    order
                    for order in payment.orders
                    if posted[_capture_key(order)].is_new is is_new
                )
            )
        ]

    fresh, known = those(True), those(False)
    if known:
        order_money.require_same(known)
    if fresh:
        order_money.store(order_money.rows_of(fresh, now=now))


def _capture_key(order: OrderMoney) -> str:
    return f"capture:{order.order_id}"


def _capture_entry(payment_id: UUID, order: OrderMoney, now: datetime) -> Entry:
    goods_fen = coupon_fen = freight_fen = subsidy_fen = 0
    for line in order.lines:
        goods_fen += line.goods_fen
        coupon_fen += line.merchant_coupon_fen
        freight_fen += line.freight_fen
        subsidy_fen += line.platform_coupon_fen
    paid_fen = goods_fen - coupon_fen - subsidy_fen + freight_fen
    assert paid_fen + subsidy_fen > 0
    paid = arithmetic.of_sum(goods_fen, -coupon_fen, -subsidy_fen, freight_fen)
    return Entry(
        idem=_capture_key(order),
        kind="capture",
        effective_at=now,
        order_id=order.order_id,
        payment_id=payment_id,
        legs=(
            Leg(PLATFORM, chart.PSP_CLEARING, -paid_fen, role=BUYER),
            Leg(PLATFORM, chart.ESCROW, paid_fen, role=BUYER, trace=paid),
            *_subsidy_legs(subsidy_fen),
        ),
    )


def _subsidy_legs(subsidy_fen: int) -> tuple[Leg, ...]:
    if not subsidy_fen:
        return ()  # As nearly always, and a leg is dear to make.
    return (
        Leg(PLATFORM, chart.SUBSIDY, -subsidy_fen, role=SUBSIDY),
        Leg(PLATFORM, chart.ESCROW, subsidy_fen, role=SUBSIDY),
    )


@needs_transaction
def receive(order_id: UUID, *, now: datetime) -> None:
    """Split what is left of an order's money among its parties, once; it is pending for them.

    raises: NotFound for an order that was never captured.
    """
    frozen = order_money.lock(order_id)
    if frozen.state is not rules.MoneyState.HELD:
        return
    figures = frozen.figures()
    taken_fen = figures.left_fen + figures.subsidy_fen
    # Only a merchant whom the fees leave less than nothing needs a look at what it has.
    owing = [change for change in postings.changes(None, figures) if change[1] < 0]
    journal.post(
        [
            Entry(
                idem=f"split:{order_id}",
                kind="split",
                effective_at=now,
                order_id=order_id,
                payment_id=frozen.payment_id,
                legs=(
                    Leg(PLATFORM, chart.ESCROW, -taken_fen),
                    *postings.legs_of(
                        None,
                        figures,
                        purses=postings.purses_for(order_id, owing) if owing else {},
                        state=rules.MoneyState.SPLIT,
                    ),
                ),
            )
        ]
    )
    order_money.mark_split(order_id, taken_fen=taken_fen, now=now)
    event_log.publish(OrderSettled(order_id=order_id))


@needs_transaction
def complete(order_id: UUID, *, now: datetime) -> None:
    """Make what is pending from an order available to its parties, debts first; once.

    raises: NotFound, WrongState when the order was not received yet.
    """
    frozen = order_money.lock(order_id)
    if frozen.state is rules.MoneyState.RELEASED:
        return
    if frozen.state is not rules.MoneyState.SPLIT:
        raise WrongState(step="ledger.complete")
    pending = postings.pending_of(order_id)
    purses = journal.lock(pending)
    legs: list[Leg] = []
    for party, pending_fen in pending.items():
        debt_fen = purses[party].debt_fen
        drawn = rules.release(rules.Purse(pending_fen=pending_fen, debt_fen=debt_fen))
        trace = arithmetic.of_sum(pending_fen, drawn.debt_fen)
        legs += postings.drawn_legs(Leg(party, "", 0, rule="release", trace=trace), drawn)
    journal.post(
        [
            Entry(
                idem=f"release:{order_id}",
                kind="release",
                effective_at=now,
                order_id=order_id,
                payment_id=frozen.payment_id,
                legs=legs,
            )
        ]
    )
    order_money.mark_released(order_id, now=now)
