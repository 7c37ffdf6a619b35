"""Finding goods, shops and creators: by words, pinyin or shelf, filtered, sorted, page by page.

Whether something is on sale, and what it costs, is asked of the goods themselves: the index only
says what to look at.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from laotie.accounts import creators, shops
from laotie.accounts.creators import CreatorCard
from laotie.accounts.shops import ShopCard
from laotie.catalog import categories, lexemes, offers, queries
from laotie.catalog.queries import ProductCard
from laotie.catalog.rules import MAX_PRICE_FEN, EntryKind
from laotie.kernel import ids, sql
from laotie.kernel.errors import Invalid, NotFound

MOST = 40
_AFTER = re.compile(r"(\d{1,18})\.(prd_[0-9a-z]{26})", re.ASCII)


class Order(StrEnum):
    """What comes first."""

    RELEVANCE = "relevance"
    SALES = "sales"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for. Whatever is empty or None lets everything through.

    least_fen, most_fen: of the list price. is_in_stock: as of a minute ago. is_on_flash: an offer
    with an end holds now, in a room or everywhere.
    """

    text: str = ""
    category_id: UUID | None = None
    shop_id: UUID | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    is_in_stock: bool = False
    is_on_flash: bool = False
    order: Order = Order.RELEVANCE


@dataclass(frozen=True, slots=True)
class Found:
    """A product in a list. `price_fen`: the lowest that it costs now outside of rooms.

    sold: units paid in the last 30 days. has_stock: as of a minute ago. sku_ids: those on sale.
    """

    card: ProductCard
    price_fen: int
    sold: int
    has_stock: bool
    sku_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page. is_near: nothing fits, and these are the nearest that there is.

    next_after: give it back as `after` for the next page; None at the end.
    """

    goods: tuple[Found, ...]
    next_after: str | None
    is_near: bool
    shops: tuple[ShopCard, ...] = ()
    creators: tuple[CreatorCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that a few letters may mean. `name` has the keys zh and en."""

    kind: EntryKind
    public_id: str
    name: dict[str, str]


@dataclass(frozen=True, slots=True)
class ShelfOfShop:
    """One shelf with what a shop has on it. `name` has the keys zh and en."""

    id: UUID
    public_id: str
    name: dict[str, str]
    goods: int


_KEYS = {
    Order.RELEVANCE: ("ts_rank(e.words, {query}) * 1000000", "DESC", "<"),
    Order.SALES: ("e.sold", "DESC", "<"),
    Order.PRICE_UP: ("e.price_fen", "ASC", ">"),
    Order.PRICE_DOWN: ("e.price_fen", "DESC", "<"),
}
_PREFIXES = {EntryKind.PRODUCT: "prd", EntryKind.SHOP: "shp", EntryKind.CREATOR: "crt"}


def goods(
    wanted: Wanted,
    *,
    hidden: Collection[UUID] = (),
    after: str | None = None,
    most: int = 20,
    now: datetime,
) -> Results:
    """Products that fit; on the first page of a search by words also shops and creators, but for
    those who are hidden from whoever asks.

    Eleven queries at most, however much is found. raises: NotFound (category), Invalid (`after`,
    price range).
    """
    _check(wanted)
    shelf_ids = _shelf_ids(wanted.category_id)
    query = lexemes.query(wanted.text)
    has_words = bool(wanted.text.strip())
    rows: list[tuple[Any, ...]] = []
    if query or not has_words:
        rows = _rows(wanted, query, shelf_ids, after=after, most=min(most, MOST), now=now)
    is_near = not rows and after is None
    if is_near:
        rows = _neighbours(wanted, shelf_ids, now=now)
    next_after = None
    if not is_near and len(rows) > min(most, MOST):
        rows = rows[: min(most, MOST)]
        next_after = f"{rows[-1][3]}.{ids.public('prd', rows[-1][0])}"
    found = Results(_found(rows, now=now), next_after, is_near)
    if not query or after is not None or wanted.shop_id is not None:
        return found
    shop_cards, creator_cards = _people(query, hidden)
    return replace(found, shops=shop_cards, creators=creator_cards)


def neighbours(
    product_id: UUID, *, category_id: UUID | None, shop_id: UUID, now: datetime, most: int = 6
) -> tuple[Found, ...]:
    """What else to look at beside a product: of its shelf, then of its shop, what sells most first.

    Four queries.
    """
    rows = sql.rows(
        _SELECT.replace("{key}", "e.sold") + _BESIDE,
        {"product": product_id, "category": category_id, "shop": shop_id, "most": most},
    )
    return _found(rows, now=now)


def suggest(text: str, *, hidden: Collection[UUID] = (), most: int = 8) -> tuple[Suggestion, ...]:
    """What a few typed letters may mean: goods, shops and creators by name or sound. One query.

    hidden: creators who are not shown to whoever asks.
    """
    query = lexemes.query(text, weights="AB")
    if not query:
        return ()
    rows = sql.rows(
        "SELECT e.kind, e.id, e.name_zh, e.name_en FROM catalog_searchentry e"
        " LEFT JOIN catalog_product p ON p.id = e.id LEFT JOIN accounts_shop s ON s.id = e.shop_id"
        " WHERE e.words @@ %(query)s::tsquery AND (s.id IS NULL OR s.state = 'APPROVED')"
        " AND (e.kind <> 'PRODUCT' OR p.state = 'ON_SALE') AND e.id <> ALL (%(hidden)s::uuid[])"
        " ORDER BY ts_rank(e.words, %(query)s::tsquery) DESC, e.sold DESC, e.id LIMIT %(most)s",
        {"query": query, "hidden": list(hidden), "most": most},
    )
    return tuple(
        Suggestion(
            EntryKind(kind), ids.public(_PREFIXES[EntryKind(kind)], id), {"zh": zh, "en": en}
        )
        for kind, id, zh, en in rows
    )


# Index: search_words for words, else search_by_sales or search_by_price. Rows: one page.
_SELECT = """
    SELECT e.id, e.sold, e.has_stock, ({key})::bigint AS key
    FROM catalog_searchentry e
    JOIN catalog_product p ON p.id = e.id
    JOIN accounts_shop s ON s.id = e.shop_id
    WHERE e.kind = 'PRODUCT' AND p.state = 'ON_SALE' AND s.state = 'APPROVED'
"""
_BESIDE = """
    AND e.id <> %(product)s AND (p.category_id = %(category)s OR e.shop_id = %(shop)s)
    ORDER BY (p.category_id = %(category)s) DESC NULLS LAST, e.has_stock DESC, e.sold DESC, e.id
    LIMIT %(most)s
"""
_FLASH = """ AND EXISTS (
    SELECT FROM catalog_offer o JOIN catalog_sku k ON k.id = o.sku_id
    WHERE k.product_id = e.id AND k.is_on_sale AND o.starts_at <= %(now)s AND o.ends_at > %(now)s)
"""


def _rows(
    wanted: Wanted,
    query: str,
    shelf_ids: tuple[UUID, ...],
    *,
    after: str | None,
    most: int,
    now: datetime,
) -> list[tuple[Any, ...]]:
    statement, params = statement_of(wanted, query, shelf_ids, after=after, most=most, now=now)
    return sql.rows(statement, params)


def statement_of(
    wanted: Wanted,
    query: str,
    shelf_ids: tuple[UUID, ...],
    *,
    after: str | None,
    most: int,
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """The one statement of a page; what people typed is only ever among its parameters."""
    # Without words nothing is more relevant than anything else, so sales decide.
    order = Order.SALES if wanted.order is Order.RELEVANCE and not query else wanted.order
    key, way, beyond = _KEYS[order]
    key = f"({key.format(query='%(query)s::tsquery')})::bigint"
    params: dict[str, Any] = {"query": query, "now": now, "most": most + 1}
    parts = [_SELECT.replace("({key})::bigint", key)]
    if query:
        parts.append(" AND e.words @@ %(query)s::tsquery")
    if shelf_ids:
        parts.append(" AND p.category_id = ANY (%(shelves)s)")
        params["shelves"] = list(shelf_ids)
    for column, value, sign in (
        ("e.shop_id", wanted.shop_id, "="),
        ("e.price_fen", wanted.least_fen, ">="),
        ("e.price_fen", wanted.most_fen, "<="),
    ):
        if value is not None:
            name = f"p{len(params)}"
            parts.append(f" AND {column} {sign} %({name})s")
            params[name] = value
    if wanted.is_in_stock:
        parts.append(" AND e.has_stock")
    if wanted.is_on_flash:
        parts.append(_FLASH)
    if after is not None:
        params["key"], params["id"] = _position(after)
        parts.append(f" AND ({key}, e.id) {beyond} (%(key)s, %(id)s)")
    parts.append(f" ORDER BY key {way}, e.id {way} LIMIT %(most)s")
    return "".join(parts), params


def _neighbours(
    wanted: Wanted, shelf_ids: tuple[UUID, ...], *, now: datetime
) -> list[tuple[Any, ...]]:
    """Some of the words, without filters; else what sells most. Two queries at most."""
    query = lexemes.query(wanted.text, is_any=True)
    plain = Wanted(shop_id=wanted.shop_id)
    rows = _rows(plain, query, (), after=None, most=11, now=now) if query else []
    return rows or _rows(plain, "", shelf_ids, after=None, most=11, now=now)


def _found(rows: list[tuple[Any, ...]], *, now: datetime) -> tuple[Found, ...]:
    """Three queries."""
    cards = queries.product_cards([row[0] for row in rows])
    skus = queries.skus_of(cards)
    prices = _lowest_prices(skus.values(), now=now)
    return tuple(
        Found(
            cards[id],
            prices.get(id, cards[id].list_price_fen),
            sold,
            has_stock,
            skus.get(id, ()),
        )
        for id, sold, has_stock, _key in rows
    )


def shelves_of_shop(shop_id: UUID) -> tuple[ShelfOfShop, ...]:
    """The shelves on which a shop has goods on sale, the fullest first. One query."""
    rows = sql.rows(
        "SELECT c.id, c.name_zh, c.name_en, count(*) FROM catalog_product p"
        " JOIN catalog_category c ON c.id = p.category_id"
        " WHERE p.shop_id = %s AND p.state = 'ON_SALE' AND c.is_open"
        " GROUP BY c.id ORDER BY count(*) DESC, c.position LIMIT 20",
        [shop_id],
    )
    return tuple(
        ShelfOfShop(id, ids.public("cat", id), {"zh": zh, "en": en}, count)
        for id, zh, en, count in rows
    )


def _lowest_prices(sku_ids: Iterable[tuple[UUID, ...]], *, now: datetime) -> dict[UUID, int]:
    """What each product costs at least now, outside of rooms. One query."""
    wanted = [sku_id for each in sku_ids for sku_id in each]
    current = offers.current(wanted, place_id=None, at=now)
    lowest: dict[UUID, int] = {}
    for offer in current.values():
        price_fen = lowest.get(offer.product_id, offer.price_fen)
        lowest[offer.product_id] = min(price_fen, offer.price_fen)
    return lowest


def _people(
    query: str, hidden: Collection[UUID]
) -> tuple[tuple[ShopCard, ...], tuple[CreatorCard, ...]]:
    """At most three shops and three creators. Three queries."""
    rows = sql.rows(
        "SELECT e.kind, e.id FROM catalog_searchentry e"
        " WHERE e.words @@ %(query)s::tsquery AND e.kind <> 'PRODUCT'"
        " AND e.id <> ALL (%(hidden)s::uuid[])"
        " ORDER BY ts_rank(e.words, %(query)s::tsquery) DESC, e.id LIMIT 12",
        {"query": query, "hidden": list(hidden)},
    )
    shop_cards = shops.cards([id for kind, id in rows if kind == EntryKind.SHOP])
    creator_cards = creators.cards([id for kind, id in rows if kind == EntryKind.CREATOR])
    return (
        tuple(card for card in shop_cards.values() if card.is_open)[:3],
        tuple(creator_cards.values())[:3],
    )


def _check(wanted: Wanted) -> None:
    for name in ("least_fen", "most_fen"):
        fen = getattr(wanted, name)
        if fen is not None and not 0 <= fen <= MAX_PRICE_FEN:
            raise Invalid(field=name, reason="range")


def _shelf_ids(category_id: UUID | None) -> tuple[UUID, ...]:
    return () if category_id is None else categories.known(category_id)[-1].with_all_below()


def _position(after: str) -> tuple[int, UUID]:
    found = _AFTER.fullmatch(after) if isinstance(after, str) else None
    if found is None:
        raise Invalid(field="after", reason="form")
    try:
        return int(found[1]), ids.parse("prd", found[2])
    except NotFound as error:
        raise Invalid(field="after", reason="form") from error
