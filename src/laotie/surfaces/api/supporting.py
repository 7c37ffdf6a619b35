"""What the platform offers creators: programmes, one's agreements, and one's belt."""

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router

from laotie.content.industry import memberships
from laotie.content.support import programme_pages, progress, talent
from laotie.kernel import clock
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import BeltId, BeltOut, Done, In, Out, PairOut, ProgrammeId

router = Router(tags=["creators"])


class ProgrammeTaskOut(Out):
    """counted: of the target. amount_fen: what came of the reward, once it is closed.

    told: of minutes watched, all that viewers' pages told; counted are those that are believed.
    """

    kind: str
    target: int
    reward_fen: int
    counted: int
    told: int | None
    amount_fen: int | None
    paid_at: datetime | None


class ProgrammeOut(Out):
    id: ProgrammeId
    name: PairOut
    goal: str
    field: str
    state: str
    starts_at: datetime
    ends_at: datetime
    budget_fen: int
    tasks: list[ProgrammeTaskOut]
    enrolled_at: datetime | None
    may_enrol: bool


class DeliverableOut(Out):
    """cause: what it would be called if it were missed."""

    cause: str
    first_on: date
    last_on: date
    due: int
    done: int
    is_over: bool
    is_met: bool


class AgreementOut(Out):
    field: str
    is_exclusive: bool
    starts_on: date
    ends_on: date
    quiet_days: int
    deliverables: list[DeliverableOut]


class MembershipOut(Out):
    """state: ASKED, MEMBER, REFUSED, LEFT or ENDED. reason: what was answered, or why it ended."""

    belt: BeltOut
    state: str
    words: str
    reason: str
    asked_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None


class BeltAskIn(In):
    belt_id: BeltId
    words: str = ""


@router.get("/me/programmes", response=list[ProgrammeOut], summary="Programmes for creators")
def list_programmes(request: HttpRequest) -> object:
    """What is open, and what one takes part in, the newest first."""
    found = programme_pages.for_creator(actor=door.actor(request), now=clock.now())
    return [
        {
            "id": one.card.id,
            "name": one.card.name,
            "goal": one.card.goal,
            "field": one.card.field,
            "state": one.card.state,
            "starts_at": one.card.starts_at,
            "ends_at": one.card.ends_at,
            "budget_fen": one.card.budget_fen,
            "tasks": one.tasks,
            "enrolled_at": one.enrolled_at,
            "may_enrol": one.may_enrol,
        }
        for one in found
    ]


@router.put("/me/programmes/{programme_id}", response=Done, summary="Take part")
def enrol(request: HttpRequest, programme_id: ProgrammeId) -> object:
    """Asked again, nothing changes."""
    progress.enrol(actor=door.actor(request), programme_id=programme_id, now=clock.now())
    return Done()


@router.get("/me/agreements", response=list[AgreementOut], summary="My agreements")
def list_agreements(request: HttpRequest) -> object:
    """What was promised and what came of it, the newest agreement first."""
    found = talent.mine(actor=door.actor(request), now=clock.now())
    return [
        {
            "field": one.card.field,
            "is_exclusive": one.card.is_exclusive,
            "starts_on": one.card.terms.starts_on,
            "ends_on": one.card.terms.ends_on,
            "quiet_days": one.quiet_days,
            "deliverables": one.deliverables,
        }
        for one in found
    ]


@router.get("/me/belt", response=list[MembershipOut], summary="My belt")
def list_memberships(request: HttpRequest) -> object:
    """What was asked for and what came of it, to ten, the newest first."""
    return memberships.mine(actor=door.actor(request))


@router.put("/me/belt", response=MembershipOut, summary="Ask to belong to a belt")
def ask(request: HttpRequest, sent: BeltAskIn) -> object:
    """An operator answers. One belt at a time; asked again for the same, nothing changes."""
    who = door.actor(request)
    memberships.ask(actor=who, belt_id=sent.belt_id, words=sent.words, now=clock.now())
    return memberships.mine(actor=who)[0]


@router.delete("/me/belt", response=Done, summary="Leave the belt")
def leave(request: HttpRequest) -> object:
    """Also what one has asked for is asked no more."""
    memberships.leave(actor=door.actor(request), now=clock.now())
    return Done()
