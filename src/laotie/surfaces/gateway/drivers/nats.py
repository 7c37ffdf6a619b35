"""Many gateway processes, one reader of the frames table: what it finds goes to the others by NATS.

The process with the lowest name reads for all that are alive; one subject per room carries the
frames, so a comment reaches the other machines as soon as it was read. The database stays the
truth: whoever finds a gap, hears nothing from the reader for a second, or has no line to NATS reads
for itself, and everybody looks every few seconds whether a message was lost. Everything but frames
(openings, counts, tickets, comments, orders) goes to the database as without NATS.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from laotie.kernel import crypto
from laotie.live.chat import Line, Verdict
from laotie.live.frames import Frame, Position
from laotie.live.presence import Tally
from laotie.live.queries import Opening
from laotie.surfaces.gateway.drivers import Driver, Pulse
from laotie.trade import flash

log = logging.getLogger(__name__)

_WATCH_EVERY_S = 1.0
_READ_EVERY_S = 0.25
_GONE_AFTER_S = 3.0
_SILENT_AFTER_S = 1.0
_LOOK_EVERY_S = 3.0
_RETRY_S = 1.0
_BUFFERED_PER_ROOM = 1_000


class Watch(msgspec.Struct, frozen=True):
    """What one process shows. turn: counts its changes. rooms: where each of them stands."""

    source: str
    turn: int
    rooms: dict[str, tuple[int, int]]


class Read(msgspec.Struct, frozen=True):
    """The reader has read for these processes, as they were at these turns."""

    source: str
    turns: dict[str, int]


class Carried(msgspec.Struct, frozen=True, array_like=True):
    """One frame on its way; the subject names the room."""

    epoch: int
    seq: int
    kind: str
    body: str


@dataclass(slots=True)
class _Other:
    """Another process, as it was heard last."""

    watch: Watch
    heard_at: float


@dataclass(slots=True)
class _Mine:
    """What this process shows. healed: its own look at the table since the reader knows of it."""

    turn: int = 0
    rooms: frozenset[UUID] = frozenset()
    told_at: float = 0.0
    read_at: float = 0.0
    is_healed: bool = False
    looked_at: float = 0.0
    buffered: dict[UUID, deque[Frame]] = field(default_factory=dict)


def subject_of_this_installation() -> str:
    """The same for all processes with our keys, and for nobody else: one NATS may serve several."""
    return f"laotie.{crypto.blind_index('live', context='gateway.nats').hex()[:16]}.live"


class Nats:
    """truth: the driver that asks the database. url: of a NATS server, or several with commas.

    subject: below it speak the processes that belong together; they hear nobody else.
    """

    def __init__(self, truth: Driver, url: str, subject: str) -> None:
        self._on_watch, self._on_read = f"{subject}.watch", f"{subject}.read"
        self._on_room = f"{subject}.room."
        self._truth = truth
        self._servers = url.split(",")
        self._source = uuid.uuid4().hex
        self._loop: asyncio.AbstractEventLoop
        self._news: Callable[[], None]
        self._client: Client | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._lock = Lock()
        self._mine = _Mine()
        self._others: dict[str, _Other] = {}
        self._positions: dict[UUID, Position] = {}
        self._said_read_at = 0.0

    # --- Life ------------------------------------------------------------------------------------

    async def attach(self, news: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._news = news
        await self._truth.attach(news)
        self._connecting = self._loop.create_task(self._connect())

    async def detach(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._client is not None:
            with contextlib.suppress(Exception):  # It may be away; we go anyway.
                await self._client.close()
        await self._truth.detach()

    @property
    def is_linked(self) -> bool:
        """Whether NATS answers now."""
        return self._client is not None and self._client.is_connected

    async def _connect(self) -> None:
        """Until it succeeds; from then on the client comes back by itself."""

        async def note(error: Exception) -> None:
            log.warning("nats_error", extra={"cause": repr(error)})

        while True:
            try:
                client = await nats.connect(
                    self._servers, name="laotie-gateway", error_cb=note, connect_timeout=2,
                    max_reconnect_attempts=-1, reconnect_time_wait=_RETRY_S, ping_interval=5,
                )  # fmt: skip
                await client.subscribe(self._on_watch, cb=self._hear_watch)
                await client.subscribe(self._on_read, cb=self._hear_read)
                await client.subscribe(f"{self._on_room}*", cb=self._hear_frames)
            except Exception as error:  # noqa: BLE001 - whatever it is, rooms go on without it.
                await note(error)
                await asyncio.sleep(_RETRY_S)
            else:
                self._client = client
                log.info("nats_ready")
                return

    # --- Heard from others, on the loop ----------------------------------------------------------

    async def _hear_watch(self, message: Msg) -> None:
        watch = msgspec.json.decode(message.data, type=Watch)
        if watch.source == self._source:
            return
        with self._lock:
            self._others[watch.source] = _Other(watch, time.monotonic())
            for name, place in watch.rooms.items():
                self._positions.setdefault(UUID(name), Position(*place))

    async def _hear_read(self, message: Msg) -> None:
        read = msgspec.json.decode(message.data, type=Read)
        with self._lock:
            if read.turns.get(self._source) == self._mine.turn:
                self._mine.read_at = time.monotonic()

    async def _hear_frames(self, message: Msg) -> None:
        room_id = UUID(message.subject.removeprefix(self._on_room))
        with self._lock:
            buffered = self._mine.buffered.get(room_id)
            if buffered is None:
                return
            buffered.extend(
                Frame(room_id, each.epoch, each.seq, each.kind, each.body)
                for each in msgspec.json.decode(message.data, type=list[Carried])
            )
        self._news()

    # --- Asked by the hub, in its threads --------------------------------------------------------

    def tail(self, positions: Mapping[UUID, Position]) -> list[Frame]:
        now = time.monotonic()
        with self._lock:
            self._show(positions, now)
            others = self._alive(now) if self.is_linked else {}
            reads = not others or self._source < min(others)
            if not reads and self._is_read_for(now):
                taken, unsure = self._take(positions)
                if not unsure:
                    return taken
            else:
                taken, unsure = [], dict(positions)
            if reads and others:
                unsure |= self._wanted_by(others, positions)
        found = self._truth.tail(unsure)
        if reads and others:
            self._pass_on(found, others, now)
        return taken + [frame for frame in found if frame.room_id in positions]

    def _show(self, positions: Mapping[UUID, Position], now: float) -> None:
        """Let the reader know what is shown here; at once when it changed."""
        mine = self._mine
        if mine.rooms != positions.keys():
            mine.turn += 1
            mine.rooms = frozenset(positions)
            mine.is_healed, mine.read_at, mine.told_at = False, 0.0, 0.0
            mine.buffered = {
                room_id: mine.buffered.get(room_id) or deque(maxlen=_BUFFERED_PER_ROOM)
                for room_id in positions
            }
        if now - mine.told_at >= _WATCH_EVERY_S and self.is_linked:
            mine.told_at = now
            rooms = {room.hex: (place.epoch, place.seq) for room, place in positions.items()}
            watch = Watch(self._source, mine.turn, rooms)
            self._publish([(self._on_watch, msgspec.json.encode(watch))])

    def _alive(self, now: float) -> dict[str, _Other]:
        for source, other in list(self._others.items()):
            if now - other.heard_at > _GONE_AFTER_S:
                del self._others[source]
        return dict(self._others)

    def _is_read_for(self, now: float) -> bool:
        """Whether somebody else reads for us, and everything before that has been seen."""
        mine = self._mine
        if now - mine.read_at > _SILENT_AFTER_S:
            mine.is_healed = False
            return False
        # The first look after the reader took us on closes the gap between our place and its own.
        if mine.is_healed and now - mine.looked_at < _LOOK_EVERY_S:
            return True
        mine.is_healed, mine.looked_at = True, now
        return False

    def _take(self, positions: Mapping[UUID, Position]) -> tuple[list[Frame], dict[UUID, Position]]:
        """What has been heard and follows without a gap; and rooms that must be looked at."""
        taken: list[Frame] = []
        unsure: dict[UUID, Position] = {}
        for room_id, position in positions.items():
            buffered, seq = self._mine.buffered[room_id], position.seq
            while buffered:
                frame = buffered.popleft()
                if frame.epoch == position.epoch and frame.seq <= seq:
                    continue
                if (frame.epoch, frame.seq) != (position.epoch, seq + 1):
                    unsure[room_id] = Position(position.epoch, seq)
                    break
                taken.append(frame)
                seq = frame.seq
        return taken, unsure

    def _wanted_by(
        self, others: Mapping[str, _Other], positions: Mapping[UUID, Position]
    ) -> dict[UUID, Position]:
        """Rooms that only others show, from where this process has read them."""
        rooms = {UUID(name) for other in others.values() for name in other.watch.rooms}
        self._positions = {
            room_id: place for room_id, place in self._positions.items() if room_id in rooms
        }
        return {r: self._positions[r] for r in rooms - positions.keys() if r in self._positions}

    def _pass_on(self, found: Sequence[Frame], others: Mapping[str, _Other], now: float) -> None:
        shown = {UUID(name) for other in others.values() for name in other.watch.rooms}
        by_room: dict[UUID, list[Carried]] = {}
        for frame in found:
            if frame.room_id in shown:
                carried = Carried(frame.epoch, frame.seq, frame.kind, frame.body)
                by_room.setdefault(frame.room_id, []).append(carried)
                self._positions[frame.room_id] = Position(frame.epoch, frame.seq)
        messages = [
            (f"{self._on_room}{room_id.hex}", msgspec.json.encode(carried))
            for room_id, carried in by_room.items()
        ]
        if now - self._said_read_at >= _READ_EVERY_S:
            self._said_read_at = now
            turns = {source: other.watch.turn for source, other in others.items()}
            messages.append((self._on_read, msgspec.json.encode(Read(self._source, turns))))
        self._publish(messages)

    def _publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """From a thread; nobody waits for it."""
        if messages and self.is_linked:
            asyncio.run_coroutine_threadsafe(self._send(messages), self._loop)

    async def _send(self, messages: Sequence[tuple[str, bytes]]) -> None:
        client = self._client
        assert client is not None
        try:
            for subject, body in messages:
                await client.publish(subject, body)
        except Exception as error:  # noqa: BLE001 - they look for themselves when nothing comes.
            log.warning("nats_error", extra={"cause": repr(error)})

    # --- Everything else is the database's -------------------------------------------------------

    def opening(self, room_id: UUID) -> Opening | None:
        return self._truth.opening(room_id)

    def pulse(self, tallies: Sequence[Tally], rooms: Collection[UUID]) -> Pulse:
        return self._truth.pulse(tallies, rooms)

    def spend(self, tickets: Sequence[UUID]) -> frozenset[UUID]:
        return self._truth.spend(tickets)

    def say(self, lines: Sequence[Line]) -> list[Verdict]:
        return self._truth.say(lines)

    def buy(self, wishes: Sequence[flash.Wish]) -> list[flash.Verdict]:
        return self._truth.buy(wishes)
