"""How alive a field is, day by day: its creators and how many are active, and who looks at it.

Creators: enrolled in a programme of the field that was opened, or signed for it. Active: with at
least four public posts of the field and shows of ten minutes in thirty days. People: who looked at
any post in thirty days; viewers: those of them who looked at one of the field.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from laotie.content import models
from laotie.content.kinds import Field, PostState
from laotie.content.support import shows_held, support_kinds
from laotie.content.support.talent import today_of
from laotie.kernel import sql
from laotie.kernel.use_case import use_case

BPS = 10_000


@dataclass(frozen=True, slots=True)
class Day:
    """A field on one day, looking back thirty days."""

    on: date
    creators: int
    active: int
    people: int
    viewers: int

    @property
    def active_bps(self) -> int | None:
        """Part of the creators that is active; None without creators."""
        return self.active * BPS // self.creators if self.creators else None

    @property
    def penetration_bps(self) -> int | None:
        """Part of the people that looks at the field; None without people."""
        return self.viewers * BPS // self.people if self.people else None


@dataclass(frozen=True, slots=True)
class Activity:
    """Of these creators, how many were active in the thirty days up to a moment."""

    creators: int
    active: int

    @property
    def bps(self) -> int | None:
        return self.active * BPS // self.creators if self.creators else None


@use_case
def note_day(*, now: datetime) -> None:
    """Each field's figures of today are kept, as they were when first asked for."""
    today = today_of(now)
    if models.FieldDay.objects.filter(on=today).exists():
        return
    sql.change(
        sql.text("content", "note_field_day"),
        {
            "on": today,
            "since": now - support_kinds.ACTIVE_OVER,
            "until": now,
            "shortest": support_kinds.SHORTEST_SHOW,
            "works": support_kinds.ACTIVE_WORKS,
            "fields": [field.value for field in Field],
        },
    )


def days_of(field: Field, since: date, until: date) -> tuple[Day, ...]:
    """The days that were kept, oldest first, both ends included. One query, ≤ 800 rows."""
    rows = models.FieldDay.objects.filter(field=field.value, on__gte=since, on__lte=until)
    return tuple(
        Day(row.on, row.creators, row.active, row.people, row.viewers)
        for row in rows.order_by("on")[:800]
    )


def latest() -> dict[Field, Day]:
    """Each field on the last day that was kept. One query."""
    rows = models.FieldDay.objects.order_by("field", "-on").distinct("field")
    return {
        Field(row.field): Day(row.on, row.creators, row.active, row.people, row.viewers)
        for row in rows
    }


def activity(creator_ids: frozenset[UUID], field: Field, until: datetime) -> Activity:
    """How many of these creators were active up to a moment. Two queries."""
    since = until - support_kinds.ACTIVE_OVER
    works = dict.fromkeys(creator_ids, 0)
    published = models.Post.objects.filter(
        creator__in=creator_ids,
        state=PostState.PUBLISHED.value,
        field=field.value,
        published_at__gt=since,
        published_at__lte=until,
    )
    for creator_id in published.values_list("creator_id", flat=True):
        works[creator_id] += 1
    for creator_id, moments in shows_held.moments(creator_ids, since, until).items():
        works[creator_id] += len(moments)
    active = sum(count >= support_kinds.ACTIVE_WORKS for count in works.values())
    return Activity(len(creator_ids), active)
