"""What a shop says of its goods passes the gate for texts, by every way in."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from tests import builders
from tests.builders import NOW, ShopOfOne

from laotie.catalog import matrix, products
from laotie.catalog.matrix import Cell
from laotie.catalog.products import NewSku
from laotie.content.judgement import rule_sets
from laotie.content.judgement.findings import Severity
from laotie.kernel.screening import TextNotAllowed

pytestmark = pytest.mark.usefixtures("db")

# A space that draws nothing between the letters: taken out before anybody looks.
HIDDEN = "代\u200b开\u2060发票"
# No other test's: a process knows rules again by their version and moment.
THEN = NOW - timedelta(seconds=73)


def pair(zh: str, en: str = "fine") -> dict[str, str]:
    return {"zh": zh, "en": en}


def variant(zh: str, en: str = "fine", fen: int = 3990) -> NewSku:
    return NewSku(spec=pair(zh, en), list_price_fen=fen)


def axes(name: str, *values: str) -> list[dict[str, Any]]:
    return [{**pair(name, name), "values": [pair(value, value) for value in values]}]


def forbid(*words: str) -> None:
    rule_sets.publish(
        actor=builders.an_operator(), after_version=0,
        words=dict.fromkeys(words, Severity.REFUSE), reason="new",
        severities=dict.fromkeys(rule_sets.WEIGHED, Severity.REFUSE), now=THEN,
    )  # fmt: skip


def test_titles_descriptions_and_names_of_variants_are_refused_with_field_and_words() -> None:
    shop: ShopOfOne = builders.a_shop()
    product = builders.a_product(shop)
    held = products.file_of(actor=shop.owner, product_id=product.id)
    create = partial(
        products.create, actor=shop.owner, shop_id=shop.id, title=pair("茶"),
        description=pair("好"), skus=[variant("红")], now=NOW,
    )  # fmt: skip
    change = partial(products.change, actor=shop.owner, product_id=product.id, now=NOW)
    arrange = partial(matrix.arrange, actor=shop.owner, product_id=product.id, now=NOW)
    cells = [Cell((0,), variant("")), Cell((1,), variant(""))]
    for field, words, say in (
        ("title.zh", "代开发票", partial(create, title=pair(HIDDEN))),
        ("description.zh", "代开发票", partial(create, description=pair(f"好茶\n{HIDDEN}"))),
        ("spec.en", "kiln dot com", partial(create, skus=[variant("红", "Red, kiln dot com")])),
        ("description.en", "kiln dot com", partial(change, description=pair("好", "kiln dot com"))),
        ("spec.zh", "代.开.发.票", partial(
            products.add_sku, actor=shop.owner, product_id=product.id, sku=variant("代.开.发.票"),
            now=NOW,
        )),
        ("spec.zh", "代开发票", partial(
            products.change_sku, actor=shop.owner, sku_id=product.skus[0].id, sku=variant(HIDDEN),
            now=NOW,
        )),
        ("axes.zh", "代开发票", partial(arrange, axes=axes(HIDDEN, "红", "白"), cells=cells)),
        ("axes.zh", "代开发票", partial(arrange, axes=axes("色", "红", HIDDEN), cells=cells[:1])),
        ("spec.zh", "代开 / 发票", partial(
            arrange, axes=[*axes("一", "代开"), *axes("二", "发票")], cells=[Cell((0, 0), variant(""))]
        )),
    ):  # fmt: skip
        with pytest.raises(TextNotAllowed) as refused:
            say()
        assert (refused.value.facts["field"], refused.value.facts["words"]) == (field, words)
    assert products.files_of(actor=shop.owner, shop_id=shop.id) == (held,)


def test_what_stands_already_may_stay_and_no_copy_is_made_of_it() -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop, 3990, title="祖传茶")
    forbid("祖传", "款0")

    renamed = products.change(
        actor=shop.owner, product_id=product.id, title=product.title,
        description=pair("新茶"), now=NOW,
    )  # fmt: skip
    cheaper = products.change_sku(
        actor=shop.owner, sku_id=product.skus[0].id,
        sku=NewSku(spec=product.skus[0].spec, list_price_fen=2990), now=NOW,
    )  # fmt: skip

    assert (renamed.title, renamed.description) == (product.title, pair("新茶"))
    assert cheaper.skus[0].list_price_fen == 2990
    with pytest.raises(TextNotAllowed) as refused:
        matrix.duplicate(actor=shop.owner, product_id=product.id, now=NOW)
    assert refused.value.facts["field"] == "title.zh"
    assert len(products.files_of(actor=shop.owner, shop_id=shop.id)) == 1
