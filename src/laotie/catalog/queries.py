"""What buyers and other contexts read of goods. Prices come from `offers.current`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from laotie.accounts import shops
from laotie.accounts.shops import ShopCard
from laotie.catalog import models, offers, pictures
from laotie.catalog.offers import CurrentOffer
from laotie.catalog.rules import ProductState
from laotie.kernel import ids, pages
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page


@dataclass(frozen=True, slots=True)
class SkuCard:
    """A SKU as it stands in bags, quotes and orders. Texts have the keys zh and en.

    picture_url: its own picture, else the product's first; empty without any.
    """

    sku_id: UUID
    public_id: str
    product_id: UUID
    shop_id: UUID
    title: dict[str, str]
    spec: dict[str, str]
    picture_url: str
    list_price_fen: int
    flash_floor_fen: int | None
    is_on_sale: bool


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product in a list; `list_price_fen` is that of its cheapest variant."""

    product_id: UUID
    public_id: str
    shop_id: UUID
    title: dict[str, str]
    picture_url: str
    list_price_fen: int
    is_on_sale: bool


@dataclass(frozen=True, slots=True)
class SkuLine:
    """One variant on a product's page; without an offer it cannot be bought now.

    picture_url: its own picture, or empty. choice: the place of its value on each axis of the
    product; empty without axes.
    """

    sku_id: UUID
    public_id: str
    spec: dict[str, str]
    list_price_fen: int
    offer: CurrentOffer | None
    picture_url: str = ""
    choice: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductPage:
    """What a buyer sees of a product at one moment in one place.

    axes: of what its variants are combinations, each `{zh, en, values: [{zh, en}, …]}`; empty
    where they are not.
    """

    card: ProductCard
    description: dict[str, str]
    picture_urls: tuple[str, ...]
    shop: ShopCard
    skus: tuple[SkuLine, ...]
    category_id: UUID | None
    axes: tuple[Mapping[str, Any], ...] = ()


def sku_cards(sku_ids: Iterable[UUID]) -> dict[UUID, SkuCard]:
    """The cards of those that exist, on sale or not. One query."""
    rows = models.Sku.objects.select_related("product__shop").filter(pk__in=set(sku_ids))
    return {
        row.id: SkuCard(
            sku_id=row.id,
            public_id=ids.public("sku", row.id),
            product_id=row.product_id,
            shop_id=row.product.shop_id,
            title=row.product.title,
            spec=row.spec,
            picture_url=pictures.url(row.picture) or _first_picture(row.product),
            list_price_fen=row.list_price_fen,
            flash_floor_fen=row.flash_floor_fen,
            is_on_sale=row.is_on_sale and _is_sold(row.product),
        )
        for row in rows
    }


def skus_of(product_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """The SKUs of each product that are on sale, in the order shown. One query."""
    found: dict[UUID, list[UUID]] = {}
    rows = models.Sku.objects.filter(product__in=set(product_ids), is_on_sale=True)
    for product_id, sku_id in rows.order_by("position").values_list("product_id", "id"):
        found.setdefault(product_id, []).append(sku_id)
    return {product_id: tuple(sku_ids) for product_id, sku_ids in found.items()}


def product_cards(product_ids: Iterable[UUID]) -> dict[UUID, ProductCard]:
    """The cards of those that exist, on sale or not. One query."""
    rows = _with_price(models.Product.objects.filter(pk__in=set(product_ids)))
    return {row.id: _as_card(row) for row in rows}


def shop_products(shop_id: UUID, *, most: int = 100) -> tuple[ProductCard, ...]:
    """What a shop has on sale, newest first. One query."""
    return shop_products_page(shop_id, most=most).rows


def shop_products_page(
    shop_id: UUID, *, after: str | None = None, most: int = 50
) -> Page[ProductCard]:
    """A page of what a shop has on sale, newest first. One query. raises: Invalid (`after`)."""
    rows = models.Product.objects.filter(shop=shop_id, state=ProductState.ON_SALE)
    found = pages.newest_first(_with_price(rows), "created_at", after=after, most=most)
    return found.of(_as_card(row) for row in found.rows)


def product_page(product_id: UUID, *, place_id: UUID | None = None, at: datetime) -> ProductPage:
    """A product on sale, as buyers see it. raises: NotFound. Three queries."""
    row = models.Product.objects.filter(pk=product_id, state=ProductState.ON_SALE)
    product = _with_price(row).first()
    if product is None:
        raise NotFound
    skus = list(models.Sku.objects.filter(product=product, is_on_sale=True).order_by("position"))
    prices = offers.current([sku.id for sku in skus], place_id=place_id, at=at)
    return ProductPage(
        card=_as_card(product),
        description=product.description,
        picture_urls=tuple(pictures.url(file, 1080) for file in product.pictures),
        shop=shops.card(product.shop_id),
        skus=tuple(
            SkuLine(
                sku.id,
                ids.public("sku", sku.id),
                sku.spec,
                sku.list_price_fen,
                prices.get(sku.id),
                pictures.url(sku.picture, 320),
                tuple(sku.choice),
            )
            for sku in skus
        ),
        category_id=product.category_id,
        axes=tuple(product.axes),
    )


def on_sale_count() -> int:
    """How many products can be bought now, of all shops. One query."""
    return models.Product.objects.filter(
        state=ProductState.ON_SALE.value, shop__state="APPROVED"
    ).count()


def _with_price(rows: QuerySet[models.Product]) -> QuerySet[models.Product]:
    cheapest = models.Sku.objects.filter(product=OuterRef("pk"), is_on_sale=True)
    lowest_fen = cheapest.order_by("list_price_fen").values("list_price_fen")[:1]
    return rows.select_related("shop").annotate(lowest_fen=Subquery(lowest_fen))


def _is_sold(product: models.Product) -> bool:
    return product.state == ProductState.ON_SALE and product.shop.state == "APPROVED"


def _first_picture(product: models.Product) -> str:
    return pictures.url(product.pictures[0]) if product.pictures else ""


def _as_card(row: models.Product) -> ProductCard:
    return ProductCard(
        product_id=row.id,
        public_id=ids.public("prd", row.id),
        shop_id=row.shop_id,
        title=row.title,
        picture_url=_first_picture(row),
        list_price_fen=row.lowest_fen or 0,  # type: ignore[attr-defined]
        is_on_sale=_is_sold(row),
    )
