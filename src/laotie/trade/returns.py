"""What a granted refund does: money owed, units back on the shelf, coupons back, orders closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from laotie.events.trade import OrderClosed, RefundDone, RefundGranted
from laotie.kernel import crash, event_log
from laotie.kernel.event_log import NotYet
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import refunds as ledger_refunds
from laotie.ledger import settlement
from laotie.payments import refunds as payment_refunds
from laotie.trade import checkouts, coupons, fulfilment, models, rules, stock
from laotie.trade.rules import (
    CLOSE_REFUNDED,
    RUNNING_REFUND,
    CloseReason,
    LineStanding,
    OrderState,
    RefundCause,
    RefundState,
)

CANCEL_KEY = "cancel-order"


@needs_transaction
def lock(order_id: UUID) -> models.Order:
    """Nobody else ships, refunds or closes this order until the caller is done."""
    group_id = models.Order.objects.values_list("group_id", flat=True).get(pk=order_id)
    models.Checkout.objects.select_for_update().get(pk=group_id)
    return models.Order.objects.select_for_update().get(pk=order_id)


@needs_transaction
def grant(
    order: models.Order,
    row: models.Refund,
    lines: Sequence[LineStanding],
    units: Mapping[int, int],
    *,
    by: UUID | None,
    now: datetime,
) -> None:
    """Owe the buyer the money, give back what never left, and let the provider be asked."""
    freight = rules.freight_lines(lines, units, cause=RefundCause(row.cause))
    figures = ledger_refunds.refund(
        order.id, refund_id=row.id, units=units, freight_lines=freight, now=now
    )
    row.amount_fen = figures.to_buyer_fen
    rules.GRANT.take(
        models.Refund.objects,
        row.id,
        cause=row.cause,
        amount_fen=row.amount_fen,
        decided_at=now,
        decided_by_id=by,
    )
    row.state, row.decided_at, row.decided_by_id = RefundState.REFUNDING, now, by
    # The check on the column stops what would go above the payment.
    models.Order.objects.filter(pk=order.id).update(refunded_fen=F("refunded_fen") + row.amount_fen)
    order.refunded_fen += row.amount_fen
    _take_units(order, lines, units, freight, now=now)
    event_log.publish(RefundGranted(row.id, order.id, row.amount_fen))
    crash.point("trade.refund.after_grant")
    if row.amount_fen:
        # Another payment of the checkout may have come too; that one goes back by itself.
        payment_refunds.request(
            row.id,
            group_id=order.group_id,
            payment_id=models.Checkout.objects.values_list("payment_id", flat=True).get(
                pk=order.group_id
            ),
            amount_fen=row.amount_fen,
            reason=row.reason,
            now=now,
        )
    else:  # Coupons had paid for it all: there is nothing for a provider to carry.
        _settle(order, row.id, now=now)
        row.refresh_from_db()


@needs_transaction
def settled(refund_id: UUID, *, now: datetime) -> None:
    """The buyer has the money: with the last unit the order is closed. Twice is once.

    raises: NotYet for a refund that is not known here yet.
    """
    if checkouts.lost_payment_settled(refund_id, now=now):
        return
    row = models.Refund.objects.filter(pk=refund_id).first()
    if row is None:
        raise NotYet(f"refund {refund_id}")
    _settle(lock(row.order_id), refund_id, now=now)


@needs_transaction
def failed(refund_id: UUID, *, reason: str) -> None:
    """The provider will not give it back; an operator sends it again there. Twice is once."""
    rules.FAIL.try_take(models.Refund.objects, refund_id, failure=reason[:200])


def is_running(order_id: UUID) -> bool:
    """Whether a refund of the order is asked for or under way."""
    states = [state.value for state in RUNNING_REFUND]
    return models.Refund.objects.filter(order=order_id, state__in=states).exists()


def standings(order_id: UUID) -> list[LineStanding]:
    """Lines of an order and where their units went. One query."""
    rows = models.OrderLine.objects.filter(order=order_id).order_by("line_no")
    return [
        LineStanding(
            row.line_no,
            row.sku_id,
            row.offer_id,
            row.quantity,
            row.shipped_quantity,
            row.released_quantity,
            row.refunded_quantity,
        )
        for row in rows
    ]


def _settle(order: models.Order, refund_id: UUID, *, now: datetime) -> None:
    """The caller holds the checkout and the order."""
    if not rules.SETTLE.try_take(models.Refund.objects, refund_id, refunded_at=now):
        return
    lines = standings(order.id)
    is_whole = not any(line.refundable for line in lines) and not is_running(order.id)
    event_log.publish(RefundDone(refund_id, order.id, is_whole=is_whole))
    if not is_whole:
        return
    reason = CloseReason.REFUNDED
    if models.Refund.objects.filter(order=order, key=CANCEL_KEY).exists():
        reason = CloseReason.CANCELLED
    closed = CLOSE_REFUNDED.try_take(
        models.Order.objects, order.id, closed_at=now, close_reason=reason
    )
    if not closed:
        return  # Complete before it was refunded: it stays so.
    # Freight that stays with the shop is the shop's now; nothing more will happen to it.
    settlement.receive(order.id, now=now)
    settlement.complete(order.id, now=now)
    event_log.publish(OrderClosed(order.id, reason))
    _return_coupons(order, lines)


def _take_units(
    order: models.Order,
    lines: Sequence[LineStanding],
    units: Mapping[int, int],
    freight: frozenset[int],
    *,
    now: datetime,
) -> None:
    back = rules.released_units(lines, units)
    for line in lines:
        if quantity := units.get(line.line_no, 0):
            models.OrderLine.objects.filter(order=order.id, line_no=line.line_no).update(
                refunded_quantity=F("refunded_quantity") + quantity,
                released_quantity=F("released_quantity") + back.get(line.line_no, 0),
                freight_refunded=line.line_no in freight,
            )
    if not back:
        return
    stock.give_back(
        {line.sku_id: back[line.line_no] for line in lines if line.line_no in back},
        {
            line.offer_id: back[line.line_no]
            for line in lines
            if line.line_no in back and line.offer_id is not None
        },
    )
    nothing_left = all(line.to_ship == back.get(line.line_no, 0) for line in lines)
    if order.state == OrderState.PARTLY_SHIPPED and nothing_left:
        fulfilment.all_shipped(order.id, now=now)


def _return_coupons(order: models.Order, lines: Sequence[LineStanding]) -> None:
    """A shop's coupon follows its order; the platform's follows the last order of the checkout."""
    never_shipped = not any(line.shipped for line in lines)
    coupons.after_refund(order.group_id, [order.shop_id], never_shipped=never_shipped)
    others = models.Order.objects.filter(group=order.group_id)
    if others.exclude(state=OrderState.CLOSED_REFUNDED).exists():
        return
    shipped = models.OrderLine.objects.filter(
        order__in=others.values("id"), shipped_quantity__gt=0
    ).exists()
    coupons.after_refund(order.group_id, [None], never_shipped=not shipped)
