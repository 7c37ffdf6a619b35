"""Which recordings stay: so many days, and so many bytes for each creator and for all.

The oldest show goes first. A recording that goes is marked here, and the media process deletes its
files within minutes. What is under a legal hold, on the room or on its creator, never goes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from laotie.kernel.use_case import use_case
from laotie.live import held, models, replays, rules, spans
from laotie.live.replays import RecordingSize

_NEAR_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes that recordings take, and may take."""

    used_bytes: int
    most_bytes: int

    @property
    def percent(self) -> int:
        return 100 * self.used_bytes // self.most_bytes

    @property
    def is_near(self) -> bool:
        """Old recordings go soon: time to fetch a copy."""
        return self.percent >= _NEAR_PERCENT


@dataclass(frozen=True, slots=True)
class Surplus:
    """A recording that is to go, and why: `DAYS`, `CREATOR_BYTES` or `TOTAL_BYTES`."""

    room_id: UUID
    bytes: int
    why: str


def space_of(creator_id: UUID) -> Space:
    """What one creator's recordings take. Two queries."""
    used = sum(each.bytes for each in replays.sizes() if each.creator_id == creator_id)
    return Space(used, settings.LAOTIE.recordings_creator_gb << 30)


def space() -> Space:
    """What all recordings take. Two queries."""
    used = sum(each.bytes for each in replays.sizes())
    return Space(used, settings.LAOTIE.recordings_total_gb << 30)


def surplus(*, now: datetime) -> tuple[Surplus, ...]:
    """What is to go now, the oldest show first; nothing is changed."""
    sizes = replays.sizes()
    return choose(
        sizes,
        staying=held.rooms([each.room_id for each in sizes]),
        before=now - timedelta(days=settings.LAOTIE.recordings_days),
        creator_bytes=settings.LAOTIE.recordings_creator_gb << 30,
        total_bytes=settings.LAOTIE.recordings_total_gb << 30,
    )


def choose(
    sizes: Sequence[RecordingSize],
    *,
    staying: Collection[UUID],
    before: datetime,
    creator_bytes: int,
    total_bytes: int,
) -> tuple[Surplus, ...]:
    """Decide by age, then by each creator's bytes, then by the bytes of all.

    sizes: the oldest show first. Shows that are not over, and those staying, count and stay.
    """
    total, by_creator = 0, dict.fromkeys((each.creator_id for each in sizes), 0)
    for each in sizes:
        total += each.bytes
        by_creator[each.creator_id] += each.bytes
    going = []
    for each in sizes:
        if each.ended_at is None or each.room_id in staying:
            continue
        if each.ended_at < before:
            why = "DAYS"
        elif by_creator[each.creator_id] > creator_bytes:
            why = "CREATOR_BYTES"
        elif total > total_bytes:
            why = "TOTAL_BYTES"
        else:
            continue
        if each.bytes or why == "DAYS":
            going.append(Surplus(each.room_id, each.bytes, why))
        total -= each.bytes
        by_creator[each.creator_id] -= each.bytes
    return tuple(going)


def keep_within(*, now: datetime, most: int = 200) -> int:
    """Mark what is to go as removed; how many. The rest follows at the next run."""
    return sum(_remove(each, now=now) for each in surplus(now=now)[:most])


@use_case
def _remove(each: Surplus, *, now: datetime) -> int:
    """0 when somebody removed it, or a hold was placed, meanwhile."""
    room = models.Room.objects.select_for_update().get(pk=each.room_id)
    if room.state not in rules.OVER or held.rooms([room.id]):
        return 0
    marked = models.Recording.objects.filter(room_id=room.id, removed_at__isnull=True).update(
        removed_at=now, remove_reason=f"RETENTION_{each.why}"
    )
    models.Clip.objects.filter(room_id=room.id).update(
        state=spans.ClipState.REMOVED.value, is_shown=False, claimed_at=None, cause=""
    )
    return marked
