"""What is announced: changing a room before it starts, calling it off, and the calendar.

A room that was called off is over without ever having been on air; its reason is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.accounts import creators, inbox
from laotie.events.live import RoomCancelled, RoomMoved
from laotie.kernel import event_log, ids, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import models, reminders, rooms, rules
from laotie.live.backstage import locked_for_host
from laotie.live.rooms import RoomCard, card_of
from laotie.live.rules import RoomState

LONGEST_REASON = 120
_LONGEST_VIEW = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Planned:
    """A room as calendars carry it. revision: how often what was announced changed."""

    room: RoomCard
    revision: int
    is_cancelled: bool
    reason: str


@use_case
def change(
    *,
    actor: Actor,
    room_id: UUID,
    title: str | None = None,
    starts_at: datetime | None = None,
    cover_url: str | None = None,
    now: datetime,
) -> RoomCard:
    """Set what is given of an announced room; whoever asked to be reminded is told of a new time.

    raises: NotFound, NotAllowed, WrongState (not announced any more), Invalid (also a new time
            that has passed), TextNotAllowed.
    """
    room = locked_for_host(actor, room_id)
    if room.state != RoomState.SCHEDULED.value:
        raise WrongState(step="room.change")
    before = (room.title, room.starts_at, room.cover_url)
    if title is not None:
        room.title = rooms.clean_title(title, now=now)
    if cover_url is not None:
        if cover_url and not cover_url.startswith("/"):
            raise Invalid(field="cover_url", reason="form")
        room.cover_url = cover_url
    if starts_at is not None and starts_at != room.starts_at:
        if starts_at < now:
            raise Invalid(field="starts_at", reason="time")
        room.starts_at = starts_at
        event_log.publish(RoomMoved(room_id=room_id, starts_at=starts_at))
    if before != (room.title, room.starts_at, room.cover_url):
        room.revision += 1
        room.save(update_fields=["title", "starts_at", "cover_url", "revision"])
    return card_of(room)


@use_case
def cancel(*, actor: Actor, room_id: UUID, reason: str, now: datetime) -> RoomCard:
    """Call an announced room off; whoever asked to be reminded is told why.

    raises: NotFound, NotAllowed, WrongState (not announced any more), Invalid (no reason).
    """
    room = locked_for_host(actor, room_id)
    reason = text.clean_line(reason, field="reason", longest=LONGEST_REASON)
    if room.state != RoomState.SCHEDULED.value:
        raise WrongState(step="room.cancel")
    models.Room.objects.filter(pk=room_id).update(revision=room.revision + 1)
    rooms.finish(room, reason=reason, now=now)
    event_log.publish(RoomCancelled(room_id=room_id))
    return card_of(models.Room.objects.get(pk=room_id))


@needs_transaction
def tell_moved(room_id: UUID, starts_at: datetime, *, now: datetime) -> None:
    """Tell whoever asked to be reminded; news that another move has overtaken is kept quiet."""
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None or room.starts_at != starts_at or room.state != RoomState.SCHEDULED.value:
        return
    host = creators.card(room.creator_id).name
    facts = {"creator": host, "title": room.title, "starts": f"{starts_at:%Y-%m-%d %H:%M} UTC"}
    ref = f"{ids.public('rom', room_id)}:{starts_at:%y%m%d%H%M}"
    for person_id in reminders.people(room_id):
        inbox.post(person_id, inbox.NoticeKind.ROOM_MOVED, facts, ref=ref, now=now)


@needs_transaction
def tell_cancelled(room_id: UUID, *, now: datetime) -> None:
    """Tell whoever asked to be reminded that the room does not take place, and why."""
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        return
    host = creators.card(room.creator_id).name
    facts = {"creator": host, "title": room.title, "reason": room.end_reason}
    for person_id in reminders.people(room_id):
        inbox.post(
            person_id,
            inbox.NoticeKind.ROOM_CANCELLED,
            facts,
            ref=ids.public("rom", room_id),
            now=now,
        )


def between(creator_id: UUID, start: datetime, end: datetime) -> tuple[Planned, ...]:
    """A creator's rooms that start in a span of at most 45 days, soonest first. One query."""
    assert start < end <= start + _LONGEST_VIEW
    rows = models.Room.objects.filter(
        creator_id=creator_id, starts_at__gte=start, starts_at__lt=end
    ).exclude(state=RoomState.BANNED.value)
    return tuple(_planned(row) for row in rows.order_by("starts_at", "id")[:200])


def to_come(creator_id: UUID, *, now: datetime, most: int = 20) -> tuple[Planned, ...]:
    """What a creator has announced, soonest first; late ones are kept for a day. One query."""
    rows = models.Room.objects.filter(
        creator_id=creator_id,
        state=RoomState.SCHEDULED.value,
        starts_at__gt=now - timedelta(days=1),
    )
    return tuple(_planned(row) for row in rows.order_by("starts_at", "id")[:most])


def published(creator_id: UUID, *, now: datetime) -> tuple[Planned, ...]:
    """What a calendar that subscribes to a creator shows: from a week ago on, with what was called
    off. One query, at most 100 rows.
    """
    rows = models.Room.objects.filter(
        creator_id=creator_id, starts_at__gt=now - timedelta(days=7)
    ).exclude(state__in=[RoomState.BANNED.value, RoomState.SUSPENDED.value])
    return tuple(_planned(row) for row in rows.order_by("starts_at", "id")[:100])


def of_room(room_id: UUID) -> Planned:
    """One room as calendars carry it. One query. raises: NotFound."""
    hidden = [RoomState.BANNED.value, RoomState.SUSPENDED.value]
    row = models.Room.objects.filter(pk=room_id).exclude(state__in=hidden).first()
    if row is None:
        raise NotFound
    return _planned(row)


def _planned(row: models.Room) -> Planned:
    is_cancelled = RoomState(row.state) in rules.OVER and row.live_at is None
    return Planned(card_of(row), row.revision, is_cancelled, row.end_reason if is_cancelled else "")
