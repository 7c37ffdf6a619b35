"""Rehearsing an announced room: its picture arrives, only its hosts see it, nothing stays public.

For everybody else the room goes on being announced. Nothing of a rehearsal is in the replay, since
a recording begins when the room goes live.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal, WrongState
from laotie.kernel.use_case import use_case
from laotie.live import models
from laotie.live.backstage import for_host, locked_for_host
from laotie.live.rules import RoomState


class NotRehearsing(Refusal):
    code = "NOT_REHEARSING"
    message = _("There is no rehearsal to end.")


@use_case
def begin(*, actor: Actor, room_id: UUID, now: datetime) -> datetime:
    """From now on a picture that arrives does not open the preview; since when that is so.

    Again: nothing changes. raises: NotFound, NotAllowed, WrongState (not announced any more).
    """
    room = locked_for_host(actor, room_id)
    if room.state != RoomState.SCHEDULED.value:
        raise WrongState(step="rehearsal.begin")
    if room.rehearsing_since is None:
        models.Room.objects.filter(pk=room_id).update(rehearsing_since=now)
    return room.rehearsing_since or now


@use_case
def end(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """The rehearsal is over and its sender is put out; the room stays announced.

    raises: NotFound, NotAllowed, NotRehearsing.
    """
    room = locked_for_host(actor, room_id)
    if room.rehearsing_since is None:
        raise NotRehearsing
    models.Room.objects.filter(pk=room_id).update(rehearsing_since=None, session=None)
    # The media process hears that the session is over and lets its sender go.
    models.Session.objects.filter(room_id=room_id, ended_at__isnull=True).update(
        ended_at=now, end_reason="REHEARSAL_OVER"
    )


def since(room_id: UUID, *, actor: Actor) -> datetime | None:
    """Since when the room rehearses. raises: NotFound, NotAllowed."""
    return for_host(actor, room_id).rehearsing_since
