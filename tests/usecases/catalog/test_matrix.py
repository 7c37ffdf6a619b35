"""A product's axes and combinations; a copy of a product."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests import builders
from tests.builders import NOW, ShopOfOne

from laotie.catalog import matrix, offers, prices, products
from laotie.catalog.matrix import Cell
from laotie.catalog.products import NewSku, ProductFile
from laotie.kernel.errors import Invalid, NotAllowed, NotFound

pytestmark = pytest.mark.usefixtures("db")


def axis(zh: str, en: str, *values: tuple[str, str]) -> dict[str, Any]:
    return {"zh": zh, "en": en, "values": [{"zh": z, "en": e} for z, e in values]}


COLOUR = axis("颜色", "Colour", ("红", "Red"), ("白", "White"))
SIZE = axis("尺寸", "Size", ("大", "Large"), ("小", "Small"))
MAKER = axis("工艺", "Craft", ("手工", "By hand"))


def cell(*choice: int, fen: int = 3990, sku_id: UUID | None = None, **how: Any) -> Cell:
    sku = NewSku(spec={"zh": "", "en": ""}, list_price_fen=fen, code=how.pop("code", ""))
    return Cell(choice, sku, sku_id=sku_id, **how)


def arrange(shop: ShopOfOne, file: ProductFile, axes: Any, cells: Any) -> ProductFile:
    return matrix.arrange(actor=shop.owner, product_id=file.id, axes=axes, cells=cells, now=NOW)


def test_every_combination_becomes_a_variant_named_by_its_values() -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop, 3990)
    first = file.skus[0].id
    axes = [COLOUR, SIZE, MAKER]
    choices = matrix.combinations(axes)

    cells = [cell(*choice, code=f"C{n}") for n, choice in enumerate(choices)]
    made = arrange(shop, file, axes, [replace(cells[0], sku_id=first), *cells[1:]])

    assert [sku.spec["zh"] for sku in made.skus] == [
        "红 / 大 / 手工", "红 / 小 / 手工", "白 / 大 / 手工", "白 / 小 / 手工",
    ]  # fmt: skip
    assert [sku.choice for sku in made.skus] == choices
    assert (made.skus[0].id, made.skus[3].spec["en"]) == (first, "White / Small / By hand")
    assert [axis["en"] for axis in made.axes] == ["Colour", "Size", "Craft"]


def test_what_is_left_out_is_not_for_sale_and_stays_for_its_orders() -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop, 100)
    one = arrange(shop, file, [COLOUR], [cell(0, sku_id=file.skus[0].id), cell(1, fen=200)])
    red, white = one.skus

    two = arrange(
        shop, file, [SIZE], [cell(1, fen=300, sku_id=white.id), cell(0, fen=400, is_on_sale=False)]
    )

    found = {sku.id: sku for sku in two.skus}
    assert (found[red.id].is_on_sale, found[red.id].choice, found[red.id].spec["zh"]) == (
        False, (), "红",
    )  # fmt: skip
    assert (found[white.id].spec["zh"], found[white.id].list_price_fen) == ("小", 300)
    assert [sku.spec["zh"] for sku in two.skus] == ["小", "大", "红"]
    assert set(offers.current(found, place_id=None, at=NOW)) == {white.id}
    history = prices.of(actor=shop.owner, sku_id=white.id)
    assert [(line.before_fen, line.after_fen) for line in history] == [(200, 300), (None, 200)]
    three = arrange(shop, file, [SIZE], [cell(0, sku_id=red.id), cell(1, sku_id=white.id)])
    assert [sku.id for sku in three.skus][:2] == [red.id, white.id]


@pytest.mark.parametrize(
    ("axes", "cells"),
    [
        ([], [cell()]),
        ([COLOUR, SIZE, MAKER, axis("四", "Four", ("x", "x"))], [cell(0, 0, 0, 0)]),
        ([COLOUR, COLOUR], [cell(0, 0)]),
        ([axis("颜色", "Colour")], [cell(0)]),
        ([axis("颜色", "Colour", ("红", "Red"), ("红", "Crimson"))], [cell(0)]),
        ([axis("颜色", "Colour", *((str(n), str(n)) for n in range(21)))], [cell(0)]),
        ([axis("", "Colour", ("红", "Red"))], [cell(0)]),
        ([{"zh": "x"}], [cell(0)]),
        ([COLOUR], []),
        ([COLOUR], [cell(2)]),
        ([COLOUR], [cell(0, 0)]),
        ([COLOUR], [cell(0), cell(0)]),
        ([COLOUR], [cell(0, fen=0)]),
        ([COLOUR], [cell(0, code="A"), cell(1, code="A")]),
    ],
)
def test_a_bent_matrix_changes_nothing(axes: Any, cells: Any) -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop, 3990)

    with pytest.raises((Invalid, products.CodeTwice)):
        arrange(shop, file, axes, cells)

    assert products.file_of(actor=shop.owner, product_id=file.id) == file


def test_only_its_own_managers_arrange_a_product_with_its_own_variants() -> None:
    shop, other = builders.a_shop(), builders.a_shop("别家")
    file, theirs = builders.a_product(shop, 100), builders.a_product(other, 100)

    with pytest.raises(NotFound):
        arrange(shop, file, [COLOUR], [cell(0, sku_id=theirs.skus[0].id)])
    with pytest.raises(NotFound):
        arrange(other, file, [COLOUR], [cell(0)])
    with pytest.raises(NotAllowed):
        clerk = builders.a_clerk(shop, "ship")
        matrix.duplicate(actor=clerk, product_id=file.id, now=NOW)


def test_a_copy_is_a_draft_without_codes() -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop, 100)
    file = arrange(shop, file, [COLOUR], [cell(0, code="A"), cell(1, fen=5, is_on_sale=False)])

    copy = matrix.duplicate(actor=shop.owner, product_id=file.id, now=NOW)

    assert (copy.state, copy.title, copy.axes) == ("DRAFT", file.title, file.axes)
    assert copy.id != file.id
    assert [(s.spec, s.list_price_fen, s.is_on_sale, s.choice) for s in copy.skus] == [
        (s.spec, s.list_price_fen, s.is_on_sale, s.choice) for s in file.skus
    ]
    assert {sku.code for sku in copy.skus} == {""}
