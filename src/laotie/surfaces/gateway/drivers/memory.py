"""One process alone: frames go straight from whoever adds them to the hub's next tick."""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from threading import Lock
from uuid import UUID

from laotie.kernel import clock, ids
from laotie.live.chat import Line, Verdict
from laotie.live.frames import Frame, Position
from laotie.live.presence import Audience, Tally
from laotie.live.queries import Opening
from laotie.surfaces.gateway.drivers import Pulse
from laotie.trade import flash


class Memory:
    """Rooms that exist only here. Nothing is judged, nothing is kept."""

    def __init__(self, rooms: Mapping[UUID, Opening]) -> None:
        self._rooms = rooms
        self._frames: dict[UUID, list[Frame]] = {room_id: [] for room_id in rooms}
        self._likes = dict.fromkeys(rooms, 0)
        self._viewers = dict.fromkeys(rooms, 0)
        self._spent: set[UUID] = set()
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news: Callable[[], None] = lambda: None

    async def attach(self, news: Callable[[], None]) -> None:
        self._loop, self._news = asyncio.get_running_loop(), news

    async def detach(self) -> None:
        self._loop = None

    def add(self, room_id: UUID, kind: str, body: str) -> int:
        """Add one frame; its number."""
        with self._lock:
            opening, added = self._rooms[room_id], self._frames[room_id]
            seq = opening.seq + len(added) + 1
            added.append(Frame(room_id, opening.epoch, seq, kind, body))
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._news)
        return seq

    def opening(self, room_id: UUID) -> Opening | None:
        return self._rooms.get(room_id)

    def tail(self, positions: Mapping[UUID, Position]) -> list[Frame]:
        with self._lock:
            return [
                frame
                for room_id, position in positions.items()
                for frame in self._frames[room_id][position.seq - self._rooms[room_id].seq :]
            ]

    def pulse(self, tallies: Sequence[Tally], rooms: Collection[UUID]) -> Pulse:
        for tally in tallies:
            self._likes[tally.room_id] += tally.likes
            self._viewers[tally.room_id] = tally.viewers
        return Pulse({room: Audience(self._likes[room], self._viewers[room]) for room in rooms}, 0)

    def spend(self, tickets: Sequence[UUID]) -> frozenset[UUID]:
        with self._lock:
            good = frozenset(tickets) - self._spent
            self._spent |= good
            return good

    def say(self, lines: Sequence[Line]) -> list[Verdict]:
        verdicts = []
        for line in lines:
            comment_id = ids.new()
            said = {"id": str(comment_id), "person": "", "name": "", "text": line.text}
            self.add(line.room_id, "says", json.dumps({"says": [said]}))
            verdicts.append(Verdict(comment_id))
        return verdicts

    def buy(self, wishes: Sequence[flash.Wish]) -> list[flash.Verdict]:
        pay_by = clock.wall() + timedelta(minutes=15)
        return [
            flash.Verdict(
                outcome=flash.Outcome.ACCEPTED,
                group_id=ids.new(),
                order_id=ids.new(),
                total_fen=(wish.price_fen or 0) * wish.quantity,
                pay_by=pay_by,
            )
            for wish in wishes
        ]
