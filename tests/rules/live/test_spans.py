"""Where moments of a show lie in its recording."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.live import spans
from laotie.live.spans import Span

T0 = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# Ten seconds, a gap of twenty, five seconds.
STRETCHES = (
    Span(T0, timedelta(seconds=10)),
    Span(T0 + timedelta(seconds=30), timedelta(seconds=5)),
)


@pytest.mark.parametrize(
    ("after_s", "plays_at_s"),
    [(-5, 0), (0, 0), (4, 4), (10, 10), (20, 10), (30, 10), (32, 12), (35, 15), (99, 15)],
)
def test_a_moment_in_a_gap_plays_where_the_picture_comes_back(
    after_s: int, plays_at_s: int
) -> None:
    found = spans.position(STRETCHES, T0 + timedelta(seconds=after_s))

    assert found == timedelta(seconds=plays_at_s)


def test_a_chapter_begins_a_second_before_the_button_and_needs_video() -> None:
    def between(start_s: int, stop_s: int) -> tuple[timedelta, timedelta] | None:
        at = [T0 + timedelta(seconds=each) for each in (start_s, stop_s)]
        return spans.chapter(STRETCHES, *at)

    assert between(4, 8) == (timedelta(seconds=3), timedelta(seconds=8))
    assert between(8, 32) == (timedelta(seconds=7), timedelta(seconds=12))
    assert between(15, 25) is None
    assert between(-9, -3) is None
    assert spans.chapter((), T0, T0 + timedelta(minutes=1)) is None


@given(
    st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 10**6)), max_size=8),
    st.lists(st.integers(-(10**6), 10**8), min_size=2, max_size=2),
)
def test_time_never_runs_backwards(parts: list[tuple[int, int]], moments: list[int]) -> None:
    stretches, at = [], T0
    for length_ms, gap_ms in parts:
        stretches.append(Span(at, timedelta(milliseconds=length_ms)))
        at += timedelta(milliseconds=length_ms + gap_ms)
    whole = sum((each.length for each in stretches), timedelta())

    earlier, later = (
        spans.position(stretches, T0 + timedelta(milliseconds=each)) for each in sorted(moments)
    )

    assert timedelta() <= earlier <= later <= whole
    assert spans.from_pairs(spans.to_pairs(stretches)) == tuple(stretches)
