"""Numbers as pages write them, and what follows from those of two creators."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.acceptance import figures

from laotie.content.figures import comparing, numbers
from laotie.content.figures.comparing import Counted, Flag, Ratio
from laotie.content.figures.numbers import Cause, Figure, NotANumber, Reading, Said, Share

TAIL = figures.rows("tail_accounts")
ARTICLE = figures.rows("article_figures")


@pytest.mark.parametrize(
    ("raw", "value", "step"),
    [
        ("0", 0, 1),
        ("3123万", 31_230_000, 10_000),
        ("3.1亿", 310_000_000, 10_000_000),
        ("1.20 億", 120_000_000, 1_000_000),
        ("11W", 110_000, 10_000),
        ("7.3w", 73_000, 1_000),
        ("12k", 12_000, 1_000),
        ("1.5K", 1_500, 100),
        ("2M", 2_000_000, 1_000_000),
        ("3千万", 30_000_000, 10_000_000),
        ("1.2万亿", 1_200_000_000_000, 100_000_000_000),
        ("7,833,820", 7_833_820, 1),
        ("１，２３４", 1_234, 1),
        ("５.６Ｗ", 56_000, 1_000),
        (" 108 496 ", 108_496, 1),
    ],
)
def test_a_number_is_read_to_its_last_digit(raw: str, value: int, step: int) -> None:
    assert numbers.read(raw) == Reading(value, step, raw.strip())


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        ("", Cause.EMPTY),
        ("  ", Cause.EMPTY),
        (None, Cause.EMPTY),
        ("-5", Cause.NEGATIVE),
        ("10万+", Cause.OPEN_ENDED),
        ("1.5", Cause.NOT_WHOLE),
        ("1.23456万", Cause.NOT_WHOLE),
        ("1,23", Cause.FORM),
        ("1.2.3", Cause.FORM),
        ("万", Cause.FORM),
        ("1e9", Cause.FORM),
        ("NaN", Cause.FORM),
        ("5x", Cause.SUFFIX),
        ("5ww", Cause.SUFFIX),
        ("9" * 41, Cause.FORM),
        ("1²", Cause.FORM),
        ("①", Cause.FORM),
        ("⑴万", Cause.FORM),
    ],
)
def test_what_is_no_number_is_refused_with_a_cause(raw: object, cause: Cause) -> None:
    with pytest.raises(NotANumber) as refusal:
        numbers.read(raw)
    assert refusal.value.facts["cause"] == cause.value


@given(st.integers(0, 10**12), st.sampled_from(["", "k", "W", "w", "万", "M", "亿"]))
def test_every_number_is_read_as_it_was_written(whole: int, suffix: str) -> None:
    worth = {"": 1, "k": 10**3, "M": 10**6, "亿": 10**8}.get(suffix, 10**4)
    wide = f"{whole}".translate({48 + digit: 0xFF10 + digit for digit in range(10)})

    for text in (f"{whole}{suffix}", f"{whole:,}{suffix}", f"{wide} {suffix}"):
        assert numbers.read(text).value == whole * worth


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        reading = numbers.plausible(text, Figure.FANS)
    except NotANumber:
        return
    assert 0 <= reading.value <= 150_000_000


@pytest.mark.parametrize("row", TAIL.values(), ids=TAIL)
def test_the_accounts_of_the_tail_come_out_as_expected(row: dict[str, str]) -> None:
    fans = numbers.plausible(row["fans_raw"], Figure.FANS)
    likes = numbers.plausible(row["likes_raw"], Figure.LIKES)

    assert (fans.value, fans.is_corrected) == (
        int(row["fans_expected"]),
        row["corrected"] == "true",
    )
    assert fans.raw == row["fans_raw"]
    assert (likes.value, likes.is_corrected) == (int(row["likes_raw"]), False)


def test_the_tail_adds_up_and_no_ratio_is_absurd() -> None:
    fans = {id: numbers.plausible(row["fans_raw"], Figure.FANS) for id, row in TAIL.items()}
    likes = {id: numbers.plausible(row["likes_raw"], Figure.LIKES) for id, row in TAIL.items()}
    literal = sum(numbers.read(row["fans_raw"]).value for row in TAIL.values())
    all_fans = sum(each.value for each in fans.values())
    all_likes = sum(each.value for each in likes.values())

    assert (all_fans, all_likes, literal) == (5_277_000, 36_711_486, 13_273_950_000)
    assert round(Fraction(all_likes, all_fans), 2) == Fraction("6.96")
    ratios = {
        id: comparing.derive(Counted(Reading(fans[id].value, 1, ""), likes[id])).likes_per_fan
        for id in TAIL
    }
    assert [f"{ratio.value}" for ratio in ratios.values() if ratio] == [
        "2.61", "71.22", "5.72", "0.64", "5.74", "2.01",
        "4.59", "6.87", "1.23", "9.56", "2.69", "8.59",
    ]  # fmt: skip


def test_what_is_above_every_cap_even_without_its_suffix_is_refused() -> None:
    for raw, cause in (
        ("150000001", Cause.IMPLAUSIBLE),
        ("150000001W", Cause.IMPLAUSIBLE),
        ("1.6亿", Cause.IMPLAUSIBLE),
        ("2亿亿", Cause.SUFFIX),
    ):
        with pytest.raises(NotANumber) as refusal:
            numbers.plausible(raw, Figure.FANS)
        assert refusal.value.facts == {"raw": raw, "cause": cause.value}
    assert numbers.plausible("１.5Ｗ", Figure.FANS) == Reading(15_000, 1000, "１.5Ｗ")
    assert numbers.plausible("1.5亿", Figure.FANS) == Reading(150_000_000, 10_000_000, "1.5亿")
    assert numbers.plausible("1.6亿", Figure.LIKES).is_corrected is False


@pytest.mark.parametrize(
    ("raw", "share"),
    [
        ("37.2%", Share(3720, Said.EXACT, "37.2%")),
        ("近40%", Share(4000, Said.NEAR, "近40%")),
        ("超过30％", Share(3000, Said.OVER, "超过30％")),
        ("more than 30 %", Share(3000, Said.OVER, "more than 30 %")),
        ("接近 12.345%", Share(1235, Said.NEAR, "接近 12.345%")),
    ],
)
def test_a_share_says_how_it_was_said(raw: str, share: Share) -> None:
    assert numbers.read_share(raw) == share


def test_two_creators_of_the_article_compare_as_it_says() -> None:
    one = Counted(
        fans=numbers.plausible("3123万", Figure.FANS),
        likes=numbers.plausible("5874万", Figure.LIKES),
        works=94,
        stills=35,
        stills_said=numbers.read_share("近40%"),
        ads_said=numbers.read_share("超过30%"),
    )
    other = Counted(
        fans=numbers.plausible("6953万", Figure.FANS),
        likes=numbers.plausible("3.1亿", Figure.LIKES),
        works=51,
    )
    said = [
        "/".join(str(each) for each in (side.fans.value, side.likes.value, side.works))
        for side in (one, other)
    ]

    found = comparing.compare(one, other)

    assert f"{said[0]}/{one.stills}" == ARTICLE["F26"]["stated"]
    assert said[1] == ARTICLE["F28"]["stated"]
    assert found.one.stills_percent == Ratio(Decimal("37.2"), Decimal("37.2"), Decimal("37.2"))
    assert ARTICLE["F26"]["check"] == "35/94=37.2 percent stated as near 40"
    assert found.one.ads_at_least == 29
    assert found.one.flags == {Flag.STILLS_SAID_LOOSELY, Flag.ADS_AT_LEAST}
    assert found.other.flags == frozenset()
    assert found.other.stills_percent is None

    for id, of_one, of_other in (
        ("F29", found.one.likes_per_fan, found.other.likes_per_fan),
        ("F30", found.one.likes_per_work, found.other.likes_per_work),
        ("F31", found.fans_ratio, found.likes_ratio),
    ):
        assert of_one
        assert of_other
        assert f"{of_one.value}/{of_other.value}" == ARTICLE[id]["stated"]
        assert of_one.least <= of_one.value <= of_one.most
    # Likes of the second were said to ten million only, and the ratio says what that leaves open.
    assert found.other.likes_per_fan == Ratio(Decimal("4.46"), Decimal("4.39"), Decimal("4.53"))
    assert found.one.likes_per_fan == Ratio(Decimal("1.88"), Decimal("1.88"), Decimal("1.88"))
    assert found.likes_per_work_ratio
    assert found.likes_per_work_ratio.value == Decimal("9.7")


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 8))
def test_a_ratio_lies_between_its_bounds(likes: int, fans: int, zeros: int) -> None:
    counted = Counted(Reading(fans, 1, ""), Reading(likes * 10**zeros, 10**zeros, ""))

    ratio = comparing.derive(counted).likes_per_fan

    assert ratio
    assert ratio.least <= ratio.value <= ratio.most or likes == 0
    assert abs(Fraction(ratio.value) - Fraction(likes * 10**zeros, fans)) <= Fraction(1, 200)
