"""Keeps video inside its space: the oldest goes first, what is watched now never does."""

import asyncio
import os
import shutil
from collections.abc import Collection
from pathlib import Path

import structlog

from laotie.surfaces.media import metrics
from laotie.surfaces.media.asking import NoAnswer, Standings
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.on_air import OnAir
from laotie.surfaces.media.shelf import Shelves

log = structlog.get_logger(__name__)

_EVERY_S = 60.0


class Janitor:
    """Removes the oldest segments of rooms over their space, and the oldest rooms that are over."""

    def __init__(
        self, *, shelves: Shelves, standings: Standings, on_air: OnAir, limits: Limits
    ) -> None:
        self._shelves = shelves
        self._standings = standings
        self._on_air = on_air
        self._limits = limits

    async def run(self) -> None:
        """Never returns; a round that fails is logged, and the next one tries again."""
        while True:
            try:
                await self.sweep()
            except OSError:
                log.exception("media.janitor_failed")
            await asyncio.sleep(_EVERY_S)

    async def sweep(self) -> None:
        """One round. Afterwards rooms are within `room_bytes`, and all within `total_bytes` and
        above the free-space floor as far as rooms that are over allow it.
        """
        rooms = self._shelves.rooms()
        sizes = dict(zip(rooms, await asyncio.to_thread(self._measure, rooms), strict=True))
        for room, size in sizes.items():
            if size > self._limits.room_bytes:
                sizes[room] -= await self._trim(room, size - self._limits.room_bytes)
        excess = max(sum(sizes.values()) - self._limits.total_bytes, self._missing())
        for room in await self._finished(rooms) if excess > 0 else ():
            if excess <= 0:
                break
            excess -= sizes[room]
            self._shelves.forget(room)
            await asyncio.to_thread(shutil.rmtree, self._shelves.root / room)
            log.warning("media.replay_removed", room=room, bytes=sizes[room])
        if self._missing() > 0:
            for room in self._on_air.rooms():
                await self._trim(room, self._missing())
        metrics.FREE_BYTES.set(self._free())

    def _measure(self, rooms: Collection[str]) -> list[int]:
        return [_size(self._shelves.root / room) for room in rooms]

    async def _finished(self, rooms: Collection[str]) -> list[str]:
        """Rooms that are over or unknown and not on air, the longest untouched first."""
        finished = []
        for room in set(rooms) - self._on_air.rooms():
            try:
                standing = await self._standings.of(room)
            except NoAnswer:
                continue
            if standing is None or standing.is_over:
                finished.append(room)
        return sorted(finished, key=lambda room: (self._shelves.root / room).stat().st_mtime)

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
        return removed

    def _free(self) -> int:
        self._shelves.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._shelves.root).free

    def _missing(self) -> int:
        return self._limits.free_bytes - self._free()


def _size(folder: Path) -> int:
    """Bytes in all files below the folder."""
    return sum(
        os.stat(os.path.join(parent, name)).st_size
        for parent, _, names in os.walk(folder)
        for name in names
        if not name.endswith(".tmp")
    )
