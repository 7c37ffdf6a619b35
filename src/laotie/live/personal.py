"""What live rooms know of a person: what they wait for, what they said, what they won.

Comments are live records and stay for as long as those do; their speaker names nobody any more.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators
from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction
from laotie.live import models
from laotie.live.rules import OPEN, RoomState

_ORDER_KEPT = Kept("who kept order in a room, or whom: a live record, kept for three years")

COLUMNS: Mapping[str, Use | Kept] = {
    "Reminder.person": Use.GOES,
    "Seat.person": Use.GOES,
    "Comment.person": Use.THEIRS,
    "Entry.person": Use.THEIRS,
    "Catch.person": Use.THEIRS,
    "PersonSilence.person": _ORDER_KEPT,
    "PersonSilence.decided_by": _ORDER_KEPT,
    "Stop.person": _ORDER_KEPT,
    "Act.person": _ORDER_KEPT,
    "Act.about": _ORDER_KEPT,
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Reminders, comments, wins, and the rooms of a creator. A query per table."""
    creator_id = creators.id_of(person_id)
    rooms = models.Room.objects.filter(creator=creator_id).order_by("pk")
    return {
        "rooms": list(rooms.values("id", "title", "state", "starts_at")) if creator_id else [],
        **personal.collect(models, COLUMNS, person_id),
    }


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """Rooms that are on air or announced."""
    creator_id = creators.id_of(person_id)
    if creator_id is None:
        return
    rooms = models.Room.objects.filter(
        creator=creator_id, state__in=[*OPEN, RoomState.SCHEDULED]
    ).count()
    if rooms:
        yield Matter("ROOMS_OPEN", _("%(count)s rooms are open or announced. End them."), rooms)


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Reminders and seats go; comments stay without a name."""
    personal.drop(models, COLUMNS, person_id)
