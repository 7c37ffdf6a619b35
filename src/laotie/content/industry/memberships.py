"""Who belongs to an industrial belt: a creator asks, an operator answers with a reason.

A creator belongs to one belt at a time, or waits for the answer of one; posts belong with their
creator, whoever sells by them. What was asked and answered stays readable.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators
from laotie.accounts.inbox import NoticeKind
from laotie.content import models
from laotie.content.industry import belt_kinds, belt_notices, belts
from laotie.content.industry.belt_kinds import MembershipState
from laotie.content.industry.belts import BeltCard
from laotie.kernel import pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.kernel.pages import Page
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case

_SHOWN = 50
_MINE = 10


class InBeltAlready(Refusal):
    code = "IN_BELT_ALREADY"
    message = _("You belong to a belt already, or have asked for one. Leave it first.")


class AskedTooOften(Refusal):
    code = "ASKED_TOO_OFTEN"
    message = _("You have asked %(most)s times within a week. Ask again later.")


class BeltFull(Refusal):
    code = "BELT_FULL"
    message = _("This belt has as many members as it can take.")


@dataclass(frozen=True, slots=True)
class Membership:
    """words: what the creator said. reason: what was answered, or why it ended."""

    id: UUID
    belt: BeltCard
    creator_id: UUID
    creator: str
    state: MembershipState
    words: str
    reason: str
    asked_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None

    @property
    def is_standing(self) -> bool:
        return self.state in belt_kinds.STANDING


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one belt: who belongs to it, and who has asked."""

    members: int
    waiting: int


@use_case
def ask(*, actor: Actor, belt_id: UUID, words: str = "", now: datetime) -> UUID:
    """An operator is asked whether the creator belongs to the belt; its id. Asked again for the
    same belt, nothing changes.

    raises: SignInFirst, NotAllowed (no creator), NotFound, BeltClosed, Invalid, InBeltAlready,
        AskedTooOften.
    """
    creator_id = actor.require_creator()
    said = clean_line(words, field="words", longest=belt_kinds.WORDS_LETTERS, required=False)
    belt = belts.locked(belt_id)
    own = models.BeltMembership.objects.filter(creator=creator_id)
    standing = own.filter(state__in=belt_kinds.STANDING).first()
    if standing is not None:
        if standing.belt_id == belt.id:
            return standing.id
        raise InBeltAlready
    if own.filter(asked_at__gt=now - belt_kinds.ASKS_WITHIN).count() >= belt_kinds.MOST_ASKS:
        raise AskedTooOften(most=belt_kinds.MOST_ASKS)
    row = models.BeltMembership(belt=belt, creator_id=creator_id, words=said, asked_at=now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # Another belt was asked for in the same moment.
        raise InBeltAlready from error
    return row.id


@use_case
def leave(*, actor: Actor, now: datetime) -> None:
    """The creator belongs to no belt and asks for none.

    raises: SignInFirst, NotAllowed (no creator), NotFound (there is none).
    """
    creator_id = actor.require_creator()
    if not _leave(models.BeltMembership.objects.filter(creator=creator_id), now=now):
        raise NotFound


@use_case
def accept(*, actor: Actor, membership_id: UUID, reason: str, now: datetime) -> None:
    """The creator belongs to the belt, and is told: its feed shows their posts, their page names
    it.

    raises: SignInFirst, SecondStepNeeded, NotAllowed (also on one's own), NotFound, Invalid (no
        reason), BeltClosed, BeltFull, WrongState.
    """
    said = _clean_reason(actor, reason)
    row = _asked(actor, membership_id)
    belt = belts.locked(row.belt_id)
    members = models.BeltMembership.objects.filter(belt=belt, state=MembershipState.MEMBER.value)
    if members.count() >= belt_kinds.MOST_MEMBERS:
        raise BeltFull
    belt_kinds.ACCEPT.take(models.BeltMembership.objects, row.id, reason=said, joined_at=now)
    belt_notices.tell([row], NoticeKind.BELT_JOINED, said, now=now)


@use_case
def refuse(*, actor: Actor, membership_id: UUID, reason: str, now: datetime) -> None:
    """The creator does not belong to the belt, and is told why.

    raises: SignInFirst, SecondStepNeeded, NotAllowed (also on one's own), NotFound, Invalid (no
        reason), WrongState.
    """
    said = _clean_reason(actor, reason)
    row = _asked(actor, membership_id)
    belt_kinds.REFUSE.take(models.BeltMembership.objects, row.id, reason=said, ended_at=now)
    belt_notices.tell([row], NoticeKind.BELT_REFUSED, said, now=now)


@use_case
def end(*, actor: Actor, membership_id: UUID, reason: str, now: datetime) -> None:
    """The creator belongs to the belt no more, and is told why.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (no reason), WrongState.
    """
    said = _clean_reason(actor, reason)
    row = _one(membership_id)
    belt_kinds.END.take(models.BeltMembership.objects, row.id, reason=said, ended_at=now)
    belt_notices.tell([row], NoticeKind.BELT_ENDED, said, now=now)


@needs_transaction
def forget(creator_id: UUID, now: datetime) -> None:
    """The creator belongs to no belt, and what they said when they asked is gone."""
    own = models.BeltMembership.objects.filter(creator=creator_id)
    _leave(own, now=now)
    own.update(words="")


@needs_transaction
def end_of_former_hands(creator_id: UUID, *, since: datetime, now: datetime) -> None:
    """Whoever has the account since that moment asks anew. Doing it again changes nothing."""
    of_before = models.BeltMembership.objects.filter(creator=creator_id, asked_at__lt=since)
    _leave(of_before, now=now)


def of_creator(creator_id: UUID) -> BeltCard | None:
    """The belt that a creator belongs to. One query."""
    row = (
        models.BeltMembership.objects.filter(creator=creator_id, state=MembershipState.MEMBER.value)
        .select_related("belt")
        .first()
    )
    return None if row is None else belts.card_of(row.belt)


def mine(*, actor: Actor) -> tuple[Membership, ...]:
    """What the creator has asked for and what came of it, newest first, to ten. Two queries.

    raises: SignInFirst, NotAllowed (no creator).
    """
    rows = models.BeltMembership.objects.filter(creator=actor.require_creator())
    return tuple(_views(rows.select_related("belt").order_by("-id")[:_MINE]))


def waiting(*, actor: Actor, after: str | None = None, most: int = _SHOWN) -> Page[Membership]:
    """Who has asked, longest waiting first, for operators. Two queries.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid (`after`).
    """
    actor.require_role("operator")
    rows = models.BeltMembership.objects.filter(state=MembershipState.ASKED.value)
    found = pages.oldest_first(rows.select_related("belt"), "asked_at", after=after, most=most)
    return found.of(_views(found.rows))


def of_belt(
    belt_id: UUID, *, actor: Actor, after: str | None = None, most: int = _SHOWN
) -> Page[Membership]:
    """Who belongs to a belt, latest asked first, for operators. Two queries.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, Invalid (`after`).
    """
    actor.require_role("operator")
    rows = models.BeltMembership.objects.filter(belt=belt_id, state=MembershipState.MEMBER.value)
    found = pages.latest_ids_first(rows.select_related("belt"), after=after, most=most)
    return found.of(_views(found.rows))


def counts(belt_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """How many belong to each belt and wait for it. One query."""
    found: Counter[tuple[UUID, str]] = Counter()
    rows = models.BeltMembership.objects.filter(belt__in=belt_ids, state__in=belt_kinds.STANDING)
    for belt_id, state, count in rows.values_list("belt_id", "state").annotate(n=Count("id")):
        found[belt_id, state] = count
    return {
        id: Counts(found[id, MembershipState.MEMBER.value], found[id, MembershipState.ASKED.value])
        for id in belt_ids
    }


@needs_transaction
def _leave(own: QuerySet[models.BeltMembership], *, now: datetime) -> bool:
    """Whether one of a creator's stood until now."""
    standing = own.filter(state__in=[state.value for state in belt_kinds.LEAVE.sources])
    return bool(standing.update(state=belt_kinds.LEAVE.target.value, ended_at=now))


def _clean_reason(actor: Actor, reason: str) -> str:
    actor.require_role("operator")
    return clean_line(reason, field="reason", longest=belt_kinds.REASON_LETTERS)


@needs_transaction
def _asked(actor: Actor, membership_id: UUID) -> models.BeltMembership:
    """raises: NotFound, NotAllowed for who would answer themselves."""
    row = _one(membership_id)
    if row.creator_id == actor.creator_id:
        raise NotAllowed
    return row


def _one(membership_id: UUID) -> models.BeltMembership:
    """With its belt. raises: NotFound."""
    row = models.BeltMembership.objects.select_related("belt").filter(pk=membership_id).first()
    if row is None:
        raise NotFound
    return row


def _views(rows: Iterable[models.BeltMembership]) -> list[Membership]:
    found = list(rows)
    names = creators.cards({row.creator_id for row in found})
    return [
        Membership(
            id=row.id,
            belt=belts.card_of(row.belt),
            creator_id=row.creator_id,
            creator=names[row.creator_id].name,
            state=MembershipState(row.state),
            words=row.words,
            reason=row.reason,
            asked_at=row.asked_at,
            joined_at=row.joined_at,
            ended_at=row.ended_at,
        )
        for row in found
    ]
