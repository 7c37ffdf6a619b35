"""Coupons: claimed into a wallet by buyers, issued by shops."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import shops
from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    ClaimId,
    CouponId,
    Done,
    In,
    Moment,
    Out,
    Pair,
    PairOut,
    ProductId,
    ShopId,
)
from laotie.trade import coupons

router = Router(tags=["coupons"])


class CouponOut(Out):
    """Takes `off_fen` off goods of at least `min_goods_fen`. Without a shop: the platform's.

    With `rate_bps` it takes that share, at most `off_fen`; with `product_ids` only those count.
    """

    coupon_id: CouponId
    shop_id: ShopId | None
    name: PairOut
    off_fen: int
    min_goods_fen: int
    left: int
    limit_per_buyer: int
    claim_until: datetime
    use_from: datetime
    use_until: datetime
    rate_bps: int | None
    product_ids: list[ProductId] | None


class HeldOut(Out):
    """A coupon in one's wallet; quotes take its `claim_id`."""

    claim_id: ClaimId
    coupon: CouponOut
    state: str


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
    rate_bps: int | None = None
    product_ids: list[ProductId] | None = None


@router.get("/shops/{shop_id}/coupons", response=list[CouponOut], summary="Coupons to claim there")
def coupons_of_shop(request: HttpRequest, shop_id: ShopId) -> object:
    card = shops.card(shop_id)
    return coupons.claimable_page(card.id, now=clock.now(), **paging.asked(request))


@router.get("/coupons", response=list[CouponOut], summary="The platform's coupons to claim")
def coupons_of_platform(request: HttpRequest) -> object:
    return coupons.claimable_page(None, now=clock.now(), **paging.asked(request))


@router.post("/coupons/{coupon_id}/claim", response=HeldOut, summary="Put a coupon in my wallet")
def claim(request: HttpRequest, coupon_id: CouponId) -> object:
    return coupons.claim(actor=door.actor(request), coupon_id=coupon_id, now=clock.now())


@router.get("/me/coupons", response=list[HeldOut], summary="My wallet")
def show(request: HttpRequest) -> object:
    person_id = door.actor(request).require_person()
    return coupons.wallet_page(person_id, now=clock.now(), **paging.asked(request))


@router.post("/shops/{shop_id}/coupons", response={201: CouponOut}, summary="Issue a coupon")
def issue(request: HttpRequest, shop_id: ShopId, payload: CouponIn) -> object:
    return Status(
        201,
        coupons.issue(
            actor=door.actor(request), shop_id=shop_id, **coupon_terms(payload), now=clock.now()
        ),
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
        "rate_bps": payload.rate_bps,
        "product_ids": payload.product_ids,
    }
    if payload.after_refund is not None:
        try:
            terms["after_refund"] = coupons.AfterRefund(payload.after_refund)
        except ValueError as error:
            raise Invalid(field="after_refund", reason="choice") from error
    return terms
