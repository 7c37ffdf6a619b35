"""Selling: a shop's orders, shipping, refunds and coupons."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.kernel.papers import PDF
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.buying import (
    OrderInList,
    OrderListOut,
    RefundIn,
    RefundOut,
    StandingOut,
    UnitIn,
    read_cause,
    read_units,
)
from laotie.surfaces.api.me import PlainAddressOut
from laotie.surfaces.api.order_views import wanted
from laotie.surfaces.api.shapes import In, OrderId, Out, RefundId, RoomId, ShopId
from laotie.trade import batch_shipping, order_lists, orders, papers, queries, refunds

router = Router(tags=["selling"])


class ShipIn(In):
    """Without lines everything that is left is shipped."""

    carrier: str
    waybill_no: str | None = None
    lines: list[UnitIn] | None = None


class ShipManyIn(In):
    """All that is left of each goes to a connected carrier."""

    orders: list[OrderId]
    carrier: str


class ShippedOut(Out):
    """`code` says why not; empty for a yes."""

    order_id: OrderId
    state: str | None
    code: str


class PaperIn(In):
    """`paper`: slips or labels; for at most 100 orders in work."""

    orders: list[OrderId]
    paper: str
    language: str = "zh-hans"


class RevealIn(In):
    reason: str


class GrantIn(In):
    cause: str | None = None


class RefundRefusalIn(In):
    """`reason` is what the buyer reads."""

    reason: str = ""


@router.get("/shops/{shop_id}/orders", response=OrderListOut, summary="Its orders, newest first")
def list_orders(
    request: HttpRequest,
    shop_id: ShopId,
    shelf: str = "all",
    q: str = "",
    since: str | None = None,
    until: str | None = None,
    least_fen: int | None = None,
    most_fen: int | None = None,
    room_id: RoomId | None = None,
    late: bool = False,
    after: str | None = None,
) -> object:
    """As a kept view says: `q`, days `since` and `until`, amounts, a room, those that are late."""
    return order_lists.orders_of_shop(
        actor=door.actor(request),
        shop_id=shop_id,
        wanted=wanted(
            shelf=shelf,
            q=q,
            since=since,
            until=until,
            least_fen=least_fen,
            most_fen=most_fen,
            room_id=room_id,
            late=late,
        ),
        now=clock.now(),
        **paging.asked(request, after, most=queries.MOST_ROWS),
    )


@router.get("/shops/{shop_id}/to-ship", response=list[OrderInList], summary="Waiting longest first")
def to_ship(request: HttpRequest, shop_id: ShopId) -> object:
    return queries.to_ship_page(
        actor=door.actor(request),
        shop_id=shop_id,
        **paging.asked(request, most=queries.MOST_ROWS),
    )


@router.post("/orders/{order_id}/ship", response=StandingOut, summary="A parcel goes out")
def ship(request: HttpRequest, order_id: OrderId, payload: ShipIn) -> object:
    return orders.ship(
        actor=door.actor(request),
        order_id=order_id,
        units=None if payload.lines is None else read_units(payload.lines),
        carrier=payload.carrier,
        waybill_no=payload.waybill_no,
        now=clock.now(),
    )


@router.post("/shops/{shop_id}/ship", response=list[ShippedOut], summary="Many parcels go out")
def ship_many(request: HttpRequest, shop_id: ShopId, payload: ShipManyIn) -> object:
    """Each alone: a no for one stops no other."""
    told = batch_shipping.ship_selected(
        actor=door.actor(request),
        shop_id=shop_id,
        order_ids=payload.orders,
        carrier=payload.carrier,
        now=clock.now(),
    )
    return [
        {
            "order_id": each.order_id,
            "state": each.standing.state if each.standing else None,
            "code": each.refusal.code if each.refusal else "",
        }
        for each in told
    ]


@router.post("/shops/{shop_id}/papers", summary="Slips, labels as PDF", include_in_schema=False)
def print_papers(request: HttpRequest, shop_id: ShopId, payload: PaperIn) -> HttpResponse:
    """Each whole address on them is written down."""
    door.never_keep(request)
    if payload.paper not in set(papers.Paper):
        raise Invalid(field="paper", reason="choice")
    body = papers.print_for(
        actor=door.actor(request),
        shop_id=shop_id,
        order_ids=payload.orders,
        paper=papers.Paper(payload.paper),
        language=payload.language,
        now=clock.now(),
    )
    return HttpResponse(body, content_type=PDF)


@router.post("/orders/{order_id}/address", response=PlainAddressOut, summary="The whole address")
def reveal_address(request: HttpRequest, order_id: OrderId, payload: RevealIn) -> object:
    """Who looked and why is written down."""
    door.never_keep(request)
    return orders.reveal_address(
        actor=door.actor(request), order_id=order_id, reason=payload.reason, now=clock.now()
    )


@router.post("/orders/{order_id}/give-back", response={201: RefundOut}, summary="Give money back")
def give(request: HttpRequest, order_id: OrderId, payload: RefundIn) -> object:
    """Needs an `Idempotency-Key`."""
    who = door.actor(request)
    who.require_person()
    return Status(
        201,
        refunds.give(
            actor=who,
            order_id=order_id,
            units=read_units(payload.lines),
            reason=payload.reason,
            key=door.key(request),
            now=clock.now(),
            **read_cause(payload.cause),
        ),
    )


@router.post("/refunds/{refund_id}/grant", response=RefundOut, summary="Agree to a refund")
def grant(request: HttpRequest, refund_id: RefundId, payload: GrantIn) -> object:
    return refunds.grant(
        actor=door.actor(request),
        refund_id=refund_id,
        now=clock.now(),
        **read_cause(payload.cause),
    )


@router.post("/refunds/{refund_id}/refuse", response=RefundOut, summary="Say no to a refund")
def refuse(request: HttpRequest, refund_id: RefundId, payload: RefundRefusalIn) -> object:
    return refunds.refuse(
        actor=door.actor(request), refund_id=refund_id, reason=payload.reason, now=clock.now()
    )
