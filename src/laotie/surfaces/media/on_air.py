"""Who is on air in this process: letting publishers in, handing rooms over, putting them out."""

import asyncio
import re
import shutil
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from uuid import UUID

import structlog

from laotie.kernel import ids
from laotie.surfaces.media import addresses, metrics, recordings
from laotie.surfaces.media.asking import Asking, News, NoAnswer, Standings
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.port import Allowed, Refused
from laotie.surfaces.media.publication import Publication, Told, Turned
from laotie.surfaces.media.shelf import ROOM_PATTERN, Shelves

log = structlog.get_logger(__name__)

_BAD_KEY = "Wrong stream key. Copy it again from the control desk."
_HANDOVER_S = 10.0
_CHECK_S = 0.5  # A room that is stopped is dark within two seconds.
_ADDRESSES = 10_000


class OnAir:
    """The publications of this process, one per room at most.

    A second publisher with a valid key takes the room over: encoders restart before the server
    has noticed that the old connection is dead.
    """

    def __init__(
        self,
        *,
        shelves: Shelves,
        asking: Asking,
        standings: Standings,
        news: News,
        program: str,
        limits: Limits,
    ) -> None:
        self.limits = limits
        self._shelves = shelves
        self._asking = asking
        self._standings = standings
        self._told = Told(news.started, news.ended, news.health)
        self._news = news
        self._program = program
        self._live: dict[str, Publication] = {}
        self._counting: set[asyncio.Task[None]] = set()
        self._locks: dict[str, asyncio.Lock] = {}
        self._bad_keys = _BadKeys(limits.bad_keys_per_minute)
        self._checking = asyncio.create_task(self._check())

    def of(self, room: str) -> Publication | None:
        """Who is on air in this room now."""
        return self._live.get(room)

    def rooms(self) -> frozenset[str]:
        return frozenset(self._live)

    async def admit(
        self, *, door: str, room: str, secret: str, ip: str, evict: Callable[[str], None]
    ) -> Publication:
        """Let a publisher in, or say why not. A room already on air is handed over.

        door:   `rtmp` with the room's key, or `browser` with a ticket.
        evict:  called when the publisher must leave later on.
        raises: Turned; NoAnswer when nobody could be asked, so trying again is right.
        """
        session = ids.new()
        allowed = await self._authorise(door, room, secret, ip, session)
        async with self._locks.setdefault(room, asyncio.Lock()):
            self._require_place(door, room)
            await self._hand_over(room, ip)
            publication = Publication(
                room=room,
                room_id=allowed.room_id,
                session=session,
                door=door,
                shelf=self._shelves.open(room),
                program=self._program,
                limits=self.limits,
                told=self._told,
                evict=evict,
            )
            self._live[room] = publication
        metrics.PUBLISHERS.labels(door).inc()
        log.info("media.publishing", room=room, session=str(session), door=door)
        return publication

    async def leave(self, publication: Publication, reason: str, *, is_clean: bool) -> None:
        """The session is over and the room free for the next one."""
        await publication.close(reason, is_clean=is_clean)
        if self._live.get(publication.room) is publication:
            del self._live[publication.room]
            lock = self._locks.get(publication.room)
            if lock is not None and not lock.locked():
                del self._locks[publication.room]
        self._count(publication.room)
        metrics.PUBLISHERS.labels(publication.door).dec()
        log.info(
            "media.published",
            room=publication.room,
            session=str(publication.session),
            reason=reason,
        )

    async def close(self) -> None:
        """Everybody is asked to leave, and has left or was given ten seconds."""
        self._checking.cancel()
        leaving = list(self._live.values())
        for publication in leaving:
            publication.evict("SERVER_CLOSED")
        if leaving:
            waits = [asyncio.create_task(publication.closed.wait()) for publication in leaving]
            await asyncio.wait(waits, timeout=_HANDOVER_S)
            await asyncio.sleep(0)  # Whoever has left has begun to count.
        if self._counting:
            await asyncio.wait(self._counting, timeout=_HANDOVER_S)

    def _count(self, room: str) -> None:
        """Beside the connection, which may be gone before all is counted."""
        shelf = self._shelves.open(room)
        counting = asyncio.create_task(recordings.tell(shelf, self._standings, self._news, room))
        self._counting.add(counting)
        counting.add_done_callback(self._counting.discard)

    async def _authorise(
        self, door: str, room: str, secret: str, ip: str, session: UUID
    ) -> Allowed:
        is_key = door == "rtmp"  # A ticket is signed; there is nothing to try out.
        if is_key and self._bad_keys.is_barred(addresses.counted(ip)):
            raise _turned("barred", "Too many wrong keys. Wait a minute, then try again.")
        if not re.fullmatch(ROOM_PATTERN, room):
            self._bad_keys.note(addresses.counted(ip))
            raise _turned("key", _BAD_KEY)
        port = self._asking.port
        ask = port.authorise if is_key else port.authorise_ticket
        answer = await self._asking.ask(ask, room, secret, ip, session)
        if isinstance(answer, Refused):
            self._bad_keys.note(addresses.counted(ip))
            log.info("media.refused", room=room, network=addresses.masked(ip), why=answer.reason)
            raise _turned("key", answer.reason)
        return answer

    def _require_place(self, door: str, room: str) -> None:
        self._shelves.root.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._shelves.root).free
        if free < self.limits.free_bytes:
            log.error("media.disk_nearly_full", free_bytes=free)
            raise _turned("disk", "The server's disk is nearly full. Tell its operator.")
        others = [live for name, live in self._live.items() if name != room]
        if len(others) >= self.limits.rooms:
            raise _turned("full", "All places on this server are taken. Try again later.")
        in_browser = sum(live.door == "browser" for live in others)
        if door == "browser" and in_browser >= self.limits.browser_rooms:
            raise _turned(
                "browser_full",
                "All places for browsers are taken. Try again later, or use OBS or a phone app.",
            )

    async def _hand_over(self, room: str, ip: str) -> None:
        before = self._live.get(room)
        if before is None:
            return
        log.warning("media.taken_over", room=room, network=addresses.masked(ip))
        before.evict("TAKEN_OVER")
        try:
            await asyncio.wait_for(before.closed.wait(), _HANDOVER_S)
        except TimeoutError:
            raise _turned("handover", "The room is still busy. Try again in a moment.") from None

    async def _check(self) -> None:
        """Whoever may no longer publish (banned, ended, key changed) leaves within seconds."""
        while True:
            await asyncio.sleep(_CHECK_S)
            asked = dict(self._live)
            if not asked:
                continue
            try:
                standings = await self._standings.newest(asked)
            except NoAnswer:
                continue
            for room, publication in asked.items():
                standing = standings.get(room)
                if standing is None or not standing.may_publish:
                    publication.evict("PUT_OUT")


class _BadKeys:
    """Counts wrong keys by address; forgets them after a minute."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, network: str) -> None:
        self._seen.setdefault(network, deque(maxlen=self._most)).append(time.monotonic())
        self._seen.move_to_end(network)
        if len(self._seen) > _ADDRESSES:
            self._seen.popitem(last=False)

    def is_barred(self, network: str) -> bool:
        seen = self._seen.get(network)
        return seen is not None and len(seen) == self._most and time.monotonic() - seen[0] < 60


def _turned(why: str, reason: str) -> Turned:
    metrics.TURNED.labels(why).inc()
    return Turned(reason, code=why.upper())
