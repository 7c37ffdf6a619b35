"""Going live from a browser: recorded pieces over a WebSocket become the same playlist."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.media.harness import FFMPEG, Media, eventually, publishing
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

MATROSKA = "video/x-matroska;codecs=avc1,opus"
PIECE_BYTES = 16_000


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> dict[str, bytes]:
    """What MediaRecorders make, by MIME type; six seconds each."""
    folder = tmp_path_factory.mktemp("recordings")
    ways = {
        MATROSKA: ("h264.mkv", "-c:v copy -c:a libopus"),
        "video/webm;codecs=vp8,opus": ("vp8.webm", "-c:v libvpx -deadline realtime -c:a libopus"),
        "video/mp4": ("frag.mp4", "-c copy -movflags frag_keyframe+empty_moov"),
    }
    found = {}
    for mime, (name, how) in ways.items():
        command = [FFMPEG, "-loglevel", "error", "-i", str(clip), "-t", "6", *how.split()]
        subprocess.run([*command, str(folder / name)], check=True)
        found[mime] = (folder / name).read_bytes()
    return found


@pytest.mark.parametrize("mime", [MATROSKA, "video/webm;codecs=vp8,opus", "video/mp4"])
def test_a_recording_becomes_a_stream(
    media: Media, recordings: dict[str, bytes], mime: str
) -> None:
    room = media.room()

    with _socket(media, room) as socket:
        _greet(socket, mime, media.ticket(room))
        assert _heard(socket)["t"] == "on_air"
        # Browsers begin with a byte or two.
        socket.send(recordings[mime][:1])
        socket.send(recordings[mime][1:3])
        _send(socket, recordings[mime][3:])
        eventually(lambda: len(media.segments(room)) >= 2)
        eventually(lambda: len(media.told(room)) == 1)  # Segments may lie there a moment before.
        assert media.told(room)[0]["picture"]["door"] == "browser"
        socket.send(json.dumps({"t": "bye"}))
        assert _last(socket)["t"] == "ended"

    eventually(lambda: len(media.told(room)) == 2)
    assert media.told(room)[1]["reason"] == "GOODBYE"
    # Encoded anew: a key frame each second, whatever the recorder made of it.
    durations = [line for line in media.playlist(room).splitlines() if line.startswith("#EXTINF")]
    assert set(durations[:-1]) == {"#EXTINF:1.000000,"}
    assert media.packagers_of(room) == []


def test_a_page_that_goes_away_ends_its_session(media: Media, recordings: dict[str, bytes]) -> None:
    room = media.room()

    with _socket(media, room) as socket:
        _greet(socket, MATROSKA, media.ticket(room))
        _send(socket, recordings[MATROSKA])
        eventually(lambda: media.told(room))
        socket.socket.shutdown(2)

    eventually(lambda: len(media.told(room)) == 2)
    assert media.told(room)[1]["reason"] == "LOST"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", "FIRST_FRAME"),
        ("[]", "FIRST_FRAME"),
        ("{}", "FIRST_FRAME"),
        ("[" * 4000, "FIRST_FRAME"),
        ('{"mime": 1, "ticket": []}', "FIRST_FRAME"),
        ('{"mime": "' + "x" * 5000 + '", "ticket": ""}', "FIRST_FRAME"),
        ('{"mime": "application/vnd.apple.mpegurl", "ticket": ""}', "FORMAT"),
        ('{"mime": "video/webm", "ticket": "wrong"}', "KEY"),
        (b"\x1a\x45\xdf\xa3", "FIRST_FRAME"),
    ],
)
def test_a_wrong_beginning_is_refused(media: Media, frame: str | bytes, code: str) -> None:
    room = media.room()

    with _socket(media, room) as socket:
        socket.send(frame)
        refused = _heard(socket)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)

    assert (refused["t"], refused["code"]) == ("refused", code)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4003
    assert media.heard(room) == []


def test_a_recording_must_be_what_it_says(media: Media, recordings: dict[str, bytes]) -> None:
    room = media.room()

    with _socket(media, room) as socket:
        _greet(socket, "video/webm", media.ticket(room))
        assert _heard(socket)["t"] == "on_air"
        socket.send(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
        assert _heard(socket)["code"] == "FORMAT"

    assert media.packagers_of(room) == []


def test_a_killed_ffmpeg_asks_for_a_new_recorder(
    media: Media, recordings: dict[str, bytes]
) -> None:
    room = media.room()

    with _socket(media, room) as socket:
        _greet(socket, MATROSKA, media.ticket(room))
        assert _heard(socket)["t"] == "on_air"
        socket.send(recordings[MATROSKA][:PIECE_BYTES])
        (packager,) = eventually(lambda: media.packagers_of(room))
        subprocess.run(["kill", "-9", str(packager)], check=True)
        eventually(lambda: media.packagers_of(room) == [])
        socket.send(recordings[MATROSKA][PIECE_BYTES : 2 * PIECE_BYTES])
        assert _last(socket)["t"] == "restart"


def test_browsers_have_a_budget_of_their_own(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(browser_rooms=1).start()
    room, other, third = media.room(), media.room(), media.room()

    with _socket(media, room) as first, _socket(media, other) as second:
        _greet(first, MATROSKA, media.ticket(room))
        assert _heard(first)["t"] == "on_air"
        _greet(second, MATROSKA, media.ticket(other))
        refused = _heard(second)
        with publishing(clip, media.address(third)):
            eventually(lambda: media.segments(third))

    assert refused["code"] == "BROWSER_FULL"
    assert "use OBS" in refused["message"]


def test_a_closing_server_says_so(
    another_media: Callable[..., Media], recordings: dict[str, bytes]
) -> None:
    media = another_media().start()
    room = media.room()

    with _socket(media, room) as socket:
        _greet(socket, MATROSKA, media.ticket(room))
        _send(socket, recordings[MATROSKA])
        eventually(lambda: media.told(room))

        assert media.stop() == 0

    assert media.told(room)[1]["reason"] == "SERVER_CLOSED"
    assert media.packagers() == []


def test_other_sockets_are_closed(media: Media) -> None:
    for path in ("/media/golive/../../x", "/media/golive/UPPER", "/", "/media/live/x"):
        with pytest.raises(InvalidStatus, match="HTTP 403"):
            connect(f"ws://127.0.0.1:{media.http_port}{path}")


@contextmanager
def _socket(media: Media, room: str) -> Iterator[ClientConnection]:
    address = f"ws://127.0.0.1:{media.http_port}/media/golive/{room}"
    with connect(address, close_timeout=1) as socket:
        yield socket


def _greet(socket: ClientConnection, mime: str, ticket: str) -> None:
    socket.send(json.dumps({"mime": mime, "ticket": ticket}))


def _send(socket: ClientConnection, recording: bytes) -> None:
    for start in range(0, len(recording), PIECE_BYTES):
        socket.send(recording[start : start + PIECE_BYTES])


def _heard(socket: ClientConnection) -> dict[str, Any]:
    heard: dict[str, Any] = json.loads(socket.recv(timeout=20))
    return heard


def _last(socket: ClientConnection) -> dict[str, Any]:
    """The last thing but health before the end."""
    said: dict[str, Any] = {}
    try:
        while True:
            heard = _heard(socket)
            said = said if heard["t"] == "health" else heard
    except ConnectionClosed:
        return said
