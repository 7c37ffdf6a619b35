"""Checkouts: orders that are paid together, from the first minute to the money or the end.

Locks are taken in one order: checkout, its orders, stock, offers, coupons, then the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from laotie.catalog import offers
from laotie.events.trade import OrderClosed, OrderPaid, PostSold
from laotie.kernel import crash, event_log, ids
from laotie.kernel.states import Step
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import refunds as ledger_refunds
from laotie.ledger import settlement
from laotie.payments import intents
from laotie.payments import refunds as payment_refunds
from laotie.trade import coupons, models, pricing, stock
from laotie.trade.rules import (
    CLOSE_UNPAID,
    PAY,
    REVIVE,
    CheckoutState,
    CloseReason,
)

_MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Arrived:
    """Money of one payment, as the provider confirmed it."""

    payment_id: UUID
    group_id: UUID
    amount_fen: int
    captured_at: datetime


@needs_transaction
def mark_paid(money: Arrived, *, now: datetime) -> None:
    """A checkout's money is here: its orders are paid and held, or the money goes straight back.

    Money that comes after the window revives the orders if stock, prices, limits and coupons
    still allow. Money for a cancelled or already paid checkout, or of another amount, goes back
    at once. The same payment again changes nothing.
    """
    checkout = models.Checkout.objects.select_for_update().filter(pk=money.group_id).first()
    if checkout is not None and checkout.payment_id == money.payment_id:
        return
    if models.LostPayment.objects.filter(payment_id=money.payment_id).exists():
        return
    if checkout is None:
        _send_back(money, "unknown", now=now)
    elif checkout.state == CheckoutState.PAID:
        _send_back(money, "paid_twice", now=now)
    elif money.amount_fen != checkout.total_fen:
        _send_back(money, "amount", now=now)
    elif checkout.state == CheckoutState.OPEN:
        _take(checkout, money, PAY, now=now)
    elif checkout.close_reason == CloseReason.EXPIRED and _can_revive(checkout, now=now):
        _take(checkout, money, REVIVE, now=now)
    else:
        _send_back(money, "too_late", now=now)


@use_case
def expire_due(*, now: datetime) -> int:
    """Close checkouts whose window to pay is over, oldest first; how many (at most 100)."""
    due = list(
        models.Checkout.objects.select_for_update(skip_locked=True)
        .filter(state=CheckoutState.OPEN, pay_by__lte=now)
        .order_by("pay_by")[:_MOST_AT_ONCE]
    )
    if due:
        close(due, CloseReason.EXPIRED, now=now)
    return len(due)


@needs_transaction
def close(checkouts: Sequence[models.Checkout], reason: CloseReason, *, now: datetime) -> None:
    """End unpaid checkouts that the caller holds locked: goods and coupons are given back."""
    group_ids = [checkout.id for checkout in checkouts]
    orders = list(models.Order.objects.filter(group__in=group_ids).order_by("id"))
    closed = models.Order.objects.filter(
        group__in=group_ids, state__in=[state.value for state in CLOSE_UNPAID.sources]
    ).update(state=CLOSE_UNPAID.target, closed_at=now, close_reason=reason)
    assert closed == len(orders)
    lines = list(models.OrderLine.objects.filter(order__in=[order.id for order in orders]))
    models.OrderLine.objects.filter(order__in=[order.id for order in orders]).update(
        released_quantity=F("quantity")
    )
    stock.give_back(*stock.units_of((line, line.quantity) for line in lines))
    coupons.give_back(group_ids)
    models.Checkout.objects.filter(pk__in=group_ids).update(
        state=CheckoutState.CLOSED, closed_at=now, close_reason=reason
    )
    for group_id in group_ids:
        intents.close(group_id, reason=reason, now=now)
    event_log.publish(*(OrderClosed(order.id, reason) for order in orders))


@needs_transaction
def lost_payment_settled(refund_id: UUID, *, now: datetime) -> bool:
    """The payer has money back that had found no order; whether the refund was one of those."""
    rows = models.LostPayment.objects.filter(pk=refund_id)
    rows.filter(settled_at__isnull=True).update(settled_at=now)
    return rows.exists()


def _take(checkout: models.Checkout, money: Arrived, step: Step, *, now: datetime) -> None:
    orders = list(models.Order.objects.filter(group=checkout).order_by("id"))
    for order in orders:
        step.take(
            models.Order.objects,
            order.id,
            paid_at=money.captured_at,
            closed_at=None,
            close_reason=None,
        )
    checkout.state = CheckoutState.PAID
    checkout.payment_id, checkout.paid_at = money.payment_id, money.captured_at
    checkout.closed_at = checkout.close_reason = None
    checkout.save()
    lines: dict[UUID, list[models.OrderLine]] = {}
    for line in models.OrderLine.objects.filter(order__in=orders).order_by("order_id", "line_no"):
        lines.setdefault(line.order_id, []).append(line)
    settlement.capture(
        [
            pricing.order_money(
                order,
                lines[order.id],
                order_id=order.id,
                group_id=checkout.id,
                buyer_id=order.buyer_id,
            )
            for order in orders
        ],
        payment_id=money.payment_id,
        now=now,
    )
    crash.point("trade.mark_paid.after_capture")
    event_log.publish(
        *(
            OrderPaid(
                order_id=order.id,
                group_id=checkout.id,
                shop_id=order.shop_id,
                buyer_id=order.buyer_id,
                room_id=order.room_id,
                paid_fen=order.total_fen,
                paid_at=money.captured_at,
            )
            for order in orders
        ),
        *(
            PostSold(
                order_id=order.id,
                post_id=post_id,
                buyer_id=order.buyer_id,
                paid_at=money.captured_at,
            )
            for order in orders
            for post_id in sorted({each.post_id for each in lines[order.id] if each.post_id})
        ),
    )


def _can_revive(checkout: models.Checkout, *, now: datetime) -> bool:
    """Take the goods and coupons of an expired checkout again, if all of it can still be had.

    Nothing is taken when it cannot: every look comes before the first write.
    """
    orders = list(models.Order.objects.filter(group=checkout).order_by("id"))
    lines = list(models.OrderLine.objects.filter(order__in=orders).order_by("order_id", "line_no"))
    by_sku, by_offer = stock.units_of((line, line.quantity) for line in lines)
    stock.lock(list(by_sku), list(by_offer))
    claim_ids = _claims_of(orders[0].id)
    if not (
        _prices_hold(orders[0].room_id, lines, now=now)
        and stock.within_limits(checkout.buyer_id, lines)
        and coupons.can_take(claim_ids, now=now)
        and stock.promise_again(by_sku, by_offer)
    ):
        return False
    coupons.use(claim_ids, checkout.id)
    models.OrderLine.objects.filter(order__in=orders).update(released_quantity=0)
    return True


def _prices_hold(room_id: UUID | None, lines: Sequence[models.OrderLine], *, now: datetime) -> bool:
    prices = offers.current([line.sku_id for line in lines], place_id=room_id, at=now)
    return all(
        (price := prices.get(line.sku_id)) is not None
        and (price.offer_id, price.price_fen) == (line.offer_id, line.unit_price_fen)
        for line in lines
    )


def _claims_of(order_id: UUID) -> list[UUID]:
    """Coupons that the order's quote counted on; a flash purchase has no quote."""
    quoted = models.QuoteOrder.objects.filter(pk=order_id).values("revision_id")
    claims = models.QuoteCoupon.objects.filter(revision__in=quoted)
    return list(claims.values_list("claim_id", flat=True))


def _send_back(money: Arrived, cause: str, *, now: datetime) -> None:
    refund_id = ids.new()
    models.LostPayment.objects.create(
        refund_id=refund_id,
        payment_id=money.payment_id,
        group_id=money.group_id,
        amount_fen=money.amount_fen,
        cause=cause,
        at=now,
    )
    ledger_refunds.return_at_once(
        payment_id=money.payment_id, refund_id=refund_id, amount_fen=money.amount_fen, now=now
    )
    payment_refunds.request(
        refund_id,
        group_id=money.group_id,
        payment_id=money.payment_id,
        amount_fen=money.amount_fen,
        reason=cause,
        now=now,
    )
