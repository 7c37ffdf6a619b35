"""The life of a live room: announced, previewed, on air, interrupted, over."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from laotie.accounts import hands
from laotie.content.kinds import SourceKind
from laotie.content.licensing import lacks
from laotie.content.posting import publishing
from laotie.events.live import RoomEnded, RoomInterrupted, RoomResumed, RoomWentLive
from laotie.kernel import clock, event_log, media, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal, WrongState
from laotie.kernel.screening import Where, require_fit
from laotie.kernel.states import Step
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import listings
from laotie.live import (
    drops,
    external_links,
    flashes,
    frames,
    giveaways,
    licensed,
    models,
    rules,
    stage,
)
from laotie.live.backstage import locked, locked_for_duty, locked_for_host, note
from laotie.live.rules import Deed, Duty, RoomState

LONGEST_TITLE = 60


class NoPicture(Refusal):
    """Nothing is being sent that viewers could see."""

    code = "NO_PICTURE"
    message = _("No picture arrives yet. Start your encoder or camera, then go live.")


class AlreadyOnAir(Refusal):
    """The creator is in another room."""

    code = "ALREADY_ON_AIR"
    message = _("You have another room open. End it before you open this one.")


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A room as its host's list shows it."""

    id: UUID
    creator_id: UUID
    shop_id: UUID | None
    title: str
    cover_url: str
    state: RoomState
    starts_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    slow_mode_s: int


@use_case
def schedule(
    *,
    actor: Actor,
    title: str,
    starts_at: datetime,
    now: datetime,
    cover_url: str = "",
    shop_id: UUID | None = None,
) -> RoomCard:
    """Announce a room of the actor's own.

    shop_id: whose staff with the right `stage` may run it too; the actor must have that right.
    raises:  SignInFirst, NotAllowed (no creator), Invalid, TextNotAllowed.
    """
    creator_id = actor.require_creator()
    if shop_id is not None:
        actor.require_shop(shop_id, "stage")
    title = clean_title(title, now=now)
    if cover_url and not cover_url.startswith("/"):
        raise Invalid(field="cover_url", reason="form")

    room = models.Room.objects.create(
        creator_id=creator_id,
        shop_id=shop_id,
        title=title,
        cover_url=cover_url,
        state=RoomState.SCHEDULED.value,
        starts_at=starts_at,
        scheduled_at=now,
    )
    models.FrameCounter.objects.create(room=room)
    return card_of(room)


@use_case
def open_preview(*, actor: Actor, room_id: UUID, now: datetime) -> RoomCard:
    """Let the host try picture and sound; nobody else sees the room yet.

    raises: NotFound, NotAllowed, WrongState, AlreadyOnAir.
    """
    room = locked_for_host(actor, room_id)
    enter_preview(room, now=now)
    return card_of(_fresh(room_id))


@use_case
def go_live(*, actor: Actor, room_id: UUID, now: datetime) -> RoomCard:
    """Open the room to everybody. A picture must be arriving.

    raises: NotFound, NotAllowed, WrongState (not in preview), NoPicture, ProofNeeded, LinkBlocked
            (a link in its bag may not stand there now), and of a room that shows an event what
            `rights.require` does.
    """
    room = locked_for_host(actor, room_id)
    hands.require_proof(room.creator_id)
    if room.state == RoomState.PREVIEW.value and room.session is None:
        raise NoPicture
    external_links.require_open(room_id, now=now)
    licensed.require_live(room, now=now)
    rules.GO_LIVE.take(models.Room.objects, room_id, live_at=now, public_wall_at=clock.wall())
    frames.start_epoch(room_id)
    _tell_state(room_id, RoomState.LIVE, now=now)
    event_log.publish(RoomWentLive(room_id=room_id, creator_id=room.creator_id, at=now))
    return card_of(_fresh(room_id))


@use_case
def end(*, actor: Actor, room_id: UUID, now: datetime) -> RoomCard:
    """Close the room: what is presented stops, the flash offer closes, the key and links end.

    raises: NotFound, NotAllowed, WrongState (over already).
    """
    room = locked_for_host(actor, room_id)
    finish(room, reason="host", now=now)
    return card_of(_fresh(room_id))


@use_case
def suspend(*, actor: Actor, room_id: UUID, reason: str, now: datetime) -> RoomCard:
    """Take a room off air by an operator; viewers are sent away, the publisher is dropped.

    raises: NotAllowed, NotFound, WrongState, Invalid (no reason).
    """
    actor.require_role("operator")
    reason = text.clean_line(reason, field="reason", longest=200)
    room = locked(room_id)
    if _take_over_stop(room_id):
        models.Room.objects.filter(pk=room_id).update(end_reason=reason)
    else:
        take_off_air(room, rules.SUSPEND, end_reason=reason, now=now)
    return card_of(_fresh(room_id))


@use_case
def lift(*, actor: Actor, room_id: UUID, now: datetime) -> RoomCard:
    """Take a suspension back; a room that was on air waits for its encoder again.

    raises: NotAllowed, NotFound, WrongState, AlreadyOnAir.
    """
    actor.require_role("operator")
    bring_back(locked(room_id), now=now)
    _take_over_stop(room_id)
    return card_of(_fresh(room_id))


@use_case
def ban(*, actor: Actor, room_id: UUID, reason: str, now: datetime) -> RoomCard:
    """Close a room for good by an operator; posts made from its clips come down with it.

    raises: NotAllowed, NotFound, WrongState, Invalid.
    """
    actor.require_role("operator")
    reason = text.clean_line(reason, field="reason", longest=200)
    room = locked(room_id)
    was_over = RoomState(room.state) in rules.OVER
    rules.BAN.take(
        models.Room.objects,
        room_id,
        interrupted_at=None,
        session=None,
        ended_at=room.ended_at or now,
        end_reason=reason,
        rehearsing_since=None,
    )
    _take_over_stop(room_id)
    _leave_stage(room, is_stopped=True, now=now)
    listings.end_all(room_id, now=now)
    _tell_state(room_id, RoomState.BANNED, now=now)
    _close_posts(room_id, now=now)
    if not was_over:
        event_log.publish(ended(room, now=now))
    return card_of(_fresh(room_id))


@use_case
def set_slow_mode(*, actor: Actor, room_id: UUID, seconds: int, now: datetime) -> RoomCard:
    """Let each viewer speak once in so many seconds; 0 turns it off, 300 is the most.

    raises: NotFound, NotAllowed, Invalid.
    """
    room = locked_for_duty(actor, room_id, Duty.SLOW)
    if not 0 <= seconds <= rules.MAX_SLOW_MODE_S:
        raise Invalid(field="seconds", reason="range")
    if seconds != room.slow_mode_s:
        models.Room.objects.filter(pk=room_id).update(slow_mode_s=seconds)
        note(
            actor, room.creator_id, Deed.SLOWED, room_id=room_id, detail=str(seconds), now=now
        )  # fmt: skip
    return card_of(_fresh(room_id))


def end_abandoned(*, now: datetime) -> int:
    """End rooms whose picture has been gone for five minutes; how many."""
    due = models.Room.objects.filter(
        state=RoomState.INTERRUPTED.value, interrupted_at__lte=now - rules.GRACE
    ).values_list("id", flat=True)[:50]
    return sum(_end_if_abandoned(room_id=room_id, now=now) for room_id in list(due))


@use_case
def _end_if_abandoned(*, room_id: UUID, now: datetime) -> bool:
    room = locked(room_id)
    # The encoder may have come back between the look and the lock.
    if room.interrupted_at is None or room.interrupted_at > now - rules.GRACE:
        return False
    finish(room, reason="no_picture", now=now)
    return True


def end_lapsed(*, now: datetime) -> int:
    """End rooms whose right to show their event live has ended; how many."""
    found = licensed.lapsed_on_air(now=now)
    return sum(_end_if_lapsed(room_id=room_id, now=now) for room_id in found)


@use_case
def _end_if_lapsed(*, room_id: UUID, now: datetime) -> bool:
    room = locked(room_id)
    if RoomState(room.state) not in rules.ON_AIR:
        return False
    try:
        licensed.require_live(room, now=now)
    except lacks.RightsRefusal as refusal:
        finish(room, reason=refusal.code, now=now)
        licensed.tell(room, now=now)
        return True
    return False


def ended(room: models.Room, *, now: datetime) -> RoomEnded:
    """What to tell of a room that is over now; `room` as it was, or as it is."""
    return RoomEnded(room_id=room.id, creator_id=room.creator_id, live_at=room.live_at, at=now)


def archive_old(*, now: datetime) -> int:
    """Move rooms that have been over for 30 days out of the lists; how many."""
    return models.Room.objects.filter(
        state=RoomState.ENDED.value, ended_at__lte=now - rules.ARCHIVE_AFTER
    ).update(state=rules.ARCHIVE.target.value)


@needs_transaction
def enter_preview(room: models.Room, *, now: datetime) -> None:
    """raises: WrongState, AlreadyOnAir."""
    with _one_open_room():
        rules.OPEN_PREVIEW.take(models.Room.objects, room.id, rehearsing_since=None)
    _tell_state(room.id, RoomState.PREVIEW, now=now)


@needs_transaction
def interrupt(room_id: UUID, *, now: datetime) -> None:
    """The picture stopped. Nothing happens to a room that is not live."""
    if rules.INTERRUPT.try_take(models.Room.objects, room_id, interrupted_at=now):
        _tell_state(room_id, RoomState.INTERRUPTED, now=now)
        event_log.publish(RoomInterrupted(room_id=room_id))


@needs_transaction
def resume(room_id: UUID, *, now: datetime) -> None:
    """The picture is back. Nothing happens to a room that was not interrupted."""
    if rules.RESUME.try_take(models.Room.objects, room_id, interrupted_at=None):
        _tell_state(room_id, RoomState.LIVE, now=now)
        event_log.publish(RoomResumed(room_id=room_id))


@needs_transaction
def finish(room: models.Room, *, reason: str, now: datetime) -> None:
    """raises: WrongState."""
    take_off_air(room, rules.END, end_reason=reason, now=now)
    licensed.hold_replay_back(room, now=now)
    event_log.publish(ended(room, now=now))


@needs_transaction
def take_off_air(room: models.Room, step: Step, *, end_reason: str, now: datetime) -> None:
    """Leave the air by this step: the sender goes, the stage is empty, everybody is told.

    raises: WrongState.
    """
    is_over = step.target in rules.OVER
    step.take(
        models.Room.objects,
        room.id,
        interrupted_at=None,
        session=None,
        rehearsing_since=None,
        end_reason=end_reason,
        ended_at=now if is_over else room.ended_at,
    )
    _leave_stage(room, is_stopped=step is rules.SUSPEND, now=now)
    if is_over:
        listings.end_all(room.id, now=now)
    _tell_state(room.id, RoomState(step.target), now=now)


@needs_transaction
def bring_back(room: models.Room, *, now: datetime) -> None:
    """A suspended room is announced again, or on air and waiting for a picture if it was live.

    raises: WrongState, AlreadyOnAir.
    """
    with _one_open_room():
        if room.live_at is None:
            rules.LIFT_TO_START.take(models.Room.objects, room.id, end_reason="")
            return
        rules.LIFT_TO_AIR.take(models.Room.objects, room.id, interrupted_at=now, end_reason="")
    _tell_state(room.id, RoomState.INTERRUPTED, now=now)


def require_publishable(room: models.Room) -> None:
    """raises: WrongState when no video can be sent to the room in its state."""
    if RoomState(room.state) not in rules.PUBLISHABLE:
        raise WrongState(step="room.publish")


def clean_title(title: str, *, now: datetime) -> str:
    """A title that everybody may read. raises: Invalid, TextNotAllowed."""
    cleaned = text.clean_line(title, field="title", longest=LONGEST_TITLE)
    return require_fit(cleaned, Where.TITLE, field="title", now=now)


def card_of(room: models.Room) -> RoomCard:
    return RoomCard(
        id=room.id,
        creator_id=room.creator_id,
        shop_id=room.shop_id,
        title=room.title,
        cover_url=media.address(room.cover_url),
        state=RoomState(room.state),
        starts_at=room.starts_at,
        live_at=room.live_at,
        ended_at=room.ended_at,
        slow_mode_s=room.slow_mode_s,
    )


def _leave_stage(room: models.Room, *, is_stopped: bool, now: datetime) -> None:
    stage.stop_presenting(room.id, now=now)
    flashes.close_open(room.id, reason="closed", now=now)
    giveaways.leave(room.id, is_stopped=is_stopped, now=now)
    drops.close_open(room.id, now=now)
    models.Session.objects.filter(room_id=room.id, ended_at__isnull=True).update(
        ended_at=now, end_reason="ROOM_OVER"
    )
    models.IngestKey.objects.filter(room_id=room.id, revoked_at__isnull=True).update(revoked_at=now)


def _take_over_stop(room_id: UUID) -> bool:
    """An operator has decided: whether the room's own people had kept a way back, now gone."""
    return bool(
        models.Stop.objects.filter(
            room_id=room_id, can_resume=True, lifted_at__isnull=True, is_over=False
        ).update(is_over=True)
    )


def _tell_state(room_id: UUID, state: RoomState, *, now: datetime) -> None:
    frames.append(room_id, frames.STATE, {"state": state.value, "at": clock.millis(now)}, now=now)


def _fresh(room_id: UUID) -> models.Room:
    return models.Room.objects.get(pk=room_id)


@contextlib.contextmanager
def _one_open_room() -> Iterator[None]:
    """A savepoint in which a second open room of one creator becomes a refusal."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "room_one_open_per_creator" in str(error):
            raise AlreadyOnAir from error
        raise


@needs_transaction
def _close_posts(room_id: UUID, *, now: datetime) -> None:
    """What was made from the room's clips may not be shown any more."""
    clip_ids = models.Clip.objects.filter(room_id=room_id).values_list("id", flat=True)
    publishing.source_is_gone(SourceKind.CLIP, list(clip_ids), now=now)
