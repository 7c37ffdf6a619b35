"""What can be bought in a room, as cards show it: goods, prices that hold there, what is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from laotie.catalog import offers
from laotie.catalog import queries as catalog
from laotie.kernel import clock, ids
from laotie.live import models
from laotie.trade import stock


@dataclass(frozen=True, slots=True)
class ProductInRoom:
    """A product with the variant that a card stands for: the flash offer's, else the cheapest.

    sku_id: None when nothing of it can be bought now. available: units of all its variants.
    """

    product_id: UUID
    shop_id: UUID
    sku_id: UUID | None
    title: dict[str, str]
    picture_url: str
    price_fen: int
    list_price_fen: int
    available: int
    variants: int


@dataclass(frozen=True, slots=True)
class BagItem:
    """A product in the bag. The flash fields are set while an offer on it is open here."""

    no: int
    product: ProductInRoom
    is_pinned: bool
    flash_offer_id: UUID | None = None
    flash_ends_at: datetime | None = None
    flash_quantity: int = 0
    flash_left: int = 0


def items(room_id: UUID, *, now: datetime) -> tuple[BagItem, ...]:
    """The whole bag in its order. Eight queries, at most 100 items."""
    return _of_rooms([room_id], now=now).get(room_id, ())


def shown_first(room_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, BagItem]:
    """What each room presents, else the first of its bag. Eight queries, however many rooms."""
    return {
        room_id: next((item for item in found if item.is_pinned), found[0])
        for room_id, found in _of_rooms(list(room_ids), now=now, only_first=True).items()
        if found
    }


def pinned_body(room_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """The frame that shows what is being presented; None if nothing is."""
    mark = _mark_of(room_id)
    return _pinned_body(mark, items(room_id, now=now)) if mark else None


def flash_body(room_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """The frame that shows the open flash offer; None if there is none."""
    flash = _flash_of(room_id, now=now)
    return _flash_body(flash, items(room_id, now=now)) if flash else None


def bodies(room_id: UUID, *, now: datetime) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Both frames, of one look into the bag: what is presented, and the flash offer.

    Two queries, and the bag's once if there is either.
    """
    mark, flash = _mark_of(room_id), _flash_of(room_id, now=now)
    found = items(room_id, now=now) if mark or flash else ()
    return (
        _pinned_body(mark, found) if mark else None,
        _flash_body(flash, found) if flash else None,
    )


def _mark_of(room_id: UUID) -> models.Mark | None:
    return models.Mark.objects.filter(room_id=room_id, stopped_at__isnull=True).first()


def _flash_of(room_id: UUID, *, now: datetime) -> models.Flash | None:
    return models.Flash.objects.filter(
        room_id=room_id, closed_at__isnull=True, ends_at__gt=now
    ).first()


def _pinned_body(mark: models.Mark, found: Iterable[BagItem]) -> dict[str, Any] | None:
    item = _one(found, mark.product_id)
    return {"item": card_body(item), "at": clock.millis(mark.started_at)} if item else None


def _flash_body(flash: models.Flash, found: Iterable[BagItem]) -> dict[str, Any] | None:
    item = _one(found, flash.product_id)
    if item is None:
        return None
    return {
        "offer": ids.public("ofr", flash.offer_id),
        "item": card_body(item)
        | {
            "sku": ids.public("sku", flash.sku_id),
            "price_fen": flash.price_fen,
            "list_price_fen": flash.list_price_fen,
            "variants": item.product.variants,
        },
        "quantity": flash.quantity,
        "left": item.flash_left,
        "limit": flash.limit_per_buyer,
        "starts_at": clock.millis(flash.starts_at),
        "ends_at": clock.millis(flash.ends_at),
    }


def _one(found: Iterable[BagItem], product_id: UUID) -> BagItem | None:
    return next((item for item in found if item.product.product_id == product_id), None)


def card_body(item: BagItem) -> dict[str, Any]:
    """An item as frames carry it."""
    product = item.product
    return {
        "product": ids.public("prd", product.product_id),
        "sku": ids.public("sku", product.sku_id) if product.sku_id else "",
        "no": item.no,
        "title": product.title,
        "picture": product.picture_url,
        "price_fen": product.price_fen,
        "list_price_fen": product.list_price_fen,
    }


def units_left(flash: models.Flash) -> int:
    """Units of a flash offer that are not promised to a buyer. One query."""
    return stock.offer_left([flash.offer_id]).get(flash.offer_id, flash.quantity)


def units_sold(room_id: UUID) -> int:
    """Units in paid orders of a room. One query."""
    total = models.Sale.objects.filter(room_id=room_id).aggregate(units=Sum("units"))
    return total["units"] or 0


def _of_rooms(
    room_ids: list[UUID], *, now: datetime, only_first: bool = False
) -> dict[UUID, tuple[BagItem, ...]]:
    pinned = dict(
        models.Mark.objects.filter(room_id__in=room_ids, stopped_at__isnull=True).values_list(
            "room_id", "product_id"
        )
    )
    rows = list(models.Item.objects.filter(room_id__in=room_ids).order_by("room_id", "no"))
    if only_first:
        first: dict[UUID, models.Item] = {}
        for row in rows:
            if row.product_id == pinned.get(row.room_id) or row.room_id not in first:
                first[row.room_id] = row
        rows = list(first.values())
    flashes = {
        (flash.room_id, flash.product_id): flash
        for flash in models.Flash.objects.filter(
            room_id__in=room_ids, closed_at__isnull=True, ends_at__gt=now
        )
    }
    left = stock.offer_left([flash.offer_id for flash in flashes.values()])
    found: dict[UUID, list[BagItem]] = {}
    by_room: dict[UUID, list[models.Item]] = {}
    for row in rows:
        by_room.setdefault(row.room_id, []).append(row)
    goods = _Goods.of({row.product_id for row in rows})
    prices_of = offers.current_in_places(
        {room_id: goods.skus_of_room(in_room) for room_id, in_room in by_room.items()}, at=now
    )
    for room_id, in_room in by_room.items():
        prices = prices_of[room_id]
        for row in in_room:
            flash = flashes.get((room_id, row.product_id))
            product = goods.shown(row.product_id, prices, flash.sku_id if flash else None)
            if product is None:
                continue
            is_pinned = pinned.get(room_id) == row.product_id
            item = BagItem(row.no, product, is_pinned)
            if flash is not None:
                item = BagItem(
                    row.no, product, is_pinned, flash.offer_id, flash.ends_at, flash.quantity,
                    left.get(flash.offer_id, flash.quantity),
                )  # fmt: skip
            found.setdefault(room_id, []).append(item)
    return {room_id: tuple(in_room) for room_id, in_room in found.items()}


@dataclass(frozen=True, slots=True)
class _Goods:
    cards: dict[UUID, catalog.ProductCard]
    skus: dict[UUID, tuple[UUID, ...]]
    available: dict[UUID, int]

    @classmethod
    def of(cls, product_ids: set[UUID]) -> "_Goods":
        skus = catalog.skus_of(product_ids)
        everything = [sku_id for of_product in skus.values() for sku_id in of_product]
        return cls(catalog.product_cards(product_ids), skus, stock.available(everything))

    def skus_of_room(self, rows: Iterable[models.Item]) -> list[UUID]:
        return [sku_id for row in rows for sku_id in self.skus.get(row.product_id, ())]

    def shown(
        self,
        product_id: UUID,
        prices: dict[UUID, offers.CurrentOffer],
        flash_sku_id: UUID | None,
    ) -> ProductInRoom | None:
        card = self.cards.get(product_id)
        if card is None:
            return None
        skus = self.skus.get(product_id, ())
        buyable = [prices[sku_id] for sku_id in skus if sku_id in prices]
        price = prices.get(flash_sku_id) if flash_sku_id else None
        if price is None:
            price = min(buyable, key=lambda offer: offer.price_fen, default=None)
        return ProductInRoom(
            product_id=product_id,
            shop_id=card.shop_id,
            sku_id=price.sku_id if price else None,
            title=card.title,
            picture_url=card.picture_url,
            price_fen=price.price_fen if price else card.list_price_fen,
            list_price_fen=price.list_price_fen if price else card.list_price_fen,
            available=sum(self.available.get(sku_id, 0) for sku_id in skus) if price else 0,
            variants=len(skus),
        )
