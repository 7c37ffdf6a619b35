"""The workshop: one work at a time, from what was sent to files of ours.

It looks at what came, encodes or wraps it anew, draws a cover and small pictures of it, checks that
all of it came out, and puts the folder in its place by one rename. Whatever happens to it, content
knows where the work stands: it is ready, it has failed with a cause, or it is claimed again.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import structlog

from laotie.content.files import footage
from laotie.content.files.footage import Cause, Kind, Made, Order, Origin, WorkState
from laotie.kernel import ids
from laotie.surfaces.media import captions, child, probing, recordings, rendering
from laotie.surfaces.media.asking import Asking, NoAnswer
from laotie.surfaces.media.child import Died, Ended, Unwanted
from laotie.surfaces.media.content_port import ContentPort
from laotie.surfaces.media.incoming import Incoming
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.probing import Found, Unusable

log = structlog.get_logger(__name__)

_DRAWER = str(Path(__file__).with_name("drawer.py"))
_DRAWING = child.Allowance(
    memory_bytes=2 << 30, file_bytes=64 << 20, cpu_s=60, wall_s=90.0, stall_s=90.0
)
_SAME_LENGTH = 0.9  # What comes out must be so much of what went in.
_BEAT_S = 2.0
_ANSWERS = ("FORMAT", "PIXELS", "UNREADABLE")


class Works:
    """Where the files of works lie, by the first letters of their names."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, file: str) -> Path:
        return self.root / file[:2] / file

    def making(self, file: str) -> Path:
        """A fresh folder for what is not finished; one of a killed process is thrown away."""
        folder = self.root / "making" / file
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def drop_making(self, file: str) -> None:
        shutil.rmtree(self.root / "making" / file, ignore_errors=True)

    def put(self, file: str) -> None:
        """What was made is in its place; what was there before is gone."""
        folder = self.folder(file)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        (self.root / "making" / file).rename(folder)

    def remove(self, file: str) -> None:
        shutil.rmtree(self.folder(file), ignore_errors=True)


class Workshop:
    """Takes works from content and gives them back made."""

    def __init__(
        self,
        *,
        works: Works,
        incoming: Incoming,
        clips: Path,
        asking: Asking,
        content: ContentPort,
        program: str,
        limits: Limits,
    ) -> None:
        self._works = works
        self._incoming = incoming
        self._clips = clips
        self._asking = asking
        self._content = content
        self._program = program
        self._limits = limits
        self._told: set[UUID] = set()

    async def run(self) -> None:
        """Never returns; what nobody could be asked about is tried again."""
        while True:
            is_busy = False
            with contextlib.suppress(NoAnswer):
                await self.tell_of_whole_ones()
                is_busy = await self.step()
            if not is_busy:
                await asyncio.sleep(self._limits.clip_pause_s)

    async def tell_of_whole_ones(self) -> None:
        """Content knows of every upload whose last byte has come. raises: NoAnswer."""
        await asyncio.to_thread(self._incoming.settle_all)
        wholes = await asyncio.to_thread(self._incoming.wholes)
        for upload in wholes:
            if upload not in self._told:
                if not await self._asking.ask(self._content.upload_complete, upload):
                    await asyncio.to_thread(self._incoming.remove, upload)
                self._told.add(upload)
        self._told &= set(wholes)

    async def step(self) -> bool:
        """Make one work; whether there was one. raises: NoAnswer."""
        self._works.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._works.root).free < self._limits.free_bytes:
            return False
        order = await self._asking.ask(self._content.claim_work)
        if order is None:
            return False
        try:
            if order.cover_ms is not None:
                await self._draw_cover(order, order.cover_ms)
            else:
                await self._make(order)
                await self._drop_original(order)
        except Unusable as no:
            log.info("media.work_failed", work=str(order.work_id), cause=no.cause.value)
            await self._give_up(order, no.cause)
            await self._drop_original(order)
        except Unwanted:
            await self._drop_original(order)
        except Died as died:
            log.warning("media.work_died", work=str(order.work_id), why=died.why, said=died.log)
            await self._asking.ask(self._content.work_let_go, order.work_id)
        except OSError as error:
            log.warning("media.work_disk", work=str(order.work_id), error=str(error))
            await self._asking.ask(self._content.work_put_off, order.work_id)
        finally:
            await asyncio.to_thread(self._works.drop_making, order.file)
        return True

    async def _give_up(self, order: Order, cause: Cause) -> None:
        if order.cover_ms is None:
            await self._asking.ask(self._content.work_failed, order.work_id, cause)
        else:
            told = (order.work_id, order.cover_ms, cause)
            await self._asking.ask(self._content.work_uncovered, *told)

    async def _make(self, order: Order) -> None:
        source = self._source(order)
        if source is None:
            raise Unusable(Cause.GONE)
        folder = await asyncio.to_thread(self._works.making, order.file)
        if order.kind is Kind.STILL:
            width, height = await self._draw(
                order, source, folder, prefix="", beat=self._beat(order)
            )
            made = Made(0, width, height, recordings.size_of(folder), False, 0)
        elif order.kind is Kind.CAPTIONS:
            said = await asyncio.to_thread(_rewrite, source, folder / "captions.vtt")
            made = Made(0, 0, 0, recordings.size_of(folder), False, 0, said)
        else:
            made = await self._make_video(order, source, folder)
        await asyncio.to_thread(self._works.put, order.file)
        if not await self._asking.ask(self._content.work_ready, order.work_id, made):
            await asyncio.to_thread(self._works.remove, order.file)

    async def _make_video(self, order: Order, source: Path, folder: Path) -> Made:
        found = await probing.look_at(self._program, source, beat=self._beat(order))
        video = folder / "video.mp4"
        rewrapped = await self._rewrap(order, found, source, video) if found.is_fit else None
        came_out = rewrapped or await self._encode(order, found, source, video)
        duration_ms = round(came_out.seconds * 1000)
        cover_ms = min(1000, duration_ms // 3)
        await self._cover(order, video, cover_ms, folder, prefix="cover1-")
        drawn = rendering.sprite(video, came_out.seconds, folder / "sprite.jpg")
        self._require_well(
            await child.run([self._program, *drawn], rendering.QUICK, beat=self._beat(order))
        )
        return Made(
            duration_ms=duration_ms,
            width=came_out.width,
            height=came_out.height,
            bytes=recordings.size_of(folder),
            has_sound=came_out.audio is not None,
            cover_ms=cover_ms,
        )

    async def _rewrap(self, order: Order, found: Found, source: Path, video: Path) -> Found | None:
        """The same pictures and sound in a file of ours; None where they do not go in, or are no
        video that can be used when they come out: then they are to be encoded.
        """
        command = rendering.rewrap(found, source, video)
        if (await self._converted(order, found, command)).code != 0:
            return None
        try:
            return await self._came_out(order, found, video)
        except Unusable as no:
            log.info("media.rewrap_unusable", work=str(order.work_id), cause=no.cause.value)
            return None

    async def _encode(self, order: Order, found: Found, source: Path, video: Path) -> Found:
        command = rendering.encode(found, source, video)
        self._require_well(await self._converted(order, found, command))
        return await self._came_out(order, found, video)

    async def _converted(self, order: Order, found: Found, arguments: list[str]) -> Ended:
        progress = _Progress(found.seconds)
        return await child.run(
            [self._program, *arguments],
            rendering.encode_allowance(found, stall_s=self._limits.work_stall_s),
            beat=self._beat(order, lambda: progress.percent, WorkState.TRANSCODING),
            on_line=progress.read,
        )

    async def _came_out(self, order: Order, found: Found, video: Path) -> Found:
        """Our video, judged as what was sent. raises: Unusable."""
        came_out = await probing.look_at(self._program, video, beat=self._beat(order))
        if came_out.seconds < _SAME_LENGTH * found.seconds:
            raise Unusable(Cause.TRUNCATED)
        return came_out

    async def _draw_cover(self, order: Order, at_ms: int) -> None:
        video = self._works.folder(order.file) / "video.mp4"
        if not video.is_file():
            await self._asking.ask(self._content.work_let_go, order.work_id)
            return
        making = await asyncio.to_thread(self._works.making, order.file)
        prefix = f"cover{order.cover_no}-"
        await self._cover(order, video, at_ms, making, prefix=prefix)
        for path in making.glob(f"{prefix}*.webp"):
            path.replace(video.with_name(path.name))
        await self._asking.ask(self._content.work_covered, order.work_id, at_ms, order.cover_no)

    async def _cover(
        self, order: Order, video: Path, at_ms: int, folder: Path, *, prefix: str
    ) -> None:
        """The picture of a moment in all widths; the first one when that moment has none."""
        drawn, beat = folder / "cover.jpg", self._beat(order)
        for moment in (at_ms, 0):
            command = [self._program, *rendering.picture(video, moment, drawn)]
            ended = await child.run(command, rendering.QUICK, beat=beat)
            if ended.code == 0 and drawn.is_file():
                break
        else:
            raise Unusable(Cause.ENCODER)
        await self._draw(order, drawn, folder, prefix=prefix, beat=beat)
        drawn.unlink()

    async def _draw(
        self, order: Order, source: Path, folder: Path, *, prefix: str, beat: child.Beat
    ) -> tuple[int, int]:
        """The upright size of a picture that is now there in all widths. raises: Unusable."""
        answer: list[str] = []

        def read(line: str) -> bool:
            answer.append(line)
            return True

        widths = map(str, footage.PICTURE_WIDTHS)
        ended = await child.run(
            [sys.executable, "-I", _DRAWER, str(source), str(folder), prefix, *widths],
            _DRAWING,
            beat=beat,
            on_line=read,
        )
        if ended.code != 0 or len(answer) != 1:
            log.warning("media.drawer_said", work=str(order.work_id), lines=ended.log)
            self._require_room(ended)
            raise Unusable(Cause.UNREADABLE)
        if answer[0] in _ANSWERS:
            raise Unusable(Cause(answer[0]))
        width, _, height = answer[0].partition(" ")
        return int(width), int(height)

    def _require_well(self, ended: Ended) -> None:
        """raises: Unusable (ENCODER), OSError when it was the disk."""
        if ended.code == 0:
            return
        log.warning("media.encoder_said", code=ended.code, lines=ended.log)
        self._require_room(ended)
        raise Unusable(Cause.ENCODER)

    def _require_room(self, ended: Ended) -> None:
        """What a program says may be what a file told it to say: the disk itself is asked as well.

        raises: OSError.
        """
        free = shutil.disk_usage(self._works.root).free
        if free < self._limits.free_bytes and os.strerror(errno.ENOSPC) in ended.log:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _source(self, order: Order) -> Path | None:
        if order.origin is Origin.UPLOAD:
            return self._incoming.whole(order.source_id)
        clip = self._clips / f"{ids.public('clp', order.source_id)}.mp4"
        return clip if clip.is_file() else None

    async def _drop_original(self, order: Order) -> None:
        """What was sent is gone for good; a clip belongs to its show."""
        if order.origin is Origin.UPLOAD and order.cover_ms is None:
            await asyncio.to_thread(self._incoming.remove, order.source_id)

    def _beat(
        self,
        order: Order,
        percent: Callable[[], int] = int,
        state: WorkState = WorkState.PROBING,
    ) -> child.Beat:
        """Tells how far the work is, every two seconds, and hears whether it is still wanted.

        The state PROBING is heard at every step: it never takes back how far the work has come.
        """
        told_at = 0.0

        async def beat() -> bool:
            nonlocal told_at
            if time.monotonic() - told_at < _BEAT_S:
                return True
            told_at = time.monotonic()
            try:
                return await self._asking.ask(
                    self._content.work_progressed, order.work_id, state, percent()
                )
            except NoAnswer:
                return True  # The work goes on; who may ask later hears later.

        return beat


class _Progress:
    """Reads FFmpeg's `-progress`: a line is further when the time of the output has grown."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._done_us = -1

    @property
    def percent(self) -> int:
        return max(0, min(99, int(self._done_us / self._seconds / 10_000)))

    def read(self, line: str) -> bool:
        name, _, value = line.partition("=")
        if name == "progress" and value == "end":
            return True
        if name != "out_time_us" or not value.isdigit() or int(value) <= self._done_us:
            return False
        self._done_us = int(value)
        return True


def _rewrite(source: Path, target: Path) -> tuple[tuple[int, str], ...]:
    """Captions of ours are there; what they say, and when."""
    try:
        cues = captions.read(source.read_bytes())
    except captions.NotCaptions as error:
        raise Unusable(Cause.CAPTIONS) from error
    target.write_text(captions.write(cues), encoding="utf-8")
    return tuple((cue.starts_ms, " ".join(cue.lines)) for cue in cues)
