"""Blocks: two people see nothing of each other's, whichever of them asked for it.

Neither finds the other's profile, posts, comments or live rooms; neither follows the other, likes
what they publish or comments under it or in their rooms. Who watches a room already may go on until
they leave. What was shown before the block is gone from sight and comes back when it is lifted, but
for the follows, which end.

What two viewers say in the live room of a third is the exception: it is sent to everybody alike.
Whatever shows the room to the one who asked leaves out what the other says, by the list that comes
with their ticket (`newest_of_mine`). The other reads on: a list of whom to leave out would tell
them who has blocked them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, people
from laotie.accounts.people import PersonCard
from laotie.content import models
from laotie.kernel import pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.pages import Page
from laotie.kernel.use_case import needs_transaction, use_case

MOST = 5000


class CannotBlock(Refusal):
    code = "CANNOT_BLOCK"
    message = _("This is yourself.")


class TooManyBlocked(Refusal):
    code = "TOO_MANY_BLOCKED"
    message = _("The list is full: %(most)s people. Unblock some first.")


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody whom one has blocked, and since when."""

    person: PersonCard
    blocked_at: datetime


@use_case
def block(*, actor: Actor, person_id: UUID, now: datetime) -> None:
    """The actor and this person see nothing of each other; blocking twice is blocking.

    raises: SignInFirst, NotFound, CannotBlock, TooManyBlocked.
    """
    own_id = actor.require_person()
    if own_id == person_id:
        raise CannotBlock
    if person_id not in people.cards([person_id]):
        raise NotFound
    _hold(own_id, person_id)
    mine = models.Block.objects.filter(person=own_id)
    if mine.count() >= MOST:
        raise TooManyBlocked(most=MOST)
    models.Block.objects.bulk_create(
        [models.Block(person_id=own_id, other_id=person_id, blocked_at=now)], ignore_conflicts=True
    )
    for follower_id, other_id in ((own_id, person_id), (person_id, own_id)):
        models.Follow.objects.filter(person=follower_id, creator__person=other_id).delete()


@use_case
def unblock(*, actor: Actor, person_id: UUID) -> None:
    """The actor's block is lifted; one by the other person stays. raises: SignInFirst."""
    models.Block.objects.filter(person=actor.require_person(), other=person_id).delete()


def mine(*, actor: Actor, after: str | None = None, most: int = 50) -> Page[Blocked]:
    """Whom one has blocked, latest first. Two queries. raises: SignInFirst, Invalid (`after`)."""
    rows = models.Block.objects.filter(person=actor.require_person())
    found = pages.newest_first(rows, "blocked_at", after=after, most=most)
    cards = people.cards(row.other_id for row in found.rows)
    return found.of(
        Blocked(cards[row.other_id], row.blocked_at) for row in found.rows if row.other_id in cards
    )


def newest_of_mine(actor: Actor, *, most: int = 500) -> tuple[UUID, ...]:
    """The people whom somebody has blocked last. One query; none for guests."""
    if actor.person_id is None:
        return ()
    rows = models.Block.objects.filter(person=actor.person_id).order_by("-blocked_at", "-id")
    return tuple(rows.values_list("other_id", flat=True)[:most])


def has_blocked(person_id: UUID | None, other_id: UUID) -> bool:
    """Whether this person asked for it. One query."""
    return (
        person_id is not None
        and models.Block.objects.filter(person=person_id, other=other_id).exists()
    )


def are_apart(person_id: UUID | None, other_id: UUID) -> bool:
    """Whether one of the two has blocked the other. One query."""
    return bool(apart_from(person_id, [other_id]))


def are_apart_from_creator(person_id: UUID | None, creator_id: UUID) -> bool:
    """As `are_apart`, of somebody and whoever is this creator. One query; none for guests."""
    if person_id is None:
        return False
    ((found,),) = sql.rows(
        "SELECT EXISTS (SELECT FROM accounts_creator c JOIN content_block b"
        " ON b.person_id = c.person_id AND b.other_id = %(person)s"
        " OR b.other_id = c.person_id AND b.person_id = %(person)s WHERE c.id = %(creator)s)",
        {"person": person_id, "creator": creator_id},
    )
    return bool(found)


def apart_from(person_id: UUID | None, others: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people of whom somebody sees nothing. One query; none for guests."""
    if person_id is None or not others:
        return frozenset()
    rows = models.Block.objects.filter(
        Q(person=person_id, other__in=others) | Q(other=person_id, person__in=others)
    ).values_list("person_id", "other_id")
    return frozenset(one if other == person_id else other for one, other in rows)


def pairs_apart(pairs: Collection[tuple[UUID, UUID]]) -> frozenset[tuple[UUID, UUID]]:
    """Those of these pairs of people of whom one has blocked the other. One query."""
    if not pairs:
        return frozenset()
    rows = sql.rows(
        "SELECT p.one, p.other FROM unnest(%s::uuid[], %s::uuid[]) AS p (one, other)"
        " WHERE EXISTS (SELECT FROM content_block b"
        " WHERE b.person_id = p.one AND b.other_id = p.other"
        " OR b.person_id = p.other AND b.other_id = p.one)",
        [[one for one, _other in pairs], [other for _one, other in pairs]],
    )
    return frozenset((one, other) for one, other in rows)


def all_apart_from(person_id: UUID | None) -> list[UUID]:
    """Everybody of whom somebody sees nothing. One query; none for guests."""
    if person_id is None:
        return []
    rows = models.Block.objects.filter(Q(person=person_id) | Q(other=person_id))
    pairs = rows.values_list("person_id", "other_id")[: 2 * MOST]
    return [one if other == person_id else other for one, other in pairs]


def creators_apart_from(person_id: UUID | None) -> list[UUID]:
    """As `all_apart_from`, of creators by their own ids. One query; none for guests."""
    if person_id is None:
        return []
    rows = sql.rows(
        "SELECT c.id FROM content_block b JOIN accounts_creator c ON c.person_id ="
        " CASE WHEN b.person_id = %(person)s THEN b.other_id ELSE b.person_id END"
        " WHERE b.person_id = %(person)s OR b.other_id = %(person)s LIMIT %(most)s",
        {"person": person_id, "most": 2 * MOST},
    )
    return [creator_id for (creator_id,) in rows]


@needs_transaction
def require_none(person_id: UUID, creator_id: UUID) -> None:
    """Somebody and a creator are not apart, and stay so until the caller's transaction ends.

    raises: NotFound if they are, or there is no such creator.
    """
    other_id = creators.card(creator_id).person_id
    _hold(person_id, other_id)
    if are_apart(person_id, other_id):
        raise NotFound


@needs_transaction
def _hold(one: UUID, other: UUID) -> None:
    """What two people do to each other goes one by one: no follow slips in beside a block."""
    pair = ":".join(sorted((str(one), str(other))))
    sql.rows("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"content.block {pair}"])
