"""What trade knows of a person: orders, refunds, coupons, carts, reviews.

Orders and refunds stay, as the law asks; the buyer in them is an id that names nobody any more, and
the sealed address of each goes. What was only of use to the buyer goes whole.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.delivery import shipments
from laotie.kernel import holds, personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction
from laotie.trade import models
from laotie.trade.rules import OrderState, RefundState

_FOR_A_SHOP = Kept("done for a shop or the platform; its history stays whole")
_OVER = (OrderState.COMPLETED, OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED)
_RUNNING = (RefundState.REQUESTED, RefundState.REFUNDING, RefundState.REFUND_FAILED)

COLUMNS: Mapping[str, Use | Kept] = {
    "CartLine.person_id": Use.GOES,
    "RestockWish.person_id": Use.GOES,
    "SavedView.person_id": Use.GOES,
    "Checkout.buyer_id": Use.THEIRS,
    "Order.buyer_id": Use.THEIRS,
    "OrderLine.buyer_id": Use.THEIRS,
    "Quote.buyer_id": Use.THEIRS,
    "CouponClaim.person_id": Use.THEIRS,
    "Refund.asked_by_id": Use.THEIRS,
    "Review.buyer_id": Use.THEIRS,
    "ReviewReport.person_id": Use.THEIRS,
    "Coupon.issued_by_id": _FOR_A_SHOP,
    "StockMovement.by_person_id": _FOR_A_SHOP,
    "Refund.decided_by_id": _FOR_A_SHOP,
    "Invoice.decided_by_id": _FOR_A_SHOP,
    "Review.replied_by_id": _FOR_A_SHOP,
    "ReviewReport.answered_by_id": _FOR_A_SHOP,
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Everything the person bought, asked back, saved and wrote. A query per table."""
    return personal.collect(models, COLUMNS, person_id)


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """Orders that are not over, and refunds that run."""
    orders = models.Order.objects.filter(buyer_id=person_id).exclude(state__in=_OVER).count()
    if orders:
        yield Matter(
            "ORDERS_OPEN",
            _("%(count)s orders are open. Cancel them, or wait until their after-sale time ends."),
            orders,
        )
    own = models.Order.objects.filter(buyer_id=person_id)
    held = own.filter(pk__in=holds.standing("order")).count()
    if held:
        yield Matter("ORDERS_HELD", _("%(count)s orders have to stay for now, by law."), held)
    refunds = models.Refund.objects.filter(asked_by_id=person_id, state__in=_RUNNING).count()
    if refunds:
        yield Matter(
            "REFUNDS_OPEN",
            _("%(count)s refunds are running. Wait for the money, or take the wish back."),
            refunds,
        )


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Carts, wishes and views go; addresses in orders go; orders stay."""
    personal.drop(models, COLUMNS, person_id)
    orders = models.Order.objects.filter(buyer_id=person_id)
    shipments.forget_addresses(orders.values_list("pk", flat=True))
    orders.update(address_sealed=b"", address_masked={})
    models.Quote.objects.filter(buyer_id=person_id).update(address_sealed=None, address_masked=None)
