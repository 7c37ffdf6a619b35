"""Cuts clips out of recordings: one at a time, by copy, with less priority than what is live."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import structlog

from laotie.kernel import ids
from laotie.surfaces.media import ffmpeg, playlist
from laotie.surfaces.media.asking import Asking, NoAnswer, Standings
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.packager import Packager, PackagerGone
from laotie.surfaces.media.playlist import Segment
from laotie.surfaces.media.port import Cut
from laotie.surfaces.media.shelf import Shelf, Shelves

log = structlog.get_logger(__name__)

_SHORTEST_S = 1.0
_LONGEST_CUT_S = 60.0


class _CannotCut(Exception):
    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Cutter:
    """Takes wishes for clips from the live context and puts files into their folder.

    Segments begin with key frames, so whole segments are joined and nothing is encoded. Of an
    explanation during which the picture was lost, the longest stretch becomes the clip.
    """

    def __init__(
        self,
        *,
        shelves: Shelves,
        standings: Standings,
        asking: Asking,
        clips: Path,
        program: str,
        limits: Limits,
    ) -> None:
        self._shelves = shelves
        self._standings = standings
        self._asking = asking
        self._clips = clips
        self._program = program
        self._pause_s = limits.clip_pause_s

    async def run(self) -> None:
        """Never returns; a cut that nobody could be told of is claimed and made again."""
        while True:
            try:
                is_busy = await self.step()
            except NoAnswer:
                is_busy = False
            if not is_busy:
                await asyncio.sleep(self._pause_s)

    async def step(self) -> bool:
        """Cut one clip; whether there was one. raises: NoAnswer."""
        port = self._asking.port
        cut = await self._asking.ask(port.claim_clip)
        if cut is None:
            return False
        try:
            milliseconds, size = await self._make(cut)
        except _CannotCut as no:
            log.warning("media.clip_failed", clip=str(cut.clip_id), cause=no.cause)
            await self._asking.ask(port.clip_failed, cut.clip_id, no.cause)
            return True
        if not await self._asking.ask(port.clip_done, cut.clip_id, milliseconds, size):
            self._target(cut).unlink(missing_ok=True)
        return True

    async def _make(self, cut: Cut) -> tuple[int, int]:
        """Its length in milliseconds and its size in bytes."""
        shelf = self._shelves.find(cut.stream_name)
        standing = await self._standings.of(cut.stream_name)
        if shelf is None or standing is None:
            raise _CannotCut("NO_VIDEO")
        segments = await asyncio.to_thread(shelf.everything)
        public = playlist.public(segments, standing.public_from)
        wanted = _longest_of_a_take(
            [
                segment
                for segment in public
                if segment.at < cut.stops_at
                and segment.at + timedelta(seconds=segment.seconds) > cut.starts_at
            ]
        )
        seconds = sum(segment.seconds for segment in wanted)
        if not wanted:
            raise _CannotCut("NO_VIDEO")
        if seconds < _SHORTEST_S:
            raise _CannotCut("TOO_SHORT")
        target = self._target(cut)
        making = target.with_suffix(".making.mp4")
        try:
            self._clips.mkdir(parents=True, exist_ok=True)
            async with asyncio.timeout(_LONGEST_CUT_S):
                await self._join(cut, shelf, wanted, making)
            size = making.stat().st_size
            if not size:
                raise _CannotCut("FFMPEG")
            making.replace(target)
        except (PackagerGone, TimeoutError, FileNotFoundError):
            raise _CannotCut("FFMPEG") from None
        except OSError:
            raise _CannotCut("DISK") from None
        finally:
            making.unlink(missing_ok=True)
        return round(seconds * 1000), size

    async def _join(
        self, cut: Cut, shelf: Shelf, segments: Sequence[Segment], making: Path
    ) -> None:
        folder = shelf.folder / segments[0].take
        packager = await Packager.start(self._program, ffmpeg.clip_arguments(making))
        try:
            await packager.write(await asyncio.to_thread((folder / playlist.INIT_NAME).read_bytes))
            for number, segment in enumerate(segments):
                await packager.write(await asyncio.to_thread((folder / segment.name).read_bytes))
                if number % 10 == 0:
                    percent = number * 100 // len(segments)
                    await self._asking.ask(self._asking.port.clip_progressed, cut.clip_id, percent)
            await packager.finish()
            if not packager.is_well:
                log.warning("media.cutter_said", lines=packager.log)
                raise PackagerGone
        finally:
            packager.kill()
            with contextlib.suppress(asyncio.CancelledError):
                await packager.gone()

    def _target(self, cut: Cut) -> Path:
        return self._clips / f"{ids.public('clp', cut.clip_id)}.mp4"


def _longest_of_a_take(segments: Sequence[Segment]) -> list[Segment]:
    by_take: dict[str, list[Segment]] = {}
    for segment in segments:
        by_take.setdefault(segment.take, []).append(segment)
    return max(by_take.values(), key=lambda found: sum(each.seconds for each in found), default=[])
