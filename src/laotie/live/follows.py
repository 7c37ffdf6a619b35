"""Who wants to hear of a creator's next room."""

from datetime import datetime
from uuid import UUID

from laotie.accounts import creators, inbox
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.use_case import use_case
from laotie.live import models, rules
from laotie.live.rules import RoomState

_TOLD_AT_ONCE = 500


@use_case
def follow(*, actor: Actor, creator_id: UUID, now: datetime) -> int:
    """Follow a creator; following twice is following. How many follow now.

    raises: SignInFirst, NotFound.
    """
    person_id = actor.require_person()
    creators.card(creator_id)
    models.Follow.objects.bulk_create(
        [models.Follow(person_id=person_id, creator_id=creator_id, followed_at=now)],
        ignore_conflicts=True,
    )
    return followers(creator_id)


@use_case
def unfollow(*, actor: Actor, creator_id: UUID) -> int:
    """Stop following; how many follow now. raises: SignInFirst."""
    person_id = actor.require_person()
    models.Follow.objects.filter(person_id=person_id, creator_id=creator_id).delete()
    return followers(creator_id)


def followers(creator_id: UUID) -> int:
    """How many follow a creator."""
    return models.Follow.objects.filter(creator_id=creator_id).count()


def is_following(person_id: UUID | None, creator_id: UUID) -> bool:
    return (
        person_id is not None
        and models.Follow.objects.filter(person_id=person_id, creator_id=creator_id).exists()
    )


def of_person(person_id: UUID, *, most: int = 1000) -> tuple[UUID, ...]:
    """The creators whom somebody follows, latest first. One query."""
    rows = models.Follow.objects.filter(person_id=person_id).order_by("-followed_at", "-id")
    return tuple(rows.values_list("creator_id", flat=True)[:most])


@use_case
def tell_next(*, room_id: UUID, after: UUID | None, now: datetime) -> UUID | None:
    """Put "is live now" into the inboxes of the next 500 followers, in the order of their ids.

    after:   the last person who was told; None to begin.
    returns: whom to go on after; None when all were told, or the room is over.
    """
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None or RoomState(room.state) not in rules.ON_AIR:
        return None
    rows = models.Follow.objects.filter(creator_id=room.creator_id).order_by("person_id")
    if after is not None:
        rows = rows.filter(person_id__gt=after)
    people = list(rows.values_list("person_id", flat=True)[:_TOLD_AT_ONCE])
    name = creators.card(room.creator_id).name
    for person_id in people:
        inbox.post(
            person_id,
            inbox.NoticeKind.ROOM_STARTED,
            {"creator": name},
            ref=ids.public("rom", room_id),
            now=now,
        )
    return people[-1] if len(people) == _TOLD_AT_ONCE else None
