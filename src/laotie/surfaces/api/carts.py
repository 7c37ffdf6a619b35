"""Carts: goods of many shops put aside, ordered together; and waiting for what is sold out."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import addresses
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.look import found_in
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import (
    AddressId,
    ClaimId,
    CouponId,
    Done,
    In,
    OrderId,
    Out,
    PairOut,
    PostId,
    ProductId,
    QuoteOut,
    RoomId,
    ShopId,
    ShopOut,
    SkuId,
)
from laotie.trade import cart, cart_pages, restock
from laotie.trade.cart_pages import CartPage

router = Router(tags=["cart"])


class PutIn(In):
    """`room_id`, `post_id`: where it was found; the room's host or the post's creator earns."""

    sku_id: SkuId
    quantity: int = 1
    room_id: RoomId | None = None
    post_id: PostId | None = None


class LineIn(In):
    quantity: int


class ChosenIn(In):
    """Exactly these lines are chosen afterwards."""

    sku_ids: list[SkuId] = []


class CartQuoteIn(In):
    """Without an address freight is the flat price, and the quote cannot be placed."""

    address_id: AddressId | None = None
    coupon_ids: list[ClaimId] = []


class CartLineOut(Out):
    """`quantity` is what would be bought. `trouble`: ended, sold_out, fewer, or none."""

    sku_id: SkuId
    product_id: ProductId
    title: PairOut
    spec: PairOut
    picture_url: str
    quantity: int
    most: int
    price_fen: int | None
    list_price_fen: int
    was_fen: int
    changed_fen: int
    is_chosen: bool
    trouble: str | None
    room_id: RoomId | None
    offer_ends_at: datetime | None


class HintedCouponOut(Out):
    coupon_id: CouponId
    shop_id: ShopId | None
    name: PairOut
    off_fen: int
    min_goods_fen: int


class CouponHintOut(Out):
    coupon: HintedCouponOut
    is_held: bool
    missing_fen: int


class CartShopOut(Out):
    shop: ShopOut
    lines: list[CartLineOut]
    goods_fen: int
    freight_fen: int
    hint: CouponHintOut | None


class CartOut(Out):
    """`total_fen`: what is chosen, with sending, before coupons."""

    shops: list[CartShopOut]
    invalid: list[CartLineOut]
    chosen: list[SkuId]
    goods_fen: int
    freight_fen: int
    total_fen: int


class AgainOut(Out):
    put: int
    gone: list[PairOut]


@router.get("/cart", response=CartOut, summary="My cart at the prices of now")
def my_cart(request: HttpRequest) -> object:
    return _page(door.actor(request))


@router.post("/cart/lines", response={201: CartOut}, summary="Put something aside")
def put(request: HttpRequest, payload: PutIn) -> object:
    """More of what is there already adds up, to 99 at most."""
    who = door.actor(request)
    who.require_person()
    found = found_in.place(room_id=payload.room_id, post_id=payload.post_id, actor=who)
    cart.put(
        actor=who,
        sku_id=payload.sku_id,
        quantity=payload.quantity,
        room_id=payload.room_id,
        creator_id=found.creator_id,
        post_id=found.post_id,
        now=clock.now(),
    )
    return Status(201, _page(who))


@router.put("/cart/lines/{sku_id}", response=CartOut, summary="So many are wanted")
def change(request: HttpRequest, sku_id: SkuId, payload: LineIn) -> object:
    who = door.actor(request)
    cart.change(actor=who, sku_id=sku_id, quantity=payload.quantity, now=clock.now())
    return _page(who)


@router.delete("/cart/lines/{sku_id}", response=CartOut, summary="Take it out")
def remove(request: HttpRequest, sku_id: SkuId) -> object:
    who = door.actor(request)
    cart.remove(actor=who, sku_ids=[sku_id], now=clock.now())
    return _page(who)


@router.put("/cart/chosen", response=CartOut, summary="What is to be ordered next")
def choose(request: HttpRequest, payload: ChosenIn) -> object:
    who = door.actor(request)
    if len(payload.sku_ids) > cart.MOST_LINES:
        raise Invalid(field="sku_ids", reason="too_many")
    cart.choose(actor=who, sku_ids=payload.sku_ids, now=clock.now())
    return _page(who)


@router.post("/cart/quote", response={201: QuoteOut}, summary="What the chosen lines cost")
def quote(request: HttpRequest, payload: CartQuoteIn) -> object:
    """Placed as any quote; one order per shop, one payment. Ordered lines leave the cart."""
    who = door.actor(request)
    return Status(
        201,
        cart.quote(
            actor=who,
            sku_ids=_page(who).chosen,
            address_id=payload.address_id,
            coupon_ids=payload.coupon_ids,
            now=clock.now(),
        ),
    )


@router.post("/orders/{order_id}/again", response=AgainOut, summary="Its lines into my cart")
def order_again(request: HttpRequest, order_id: OrderId) -> object:
    return cart.order_again(actor=door.actor(request), order_id=order_id, now=clock.now())


@router.put("/skus/{sku_id}/restock-notice", response=Done, summary="Tell me when it is back")
def wait_for(request: HttpRequest, sku_id: SkuId) -> object:
    """One notice, then the wish is over."""
    restock.ask(actor=door.actor(request), sku_id=sku_id, now=clock.now())
    return Done()


@router.delete("/skus/{sku_id}/restock-notice", response=Done, summary="I wait no more")
def stop_waiting(request: HttpRequest, sku_id: SkuId) -> object:
    restock.give_up(actor=door.actor(request), sku_id=sku_id, now=clock.now())
    return Done()


def _page(who: Actor) -> CartPage:
    """raises: SignInFirst."""
    kept = cart.lines(actor=who)
    mine = addresses.mine(actor=who)
    region_code = mine[0].region_code if mine else None
    return cart_pages.page(kept, person_id=who.person_id, region_code=region_code, now=clock.now())
