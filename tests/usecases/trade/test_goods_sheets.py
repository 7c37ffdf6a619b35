"""Goods in and out as files: what a dry run says is what a run does, each row whole or not."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World

from laotie.accounts import shops
from laotie.catalog import offers, prices, products
from laotie.catalog.products import NewSku, ProductFile, SkuFile
from laotie.kernel import clock, running, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.kernel.runs import RunCard
from laotie.trade import goods_sheets, jobs, stock

assert jobs  # Registers the kinds of work.
HEADER = [
    "SKU code", "Title (Chinese)", "Title (English)", "Variant (Chinese)", "Variant (English)",
    "Price", "Lowest flash price", "Stock", "Can be bought", "Description (Chinese)",
]  # fmt: skip


def as_csv(rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8") -> bytes:
    kept = io.StringIO(newline="")
    csv.writer(kept).writerows([HEADER, *rows])
    return kept.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    assert book.active
    for row in [HEADER, *rows]:
        book.active.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def begin(shop: ShopOfOne, body: bytes, *, is_dry: bool, actor: Actor | None = None) -> RunCard:
    upload = runs.keep_upload([body], most_bytes=sheets.MOST_BYTES)
    return goods_sheets.start_import(
        actor=actor or shop.owner,
        shop_id=shop.id,
        upload=upload,
        is_dry=is_dry,
        now=clock.now(),
    )


def work_on(shop: ShopOfOne, card: RunCard) -> RunCard:
    running.advance(str(card.id))
    return runs.card(actor=shop.owner, run_id=card.id, now=clock.now())


def bring_in(shop: ShopOfOne, body: bytes, *, is_dry: bool = False) -> RunCard:
    return work_on(shop, begin(shop, body, is_dry=is_dry))


def said(shop: ShopOfOne, card: RunCard, *, is_error: bool | None = None) -> list[tuple[int, str]]:
    found = runs.notes(actor=shop.owner, run_id=card.id, is_error=is_error)
    return [(note.row_no, note.said) for note in found]


def goods(shop: ShopOfOne) -> dict[str, tuple[ProductFile, SkuFile]]:
    files = products.files_of(actor=shop.owner, shop_id=shop.id)
    return {sku.code: (file, sku) for file in files for sku in file.skus}


def on_hand(shop: ShopOfOne) -> dict[str, int]:
    shelf = stock.of_shop(shop.id)
    return {
        code: shelf[sku.id].on_hand for code, (_, sku) in goods(shop).items() if sku.id in shelf
    }


ROWS = [
    ["A-1", "茶盏", "Cup", "红", "Red", "39.90", "29.9", "12", "yes"],
    ["A-2", "茶盏", "Cup", "白", "White", "45", "", "3", "no"],
    ["B-1", "茶壶", "Pot", "", "", "128.00", "", "", ""],
]


@pytest.mark.parametrize("body", [as_csv(ROWS), as_csv(ROWS, encoding="gbk"), as_xlsx(ROWS)])
def test_rows_become_products_with_variants_prices_and_stock(world: World, body: bytes) -> None:
    shop = builders.a_shop()

    card = bring_in(shop, body)

    assert (card.state, card.counts) == (
        "DONE",
        {"created": 3, "changed": 0, "unchanged": 0, "errors": 0},
    )
    found = goods(shop)
    cup, red = found["A-1"]
    assert found["A-2"][0].id == cup.id
    assert (cup.title, cup.state) == ({"zh": "茶盏", "en": "Cup"}, "DRAFT")
    assert (red.spec, red.list_price_fen, red.flash_floor_fen, red.is_on_sale) == (
        {"zh": "红", "en": "Red"}, 3990, 2990, True,
    )  # fmt: skip
    assert (found["A-2"][1].is_on_sale, found["B-1"][1].list_price_fen) == (False, 12800)
    assert on_hand(shop) == {"A-1": 12, "A-2": 3}
    (price,) = prices.of(actor=shop.owner, sku_id=red.id)
    assert (price.before_fen, price.after_fen) == (None, 3990)


def test_a_dry_run_says_what_the_run_then_does(world: World) -> None:
    shop = builders.a_shop()
    bring_in(shop, as_csv(ROWS))
    before = goods(shop)
    body = as_csv(
        [
            ["A-1", "", "", "", "", "35", "", "20", ""],
            ["A-2", "", "", "", "", "", "", "3", ""],
            ["B-1", "大茶壶", "Big pot", "", "", "", "", "", "no"],
            ["C-1", "杯垫", "", "", "", "9.9", "", "100", ""],
        ]
    )

    with translation.override("en"):
        dry = bring_in(shop, body, is_dry=True)

    assert said(shop, dry) == [
        (2, "price 39.90 → 35.00; stock 12 → 20"),
        (4, "can be bought yes → no; title Pot → Big pot"),
        (5, "new: 杯垫"),
    ]
    assert (goods(shop), on_hand(shop)) == (before, {"A-1": 12, "A-2": 3})

    again = goods_sheets.start_import(
        actor=shop.owner, shop_id=shop.id, checked=dry.id, is_dry=False, now=clock.now()
    )
    done = work_on(shop, again)

    assert done.counts == dry.counts == {"created": 1, "changed": 2, "unchanged": 1, "errors": 0}
    after = goods(shop)
    assert on_hand(shop) == {"A-1": 20, "A-2": 3, "C-1": 100}
    assert after["A-1"][1].list_price_fen == 3500
    assert after["A-1"][1].version == before["A-1"][1].version + 1
    assert after["A-2"][1] == before["A-2"][1]
    assert after["B-1"][0].title == {"zh": "大茶壶", "en": "Big pot"}
    unchanged = bring_in(shop, body)
    assert unchanged.counts["unchanged"] == 4


@pytest.mark.usefixtures("in_english")
def test_a_row_that_cannot_be_taken_changes_nothing_and_comes_back(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    bring_in(shop, as_csv(ROWS))
    red = goods(shop)["A-1"][1]
    offers.start(
        actor=shop.owner, sku_id=red.id, price_fen=3000, quantity=8, starts_at=now,
        ends_at=now + timedelta(minutes=9), now=now,
    )  # fmt: skip
    before, before_units = goods(shop), on_hand(shop)
    bad = [
        ["A-1", "别名", "Other", "", "", "20", "", "7", ""],
        ["A-2", "", "", "", "", "３９", "", "9", ""],
        ["B-1", "", "", "", "", "1e3", "", "9", ""],
        ["", "x", "x", "", "", "1", "", "", ""],
        ["N-1", "", "", "", "", "1", "", "", ""],
        ["N-2", "新", "New", "", "", "", "", "5", ""],
        ["N-3", "新", "New", "", "", "0", "", "5", ""],
        ["N-4", "新", "New", "", "", "1", "", "1.5", ""],
        ["N-5", "新", "New", "", "", "1", "2", "5", ""],
        ["N-6", "新", "New", "", "", "1", "", "5", "maybe"],
        ["B-1", "", "", "", "", "1", "", "", ""],
        ["N-7", "茶盏", "Cup", "", "", "1", "", "", ""],
        ["N-8", "字" * 61, "New", "", "", "1", "", "", ""],
        ["N-9", "新", "Cup, kiln dot com", "", "", "1", "", "", ""],
        ["N-11", "新", "New", "代\u200b开发票", "Red", "1", "", "", ""],
        ["N-10", "新", "New", "", "", "1", "", "", "", "好茶，加V laowang88"],
    ]

    card = bring_in(shop, as_xlsx(bad))

    assert (card.state, card.counts["errors"]) == ("DONE", len(bad))
    assert [row for row, _text in said(shop, card, is_error=True)] == list(range(2, 18))
    assert "7 units" not in said(shop, card)[0][1]
    assert "still promises 8 units" in said(shop, card)[0][1]
    forbidden = [text for _row, text in said(shop, card)[-3:]]
    for words, text in zip(("kiln dot com", "代开发票", "加V"), forbidden, strict=True):
        assert f"“{words}” is against the rules" in text
    assert (goods(shop), on_hand(shop)) == (before, before_units)
    file = runs.file_of(actor=shop.owner, run_id=card.id, which="errors")
    assert file.name.endswith(".xlsx")
    kept = list(sheets.table(file.path, goods_sheets.goods_sheet.COLUMNS))
    assert [line.cells["code"] for line in kept] == [str(row[0]) for row in bad]
    assert kept[1].cells["price"] == "３９"


def test_good_rows_beside_bad_ones_are_taken(world: World) -> None:
    shop = builders.a_shop()
    rows = [
        ROWS[0],
        ["A-1", "", "", "", "", "1", "", "", ""],
        ["X", "", "", "", "", "x", "", "", ""],
        ROWS[2],
    ]

    card = bring_in(shop, as_csv(rows))

    assert card.counts == {"created": 2, "changed": 0, "unchanged": 0, "errors": 2}
    assert goods(shop).keys() == {"A-1", "B-1"}
    assert goods(shop)["A-1"][1].list_price_fen == 3990


def test_an_import_that_breaks_off_goes_on_without_doing_a_row_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = builders.a_shop()
    monkeypatch.setattr(goods_sheets, "_AT_ONCE", 2)
    rows = [[f"C-{n}", f"货{n}", "", "", "", "1", "", "5", ""] for n in range(7)]
    put, calls = goods_sheets.put, []

    def die(*args: Any, **how: Any) -> Any:
        calls.append(len(calls))
        ended = put(*args, **how)
        if len(calls) == 3:
            raise SystemExit
        return ended

    card = begin(shop, as_csv(rows), is_dry=False)
    monkeypatch.setattr(goods_sheets, "put", die)
    with pytest.raises(SystemExit):
        running.advance(str(card.id))
    assert len(goods(shop)) == 4
    monkeypatch.setattr(goods_sheets, "put", put)
    sku_id = goods(shop)["C-1"][1].id
    stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=4, now=clock.now())

    done = work_on(shop, card)

    assert (done.state, done.counts["created"], done.done) == ("DONE", 7, 7)
    assert on_hand(shop) == {f"C-{n}": 4 if n == 1 else 5 for n in range(7)}
    assert len(stock.history(actor=shop.owner, sku_id=sku_id)) == 2


@pytest.mark.usefixtures("in_english")
def test_a_hostile_file_fails_with_its_reason_and_changes_nothing(world: World) -> None:
    shop = builders.a_shop()

    for body, reason in (
        (b"\xd0\xcf\x11\xe0" + b"\0" * 64, "old XLS"),
        (b"PK\x03\x04broken", "damaged"),
        (b"a,b\n1,2\n", "SKU编码"),
        (b"SKU code\n", "no rows"),
    ):
        card = bring_in(shop, body)
        assert card.state == "FAILED"
        assert reason in card.failure
    assert goods(shop) == {}


def test_rights_are_asked_again_while_it_runs(world: World) -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "manage")
    card = begin(shop, as_csv(ROWS), is_dry=False, actor=clerk)
    assert clerk.person_id
    shops.dismiss(
        actor=shop.owner, shop_id=shop.id, person_id=clerk.person_id, reason="x", now=clock.now()
    )

    running.advance(str(card.id))

    assert goods(shop) == {}
    with pytest.raises(NotAllowed):
        begin(shop, as_csv(ROWS), is_dry=True, actor=builders.a_clerk(shop, "ship"))
    with pytest.raises(NotFound):
        begin(shop, as_csv(ROWS), is_dry=True, actor=builders.a_person())


@pytest.mark.parametrize("form", sheets.FORMS)
def test_what_goes_out_comes_in_as_it_was(world: World, form: str) -> None:
    shop = builders.a_shop()
    bring_in(shop, as_csv([*ROWS, ["=1+1", "公式", "-Formula", "", "", "1", "", "1", ""]]))
    products.create(
        actor=shop.owner, shop_id=shop.id, title={"zh": "无码", "en": "No code"},
        description={"zh": "两\n行", "en": ""},
        skus=[NewSku(spec={"zh": "", "en": ""}, list_price_fen=1)], now=clock.now(),
    )  # fmt: skip

    card = goods_sheets.start_export(actor=shop.owner, shop_id=shop.id, form=form, now=clock.now())
    card = work_on(shop, card)

    assert (card.state, card.done, card.total) == ("DONE", 5, 5)
    file = runs.file_of(actor=shop.owner, run_id=card.id, which="result")
    again = bring_in(shop, file.path.read_bytes())
    assert again.counts == {"created": 0, "changed": 0, "unchanged": 4, "errors": 1}
    text = file.path.read_text("utf-8-sig") if form == "csv" else ""
    assert ("'=1+1" in text, "\n=1+1" in text) == (form == "csv", False)
    with pytest.raises(Invalid):
        goods_sheets.start_export(actor=shop.owner, shop_id=shop.id, form="pdf", now=clock.now())


def test_codes_name_one_variant_of_a_shop(world: World) -> None:
    shop, other = builders.a_shop(), builders.a_shop("别家")
    bring_in(shop, as_csv(ROWS))
    bring_in(other, as_csv(ROWS))

    with pytest.raises(products.CodeTwice):
        products.add_sku(
            actor=shop.owner,
            product_id=goods(shop)["B-1"][0].id,
            sku=NewSku(spec={"zh": "", "en": ""}, list_price_fen=1, code="A-1"),
            now=clock.now(),
        )

    assert len(goods(shop)) == len(goods(other)) == 3


def test_the_template_can_be_sent_as_it_is(world: World, tmp_path: Path) -> None:
    shop = builders.a_shop()
    for form in sheets.FORMS:
        path = tmp_path / f"template.{form}"
        goods_sheets.write_template(path, form=form, language="zh-hans")
        card = bring_in(shop, path.read_bytes())
        assert card.counts["errors"] == 0
    assert goods(shop)["CUP-RED-L"][1].list_price_fen == 3990
