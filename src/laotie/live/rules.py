"""Pure decisions of live rooms: states, windows, who may speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from laotie.kernel.actor import Actor
from laotie.kernel.states import step


class RoomState(StrEnum):
    """Where a room is, and who waits for whom."""

    SCHEDULED = "SCHEDULED"  # Announced; the host has not connected yet.
    PREVIEW = "PREVIEW"  # The host sees the picture, nobody else does.
    LIVE = "LIVE"  # On air.
    INTERRUPTED = "INTERRUPTED"  # The picture stopped; buying goes on, the host is reconnecting.
    ENDED = "ENDED"  # Over; the recording is kept.
    ARCHIVED = "ARCHIVED"  # Over, and no longer listed.
    SUSPENDED = "SUSPENDED"  # Taken off air by its own people or an operator; can go on.
    BANNED = "BANNED"  # Closed by an operator for good.


SCHEDULED, PREVIEW, LIVE, INTERRUPTED, ENDED, ARCHIVED, SUSPENDED, BANNED = RoomState

ON_AIR = frozenset({LIVE, INTERRUPTED})
OPEN = frozenset({PREVIEW, LIVE, INTERRUPTED})  # A creator is in one of these at most once.
PUBLISHABLE = frozenset({SCHEDULED, PREVIEW, LIVE, INTERRUPTED})
OVER = frozenset({ENDED, ARCHIVED, BANNED})

OPEN_PREVIEW = step("room.preview", {SCHEDULED}, PREVIEW)
GO_LIVE = step("room.go_live", {PREVIEW}, LIVE)
INTERRUPT = step("room.interrupt", {LIVE}, INTERRUPTED)
RESUME = step("room.resume", {INTERRUPTED}, LIVE)
END = step("room.end", {SCHEDULED, PREVIEW, LIVE, INTERRUPTED}, ENDED)
ARCHIVE = step("room.archive", {ENDED}, ARCHIVED)
SUSPEND = step("room.suspend", PUBLISHABLE, SUSPENDED)
LIFT_TO_START = step("room.lift", {SUSPENDED}, SCHEDULED)
LIFT_TO_AIR = step("room.lift_to_air", {SUSPENDED}, INTERRUPTED)
BAN = step("room.ban", PUBLISHABLE | {SUSPENDED, ENDED}, BANNED)

GRACE = timedelta(minutes=5)  # An interrupted room waits so long for its encoder.
ARCHIVE_AFTER = timedelta(days=30)
FRAMES_KEPT = timedelta(hours=48)  # A page that was away longer gets a snapshot.
SIGNAL_LOST_AFTER = timedelta(seconds=20)  # Wall clock, without a word from the media process.
KEY_WINDOW = timedelta(days=30)
MAX_ITEMS = 100
MAX_BLOCK_WORDS = 500
MAX_SLOW_MODE_S = 300
FLASH_SECONDS = (10, 3600)
FLASH_QUANTITY = (1, 100_000)


MAX_SEATS = 20
MAX_WINNERS = 100
MAX_PIECES = 10_000
GIVEAWAY_SECONDS = (10, 3600)
DROP_SECONDS = (10, 3600)
LONGEST_SCRIPT = 2000
MAX_SCRIPT_CARDS = 120


class Duty(StrEnum):
    """What a moderator's seat may hold. None of them touches prices, goods or money."""

    SILENCE = "silence"  # Mute, send out, let in again.
    TAKE_DOWN = "take_down"  # Take single comments off the screens.
    PIN = "pin"  # Keep one comment on top.
    SLOW = "slow"  # Slow the talk down.
    WORDS = "words"  # Which words are not let through.
    STOP = "stop"  # Emergency stop.
    SCRIPT = "script"  # Read and write what the host reads out.


class Deed(StrEnum):
    """What was done to keep order, as the log names it."""

    MUTED = "muted"
    SENT_OUT = "sent_out"
    FORGIVEN = "forgiven"
    TAKEN_DOWN = "taken_down"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    SLOWED = "slowed"
    FORBADE = "forbade"
    ALLOWED = "allowed"
    STOPPED = "stopped"
    SEATED = "seated"
    UNSEATED = "unseated"


class GiveawayState(StrEnum):
    """Where a giveaway is."""

    OPEN = "OPEN"  # People may enter.
    DRAWN = "DRAWN"  # The seed is shown, the winners have their prizes.
    CANCELLED = "CANCELLED"  # Nobody won: no entries, or an operator closed the room.


class EntryRule(StrEnum):
    """What one does to take part in a giveaway."""

    WORD = "word"  # Say the word in the room.
    FOLLOW = "follow"  # Follow the creator.
    BOTH = "both"


class Silence(StrEnum):
    """What keeps a viewer quiet."""

    MUTED = "MUTED"
    KICKED = "KICKED"


class Refused(StrEnum):
    """Why a comment was not taken; codes that pages switch on."""

    NOT_FOUND = "NOT_FOUND"
    ROOM_CLOSED = "ROOM_CLOSED"
    INVALID_INPUT = "INVALID_INPUT"
    MUTED = "MUTED"
    KICKED = "KICKED"
    BLOCKED_WORD = "BLOCKED_WORD"
    AGAINST_RULES = "AGAINST_RULES"
    SLOW_MODE = "SLOW_MODE"
    MINORS_MODE = "MINORS_MODE"


@dataclass(frozen=True, slots=True)
class Floor:
    """What decides whether somebody may speak in a room now."""

    state: RoomState
    slow_mode_s: int
    silences: Mapping[UUID, tuple[Silence, datetime | None]]
    last_said: Mapping[UUID, datetime]
    hosts: frozenset[UUID]
    moderators: frozenset[UUID] = frozenset()
    apart: frozenset[UUID] = frozenset()  # Who blocked a host, or was blocked, and is not told.


def may_run(actor: Actor, *, creator_id: UUID, shop_id: UUID | None) -> bool:
    """Whether the room's stage is the actor's: its creator, or staff who stage for its shop."""
    if actor.is_system or actor.creator_id == creator_id:
        return True
    return shop_id is not None and "stage" in actor.shop_rights.get(shop_id, frozenset())


def why_not_speak(
    floor: Floor, person_id: UUID, *, has_blocked_word: bool, is_fit: bool = True, now: datetime
) -> Refused | None:
    """The first reason against a comment. is_fit: by the platform's rules for what others read.

    Hosts are bound by the room's state alone, moderators by all but slow mode.
    """
    if floor.state not in OPEN:
        return Refused.ROOM_CLOSED
    if person_id in floor.hosts:
        return None
    if floor.state is PREVIEW or person_id in floor.apart:
        return Refused.ROOM_CLOSED
    silence = floor.silences.get(person_id)
    if silence is not None and (silence[1] is None or silence[1] > now):
        return Refused(silence[0].value)
    if has_blocked_word:
        return Refused.BLOCKED_WORD
    if not is_fit:
        return Refused.AGAINST_RULES
    last = floor.last_said.get(person_id)
    is_slowed = floor.slow_mode_s and person_id not in floor.moderators
    if is_slowed and last and now - last < timedelta(seconds=floor.slow_mode_s):
        return Refused.SLOW_MODE
    return None


def silent_for(floor: Floor, person_id: UUID, refused: Refused, *, now: datetime) -> timedelta:
    """How long this reason will stand by itself; zero where waiting does not help."""
    if refused is Refused.SLOW_MODE:
        return floor.last_said[person_id] + timedelta(seconds=floor.slow_mode_s) - now
    if refused is Refused.MUTED:
        _, until = floor.silences[person_id]
        return until - now if until else timedelta(0)
    return timedelta(0)


def masked(name: str) -> str:
    """The first character and two stars, as order notices show a buyer."""
    return f"{name[:1]}**"
