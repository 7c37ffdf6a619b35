"""Many variants of one shop at once, named by its own codes: planned first, then written.

A plan reads and locks and says what would become of each row; writing follows it to the letter.
So a dry run and a run tell the same, and what cannot be taken never becomes half a row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.db.models.fields.json import KT

from laotie.catalog import models, products, rules, search_entries, wordings
from laotie.catalog.products import CodeTwice
from laotie.catalog.rules import ProductState
from laotie.catalog.wordings import Named
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction

_SKU_FIELDS = ("spec", "list_price_fen", "flash_floor_fen", "is_on_sale")
_SEEN = frozenset({"spec", "list_price_fen", "is_on_sale"})  # What buyers could see of a variant.


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variant by its code, as a row of a sheet describes it; None leaves what is there.

    fields: of `spec`, `list_price_fen`, `flash_floor_fen`, `is_on_sale`.
    texts:  of `title`, `description`: of the product that it belongs to.
    """

    row_no: int
    code: str
    fields: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]


def wanted(
    row_no: int,
    code: str,
    *,
    spec: Mapping[str, str] | None = None,
    list_price_fen: int | None = None,
    flash_floor_fen: int | None = None,
    is_on_sale: bool | None = None,
    title: Mapping[str, str] | None = None,
    description: Mapping[str, str] | None = None,
) -> Wanted:
    """A row in its clean form; what is None stays as it is. raises: Invalid."""
    fields: dict[str, Any] = {}
    if spec is not None:
        fields["spec"] = rules.clean_pair(spec, field="spec", longest=rules.SPEC_LETTERS)
    for name, price_fen in (
        ("list_price_fen", list_price_fen),
        ("flash_floor_fen", flash_floor_fen),
    ):
        if price_fen is not None:
            fields[name] = rules.clean_price(price_fen, field=name)
    if is_on_sale is not None:
        fields["is_on_sale"] = is_on_sale
    texts: dict[str, dict[str, str]] = {}
    if title is not None:
        texts["title"] = wordings.clean_title(title)
    if description is not None:
        texts["description"] = wordings.clean_description(description)
    clean_code = clean_line(code, field="code", longest=rules.CODE_LETTERS)
    return Wanted(row_no, clean_code, fields, texts)


@dataclass(slots=True)
class Planned:
    """What becomes of one row. refusal: why nothing does."""

    wanted: Wanted
    sku_id: UUID
    product: models.Product
    is_new: bool
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    refusal: Refusal | None = None
    sku: models.Sku | None = None


# Of rows that are there already, with their SKUs: why some cannot be taken, by row.
MoreToSay = Callable[[Sequence[tuple[Wanted, UUID]]], Mapping[int, Refusal]]


@needs_transaction
def plan(
    shop_id: UUID, wanted: Sequence[Wanted], *, more: MoreToSay, now: datetime
) -> list[Planned]:
    """What would become of these rows, in their order; the rows it is about are locked.

    more: what speaks against rows for reasons that are not the catalog's.
    The caller has asked whether the actor manages the shop. Seven queries, however many rows.
    """
    products.lock_codes(shop_id)
    held = _held(shop_id, [row.code for row in wanted])
    known = [(row, held[row.code][0].id) for row in wanted if row.code in held]
    titles = _titles(shop_id, [row for row in wanted if row.code not in held])
    refusals = {**_texts_refused(wanted, held, titles, now=now), **more(known)}
    return [
        _planned(shop_id, row, held.get(row.code, []), titles, refusals.get(row.row_no))
        for row in wanted
    ]


@needs_transaction
def write(planned: Sequence[Planned], *, actor: Actor, now: datetime) -> None:
    """Make it so; rows with a refusal are passed over.

    At most eight statements, and one for each changed product that is on sale.
    """
    taken = [each for each in planned if each.refusal is None]
    drafts = {each.product.id: each.product for each in taken if each.product.created_at is None}
    for product in drafts.values():
        product.created_at = product.changed_at = now
    models.Product.objects.bulk_create(drafts.values())
    changed = {
        each.product.id: each.product
        for each in taken
        if each.product.id not in drafts and {"title", "description"} & each.changes.keys()
    }
    for product in changed.values():
        product.changed_at = now
    models.Product.objects.bulk_update(changed.values(), ["title", "description", "changed_at"])
    _insert_skus([each.sku for each in taken if each.is_new and each.sku])
    _update_skus(
        [each for each in taken if not each.is_new and set(_SKU_FIELDS) & set(each.changes)]
    )
    _insert_prices([each for each in taken if "list_price_fen" in each.changes], actor, now)
    # A draft gets its entry when it is put on sale, so that a large import need not wait for it.
    sold = {
        each.product.id
        for each in taken
        if each.changes and each.product.state == ProductState.ON_SALE
    }
    search_entries.keep_products(sorted(sold), now=now)


def _held(shop_id: UUID, codes: Sequence[str]) -> dict[str, list[models.Sku]]:
    """The variants that have these codes, locked in the order that everybody keeps."""
    # Variants of before the column have no shop of their own; both ways have an index.
    named = models.Sku.objects.filter(shop_id=shop_id, code__in=codes)
    unnamed = models.Sku.objects.filter(
        shop_id__isnull=True, product__shop=shop_id, code__in=codes
    ).exclude(code="")
    ids_held = [*named.values_list("id", flat=True), *unnamed.values_list("id", flat=True)]
    rows = models.Sku.objects.select_for_update(of=("self",)).select_related("product")
    found: dict[str, list[models.Sku]] = {}
    product_of: dict[UUID, models.Product] = {}
    for sku in rows.filter(pk__in=ids_held).order_by("id"):
        # Rows of one product speak of one object, or the last one would undo the others.
        sku.product = product_of.setdefault(sku.product_id, sku.product)
        found.setdefault(sku.code, []).append(sku)
    return found


@dataclass(slots=True)
class _Place:
    """A product that new variants go to."""

    product: models.Product
    variants: int
    next_position: int


def _titles(shop_id: UUID, wanted: Sequence[Wanted]) -> dict[str, _Place]:
    """Products by their Chinese title; the oldest one, where several have the same."""
    names = {row.texts["title"]["zh"] for row in wanted if "title" in row.texts}
    titled = models.Product.objects.annotate(title_zh=KT("title__zh"))
    rows = titled.filter(shop=shop_id, title_zh__in=names).order_by("-created_at")
    found = {row.title["zh"]: _Place(row, 0, 0) for row in rows}
    by_id = {place.product.id: place for place in found.values()}
    skus = models.Sku.objects.filter(product__in=list(by_id)).values("product")
    for row in skus.annotate(count=Count("id"), last=Max("position")):
        by_id[row["product"]].variants = row["count"]
        by_id[row["product"]].next_position = row["last"] + 1
    return found


def _texts_refused(
    wanted: Sequence[Wanted],
    held: Mapping[str, Sequence[models.Sku]],
    titles: Mapping[str, _Place],
    *,
    now: datetime,
) -> Mapping[int, Refusal]:
    """Rows that would say of goods what may not be shown; what is said already may stay."""
    fresh: dict[int, list[Named]] = {}
    for row in wanted:
        said = dict(row.texts)
        if "spec" in row.fields:
            said["spec"] = row.fields["spec"]
        standing: Mapping[str, Mapping[str, str]] = {}
        if row.code in held:
            sku, product = held[row.code][0], held[row.code][0].product
            standing = {
                "title": product.title,
                "description": product.description,
                "spec": sku.spec,
            }
        elif "title" in said and said["title"]["zh"] in titles:
            standing = row.texts  # It goes to a product whose own texts stay as they are.
        fresh[row.row_no] = [
            (name, text) for name, text in said.items() if standing.get(name) != text
        ]
    return wordings.refused(fresh, now=now)


def _planned(
    shop_id: UUID,
    wanted: Wanted,
    held: Sequence[models.Sku],
    titles: dict[str, _Place],
    refusal: Refusal | None,
) -> Planned:
    if held:
        sku = held[0]
        each = Planned(wanted, sku.id, sku.product, is_new=False, sku=sku)
        judge = _judge_change if len(held) == 1 else _refuse_code
    else:
        each = Planned(wanted, ids.new(), models.Product(), is_new=True)
        judge = _judge_new
    try:
        if refusal is not None:
            raise refusal
        judge(each, shop_id, titles)
    except Refusal as no:
        each.refusal = no
    return each


def _refuse_code(each: Planned, shop_id: UUID, titles: dict[str, _Place]) -> None:
    raise CodeTwice(code=each.wanted.code)


def _judge_change(each: Planned, shop_id: UUID, titles: dict[str, _Place]) -> None:
    sku, product, wanted = each.sku, each.product, each.wanted
    assert sku
    after = {name: wanted.fields.get(name, getattr(sku, name)) for name in _SKU_FIELDS}
    floor_fen = after["flash_floor_fen"]
    if floor_fen is not None and floor_fen > after["list_price_fen"]:
        raise Invalid(field="flash_floor_fen", reason="range")
    for name, value in after.items():
        if getattr(sku, name) != value:
            each.changes[name] = (getattr(sku, name), value)
            setattr(sku, name, value)
    sku.version += int(bool(_SEEN & each.changes.keys()))
    for name, text in wanted.texts.items():
        if getattr(product, name) != text:
            each.changes[name] = (getattr(product, name), text)
            setattr(product, name, dict(text))


def _judge_new(each: Planned, shop_id: UUID, titles: dict[str, _Place]) -> None:
    wanted = each.wanted
    if "title" not in wanted.texts:
        raise Invalid(field="title", reason="required")
    if "list_price_fen" not in wanted.fields:
        raise Invalid(field="list_price_fen", reason="required")
    floor_fen = wanted.fields.get("flash_floor_fen")
    if floor_fen is not None and floor_fen > wanted.fields["list_price_fen"]:
        raise Invalid(field="flash_floor_fen", reason="range")
    title = wanted.texts["title"]
    place = titles.get(title["zh"])
    if place is None:
        product = models.Product(
            shop_id=shop_id,
            title=dict(title),
            description=dict(wanted.texts.get("description", {"zh": "", "en": ""})),
            state=ProductState.DRAFT,
        )
        place = titles[title["zh"]] = _Place(product, 0, 0)
    spec = wanted.fields.get("spec", {"zh": "", "en": ""})
    if place.variants and not any(spec.values()):
        raise Invalid(field="spec", reason="required")
    if place.variants >= rules.SKUS_PER_PRODUCT:
        raise Invalid(field="skus", reason="too_many")
    each.product = place.product
    each.sku = models.Sku(
        id=each.sku_id,
        product=place.product,
        shop_id=shop_id,
        spec=dict(spec),
        code=wanted.code,
        list_price_fen=wanted.fields["list_price_fen"],
        flash_floor_fen=floor_fen,
        is_on_sale=wanted.fields.get("is_on_sale", True),
        position=place.next_position,
    )
    place.variants, place.next_position = place.variants + 1, place.next_position + 1
    each.changes["list_price_fen"] = (None, wanted.fields["list_price_fen"])


# Whole columns in one statement each: row by row the ORM took longer than the database.
def _insert_skus(skus: Sequence[models.Sku]) -> None:
    if not skus:
        return
    sql.hot_change(
        "INSERT INTO catalog_sku (id, product_id, shop_id, spec, code, list_price_fen,"
        " flash_floor_fen, is_on_sale, position, version)"
        " SELECT u.id, u.product_id, u.shop_id, u.spec::jsonb, u.code, u.price_fen, u.floor_fen,"
        " u.is_on_sale, u.position, u.version FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[],"
        " %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bool[], %s::int[], %s::int[])"
        " u(id, product_id, shop_id, spec, code, price_fen, floor_fen, is_on_sale, position,"
        " version)",
        [
            [sku.id for sku in skus],
            [sku.product_id for sku in skus],
            [sku.shop_id for sku in skus],
            [rules.as_json(sku.spec) for sku in skus],
            [sku.code for sku in skus],
            [sku.list_price_fen for sku in skus],
            [sku.flash_floor_fen for sku in skus],
            [sku.is_on_sale for sku in skus],
            [sku.position for sku in skus],
            [sku.version for sku in skus],
        ],
    )


def _insert_prices(changed: Sequence[Planned], actor: Actor, now: datetime) -> None:
    if not changed:
        return
    prices = [each.changes["list_price_fen"] for each in changed]
    sql.hot_change(
        "INSERT INTO catalog_pricechange (id, sku_id, before_fen, after_fen, version,"
        " changed_by_id, via, changed_at)"
        " SELECT u.id, u.sku_id, u.before_fen, u.after_fen, u.version, %s::uuid, %s::text,"
        " %s::timestamptz FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[],"
        " %s::int[]) u(id, sku_id, before_fen, after_fen, version)",
        [
            actor.person_id,
            actor.via,
            now,
            [ids.new() for _each in changed],
            [each.sku_id for each in changed],
            [before_fen for before_fen, _after_fen in prices],
            [after_fen for _before_fen, after_fen in prices],
            [each.sku.version if each.sku else 1 for each in changed],
        ],
    )


def _update_skus(changed: Sequence[Planned]) -> None:
    skus = [each.sku for each in changed if each.sku]
    if not skus:
        return
    sql.hot_change(
        "UPDATE catalog_sku SET spec = u.spec::jsonb, list_price_fen = u.price_fen,"
        " flash_floor_fen = u.floor_fen, is_on_sale = u.is_on_sale, version = u.version"
        " FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::bigint[], %s::bool[], %s::int[])"
        " u(id, spec, price_fen, floor_fen, is_on_sale, version) WHERE catalog_sku.id = u.id",
        [
            [sku.id for sku in skus],
            [rules.as_json(sku.spec) for sku in skus],
            [sku.list_price_fen for sku in skus],
            [sku.flash_floor_fen for sku in skus],
            [sku.is_on_sale for sku in skus],
            [sku.version for sku in skus],
        ],
    )


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A variant with its product, as a sheet shows it."""

    sku_id: UUID
    product_id: UUID
    code: str
    title: dict[str, str]
    description: dict[str, str]
    spec: dict[str, str]
    list_price_fen: int
    flash_floor_fen: int | None
    is_on_sale: bool
    state: str


def count(shop_id: UUID) -> int:
    """How many variants the shop has. One query."""
    return models.Sku.objects.filter(product__shop=shop_id).count()


def after(shop_id: UUID, sku_id: UUID | None, *, most: int) -> list[SkuRow]:
    """The shop's variants in the order of their ids, those after one. One query."""
    rows = models.Sku.objects.filter(product__shop=shop_id).select_related("product").order_by("id")
    if sku_id is not None:
        rows = rows.filter(id__gt=sku_id)
    return [
        SkuRow(
            sku_id=sku.id,
            product_id=sku.product_id,
            code=sku.code,
            title=sku.product.title,
            description=sku.product.description,
            spec=sku.spec,
            list_price_fen=sku.list_price_fen,
            flash_floor_fen=sku.flash_floor_fen,
            is_on_sale=sku.is_on_sale,
            state=sku.product.state,
        )
        for sku in rows[:most]
    ]
