"""A buyer's own orders: by what they wait for, and found by words or number."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from laotie.kernel.actor import Actor
from laotie.trade import models, queries, review_rules, rules
from laotie.trade.queries import OrderList
from laotie.trade.rules import OrderState

LONGEST_TEXT = 60


class MyShelf(StrEnum):
    """What an order of mine waits for."""

    ALL = "all"
    TO_PAY = "to_pay"
    TO_SHIP = "to_ship"
    ON_THE_WAY = "on_the_way"
    TO_REVIEW = "to_review"
    AFTER_SALE = "after_sale"
    RECEIVED = "received"
    CLOSED = "closed"


_STATES: dict[MyShelf, frozenset[OrderState]] = {
    MyShelf.TO_PAY: frozenset({OrderState.PENDING_PAYMENT}),
    MyShelf.TO_SHIP: rules.SHIPPABLE,
    MyShelf.ON_THE_WAY: frozenset({OrderState.SHIPPED, OrderState.DELIVERED}),
    MyShelf.TO_REVIEW: frozenset({OrderState.RECEIVED, OrderState.COMPLETED}),
    MyShelf.RECEIVED: frozenset({OrderState.RECEIVED, OrderState.COMPLETED}),
    MyShelf.CLOSED: frozenset({OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED}),
}


def listing(
    *,
    actor: Actor,
    shelf: MyShelf = MyShelf.ALL,
    text: str = "",
    after: str | None = None,
    most: int = 20,
    now: datetime,
) -> OrderList:
    """One's own orders, newest first. Two queries.

    text: an order number, or part of a title in either language; cut at 60 letters.
    raises: SignInFirst, Invalid (after).
    """
    rows = _on(shelf, models.Order.objects.filter(buyer_id=actor.require_person()), now=now)
    wanted = " ".join(text.replace("\0", " ").split())[:LONGEST_TEXT]
    if wanted:
        titled = models.OrderLine.objects.filter(
            Q(title__zh__icontains=wanted) | Q(title__en__icontains=wanted), order=OuterRef("pk")
        )
        rows = rows.filter(Q(number=wanted) | Exists(titled))
    return queries.page_of(rows, after=after, most=most)


def waiting(*, actor: Actor, now: datetime) -> dict[str, int]:
    """How many of one's own orders wait for what, as chips count them. A query per chip."""
    mine = models.Order.objects.filter(buyer_id=actor.require_person())
    counted = (
        MyShelf.TO_PAY,
        MyShelf.TO_SHIP,
        MyShelf.ON_THE_WAY,
        MyShelf.TO_REVIEW,
        MyShelf.AFTER_SALE,
    )
    return {shelf.value: _on(shelf, mine, now=now).count() for shelf in counted}


def _on(shelf: MyShelf, rows: QuerySet[models.Order], *, now: datetime) -> QuerySet[models.Order]:
    if shelf is MyShelf.ALL:
        return rows
    if shelf is MyShelf.AFTER_SALE:
        running = models.Refund.objects.filter(
            order=OuterRef("pk"), state__in=[each.value for each in rules.RUNNING_REFUND]
        )
        return rows.filter(Exists(running))
    rows = rows.filter(state__in=[state.value for state in _STATES[shelf]])
    if shelf is MyShelf.TO_REVIEW:
        said = models.Review.objects.filter(order=OuterRef("order_id"), line_no=OuterRef("line_no"))
        silent = models.OrderLine.objects.filter(
            ~Exists(said), order=OuterRef("pk"), refunded_quantity__lt=F("quantity")
        )
        return rows.filter(Exists(silent), received_at__gt=now - review_rules.WINDOW)
    return rows
