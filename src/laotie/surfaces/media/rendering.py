"""From a video that was looked at to files of ours: argument lists for FFmpeg, nothing run here.

Whatever was sent is decoded and encoded anew, or taken out of its wrapping packet by packet with
what encoders write between pictures left out; no byte around the pictures gets through.
"""

from pathlib import Path

from laotie.content.files.footage import SPRITE_COLUMNS, SPRITE_ROWS
from laotie.surfaces.media.child import Allowance
from laotie.surfaces.media.probing import LONGEST_S, Found, input_arguments

_SIDE = 720
_SPRITE_SIDE = 160
_NO_EXTRAS = "-map_metadata -1 -map_chapters -1 -sn -dn"
# The short side becomes 720 at most, and both are even, as 4:2:0 needs them.
_SCALE = (
    f"scale=w='if(gte(iw,ih),-2,trunc(min({_SIDE},iw)/2)*2)'"
    f":h='if(gte(iw,ih),trunc(min({_SIDE},ih)/2)*2,-2)',format=yuv420p"
)
_ENCODE = (
    "-fpsmax 30 -c:v libx264 -preset veryfast -crf 23 -maxrate 2500k -bufsize 5000k -profile:v high"
    " -g 60 -c:a aac -b:a 128k -ac 2 -ar 44100"
)
_OUT = "-progress pipe:1 -stats_period 0.5 -movflags +faststart -f mp4 -y"
_OWN = "-hide_banner -nostdin -loglevel error -protocol_whitelist file -threads 2 -f mov"
_FILE_BYTES = 1 << 30
_MEMORY_BYTES = 4 << 30

QUICK = Allowance(
    memory_bytes=_MEMORY_BYTES, file_bytes=_FILE_BYTES, cpu_s=120, wall_s=180.0, stall_s=180.0
)


def encode_allowance(found: Found, *, stall_s: float) -> Allowance:
    """Measured: up to two seconds of processor for one of video; here is three times that, and on
    a machine that has other things to do no more than eight by the clock, so that nobody's film
    keeps all others waiting.
    """
    cpu_s = round(60 + 6 * found.seconds)
    return Allowance(_MEMORY_BYTES, _FILE_BYTES, cpu_s, 120 + 8 * found.seconds, stall_s)


def encode(found: Found, source: Path, target: Path) -> list[str]:
    """At most 720p, 30 pictures a second, 2.5 Mbit/s; plays as soon as its head is there."""
    return [
        *input_arguments(found.container, source),
        *_maps(found),
        *_NO_EXTRAS.split(),
        *("-t", f"{LONGEST_S:.0f}", "-vf", _SCALE),
        *_ENCODE.split(),
        *_OUT.split(),
        str(target),
    ]


def rewrap(found: Found, source: Path, target: Path) -> list[str]:
    """The same pictures and sound in a new file; messages between pictures (SEI) are dropped."""
    copied = "-c copy -bsf:v filter_units=remove_types=6"
    return [
        *input_arguments(found.container, source),
        *_maps(found),
        *_NO_EXTRAS.split(),
        *copied.split(),
        *_OUT.split(),
        str(target),
    ]


def picture(video: Path, at_ms: int, target: Path) -> list[str]:
    """One picture of our own video as JPEG."""
    drawn = "-frames:v 1 -c:v mjpeg -q:v 2 -f image2 -update 1 -y"
    seek = ["-ss", f"{at_ms / 1000:.3f}"]
    return [*_OWN.split(), *seek, "-i", str(video), *drawn.split(), str(target)]


def sprite(video: Path, seconds: float, target: Path) -> list[str]:
    """Small pictures of the whole video in one, row by row."""
    count = SPRITE_COLUMNS * SPRITE_ROWS
    filters = (
        f"fps={count / seconds:.5f},scale='min({_SPRITE_SIDE},iw)':'min({_SPRITE_SIDE},ih)'"
        ":force_original_aspect_ratio=decrease:force_divisible_by=2,"
        f"tile={SPRITE_COLUMNS}x{SPRITE_ROWS},format=yuvj420p"
    )
    drawn = "-frames:v 1 -c:v mjpeg -q:v 5 -f image2 -update 1 -y"
    return [*_OWN.split(), "-i", str(video), "-vf", filters, *drawn.split(), str(target)]


def _maps(found: Found) -> list[str]:
    sound = [] if found.audio is None else ["-map", f"0:a:{found.audio}"]
    return ["-map", "0:V:0", *sound]
