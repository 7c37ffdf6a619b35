"""Who gets what of a budget, and what was due when: pure decisions."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from laotie.content.support import support_rules
from laotie.content.support.support_kinds import AlertCause
from laotie.content.support.support_rules import Terms, Week

MONDAY = date(2026, 11, 2)
TERMS = Terms(date(2026, 10, 28), date(2027, 1, 15), 2, 1, 7)


@given(st.lists(st.integers(1, 10**7), max_size=30), st.integers(1, 10**8))
def test_rewards_never_exceed_the_budget_and_are_whole_when_it_suffices(
    full: list[int], budget: int
) -> None:
    amounts = support_rules.cut(full, budget)

    assert sum(amounts) <= budget
    assert all(0 <= amount <= each for amount, each in zip(amounts, full, strict=True))
    if sum(full) <= budget:
        assert amounts == full
    else:
        assert budget - sum(amounts) < len(full)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=9), st.integers(1, 10**6))
def test_the_order_of_rewards_is_worth_nothing(full: list[int], budget: int) -> None:
    there = dict(zip(range(len(full)), support_rules.cut(full, budget), strict=True))
    back = support_rules.cut(full[::-1], budget)[::-1]

    assert list(there.values()) == back


def test_only_whole_weeks_and_months_are_due() -> None:
    posts = [MONDAY, MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)]
    lives = [date(2026, 10, 30), date(2026, 11, 30)]

    found = support_rules.deliverables(
        TERMS, posts=posts, lives=lives, today=MONDAY + timedelta(days=15)
    )

    assert [
        (each.cause, each.first_on, each.last_on, each.done, each.due, each.is_over, each.is_met)
        for each in found
    ] == [
        (AlertCause.POSTS_MISSED, MONDAY, date(2026, 11, 8), 2, 2, True, True),
        (AlertCause.POSTS_MISSED, date(2026, 11, 9), date(2026, 11, 15), 1, 2, True, False),
        (AlertCause.POSTS_MISSED, date(2026, 11, 16), date(2026, 11, 22), 0, 2, False, False),
        (AlertCause.LIVES_MISSED, date(2026, 11, 1), date(2026, 11, 30), 1, 1, False, True),
    ]


def test_nothing_is_due_of_a_week_or_month_that_the_agreement_covers_in_part() -> None:
    short = Terms(date(2026, 11, 3), date(2026, 11, 14), 2, 1, 7)

    assert support_rules.deliverables(short, posts=[], lives=[], today=date(2027, 1, 1)) == []


def test_quiet_counts_from_the_last_sign_and_only_while_the_agreement_runs() -> None:
    last = date(2026, 11, 5)
    works = [date(2026, 10, 1), last]

    def since(today: date) -> date | None:
        return support_rules.quiet_since(TERMS, works=works, today=today)

    assert since(date(2026, 11, 11)) is None
    assert since(date(2026, 11, 12)) == last
    assert since(date(2027, 1, 15)) == last
    assert since(date(2027, 1, 16)) is None
    assert support_rules.quiet_since(TERMS, works=[], today=date(2026, 11, 4)) == TERMS.starts_on


def test_the_curve_has_every_week_and_compares_whole_ones() -> None:
    start = date(2026, 9, 9)  # A Wednesday.
    posts = [
        start,
        start + timedelta(days=1),
        *(start + timedelta(days=7 * n) for n in range(1, 4)),
    ]
    lives = [start + timedelta(days=7 * 7)]
    until = start + timedelta(days=7 * 8)

    weeks = support_rules.curve(start, until, posts=posts, lives=[*lives, until + timedelta(1)])

    assert len(weeks) == 9
    assert weeks[0] == Week(date(2026, 9, 7), 2, 0)
    assert [week.works for week in weeks] == [2, 1, 1, 1, 0, 0, 0, 1, 0]
    assert support_rules.kept_bps(weeks) == 2000
    assert support_rules.kept_bps(weeks[:8]) is None


def test_the_curve_of_silence_compares_with_nothing() -> None:
    start = date(2026, 9, 7)

    weeks = support_rules.curve(start, start + timedelta(weeks=9), posts=[], lives=[])

    assert support_rules.kept_bps(weeks) is None
