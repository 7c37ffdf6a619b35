"""The search index: an entry per product, shop and creator, written with what it is about.

A product's entry is written in the transaction that changes the product; those of shops and
creators follow their events. `rebuild` makes all of them anew, in portions, while shops go on.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from laotie.accounts import creators, shops
from laotie.catalog import lexemes, models
from laotie.catalog.lexemes import with_dictionaries
from laotie.catalog.rules import EntryKind
from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction, use_case

_PORTION = 200
_UPSERT = """
    INSERT INTO catalog_searchentry
        (id, kind, shop_id, name_zh, name_en, words, price_fen, sold, has_stock, kept_at)
    VALUES (%s, %s, %s, %s, %s, %s::tsvector, %s, 0, false, %s)
    ON CONFLICT (id) DO UPDATE SET shop_id = excluded.shop_id, name_zh = excluded.name_zh,
        name_en = excluded.name_en, words = excluded.words, price_fen = excluded.price_fen,
        kept_at = excluded.kept_at
"""


@needs_transaction
def keep_products(product_ids: Iterable[UUID], *, now: datetime) -> int:
    """These products are found by what they are called and told to be now. Three queries and one
    per product; how many there were."""
    wanted = list(product_ids)
    rows = list(
        models.Product.objects.select_related("shop", "category")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    skus: dict[UUID, list[models.Sku]] = {row.id: [] for row in rows}
    for sku in models.Sku.objects.filter(product__in=list(skus)).order_by("position"):
        skus[sku.product_id].append(sku)
    for row in rows:
        if skus[row.id]:
            _keep_product(row, skus[row.id], now)
    return len(rows)


def _keep_product(row: models.Product, skus: Sequence[models.Sku], now: datetime) -> None:
    kin = [
        row.shop.name_zh,
        row.shop.name_en,
        *(text for sku in skus for text in sku.spec.values()),
    ]
    if row.category is not None:
        kin += [row.category.name_zh, row.category.name_en]
    words = lexemes.vector(
        names=_both(row.title), kin=kin, texts=[text[:1000] for text in _both(row.description)]
    )
    # What can be bought gives the price that lists are sorted by; without any, all variants do.
    prices = [sku.list_price_fen for sku in skus if sku.is_on_sale]
    price_fen = min(prices or [sku.list_price_fen for sku in skus])
    names = [row.title["zh"], row.title["en"]]
    _write(row.id, EntryKind.PRODUCT, row.shop_id, names, words, price_fen, now)


@needs_transaction
def keep_shop(shop_id: UUID, *, now: datetime) -> None:
    """The shop is found by its names of now."""
    name = shops.card(shop_id).name
    words = lexemes.vector(names=_both(name))
    _write(shop_id, EntryKind.SHOP, shop_id, [name["zh"], name["en"]], words, None, now)


@needs_transaction
def keep_creator(creator_id: UUID, *, now: datetime) -> None:
    """The creator is found by their name of now."""
    name = creators.card(creator_id).name
    words = lexemes.vector(names=[name])
    _write(creator_id, EntryKind.CREATOR, None, [name, name], words, None, now)


def rebuild(*, now: datetime) -> int:
    """Every entry is made anew, a portion per transaction; how many there are."""
    done = 0
    for keep, ids in (
        (_keep_products, models.Product.objects.order_by("pk").values_list("pk", flat=True)),
        (_keep_shops, shops.ids_of_all()),
        (_keep_creators, creators.ids_of_all()),
    ):
        wanted = list(ids)
        for at in range(0, len(wanted), _PORTION):
            done += keep(wanted[at : at + _PORTION], now=now)
    return done


@use_case
def set_standing(standing: Mapping[UUID, tuple[int, bool]]) -> int:
    """Each SKU's units sold in 30 days and whether it can be had: summed up on their products.

    Products of which no SKU is named stand at nothing. One statement; how many changed.
    """
    return sql.change(
        sql.text("catalog", "set_standing"),
        {
            "skus": list(standing),
            "sold": [sold for sold, _ in standing.values()],
            "has_stock": [has_stock for _, has_stock in standing.values()],
        },
    )


@with_dictionaries
@use_case
def _keep_products(product_ids: Sequence[UUID], *, now: datetime) -> int:
    return keep_products(product_ids, now=now)


@with_dictionaries
@use_case
def _keep_shops(shop_ids: Sequence[UUID], *, now: datetime) -> int:
    for shop_id in shop_ids:
        keep_shop(shop_id, now=now)
    return len(shop_ids)


@with_dictionaries
@use_case
def _keep_creators(creator_ids: Sequence[UUID], *, now: datetime) -> int:
    for creator_id in creator_ids:
        keep_creator(creator_id, now=now)
    return len(creator_ids)


def _write(
    id: UUID,
    kind: EntryKind,
    shop_id: UUID | None,
    names: Sequence[str],
    words: str,
    price_fen: int | None,
    now: datetime,
) -> None:
    sql.change(_UPSERT, [id, kind.value, shop_id, *names, words, price_fen, now])


def _both(text: Mapping[str, str]) -> list[str]:
    return [text["zh"], text["en"]]
