"""Selling: a shop's orders, shipping, refunds and coupons."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.kernel.errors import Invalid
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
from laotie.surfaces.api.goods import CouponOut
from laotie.surfaces.api.me import PlainAddressOut
from laotie.surfaces.api.shapes import CouponId, Done, In, Moment, OrderId, Pair, RefundId, ShopId
from laotie.trade import coupons, orders, queries, refunds

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


class WindowIn(In):
    starts_at: Moment
    ends_at: Moment


class CouponIn(In):
    name: Pair
    off_fen: int
    min_goods_fen: int
    budget_fen: int
    limit_per_buyer: int
    claim: WindowIn
    use: WindowIn
    after_refund: str | None = None


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
    return 201, refunds.give(
        actor=who,
        order_id=order_id,
        units=read_units(payload.lines),
        reason=payload.reason,
        key=door.key(request),
        now=clock.now(),
        **read_cause(payload.cause),
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


@router.post("/shops/{shop_id}/coupons", response={201: CouponOut}, summary="Issue a coupon")
def issue(request: HttpRequest, shop_id: ShopId, payload: CouponIn) -> object:
    return 201, coupons.issue(
        actor=door.actor(request), shop_id=shop_id, **coupon_terms(payload), now=clock.now()
    )


@router.post("/coupons/{coupon_id}/close", response=Done, summary="Nobody can claim it any more")
def close(request: HttpRequest, coupon_id: CouponId) -> object:
    coupons.close(actor=door.actor(request), coupon_id=coupon_id, now=clock.now())
    return Done()


def coupon_terms(payload: CouponIn) -> dict[str, Any]:
    """A coupon's terms as the use case takes them. raises: Invalid."""
    terms: dict[str, Any] = {
        "name_zh": payload.name.zh,
        "name_en": payload.name.en,
        "off_fen": payload.off_fen,
        "min_goods_fen": payload.min_goods_fen,
        "budget_fen": payload.budget_fen,
        "limit_per_buyer": payload.limit_per_buyer,
        "claim_window": (payload.claim.starts_at, payload.claim.ends_at),
        "use_window": (payload.use.starts_at, payload.use.ends_at),
    }
    if payload.after_refund is not None:
        try:
            terms["after_refund"] = coupons.AfterRefund(payload.after_refund)
        except ValueError as error:
            raise Invalid(field="after_refund", reason="choice") from error
    return terms
