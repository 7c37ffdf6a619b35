"""What buyers and shops are told about their orders; a notice of one kind comes once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from laotie.accounts import creators, inbox, shops
from laotie.accounts.inbox import NoticeKind, Posting
from laotie.catalog import queries as catalog
from laotie.kernel import ids
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import queries as ledger
from laotie.trade import models, stock
from laotie.trade.rules import CheckoutState

_ENDING = timedelta(minutes=5)
_MOST_AT_ONCE = 200


@needs_transaction
def paid(order_ids: Sequence[UUID], *, now: datetime) -> None:
    """The buyers' money is held; the shops may ship. Three statements, however many orders."""
    orders = models.Order.objects.filter(pk__in=order_ids).order_by("paid_at", "pk")
    heads = list(orders.values_list("pk", "number", "buyer_id", "shop_id"))
    staff = shops.staff_of({shop_id for *_, shop_id in heads}, "ship")
    postings = []
    for order_id, number, buyer_id, shop_id in heads:
        facts, ref = {"order": number}, ids.public("ord", order_id)
        postings.append(Posting(buyer_id, NoticeKind.ORDER_PAID, facts, ref))
        postings += [
            Posting(person_id, NoticeKind.ORDER_TO_SHIP, facts, ref) for person_id in staff[shop_id]
        ]
    inbox.post_many(postings, now=now)


@needs_transaction
def shipped(order_id: UUID, *, now: datetime) -> None:
    order = _order(order_id)
    _tell([order.buyer_id], NoticeKind.ORDER_SHIPPED, order, now=now)


@needs_transaction
def delivered(order_id: UUID, *, now: datetime) -> None:
    order = _order(order_id)
    _tell([order.buyer_id], NoticeKind.ORDER_DELIVERED, order, now=now)


@needs_transaction
def closed(order_id: UUID, *, now: datetime) -> None:
    order = _order(order_id)
    _tell([order.buyer_id], NoticeKind.ORDER_CLOSED, order, now=now)


@needs_transaction
def address_changed(order_id: UUID, changed_at: datetime, *, now: datetime) -> None:
    """Whoever ships hears of each change: a slip may have been printed before it."""
    order = _order(order_id)
    ref = f"{ids.public('ord', order_id)}:{changed_at:%y%m%d%H%M%S%f}"
    staff = shops.staff_with(order.shop_id, "ship")
    _tell(staff, NoticeKind.ADDRESS_CHANGED, order, ref=ref, now=now)


@needs_transaction
def refund_requested(order_id: UUID, refund_id: UUID, *, now: datetime) -> None:
    order = _order(order_id)
    staff = shops.staff_with(order.shop_id, "refund")
    _tell(staff, NoticeKind.REFUND_REQUESTED, order, ref=_ref_of_try(refund_id), now=now)


@needs_transaction
def refund_granted(order_id: UUID, refund_id: UUID, *, now: datetime) -> None:
    order, ref = _order(order_id), ids.public("rfd", refund_id)
    _tell([order.buyer_id], NoticeKind.REFUND_GRANTED, order, ref=ref, now=now)


@needs_transaction
def refund_refused(order_id: UUID, refund_id: UUID, *, now: datetime) -> None:
    order, ref = _order(order_id), _ref_of_try(refund_id)
    _tell([order.buyer_id], NoticeKind.REFUND_REFUSED, order, ref=ref, now=now)


@needs_transaction
def refund_withdrawn(order_id: UUID, refund_id: UUID, *, now: datetime) -> None:
    order, ref = _order(order_id), ids.public("rfd", refund_id)
    staff = shops.staff_with(order.shop_id, "refund")
    _tell(staff, NoticeKind.REFUND_WITHDRAWN, order, ref=ref, now=now)


@needs_transaction
def refund_done(order_id: UUID, refund_id: UUID, *, now: datetime) -> None:
    order = _order(order_id)
    ref = ids.public("rfd", refund_id)
    _tell([order.buyer_id], NoticeKind.REFUND_DONE, order, ref=ref, now=now)


@needs_transaction
def invoice_requested(order_id: UUID, invoice_id: UUID, *, now: datetime) -> None:
    """Whoever keeps the shop's books writes the invoice."""
    order = _order(order_id)
    staff = shops.staff_with(order.shop_id, "money")
    _tell(staff, NoticeKind.INVOICE_REQUESTED, order, ref=ids.public("inv", invoice_id), now=now)


@needs_transaction
def invoice_issued(order_id: UUID, invoice_id: UUID, *, now: datetime) -> None:
    order, ref = _order(order_id), ids.public("inv", invoice_id)
    _tell([order.buyer_id], NoticeKind.INVOICE_ISSUED, order, ref=ref, now=now)


@needs_transaction
def invoice_refused(order_id: UUID, invoice_id: UUID, reason: str, *, now: datetime) -> None:
    order, ref = _order(order_id), ids.public("inv", invoice_id)
    facts = {"order": order.number, "reason": reason}
    inbox.post(order.buyer_id, NoticeKind.INVOICE_REFUSED, facts, ref=ref, now=now)


@needs_transaction
def invoice_red_due(order_id: UUID, invoice_id: UUID, *, now: datetime) -> None:
    order = _order(order_id)
    staff = shops.staff_with(order.shop_id, "money")
    _tell(staff, NoticeKind.INVOICE_RED_DUE, order, ref=ids.public("inv", invoice_id), now=now)


@needs_transaction
def invoice_red(order_id: UUID, invoice_id: UUID, *, now: datetime) -> None:
    order, ref = _order(order_id), ids.public("inv", invoice_id)
    _tell([order.buyer_id], NoticeKind.INVOICE_RED, order, ref=ref, now=now)


@needs_transaction
def lost_payment_returned(refund_id: UUID, *, now: datetime) -> None:
    """Money that came too late is back; of other refunds nothing is said here."""
    lost = models.LostPayment.objects.filter(pk=refund_id).first()
    order = lost and models.Order.objects.filter(group=lost.group_id).order_by("id").first()
    if order:
        ref = ids.public("rfd", refund_id)
        _tell([order.buyer_id], NoticeKind.REFUND_DONE, order, ref=ref, now=now)


@needs_transaction
def payout_settled(payout_id: UUID, *, now: datetime) -> None:
    """Whoever may see the money of its party is told that it has arrived."""
    _tell_payees(payout_id, NoticeKind.PAYOUT_SETTLED, now=now)


@needs_transaction
def payout_failed(payout_id: UUID, *, now: datetime) -> None:
    _tell_payees(payout_id, NoticeKind.PAYOUT_FAILED, now=now)


@use_case
def remind_unpaid(*, now: datetime) -> int:
    """Buyers whose time to pay ends within five minutes are told; how many were looked at."""
    soon = models.Order.objects.filter(
        group__state=CheckoutState.OPEN, group__pay_by__gt=now, group__pay_by__lte=now + _ENDING
    )
    orders = list(soon.order_by("group__pay_by")[:_MOST_AT_ONCE])
    for order in orders:
        _tell([order.buyer_id], NoticeKind.PAYMENT_ENDING, order, now=now)
    return len(orders)


@use_case
def warn_low_stock(*, now: datetime) -> int:
    """Shops are told, once a day, of goods that are nearly gone; how many kinds of goods."""
    level = Coalesce(F("low_at"), Value(stock.LOW_STOCK))
    low = models.Stock.objects.filter(
        Q(low_at__isnull=False) | Q(on_hand__gt=0), on_hand__lte=F("reserved") + level
    ).order_by("sku_id")
    rows = list(low[:_MOST_AT_ONCE])
    cards = catalog.sku_cards(row.sku_id for row in rows)
    for row in rows:
        card = cards[row.sku_id]
        facts = {
            "left": row.on_hand - row.reserved,
            "title_zh": card.title["zh"],
            "title_en": card.title["en"],
        }
        for person_id in shops.staff_with(row.shop_id, "manage"):
            inbox.post(
                person_id,
                NoticeKind.STOCK_LOW,
                facts,
                ref=f"{card.public_id}:{now:%Y-%m-%d}",
                now=now,
            )
    return len(rows)


def _tell_payees(payout_id: UUID, kind: NoticeKind, *, now: datetime) -> None:
    party = ledger.payout(payout_id).party
    assert party.id is not None
    people: tuple[UUID, ...] = ()
    if party.kind == "shop":
        people = shops.staff_with(party.id, "money")
    elif party.kind == "creator":
        people = (creators.card(party.id).person_id,)
    for person_id in people:
        inbox.post(person_id, kind, {}, ref=ids.public("pot", payout_id), now=now)


def _ref_of_try(refund_id: UUID) -> str:
    """Each time that a refund is asked for, and refused, is told of anew."""
    tries = models.Refund.objects.values_list("tries", flat=True).get(pk=refund_id)
    ref = ids.public("rfd", refund_id)
    return ref if tries == 1 else f"{ref}:{tries}"


def _order(order_id: UUID) -> models.Order:
    return models.Order.objects.get(pk=order_id)


def _tell(
    person_ids: Iterable[UUID],
    kind: NoticeKind,
    order: models.Order,
    *,
    ref: str | None = None,
    now: datetime,
) -> None:
    for person_id in person_ids:
        inbox.post(
            person_id,
            kind,
            {"order": order.number},
            ref=ref or ids.public("ord", order.id),
            now=now,
        )
