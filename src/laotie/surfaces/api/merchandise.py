"""Merchandise: products, variants, prices, offers, stock, pictures and commission plans."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from laotie.alliance import plans
from laotie.catalog import offers, pictures, prices, products
from laotie.catalog.products import NewSku
from laotie.kernel import clock
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import (
    In,
    Moment,
    OfferId,
    Out,
    Pair,
    PairOut,
    PersonId,
    PictureId,
    PlanId,
    ProductId,
    RoomId,
    ShopId,
    SkuId,
    pair,
)
from laotie.trade import offering, stock

router = Router(tags=["merchandise"])


class SkuIn(In):
    """`flash_floor_fen`: how low a host may go in a room; without it only the shop's own people."""

    spec: Pair
    list_price_fen: int
    code: str = ""
    flash_floor_fen: int | None = None
    picture: str = ""


class ProductIn(In):
    title: Pair
    description: Pair
    skus: list[SkuIn]
    pictures: list[str] = []


class ProductChangeIn(In):
    title: Pair | None = None
    description: Pair | None = None
    pictures: list[str] | None = None


class OnSaleIn(In):
    is_on_sale: bool


class StockIn(In):
    """`limit_per_buyer` is left as it is unless given; 0 takes it away."""

    on_hand: int
    limit_per_buyer: int | None = None


class OfferIn(In):
    price_fen: int
    starts_at: Moment
    ends_at: Moment | None = None
    quantity: int | None = None
    limit_per_buyer: int | None = None


class PlanIn(In):
    creator_bps: int


class SkuFileOut(Out):
    id: SkuId
    spec: PairOut
    code: str
    list_price_fen: int
    flash_floor_fen: int | None
    is_on_sale: bool
    version: int
    picture: str
    choice: list[int]


class AxisOut(Out):
    zh: str
    en: str
    values: list[PairOut]


class ProductFileOut(Out):
    id: ProductId
    shop_id: ShopId
    title: PairOut
    description: PairOut
    pictures: list[str]
    state: str
    reason: str
    skus: list[SkuFileOut]
    axes: list[AxisOut]


class PriceOut(Out):
    before_fen: int | None
    after_fen: int
    version: int
    changed_by: PersonId | None
    changed_at: datetime


class StockOut(Out):
    sku_id: SkuId
    on_hand: int
    reserved: int
    limit_per_buyer: int | None
    available: int
    low_at: int | None
    is_low: bool


class OfferOut(Out):
    id: OfferId
    sku_id: SkuId
    product_id: ProductId
    shop_id: ShopId
    place_id: RoomId | None
    price_fen: int
    list_price_fen: int
    quantity: int | None
    limit_per_buyer: int | None
    starts_at: datetime
    ends_at: datetime | None


class PictureOut(Out):
    """`file` goes into a product's `pictures`."""

    id: PictureId
    file: str
    width: int
    height: int
    url: str


class PlanOut(Out):
    id: PlanId
    product_id: ProductId
    shop_id: ShopId
    state: str
    creator_bps: int
    version: int


@router.get("/shops/{shop_id}/goods", response=list[ProductFileOut], summary="All its products")
def list_goods(request: HttpRequest, shop_id: ShopId) -> object:
    who = door.actor(request)
    return products.files_page(actor=who, shop_id=shop_id, **paging.asked(request))


@router.post("/shops/{shop_id}/goods", response={201: ProductFileOut}, summary="A new product")
def create(request: HttpRequest, shop_id: ShopId, payload: ProductIn) -> object:
    return Status(
        201,
        products.create(
            actor=door.actor(request),
            shop_id=shop_id,
            title=payload.title.dict(),
            description=payload.description.dict(),
            skus=[_sku(sku) for sku in payload.skus],
            picture_files=payload.pictures,
            now=clock.now(),
        ),
    )


@router.get("/goods/{product_id}", response=ProductFileOut, summary="As its shop sees it")
def show(request: HttpRequest, product_id: ProductId) -> object:
    return products.file_of(actor=door.actor(request), product_id=product_id)


@router.patch("/goods/{product_id}", response=ProductFileOut, summary="Change texts, pictures")
def change(request: HttpRequest, product_id: ProductId, payload: ProductChangeIn) -> object:
    return products.change(
        actor=door.actor(request),
        product_id=product_id,
        title=pair(payload.title),
        description=pair(payload.description),
        picture_files=payload.pictures,
        now=clock.now(),
    )


@router.post("/goods/{product_id}/publish", response=ProductFileOut, summary="Put it on sale")
def publish(request: HttpRequest, product_id: ProductId) -> object:
    return products.publish(actor=door.actor(request), product_id=product_id, now=clock.now())


@router.post("/goods/{product_id}/unpublish", response=ProductFileOut, summary="Take it off sale")
def unpublish(request: HttpRequest, product_id: ProductId) -> object:
    return products.unpublish(actor=door.actor(request), product_id=product_id, now=clock.now())


@router.post("/goods/{product_id}/skus", response={201: ProductFileOut}, summary="A new variant")
def add_sku(request: HttpRequest, product_id: ProductId, payload: SkuIn) -> object:
    return Status(
        201,
        products.add_sku(
            actor=door.actor(request), product_id=product_id, sku=_sku(payload), now=clock.now()
        ),
    )


@router.put("/skus/{sku_id}", response=ProductFileOut, summary="Change a variant or its price")
def change_sku(request: HttpRequest, sku_id: SkuId, payload: SkuIn) -> object:
    return products.change_sku(
        actor=door.actor(request), sku_id=sku_id, sku=_sku(payload), now=clock.now()
    )


@router.put("/skus/{sku_id}/on-sale", response=ProductFileOut, summary="Sell this variant or not")
def set_on_sale(request: HttpRequest, sku_id: SkuId, payload: OnSaleIn) -> object:
    return products.set_on_sale(
        actor=door.actor(request),
        sku_id=sku_id,
        is_on_sale=payload.is_on_sale,
        now=clock.now(),
    )


@router.get("/skus/{sku_id}/prices", response=list[PriceOut], summary="Its prices so far")
def list_prices(request: HttpRequest, sku_id: SkuId) -> object:
    return prices.of(actor=door.actor(request), sku_id=sku_id)


@router.put("/skus/{sku_id}/stock", response=StockOut, summary="Say how many there are")
def set_stock(request: HttpRequest, sku_id: SkuId, payload: StockIn) -> object:
    who, now = door.actor(request), clock.now()
    card = stock.set_stock(actor=who, sku_id=sku_id, on_hand=payload.on_hand, now=now)
    if payload.limit_per_buyer is not None:
        each = payload.limit_per_buyer or None
        card = stock.set_limit(actor=who, sku_id=sku_id, per_buyer=each, now=now)
    return card


@router.post("/skus/{sku_id}/offers", response={201: OfferOut}, summary="A price for a time")
def start_offer(request: HttpRequest, sku_id: SkuId, payload: OfferIn) -> object:
    return Status(
        201,
        offering.start(actor=door.actor(request), sku_id=sku_id, **payload.dict(), now=clock.now()),
    )


@router.post("/offers/{offer_id}/stop", response=OfferOut, summary="End an offer now")
def stop_offer(request: HttpRequest, offer_id: OfferId) -> object:
    return offers.stop(actor=door.actor(request), offer_id=offer_id, now=clock.now())


@router.get("/shops/{shop_id}/offers", response=list[OfferOut], summary="Offers now and to come")
def list_offers(request: HttpRequest, shop_id: ShopId) -> object:
    return offers.upcoming(actor=door.actor(request), shop_id=shop_id, at=clock.now())


@router.post("/shops/{shop_id}/pictures", response={201: PictureOut}, summary="Store a picture")
def store_picture(request: HttpRequest, shop_id: ShopId) -> object:
    """The body is the picture itself: JPEG, PNG or WebP, at most 8 MB."""
    return Status(201, _stored(request, shop_id))


@router.post("/me/pictures", response={201: PictureOut}, summary="Store a picture of my own")
def store_own_picture(request: HttpRequest) -> object:
    """The body is the picture itself: JPEG, PNG or WebP, at most 8 MB."""
    return Status(201, _stored(request, None))


@router.put("/goods/{product_id}/plan", response=PlanOut, summary="Publish a commission plan")
def publish_plan(request: HttpRequest, product_id: ProductId, payload: PlanIn) -> object:
    """A plan that is open gets a new version; what was ordered keeps the old one."""
    return plans.publish(
        actor=door.actor(request),
        product_id=product_id,
        creator_bps=payload.creator_bps,
        now=clock.now(),
    )


@router.post("/plans/{plan_id}/pause", response=PlanOut, summary="Pause a plan")
def pause_plan(request: HttpRequest, plan_id: PlanId) -> object:
    return plans.pause(actor=door.actor(request), plan_id=plan_id, now=clock.now())


@router.post("/plans/{plan_id}/resume", response=PlanOut, summary="Resume a plan")
def resume_plan(request: HttpRequest, plan_id: PlanId) -> object:
    return plans.resume(actor=door.actor(request), plan_id=plan_id, now=clock.now())


@router.post("/plans/{plan_id}/close", response=PlanOut, summary="Close a plan for good")
def close_plan(request: HttpRequest, plan_id: PlanId) -> object:
    return plans.close(actor=door.actor(request), plan_id=plan_id, now=clock.now())


@router.get("/shops/{shop_id}/plans", response=list[PlanOut], summary="Its plans, newest first")
def list_plans(request: HttpRequest, shop_id: ShopId) -> object:
    return plans.of_shop_page(actor=door.actor(request), shop_id=shop_id, **paging.asked(request))


def _sku(sku: SkuIn) -> NewSku:
    return NewSku(
        spec=sku.spec.dict(),
        list_price_fen=sku.list_price_fen,
        code=sku.code,
        flash_floor_fen=sku.flash_floor_fen,
        picture=sku.picture,
    )


def _stored(request: HttpRequest, shop_id: UUID | None) -> pictures.PictureCard:
    who = door.actor(request)
    who.require_person()
    body = door.picture(request)
    return pictures.store(actor=who, body=body, shop_id=shop_id, now=clock.now())
