"""Which event a room shows, and by which right: asked when it goes on air, and of its replay.

A room whose right to show live has ended goes off air by itself; a replay without the right to be
shown on demand is hidden, and so are clips. A new right brings none of them back: the host, who was
told, shows them again.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import TypeVar
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from laotie.accounts import creators, inbox
from laotie.content.licensing import lacks, occasions, rights
from laotie.content.licensing.licences import Use
from laotie.content.licensing.occasions import OccasionCard
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import WrongState
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import backstage, models, rules
from laotie.live.rules import RoomState

_BEFORE = frozenset({RoomState.SCHEDULED, RoomState.PREVIEW})
_AT_ONCE = 50
_SECOND = Value(timedelta(seconds=1), output_field=DurationField())
Shown = TypeVar("Shown", bound=Model)


@use_case
def set_occasion(*, actor: Actor, room_id: UUID, occasion_id: UUID | None, now: datetime) -> None:
    """The room will show this event, or none. The right to it is asked for when it goes on air.

    raises: NotFound, NotAllowed, WrongState (it is or was on air).
    """
    del now
    room = backstage.locked_for_host(actor, room_id)
    if room.occasion_id == occasion_id:
        return
    if RoomState(room.state) not in _BEFORE:
        raise WrongState(step="room.set_occasion")
    if occasion_id is not None:
        occasions.card(occasion_id)
    models.Room.objects.filter(pk=room_id).update(occasion=occasion_id)


def of_room(room_id: UUID) -> OccasionCard | None:
    """The event that a room shows. At most two queries."""
    found = models.Room.objects.filter(pk=room_id).values_list("occasion_id", flat=True).first()
    return occasions.card(found) if found else None


def require_live(room: models.Room, *, now: datetime) -> None:
    """The room may show its event live now. raises: what `rights.require` does."""
    if room.occasion_id is None:
        return
    # Before the event begins there is nothing of it to be seen yet.
    moment = min(now, occasions.card(room.occasion_id).starts_at)
    _require(room, Use.LIVE, moment, now=now)


def require_replay(room: models.Room, *, now: datetime) -> None:
    """Its replay may be shown to everybody now. raises: what `rights.require` does."""
    if room.occasion_id is None:
        return
    recording = models.Recording.objects.filter(room_id=room.id).first()
    seconds = ceil(recording.milliseconds / 1000) if recording else 0
    _require(room, Use.VOD, room.live_at or now, clip_s=seconds, now=now)


def require_clips(room: models.Room, *, clip_s: int, now: datetime) -> None:
    """A clip of it may be shown to everybody now. raises: what `rights.require` does."""
    if room.occasion_id is not None:
        _require(room, Use.SHORT_VIDEO, room.live_at or now, clip_s=clip_s, now=now)


@needs_transaction
def hold_replay_back(room: models.Room, *, now: datetime) -> None:
    """The show is over; without the right to show its event on demand its replay is hidden."""
    try:
        require_replay(room, now=now)
    except lacks.RightsRefusal:
        hide(room.id)


@needs_transaction
def hide(room_id: UUID) -> None:
    """Nobody but its hosts sees the replay."""
    models.Recording.objects.update_or_create(room_id=room_id, defaults={"is_hidden": True})


@needs_transaction
def tell(room: models.Room, *, now: datetime) -> None:
    """The host reads why the room, or its replay or clips, are not shown any more."""
    assert room.occasion_id is not None
    occasion = occasions.card(room.occasion_id)
    inbox.post(
        creators.card(room.creator_id).person_id,
        inbox.NoticeKind.RIGHTS_ENDED,
        {
            "event_zh": occasion.name["zh"],
            "event_en": occasion.name["en"],
            "title": room.title,
        },
        ref=f"{ids.public('rom', room.id)}:{now:%y%m%d%H%M}",
        now=now,
    )


def lapsed_on_air(*, now: datetime) -> list[UUID]:
    """Rooms that show an event without any right to show it live here and now. One query."""
    rooms = models.Room.objects.filter(state__in=[state.value for state in rules.ON_AIR])
    return list(_without(rooms, Use.LIVE, now=now).values_list("id", flat=True)[:_AT_ONCE])


def hide_lapsed_replays(*, now: datetime) -> int:
    """Hide every replay whose right to be shown on demand has ended; how many."""
    replays = models.Recording.objects.filter(
        is_hidden=False, room__state__in=[RoomState.ENDED.value, RoomState.ARCHIVED.value]
    )
    lapsed = _without(replays, Use.VOD, room="room__", now=now)
    found = list(lapsed.values_list("room_id", flat=True)[:_AT_ONCE])
    return sum(_hide_lapsed(room_id=room_id, now=now) for room_id in found)


def hide_lapsed_clips(*, now: datetime) -> int:
    """Take every clip out of sight whose right to be shown has ended, and tell the hosts; how many.

    Each room in a transaction of its own.
    """
    lapsed = _lapsed_clips(now).values_list("room_id", flat=True).order_by("room_id").distinct()
    found = list(lapsed[:_AT_ONCE])
    return sum(_hide_lapsed_clips(room_id=room_id, now=now) for room_id in found)


@use_case
def _hide_lapsed_clips(*, room_id: UUID, now: datetime) -> int:
    room = backstage.locked(room_id)
    lapsed = list(_lapsed_clips(now).filter(room=room_id).values_list("id", flat=True))
    hidden = models.Clip.objects.filter(pk__in=lapsed, is_shown=True).update(is_shown=False)
    if hidden:
        tell(room, now=now)
    return hidden


@use_case
def _hide_lapsed(*, room_id: UUID, now: datetime) -> bool:
    room = backstage.locked(room_id)
    try:
        require_replay(room, now=now)
    except lacks.RightsRefusal:
        hide(room_id)
        tell(room, now=now)
        return True
    return False


def _require(
    room: models.Room, use: Use, event_time: datetime, *, clip_s: int = 0, now: datetime
) -> None:
    assert room.occasion_id is not None
    rights.require(
        use=use,
        occasion_id=room.occasion_id,
        creator_id=room.creator_id,
        shop_id=room.shop_id,
        event_time=event_time,
        clip_s=clip_s,
        now=now,
    )


def _lapsed_clips(now: datetime) -> "QuerySet[models.Clip]":
    return _without(
        models.Clip.objects.filter(is_shown=True), Use.SHORT_VIDEO, room="room__", now=now
    )


def _without(
    shown: "QuerySet[Shown]", use: Use, *, room: str = "", now: datetime
) -> "QuerySet[Shown]":
    """Those that show an event and that no right covers; the same as `_require` says of each.

    room: the way from them to their room; empty for rooms themselves, which play no length.
    """
    holders = Q(creator=OuterRef(f"{room}creator")) | Q(shop=OuterRef(f"{room}shop"))
    moment = OuterRef(f"{room}live_at") if room else F("occasion__starts_at")
    held = (
        rights.in_force_here(use, at=now)
        .filter(holders, occasion=OuterRef(f"{room}occasion"))
        .annotate(
            delay=ExpressionWrapper(F("delay_s") * _SECOND, DurationField()),
            age=ExpressionWrapper(Value(now) - moment, DurationField()),
        )
        .filter(Q(delay_s=0) | Q(delay__lte=F("age")))
    )
    if room:
        longest_ms = ExpressionWrapper(F("longest_clip_s") * 1000, BigIntegerField())
        held = held.annotate(longest_ms=longest_ms).filter(
            Q(longest_clip_s__isnull=True) | Q(longest_ms__gte=OuterRef("milliseconds"))
        )
    shows = {f"{room}occasion__isnull": False}
    return shown.filter(~Exists(held), **shows).order_by("pk")
