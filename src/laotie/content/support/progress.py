"""Who takes part in programmes, and how far they are.

Progress is counted anew from what is there, so an event that comes twice, late or out of order
changes nothing; the last count is made when the programme closes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators
from laotie.content import models
from laotie.content.support import support_kinds
from laotie.content.support.support_kinds import ProgrammeState, TaskKind
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal, WrongState
from laotie.kernel.use_case import needs_transaction, use_case


class ProgrammeFull(Refusal):
    code = "PROGRAMME_FULL"
    message = _("This programme has as many creators as it can take.")


@dataclass(frozen=True, slots=True)
class Reached:
    """A task that a creator has reached."""

    enrolment_id: UUID
    creator_id: UUID
    task_id: UUID
    counted: int
    reward_fen: int


@dataclass(frozen=True, slots=True)
class Count:
    """How far somebody is with a kind of task. told: of minutes, what viewers' pages told."""

    counted: int = 0
    told: int | None = None


@use_case
def enrol(*, actor: Actor, programme_id: UUID, now: datetime) -> None:
    """The creator takes part from now on; what they did in the window before counts too. Once.

    raises: SignInFirst, NotAllowed (no creator), NotFound, WrongState (not open), ProgrammeFull.
    """
    creator_id = actor.require_creator()
    # Waits for a closing that is under way, and it for us: whoever is in is counted.
    row = models.Programme.objects.select_for_update().filter(pk=programme_id).first()
    if row is None or row.state in {ProgrammeState.DRAFT, ProgrammeState.CANCELLED}:
        raise NotFound
    if row.state != ProgrammeState.OPEN or now >= row.ends_at:
        raise WrongState(step="programme.enrol")
    enrolled = models.Enrolment.objects.filter(programme=row)
    if enrolled.filter(creator=creator_id).exists():
        return
    if enrolled.count() >= support_kinds.MOST_ENROLLED:
        raise ProgrammeFull
    models.Enrolment.objects.create(programme=row, creator_id=creator_id, enrolled_at=now)
    recount(programme_id=row.id, creator_ids=[creator_id], now=now)


@needs_transaction
def recount(
    *,
    programme_id: UUID | None = None,
    creator_ids: Collection[UUID] | None = None,
    now: datetime,
) -> None:
    """Count again in programmes that are open: in all or one, of all or some creators.

    One statement.
    """
    sql.change(
        sql.text("content", "recount_progress"),
        {
            "programme": programme_id,
            "creators": None if creator_ids is None else list(creator_ids),
            "shortest": support_kinds.SHORTEST_SHOW,
            "now": now,
        },
    )


@use_case
def recount_all(*, now: datetime) -> None:
    """Minutes watched and followers tell of themselves in no event; so all is counted again."""
    recount(now=now)


def reached(programme_id: UUID) -> list[Reached]:
    """Each task that each creator has reached, by the last count. Two queries."""
    tasks = list(models.ProgrammeTask.objects.filter(programme=programme_id).order_by("position"))
    rows = models.TaskProgress.objects.filter(enrolment__programme=programme_id)
    found = []
    for row in rows.select_related("enrolment").order_by("enrolment_id"):
        found += [
            Reached(
                row.enrolment_id, row.enrolment.creator_id, task.id, row.counted, task.reward_fen
            )
            for task in tasks
            if task.kind == row.kind and row.counted >= task.target
        ]
    return found


def counted_of(enrolment_ids: Collection[UUID]) -> dict[UUID, dict[TaskKind, Count]]:
    """The last counts, by enrolment. One query."""
    found: dict[UUID, dict[TaskKind, Count]] = {}
    for row in models.TaskProgress.objects.filter(enrolment__in=enrolment_ids):
        found.setdefault(row.enrolment_id, {})[TaskKind(row.kind)] = Count(row.counted, row.told)
    return found


def told_of(enrolment_id: UUID, kind: TaskKind) -> int | None:
    """What viewers' pages had told at the last count; None where they tell nothing. One query."""
    rows = models.TaskProgress.objects.filter(enrolment=enrolment_id, kind=kind.value)
    found: int | None = rows.values_list("told", flat=True).first()
    return found


def names_of(creator_ids: Collection[UUID]) -> dict[UUID, str]:
    """One query."""
    return {id: card.name for id, card in creators.cards(creator_ids).items()}
