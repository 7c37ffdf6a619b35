"""One table holds the server and the page to the same figures."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from laotie.look import numbers

TABLE = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))
SCRIPT = Path(numbers.__file__).parent / "static/look/js/numbers.js"


@pytest.mark.parametrize(("number", "chinese", "english"), TABLE["compact"])
def test_large_numbers_read_as_in_the_table(number: int, chinese: str, english: str) -> None:
    assert numbers.compact(number, language="zh-hans") == chinese
    assert numbers.compact(number, language="en") == english


@pytest.mark.parametrize(("fen", "on_bills", "on_tags"), TABLE["money"])
def test_amounts_read_as_in_the_table(fen: int, on_bills: str, on_tags: str) -> None:
    assert str(numbers.money(fen)) == on_bills
    assert str(numbers.money(fen, drop_zero_cents=True)) == on_tags


def test_a_currency_without_minor_units_has_no_cents() -> None:
    assert str(numbers.money(1200, currency="JPY")) == "JP¥1,200"


def test_a_phone_number_shows_three_and_four_digits() -> None:
    assert numbers.masked_phone("+8613800138000") == "138****8000"
    assert numbers.masked_phone("13800138000") == "138****8000"
    assert numbers.masked_phone("12345") == "****"


@pytest.mark.browser
def test_the_page_writes_the_same_figures(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><html lang=en data-mark='¥' data-exponent='2'>")
    source = SCRIPT.read_text(encoding="utf-8")

    found = page.evaluate(
        """async ([source, table]) => {
            const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
            const {compact, moneyText} = await import(url);
            return {
                compact: table.compact.map(([n]) => [n, compact(n, "zh-Hans"), compact(n, "en")]),
                money: table.money.map(
                    ([fen]) => [fen, moneyText(fen), moneyText(fen, {dropZeroCents: true})]),
            };
        }""",
        [source, TABLE],
    )

    page.close()
    assert found == TABLE
