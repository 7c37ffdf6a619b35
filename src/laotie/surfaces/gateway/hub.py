"""All rooms of one process: lets pages in, asks for frames, ticks, counts, heals.

One task asks the driver once per tick for all rooms together; one flushes the counts each second;
one measures how hard we are pressed. When the driver does not answer, sockets stay, pages are told,
and what they missed follows.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

from laotie.kernel import ids
from laotie.live import chat, tickets
from laotie.live.chat import Line, Verdict
from laotie.live.frames import MAX_PER_READ, Frame
from laotie.live.queries import Opening
from laotie.live.tickets import Pass
from laotie.surfaces.gateway import protocol, refusals
from laotie.surfaces.gateway.admission import BEAT_S, Level, Pressure
from laotie.surfaces.gateway.batcher import Batcher
from laotie.surfaces.gateway.buys import BuyLane
from laotie.surfaces.gateway.connection import Connection
from laotie.surfaces.gateway.drivers import Driver, Unreachable
from laotie.surfaces.gateway.limits import Bucket, Buckets, Patience
from laotie.surfaces.gateway.metrics import Metrics
from laotie.surfaces.gateway.options import Options
from laotie.surfaces.gateway.room import SENDS_PER_TURN, SIGNED_PER_TURN, Room
from laotie.surfaces.gateway.tempo import Tempo

R = TypeVar("R")
log = logging.getLogger(__name__)

_RETRY_S = 0.5
_RENEW_S = 240.0
_FAREWELL_S = 1.0
_PULSES_PER_SHED = 5


class Hub:
    """Runs on one loop. `start` before the first socket, `stop` when no more shall come."""

    def __init__(self, driver: Driver, options: Options) -> None:
        self.options = options
        self.metrics = Metrics()
        self.is_linked = True
        self.loop: asyncio.AbstractEventLoop
        self._driver = driver
        self._threads = ThreadPoolExecutor(options.database_threads, "gateway-database")
        self._rooms: dict[UUID, Room[Connection]] = {}
        self._opening: dict[UUID, asyncio.Task[Room[Connection] | None]] = {}
        self._connections: set[Connection] = set()
        self._of_ticket: Counter[UUID] = Counter()
        self._renewals: deque[tuple[float, Connection]] = deque()
        self._admission = Bucket(rate=options.accepts_per_s, size=2 * options.accepts_per_s)
        self._knocks = Buckets(per_10_s=options.accepts_per_10_s)
        self._clock_ms = 0
        self._tempo = Tempo(tick_ms=options.tick_ms)
        self._pressure = Pressure()
        beats = max(1, round(options.patience_ticks * options.tick_ms / 1000 / BEAT_S))
        self.patience: Patience[Connection] = Patience(beats=beats)
        self.buys = BuyLane(driver.buy, options, self.metrics)
        self._tasks: set[asyncio.Task[None]] = set()
        self._says: Batcher[Line, Verdict] = Batcher(
            self._say_batch, outage=Unreachable, gather_s=0.05, largest=chat.MAX_BATCH,
            longest_queue=4 * chat.MAX_BATCH, answers_per_turn=SENDS_PER_TURN,
        )  # fmt: skip
        self._spends: Batcher[UUID, bool] = Batcher(
            self._spend_batch, outage=Unreachable, gather_s=0.01, largest=1_000,
            longest_queue=2 * options.max_connections, answers_per_turn=SIGNED_PER_TURN,
        )  # fmt: skip

    @property
    def connections(self) -> int:
        return len(self._connections)

    def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.buys.start(self.loop)
        self._spawn(self._tick_for_ever())
        self._spawn(self._pulse_for_ever())
        self._spawn(self._beat_for_ever())

    async def stop(self) -> None:
        """Tell all pages to come back elsewhere, and give their counts up."""
        for task in list(self._tasks):
            task.cancel()
        for connection in list(self._connections):
            connection.shut(1012)
        await asyncio.sleep(0)
        self.buys.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def business_ms(self) -> int:
        """Business time now, to within a second of the database's."""
        return int(time.time() * 1000) + self._clock_ms

    def admit(self, holder: Pass, *, comes_back: bool) -> str:
        """Why this socket cannot be taken now; empty when it can.

        Each ticket has its own measure, so that one that knocks in a loop keeps nobody out.

        Who comes back may wait for the answer to an order: pressure keeps only newcomers out.
        """
        if self.connections >= self.options.max_connections:
            return "full"
        if not comes_back and self.sheds(Level.BROWSE):
            self.metrics.shed.labels("browse").inc()
            return "pressed"
        now = time.monotonic()
        if not self._knocks.take(holder.id, now):
            return "often"
        return "" if self._admission.take(now) else "storm"

    def sheds(self, level: Level) -> bool:
        """Whether this is among what is left undone now."""
        return self._pressure.level >= level

    def hear(self) -> None:
        """There is something to ask the driver for: the next tick comes as soon as it may."""
        self._tempo.hear()

    # --- Pages come and go -----------------------------------------------------------------------

    def enter(self, connection: Connection) -> None:
        """Called for each accepted socket: spend its ticket, open its room, let it sit."""
        self._connections.add(connection)
        self._of_ticket[connection.holder.id] += 1
        self.metrics.connections.set(self.connections)
        is_one_too_many = self._of_ticket[connection.holder.id] > self.options.sockets_per_ticket
        comes_back = connection.reached is not None
        # Not at the door, which tells a page nothing of why.
        if is_one_too_many or (comes_back and not tickets.may_come_back(connection.holder)):
            connection.shut(4001)
        elif comes_back:
            self._spawn(self._seat(connection))
        elif not self._spends.submit(connection.holder.id, lambda ok: self._spent(connection, ok)):
            connection.shut(4013)

    def left(self, connection: Connection) -> None:
        self.patience.end(connection)
        if connection in self._connections:
            self._connections.discard(connection)
            self._of_ticket[connection.holder.id] -= 1
            if not self._of_ticket[connection.holder.id]:
                del self._of_ticket[connection.holder.id]
            self.metrics.connections.set(self.connections)
        if connection.room is not None:
            connection.room.leave(connection)
            connection.room = None

    def say(self, connection: Connection, message: protocol.Say) -> bool:
        """Hand a comment to the next batch; False when there is no place in it."""
        assert connection.holder.person_id is not None
        if not self.is_linked:
            return False
        line = Line(
            connection.holder.room_id, connection.holder.person_id, message.text, message.id
        )
        return self._says.submit(line, lambda verdict: self._said(connection, message.id, verdict))

    def _spent(self, connection: Connection, ok: bool | None) -> None:
        if connection.is_gone:
            return
        if ok is None:
            connection.shut(4013)
        elif not ok:
            connection.shut(4001)
        else:
            self._spawn(self._seat(connection))

    async def _seat(self, connection: Connection) -> None:
        holder = connection.holder
        try:
            room = await self._open(holder.room_id)
            if room is not None and connection.reached is None and not room.snapshot_is_usable():
                room = await self._look_again(room)
            elif room is not None and room.state == "PREVIEW" and not holder.is_host:
                room = await self._look_again(room)  # Tickets are given once it is on air.
        except Unreachable:
            connection.shut(4013)
            return
        except Exception:  # A room that cannot be drawn must not leave a page that waits for ever.
            log.exception("seating_failed", extra={"room": str(holder.room_id)})
            connection.shut(4013)
            return
        if connection.is_gone:
            return
        if room is None or room.is_closed or (room.state == "PREVIEW" and not holder.is_host):
            connection.shut(4004)
        elif connection.person in room.kicked:
            connection.shut(4003)
        else:
            self._sit(connection, room)

    def _sit(self, connection: Connection, room: Room[Connection]) -> None:
        holder = connection.holder
        room = self._rooms.setdefault(room.id, room)  # It may have been dropped as empty.
        connection.room = room
        self.metrics.entered.labels("ticket" if connection.reached is None else "resume").inc()
        position = room.position
        connection.send(
            protocol.Welcome(
                room=ids.public("rom", room.id),
                person=connection.person,
                name=holder.name,
                may_say=holder.person_id is not None,
                host=holder.is_host,
                resume=tickets.resume_token(holder, epoch=position.epoch, seq=position.seq),
                now=self.business_ms(),
            )
        )
        room.sit(connection, reached=connection.reached)
        connection.tell_link(self.is_linked)
        self._renewals.append((time.monotonic() + _RENEW_S, connection))

    async def _open(self, room_id: UUID) -> Room[Connection] | None:
        """The room, opened once however many pages ask at a time."""
        room = self._rooms.get(room_id)
        return room or await self._once(room_id, lambda: self._open_first(room_id))

    async def _open_first(self, room_id: UUID) -> Room[Connection] | None:
        opening = await self._look(room_id)
        if opening is None:
            return None
        room: Room[Connection] = Room(room_id, self.options)
        room.open(opening)
        self._rooms[room_id] = room
        self.metrics.rooms.set(len(self._rooms))
        return room

    async def _look_again(self, room: Room[Connection]) -> Room[Connection] | None:
        """A newer snapshot, fetched once however many pages wait for it."""
        return await self._once(room.id, lambda: self._reopen(room))

    async def _once(
        self, room_id: UUID, look: Callable[[], Coroutine[None, None, Room[Connection] | None]]
    ) -> Room[Connection] | None:
        task = self._opening.get(room_id)
        if task is None:
            task = self._opening[room_id] = asyncio.create_task(look())
            task.add_done_callback(lambda _: self._opening.pop(room_id, None))
        return await asyncio.shield(task)

    async def _reopen(self, room: Room[Connection]) -> Room[Connection] | None:
        opening = await self._look(room.id)
        if opening is not None and room.open(opening):
            await room.begin_anew()
        return room

    async def _look(self, room_id: UUID) -> Opening | None:
        self.metrics.openings.inc()
        return await self._ask(self._driver.opening, room_id)

    # --- Ticks -----------------------------------------------------------------------------------

    async def _tick_for_ever(self) -> None:
        while True:
            self._tempo.begin()
            try:
                await self._tick()
                await self._set_link(True)
            except Unreachable:
                await self._set_link(False)
                await asyncio.sleep(_RETRY_S)
            except Exception:  # The room that failed is logged; the others must go on.
                log.exception("tick_failed")
            await self._tempo.until_next()

    async def _tick(self) -> None:
        rooms = {id: room for id, room in self._rooms.items() if room.members}
        if not rooms:
            return
        with self.metrics.tick_s.time():
            more = True
            while more:
                positions = {id: room.position for id, room in rooms.items()}
                frames = await self._ask(self._driver.tail, positions)
                more = len(frames) >= MAX_PER_READ
                by_room: dict[UUID, list[Frame]] = {}
                for frame in frames:
                    by_room.setdefault(frame.room_id, []).append(frame)
                # Small rooms first: a large one does not feel them, they would feel it.
                for room in sorted(rooms.values(), key=lambda room: len(room.members)):
                    try:
                        await self._tell(room, by_room.get(room.id, ()))
                    except Unreachable:
                        raise
                    except Exception:  # One broken room must not silence the others.
                        log.exception("room_failed", extra={"room": str(room.id)})

    async def _tell(self, room: Room[Connection], new: Sequence[Frame]) -> None:
        if not room.take_in(new):
            await self._reopen(room)
            return
        if not room.wants_telling():
            return
        self._tempo.told()
        self._send_out_kicked(room)
        written, slow = await room.broadcast()
        self.metrics.delivered.inc(written)
        for connection in slow:
            connection.shut(4008)
        if room.is_closed and new:
            self.loop.call_later(_FAREWELL_S, lambda: self._spawn(self._dismiss(room)))

    def _send_out_kicked(self, room: Room[Connection]) -> None:
        if room.kicked:
            for connection in [c for c in room.members if c.person in room.kicked]:
                connection.shut(4003)

    async def _dismiss(self, room: Room[Connection]) -> None:
        for number, connection in enumerate(list(room.members)):
            if number and number % SENDS_PER_TURN == 0:
                await asyncio.sleep(0)
            if not room.is_closed:
                return  # Begun anew meanwhile.
            connection.shut(4004)

    # --- Counts and upkeep -----------------------------------------------------------------------

    async def _beat_for_ever(self) -> None:
        """Measure how late the loop is, and what waits; see to what has waited too long."""
        due = time.monotonic() + BEAT_S
        while True:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            now = time.monotonic()
            level = self._pressure.feel(loop_late_s=now - due, buys_waited_s=self.buys.age_s(now))
            due = now + BEAT_S
            self.metrics.pressure.set(level)
            try:
                self.buys.upkeep(now)
                # In a quiet room, too, where no tick is missed.
                for connection in self.patience.beat(SENDS_PER_TURN):
                    connection.shut(4008)
            except Exception:  # Without the beat nothing would be shed any more.
                log.exception("upkeep_failed")

    async def _pulse_for_ever(self) -> None:
        period, pulsed_at = self.options.pulse_ms / 1000, time.monotonic()
        while True:
            await asyncio.sleep(period)
            now = time.monotonic()
            self._knocks.sweep(now)
            # By the clock: a late loop makes the pulses themselves rarer.
            if self.sheds(Level.ANALYTICS) and now - pulsed_at < _PULSES_PER_SHED * period:
                self.metrics.shed.labels("counts").inc()
                continue
            pulsed_at = now
            try:
                await self._pulse()
            except Unreachable:
                continue  # The tick tells the pages; counts wait here.
            except Exception:  # Counts are not worth a gateway.
                log.exception("pulse_failed")
            await self._renew()

    async def _pulse(self) -> None:
        now = time.monotonic()
        tallies = [t for room in self._rooms.values() if (t := room.tally(now)) is not None]
        watched = [id for id, room in self._rooms.items() if room.members]
        if tallies or watched:
            try:
                pulse = await self._ask(self._driver.pulse, tallies, watched)
            except Exception:
                for tally in tallies:
                    self._rooms[tally.room_id].untally(tally)
                raise
            self._clock_ms = pulse.clock_ms
            for room_id, audience in pulse.audiences.items():
                self._rooms[room_id].heard(audience)
        for room_id in [id for id, room in self._rooms.items() if not room.members]:
            if room_id not in self._opening:
                del self._rooms[room_id]  # Its last word, "nobody here", has been counted.
        self.metrics.rooms.set(len(self._rooms))

    async def _renew(self) -> None:
        """Fresh resume tokens for those whose last one is getting old: after a storm, thousands."""
        now, number = time.monotonic(), 0
        while self._renewals and self._renewals[0][0] <= now:
            _, connection = self._renewals.popleft()
            number += 1
            if number % SIGNED_PER_TURN == 0:
                await asyncio.sleep(0)
            if connection.is_gone or connection.room is None:
                continue
            epoch = connection.room.position.epoch
            token = tickets.resume_token(
                connection.holder, epoch=epoch, seq=connection.room.seq_of(connection)
            )
            if not connection.is_paused:
                connection.send(protocol.Resume(resume=token))
            self._renewals.append((now + _RENEW_S, connection))

    async def _set_link(self, ok: bool) -> None:
        if ok == self.is_linked:
            return
        self.is_linked = ok
        if not ok:
            self.metrics.outages.inc()
        log.warning("database_link", extra={"ok": ok})
        for number, connection in enumerate(list(self._connections)):
            if number and number % SENDS_PER_TURN == 0:
                await asyncio.sleep(0)
            if connection.room is not None:
                connection.tell_link(ok)

    # --- The driver ------------------------------------------------------------------------------

    async def _ask(self, call: Callable[..., R], *args: Any) -> R:
        return await self.loop.run_in_executor(self._threads, call, *args)

    async def _spend_batch(self, ids_of_tickets: Sequence[UUID]) -> list[bool]:
        good = set(await self._ask(self._driver.spend, ids_of_tickets))
        answers = []
        for id in ids_of_tickets:
            # Two sockets with one ticket in one batch: the first gets it.
            answers.append(id in good)
            good.discard(id)
        return answers

    async def _say_batch(self, lines: Sequence[Line]) -> list[Verdict]:
        verdicts = await self._ask(self._driver.say, lines)
        self.hear()
        return verdicts

    def _said(self, connection: Connection, ref: str, verdict: Verdict | None) -> None:
        if connection.is_gone:
            return
        if verdict is None:
            connection.refuse("SAY_BUSY", code="BUSY", re=ref, retry_after_ms=2_000)
        elif verdict.refused is not None:
            connection.tell_no(refusals.of_a_say(verdict, connection.language, re=ref))
        else:
            self.metrics.said.inc()
            connection.send(protocol.Said(re=ref, id=str(verdict.comment_id)))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
