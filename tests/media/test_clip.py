"""The demo's clip: what a browser test recognises it by, and that it has no seam."""

import subprocess
from pathlib import Path

from PIL import Image, ImageChops, ImageStat
from tests.media.harness import FFMPEG

from laotie.lab import clip, clip_music
from laotie.lab.clip_scene import SEAL_BOX, SEAL_COLOUR


def pictures(*numbers: int) -> list[Image.Image]:
    return [next(clip.frames(range(number, number + 1))) for number in numbers]


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of all parts of all pixels, 0 to 255."""
    means = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return sum(means) / len(means)


def test_the_seal_keeps_its_colour_and_the_rest_moves() -> None:
    first, later = pictures(0, 75)

    for picture in (first, later):
        assert picture.size == (720, 1280)
        assert set(picture.crop(SEAL_BOX).get_flattened_data()) == {SEAL_COLOUR}
    assert difference(first, later) > 1


def test_the_last_picture_leads_to_the_first() -> None:
    last, first, second = pictures(clip.FRAMES - 1, 0, 1)

    assert difference(last, first) < 2 * difference(first, second)


def test_a_decoder_gives_the_colour_back(tmp_path: Path) -> None:
    music, video = tmp_path / "music.wav", tmp_path / "video.mp4"
    clip_music.write(music, seconds=clip.SECONDS)

    clip.encode(clip.frames(range(10)), music, video, program=FFMPEG)

    raw = subprocess.run(
        [
            FFMPEG,
            "-loglevel",
            "error",
            "-i",
            str(video),
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "pipe:1",
        ],
        capture_output=True,
        check=True,
    ).stdout
    decoded = Image.frombytes("RGB", (720, 1280), raw)
    middle = ((SEAL_BOX[0] + SEAL_BOX[2]) // 2, (SEAL_BOX[1] + SEAL_BOX[3]) // 2)
    seen = decoded.getpixel(middle)
    assert isinstance(seen, tuple)
    assert max(abs(a - b) for a, b in zip(seen, SEAL_COLOUR, strict=True)) <= 12


def test_a_drawn_clip_is_not_drawn_again(tmp_path: Path) -> None:
    known = clip.ready_at(tmp_path)
    for file in (known.video, known.poster):
        file.write_bytes(b"drawn before")

    assert clip.ready(tmp_path, program="/nowhere/ffmpeg") == known
    assert known.video.read_bytes() == b"drawn before"
