"""Combinations of a product, the stock of its variants, a shop's days away and its papers."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Status

from laotie.accounts import closing, onboarding
from laotie.catalog import matrix
from laotie.catalog.matrix import Cell
from laotie.catalog.products import NewSku
from laotie.kernel import clock
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.merchandise import ProductFileOut, StockOut
from laotie.surfaces.api.shapes import (
    Done,
    In,
    Moment,
    OrderId,
    Out,
    Pair,
    PairOut,
    PersonId,
    ProductId,
    ShopId,
    SkuId,
)
from laotie.trade import stock

router = Router(tags=["merchandise"])


class AxisIn(In):
    """One property, such as colour, with 1 to 20 values."""

    zh: str
    en: str
    values: list[Pair]


class CellIn(In):
    """`choice`: the place of its value on each axis. `sku_id`: the variant it has been so far."""

    choice: list[int]
    list_price_fen: int
    code: str = ""
    flash_floor_fen: int | None = None
    picture: str = ""
    is_on_sale: bool = True
    sku_id: SkuId | None = None


class MatrixIn(In):
    axes: list[AxisIn]
    cells: list[CellIn]


class AdjustIn(In):
    """`change`: so many more, or with a minus so many fewer."""

    change: int
    reason: str


class LowIn(In):
    """`low_at`: nothing for the usual number, 0 for only when all are gone."""

    low_at: int | None = None


class MovementOut(Out):
    kind: str
    quantity: int
    reason: str
    order_id: OrderId | None
    by_person_id: PersonId | None
    at: datetime


class AwayIn(In):
    """`takes_orders`: orders are taken and shipped after `until`; otherwise none are taken."""

    takes_orders: bool
    starts_at: Moment
    until: Moment
    notice: Pair


class AwayOut(Out):
    shop_id: ShopId
    takes_orders: bool
    starts_at: datetime
    until: datetime
    notice: PairOut


class PapersIn(In):
    """`licence_file`: the `file` of a stored picture of the shop."""

    legal_name: str
    licence_no: str
    licence_file: str
    responsible_name: str
    contact_phone: str | None = None
    categories: list[str]


class PapersOut(Out):
    shop_id: ShopId
    state: str
    legal_name: str
    licence_no: str
    licence_file: str
    responsible_name: str
    contact_masked: str
    categories: list[str]
    asked_for: str
    handed_in_at: datetime
    version: int


@router.put("/goods/{product_id}/matrix", response=ProductFileOut, summary="Set its combinations")
def arrange(request: HttpRequest, product_id: ProductId, payload: MatrixIn) -> object:
    """What is left out is not for sale any more; orders that were placed go on."""
    return matrix.arrange(
        actor=door.actor(request),
        product_id=product_id,
        axes=[axis.dict() for axis in payload.axes],
        cells=[
            Cell(
                choice=tuple(cell.choice),
                sku=NewSku(
                    spec={"zh": "", "en": ""},
                    list_price_fen=cell.list_price_fen,
                    code=cell.code,
                    flash_floor_fen=cell.flash_floor_fen,
                    picture=cell.picture,
                ),
                is_on_sale=cell.is_on_sale,
                sku_id=cell.sku_id,
            )
            for cell in payload.cells
        ],
        now=clock.now(),
    )


@router.post("/goods/{product_id}/duplicate", response={201: ProductFileOut}, summary="Copy it")
def duplicate(request: HttpRequest, product_id: ProductId) -> object:
    """A draft like it, without codes and stock."""
    copy = matrix.duplicate(actor=door.actor(request), product_id=product_id, now=clock.now())
    return Status(201, copy)


@router.post("/skus/{sku_id}/stock/adjust", response=StockOut, summary="More or fewer, and why")
def adjust(request: HttpRequest, sku_id: SkuId, payload: AdjustIn) -> object:
    return stock.adjust(
        actor=door.actor(request),
        sku_id=sku_id,
        change=payload.change,
        reason=payload.reason,
        now=clock.now(),
    )


@router.put("/skus/{sku_id}/stock/low", response=StockOut, summary="When to warn")
def set_low(request: HttpRequest, sku_id: SkuId, payload: LowIn) -> object:
    return stock.set_low_at(
        actor=door.actor(request), sku_id=sku_id, low_at=payload.low_at, now=clock.now()
    )


@router.get("/skus/{sku_id}/stock/history", response=list[MovementOut], summary="Why it changed")
def list_movements(request: HttpRequest, sku_id: SkuId) -> object:
    return stock.history_page(actor=door.actor(request), sku_id=sku_id, **paging.asked(request))


@router.get("/shops/{shop_id}/away", response=list[AwayOut], summary="Its days away")
def show_away(request: HttpRequest, shop_id: ShopId) -> object:
    """At most one: what is announced, or nothing."""
    return list(closing.away([shop_id], at=clock.now()).values())


@router.put("/shops/{shop_id}/away", response=AwayOut, summary="Announce days away")
def announce_away(request: HttpRequest, shop_id: ShopId, payload: AwayIn) -> object:
    return closing.announce(
        actor=door.actor(request),
        shop_id=shop_id,
        takes_orders=payload.takes_orders,
        starts_at=payload.starts_at,
        until=payload.until,
        notice=payload.notice.dict(),
        now=clock.now(),
    )


@router.delete("/shops/{shop_id}/away", response=Done, summary="The shop is there again")
def come_back(request: HttpRequest, shop_id: ShopId) -> object:
    closing.come_back(actor=door.actor(request), shop_id=shop_id, now=clock.now())
    return Done()


@router.get("/shops/{shop_id}/papers", response=list[PapersOut], summary="What was handed in")
def show_papers(request: HttpRequest, shop_id: ShopId) -> object:
    """At most one: the last papers, or nothing."""
    papers = onboarding.papers_of(actor=door.actor(request), shop_id=shop_id)
    return [papers] if papers else []


@router.put("/shops/{shop_id}/papers", response=PapersOut, summary="Hand in papers")
def hand_in(request: HttpRequest, shop_id: ShopId, payload: PapersIn) -> object:
    return onboarding.hand_in(
        actor=door.actor(request), shop_id=shop_id, **payload.dict(), now=clock.now()
    )
