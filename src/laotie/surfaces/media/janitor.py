"""Keeps video inside its space: the oldest goes first, what is watched now never does."""

import asyncio
import re
import shutil
import time
from collections.abc import Collection
from pathlib import Path

import structlog

from laotie.kernel import ids
from laotie.surfaces.media import metrics, recordings
from laotie.surfaces.media.asking import Asking, News, NoAnswer, Standings
from laotie.surfaces.media.leftovers import Leftovers
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.shelf import Shelves

log = structlog.get_logger(__name__)

_EVERY_S = 60.0
# A full house writes 90 MB a second: what is free at the floor would not last for a minute.
_LOOK_S = 2.0
_ASKED_AT_ONCE = 200
_CLIP_NAME = re.compile(r"clp_[0-7][0-9a-hjkmnp-tv-z]{25}\.mp4", re.ASCII)


class Janitor:
    """Removes the oldest segments of rooms over their space, and the oldest rooms that are over."""

    def __init__(
        self,
        *,
        shelves: Shelves,
        standings: Standings,
        news: News,
        asking: Asking,
        on_air: OnAir,
        clips: Path,
        leftovers: Leftovers,
        limits: Limits,
    ) -> None:
        self._shelves = shelves
        self._standings = standings
        self._news = news
        self._asking = asking
        self._clips = clips
        self._leftovers = leftovers
        self._on_air = on_air
        self._limits = limits

    async def run(self) -> None:
        """Never returns; a round that fails is logged, and the next one tries again."""
        while True:
            try:
                await self.sweep()
            except OSError:
                log.exception("media.janitor_failed")
            try:
                await self._until_due()
            except OSError:  # The disk cannot even be looked at.
                log.exception("media.disk_not_seen")
                await asyncio.sleep(_LOOK_S)

    async def _until_due(self) -> None:
        """A minute has passed, or less is free than the floor wants and the last round left."""
        due = time.monotonic() + _EVERY_S
        enough = min(self._free(), self._limits.free_bytes)
        while time.monotonic() < due and self._free() >= enough:  # noqa: ASYNC110 - a disk.
            await asyncio.sleep(_LOOK_S)

    async def sweep(self) -> None:
        """One round. Afterwards rooms are within `room_bytes`, and all within `total_bytes` and
        above the free-space floor as far as rooms that are over allow it; what is not to be kept
        is gone.
        """
        await self._remove_unwanted_clips()
        await self._leftovers.sweep()
        await self._remove_unkept(self._shelves.rooms())
        rooms = self._shelves.rooms()
        sizes = dict(zip(rooms, await asyncio.to_thread(self._measure, rooms), strict=True))
        for room, size in sizes.items():
            if size > self._limits.room_bytes and not await self._is_held(room):
                sizes[room] -= await self._trim(room, size - self._limits.room_bytes)
        excess = max(sum(sizes.values()) - self._limits.total_bytes, self._missing())
        for room in await self._finished(rooms) if excess > 0 else ():
            if excess <= 0:
                break
            excess -= sizes[room]
            await self._remove(room)
            log.warning("media.replay_removed", room=room, bytes=sizes[room])
        if self._missing() > 0:
            for room in self._on_air.rooms():
                if not await self._is_held(room):
                    await self._trim(room, self._missing())
        metrics.FREE_BYTES.set(self._free())

    async def _remove_unkept(self, rooms: Collection[str]) -> None:
        """Recordings whose removal was decided, and that nobody sends to."""
        idle = [room for room in rooms if room not in self._on_air.rooms()]
        for start in range(0, len(idle), _ASKED_AT_ONCE):
            try:
                standings = await self._standings.newest(idle[start : start + _ASKED_AT_ONCE])
            except NoAnswer:
                return
            for room, standing in standings.items():
                if not standing.is_kept and not standing.is_held:
                    await self._remove(room)
                    log.info("media.recording_removed", room=room)

    async def _remove_unwanted_clips(self) -> None:
        names = [path.name for path in _files_in(self._clips)]
        known = {
            ids.parse("clp", name.removesuffix(".mp4")): name
            for name in names
            if _CLIP_NAME.fullmatch(name)
        }
        try:
            gone = await self._asking.ask(self._asking.port.unwanted_clips, list(known))
        except NoAnswer:
            return
        for clip in gone:
            (self._clips / known[clip]).unlink(missing_ok=True)

    async def _remove(self, room: str) -> None:
        shelf = self._shelves.find(room)
        room_id = shelf.room_id if shelf is not None else None
        self._shelves.forget(room)
        await asyncio.to_thread(shutil.rmtree, self._shelves.root / room)
        if room_id is not None:
            self._news.recorded(room_id, [], 0)

    def _measure(self, rooms: Collection[str]) -> list[int]:
        return [recordings.size_of(self._shelves.root / room) for room in rooms]

    async def _finished(self, rooms: Collection[str]) -> list[str]:
        """Rooms that are over or unknown and not on air, the longest untouched first."""
        finished = []
        for room in set(rooms) - self._on_air.rooms():
            try:
                standing = await self._standings.of(room)
            except NoAnswer:
                continue
            if standing is None or (standing.is_over and not standing.is_held):
                finished.append(room)
        return sorted(finished, key=lambda room: (self._shelves.root / room).stat().st_mtime)

    async def _is_held(self, room: str) -> bool:
        """True as well when nobody can be asked: what is gone cannot be brought back."""
        try:
            standing = await self._standings.of(room)
        except NoAnswer:
            return True
        return standing is not None and standing.is_held

    async def _trim(self, room: str, excess: int) -> int:
        """Remove segments behind the live window, oldest first; returns bytes removed."""
        shelf = self._shelves.find(room)
        if shelf is None or excess <= 0:
            return 0
        watched = {(segment.take, segment.name) for segment in shelf.window.segments}
        removed = 0
        for segment in await asyncio.to_thread(shelf.everything):
            if removed >= excess or (segment.take, segment.name) in watched:
                break
            file = shelf.folder / segment.take / segment.name
            removed += file.stat().st_size
            file.unlink()
        log.info("media.trimmed", room=room, bytes=removed)
        await recordings.tell(shelf, self._standings, self._news, room)
        return removed

    def _free(self) -> int:
        self._shelves.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._shelves.root).free

    def _missing(self) -> int:
        return self._limits.free_bytes - self._free()


def _files_in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
