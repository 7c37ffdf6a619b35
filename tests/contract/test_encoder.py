"""The lab's encoder against the real media process: what any encoder may expect, and it promises."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.media.harness import FFMPEG, Media, eventually

from laotie.lab.encoder import Encoder, KeyRefused, Target


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "small.mp4"
    made = "-f lavfi -i testsrc2=s=320x180:r=25 -t 4 -c:v libx264 -preset ultrafast -g 25"
    subprocess.run(
        [FFMPEG, "-loglevel", "error", *made.split(), "-pix_fmt", "yuv420p", str(path)], check=True
    )
    return path


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Media]:
    running = Media(tmp_path_factory.mktemp("media"))
    try:
        yield running.start()
    finally:
        running.close()


@contextmanager
def sending(encoder: Encoder) -> Iterator[Encoder]:
    thread = threading.Thread(target=encoder.run)
    thread.start()
    try:
        yield encoder
    finally:
        encoder.stop()
        thread.join(20)
        assert not thread.is_alive()


def target(media: Media, room: str) -> Target:
    return Target(f"rtmp://127.0.0.1:{media.rtmp_port}/live", media.key(room))


def test_a_killed_ffmpeg_is_no_end(media: Media, clip: Path) -> None:
    room = media.room()

    with sending(Encoder(target(media, room), clip=clip, program=FFMPEG)) as encoder:
        eventually(lambda: media.told(room))
        killed = encoder.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: len(media.told(room)) == 3)
        assert encoder.pid != killed

    told = eventually(lambda: media.told(room)[3:])
    assert [(line["what"], line["reason"]) for line in told] == [("ended", "GOODBYE")]
    assert encoder.pid is None


def test_a_wrong_key_is_the_end(media: Media, clip: Path) -> None:
    room = media.room()
    wrong = Target(target(media, room).server, f"{room}?token=wrong")

    with pytest.raises(KeyRefused, match=r"^Stream key is wrong\.$"):
        Encoder(wrong, clip=clip, program=FFMPEG).run()

    assert media.heard(room) == []


def test_it_waits_for_a_server_that_is_not_there_yet(tmp_path: Path, clip: Path) -> None:
    media = Media(tmp_path / "late")
    room = media.room()
    tries: list[int] = []
    encoder = Encoder(target(media, room), clip=clip, program=FFMPEG)
    thread = threading.Thread(target=encoder.run, kwargs={"on_connect": lambda: tries.append(1)})
    thread.start()
    try:
        eventually(lambda: len(tries) >= 2)
        media.start()
        (heard,) = eventually(lambda: media.told(room))
        assert heard["picture"]["door"] == "rtmp"
    finally:
        encoder.stop()
        thread.join(20)
        media.close()


def test_a_killed_encoder_leaves_no_ffmpeg(media: Media, clip: Path) -> None:
    room = media.room()
    program = (
        "import sys; from pathlib import Path; from laotie.lab.encoder import Target, run;"
        "sys.exit(run(Target(*sys.argv[1:3]), clip=Path(sys.argv[3]), program=sys.argv[4]))"
    )
    where = target(media, room)
    encoder = subprocess.Popen(
        [sys.executable, "-c", program, where.server, where.key, str(clip), FFMPEG],
        env={**os.environ, "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        eventually(lambda: media.told(room))
    finally:
        encoder.kill()
        said, _ = encoder.communicate()

    assert where.key.partition("=")[2].encode() not in said
    eventually(lambda: len(media.told(room)) == 2)
    assert media.told(room)[1]["reason"] == "LOST"


def test_the_command_ends_cleanly_and_says_why_it_was_refused(media: Media, clip: Path) -> None:
    room = media.room()
    program = (
        "import sys; from pathlib import Path; from laotie.lab.encoder import Target, run;"
        "sys.exit(run(Target(*sys.argv[1:3]), clip=Path(sys.argv[3]), program=sys.argv[4]))"
    )
    where = target(media, room)
    command = [sys.executable, "-c", program, where.server]
    environment = {**os.environ, "PYTHONPATH": "src"}

    refused = subprocess.run(
        [*command, f"{room}?token=wrong", str(clip), FFMPEG],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    running = subprocess.Popen([*command, where.key, str(clip), FFMPEG], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    eventually(lambda: media.told(room))
    running.terminate()

    assert refused.returncode == 1
    assert "The server refused the stream: Stream key is wrong." in refused.stderr
    assert running.wait(20) == 0
    eventually(lambda: len(media.told(room)) == 2)
    assert media.told(room)[1]["reason"] == "GOODBYE"
