"""A product's axes as a buyer picks on them: each value leads to the variant nearest to the chosen.

Picking a value keeps the others wherever such a variant exists, and prefers one that can be bought.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from laotie.catalog.queries import ProductPage, SkuLine


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an axis and the variant that picking it leads to.

    is_there: whether that variant can be bought. picture_url: its own picture, on the first axis.
    """

    name: Mapping[str, str]
    ref: str
    is_chosen: bool
    is_there: bool
    picture_url: str


@dataclass(frozen=True, slots=True)
class Axis:
    """`number` from 0, in the order shown."""

    number: int
    name: Mapping[str, str]
    values: tuple[Value, ...]


def axes(page: ProductPage, chosen: SkuLine | None, *, there: Set[UUID]) -> tuple[Axis, ...]:
    """What there is to pick; empty unless every variant shown is a combination.

    there: the variants that can be bought. Values without a variant are left out.
    """
    is_matrix = page.axes and all(len(sku.choice) == len(page.axes) for sku in page.skus)
    if chosen is None or not is_matrix:
        return ()
    return tuple(
        Axis(number, _name(axis), _values(number, axis, page.skus, chosen, there))
        for number, axis in enumerate(page.axes)
    )


def picked(base: str, picks: Sequence[str]) -> str:
    """The variant that a form means: the pick that leads away from the one shown, if any does."""
    return next((ref for ref in picks if ref and ref != base), base)


def _values(
    number: int,
    axis: Mapping[str, Any],
    skus: Sequence[SkuLine],
    chosen: SkuLine,
    there: Set[UUID],
) -> tuple[Value, ...]:
    found = []
    for place, value in enumerate(axis["values"]):
        having = [sku for sku in skus if sku.choice[number] == place]
        if not having:
            continue
        # The first of several equals, so in the order that the shop shows them.
        nearest = max(having, key=lambda sku: (_likeness(sku, chosen), sku.sku_id in there))
        found.append(
            Value(
                name=value,
                ref=nearest.public_id,
                is_chosen=nearest.sku_id == chosen.sku_id,
                is_there=nearest.sku_id in there,
                picture_url=nearest.picture_url if number == 0 else "",
            )
        )
    return tuple(found)


def _likeness(sku: SkuLine, chosen: SkuLine) -> int:
    """On how many axes two variants have the same value."""
    return sum(one == other for one, other in zip(sku.choice, chosen.choice, strict=True))


def _name(axis: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": axis["zh"], "en": axis["en"]}
