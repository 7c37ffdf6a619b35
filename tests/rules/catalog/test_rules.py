from datetime import UTC, datetime, timedelta

import pytest

from laotie.catalog import rules
from laotie.kernel.errors import Invalid

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAIVE = NOW.replace(tzinfo=None)


@pytest.mark.parametrize("fen", [1, 3990, 10**9])
def test_prices_are_whole_fen(fen: int) -> None:
    assert rules.clean_price(fen, field="price_fen") == fen


@pytest.mark.parametrize(
    "fen",
    [
        -1, 0, 0.001, 1e309, float("nan"), "39.90", "１２", 2**63, "1,000", True, False, [1], None,
        10**30, "1" * 30, {"CNY": 1}, 10**9 + 1, 39.0,
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused(fen: object) -> None:
    with pytest.raises(Invalid):
        rules.clean_price(fen, field="price_fen")


@pytest.mark.parametrize("quantity", [0, -1, 2**31, 1.0, "1", True, None, 1_000_001])
def test_what_is_no_quantity_is_refused(quantity: object) -> None:
    with pytest.raises(Invalid):
        rules.clean_quantity(quantity, field="quantity")


def test_an_offer_that_began_in_the_past_begins_now() -> None:
    assert rules.clean_window(NOW - HOUR, NOW + HOUR, now=NOW) == (NOW, NOW + HOUR)
    assert rules.clean_window(NOW + HOUR, None, now=NOW) == (NOW + HOUR, None)


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (NOW, NOW), (NOW, NOW - HOUR), (NOW - 2 * HOUR, NOW - HOUR), (NAIVE, None),
        (NOW, NAIVE + HOUR), (datetime(9999, 12, 31, tzinfo=UTC), None),
        (NOW, datetime(9999, 12, 31, tzinfo=UTC)), (NOW, NOW + timedelta(days=400)),
        ("2026-11-22", None), (None, None), (1.0, 2.0),
    ],
)  # fmt: skip
def test_windows_that_make_no_sense_are_refused(starts_at: object, ends_at: object) -> None:
    with pytest.raises(Invalid):
        rules.clean_window(starts_at, ends_at, now=NOW)


def test_texts_come_in_both_languages_or_not_at_all() -> None:
    pair = rules.clean_pair({"zh": " 茶 ", "en": "tea"}, field="title", longest=10)
    assert pair == {"zh": "茶", "en": "tea"}
    for bad in (
        {"zh": "茶"},
        {"zh": "茶", "en": ""},
        [],
        "茶",
        None,
        {"zh": "茶", "en": "t", "x": ""},
    ):
        with pytest.raises(Invalid):
            rules.clean_pair(bad, field="title", longest=10)
