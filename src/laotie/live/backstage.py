"""What the nouns of a room share: the room's lock, and who may touch its stage."""

from datetime import datetime
from uuid import UUID

from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.kernel.use_case import needs_transaction
from laotie.live import models, rules


@needs_transaction
def locked(room_id: UUID) -> models.Room:
    """The room, locked until the caller commits. raises: NotFound."""
    room = models.Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


@needs_transaction
def locked_for_host(actor: Actor, room_id: UUID) -> models.Room:
    """The room, locked, if its stage is the actor's.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    if not actor.is_system:
        actor.require_person()
    room = locked(room_id)
    if not rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id):
        raise NotAllowed(right="stage")
    return room


def for_host(actor: Actor, room_id: UUID) -> models.Room:
    """The room, not locked, if its stage is the actor's.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    if not actor.is_system:
        actor.require_person()
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    if not rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id):
        raise NotAllowed(right="stage")
    return room


def millis(moment: datetime) -> int:
    """UTC milliseconds since 1970, as frames carry moments."""
    return round(moment.timestamp() * 1000)
