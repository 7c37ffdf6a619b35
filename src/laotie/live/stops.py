"""The brake: whoever runs a room takes it off air at once, says why, and may keep the way back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import people
from laotie.kernel import event_log, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.kernel.use_case import use_case
from laotie.live import models, rooms, rules
from laotie.live.backstage import for_duty, for_host, locked_for_duty, locked_for_host, note
from laotie.live.rooms import RoomCard
from laotie.live.rules import Deed, Duty, RoomState

LONGEST_REASON = 200


class NothingToResume(Refusal):
    """The room was not stopped by its own people, or not so that it may go on."""

    code = "NOTHING_TO_RESUME"
    message = _("This room was not paused from here. Ask an operator how it can go on.")


@dataclass(frozen=True, slots=True)
class StopLine:
    """One pull of the brake. person_name: empty for the system."""

    reason: str
    can_resume: bool
    person_name: str
    stopped_at: datetime
    lifted_at: datetime | None


@use_case
def pull(*, actor: Actor, room_id: UUID, reason: str, can_resume: bool, now: datetime) -> RoomCard:
    """Take a room off air: no picture, no offer, nothing presented, and everybody is told.

    can_resume: the room is SUSPENDED and its host can go on; otherwise it has ENDED. The stream
        key stops working either way.
    For the room's hosts, and for a seat that may stop it.
    raises:     NotFound, NotAllowed, WrongState (not on air, nor about to be), Invalid.
    """
    room = locked_for_duty(actor, room_id, Duty.STOP)
    reason = text.clean_line(reason, field="reason", longest=LONGEST_REASON)
    step = rules.SUSPEND if can_resume else rules.END
    rooms.take_off_air(room, step, end_reason=reason, now=now)
    models.Stop.objects.create(
        room_id=room_id,
        person_id=actor.person_id,
        reason=reason,
        can_resume=can_resume,
        stopped_at=now,
    )
    note(actor, room.creator_id, Deed.STOPPED, room_id=room_id, detail=reason, now=now)
    note(actor, room.creator_id, Deed.STOPPED, room_id=room_id, detail=reason, now=now)
    if not can_resume:
        event_log.publish(rooms.ended(room, now=now))
    return rooms.card_of(models.Room.objects.get(pk=room_id))


@use_case
def resume(*, actor: Actor, room_id: UUID, now: datetime) -> RoomCard:
    """Go on after the brake: an announced room is announced again, a live one waits for a picture.

    raises: NotFound, NotAllowed, NothingToResume, AlreadyOnAir.
    """
    room = locked_for_host(actor, room_id)
    if not _standing(room_id).exists():
        raise NothingToResume
    rooms.bring_back(room, now=now)
    _standing(room_id).update(lifted_at=now)
    return rooms.card_of(models.Room.objects.get(pk=room_id))


@use_case
def give_up(*, actor: Actor, room_id: UUID, now: datetime) -> RoomCard:
    """End a room for good that its own people had stopped; its replay can be watched then.

    raises: NotFound, NotAllowed, NothingToResume, AlreadyOnAir.
    """
    room = locked_for_host(actor, room_id)
    if not _standing(room_id).update(is_over=True):
        raise NothingToResume
    rooms.bring_back(room, now=now)
    rooms.finish(room, reason=room.end_reason or "host", now=now)
    return rooms.card_of(models.Room.objects.get(pk=room_id))


def can_resume(room_id: UUID, *, actor: Actor) -> bool:
    """Whether the room's hosts may go on; a seat may ask too. raises: NotFound, NotAllowed."""
    room = for_duty(actor, room_id)
    return room.state == RoomState.SUSPENDED.value and _standing(room_id).exists()


def of_room(room_id: UUID, *, actor: Actor) -> tuple[StopLine, ...]:
    """Every pull of the brake, newest first. Three queries. raises: NotFound, NotAllowed."""
    for_host(actor, room_id)
    rows = list(models.Stop.objects.filter(room_id=room_id).order_by("-stopped_at")[:50])
    names = people.cards({row.person_id for row in rows if row.person_id})
    return tuple(
        StopLine(
            row.reason,
            row.can_resume,
            names[row.person_id].name if row.person_id else "",
            row.stopped_at,
            row.lifted_at,
        )
        for row in rows
    )


def _standing(room_id: UUID) -> QuerySet[models.Stop]:
    return models.Stop.objects.filter(
        room_id=room_id, can_resume=True, lifted_at__isnull=True, is_over=False
    )
