"""Goods, shops and coupons as buyers see them."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from laotie.accounts import shops
from laotie.catalog import queries
from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import (
    ClaimId,
    CouponId,
    Out,
    PairOut,
    ProductId,
    ProductInList,
    ProductNow,
    RoomId,
    ShopId,
    ShopOut,
)
from laotie.trade import coupons

router = Router(tags=["goods"])


class CouponOut(Out):
    """Takes `off_fen` off goods of at least `min_goods_fen`. Without a shop: the platform's."""

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


class HeldOut(Out):
    """A coupon in one's wallet; quotes take its `claim_id`."""

    claim_id: ClaimId
    coupon: CouponOut
    state: str


@router.get("/products/{product_id}", response=ProductNow, summary="A product at its price of now")
def product(request: HttpRequest, product_id: ProductId, room_id: RoomId | None = None) -> object:
    """With `room_id` the prices are those of that room."""
    return queries.product_page(product_id, place_id=room_id, at=clock.now())


@router.get("/shops/{shop_id}", response=ShopOut, summary="A shop")
def shop(request: HttpRequest, shop_id: ShopId) -> object:
    card = shops.card(shop_id)
    if not card.is_open:
        raise NotFound
    return card


@router.get("/shops/{shop_id}/products", response=list[ProductInList], summary="What it sells")
def products_of_shop(request: HttpRequest, shop_id: ShopId) -> object:
    if not shops.card(shop_id).is_open:
        raise NotFound
    return queries.shop_products(shop_id)


@router.get("/shops/{shop_id}/coupons", response=list[CouponOut], summary="Coupons to claim there")
def coupons_of_shop(request: HttpRequest, shop_id: ShopId) -> object:
    return coupons.claimable(shops.card(shop_id).id, now=clock.now())


@router.get("/coupons", response=list[CouponOut], summary="The platform's coupons to claim")
def coupons_of_platform(request: HttpRequest) -> object:
    return coupons.claimable(None, now=clock.now())


@router.post("/coupons/{coupon_id}/claim", response=HeldOut, summary="Put a coupon in my wallet")
def claim(request: HttpRequest, coupon_id: CouponId) -> object:
    return coupons.claim(actor=door.actor(request), coupon_id=coupon_id, now=clock.now())


@router.get("/me/coupons", response=list[HeldOut], summary="My wallet")
def wallet(request: HttpRequest) -> object:
    return coupons.wallet(door.actor(request).require_person(), now=clock.now())
