"""Complaints: anybody signed in says what is wrong, and an operator answers with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts import people
from laotie.kernel import pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, TooMany
from laotie.kernel.pages import Page
from laotie.kernel.text import clean_block, clean_line
from laotie.kernel.use_case import use_case
from laotie.oversight import models, rules
from laotie.oversight.rules import Cause, ComplaintState

__all__ = ["AlreadyComplained", "Cause", "Complaint", "ComplaintState", "MyComplaint", "decide"]
__all__ += ["make", "mine", "of_mine", "queue", "waiting", "withdraw"]

_DAY = timedelta(days=1)


class AlreadyComplained(Refusal):
    """One voice counts once."""

    code = "ALREADY_COMPLAINED"
    message = _("You have told us of this already; an operator is looking at it.")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint. `ref` is the public id of its subject; `others` counts open ones on it."""

    id: UUID
    ref: str
    cause: str
    text: str
    state: str
    by: people.PersonCard | None
    made_at: datetime
    decided_at: datetime | None
    answer: str
    others: int


@dataclass(frozen=True, slots=True)
class MyComplaint:
    """What its maker sees of it. `answer`: of an operator, once there is one."""

    id: UUID
    ref: str
    cause: str
    text: str
    state: str
    made_at: datetime
    ended_at: datetime | None
    answer: str


@use_case
def make(*, actor: Actor, ref: str, cause: str, text: str, now: datetime) -> UUID:
    """An operator will look at this; the id of the complaint.

    ref:    public id of a room, post, product, shop, creator, review or comment.
    raises: SignInFirst, NotFound, Invalid, AlreadyComplained, TooMany (20 a day).
    """
    person_id = actor.require_person()
    about = clean_line(ref, field="ref", longest=60)
    if about.partition("_")[0] not in rules.COMPLAINABLE:
        raise NotFound
    if cause not in set(Cause):
        raise Invalid(field="cause", reason="choice")
    said = clean_block(text, field="text", longest=500, required=cause == Cause.OTHER)
    mine = models.Complaint.objects.filter(person=person_id)
    if mine.filter(made_at__gt=now - _DAY).count() >= rules.COMPLAINTS_A_DAY:
        raise TooMany(retry_after_s=int(_DAY.total_seconds()))
    try:
        with transaction.atomic():
            row = models.Complaint.objects.create(
                person_id=person_id,
                ref=about,
                cause=cause,
                text=said,
                state=ComplaintState.OPEN.value,
                made_at=now,
            )
    except IntegrityError as error:
        raise AlreadyComplained from error
    return row.id


@use_case
def withdraw(*, actor: Actor, complaint_id: UUID, now: datetime) -> MyComplaint:
    """Nobody needs to look at one's own complaint any more.

    raises: SignInFirst, NotFound, WrongState (it was answered, or taken back before).
    """
    own = models.Complaint.objects.filter(person=actor.require_person())
    if not own.filter(pk=complaint_id).exists():
        raise NotFound
    rules.WITHDRAW.take(models.Complaint.objects, complaint_id, decided_at=now)
    return _mine(own.get(pk=complaint_id))


@use_case
def decide(*, actor: Actor, complaint_id: UUID, upheld: bool, answer: str, now: datetime) -> None:
    """Every open complaint about the same thing ends with this answer.

    raises: SignInFirst, NotAllowed, NotFound, Invalid (an answer is needed), WrongState.
    """
    actor.require_role("operator")
    said = clean_line(answer, field="answer", longest=200)
    row = models.Complaint.objects.filter(pk=complaint_id).first()
    if row is None:
        raise NotFound
    step = rules.UPHOLD if upheld else rules.DISMISS
    decision = {"decided_by": actor.person_id, "decided_at": now, "answer": said}
    step.take(models.Complaint.objects, row.id, **decision)
    same = models.Complaint.objects.filter(ref=row.ref, state=ComplaintState.OPEN.value)
    for other_id in same.order_by("id").values_list("id", flat=True):
        step.try_take(models.Complaint.objects, other_id, **decision)


def queue(*, actor: Actor, state: str = "OPEN", most: int = 100) -> tuple[Complaint, ...]:
    """Open ones the oldest first, others the newest first; for operators. Three queries."""
    actor.require_role("operator")
    if state not in set(ComplaintState):
        raise NotFound
    rows = models.Complaint.objects.filter(state=state)
    is_open = state == ComplaintState.OPEN
    found = list(rows.order_by("made_at" if is_open else "-decided_at", "id")[:most])
    open_refs = models.Complaint.objects.filter(
        ref__in={row.ref for row in found}, state=ComplaintState.OPEN.value
    ).values_list("ref", flat=True)
    counts: dict[str, int] = {}
    for ref in open_refs:
        counts[ref] = counts.get(ref, 0) + 1
    cards = people.cards(row.person_id for row in found)
    return tuple(
        Complaint(
            id=row.id,
            ref=row.ref,
            cause=row.cause,
            text=row.text,
            state=row.state,
            by=cards.get(row.person_id),
            made_at=row.made_at,
            decided_at=row.decided_at,
            answer=row.answer,
            others=max(counts.get(row.ref, 0) - 1, 0),
        )
        for row in found
    )


def mine(*, actor: Actor, after: str | None = None, most: int = 20) -> Page[MyComplaint]:
    """One's own complaints, newest first. One query. raises: SignInFirst, Invalid (`after`)."""
    rows = models.Complaint.objects.filter(person=actor.require_person())
    found = pages.newest_first(rows, "made_at", after=after, most=most)
    return found.of(_mine(row) for row in found.rows)


def of_mine(complaint_id: UUID, *, actor: Actor) -> MyComplaint:
    """One's own complaint. One query. raises: SignInFirst, NotFound."""
    rows = models.Complaint.objects.filter(pk=complaint_id, person=actor.require_person())
    if (row := rows.first()) is None:
        raise NotFound
    return _mine(row)


def waiting(*, actor: Actor) -> int:
    """How many complaints wait for an answer. One query."""
    actor.require_role("operator")
    return models.Complaint.objects.filter(state=ComplaintState.OPEN.value).count()


def _mine(row: models.Complaint) -> MyComplaint:
    return MyComplaint(
        id=row.id,
        ref=row.ref,
        cause=row.cause,
        text=row.text,
        state=row.state,
        made_at=row.made_at,
        ended_at=row.decided_at,
        answer=row.answer,
    )
