"""Goods, shops and coupons as buyers see them."""

from django.http import HttpRequest
from ninja import Router

from laotie.accounts import shops
from laotie.catalog import queries
from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.surfaces.api import paging
from laotie.surfaces.api.shapes import (
    ProductId,
    ProductInList,
    ProductNow,
    RoomId,
    ShopId,
    ShopOut,
)

router = Router(tags=["goods"])


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
    return queries.shop_products_page(shop_id, **paging.asked(request))
