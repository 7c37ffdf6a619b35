"""Pure decisions about programmes and talents: who gets what, and what was due when."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from laotie.content.support.support_kinds import AlertCause

_WEEK = timedelta(days=7)
# The first and the last so many whole weeks are compared.
COMPARED_WEEKS = 4


def cut(full_fen: Sequence[int], budget_fen: int) -> list[int]:
    """What each reward comes to: all of it, or its part of a budget that is too small.

    Parts are rounded down, so that together they never exceed the budget; the order does not
    matter, so nobody is better off for having been counted sooner.
    """
    total = sum(full_fen)
    if total <= budget_fen:
        return list(full_fen)
    return [each * budget_fen // total for each in full_fen]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a talent promised; first and last day included."""

    starts_on: date
    ends_on: date
    posts_a_week: int
    lives_a_month: int
    quiet_days: int


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What was due in a whole week (posts) or month (shows), and how much of it came.

    is_over: the period is over, so that it is met or missed for good.
    """

    cause: AlertCause
    first_on: date
    last_on: date
    due: int
    done: int
    is_over: bool

    @property
    def is_met(self) -> bool:
        return self.done >= self.due


def deliverables(
    terms: Terms, *, posts: Iterable[date], lives: Iterable[date], today: date
) -> list[Deliverable]:
    """What was due and came, oldest first: whole weeks from Monday and whole months.

    A week or month that the agreement covers in part is not due.
    """
    found = []
    if terms.posts_a_week:
        days = list(posts)
        first = _monday_from(terms.starts_on)
        while first + _WEEK - timedelta(days=1) <= terms.ends_on and first <= today:
            last = first + timedelta(days=6)
            done = sum(first <= day <= last for day in days)
            found.append(
                Deliverable(
                    AlertCause.POSTS_MISSED, first, last, terms.posts_a_week, done, last < today
                )
            )
            first += _WEEK
    if terms.lives_a_month:
        days = list(lives)
        first = _first_from(terms.starts_on)
        while (last := _last_of(first)) <= terms.ends_on and first <= today:
            done = sum(first <= day <= last for day in days)
            found.append(
                Deliverable(
                    AlertCause.LIVES_MISSED, first, last, terms.lives_a_month, done, last < today
                )
            )
            first = last + timedelta(days=1)
    return sorted(found, key=lambda each: (each.last_on, each.first_on, each.cause))


def quiet_since(terms: Terms, *, works: Iterable[date], today: date) -> date | None:
    """The last day with a sign of the talent, or the first of all, if that is too long ago.

    None while they are heard of often enough, and after the agreement.
    """
    if not terms.starts_on <= today <= terms.ends_on:
        return None
    last = max((day for day in works if terms.starts_on <= day <= today), default=terms.starts_on)
    return last if (today - last).days >= terms.quiet_days else None


@dataclass(frozen=True, slots=True)
class Week:
    """first_on: a Monday; the first week may have begun before the agreement."""

    first_on: date
    posts: int
    lives: int

    @property
    def works(self) -> int:
        return self.posts + self.lives


def curve(
    starts_on: date, until: date, *, posts: Iterable[date], lives: Iterable[date]
) -> list[Week]:
    """Works by week since the agreement began, oldest first; at least one week."""
    first = starts_on - timedelta(days=starts_on.weekday())
    weeks = (max(until, starts_on) - first).days // 7 + 1
    counts = [[0, 0] for _ in range(weeks)]
    for column, days in enumerate((posts, lives)):
        for day in days:
            if starts_on <= day <= until:
                counts[(day - first).days // 7][column] += 1
    return [Week(first + n * _WEEK, *pair) for n, pair in enumerate(counts)]


def kept_bps(weeks: Sequence[Week]) -> int | None:
    """The latest four weeks as a part of the first four; None before eight weeks, or of nothing.

    The week that runs now is left out: it is not over.
    """
    whole = weeks[:-1]
    if len(whole) < 2 * COMPARED_WEEKS:
        return None
    at_first = sum(week.works for week in whole[:COMPARED_WEEKS])
    lately = sum(week.works for week in whole[-COMPARED_WEEKS:])
    return lately * 10_000 // at_first if at_first else None


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _first_from(day: date) -> date:
    return day if day.day == 1 else _last_of(day) + timedelta(days=1)


def _last_of(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
