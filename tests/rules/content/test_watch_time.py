"""Believed watch time: never more than can have passed, whatever is told."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from laotie.content.viewing import watch_time
from laotie.content.viewing.watch_time import MOST_A_DAY_MS, Told

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# Moments in seconds over 14 hours with a midnight among them; several may fall together.
TOLD = st.lists(
    st.tuples(st.integers(0, 50_400) | st.integers(0, 90), st.integers(0, 3_600)), max_size=60
).map(sorted)


def at(seconds: int) -> datetime:
    return NOON + seconds * SECOND


def believed(told: list[tuple[int, int]]) -> list[int]:
    """In seconds."""
    rows = [Told(at(when), seconds * 1000) for when, seconds in told]
    return [ms // 1000 for ms in watch_time.believed(rows, since=NOON)]


def by_the_clock(told: list[tuple[int, int]]) -> int:
    """Sums, found tick by tick: each second is a coin, and telling takes or loses all there are."""
    coins = total = of_day = 0
    waiting = {when: sum(s for _, s in group) for when, group in groupby(told, lambda one: one[0])}
    for when in range(max(waiting, default=-1) + 1):
        of_day = 0 if at(when).hour == at(when).minute == at(when).second == 0 else of_day
        if when in waiting:
            taken = min(coins, waiting[when], MOST_A_DAY_MS // 1000 - of_day)
            total, of_day, coins = total + taken, of_day + taken, 0
        coins += 1
    return total


@given(TOLD)
def test_what_is_believed_is_what_a_clock_would_have_let_pass(told: list[tuple[int, int]]) -> None:
    found = believed(told)

    assert all(0 <= ms <= seconds for ms, (_, seconds) in zip(found, told, strict=True))
    assert sum(found) == by_the_clock(told)
    covered: set[int] = set()
    for when, group in groupby(told, lambda one: one[0]):
        covered.update(range(max(0, when - sum(s for _, s in group)), when))
    assert sum(found) <= len(covered)


@given(TOLD, st.data())
def test_no_stretch_of_time_holds_more_than_itself(
    told: list[tuple[int, int]], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, 50_400))
    last = data.draw(st.integers(first, 50_400))
    moments = [when for when, _ in told]
    before = max((when for when in moments if when < first), default=0)

    found = believed(told)

    within = sum(s for s, when in zip(found, moments, strict=True) if first <= when <= last)
    assert within <= last - before


def test_an_hour_told_of_each_of_many_posts_is_two_hours_a_day() -> None:
    told = [(60 * n, 3600) for n in range(1, 600)]

    assert sum(believed(told)) == 2 * 3600
    assert sum(believed([(60, 3600)] * 20)) == 60


def test_a_look_is_believed_three_times_through() -> None:
    assert watch_time.longest_ms(video_ms=12_000, stills=0) == 36_000
    assert watch_time.longest_ms(video_ms=0, stills=9) == 180_000
