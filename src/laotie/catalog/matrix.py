"""A product's axes (colour, size, …) and one variant for each combination that it has.

What the matrix leaves out is not deleted, since orders speak of it: it is not for sale any more.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max

from laotie.catalog import models, products, rules, search_entries, wordings
from laotie.catalog.lexemes import with_dictionaries
from laotie.catalog.products import NewSku, ProductFile
from laotie.catalog.rules import ProductState
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.use_case import needs_transaction, use_case

MOST_AXES = 3
MOST_VALUES = 20
NAME_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination. choice: the place of its value on each axis; sku: its spec is not asked.

    sku_id: the variant that it has been so far; None for a new one.
    """

    choice: tuple[int, ...]
    sku: NewSku
    is_on_sale: bool = True
    sku_id: UUID | None = None


@with_dictionaries
@use_case
def arrange(
    *,
    actor: Actor,
    product_id: UUID,
    axes: Sequence[Mapping[str, Any]],
    cells: Sequence[Cell],
    now: datetime,
) -> ProductFile:
    """The product has these axes, and these combinations of them.

    axes:   1 to 3, each `{zh, en, values: [{zh, en}, …]}` with 1 to 20 values of different names.
    cells:  1 to 50 different combinations, in the order shown; specs follow from the values.
    raises: SignInFirst, NotFound, NotAllowed, Invalid, CodeTwice, TextNotAllowed.
    """
    product = products.locked(actor, product_id)
    products.lock_codes(product.shop_id)
    clean = clean_axes(axes)
    _check_cells(clean, cells)
    held = {row.id: row for row in models.Sku.objects.select_for_update().filter(product=product)}
    if any(cell.sku_id is not None and cell.sku_id not in held for cell in cells):
        raise NotFound
    specs = [spec_of(clean, cell.choice) for cell in cells]
    wordings.require_fit(
        [("axes", one) for one in _words_of(clean)] + [("spec", spec) for spec in specs],
        standing=[*_words_of(product.axes), *(row.spec for row in held.values())],
        now=now,
    )
    _make_room(product, {cell.sku_id for cell in cells if cell.sku_id}, len(cells))
    product.axes, product.changed_at = clean, now
    product.save(update_fields=["axes", "changed_at"])
    for position, (cell, spec) in enumerate(zip(cells, specs, strict=True)):
        described = replace(cell.sku, spec=spec)
        if cell.sku_id is None:
            row = products.add(
                actor, product, described, position=position, choice=cell.choice, now=now
            )
        else:
            row = held[cell.sku_id]
            row.position, row.choice = position, list(cell.choice)
            products.write_sku(actor, product, row, described, now=now)
        models.Sku.objects.filter(pk=row.id).exclude(is_on_sale=cell.is_on_sale).update(
            is_on_sale=cell.is_on_sale, version=F("version") + 1
        )
    search_entries.keep_products([product_id], now=now)
    return products.file_of(actor=actor, product_id=product_id)


@with_dictionaries
@use_case
def duplicate(*, actor: Actor, product_id: UUID, now: datetime) -> ProductFile:
    """A draft like this product: texts, pictures, axes, variants and prices; no codes, no stock.

    raises: SignInFirst, NotFound, NotAllowed, TextNotAllowed.
    """
    source = products.locked(actor, product_id)
    skus = list(models.Sku.objects.filter(product=source).order_by("position"))
    wordings.require_fit(
        [
            ("title", source.title),
            ("description", source.description),
            *(("axes", one) for one in _words_of(source.axes)),
            *(("spec", sku.spec) for sku in skus),
        ],
        now=now,
    )
    copy = models.Product.objects.create(
        shop_id=source.shop_id,
        title=source.title,
        description=source.description,
        pictures=source.pictures,
        category_id=source.category_id,
        axes=source.axes,
        state=ProductState.DRAFT,
        created_at=now,
        changed_at=now,
    )
    products.lock_codes(source.shop_id)
    for position, sku in enumerate(skus):
        row = products.add(
            actor,
            copy,
            NewSku(
                spec=sku.spec,
                list_price_fen=sku.list_price_fen,
                flash_floor_fen=sku.flash_floor_fen,
                picture=sku.picture,
            ),
            position=position,
            choice=sku.choice,
            now=now,
        )
        if not sku.is_on_sale:
            models.Sku.objects.filter(pk=row.id).update(is_on_sale=False)
    search_entries.keep_products([copy.id], now=now)
    return products.file_of(actor=actor, product_id=copy.id)


def clean_axes(axes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """raises: Invalid."""
    if not 1 <= len(axes) <= MOST_AXES:
        raise Invalid(field="axes", reason="too_many" if axes else "required")
    clean = [_clean_axis(axis) for axis in axes]
    for language in rules.LANGUAGES:
        if len({axis[language] for axis in clean}) != len(clean):
            raise Invalid(field="axes", reason="choice")
    return clean


def combinations(axes: Sequence[Mapping[str, Any]]) -> list[tuple[int, ...]]:
    """Every choice that the axes allow, the last axis changing fastest."""
    return list(itertools.product(*(range(len(axis["values"])) for axis in axes)))


def spec_of(axes: Sequence[Mapping[str, Any]], choice: Sequence[int]) -> dict[str, str]:
    """`红 / 大` and `Red / Large`."""
    return {
        language: " / ".join(
            str(axis["values"][at][language]) for axis, at in zip(axes, choice, strict=True)
        )
        for language in rules.LANGUAGES
    }


def _words_of(axes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, str]]:
    """The names of axes and of their values."""
    return [one for axis in axes for one in ({"zh": axis["zh"], "en": axis["en"]}, *axis["values"])]


def _clean_axis(axis: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(axis, Mapping) or set(axis) != {"zh", "en", "values"}:
        raise Invalid(field="axes", reason="form")
    names = {language: axis[language] for language in rules.LANGUAGES}
    values = axis["values"]
    if not isinstance(values, Sequence) or not 1 <= len(values) <= MOST_VALUES:
        raise Invalid(field="axes", reason="too_many" if values else "required")
    clean = [rules.clean_pair(value, field="axes", longest=NAME_LETTERS) for value in values]
    for language in rules.LANGUAGES:
        if len({value[language] for value in clean}) != len(clean):
            raise Invalid(field="axes", reason="choice")
    return {**rules.clean_pair(names, field="axes", longest=NAME_LETTERS), "values": clean}


def _check_cells(axes: Sequence[Mapping[str, Any]], cells: Sequence[Cell]) -> None:
    if not 1 <= len(cells) <= rules.SKUS_PER_PRODUCT:
        raise Invalid(field="skus", reason="too_many" if cells else "required")
    known = set(combinations(axes))
    choices = [cell.choice for cell in cells]
    ids = [cell.sku_id for cell in cells if cell.sku_id is not None]
    if not known.issuperset(choices) or len(set(choices)) != len(choices):
        raise Invalid(field="skus", reason="choice")
    if len(set(ids)) != len(ids):
        raise Invalid(field="skus", reason="choice")


@needs_transaction
def _make_room(product: models.Product, kept: set[UUID], places: int) -> None:
    """The first places are free, and what is not kept is not for sale and is no combination."""
    rows = models.Sku.objects.filter(product=product)
    last = rows.aggregate(last=Max("position"))["last"]
    # Upwards in one step each, to places that nobody has: positions never meet on the way.
    rows.update(position=F("position") + last + places + 1, choice=[])
    rows.exclude(pk__in=kept).filter(is_on_sale=True).update(
        is_on_sale=False, version=F("version") + 1
    )
