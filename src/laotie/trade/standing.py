"""What lists of goods say beside the price: how much was sold lately, and whether there is any."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from laotie.catalog import offers, queries, search_entries
from laotie.catalog.search import Found
from laotie.kernel import sql
from laotie.trade import stock

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A product outside of rooms, with the variant that a card stands for: the cheapest there is.

    sku_id: None when nothing of it can be bought now; then both prices are the list price.
    """

    product_id: UUID
    public_id: str
    shop_id: UUID
    title: dict[str, str]
    picture_url: str
    sku_id: UUID | None
    price_fen: int
    list_price_fen: int


def refresh(*, now: datetime) -> int:
    """The search index stands as stock and orders do now; how many products changed."""
    rows = sql.rows(sql.text("trade", "standing_of_skus"), {"since": now - WINDOW})
    return search_entries.set_standing({sku_id: (sold, has) for sku_id, sold, has in rows})


def with_stock(goods: Iterable[Found]) -> tuple[Found, ...]:
    """The same goods with what is on the shelf now. One query."""
    found = tuple(goods)
    left = stock.available([sku_id for one in found for sku_id in one.sku_ids])
    return tuple(
        replace(one, has_stock=any(left[sku_id] > 0 for sku_id in one.sku_ids)) for one in found
    )


def on_shelf(product_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, OnShelf]:
    """Each of the products that are on sale, as a card sells it. Four queries, however many."""
    wanted = set(product_ids)
    cards = {
        product_id: card
        for product_id, card in queries.product_cards(wanted).items()
        if card.is_on_sale
    }
    skus = queries.skus_of(cards)
    everything = [sku_id for of_product in skus.values() for sku_id in of_product]
    prices = offers.current(everything, place_id=None, at=now)
    left = stock.available(everything)
    found: dict[UUID, OnShelf] = {}
    for product_id, card in cards.items():
        there = [one for one in skus.get(product_id, ()) if one in prices and left[one] > 0]
        sku_id = min(there, key=lambda one: prices[one].price_fen, default=None)
        offer = prices[sku_id] if sku_id else None
        found[product_id] = OnShelf(
            product_id=product_id,
            public_id=card.public_id,
            shop_id=card.shop_id,
            title=card.title,
            picture_url=card.picture_url,
            sku_id=sku_id,
            price_fen=offer.price_fen if offer else card.list_price_fen,
            list_price_fen=offer.list_price_fen if offer else card.list_price_fen,
        )
    return found
