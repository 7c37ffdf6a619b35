"""Who is told of rooms: whoever asked, ten minutes before the start and at it; followers at it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from laotie.accounts import creators, inbox
from laotie.content.relations import blocks, follows
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, WrongState
from laotie.kernel.use_case import use_case
from laotie.live import models, rules
from laotie.live.backstage import require_in_sight
from laotie.live.rules import RoomState

SOON = timedelta(minutes=10)
_ROOMS_AT_ONCE = 50
_TOLD_AT_ONCE = 500


@use_case
def ask(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """The person is reminded of this room; asking twice is asking.

    raises: SignInFirst, NotFound (also out of sight), WrongState for a room that is not to come.
    """
    person_id = actor.require_person()
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    require_in_sight(actor, room)
    if room.state not in {RoomState.SCHEDULED, RoomState.PREVIEW}:
        raise WrongState(step="room.remind")
    models.Reminder.objects.bulk_create(
        [models.Reminder(person_id=person_id, room_id=room_id, asked_at=now)],
        ignore_conflicts=True,
    )


@use_case
def drop(*, actor: Actor, room_id: UUID) -> None:
    """The person is not reminded after all. raises: SignInFirst."""
    models.Reminder.objects.filter(person=actor.require_person(), room=room_id).delete()


def people(room_id: UUID) -> tuple[UUID, ...]:
    """Who asked to be reminded of a room, without those from whom its host is kept apart. Three
    queries.
    """
    rows = models.Reminder.objects.filter(room=room_id).order_by("person_id")
    found = tuple(rows.values_list("person_id", flat=True))
    host_id = models.Room.objects.values_list("creator__person", flat=True).get(pk=room_id)
    apart = blocks.apart_from(host_id, found)
    return tuple(person_id for person_id in found if person_id not in apart)


def asked(person_id: UUID | None, room_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Of which of these rooms the person is reminded. One query, none for a guest."""
    if person_id is None:
        return frozenset()
    rows = models.Reminder.objects.filter(person=person_id, room__in=list(room_ids))
    return frozenset(rows.values_list("room_id", flat=True))


@use_case
def tell_soon(*, now: datetime) -> int:
    """Whoever asked is told of rooms that start within ten minutes, once; how many rooms."""
    rooms = list(
        models.Room.objects.filter(
            state__in=[RoomState.SCHEDULED.value, RoomState.PREVIEW.value],
            starts_at__gt=now,
            starts_at__lte=now + SOON,
        ).order_by("starts_at")[:_ROOMS_AT_ONCE]
    )
    hosts = creators.cards({room.creator_id for room in rooms})
    for room in rooms:
        # A room that was moved is told of again.
        ref = f"{ids.public('rom', room.id)}:{room.starts_at:%y%m%d%H%M}"
        _tell(room.id, inbox.NoticeKind.ROOM_SOON, hosts[room.creator_id].name, ref, now)
    return len(rooms)


@use_case
def tell_started(*, room_id: UUID, now: datetime) -> None:
    """Whoever asked is told that the room has begun; who follows its host too is told once."""
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        return
    host = creators.card(room.creator_id)
    _tell(room_id, inbox.NoticeKind.ROOM_STARTED, host.name, ids.public("rom", room_id), now)


@use_case
def tell_followers(*, room_id: UUID, after: UUID | None, now: datetime) -> UUID | None:
    """Put "is live now" into the inboxes of the next 500 followers, in the order of their ids.

    after:   the last person who was told; None to begin.
    returns: whom to go on after; None when all were told, or the room is over.
    """
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None or RoomState(room.state) not in rules.ON_AIR:
        return None
    told = follows.next_followers(room.creator_id, after=after, most=_TOLD_AT_ONCE)
    name, ref = creators.card(room.creator_id).name, ids.public("rom", room_id)
    for person_id in told:
        inbox.post(person_id, inbox.NoticeKind.ROOM_STARTED, {"creator": name}, ref=ref, now=now)
    return told[-1] if len(told) == _TOLD_AT_ONCE else None


def _tell(room_id: UUID, kind: inbox.NoticeKind, creator: str, ref: str, now: datetime) -> None:
    for person_id in people(room_id):
        inbox.post(person_id, kind, {"creator": creator}, ref=ref, now=now)
