"""One publish session: a publisher that was let in, its takes, and what the room is told of it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog

from laotie.surfaces.media import metrics, playlist
from laotie.surfaces.media.health import Gauge, Health
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.packager import Packager, PackagerGone
from laotie.surfaces.media.port import Picture
from laotie.surfaces.media.shelf import Shelf

log = structlog.get_logger(__name__)

_LOOK_S = 0.2  # How late a finished segment may be put on air.


class Turned(Exception):
    """A publisher is turned away.

    reason: one sentence for the person at the encoder.
    code:   stable, for pages that say it in their reader's language.
    """

    def __init__(self, reason: str, *, code: str = "STREAM") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def has_sound(init: Path) -> bool:
    """Whether the take of this init segment has a sound track."""
    try:
        return b"mp4a" in init.read_bytes()
    except FileNotFoundError:
        return False


@dataclass(frozen=True, slots=True)
class Told:
    """How a publication tells others what happened; none of it waits."""

    started: Callable[[UUID, UUID, Picture], None]
    ended: Callable[[UUID, UUID, str], None]
    health: Callable[[UUID, UUID, Health, Callable[[], None]], None]


@dataclass(slots=True)
class _Take:
    folder: Path
    packager: Packager
    since: float
    fed_at: float


class Publication:
    """Owns the takes of one session; the feeds write into the current one.

    Promises: the room hears `started` when two segments can be watched, and `ended` exactly if it
    heard `started`; after `close` no FFmpeg of this session runs.
    """

    def __init__(
        self,
        *,
        room: str,
        room_id: UUID,
        session: UUID,
        door: str,
        shelf: Shelf,
        program: str,
        limits: Limits,
        told: Told,
        evict: Callable[[str], None],
    ) -> None:
        """evict: makes the connection end with that reason; it is called from the event loop."""
        self.room = room
        self.room_id = room_id
        self.session = session
        self.door = door
        self.limits = limits
        self.evict = evict
        self.gauge = Gauge()
        self.picture = Picture(door, "", "", 0, 0)
        self.closed = asyncio.Event()
        self._shelf = shelf
        self._program = program
        self._told = told
        self._take: _Take | None = None
        self._starts: deque[float] = deque()
        self._segments = 0
        self._is_announced = False
        self._is_closing = False
        shelf.begin(session, room_id)
        self._watching = asyncio.create_task(self._watch())

    @property
    def packager(self) -> Packager | None:
        """The FFmpeg of the current take, dead or alive."""
        return self._take.packager if self._take is not None else None

    def health(self) -> Health:
        return self.gauge.read(
            codec=self.picture.video, dropped=self._shelf.dropped, now=time.monotonic()
        )

    async def start_take(self, arguments: Callable[[Path], Sequence[str]]) -> None:
        """From now on `write` goes to a new FFmpeg in a new folder.

        raises: Turned when takes come too often to be an accident.
        """
        await self.end_take()
        now = time.monotonic()
        self._starts.append(now)
        while self._starts[0] < now - 60:
            self._starts.popleft()
        if len(self._starts) > self.limits.takes_per_minute:
            raise Turned("This stream cannot be packaged. Check the encoder's settings.")
        folder = self._shelf.new_take()
        packager = await Packager.start(
            self._program, arguments(folder), counts=self.door == "browser"
        )
        self._take = _Take(folder, packager, since=now, fed_at=now)
        metrics.TAKES.inc()

    async def write(self, piece: bytes) -> None:
        """raises: PackagerGone; then the next key frame should start a new take."""
        if self._take is None:
            raise PackagerGone
        self._take.fed_at = time.monotonic()
        await self._take.packager.write(piece)

    async def end_take(self) -> None:
        """The take's last segments are on air."""
        take, self._take = self._take, None
        if take is None:
            return
        await take.packager.finish()
        self._collect(take)
        if take.packager.log:
            log.warning("media.packager_said", room=self.room, lines=take.packager.log)

    async def close(self, reason: str, *, is_clean: bool) -> None:
        """Idempotent. reason: a few words for the host's desk."""
        if self._is_closing:
            await self.closed.wait()
            return
        self._is_closing = True
        try:
            self._watching.cancel()
            await asyncio.wait([self._watching])
            await self.end_take()
            self._shelf.end(self.session, reason, is_clean=is_clean)
        finally:
            if self._is_announced:
                self._told.ended(self.room_id, self.session, reason)
            self.closed.set()

    async def _watch(self) -> None:
        """Puts segments on air, tells the room, and ends an FFmpeg that hangs."""
        next_health, is_failing = time.monotonic() + self.limits.health_s, False
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                self._look()
                is_failing = False
            except OSError:  # A full disk; the stream goes on, and this is tried again.
                if not is_failing:
                    log.exception("media.shelf_failed", room=self.room)
                is_failing = True
            if time.monotonic() >= next_health:
                next_health += self.limits.health_s
                self._tell_health()

    def _tell_health(self) -> None:
        if self._is_announced:
            self._told.health(self.room_id, self.session, self.health(), self._is_forgotten)

    def _is_forgotten(self) -> None:
        """Nobody heard of us for so long that the session was ended: a new one sets it right."""
        self.evict("NOT_HEARD")

    def _look(self) -> None:
        take = self._take
        if take is None:
            return
        now = time.monotonic()
        if self._collect(take):
            take.since = now
        elif now - take.since > self.limits.stuck_s and take.fed_at > take.since:
            log.warning("media.packager_stuck", room=self.room)
            metrics.STUCK.inc()
            take.packager.kill()
            take.since = now

    def _collect(self, take: _Take) -> int:
        fresh = self._shelf.collect(take.folder.name)
        self._segments += fresh
        metrics.SEGMENTS.inc(fresh)
        if fresh:
            self._judge(take, fresh)
        if not self._is_announced and self._segments >= playlist.LEAST_SEGMENTS:
            self._is_announced = True
            self._told.started(self.room_id, self.session, self.picture)
        return fresh

    def _judge(self, take: _Take, fresh: int) -> None:
        """What only the packaged video tells: each segment begins with a key frame."""
        now, is_encoded = time.monotonic(), self.door == "browser"
        for segment in self._shelf.window.segments[-fresh:]:
            self.gauge.segment(key_frame_s=segment.seconds if is_encoded else 0.0, now=now)
        if is_encoded and has_sound(take.folder / playlist.INIT_NAME):
            self.gauge.sound(now=now)
