"""Paying what programmes owe: each reward once, all of them within the budget, the rest goes back.

Whoever pays holds the programme's row, a reward moves from DUE to PAID in one statement, and the
ledger knows it by a key of its own: three guards, each of which would do.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from laotie.accounts import creators, inbox
from laotie.content import models
from laotie.content.support import programmes, progress, support_kinds
from laotie.content.support.support_kinds import ProgrammeState, RewardState, TaskKind
from laotie.kernel import ids
from laotie.kernel.use_case import use_case
from laotie.ledger import support

_AT_ONCE = 200


def pay_due(*, now: datetime) -> int:
    """Pay rewards of programmes that are closed, each in a transaction; how many were paid.

    One whose rewards are all paid ends, and what is left of its budget goes back.
    """
    closed = models.Programme.objects.filter(state=ProgrammeState.CLOSED.value).order_by("id")
    paid = 0
    for programme_id in list(closed.values_list("pk", flat=True)):
        due = models.Reward.objects.filter(programme=programme_id, state=RewardState.DUE.value)
        found = list(due.order_by("id").values_list("pk", flat=True)[:_AT_ONCE])
        paid += sum(_pay(programme_id=programme_id, reward_id=id, now=now) for id in found)
        if len(found) < _AT_ONCE:
            _finish(programme_id=programme_id, now=now)
    return paid


@use_case
def _pay(*, programme_id: UUID, reward_id: UUID, now: datetime) -> bool:
    """Whether this call paid it."""
    programme = programmes.locked(programme_id)
    reward = models.Reward.objects.select_related("enrolment", "task").get(pk=reward_id)
    if not support_kinds.PAY.try_take(models.Reward.objects, reward_id, paid_at=now):
        return False
    models.Programme.objects.filter(pk=programme_id).update(
        paid_fen=F("paid_fen") + reward.amount_fen
    )
    creator_id = reward.enrolment.creator_id
    support.pay(
        reward_id,
        programme_id=programme_id,
        creator_id=creator_id,
        amount_fen=reward.amount_fen,
        trace={
            "kind": reward.task.kind,
            "target": reward.task.target,
            "counted": reward.counted,
            # Of minutes watched; none for other kinds.
            "told": progress.told_of(reward.enrolment_id, TaskKind(reward.task.kind)),
            "full_fen": reward.full_fen,
            "due_fen": programme.due_fen,
            "budget_fen": programme.budget_fen,
        },
        now=now,
    )
    inbox.post(
        creators.card(creator_id).person_id,
        inbox.NoticeKind.REWARD_PAID,
        {
            "programme_zh": programme.name_zh,
            "programme_en": programme.name_en,
        },
        ref=f"{ids.public('prg', programme_id)}:{reward.task.position}",
        now=now,
    )
    return True


@use_case
def _finish(*, programme_id: UUID, now: datetime) -> bool:
    """Whether this call ended it."""
    row = programmes.locked(programme_id)
    due = models.Reward.objects.filter(programme=row, state=RewardState.DUE.value)
    if row.state != ProgrammeState.CLOSED or due.exists():
        return False
    back_fen = row.budget_fen - row.paid_fen
    support_kinds.FINISH.take(
        models.Programme.objects, row.id, returned_fen=back_fen, finished_at=now
    )
    support.give_back(row.id, back_fen, now=now)
    return True
