"""Selling: a shop's orders, shipping, refunds and coupons."""

from django.http import HttpRequest
from ninja import Router, Status

from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.buying import (
    OrderInList,
    OrderListOut,
    RefundIn,
    RefundOut,
    StandingOut,
    UnitIn,
    read_cause,
    read_shelf,
    read_units,
)
from laotie.surfaces.api.me import PlainAddressOut
from laotie.surfaces.api.shapes import In, OrderId, RefundId, ShopId
from laotie.trade import orders, queries, refunds

router = Router(tags=["selling"])


class ShipIn(In):
    """Without lines everything that is left is shipped."""

    carrier: str
    waybill_no: str | None = None
    lines: list[UnitIn] | None = None


class RevealIn(In):
    reason: str


class GrantIn(In):
    cause: str | None = None


@router.get("/shops/{shop_id}/orders", response=OrderListOut, summary="Its orders, newest first")
def list_orders(
    request: HttpRequest, shop_id: ShopId, shelf: str = "all", after: str | None = None
) -> object:
    return queries.orders_of_shop(
        actor=door.actor(request), shop_id=shop_id, shelf=read_shelf(shelf), after=after
    )


@router.get("/shops/{shop_id}/to-ship", response=list[OrderInList], summary="Waiting longest first")
def to_ship(request: HttpRequest, shop_id: ShopId) -> object:
    return queries.to_ship(actor=door.actor(request), shop_id=shop_id)


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
def refuse(request: HttpRequest, refund_id: RefundId) -> object:
    return refunds.refuse(actor=door.actor(request), refund_id=refund_id, now=clock.now())
