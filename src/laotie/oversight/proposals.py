"""Two pairs of eyes: who wants to move the platform's money proposes, and another one confirms.

The context whose money it is asks here, in its own transaction, so that a proposal is used up
exactly if its effect took place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import people
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.oversight import models, rules
from laotie.oversight.rules import ProposalKind, ProposalState

__all__ = ["OwnProposal", "Proposal", "ProposalKind", "ProposalState"]

_MAY_DECIDE = frozenset({"operator", "finance"})


class OwnProposal(Refusal):
    """Nobody is their own second pair of eyes."""

    code = "OWN_PROPOSAL"
    status = 403
    message = _("You proposed this yourself. Another operator or somebody of finance confirms it.")


class ProposalOver(Refusal):
    """A proposal is for seven days; the world has moved on."""

    code = "PROPOSAL_OVER"
    message = _("This proposal is more than seven days old. Make it anew with today's figures.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. `facts` are what the confirming use case will do, exactly."""

    id: UUID
    kind: str
    facts: Mapping[str, Any]
    reason: str
    state: str
    by: people.PersonCard | None
    proposed_at: datetime
    expires_at: datetime
    decided_by: people.PersonCard | None
    decided_at: datetime | None
    answer: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Who proposed something, and why."""

    person_id: UUID
    reason: str


@needs_transaction
def make(
    kind: ProposalKind, facts: Mapping[str, Any], *, actor: Actor, reason: str, now: datetime
) -> UUID:
    """The proposal waits for another person; the caller has checked what it would do.

    facts:  what JSON can hold.
    raises: SignInFirst, NotAllowed, Invalid (a reason is needed).
    """
    person_id = _decider(actor)
    row = models.Proposal.objects.create(
        kind=kind.value,
        facts=dict(facts),
        reason=clean_line(reason, field="reason", longest=200),
        state=ProposalState.PROPOSED.value,
        proposed_by_id=person_id,
        proposed_at=now,
        expires_at=now + rules.PROPOSAL_LASTS,
    )
    return row.id


@needs_transaction
def take(
    proposal_id: UUID, kind: ProposalKind, *, actor: Actor, now: datetime
) -> Mapping[str, Any]:
    """Another person confirms: the facts to carry out, in this same transaction, once.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, OwnProposal, ProposalOver,
        WrongState (decided already).
    """
    person_id = _decider(actor)
    actor.require_recent_step()
    row = models.Proposal.objects.select_for_update().filter(pk=proposal_id, kind=kind).first()
    if row is None:
        raise NotFound
    if row.state != ProposalState.PROPOSED:
        raise WrongState(step=rules.CONFIRM.name)
    if row.proposed_by_id == person_id:
        raise OwnProposal
    if now >= row.expires_at:
        raise ProposalOver
    rules.CONFIRM.take(models.Proposal.objects, row.id, decided_by=person_id, decided_at=now)
    facts: Mapping[str, Any] = row.facts
    return facts


def origin_of(proposal_id: UUID) -> Origin:
    """For what keeps both names with its effect. One query. raises: NotFound."""
    row = models.Proposal.objects.filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    return Origin(row.proposed_by_id, row.reason)


@use_case
def refuse(*, actor: Actor, proposal_id: UUID, answer: str, now: datetime) -> None:
    """It will not be done: another says no, or its maker takes it back.

    raises: SignInFirst, NotAllowed, NotFound, Invalid (a reason is needed), WrongState.
    """
    person_id = _decider(actor)
    said = clean_line(answer, field="reason", longest=200)
    if not models.Proposal.objects.filter(pk=proposal_id).exists():
        raise NotFound
    rules.REFUSE.take(
        models.Proposal.objects, proposal_id, decided_by=person_id, decided_at=now, answer=said
    )


def listed(*, actor: Actor, state: str = "PROPOSED", most: int = 100) -> tuple[Proposal, ...]:
    """The newest first; for operators and finance. Two queries."""
    person_id = _decider(actor)
    if state not in set(ProposalState):
        raise NotFound
    rows = list(models.Proposal.objects.filter(state=state).order_by("-proposed_at", "id")[:most])
    cards = people.cards(
        {row.proposed_by_id for row in rows}
        | {row.decided_by_id for row in rows if row.decided_by_id}
    )
    return tuple(
        Proposal(
            id=row.id,
            kind=row.kind,
            facts=row.facts,
            reason=row.reason,
            state=row.state,
            by=cards.get(row.proposed_by_id),
            proposed_at=row.proposed_at,
            expires_at=row.expires_at,
            decided_by=cards.get(row.decided_by_id) if row.decided_by_id else None,
            decided_at=row.decided_at,
            answer=row.answer,
            is_mine=row.proposed_by_id == person_id,
        )
        for row in rows
    )


def _decider(actor: Actor) -> UUID:
    """A person who may propose and confirm; the system has no eyes."""
    person_id = actor.require_person()
    if not actor.roles & _MAY_DECIDE:
        actor.require_role("operator")
        raise NotAllowed(right="operator")
    return person_id
