"""How many rooms one core can take in: N encoders send the lab's clip to one media process.

Each encoder sends as OBS would, at the clip's own speed, over RTMP; the media process reads,
checks, hands the stream to a packager of its own, and serves playlist and segments. The floor is
FFmpeg alone, one per room, which reads the same clip from disk and writes the same segments: no
network, no keys, no limits. Both copy the video as it is; what the encoders cost is not counted.

    figure   rooms that one core would carry: 1 by the processor seconds of a room's second.
"""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import _machine, _pairs, _server
from bench._pairs import Measure
from bench._report import Options, Report

ROOMS, SMALL_ROOMS = 10, 2
_SETTLE_S = 3.0  # The first segments cost more than the later ones.


def run(options: Options) -> Report:
    """Rooms per core, of those of FFmpeg alone."""
    report = Report("ingest", options)
    rooms = SMALL_ROOMS if options.is_small else ROOMS
    seconds = max(options.seconds, 2.0 if options.is_small else 8.0)
    with _server.house(), tempfile.TemporaryDirectory(prefix="laotie-ingest-") as name:
        clip = _clip(Path(name))
        pairs = _pairs.interleave(
            lambda: _floor(Path(name), clip, rooms, seconds),
            lambda: _media(Path(name), clip, rooms, seconds),
            options=options,
        )
        report.note(f"{rooms} rooms at once, {clip.stat().st_size * 8 / 1e6:.1f} Mbit of clip")
        _pairs.tell(report, f"{rooms} rooms on air", "rooms/core", pairs, value=_rooms_per_core)
    return report


def _clip(folder: Path) -> Path:
    """The lab's clip, from where tests keep it if they have drawn it already."""
    from tests import stack

    from laotie.lab import clip
    from laotie.surfaces.media import ffmpeg

    known = stack.clip_folder()
    kept = known if known.exists() else folder / "clip"
    return clip.ready(kept, program=ffmpeg.find(None)).video


def _media(folder: Path, clip: Path, rooms: int, seconds: float) -> Measure:
    """The product's media process and its packagers."""
    from tests.media.harness import Media

    with tempfile.TemporaryDirectory(dir=folder) as name:
        media = Media(Path(name) / "media")
        try:
            process = media.start().process
            assert process is not None
            names = [media.room() for _ in range(rooms)]
            with ExitStack() as encoders:
                for room in names:
                    encoders.enter_context(_sending(clip, ["-f", "flv", media.address(room)]))
                for room in names:
                    _server.wait_for(lambda room=room: media.segments(room), f"a picture of {room}")
                time.sleep(_SETTLE_S)

                def used_s() -> float:
                    return _machine.processor_s([process.pid], has_children=True)

                with _machine.metered({"media": used_s}) as spent:
                    time.sleep(seconds)
                memory = _machine.resident_kb([process.pid, *media.packagers()])
        finally:
            media.close()
    return _measured(spent, rooms, memory / rooms)


def _floor(folder: Path, clip: Path, rooms: int, seconds: float) -> Measure:
    """As many FFmpegs, from disk to disk."""
    with tempfile.TemporaryDirectory(dir=folder) as name, ExitStack() as streams:
        pids = []
        for number in range(rooms):
            made = Path(name) / str(number)
            made.mkdir()
            output = ["-f", "hls", "-hls_time", "1", "-hls_segment_type", "fmp4",
                      "-hls_fmp4_init_filename", "init.mp4", str(made / "index.m3u8")]  # fmt: skip
            pids.append(streams.enter_context(_sending(clip, output)).pid)
        time.sleep(_SETTLE_S)
        with _machine.metered({"media": lambda: _machine.processor_s(pids)}) as spent:
            time.sleep(seconds)
        memory = _machine.resident_kb(pids)
    return _measured(spent, rooms, memory / rooms)


@contextlib.contextmanager
def _sending(clip: Path, output: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """An FFmpeg that plays the clip again and again at its own speed."""
    from laotie.surfaces.media import ffmpeg

    read = ["-hide_banner", "-nostdin", "-loglevel", "error", "-re", "-stream_loop", "-1"]
    process = subprocess.Popen([ffmpeg.find(None), *read, "-i", str(clip), "-c", "copy", *output])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _measured(spent: _machine.Spent, rooms: int, memory_kb: float) -> Measure:
    """A unit is one second of one room."""
    return Measure(
        units=rooms * spent.seconds,
        seconds=spent.seconds,
        cpu_s=spent.cpu_s,
        memory_kb=memory_kb,
        busy=spent.busy,
    )


def _rooms_per_core(run: Measure) -> float:
    return 1e6 / max(1.0, run.us("media"))
