import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.kernel import money
from laotie.kernel.errors import Invalid

amounts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("amount_fen", "rate_bps", "expected"),
    [(8502, 200, 170), (8597, 200, 172), (8502, 1500, 1275), (8597, 1500, 1290), (16899, 60, 101), (25, 200, 1), (24, 200, 0)],
)  # fmt: skip
def test_share_rounds_half_up(amount_fen: int, rate_bps: int, expected: int) -> None:
    assert money.share(amount_fen, rate_bps) == expected


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_spread_loses_no_fen_and_stays_within_one_of_the_exact_part(
    total_fen: int, weights: list[int]
) -> None:
    parts = money.spread(total_fen, weights)

    assert sum(parts) == total_fen
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * whole - total_fen * weight) < whole


def test_spread_gives_ties_to_the_first() -> None:
    assert money.spread(100, [1, 1, 1]) == [34, 33, 33]
    assert money.spread(1000, [8999, 9100]) == [497, 503]


@given(amounts)
def test_an_amount_reads_back_as_it_was_written(amount_fen: int) -> None:
    assert money.parse_fen(money.as_text(amount_fen)) == amount_fen


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", " 1", "1 ", "0.001", "1e309", "NaN", "inf", "１２", "1,000", "0x10", "9" * 30, ".5", "5.", "1_0", "٣", True, None, 3],
)  # fmt: skip
def test_what_is_not_an_amount_is_refused(text: object) -> None:
    with pytest.raises(Invalid) as refusal:
        money.parse_fen(text, field="price")  # type: ignore[arg-type]
    assert refusal.value.facts == {"field": "price", "reason": "amount"}


def test_decimals_follow_the_currency() -> None:
    assert money.parse_fen("1234", exponent=0) == 1234
    assert money.parse_fen("1.234", exponent=3) == 1234
    with pytest.raises(Invalid):
        money.parse_fen("12.3", exponent=0)
