"""Accounts of creators that change hands: seen, shown anew whose they are, and counted from zero.

Accounts are traded. When an operator learns that one has another holder, everybody in it is signed
out, and it may not publish, go live or be paid out until an operator has seen who holds it; money
leaves it a week after that at the earliest, so that whoever lost it has time to say so. What was
counted before (fans, likes, snapshots) was earned by somebody else and counts no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import models, second_step
from laotie.accounts.roles import Role
from laotie.events.accounts import HandsChanged
from laotie.kernel import event_log, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

COOL_DOWN = timedelta(days=7)


class ProofNeeded(Refusal):
    """since: from when on the account is in other hands."""

    code = "PROOF_NEEDED"
    message = _("This account has changed hands. Show an operator who holds it, then go on.")


class CoolingDown(Refusal):
    """until: from when on the account may be paid out again."""

    code = "COOLING_DOWN"
    message = _(
        "This account has changed hands. Money leaves it a week after an operator saw who holds it."
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One change of hands. proven_at, evidence: once it was shown who holds the account."""

    creator_id: UUID
    public_id: str
    name: str
    changed_at: datetime
    reason: str
    proven_at: datetime | None
    evidence: str


@use_case
def change(*, actor: Actor, creator_id: UUID, reason: str, now: datetime) -> Change:
    """The account is in other hands from now on; whoever is in it signs in again, and shows who
    they are before it publishes, goes live or is paid out. For operators.

    raises: NotAllowed, SecondStepNeeded, NotFound, Invalid, WrongState (one waits for its proof).
    """
    actor.require_role(Role.OPERATOR)
    actor.require_recent_step()
    creator = _locked(creator_id)
    if creator.awaits_proof:
        raise WrongState(step="hands.change")
    row = models.ChangeOfHands.objects.create(
        creator=creator,
        changed_at=now,
        reason=clean_line(reason, field="reason", longest=200),
        told_by=actor.person_id,
    )
    creator.counts_since = now
    creator.awaits_proof = True
    creator.save(update_fields=["counts_since", "awaits_proof"])
    second_step.end_sessions(creator.person_id, but_for=None)
    event_log.publish(HandsChanged(creator_id=creator_id, at=now))
    return _card(row, creator)


@use_case
def prove(*, actor: Actor, creator_id: UUID, evidence: str, now: datetime) -> Change:
    """An operator has seen who holds the account, and it goes on; whoever is in it signs in again.

    evidence: what was seen, 1 to 200 characters; no number of a paper.
    raises:   NotAllowed, SecondStepNeeded, NotFound, Invalid, WrongState (nothing waits).
    """
    actor.require_role(Role.OPERATOR)
    actor.require_recent_step()
    creator = _locked(creator_id)
    row = models.ChangeOfHands.objects.filter(creator=creator, proven_at__isnull=True).first()
    if row is None:
        raise WrongState(step="hands.prove")
    row.proven_at, row.proven_by = now, actor.person_id
    row.evidence = clean_line(evidence, field="evidence", longest=200)
    row.save(update_fields=["proven_at", "proven_by", "evidence"])
    creator.awaits_proof = False
    creator.save(update_fields=["awaits_proof"])
    # Who was in it before the proof need not be who was seen.
    second_step.end_sessions(creator.person_id, but_for=None)
    return _card(row, creator)


def waiting(*, actor: Actor) -> tuple[Change, ...]:
    """Accounts of which it is not known who holds them, oldest first. For operators. One query."""
    actor.require_role(Role.OPERATOR)
    rows = models.ChangeOfHands.objects.filter(proven_at__isnull=True).select_related("creator")
    return tuple(_card(row, row.creator) for row in rows.order_by("changed_at")[:100])


def history(*, actor: Actor, creator_id: UUID) -> tuple[Change, ...]:
    """Changes of one account, newest first. For operators. One query."""
    actor.require_role(Role.OPERATOR)
    rows = models.ChangeOfHands.objects.filter(creator=creator_id).select_related("creator")
    return tuple(_card(row, row.creator) for row in rows.order_by("-changed_at")[:100])


def require_proof(creator_id: UUID) -> None:
    """It is known who holds the account. One query. raises: ProofNeeded."""
    found = models.Creator.objects.filter(pk=creator_id, awaits_proof=True)
    since = found.values_list("counts_since", flat=True).first()
    if since is not None:
        raise ProofNeeded(since=since.isoformat())


def changed_at(creator_id: UUID) -> datetime | None:
    """When the account came into the hands that hold it, if it ever changed them. One query."""
    changes = models.ChangeOfHands.objects.filter(creator=creator_id).order_by("-changed_at")
    return changes.values_list("changed_at", flat=True).first()


def known_since(creator_id: UUID) -> datetime | None:
    """When it was shown who holds the account, if it ever changed hands. One or two queries.

    raises: ProofNeeded.
    """
    require_proof(creator_id)
    changes = models.ChangeOfHands.objects.filter(creator=creator_id).order_by("-changed_at")
    return changes.values_list("proven_at", flat=True).first()


@needs_transaction
def require_cooled(creator_id: UUID, *, now: datetime) -> datetime | None:
    """It is known who holds the account, and has been for a week; since when, if it ever changed
    hands. No change of hands comes in between before the caller commits.
    raises: ProofNeeded, CoolingDown.
    """
    models.Creator.objects.select_for_update(no_key=True).filter(pk=creator_id).first()
    changes = models.ChangeOfHands.objects.filter(creator=creator_id).order_by("-changed_at")
    last = changes.values_list("changed_at", "proven_at").first()
    if last is None:
        return None
    changed, proven = last
    if proven is None:
        raise ProofNeeded(since=changed.isoformat())
    if now < proven + COOL_DOWN:
        raise CoolingDown(until=(proven + COOL_DOWN).isoformat())
    return proven


def _locked(creator_id: UUID) -> models.Creator:
    creator = models.Creator.objects.select_for_update().filter(pk=creator_id).first()
    if creator is None:
        raise NotFound
    return creator


def _card(row: models.ChangeOfHands, creator: models.Creator) -> Change:
    return Change(
        creator.pk,
        ids.public("crt", creator.pk),
        creator.name,
        row.changed_at,
        row.reason,
        row.proven_at,
        row.evidence,
    )
