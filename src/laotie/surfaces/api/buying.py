"""Buying: a quote, the order, its payment, and what a buyer can do with it afterwards."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.ledger import explain
from laotie.look import found_in, sharing
from laotie.payments import intents
from laotie.payments import queries as payments
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    AddressId,
    CheckoutId,
    ClaimId,
    In,
    OrderId,
    Out,
    PairOut,
    PaymentId,
    PersonId,
    PostId,
    ProductId,
    QuoteId,
    QuoteOut,
    RefundId,
    RoomId,
    ShipmentId,
    ShopId,
    SkuId,
)
from laotie.trade import destinations, orders, queries, quotes, refunds
from laotie.trade import my_orders as my_order_lists
from laotie.trade.my_orders import MyShelf
from laotie.trade.pricing import Wish

router = Router(tags=["buying"])

MOST_LINES = 200


class WishIn(In):
    sku_id: SkuId
    quantity: int


class QuoteIn(In):
    lines: list[WishIn]
    room_id: RoomId | None = None
    post_id: PostId | None = None
    address_id: AddressId | None = None
    coupon_ids: list[ClaimId] = []


class OrderIn(In):
    """The version says which price was seen; another one is refused with the new quote."""

    quote_id: QuoteId
    version: int


class PlacedOrderOut(Out):
    order_id: OrderId
    number: str
    shop_id: ShopId
    total_fen: int


class PlacedOut(Out):
    group_id: CheckoutId
    orders: list[PlacedOrderOut]
    total_fen: int
    pay_by: datetime


class OrderLineOut(Out):
    line_no: int
    sku_id: SkuId
    product_id: ProductId
    title: PairOut
    spec: PairOut
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
    post_id: PostId | None


class OrderInList(Out):
    order_id: OrderId
    number: str
    group_id: CheckoutId
    shop_id: ShopId
    buyer_id: PersonId
    room_id: RoomId | None
    state: str
    lines: list[OrderLineOut]
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


class OrderListOut(Out):
    """`next_after` goes into `after` for the next page."""

    rows: list[OrderInList]
    next_after: str | None


class TrackOut(Out):
    state: str
    text: str
    place: str
    at: datetime


class ParcelOut(Out):
    shipment_id: ShipmentId
    carrier: str
    waybill_no: str | None
    state: str
    lines: dict[int, int]
    made_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    failure: str
    track: list[TrackOut]


class RefundOut(Out):
    refund_id: RefundId
    order_id: OrderId
    state: str
    units: dict[int, int]
    cause: str
    reason: str
    amount_fen: int
    asked_at: datetime
    decide_by: datetime | None
    refunded_at: datetime | None
    picture_urls: list[str]
    tries: int
    refusal: str


class OrderOut(OrderInList):
    """`viewer` says as whom one sees it: buyer, shop or operator."""

    viewer: str
    parcels: list[ParcelOut]
    refunds: list[RefundOut]
    pay_by: datetime
    shipped_at: datetime | None
    receive_by: datetime | None
    delivered_at: datetime | None
    received_at: datetime | None
    complete_by: datetime | None
    completed_at: datetime | None


class CheckoutOut(Out):
    group_id: CheckoutId
    state: str
    orders: list[OrderInList]
    total_fen: int
    pay_by: datetime
    paid_at: datetime | None


class PayIn(In):
    """Where the provider sends the buyer afterwards; a path of this site."""

    return_path: str = ""


class PayLinkOut(Out):
    payment_id: PaymentId
    url: str


class PaymentOut(Out):
    id: PaymentId
    group_id: CheckoutId
    amount_fen: int
    state: str
    pay_by: datetime
    captured_at: datetime | None
    refunded_fen: int
    is_unknown: bool


class StandingOut(Out):
    order_id: OrderId
    state: str
    refund_id: RefundId | None
    shipment_id: ShipmentId | None


class UnitIn(In):
    line_no: int
    quantity: int


class RefundIn(In):
    """`pictures`: up to six files of pictures that one has stored."""

    lines: list[UnitIn]
    reason: str
    cause: str | None = None
    pictures: list[str] = []


class DestinationIn(In):
    address_id: AddressId


class DestinationOut(Out):
    """The address is masked."""

    order_id: OrderId
    address: dict[str, str]


class PostingOut(Out):
    """One change of money with its rule, rate, base and arithmetic, at the asker's own level."""

    level: str
    at: datetime
    kind: str
    account: str
    party: str
    role: str
    line_no: int | None
    amount_fen: int
    rule: str
    rate_bps: int | None
    base_fen: int | None
    arithmetic: str


@router.post("/quotes", response={201: QuoteOut}, summary="Ask what a basket costs")
def quote(request: HttpRequest, payload: QuoteIn) -> object:
    if len(payload.lines) > MOST_LINES or len(payload.coupon_ids) > MOST_LINES:
        raise Invalid(field="lines", reason="too_many")
    who = door.actor(request)
    found = found_in.place(room_id=payload.room_id, post_id=payload.post_id, actor=who)
    return Status(
        201,
        quotes.make(
            actor=who,
            lines=[
                Wish(line.sku_id, line.quantity, post_id=found.post_id) for line in payload.lines
            ],
            room_id=payload.room_id,
            creator_id=found.creator_id,
            address_id=payload.address_id,
            coupon_ids=payload.coupon_ids,
            now=clock.now(),
        ),
    )


@router.post("/quotes/{quote_id}/renew", response=QuoteOut, summary="The same basket, now")
def renew(request: HttpRequest, quote_id: QuoteId) -> object:
    return quotes.renew(actor=door.actor(request), quote_id=quote_id, now=clock.now())


@router.post("/orders", response={201: PlacedOut}, summary="Order at the quote's price")
def place(request: HttpRequest, payload: OrderIn) -> object:
    """Needs an `Idempotency-Key`; accepted once, it answers the same for ever."""
    who = door.actor(request)
    who.require_person()
    return Status(
        201,
        orders.place(
            actor=who,
            quote_id=payload.quote_id,
            version=payload.version,
            key=door.key(request),
            now=clock.now(),
        ),
    )


@router.get("/orders", response=OrderListOut, summary="My orders, newest first")
def my_orders(
    request: HttpRequest, shelf: str = "all", q: str = "", after: str | None = None
) -> object:
    """`q` is an order's number or part of a title."""
    if shelf not in set(MyShelf):
        raise Invalid(field="shelf", reason="choice")
    return my_order_lists.listing(
        actor=door.actor(request),
        shelf=MyShelf(shelf),
        text=q,
        now=clock.now(),
        **paging.asked(request, after, most=queries.MOST_ROWS),
    )


@router.get("/orders/{order_id}", response=OrderOut, summary="An order with parcels and refunds")
def order(request: HttpRequest, order_id: OrderId) -> object:
    return queries.order_page(order_id, actor=door.actor(request))


@router.get("/orders/{order_id}/money", response=list[PostingOut], summary="Explain this fen")
def explain_order(request: HttpRequest, order_id: OrderId) -> object:
    return explain.order(order_id, actor=door.actor(request))


@router.get("/checkouts/{group_id}", response=CheckoutOut, summary="A checkout and its orders")
def checkout(request: HttpRequest, group_id: CheckoutId) -> object:
    return queries.checkout_page(group_id, actor=door.actor(request))


@router.post("/checkouts/{group_id}/pay", response=PayLinkOut, summary="Where to pay")
def pay(request: HttpRequest, group_id: CheckoutId, payload: PayIn) -> object:
    """Asked again it is the same payment."""
    now, return_url = clock.now(), _return_url(payload.return_path)
    ticket = orders.pay(actor=door.actor(request), group_id=group_id, now=now)
    return intents.start(ticket.payment_id, now=now, return_url=return_url)


@router.get("/checkouts/{group_id}/payment", response=PaymentOut, summary="Its payment")
def payment(request: HttpRequest, group_id: CheckoutId) -> object:
    who = door.actor(request)
    who.require_person()
    return payments.payment_of_group(group_id, actor=who)


@router.post("/checkouts/{group_id}/payment/refresh", response=PaymentOut, summary="Ask the bank")
def refresh_payment(request: HttpRequest, group_id: CheckoutId) -> object:
    """Asks the provider where the payment stands, and answers with that."""
    who = door.actor(request)
    who.require_person()
    card = payments.payment_of_group(group_id, actor=who)
    return intents.refresh(card.id, now=clock.now())


@router.post("/orders/{order_id}/cancel", response=StandingOut, summary="I do not want it")
def cancel(request: HttpRequest, order_id: OrderId) -> object:
    return orders.cancel(actor=door.actor(request), order_id=order_id, now=clock.now())


@router.post("/orders/{order_id}/confirm", response=StandingOut, summary="I have the goods")
def confirm(request: HttpRequest, order_id: OrderId) -> object:
    return orders.confirm(actor=door.actor(request), order_id=order_id, now=clock.now())


@router.post("/orders/{order_id}/refunds", response={201: RefundOut}, summary="Ask for money back")
def ask_refund(request: HttpRequest, order_id: OrderId, payload: RefundIn) -> object:
    """Needs an `Idempotency-Key`."""
    who = door.actor(request)
    who.require_person()
    return Status(
        201,
        refunds.request(
            actor=who,
            order_id=order_id,
            units=read_units(payload.lines),
            reason=payload.reason,
            picture_files=payload.pictures,
            key=door.key(request),
            now=clock.now(),
            **read_cause(payload.cause),
        ),
    )


@router.post("/refunds/{refund_id}/again", response=RefundOut, summary="Ask again after a no")
def ask_again(request: HttpRequest, refund_id: RefundId, payload: RefundIn) -> object:
    who = door.actor(request)
    who.require_person()
    return refunds.ask_again(
        actor=who,
        refund_id=refund_id,
        units=read_units(payload.lines),
        reason=payload.reason,
        picture_files=payload.pictures,
        now=clock.now(),
        cause=read_cause(payload.cause).get("cause", refunds.RefundCause.BUYER),
    )


@router.put("/orders/{order_id}/address", response=DestinationOut, summary="Send it elsewhere")
def change_address(request: HttpRequest, order_id: OrderId, payload: DestinationIn) -> object:
    """Until a parcel is made out, to a place that costs no more to reach."""
    return destinations.change(
        actor=door.actor(request),
        order_id=order_id,
        address_id=payload.address_id,
        now=clock.now(),
    )


@router.post("/refunds/{refund_id}/withdraw", response=RefundOut, summary="Take the wish back")
def withdraw_refund(request: HttpRequest, refund_id: RefundId) -> object:
    return refunds.withdraw(actor=door.actor(request), refund_id=refund_id, now=clock.now())


def read_units(lines: list[UnitIn]) -> dict[int, int]:
    """Units by line. raises: Invalid for a line that comes twice."""
    units = {line.line_no: line.quantity for line in lines}
    if len(units) != len(lines) or len(lines) > MOST_LINES:
        raise Invalid(field="lines", reason="form")
    return units


def read_cause(cause: str | None) -> dict[str, Any]:
    """`cause` as the use case takes it, or nothing. raises: Invalid."""
    if cause is None:
        return {}
    try:
        return {"cause": refunds.RefundCause(cause)}
    except ValueError as error:
        raise Invalid(field="cause", reason="choice") from error


def _return_url(path: str) -> str:
    """An address of this site. raises: Invalid for any other."""
    if not path:
        return ""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or len(path) > 200:
        raise Invalid(field="return_path", reason="form")
    return sharing.full_address(path)
