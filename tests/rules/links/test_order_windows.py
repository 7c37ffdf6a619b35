"""Windows of time that are read: whatever fails, those that were read leave nothing out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laotie.links import order_windows
from laotie.links.order_sources import OVERLAP

START = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LONGEST = st.sampled_from([timedelta(minutes=20), timedelta(hours=1), timedelta(hours=3)])


@given(
    longest=LONGEST,
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 20_000_000)), min_size=1, max_size=60),
)
def test_what_was_read_has_no_gap_whatever_failed(
    longest: timedelta, steps: list[tuple[bool, int]]
) -> None:
    """Each step: does the reading succeed, and how many milliseconds pass before it."""
    read_to, now, tries = START, START, 0
    known_to = START - OVERLAP

    for succeeds, passed_ms in steps:
        now += timedelta(milliseconds=passed_ms)
        window = order_windows.next_window(read_to, now, longest=longest, halvings=tries)
        if window is None:
            assert now - read_to < SECOND
            continue
        assert SECOND <= window.ends - window.begins <= longest
        assert window.ends <= now
        assert window.begins.microsecond == window.ends.microsecond == 0
        assert window.begins <= known_to <= window.ends
        if succeeds:
            assert window.ends > read_to
            read_to = known_to = window.ends
            tries = 0
        else:
            tries += 1

    # Left to itself it catches up, in steps as long as may be.
    for _ in range(int((now - read_to) / (longest - OVERLAP)) + 1):
        window = order_windows.next_window(read_to, now, longest=longest, halvings=0)
        if window is not None:
            assert window.begins <= read_to
            read_to = window.ends
    assert now - read_to < SECOND


def test_who_fails_asks_for_less_and_never_for_nothing() -> None:
    spans = []
    for tries in range(12):
        window = order_windows.next_window(
            START, START + timedelta(days=1), longest=timedelta(hours=1), halvings=tries
        )
        assert window
        spans.append(window.ends - START)

    assert spans[:3] == [timedelta(minutes=50), timedelta(minutes=25), timedelta(seconds=750)]
    assert spans[-1] == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "tries", "told_s", "minutes"),
    [
        ("limited", 1, 0, 1), ("limited", 1, 600, 10), ("limited", 9, 0, 15),
        ("limited", 2, 7_200, 120), ("limited", 2, 999_999, 120), ("limited", 1, 10**20, 120),
        ("unanswered", 1, 0, 1), ("unanswered", 4, 0, 8),
        ("unanswered", 40, 0, 60), ("refused", 1, 0, 30), ("refused", 40, 0, 30),
    ],
)  # fmt: skip
def test_how_long_a_network_is_left_alone(kind: str, tries: int, told_s: int, minutes: int) -> None:
    assert order_windows.wait(kind, tries=tries, told_s=told_s) == timedelta(minutes=minutes)


def test_the_night_begins_at_three_over_there() -> None:
    three = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)

    assert order_windows.night_before(three) == three
    assert order_windows.night_before(three - SECOND) == three - timedelta(days=1)
    assert order_windows.night_before(three + timedelta(hours=23)) == three


def test_a_source_without_a_longest_window_is_asked_for_all_at_once() -> None:
    until = START + timedelta(days=60)

    window = order_windows.next_window(START, until, longest=timedelta.max, halvings=0)

    assert window
    assert (window.begins, window.ends) == (START - OVERLAP, until)
