"""Programmes: the platform sets a budget aside for creators of a field who reach targets in time.

A programme is drafted by one person and opened by another, and with that its budget is the
programme's. When it closes it is written down who has earned what; `rewards` pays it, and what is
left goes back. What was promised does not change once it is drafted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.content import models
from laotie.content.kinds import Field
from laotie.content.support import progress, support_kinds, support_rules
from laotie.content.support.support_kinds import ProgrammeState, TaskKind
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import support
from laotie.oversight import proposals
from laotie.oversight.proposals import ProposalKind

_AT_ONCE = 50


class EnrolledAlready(Refusal):
    """What creators have worked for is not called off."""

    code = "CREATORS_ENROLLED"
    message = _("Creators have enrolled. Close it instead: what they have earned is paid.")


@dataclass(frozen=True, slots=True)
class Task:
    """target: in the kind's unit. reward_fen: for each creator who reaches it, once."""

    kind: TaskKind
    target: int
    reward_fen: int


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A programme as it stands. due_fen: what rewards came to; None before it is closed."""

    id: UUID
    public_id: str
    name: dict[str, str]
    aliases: tuple[str, ...]
    goal: str
    field: Field
    starts_at: datetime
    ends_at: datetime
    budget_fen: int
    due_fen: int | None
    paid_fen: int
    returned_fen: int
    state: ProgrammeState
    reason: str

    @property
    def left_fen(self) -> int:
        """What can still be paid, or goes back."""
        return self.budget_fen - self.paid_fen - self.returned_fen


@use_case
def draft(
    *,
    actor: Actor,
    name_zh: str,
    name_en: str,
    goal: str,
    field: str,
    starts_at: datetime,
    ends_at: datetime,
    tasks: Sequence[Task],
    budget_fen: int,
    reason: str,
    aliases: Sequence[str] = (),
    now: datetime,
) -> ProgrammeCard:
    """Another person may open this programme, exactly as it stands here.

    tasks:  1 to 6, each kind and target once. ends_at: ahead, at most a year after `starts_at`.
    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid.
    """
    _require_desk(actor)
    row = models.Programme(
        name_zh=clean_line(name_zh, field="name_zh", longest=support_kinds.NAME_LETTERS),
        name_en=clean_line(name_en, field="name_en", longest=support_kinds.NAME_LETTERS),
        aliases=_clean_aliases(aliases),
        goal=clean_line(goal, field="goal", longest=support_kinds.GOAL_LETTERS),
        field=_choice(Field, field, "field").value,
        starts_at=starts_at,
        ends_at=ends_at,
        budget_fen=_amount(budget_fen, "budget_fen"),
        made_at=now,
    )
    if not now < ends_at <= starts_at + support_kinds.LONGEST_PROGRAMME or ends_at <= starts_at:
        raise Invalid(field="ends_at", reason="time")
    wanted = _clean_tasks(tasks)
    row.save(force_insert=True)
    models.ProgrammeTask.objects.bulk_create(
        models.ProgrammeTask(
            programme=row,
            position=position,
            kind=task.kind.value,
            target=task.target,
            reward_fen=task.reward_fen,
        )
        for position, task in enumerate(wanted, 1)
    )
    facts = {
        "programme": ids.public("prg", row.id),
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "field": row.field,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "budget_fen": row.budget_fen,
    }
    proposals.make(ProposalKind.PROGRAMME, facts, actor=actor, reason=reason, now=now)
    return card_of(row)


@use_case
def confirm(*, actor: Actor, proposal_id: UUID, now: datetime) -> ProgrammeCard:
    """The budget is set aside and creators may enrol.

    raises: as `proposals.take`; WrongState (cancelled meanwhile), Invalid (over meanwhile).
    """
    facts = proposals.take(proposal_id, ProposalKind.PROGRAMME, actor=actor, now=now)
    row = locked(ids.parse("prg", facts["programme"]))
    if now >= row.ends_at:
        raise Invalid(field="ends_at", reason="time")
    support_kinds.OPEN.take(models.Programme.objects, row.id, opened_at=now)
    support.set_aside(row.id, row.budget_fen, now=now)
    row.refresh_from_db()
    return card_of(row)


@use_case
def cancel(*, actor: Actor, programme_id: UUID, reason: str, now: datetime) -> ProgrammeCard:
    """Nothing comes of it, and what was set aside is the platform's again.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (no reason), WrongState,
        EnrolledAlready.
    """
    _require_desk(actor)
    said = clean_line(reason, field="reason", longest=200)
    row = locked(programme_id)
    if models.Enrolment.objects.filter(programme=row).exists():
        raise EnrolledAlready
    back_fen = row.budget_fen if row.state == ProgrammeState.OPEN else 0
    support_kinds.CANCEL.take(
        models.Programme.objects, row.id, reason=said, returned_fen=back_fen, finished_at=now
    )
    support.give_back(row.id, back_fen, now=now)
    row.refresh_from_db()
    return card_of(row)


@use_case
def close(*, actor: Actor, programme_id: UUID, reason: str, now: datetime) -> ProgrammeCard:
    """It is over before its time; what creators have reached by now is theirs.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (no reason), WrongState.
    """
    _require_desk(actor)
    said = clean_line(reason, field="reason", longest=200)
    row = locked(programme_id)
    _close(row, reason=said, now=now)
    return card_of(row)


def close_due(*, now: datetime) -> int:
    """Close what ended ten minutes ago or earlier; how many. Each in a transaction of its own."""
    over = models.Programme.objects.filter(
        state=ProgrammeState.OPEN.value, ends_at__lte=now - support_kinds.COUNTED_AFTER
    ).order_by("ends_at")
    return sum(_close_one(programme_id=id, now=now) for id in list(_ids(over)))


@use_case
def _close_one(*, programme_id: UUID, now: datetime) -> bool:
    row = locked(programme_id)
    if row.state != ProgrammeState.OPEN:
        return False
    _close(row, reason="", now=now)
    return True


@needs_transaction
def _close(row: models.Programme, *, reason: str, now: datetime) -> None:
    """Write down who has earned what: the last count, cut to the budget."""
    if row.state != ProgrammeState.OPEN:
        raise WrongState(step=support_kinds.CLOSE.name)
    progress.recount(programme_id=row.id, now=now)
    earned = progress.reached(row.id)
    amounts = support_rules.cut([each.reward_fen for each in earned], row.budget_fen)
    assert sum(amounts) <= row.budget_fen
    support_kinds.CLOSE.take(
        models.Programme.objects,
        row.id,
        due_fen=sum(each.reward_fen for each in earned),
        reason=reason,
        closed_at=now,
    )
    models.Reward.objects.bulk_create(
        models.Reward(
            programme=row,
            enrolment_id=each.enrolment_id,
            task_id=each.task_id,
            counted=each.counted,
            full_fen=each.reward_fen,
            amount_fen=amount_fen,
            made_at=now,
        )
        for each, amount_fen in zip(earned, amounts, strict=True)
    )
    row.refresh_from_db()


@needs_transaction
def locked(programme_id: UUID) -> models.Programme:
    """raises: NotFound."""
    row = models.Programme.objects.select_for_update().filter(pk=programme_id).first()
    if row is None:
        raise NotFound
    return row


def card_of(row: models.Programme) -> ProgrammeCard:
    return ProgrammeCard(
        id=row.id,
        public_id=ids.public("prg", row.id),
        name={"zh": row.name_zh, "en": row.name_en},
        aliases=tuple(row.aliases),
        goal=row.goal,
        field=Field(row.field),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        budget_fen=row.budget_fen,
        due_fen=row.due_fen,
        paid_fen=row.paid_fen,
        returned_fen=row.returned_fen,
        state=ProgrammeState(row.state),
        reason=row.reason,
    )


def _require_desk(actor: Actor) -> None:
    if "finance" not in actor.roles:
        actor.require_role("operator")


def _ids(rows: Any) -> Any:
    return rows.values_list("pk", flat=True)[:_AT_ONCE]


def _clean_tasks(tasks: Sequence[Task]) -> list[Task]:
    if not 1 <= len(tasks) <= support_kinds.MOST_TASKS:
        raise Invalid(field="tasks", reason="range")
    for task in tasks:
        if isinstance(task.target, bool) or not 1 <= task.target < 2**31:
            raise Invalid(field="tasks", reason="range")
        _amount(task.reward_fen, "tasks")
    wanted = [Task(_choice(TaskKind, t.kind, "tasks"), t.target, t.reward_fen) for t in tasks]
    if len({(task.kind, task.target) for task in wanted}) < len(wanted):
        raise Invalid(field="tasks", reason="repeated")
    return wanted


def _clean_aliases(aliases: Sequence[str]) -> list[str]:
    if len(aliases) > support_kinds.MOST_ALIASES:
        raise Invalid(field="aliases", reason="range")
    longest = support_kinds.NAME_LETTERS
    cleaned = [clean_line(each, field="aliases", longest=longest) for each in aliases]
    return list(dict.fromkeys(cleaned))


def _amount(fen: int, name: str) -> int:
    if isinstance(fen, bool) or not 0 < fen <= support_kinds.MOST_BUDGET_FEN:
        raise Invalid(field=name, reason="amount")
    return fen


def _choice(kind: Any, value: str, name: str) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        raise Invalid(field=name, reason="choice") from error
