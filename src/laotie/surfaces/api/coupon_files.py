"""A shop's own coupons: what it issued, what came of it, and other terms before one starts."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import CouponId, In, Out, Pair, ProductId, ShopId
from laotie.surfaces.api.wallet import CouponOut, WindowIn
from laotie.trade import coupon_files, coupons

router = Router(tags=["coupons"])


class CouponFileOut(Out):
    """`used`: in checkouts that are paid or may still be. `taken_fen`: off those that were paid.

    `after_refund`: return or burn.
    """

    card: CouponOut
    budget_fen: int
    claimed: int
    used: int
    taken_fen: int
    claim_from: datetime
    after_refund: str
    closed_at: datetime | None


class CouponChangeIn(In):
    """What is not given stays as it is; `product_ids` empty: for all goods of the shop."""

    name: Pair | None = None
    off_fen: int | None = None
    min_goods_fen: int | None = None
    budget_fen: int | None = None
    limit_per_buyer: int | None = None
    claim: WindowIn | None = None
    use: WindowIn | None = None
    after_refund: str | None = None
    rate_bps: int | None = None
    product_ids: list[ProductId] | None = None


@router.get(
    "/shops/{shop_id}/coupons/issued", response=list[CouponFileOut], summary="What it has issued"
)
def list_issued(request: HttpRequest, shop_id: ShopId) -> object:
    """Newest first, those that are over too; at most a hundred."""
    return coupon_files.of_shop(actor=door.actor(request), shop_id=shop_id)


@router.patch("/coupons/{coupon_id}", response=CouponFileOut, summary="Change one before it starts")
def change(request: HttpRequest, coupon_id: CouponId, payload: CouponChangeIn) -> object:
    terms = _terms(payload)
    who = door.actor(request)
    return coupon_files.change(actor=who, coupon_id=coupon_id, now=clock.now(), **terms)


def _terms(payload: CouponChangeIn) -> dict[str, Any]:
    """What is given, as the use case takes it. raises: Invalid."""
    given = payload.dict(exclude_none=True, exclude={"name", "claim", "use"})
    if payload.name is not None:
        given |= {"name_zh": payload.name.zh, "name_en": payload.name.en}
    for kind, window in (("claim", payload.claim), ("use", payload.use)):
        if window is not None:
            given |= {f"{kind}_from": window.starts_at, f"{kind}_until": window.ends_at}
    if payload.product_ids is not None:
        given["product_ids"] = payload.product_ids or None
    if payload.after_refund is not None:
        if payload.after_refund not in set(coupons.AfterRefund):
            raise Invalid(field="after_refund", reason="choice")
        given["after_refund"] = coupons.AfterRefund(payload.after_refund)
    return given
