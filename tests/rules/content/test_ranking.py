"""The formula: each part goes the way that its words say, and a page mixes creators."""

import itertools
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.content.viewing import ranking
from laotie.content.viewing.ranking import WEIGHTS, Points, Why

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COUNTS = st.integers(0, 10_000)


def test_a_post_loses_a_point_in_a_half_life() -> None:
    later = NOW + timedelta(hours=WEIGHTS.half_life_h)

    assert ranking.fresh(NOW, as_of=NOW) == 0
    assert ranking.fresh(NOW, as_of=later) == -1
    assert ranking.heat(later) - ranking.heat(NOW) == pytest.approx(1)


@given(visits=COUNTS, completions=COUNTS, likes=COUNTS, buys=COUNTS)
def test_how_it_is_watched_is_bounded_and_rises_with_all_that_is_good(
    visits: int, completions: int, likes: int, buys: int
) -> None:
    completions = min(completions, visits)

    def watched(**more: int) -> float:
        counts = {"visits": visits, "completions": completions, "likes": likes, "buys": buys}
        return ranking.watched(**{name: n + more.get(name, 0) for name, n in counts.items()})

    assert abs(watched()) <= WEIGHTS.watch_most
    assert watched(visits=1) <= watched()
    assert watched(visits=1, completions=1) >= watched(visits=1)
    assert watched() <= watched(likes=1) <= watched(likes=1, buys=1)


def test_what_nobody_has_seen_and_what_is_usual_stand_alike() -> None:
    assert ranking.watched(visits=0, completions=0, likes=0, buys=0) == 0
    assert ranking.watched(visits=400, completions=100, likes=0, buys=0) == 0
    assert ranking.watched(visits=950, completions=487, likes=0, buys=0) == pytest.approx(
        1, abs=0.01
    )
    assert ranking.watched(visits=1_000_000, completions=0, likes=0, buys=0) == -2


@given(weight=st.floats(0, 1e6), strength=st.floats(0, 1))
def test_tastes_and_kin_are_bounded_and_halve_with_time(weight: float, strength: float) -> None:
    assert 0 <= ranking.taste(weight) <= WEIGHTS.taste_most
    assert 0 <= ranking.kin_points({"a": weight}, {"a": strength}) < WEIGHTS.kin_most
    assert ranking.kin_points({"a": weight}, {"b": strength}) == 0
    at = NOW - timedelta(days=WEIGHTS.taste_half_life_d)
    assert ranking.faded(weight, at=at, as_of=NOW) == pytest.approx(weight / 2)


def test_trust_is_neutral_until_something_was_taken_down() -> None:
    assert [ranking.trust(count) for count in (0, 1, 2, 9)] == [0, -1, -2, -3]


@pytest.mark.parametrize(
    ("points", "buys", "reason"),
    [
        (Points(fresh=-1, follow=2, taste=1.5, watched=1.9), 0, Why.FOLLOW),
        (Points(taste=1.5, kin=0.9), 0, Why.TASTE),
        (Points(kin=0.4, watched=0.3), 3, Why.KIN),
        (Points(watched=0.3), 3, Why.BOUGHT),
        (Points(watched=0.3), 0, Why.WATCHED),
        (Points(fresh=-0.2, watched=-1), 0, Why.FRESH),
    ],
)
def test_the_heaviest_reason_is_told(points: Points, buys: int, reason: Why) -> None:
    assert ranking.why(points, buys=buys, is_new_here=False) is reason
    assert ranking.why(points, buys=buys, is_new_here=True) is Why.NEW_HERE


@given(st.lists(st.integers(0, 4), max_size=30), st.sets(st.integers(0, 29), max_size=4))
def test_a_page_keeps_all_its_rows_and_puts_nobody_twice_in_a_row_needlessly(
    creators: list[int], new_here: set[int]
) -> None:
    tried = {index for index in new_here if index < len(creators)}

    order = ranking.arranged(creators, tried)

    assert sorted(order) == list(range(len(creators)))
    for place, (one, following) in enumerate(itertools.pairwise(order)):
        if creators[one] == creators[following]:
            left = {creators[index] for index in order[place + 1 :]}
            assert left == {creators[one]}


def test_kin_are_those_whom_the_same_people_watch() -> None:
    """By hand: a and b share two of their two and three people, c shares one with b."""
    audiences = [{"a": 1.0, "b": 1.0}, {"a": 1.0, "b": 1.0}, {"b": 1.0, "c": 1.0}, {"d": 2.0}]

    kin = ranking.kin_of(audiences, shrink=2)

    cosine = 2 / math.sqrt(2 * 3)
    assert kin["a"] == [("b", pytest.approx(cosine * 2 / 4))]
    assert kin["b"] == [
        ("a", pytest.approx(cosine * 2 / 4)),
        ("c", pytest.approx(1 / math.sqrt(3) * 1 / 3)),
    ]
    assert "d" not in kin
    assert [other for other, _strength in ranking.kin_of(audiences, most=1)["b"]] == ["a"]
