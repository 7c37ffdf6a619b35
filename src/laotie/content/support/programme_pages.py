"""Programmes as they are read: the desk's list and file, and what a creator sees of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.content import models
from laotie.content.support import field_figures, programmes, progress, support_kinds
from laotie.content.support.field_figures import Activity, Day
from laotie.content.support.programmes import ProgrammeCard
from laotie.content.support.progress import Count
from laotie.content.support.support_kinds import ProgrammeState, TaskKind
from laotie.content.support.talent import today_of
from laotie.kernel import pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task, and how far somebody is. amount_fen: of the reward, once the programme is closed.

    full_fen: what was promised; less comes of it when the budget was too small for all.
    told: of minutes watched all that viewers' pages told, `counted` being those believed.
    """

    kind: TaskKind
    target: int
    reward_fen: int
    counted: int = 0
    amount_fen: int | None = None
    paid_at: datetime | None = None
    told: int | None = None

    @property
    def is_reached(self) -> bool:
        return self.counted >= self.target

    @property
    def percent(self) -> int:
        return min(100, self.counted * 100 // self.target)

    @property
    def is_cut(self) -> bool:
        return self.amount_fen is not None and self.amount_fen < self.reward_fen


@dataclass(frozen=True, slots=True)
class Entry:
    """A programme as one creator sees it. enrolled_at: None for who has not enrolled."""

    card: ProgrammeCard
    tasks: tuple[TaskLine, ...]
    enrolled_at: datetime | None
    may_enrol: bool

    @property
    def pays_minutes(self) -> bool:
        return _pays_minutes(self.tasks)


@dataclass(frozen=True, slots=True)
class Taker:
    """A creator who takes part."""

    creator_id: UUID
    creator: str
    enrolled_at: datetime
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """A programme as the desk sees it. before, after: the enrolled creators' activity.

    days: the field from thirty days before it starts to thirty days after its end.
    """

    card: ProgrammeCard
    tasks: tuple[TaskLine, ...]
    takers: Page[Taker]
    enrolled: int
    before: Activity
    after: Activity
    days: tuple[Day, ...]
    first_day: Day | None
    last_day: Day | None

    @property
    def pays_minutes(self) -> bool:
        return _pays_minutes(self.tasks)


def for_creator(*, actor: Actor, now: datetime) -> tuple[Entry, ...]:
    """What is open and what one takes part in, newest first. Five queries.

    raises: SignInFirst, NotAllowed (no creator).
    """
    creator_id = actor.require_creator()
    own = {row.programme_id: row for row in models.Enrolment.objects.filter(creator=creator_id)}
    rows = list(
        models.Programme.objects.filter(state=ProgrammeState.OPEN.value, ends_at__gt=now)
        .union(models.Programme.objects.filter(pk__in=list(own)))
        .order_by("-id")[:_SHOWN]
    )
    enrolments = [own[row.id].id for row in rows if row.id in own]
    tasks = _tasks_of([row.id for row in rows])
    lines = _lines(tasks, enrolments)
    found = []
    for row in rows:
        mine = own.get(row.id)
        found.append(
            Entry(
                card=programmes.card_of(row),
                tasks=lines[mine.id, row.id] if mine else _plain(tasks.get(row.id, [])),
                enrolled_at=mine.enrolled_at if mine else None,
                may_enrol=mine is None
                and row.state == ProgrammeState.OPEN.value
                and now < row.ends_at,
            )
        )
    return tuple(found)


def listed(*, actor: Actor, after: str | None = None, most: int = _SHOWN) -> Page[ProgrammeCard]:
    """All programmes, newest first, for operators and finance. One query.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid (`after`).
    """
    _require_desk(actor)
    found = pages.latest_ids_first(models.Programme.objects.all(), after=after, most=most)
    return found.of(map(programmes.card_of, found.rows))


def file_of(
    programme_id: UUID, *, actor: Actor, after: str | None = None, now: datetime
) -> ProgrammeFile:
    """One programme with a page of its creators, for operators and finance. Twelve queries.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (`after`).
    """
    _require_desk(actor)
    row = models.Programme.objects.filter(pk=programme_id).first()
    if row is None:
        raise NotFound
    card = programmes.card_of(row)
    enrolled = models.Enrolment.objects.filter(programme=row)
    page = pages.latest_ids_first(enrolled, after=after, most=_SHOWN)
    tasks = _tasks_of([row.id])
    lines = _lines(tasks, [one.id for one in page.rows])
    names = progress.names_of([one.creator_id for one in page.rows])
    who = frozenset(enrolled.values_list("creator_id", flat=True))
    days = field_figures.days_of(
        card.field,
        today_of(card.starts_at - support_kinds.ACTIVE_OVER),
        today_of(card.ends_at + support_kinds.ACTIVE_OVER),
    )
    start, end = today_of(card.starts_at), today_of(min(now, card.ends_at))
    return ProgrammeFile(
        card=card,
        tasks=_plain(tasks.get(row.id, [])),
        takers=page.of(
            Taker(one.creator_id, names[one.creator_id], one.enrolled_at, lines[one.id, row.id])
            for one in page.rows
        ),
        enrolled=len(who),
        before=field_figures.activity(who, card.field, card.starts_at),
        after=field_figures.activity(who, card.field, min(now, card.ends_at)),
        days=days,
        first_day=next((day for day in reversed(days) if day.on <= start), None),
        last_day=next((day for day in reversed(days) if day.on <= end + timedelta(days=1)), None),
    )


def _tasks_of(programme_ids: list[UUID]) -> dict[UUID, list[models.ProgrammeTask]]:
    found: dict[UUID, list[models.ProgrammeTask]] = {}
    rows = models.ProgrammeTask.objects.filter(programme__in=programme_ids)
    for row in rows.order_by("programme_id", "position"):
        found.setdefault(row.programme_id, []).append(row)
    return found


def _lines(
    tasks: dict[UUID, list[models.ProgrammeTask]], enrolment_ids: list[UUID]
) -> dict[tuple[UUID, UUID], tuple[TaskLine, ...]]:
    """By enrolment and programme: counts before a programme is closed, rewards after."""
    counted = progress.counted_of(enrolment_ids)
    rewards = {
        (row.enrolment_id, row.task_id): row
        for row in models.Reward.objects.filter(enrolment__in=enrolment_ids)
    }
    found = {}
    for enrolment_id in enrolment_ids:
        counts = counted.get(enrolment_id, {})
        for programme_id, wanted in tasks.items():
            lines = []
            for task in wanted:
                reward = rewards.get((enrolment_id, task.id))
                count = counts.get(TaskKind(task.kind), Count())
                lines.append(
                    TaskLine(
                        kind=TaskKind(task.kind),
                        target=task.target,
                        reward_fen=task.reward_fen,
                        counted=count.counted,
                        told=count.told,
                        amount_fen=reward.amount_fen if reward else None,
                        paid_at=reward.paid_at if reward else None,
                    )
                )
            found[enrolment_id, programme_id] = tuple(lines)
    return found


def _pays_minutes(tasks: tuple[TaskLine, ...]) -> bool:
    return any(task.kind is TaskKind.WATCH_MINUTES for task in tasks)


def _plain(tasks: list[models.ProgrammeTask]) -> tuple[TaskLine, ...]:
    return tuple(TaskLine(TaskKind(task.kind), task.target, task.reward_fen) for task in tasks)


def _require_desk(actor: Actor) -> None:
    if "finance" not in actor.roles:
        actor.require_role("operator")
