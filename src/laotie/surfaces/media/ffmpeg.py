"""Where FFmpeg is, and the argument lists it is given. It is a program of its own, never linked."""

import os
import shutil
from pathlib import Path

from laotie.surfaces.media.playlist import INIT_NAME

SEGMENT_SECONDS = 1
_LISTED_SEGMENTS = 120  # FFmpeg rewrites its list each second; the journal knows the rest.
_GUARDED = "-hide_banner -nostdin -loglevel error -protocol_whitelist pipe -max_pixels 8294400"
_COUNTED = "-progress pipe:1 -stats_period 1"
_COPY = "-analyzeduration 0 -fpsprobesize 0 -f flv -i pipe:0 -map 0:v:0 -map 0:a:0? -c:v copy"
_ENCODE = (
    "-i pipe:0 -map 0:v:0 -map 0:a:0? -c:v libx264 -preset veryfast -tune zerolatency"
    " -profile:v main -threads 2 -g 30 -sc_threshold 0 -r 30 -b:v 1500k -maxrate 2000k"
    " -bufsize 3000k -pix_fmt yuv420p"
    " -vf scale=w=min(1280\\,iw):h=min(1280\\,ih)"
    ":force_original_aspect_ratio=decrease:force_divisible_by=2"
    " -c:a aac -b:a 128k -ar 44100 -ac 2 -af aresample=async=1:first_pts=0"
)


class NoFfmpeg(Exception):
    """Nowhere to be found; the text says what to do."""


def find(configured: str | None) -> str:
    """The configured path, else the one that was installed with us, else the one on PATH.

    raises: NoFfmpeg.
    """
    if configured:
        if os.access(configured, os.X_OK):
            return configured
        raise NoFfmpeg(f"LAOTIE_FFMPEG names {configured}, which cannot be run.")
    bundled = _bundled()
    if bundled is not None:
        return bundled
    on_path = shutil.which("ffmpeg")
    if on_path is None:
        raise NoFfmpeg("FFmpeg was not found. Install it, or set LAOTIE_FFMPEG to its path.")
    return on_path


def _bundled() -> str | None:
    try:
        import imageio_ffmpeg  # Absent where the platform has no wheel.
    except ImportError:
        return None
    # Its own search would also look at PATH and at variables of its own.
    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    return next((str(path) for path in folder.glob("ffmpeg-*") if os.access(path, os.X_OK)), None)


def copy_arguments(folder: Path, *, has_audio: bool, copies_audio: bool) -> list[str]:
    """FLV on standard input to HLS in the folder; video as it came."""
    # Without sound FFmpeg would look for it in all that it may probe: seconds of a calm picture.
    probe = "-probesize 500k" if has_audio else "-probesize 16k"
    audio = "-c:a copy" if copies_audio else "-c:a aac -b:a 128k -ar 44100"
    return [*f"{_GUARDED} {probe} {_COPY} {audio}".split(), *_output(folder)]


def browser_arguments(folder: Path, *, container: str) -> list[str]:
    """What a browser records on standard input to HLS in the folder, always encoded anew.

    container: `matroska` or `mov`, FFmpeg's names. Its own times jump when copied.
    """
    probe = f"-probesize 256k -analyzeduration 500000 -f {container}"
    return [*f"{_GUARDED} {_COUNTED} {probe} {_ENCODE}".split(), *_output(folder)]


def clip_arguments(target: Path) -> list[str]:
    """An init segment and its segments on standard input to one MP4 that plays at once; copied."""
    copied = "-f mov -i pipe:0 -map 0:v:0 -map 0:a:0? -c copy -map_metadata -1 -movflags +faststart"
    whitelist = _GUARDED.replace("-protocol_whitelist pipe", "-protocol_whitelist pipe,file")
    return [*f"{whitelist} {copied} -f mp4 -y".split(), str(target)]


def _output(folder: Path) -> list[str]:
    return [
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS)),
        *("-hls_list_size", str(_LISTED_SEGMENTS)),
        *("-hls_flags", "independent_segments+program_date_time+temp_file"),
        *("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", INIT_NAME),
        *("-hls_segment_filename", str(folder / "s%05d.m4s")),
        str(folder / "index.m3u8"),
    ]
