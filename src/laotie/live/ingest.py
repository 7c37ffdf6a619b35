"""Who may send video to a room, who does, and how well it arrives.

A stream key is 128 random bits; only a keyed hash is kept, so it can be shown once. Unknown rooms,
wrong and outdated keys get one answer, after the same work. Called by the media process and by
adapters of other media servers; repeated calls do no harm.
"""

import hmac
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from laotie.kernel import clock, crypto, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import arrivals, models, rooms, rules
from laotie.live import held as rooms_held
from laotie.live.backstage import for_host, locked, locked_for_host
from laotie.live.rules import RoomState

log = logging.getLogger(__name__)

_KEY_BYTES = 16
_LONGEST_SECRET = 128
_TICKET = "live.publish"
_TICKET_LASTS = timedelta(minutes=2)
_PREVIEW = "media.preview"  # The media process opens paths that carry such a token.
_PREVIEW_LASTS = timedelta(hours=6)
_NOBODY = b"\0" * 32
_LOOKED_BACK_AT = frozenset({RoomState.ENDED, RoomState.ARCHIVED})

# Said to encoders, which speak no language of ours; pages say it by their own words.
BAD_KEY = "Stream key is wrong or was replaced. Copy the newest one from your studio."
NOT_NOW = "This room does not take video now. See your studio for its state."


@dataclass(frozen=True, slots=True)
class StreamKey:
    """What to type into an encoder. `key` is shown this once.

    key: `<stream name>?token=<secret>`; the stream name alone is public.
    """

    key: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a publisher may come in. reason: for the person at the encoder, empty if allowed."""

    room_id: UUID | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the media process may do for a room.

    public_from: wall clock; video from before it is its hosts' alone. None: none is public, or
        the room is from before this was kept and all of it is.
    is_kept:     False when its recording is to be removed.
    is_held:     nothing of it may be removed, by a legal hold.
    """

    is_public: bool
    is_over: bool
    may_publish: bool
    public_from: datetime | None = None
    is_kept: bool = True
    is_held: bool = False


def stream_name(room_id: UUID) -> str:
    """The public name of a room's stream: 26 lower-case letters and digits."""
    return ids.public("rom", room_id).removeprefix("rom_")


def room_of(name: str) -> UUID | None:
    """The room behind a stream name, if it is one."""
    try:
        return ids.parse("rom", f"rom_{name}")
    except NotFound:
        return None


@use_case
def issue_key(*, actor: Actor, room_id: UUID, now: datetime) -> StreamKey:
    """Make a new stream key; the one before stops working at once.

    raises: NotFound, NotAllowed, WrongState (the room is over).
    """
    room = locked_for_host(actor, room_id)
    rooms.require_publishable(room)
    models.IngestKey.objects.filter(room_id=room_id, revoked_at__isnull=True).update(revoked_at=now)
    secret = secrets.token_hex(_KEY_BYTES)
    valid_until = now + rules.KEY_WINDOW
    models.IngestKey.objects.create(
        room_id=room_id, hash=_hash(room_id, secret), made_at=now, valid_until=valid_until
    )
    return StreamKey(f"{stream_name(room_id)}?token={secret}", valid_until)


@use_case
def revoke_key(*, actor: Actor, room_id: UUID, now: datetime) -> None:
    """The stream key in force stops working, and an encoder that sends by it is cut off.

    The media process hears within seconds that the session is over. Nothing changes without a key.
    raises: NotFound, NotAllowed.
    """
    room = locked_for_host(actor, room_id)
    models.IngestKey.objects.filter(room_id=room_id, revoked_at__isnull=True).update(revoked_at=now)
    sending = models.Session.objects.filter(room_id=room_id, door="rtmp", ended_at__isnull=True)
    for session in sending.values_list("id", flat=True):
        _end_session(room, session=session, reason="KEY_REVOKED", now=now)


def key_made_at(room_id: UUID) -> datetime | None:
    """When the key in force was made; the key itself cannot be shown again."""
    key = models.IngestKey.objects.filter(room_id=room_id, revoked_at__isnull=True).first()
    return key.made_at if key else None


def issue_publish_ticket(*, actor: Actor, room_id: UUID) -> str:
    """A ticket with which a browser may send video, two minutes long.

    raises: SignInFirst, NotFound, NotAllowed, WrongState.
    """
    rooms.require_publishable(for_host(actor, room_id))
    return crypto.sign(_TICKET, {"room": room_id.hex}, lasts=_TICKET_LASTS)


def preview_token(*, actor: Actor, room_id: UUID) -> str:
    """What lets the host watch the room before it is public. raises: NotFound, NotAllowed."""
    for_host(actor, room_id)
    return crypto.sign(_PREVIEW, {"room": stream_name(room_id)}, lasts=_PREVIEW_LASTS)


def authorise(*, name: str, secret: str, now: datetime) -> Verdict:
    """Whether the holder of this secret may publish under this stream name now."""
    room_id = room_of(name)
    key = (
        models.IngestKey.objects.filter(
            room_id=room_id, revoked_at__isnull=True, valid_until__gt=now
        ).first()
        if room_id
        else None
    )
    wanted = bytes(key.hash) if key else _NOBODY
    # The same work for every wrong answer; bytes, since text may not be ASCII.
    given = _hash(room_id or UUID(int=0), secret[:_LONGEST_SECRET])
    if not hmac.compare_digest(given, wanted) or room_id is None or key is None:
        return Verdict(None, BAD_KEY)
    return _admit(room_id)


def authorise_ticket(*, name: str, ticket: str) -> Verdict:
    """The same for a browser, which shows a publish ticket."""
    try:
        room_id = UUID(crypto.verify(_TICKET, ticket)["room"])
    except (crypto.BadToken, KeyError, ValueError):
        return Verdict(None, BAD_KEY)
    if room_of(name) != room_id:
        return Verdict(None, BAD_KEY)
    return _admit(room_id)


def standing(name: str) -> Standing | None:
    """Where the room behind a stream name stands; None if there is none."""
    return standings([name]).get(name)


def standings(names: Sequence[str]) -> dict[str, Standing]:
    """The same for many at once; what is no room is not in it. Four queries."""
    by_room = {room_id: name for name in names if (room_id := room_of(name))}
    recordings = {
        recording.room_id: recording
        for recording in models.Recording.objects.filter(room_id__in=by_room)
    }
    rows = models.Room.objects.filter(pk__in=by_room).values_list(
        "id", "state", "live_at", "public_wall_at"
    )
    held = rooms_held.rooms(by_room)
    found = {}
    for room_id, state, live_at, public_from in rows:
        recording = recordings.get(room_id)
        is_kept = recording is None or recording.removed_at is None
        # A room that ended before its show has nothing for anybody else.
        can_look_back = live_at and is_kept and not (recording and recording.is_hidden)
        found[by_room[room_id]] = Standing(
            is_public=state in rules.ON_AIR or (bool(can_look_back) and state in _LOOKED_BACK_AT),
            is_over=state in rules.OVER,
            may_publish=state in rules.PUBLISHABLE,
            public_from=public_from,
            is_kept=is_kept,
            is_held=room_id in held,
        )
    return found


@use_case
def started(*, room_id: UUID, session: UUID, picture: dict[str, Any], now: datetime) -> None:
    """Video of this session can be watched; a session before it was taken over.

    A scheduled room enters its preview; an interrupted one is live again.
    picture: door, video, audio, width, height.
    """
    room = locked(room_id)
    known = models.Session.objects.filter(pk=session).first()
    if RoomState(room.state) not in rules.PUBLISHABLE or (known and known.ended_at):
        return
    if known is None:
        _take_over(room, session=session, picture=picture, now=now)
    if room.state == RoomState.SCHEDULED.value and room.rehearsing_since is None:
        try:
            rooms.enter_preview(room, now=now)
        except rooms.AlreadyOnAir:
            return  # The host sees why on the desk; the picture is kept.
    rooms.resume(room_id, now=now)


@use_case
def ended(*, room_id: UUID, session: UUID, reason: str, now: datetime) -> None:
    """The session is over; a live room waits for its host to come back."""
    _end_session(locked(room_id), session=session, reason=reason, now=now)


def health(*, room_id: UUID, session: UUID, figures: dict[str, Any], now: datetime) -> bool:
    """How the stream is doing. Also the sign of life of its session; False if that is over.

    figures: as `Session.health` keeps them; what the minute's row needs of them is added to it.
    """
    known = models.Session.objects.filter(
        pk=session, room_id=room_id, ended_at__isnull=True
    ).update(health=figures, heard_at=clock.wall())
    if known:
        arrivals.add(room_id, figures, now=now)
    return known > 0


def drop_silent(*, now: datetime) -> int:
    """End sessions of which the media process has said nothing for 20 s; how many.

    The media process may have been killed together with its publishers.
    """
    before = clock.wall() - rules.SIGNAL_LOST_AFTER
    silent = models.Session.objects.filter(ended_at__isnull=True, heard_at__lt=before).values_list(
        "room_id", "id"
    )[:100]
    return sum(
        _drop_if_silent(room_id=room_id, session=session, before=before, now=now)
        for room_id, session in list(silent)
    )


@use_case
def _drop_if_silent(*, room_id: UUID, session: UUID, before: datetime, now: datetime) -> bool:
    room = locked(room_id)
    if not models.Session.objects.filter(
        Q(pk=session, ended_at__isnull=True, heard_at__lt=before)
    ).exists():
        return False
    _end_session(room, session=session, reason="NOT_HEARD", now=now)
    return True


@needs_transaction
def _take_over(room: models.Room, *, session: UUID, picture: dict[str, Any], now: datetime) -> None:
    before = models.Session.objects.filter(room_id=room.id, ended_at__isnull=True).first()
    if before is not None:
        log.info("publisher_taken_over", extra={"room": str(room.id), "door": picture["door"]})
        models.Session.objects.filter(pk=before.id).update(ended_at=now, end_reason="TAKEN_OVER")
    models.Session.objects.create(
        id=session,
        room_id=room.id,
        started_at=now,
        heard_at=clock.wall(),
        took_over=before.id if before else None,
        **picture,
    )
    models.Room.objects.filter(pk=room.id).update(session=session)


@needs_transaction
def _end_session(room: models.Room, *, session: UUID, reason: str, now: datetime) -> None:
    models.Session.objects.filter(pk=session, room_id=room.id, ended_at__isnull=True).update(
        ended_at=now, end_reason=reason[:200]
    )
    if room.session == session:
        models.Room.objects.filter(pk=room.id).update(session=None)
        rooms.interrupt(room.id, now=now)


def _admit(room_id: UUID) -> Verdict:
    state = models.Room.objects.values_list("state", flat=True).get(pk=room_id)
    if RoomState(state) not in rules.PUBLISHABLE:
        return Verdict(None, NOT_NOW)
    return Verdict(room_id)


def _hash(room_id: UUID, secret: str) -> bytes:
    # Lone surrogates from a hostile encoder must not raise here.
    safe = secret.encode("utf-8", "replace").decode()
    return crypto.blind_index(f"{room_id.hex}:{safe}", context="live.ingest_key")
