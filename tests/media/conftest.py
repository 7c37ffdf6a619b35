"""One media process for the tests that do not hurt it, and small clips to publish."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.media.harness import FFMPEG, Media


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """320 x 180, a key frame each second, with sound."""
    return _clip(tmp_path_factory.mktemp("clips") / "small.mp4", "320x180")


@pytest.fixture(scope="session")
def other_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in another resolution."""
    return _clip(tmp_path_factory.mktemp("clips") / "other.mp4", "426x240")


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    """A media process that is quick to give up on the silent."""
    folder = tmp_path_factory.mktemp("media")
    quick = {"idle_s": 2, "handshake_s": 1, "setup_s": 2, "health_s": 1}
    running = Media(folder, **quick, bad_keys_per_minute=1000)
    try:
        yield running.start()
    finally:
        running.close()


@pytest.fixture
def another_media(tmp_path: Path) -> Iterator[Callable[..., Media]]:
    """Makes media processes with limits of their own, which may be killed."""
    made: list[Media] = []

    def make(**limits: float) -> Media:
        made.append(Media(tmp_path / f"media{len(made)}", **limits))
        return made[-1]

    yield make
    for each in made:
        each.close()


def _clip(path: Path, size: str) -> Path:
    subprocess.run(
        [
            FFMPEG,
            "-loglevel",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"testsrc2=s={size}:r=25",
            "-f",
            "lavfi",
            "-i",
            "sine=sample_rate=48000",
            "-t",
            "16",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "25",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-b:a",
            "48k",
            str(path),
        ],
        check=True,
    )
    return path
