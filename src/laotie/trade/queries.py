"""What people read of orders: pages, lists, sums. Each looks only at what the asker may see."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from laotie.delivery import shipments
from laotie.delivery.shipments import ShipmentCard
from laotie.kernel import ids, pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page
from laotie.trade import models, refunds, rules
from laotie.trade.refunds import Refund
from laotie.trade.rules import CheckoutState, OrderState

MOST_ROWS = 50


class Shelf(StrEnum):
    """Groups of orders as lists show them."""

    ALL = "all"
    TO_PAY = "to_pay"
    TO_SHIP = "to_ship"
    ON_THE_WAY = "on_the_way"
    RECEIVED = "received"
    CLOSED = "closed"


STATES: dict[Shelf, frozenset[OrderState]] = {
    Shelf.ALL: frozenset(OrderState),
    Shelf.TO_PAY: frozenset({OrderState.PENDING_PAYMENT}),
    Shelf.TO_SHIP: rules.SHIPPABLE,
    Shelf.ON_THE_WAY: frozenset({OrderState.SHIPPED, OrderState.DELIVERED}),
    Shelf.RECEIVED: frozenset({OrderState.RECEIVED, OrderState.COMPLETED}),
    Shelf.CLOSED: frozenset({OrderState.CLOSED_UNPAID, OrderState.CLOSED_REFUNDED}),
}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line as it was ordered, and where its units went. post_id: the post it was found in."""

    line_no: int
    sku_id: UUID
    product_id: UUID
    title: dict[str, str]
    spec: dict[str, str]
    picture_url: str
    quantity: int
    unit_price_fen: int
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int
    shipped: int
    refunded: int
    to_ship: int
    post_id: UUID | None


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order in a list. `total_fen` = goods - both coupons + freight."""

    order_id: UUID
    public_id: str
    number: str
    group_id: UUID
    shop_id: UUID
    buyer_id: UUID
    room_id: UUID | None
    state: OrderState
    lines: tuple[OrderLine, ...]
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int
    total_fen: int
    refunded_fen: int
    address: dict[str, str]
    placed_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None


@dataclass(frozen=True, slots=True)
class OrderPage(OrderCard):
    """An order with its parcels, refunds and times. `pay_by` counts while it is unpaid.

    viewer: in which role the asker sees it: buyer, shop or operator.
    """

    viewer: str
    parcels: tuple[ShipmentCard, ...]
    refunds: tuple[Refund, ...]
    pay_by: datetime
    shipped_at: datetime | None
    receive_by: datetime | None
    delivered_at: datetime | None
    received_at: datetime | None
    complete_by: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderList:
    """next_after: give it back as `after` for the next page; None at the end."""

    rows: tuple[OrderCard, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """What is to be paid together, and whether it is."""

    group_id: UUID
    public_id: str
    state: CheckoutState
    orders: tuple[OrderCard, ...]
    total_fen: int
    pay_by: datetime
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoomSales:
    """What a room sold: placed counts unpaid orders that are still open too."""

    orders_placed: int
    orders_paid: int
    buyers: int
    units: int
    paid_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class MoneyHeld:
    """Money of paid orders that their buyers do not have the goods of yet."""

    orders: int
    held_fen: int


def order_page(order_id: UUID, *, actor: Actor) -> OrderPage:
    """An order for its buyer, its shop's people or an operator. At most eight queries.

    raises: SignInFirst, NotFound, also for somebody else's order.
    """
    order = _visible(actor).select_related("group").filter(pk=order_id).first()
    if order is None:
        raise NotFound
    (card,) = cards_of([order])
    viewer = "shop" if order.shop_id in actor.shop_rights else "operator"
    return OrderPage(
        **{field.name: getattr(card, field.name) for field in dataclasses.fields(OrderCard)},
        viewer="buyer" if order.buyer_id == actor.person_id else viewer,
        parcels=shipments.of_order(order_id),
        refunds=refunds.of_order(order_id),
        pay_by=order.group.pay_by,
        shipped_at=order.shipped_at,
        receive_by=order.receive_by,
        delivered_at=order.delivered_at,
        received_at=order.received_at,
        complete_by=order.complete_by,
        completed_at=order.completed_at,
    )


def order_cards(order_ids: Iterable[UUID], *, actor: Actor) -> dict[UUID, OrderCard]:
    """Those of these orders that the actor may see. Two queries. raises: SignInFirst."""
    rows = _visible(actor).filter(pk__in=list(order_ids))
    return {card.order_id: card for card in cards_of(rows)}


def checkout_page(group_id: UUID, *, actor: Actor) -> CheckoutPage:
    """One's own checkout; any for operators. Three queries. raises: SignInFirst, NotFound."""
    scope = {} if actor.is_operator else {"buyer_id": actor.require_person()}
    checkout = models.Checkout.objects.filter(pk=group_id, **scope).first()
    if checkout is None:
        raise NotFound
    return CheckoutPage(
        group_id=group_id,
        public_id=ids.public("grp", group_id),
        state=CheckoutState(checkout.state),
        orders=cards_of(models.Order.objects.filter(group=checkout).order_by("id")),
        total_fen=checkout.total_fen,
        pay_by=checkout.pay_by,
        paid_at=checkout.paid_at,
    )


def orders_of_buyer(
    *, actor: Actor, shelf: Shelf = Shelf.ALL, after: str | None = None, most: int = 20
) -> OrderList:
    """One's own orders, newest first. Two queries. raises: SignInFirst, Invalid."""
    rows = models.Order.objects.filter(buyer_id=actor.require_person())
    if shelf is not Shelf.ALL:
        rows = rows.filter(state__in=[state.value for state in STATES[shelf]])
    return page_of(rows, after=after, most=most)


def to_ship(*, actor: Actor, shop_id: UUID, most: int = MOST_ROWS) -> tuple[OrderCard, ...]:
    """What waits to be shipped, longest waiting first. Two queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    return to_ship_page(actor=actor, shop_id=shop_id, most=min(most, MOST_ROWS)).rows


def to_ship_page(
    *, actor: Actor, shop_id: UUID, after: str | None = None, most: int = MOST_ROWS
) -> Page[OrderCard]:
    """A page of it, longest waiting first. Two queries.

    raises: SignInFirst, NotFound, NotAllowed, Invalid (`after`).
    """
    actor.require_shop(shop_id, "ship")
    rows = models.Order.objects.filter(
        shop_id=shop_id, state__in=[state.value for state in rules.SHIPPABLE]
    )
    found = pages.oldest_first(rows, "paid_at", after=after, most=most)
    return found.of(cards_of(list(found.rows)))


def room_sales(room_id: UUID) -> RoomSales:
    """What a room sold so far. One query; the caller has asked who may look."""
    ((placed, paid, buyers, units, paid_fen, refunded_fen),) = sql.rows(
        "SELECT count(*) FILTER (WHERE o.state <> 'CLOSED_UNPAID'),"
        " count(*) FILTER (WHERE o.paid_at IS NOT NULL),"
        " count(DISTINCT o.buyer_id) FILTER (WHERE o.paid_at IS NOT NULL),"
        " coalesce(sum(l.units) FILTER (WHERE o.paid_at IS NOT NULL), 0),"
        " coalesce(sum(o.total_fen) FILTER (WHERE o.paid_at IS NOT NULL), 0),"
        " coalesce(sum(o.refunded_fen), 0) FROM trade_order o CROSS JOIN LATERAL"
        " (SELECT sum(quantity) AS units FROM trade_order_line l WHERE l.order_id = o.id) l"
        " WHERE o.room_id = %s",
        [room_id],
    )
    return RoomSales(placed, paid, buyers, int(units), int(paid_fen), int(refunded_fen))


def held_for_buyer(*, actor: Actor) -> MoneyHeld:
    """One's own money that is held until the goods are here. One query."""
    return _held(buyer_id=actor.require_person())


def held_for_shop(*, actor: Actor, shop_id: UUID) -> MoneyHeld:
    """What a shop's buyers have paid and not received yet. One query.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_shop(shop_id, "money")
    return _held(shop_id=shop_id)


def group_of_order(*, actor: Actor, order_id: UUID) -> UUID:
    """The checkout of one's own order. One query. raises: SignInFirst, NotFound."""
    rows = models.Order.objects.filter(pk=order_id, buyer_id=actor.require_person())
    group_id = rows.values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound
    return group_id


def _visible(actor: Actor) -> QuerySet[models.Order]:
    """Orders that this actor may see at all."""
    if actor.is_operator:
        return models.Order.objects.all()
    return models.Order.objects.filter(
        Q(buyer_id=actor.require_person()) | Q(shop_id__in=list(actor.shop_rights))
    )


def page_of(rows: QuerySet[models.Order], *, after: str | None, most: int) -> OrderList:
    """A page of these orders, newest first. Two queries; the caller has asked who may look.

    raises: Invalid, for a mark that is none of ours.
    """
    page = pages.newest_first(rows, "placed_at", after=after, most=max(1, min(most, MOST_ROWS)))
    return OrderList(cards_of(list(page.rows)), page.next_after)


def _held(**scope: UUID) -> MoneyHeld:
    rows = models.Order.objects.filter(state__in=[state.value for state in rules.IN_WORK], **scope)
    sums = rows.aggregate(orders=Count("id"), fen=Sum(F("total_fen") - F("refunded_fen")))
    return MoneyHeld(sums["orders"], sums["fen"] or 0)


def cards_of(orders: Iterable[models.Order]) -> tuple[OrderCard, ...]:
    """Cards with their lines. One query, and one if `orders` is not read yet.

    The caller has asked who may look.
    """
    rows = list(orders)
    lines: dict[UUID, list[OrderLine]] = {}
    found = models.OrderLine.objects.filter(order__in=[row.id for row in rows])
    for line in found.order_by("order_id", "line_no") if rows else ():
        lines.setdefault(line.order_id, []).append(_line(line))
    return tuple(
        OrderCard(
            order_id=row.id,
            public_id=ids.public("ord", row.id),
            number=row.number,
            group_id=row.group_id,
            shop_id=row.shop_id,
            buyer_id=row.buyer_id,
            room_id=row.room_id,
            state=OrderState(row.state),
            lines=tuple(lines[row.id]),
            goods_fen=row.goods_fen,
            merchant_coupon_fen=row.merchant_coupon_fen,
            platform_coupon_fen=row.platform_coupon_fen,
            freight_fen=row.freight_fen,
            total_fen=row.total_fen,
            refunded_fen=row.refunded_fen,
            address=row.address_masked,
            placed_at=row.placed_at,
            paid_at=row.paid_at,
            closed_at=row.closed_at,
            close_reason=row.close_reason,
        )
        for row in rows
    )


def _line(row: models.OrderLine) -> OrderLine:
    return OrderLine(
        line_no=row.line_no,
        sku_id=row.sku_id,
        product_id=row.product_id,
        title=row.title,
        spec=row.spec,
        picture_url=row.picture_url,
        quantity=row.quantity,
        unit_price_fen=row.unit_price_fen,
        goods_fen=row.goods_fen,
        merchant_coupon_fen=row.merchant_coupon_fen,
        platform_coupon_fen=row.platform_coupon_fen,
        freight_fen=row.freight_fen,
        shipped=row.shipped_quantity,
        refunded=row.refunded_quantity,
        to_ship=row.quantity - row.shipped_quantity - row.released_quantity,
        post_id=row.post_id,
    )
