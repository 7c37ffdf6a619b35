"""The clip that the demo's encoder sends: a potter shows a celadon bowl in her studio, 16 s, drawn.

720 x 1280, 25 frames a second, a key frame each second, H.264 and AAC at about 1 Mbit/s, without a
seam when it is repeated. For tests that look at decoded frames: the square `clip_scene.SEAL_BOX`
(left 104, top 236, right 168, bottom 300) is always `SEAL_COLOUR`, vermilion (200, 50, 30); a
decoder gives it back within about 12 of each part.
"""

import math
import os
import random
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageOps

from laotie.lab import clip_host, clip_music, clip_scene
from laotie.lab.clip_scene import BENCH_Y, BOWL_AT, BOWL_SIZE, CUP_AT, HEIGHT, WIDTH

SECONDS = 16
FRAMES_PER_SECOND = 25
FRAMES = SECONDS * FRAMES_PER_SECOND
_VERSION = 1  # Part of the file's name: a change of the drawing draws it anew.
_POSTER_FRAME = 146
_FACE_AT = (360.0, 455.0)

_BLINKS = (1.9, 4.6, 9.3, 12.1, 15.2)
_LAUGH = (6.2, 7.9)
_TALKS = ((0.5, 5.6), (8.4, 11.4), (12.6, 15.4))
_GESTURES = ((2.4, 4.8), (9.6, 11.8))


@dataclass(frozen=True, slots=True)
class Clip:
    """Two files in the data folder."""

    video: Path
    poster: Path


@dataclass(frozen=True, slots=True)
class _Studio:
    """What is drawn once."""

    backdrop: Image.Image
    bench: Image.Image
    wheel: Image.Image
    bowl: Image.Image
    body: Image.Image
    left_arm: Image.Image
    right_arm: Image.Image
    left_sleeve: Image.Image
    right_sleeve: Image.Image


def ready(folder: Path, *, program: str) -> Clip:
    """The clip, drawn if it is not in the folder yet: about 15 s of one core, once.

    program: FFmpeg's path.
    raises:  OSError when FFmpeg fails or the disk is full; no half-written clip stays.
    """
    clip = ready_at(folder)
    if not (clip.video.exists() and clip.poster.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as working:
            _draw(Path(working), program)
            os.replace(Path(working) / "clip.jpg", clip.poster)
            os.replace(Path(working) / "clip.mp4", clip.video)
    return clip


def ready_at(folder: Path) -> Clip:
    """Where the clip is, or would be."""
    return Clip(folder / f"studio-{_VERSION}.mp4", folder / f"studio-{_VERSION}.jpg")


def frames(numbers: range = range(FRAMES)) -> Iterator[Image.Image]:
    """The pictures with these numbers, RGB."""
    studio = _studio()
    for number in numbers:
        yield _frame(studio, number / FRAMES)


def _draw(working: Path, program: str) -> None:
    music = working / "music.wav"
    clip_music.write(music, seconds=SECONDS)
    poster = next(frames(range(_POSTER_FRAME, _POSTER_FRAME + 1)))
    poster.save(working / "clip.jpg", quality=88, optimize=True, progressive=True)
    encode(frames(), music, working / "clip.mp4", program=program)


def encode(pictures: Iterable[Image.Image], music: Path, video: Path, *, program: str) -> None:
    """Pictures and music as the video of the module's description.

    raises: OSError with FFmpeg's words.
    """
    encoder = subprocess.Popen(
        _encoder_arguments(program, music, video), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert encoder.stdin is not None
    assert encoder.stderr is not None
    try:
        for picture in pictures:
            encoder.stdin.write(picture.tobytes())
        encoder.stdin.close()
    except BrokenPipeError:
        pass  # It says why below.
    complaint = encoder.stderr.read().decode("utf-8", "replace")
    if encoder.wait() != 0:
        raise OSError(f"FFmpeg could not encode the clip: {complaint[-500:]}")


def _encoder_arguments(program: str, music: Path, video: Path) -> list[str]:
    pictures = f"-f rawvideo -pix_fmt rgb24 -s {WIDTH}x{HEIGHT} -r {FRAMES_PER_SECOND} -i pipe:0"
    # The matrix is said and used, or players would guess another and shift every colour.
    colours = (
        "-vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -colorspace bt709"
        " -color_primaries bt709 -color_trc bt709 -color_range tv"
    )
    picture = (
        "-c:v libx264 -preset veryfast -profile:v main -bf 0 -g 25 -keyint_min 25 -sc_threshold 0"
        " -crf 24 -maxrate 1200k -bufsize 1200k"
    )
    sound = "-c:a aac -b:a 96k -ar 48000 -ac 2"
    return [
        program,
        *f"-hide_banner -nostdin -loglevel error -y {pictures}".split(),
        *("-i", str(music)),
        *f"-map 0:v -map 1:a {colours} {picture} {sound} -t {SECONDS} -shortest".split(),
        *("-movflags", "+faststart", str(video)),
    ]


@cache
def _studio() -> _Studio:
    dark = clip_scene.vignette()
    backdrop = clip_scene.backdrop()
    backdrop.paste((0, 0, 0), (0, 0), dark)
    backdrop.paste(*clip_scene.paper())
    bench = clip_scene.bench()
    shade = Image.new("RGBA", bench.size)
    shade.putalpha(dark.crop((0, HEIGHT - bench.height, WIDTH, HEIGHT)))
    alpha = bench.getchannel("A")
    bench.alpha_composite(shade)
    bench.putalpha(alpha)
    arm, sleeve = clip_host.left_arm(), clip_host.left_sleeve()
    return _Studio(
        backdrop=backdrop,
        bench=bench,
        wheel=clip_scene.wheel(),
        bowl=clip_scene.bowl(),
        body=clip_host.body(),
        left_arm=arm,
        right_arm=ImageOps.mirror(arm),
        left_sleeve=sleeve,
        right_sleeve=ImageOps.mirror(sleeve),
    )


def _frame(studio: _Studio, part: float) -> Image.Image:
    """One picture. part: 0 to 1 of the loop; every motion has whole periods in it."""
    second = part * SECONDS
    breath = _wave(part, 4)
    picture = studio.backdrop.copy()
    _lights(picture, part)
    rise = round(breath * 8) / 4  # In quarters of a pixel, so that few bodies are made.
    _paste(picture, _raised(rise), (0, clip_host.BODY_TOP))
    _head(picture, part, second, breath)
    _paste(picture, studio.bench, (0, HEIGHT - studio.bench.height))
    _paste(picture, studio.wheel, (WIDTH // 2 - 210, BENCH_Y + 10))
    corner = (round(BOWL_AT[0]) - BOWL_SIZE[0] // 2, round(BOWL_AT[1]) - 90)
    _paste(picture, studio.bowl, corner)
    _paste(picture, clip_scene.painting(part * 0.6), corner)
    _arms(picture, studio, part, second)
    _steam(picture, part)
    _dust(picture, part)
    return picture


def _head(picture: Image.Image, part: float, second: float, breath: float) -> None:
    sprite = clip_host.head(_eyes(second), _mouth(second))
    laugh = _bump(second, *_LAUGH)
    angle = 2.4 * _wave(part, 1) + 1.1 * _wave(part, 3, 0.2) + 2.0 * laugh
    x = _FACE_AT[0] + 4.5 * _wave(part, 1, 0.05)
    y = _FACE_AT[1] - 1.6 * breath + 2.4 * _wave(part, 5, 0.3) - 2.0 * laugh
    width, height = clip_host.HEAD_SIZE
    left, top = clip_host.HEAD_ORIGIN
    chin = (-left, 100 - top)  # It turns about the neck.
    corner = (math.floor(x) + left, math.floor(y) + top)
    moved = _turned(sprite, (width, height), chin, angle, (x % 1, y % 1))
    _paste(picture, moved, corner)


def _arms(picture: Image.Image, studio: _Studio, part: float, second: float) -> None:
    left, top, right, bottom = clip_host.ARM_BOX
    size, elbow = (
        (right - left, bottom - top),
        (clip_host.ELBOW[0] - left, clip_host.ELBOW[1] - top),
    )
    sway = 0.9 * _wave(part, 2)
    moved = _turned(studio.left_arm, size, elbow, -sway, (0, 0))
    _paste(picture, moved, (left, top))
    _paste(picture, studio.left_sleeve, (left, top))
    gesture = max(_bump(second, *times) for times in _GESTURES)
    angle = sway + 13 * gesture + 1.5 * gesture * _wave(part, 16)
    other = (size[0] - elbow[0], elbow[1])
    moved = _turned(studio.right_arm, size, other, angle, (6 * gesture, -4 * gesture))
    _paste(picture, moved, (WIDTH - right, top))
    _paste(picture, studio.right_sleeve, (WIDTH - right, top))


def _eyes(second: float) -> str:
    start, end = _LAUGH
    if start < second < end:
        return "happy" if start + 0.12 < second < end - 0.12 else "half"
    for blink in _BLINKS:
        if 0 <= second - blink < 0.24:
            return "closed" if 0.06 <= second - blink < 0.17 else "half"
    return "open"


def _mouth(second: float) -> str:
    """Words: the mouth changes every 0.12 s while she talks, and closes between sentences."""
    if _LAUGH[0] < second < _LAUGH[1]:
        return "open" if second % 0.5 < 0.2 else "small"
    if not any(start < second < end for start, end in _TALKS):
        return "smile"
    word = math.sin(round(second / 0.12) * 2.4) + 0.6 * math.sin(round(second / 0.12) * 5.1)
    return "open" if word > 0.75 else "small" if word > -0.35 else "smile"


def _lights(picture: Image.Image, part: float) -> None:
    for number, (x, y, radius, light, strength, twinkles) in enumerate(_LIGHTS):
        shown = strength * (0.7 + 0.3 * _wave(part, twinkles, number / 7))
        mask = _light_mask(radius, round(shown, 2))
        drift = round(7 * _wave(part, 1, number / 5))
        picture.paste(light, (x - radius + drift, y - radius), mask)


def _steam(picture: Image.Image, part: float) -> None:
    x, y = CUP_AT
    for number in range(9):
        way = (part * 4 + number / 9) % 1
        radius = 16 + round(30 * way)
        mask = _puff(radius, round(0.62 * math.sin(math.pi * way) ** 1.2, 2))
        sideways = 13 * math.sin(math.tau * (way * 1.2 + number / 3)) * way + 7 * _wave(part, 2)
        corner = (round(x + sideways) - radius, round(y - 84 - 170 * way) - radius)
        picture.paste((255, 250, 240), corner, mask)


def _dust(picture: Image.Image, part: float) -> None:
    for number, (x, y) in enumerate(_DUST):
        way = (part + number / len(_DUST)) % 1
        mask = _puff(4 + number % 3, round(0.75 * math.sin(math.pi * way), 2))
        radius = mask.width // 2
        at = (round(x + 26 * _wave(part, 1, number / 4)), round(y - 150 * way))
        picture.paste((255, 236, 200), (at[0] - radius, at[1] - radius), mask)


def _turned(
    sprite: Image.Image,
    size: tuple[int, int],
    pivot: tuple[float, float],
    degrees: float,
    shift: tuple[float, float],
) -> Image.Image:
    """A sprite of twice the size, turned about the pivot and made small in one step."""
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    x, y = pivot[0] + shift[0], pivot[1] + shift[1]
    across = (2 * cos, 2 * sin, 2 * (pivot[0] - cos * x - sin * y))
    down = (-2 * sin, 2 * cos, 2 * (pivot[1] + sin * x - cos * y))
    matrix = (*across, *down)
    return sprite.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)


@cache
def _raised(rise: float) -> Image.Image:
    body = _studio().body
    size = (body.width // 2, body.height // 2)
    return _turned(body, size, (0, 0), 0, (0, -rise))


def _paste(picture: Image.Image, sprite: Image.Image, corner: tuple[int, int]) -> None:
    picture.paste(sprite, corner, sprite)


@cache
def _light_mask(radius: int, strength: float) -> Image.Image:
    return clip_scene.light_mask(radius, strength)


@cache
def _puff(radius: int, strength: float) -> Image.Image:
    return clip_scene.puff(radius, strength)


def _wave(part: float, periods: int, start: float = 0.0) -> float:
    """-1 to 1, so many times in the loop."""
    return math.sin(math.tau * (part * periods + start))


def _bump(second: float, start: float, end: float) -> float:
    """0 outside, rising softly to 1 inside and back."""
    if not start < second < end:
        return 0.0
    edge = min(1.0, (second - start) / 0.6, (end - second) / 0.6)
    return edge * edge * (3 - 2 * edge)


def _dust_places() -> list[tuple[int, int]]:
    chance = random.Random(5)  # noqa: S311 - a drawing, not a secret.
    return [(chance.randint(260, 700), chance.randint(260, 860)) for _ in range(18)]


_LIGHTS = clip_scene.lights()
_DUST = _dust_places()
