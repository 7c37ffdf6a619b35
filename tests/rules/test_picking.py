"""Picking on a product's axes: which variant each value leads to."""

from uuid import UUID

from laotie.catalog.queries import ProductCard, ProductPage, SkuLine
from laotie.kernel import ids
from laotie.surfaces.shop import picking

AXES = (
    {"zh": "颜色", "en": "Colour", "values": [{"zh": "红", "en": "Red"}, {"zh": "白", "en": "White"}]},
    {"zh": "尺寸", "en": "Size", "values": [{"zh": "大", "en": "Large"}, {"zh": "小", "en": "Small"}]},
)  # fmt: skip
SHOP = None  # Nothing here reads it.


def sku(*choice: int, picture_url: str = "") -> SkuLine:
    id = ids.new()
    return SkuLine(id, ids.public("sku", id), {"zh": "", "en": ""}, 100, None, picture_url, choice)


def page(*skus: SkuLine) -> ProductPage:
    card = ProductCard(UUID(int=1), "prd", UUID(int=2), {}, "", 100, is_on_sale=True)
    return ProductPage(card, {}, (), SHOP, skus, None, AXES)  # type: ignore[arg-type]


def leads(axes: tuple[picking.Axis, ...]) -> list[list[tuple[str, str, bool, bool]]]:
    return [
        [(value.name["en"], value.ref, value.is_chosen, value.is_there) for value in axis.values]
        for axis in axes
    ]


def test_a_value_keeps_the_other_axes() -> None:
    red_l, red_s, white_l, white_s = sku(0, 0, picture_url="/red"), sku(0, 1), sku(1, 0), sku(1, 1)
    there = {red_l.sku_id, red_s.sku_id, white_l.sku_id}

    axes = picking.axes(page(red_l, red_s, white_l, white_s), red_s, there=there)

    assert leads(axes) == [
        [("Red", red_s.public_id, True, True), ("White", white_s.public_id, False, False)],
        [("Large", red_l.public_id, False, True), ("Small", red_s.public_id, True, True)],
    ]
    assert [value.picture_url for value in axes[0].values] == ["", ""]
    assert [value.picture_url for value in axes[1].values] == ["", ""]


def test_where_no_such_variant_is_the_nearest_one_that_can_be_bought_is_meant() -> None:
    red_s, white_l = sku(0, 1), sku(1, 0, picture_url="/white")

    axes = picking.axes(page(red_s, white_l), red_s, there={white_l.sku_id})

    assert leads(axes)[0] == [
        ("Red", red_s.public_id, True, False),
        ("White", white_l.public_id, False, True),
    ]
    assert [value.picture_url for value in axes[0].values] == ["", "/white"]


def test_a_value_that_no_variant_has_is_not_shown() -> None:
    only = sku(0, 0)

    axes = picking.axes(page(only), only, there={only.sku_id})

    assert [[value.name["en"] for value in axis.values] for axis in axes] == [["Red"], ["Large"]]


def test_variants_beside_the_axes_are_picked_from_one_list() -> None:
    red, plain = sku(0, 0), sku()

    assert picking.axes(page(red, plain), red, there={red.sku_id}) == ()
    assert picking.axes(page(), None, there=set()) == ()


def test_a_form_means_the_pick_that_leads_away() -> None:
    assert picking.picked("a", ["a", "b", ""]) == "b"
    assert picking.picked("a", ["a", "a", ""]) == "a"
    assert picking.picked("a", ["", "", ""]) == "a"
