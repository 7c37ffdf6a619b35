"""What the nouns of a room share: the room's lock, who may touch its stage, and who keeps order."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from laotie.content.relations import blocks
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound
from laotie.kernel.use_case import needs_transaction
from laotie.live import models, rules
from laotie.live.rules import Deed, Duty


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


@needs_transaction
def locked_for_duty(actor: Actor, room_id: UUID, duty: Duty) -> models.Room:
    """The room, locked, if its stage is the actor's or they hold a seat with this duty.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    if not actor.is_system:
        actor.require_person()
    room = locked(room_id)
    _require_duty(actor, room, duty)
    return room


def require_in_sight(actor: Actor, room: models.Room) -> None:
    """A creator's room is not there for whom they blocked, or who blocked them; operators and who
    runs it see it. One query; none for guests. raises: NotFound.
    """
    if actor.is_operator or rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id):
        return
    if blocks.are_apart_from_creator(actor.person_id, room.creator_id):
        raise NotFound


def in_sight(actor: Actor) -> "QuerySet[models.Room]":
    """All rooms but those that `require_in_sight` keeps from a viewer.

    One query more; none for guests and operators.
    """
    return models.Room.objects.filter(is_in_sight(actor))


def is_in_sight(actor: Actor, *, room: str = "") -> Q:
    """What `in_sight` asks of a room. room: the way to it from what is looked for, as `room__`."""
    hidden = [] if actor.is_operator else blocks.creators_apart_from(actor.person_id)
    if not hidden:
        return Q()
    staged = [shop_id for shop_id, rights in actor.shop_rights.items() if "stage" in rights]
    return ~Q(**{f"{room}creator__in": hidden}) | Q(**{f"{room}shop__in": staged})


def for_host(actor: Actor, room_id: UUID) -> models.Room:
    """The room, not locked, if its stage is the actor's.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    room = _seen(actor, room_id)
    if not rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id):
        raise NotAllowed(right="stage")
    return room


def for_duty(actor: Actor, room_id: UUID, duty: Duty | None = None) -> models.Room:
    """The room, not locked, if the actor runs it or holds a seat: with this duty, or with any.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    room = _seen(actor, room_id)
    _require_duty(actor, room, duty)
    return room


def duties_of(person_id: UUID | None, creator_id: UUID) -> frozenset[Duty]:
    """What a person's seat in a creator's rooms holds; nothing without a seat. One query."""
    if person_id is None:
        return frozenset()
    held = models.Seat.objects.filter(
        creator_id=creator_id, person_id=person_id, taken_at__isnull=True
    ).values_list("duties", flat=True)
    return frozenset(Duty(name) for duties in held for name in duties)


@needs_transaction
def note(
    actor: Actor,
    creator_id: UUID,
    deed: Deed,
    *,
    room_id: UUID | None = None,
    about_id: UUID | None = None,
    detail: str = "",
    now: datetime,
) -> None:
    """Keep in the log what somebody did; what the system does by itself is not kept here."""
    if actor.person_id is not None:
        models.Act.objects.create(
            creator_id=creator_id,
            room_id=room_id,
            person_id=actor.person_id,
            deed=deed.value,
            about_id=about_id,
            detail=detail[:200],
            done_at=now,
        )


def _seen(actor: Actor, room_id: UUID) -> models.Room:
    if not actor.is_system:
        actor.require_person()
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        raise NotFound
    return room


def _require_duty(actor: Actor, room: models.Room, duty: Duty | None) -> None:
    if rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id):
        return
    duties = duties_of(actor.person_id, room.creator_id)
    if not duties or (duty is not None and duty not in duties):
        raise NotAllowed(right=duty.value if duty else "seat")
