"""One comment that stays on top for everybody, put there by the host or a moderator."""

from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.accounts import creators, people
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import frames, models, seats
from laotie.live.backstage import locked_for_duty, note
from laotie.live.rules import Deed, Duty


@use_case
def pin(*, actor: Actor, room_id: UUID, comment_id: UUID, now: datetime) -> None:
    """Keep this comment on top; the one before it goes. Again: nothing changes.

    raises: NotFound (also for one that was taken down), NotAllowed.
    """
    room = locked_for_duty(actor, room_id, Duty.PIN)
    said = models.Comment.objects.filter(
        pk=comment_id, room_id=room_id, removed_at__isnull=True
    ).first()
    if said is None:
        raise NotFound
    if room.pinned_say == comment_id:
        return
    models.Room.objects.filter(pk=room_id).update(pinned_say=comment_id)
    frames.append(room_id, frames.SAY_PINNED, {"say": _body(room, said)}, now=now)
    note(
        actor, room.creator_id, Deed.PINNED,
        room_id=room_id, about_id=said.person_id, detail=said.text, now=now,
    )  # fmt: skip


@use_case
def unpin(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """Nothing is kept on top any more. raises: NotFound, NotAllowed."""
    room = locked_for_duty(actor, room_id, Duty.PIN)
    if room.pinned_say is not None:
        _let_go(room, now=now)
        note(actor, room.creator_id, Deed.UNPINNED, room_id=room_id, now=now)


@needs_transaction
def let_go(
    room_id: UUID, *, of_person: UUID | None = None, comment_id: UUID | None = None, now: datetime
) -> None:
    """Take the pinned comment away if it is this one, or this person's; the room is locked."""
    room = models.Room.objects.get(pk=room_id)
    if room.pinned_say is None:
        return
    is_this = room.pinned_say == comment_id
    if not is_this and of_person is not None:
        is_this = models.Comment.objects.filter(pk=room.pinned_say, person_id=of_person).exists()
    if is_this:
        _let_go(room, now=now)


def body(room_id: UUID) -> dict[str, Any] | None:
    """The comment on top as frames carry it; None if there is none. Up to five queries."""
    room = models.Room.objects.get(pk=room_id)
    if room.pinned_say is None:
        return None
    said = models.Comment.objects.filter(pk=room.pinned_say, removed_at__isnull=True).first()
    return _body(room, said) if said else None


def _let_go(room: models.Room, *, now: datetime) -> None:
    models.Room.objects.filter(pk=room.id).update(pinned_say=None)
    frames.append(room.id, frames.SAY_UNPINNED, {"say": str(room.pinned_say)}, now=now)


def _body(room: models.Room, said: models.Comment) -> dict[str, Any]:
    speaker = people.card(said.person_id)
    return {
        "id": str(said.id),
        "person": ids.public("per", said.person_id),
        "name": speaker.name,
        "avatar": speaker.avatar_url,
        "text": said.text,
        "host": creators.card(room.creator_id).person_id == said.person_id,
        "mod": bool(seats.duties_of(said.person_id, room.creator_id)),
        "seq": said.seq,
    }
