"""Short films for the town's posts: drawn products that the camera glides over, with the melody.

720 x 1280, 25 frames a second, H.264 and AAC: already as posts are shown, so nothing is encoded
twice. About two seconds of one core for a film of three pictures.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from laotie.lab import clip_music

WIDTH, HEIGHT = 720, 1280
_EACH_S = 3.0
_FADE_S = 0.5
_QUIET = "-hide_banner -nostdin -loglevel error -y"
_PICTURE = (
    "-c:v libx264 -preset veryfast -profile:v high -crf 26 -maxrate 1500k -bufsize 3000k -g 50"
    " -pix_fmt yuv420p"
)
_SOUND = "-c:a aac -b:a 96k -ar 44100 -ac 2 -movflags +faststart"
_SIDE = 1440  # A square picture stands taller than the frame, so there is room to glide.


def seconds_of(pictures: int) -> float:
    """How long a film of so many pictures is."""
    return pictures * _EACH_S - (pictures - 1) * _FADE_S


def make(pictures: Sequence[bytes], *, program: str) -> bytes:
    """The film as an MP4. pictures: 1 to 6 square JPEGs. program: FFmpeg's path.

    raises: OSError with FFmpeg's words.
    """
    with tempfile.TemporaryDirectory() as folder:
        working = Path(folder)
        for number, picture in enumerate(pictures):
            (working / f"{number}.jpg").write_bytes(picture)
        clip_music.write(working / "music.wav", seconds=seconds_of(len(pictures)))
        film = working / "film.mp4"
        done = subprocess.run(
            _arguments(program, working, len(pictures), film), capture_output=True, check=False
        )
        if done.returncode != 0:
            raise OSError(f"FFmpeg could not make the film: {done.stderr.decode()[-500:]}")
        return film.read_bytes()


def _arguments(program: str, working: Path, pictures: int, film: Path) -> list[str]:
    inputs = [
        part
        for number in range(pictures)
        for part in (
            *f"-loop 1 -framerate 25 -t {_EACH_S}".split(),
            *("-i", str(working / f"{number}.jpg")),
        )
    ]
    return [
        program,
        *_QUIET.split(),
        *inputs,
        *("-i", str(working / "music.wav")),
        *("-filter_complex", _glide(pictures)),
        *f"-map [film] -map {pictures}:a -t {seconds_of(pictures)}".split(),
        *_PICTURE.split(),
        *_SOUND.split(),
        str(film),
    ]


def _glide(pictures: int) -> str:
    """The camera goes from left to right over one picture and back over the next."""
    parts = []
    for number in range(pictures):
        way = f"t/{_EACH_S}" if number % 2 == 0 else f"(1-t/{_EACH_S})"
        x, y = f"(iw-{WIDTH})*(0.2+0.6*{way})", f"(ih-{HEIGHT})*(1-{way})"
        parts.append(
            f"[{number}:v]scale={_SIDE}:{_SIDE},crop={WIDTH}:{HEIGHT}:x='{x}':y='{y}',"
            f"setsar=1,scale=out_range=tv,format=yuv420p[p{number}]"
        )
    last = "p0"
    for number in range(1, pictures):
        offset = number * (_EACH_S - _FADE_S)
        parts.append(
            f"[{last}][p{number}]xfade=transition=fade:duration={_FADE_S}:offset={offset}[x{number}]"
        )
        last = f"x{number}"
    parts.append(f"[{last}]null[film]")
    return ";".join(parts)
