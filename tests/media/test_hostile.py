"""What publishers may not do, and peers that speak no RTMP: refused, and nobody else notices."""

import os
import random
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.media.harness import (
    FFMPEG,
    Media,
    Publisher,
    RtmpClient,
    eventually,
    flv_clip,
    publishing,
)

from laotie.surfaces.media import amf, chunks, flv
from laotie.surfaces.media.chunks import Message, chunked

HANDSHAKE = b"\x03" + bytes(1536) + bytes(1536)


@pytest.fixture
def client(media: Media) -> RtmpClient:
    return RtmpClient(media.rtmp_port)


def test_hostile_bytes_end_only_their_own_connection(media: Media, clip: Path) -> None:
    room = media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.told(room))
        memory = _memory_kib(media)

        for attack in _attacks(media.key(room)):
            _throw(media.rtmp_port, attack)

        assert publisher.is_sending
        assert [line["what"] for line in media.told(room)] == ["started"]
        figures = "laotie_media_rtmp_connections 1.0\n"
        eventually(lambda: figures in media.client.get("/metrics").text)
        assert _memory_kib(media) < memory + 30_000
    assert "Traceback" not in media.log
    assert "connection_failed" not in media.log


def test_the_silent_are_shown_out(media: Media) -> None:
    room = media.room()
    nothing = RtmpClient(media.rtmp_port)
    greeting_only = RtmpClient(media.rtmp_port).shake_hands()
    key_only = RtmpClient(media.rtmp_port).shake_hands().publish(media.key(room))
    key_only.until(b"NetStream.Publish.Start")

    for client in (nothing, greeting_only, key_only):
        client.rest()  # Returns only when the server closes.
        client.close()

    assert media.heard(room) == []
    assert media.packagers_of(room) == []


def test_pings_do_not_hold_a_room(media: Media) -> None:
    room = media.room()
    client = RtmpClient(media.rtmp_port).shake_hands().publish(media.key(room))
    client.until(b"NetStream.Publish.Start")
    client.socket.settimeout(0.2)

    ended = False
    deadline = time.monotonic() + 20
    while not ended and time.monotonic() < deadline:
        try:
            client.send(chunks.USER_CONTROL, b"\0\6\0\0\0\1", stream=0)
            ended = client.socket.recv(4096) == b""
        except TimeoutError:
            pass
        except ConnectionError:
            ended = True

    assert ended
    client.close()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x91hvc1" + bytes(20), b"Video must be H.264"),
        (b"\x1c\x00\x00\x00\x00" + bytes(20), b"Video must be H.264"),
        (b"\x12" + bytes(20), b"Video must be H.264"),
    ],
)
def test_other_codecs_are_refused_with_a_clear_text(
    media: Media, client: RtmpClient, body: bytes, reason: bytes
) -> None:
    room = media.room()
    client.shake_hands().publish(media.key(room)).until(b"NetStream.Publish.Start")

    client.send(flv.VIDEO, body)

    assert reason in client.until(b"AV1 and others are not accepted.")
    assert client.rest() == b""
    client.close()
    assert media.heard(room) == []
    assert media.packagers_of(room) == []


def test_newer_audio_is_refused_with_a_clear_text(media: Media, client: RtmpClient) -> None:
    room = media.room()
    client.shake_hands().publish(media.key(room)).until(b"NetStream.Publish.Start")

    client.send(flv.AUDIO, b"\x90Opus" + bytes(20))

    client.until(b"Audio must be AAC")
    assert client.rest() == b""
    client.close()
    assert media.heard(room) == []
    assert media.packagers_of(room) == []


@pytest.mark.parametrize(
    ("app", "key", "reason"),
    [
        ("live", "nobody-here?token=x", b"Wrong stream key."),
        ("live", "../../etc?token=x", b"Wrong stream key."),
        ("live", "a" * 3000, b"Wrong stream key."),
        ("live", "", b"Wrong stream key."),
        ("other", "room?token=x", b"Unknown application."),
        ("", "room?token=x", b"Unknown application."),
    ],
)
def test_strange_names_are_refused(
    media: Media, client: RtmpClient, app: str, key: str, reason: bytes
) -> None:
    before = [line for line in media.everything_heard if line["what"] == "started"]

    client.shake_hands().publish(key, app=app)

    assert reason in client.until(b"NetStream.Publish.BadName") + client.rest()
    client.close()
    started = [line for line in media.everything_heard if line["what"] == "started"]
    assert started == before


@pytest.mark.parametrize("where", ["both in the key", "in the address and in the key"])
def test_a_key_told_twice_is_none(media: Media, client: RtmpClient, where: str) -> None:
    room = media.room()
    name, _, query = media.key(room).partition("?")
    told_twice = {
        "both in the key": ("live", f"{name}?{query}&{query}"),
        "in the address and in the key": (f"live?{query}", f"{name}?{query}"),
    }
    app, key = told_twice[where]

    client.shake_hands().publish(key, app=app)

    said = client.until(b"NetStream.Publish.BadName") + client.rest()
    client.close()
    assert b"Stream key is wrong." in said
    assert b"NetStream.Publish.Start" not in said
    assert media.heard(room) == []
    # Told once it is the right one, in either place.
    for app, key in (("live", f"{name}?{query}"), (f"live?{query}", name)):
        again = RtmpClient(media.rtmp_port).shake_hands().publish(key, app=app)
        again.until(b"NetStream.Publish.Start")
        again.close()


def test_who_tries_keys_must_wait(another_media: Callable[..., Media], clip: Path) -> None:
    media = another_media(bad_keys_per_minute=3).start()
    room = media.room()

    outcomes = [Publisher(clip, media.address(room, key=f"try{n}")).outcome() for n in range(4)]
    right = Publisher(clip, media.address(room)).outcome()

    assert all("Stream key is wrong." in outcome for outcome in outcomes[:3])
    assert "Too many wrong keys." in outcomes[3]
    assert "Too many wrong keys." in right


def test_connections_are_counted(another_media: Callable[..., Media]) -> None:
    media = another_media(connections_loopback=2).start()
    held = [RtmpClient(media.rtmp_port).shake_hands() for _ in range(2)]

    third = RtmpClient(media.rtmp_port)

    assert third.rest() == b""
    third.close()
    for client in held:
        client.close()
    eventually(lambda: _gets_in(media))


def test_ipv6_peers_get_in(another_media: Callable[..., Media], clip: Path) -> None:
    media = another_media()
    (media.folder / "host").write_text("::1")
    media.client.base_url = f"http://[::1]:{media.http_port}"
    media.start()
    room = media.room()

    with publishing(clip, media.address(room).replace("127.0.0.1", "[::1]")):
        eventually(lambda: media.segments(room))
        (heard,) = eventually(lambda: media.told(room))
    assert heard["picture"]["door"] == "rtmp"


def test_too_high_a_bitrate_is_refused(another_media: Callable[..., Media], clip: Path) -> None:
    media = another_media(bits_per_second=100_000).start()
    room = media.room()

    with publishing(clip, media.address(room)):
        ended = eventually(lambda: media.told(room)[1:])

    assert ended[0]["reason"] == "BITRATE"


def test_key_frames_too_far_apart_are_refused(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(key_frame_s=1).start()
    room = media.room()
    client = RtmpClient(media.rtmp_port).shake_hands().publish(media.key(room))
    client.until(b"NetStream.Publish.Start")

    messages = flv_clip(clip)
    frames = [body for kind, _, body in messages if kind == flv.VIDEO and body[0] >> 4 == 2]
    said = b""
    for number in range(400):
        try:
            client.send(flv.VIDEO, frames[number % len(frames)], at_ms=number * 40)
            client.socket.settimeout(0.02)
            said += client.socket.recv(4096)
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if b"Key frames are too far apart" in said:
            break

    assert b"Key frames are too far apart" in said
    client.close()


def test_a_clock_that_runs_backwards_starts_a_new_take(media: Media, clip: Path) -> None:
    room = media.room()
    client = RtmpClient(media.rtmp_port).shake_hands().publish(media.key(room))
    client.until(b"NetStream.Publish.Start")
    messages = flv_clip(clip)

    for kind, at_ms, body in messages[:300]:
        client.send(kind, body, at_ms=at_ms + 60_000)
    for kind, at_ms, body in messages[:300]:
        client.send(kind, body, at_ms=at_ms)

    eventually(lambda: media.playlist(room).count("#EXT-X-DISCONTINUITY\n") == 1)
    # One room's show goes on: it was told of once, and not that it ended.
    assert [line["what"] for line in media.told(room)] == ["started"]
    client.close()


def test_a_clock_that_stands_still_puts_nothing_on_air_and_holds_no_room(
    media: Media, clip: Path
) -> None:
    room, other = media.room(), media.room()
    client = RtmpClient(media.rtmp_port).shake_hands().publish(media.key(room))
    client.until(b"NetStream.Publish.Start")

    with publishing(clip, media.address(other)) as publisher:
        eventually(lambda: media.told(other))
        for kind, _, body in flv_clip(clip):
            client.send(kind, body, at_ms=7)
        assert publisher.is_sending

    client.rest()  # The server closes: frames that take no time are no picture.
    client.close()
    eventually(lambda: media.packagers_of(room) == [])
    assert media.told(room) == []
    assert media.playlist(room) == ""
    assert "Traceback" not in media.log


def test_sound_that_cannot_be_copied_is_encoded(media: Media, clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "mp3.flv"
    subprocess.run(
        [
            FFMPEG,
            "-loglevel",
            "error",
            "-i",
            str(clip),
            "-c:v",
            "copy",
            "-c:a",
            "libmp3lame",
            "-ar",
            "44100",
            str(other),
        ],
        check=True,
    )
    room = media.room()

    with publishing(other, media.address(room)):
        segments = eventually(lambda: media.segments(room))
        take = segments[0].partition("/")[0]
        init = media.client.get(f"/media/live/{room}/{take}/init.mp4").content

    assert b"mp4a" in init
    assert b"avc1" in init


def test_a_silent_film_needs_no_sound(media: Media, clip: Path, tmp_path: Path) -> None:
    silent = tmp_path / "silent.mp4"
    subprocess.run(
        [FFMPEG, "-loglevel", "error", "-i", str(clip), "-an", "-c", "copy", str(silent)],
        check=True,
    )
    room = media.room()

    with publishing(silent, media.address(room)):
        segments = eventually(lambda: media.segments(room))
        take = segments[0].partition("/")[0]
        init = media.client.get(f"/media/live/{room}/{take}/init.mp4").content

    assert b"mp4a" not in init
    assert b"avc1" in init


def _attacks(key: str) -> list[bytes]:
    """About 200, the same at every run: other protocols, absurd sizes, AMF bombs, noise."""
    chance = random.Random(5)
    noise = chance.randbytes
    fixed = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01" + noise(300),
        b"\x03" + noise(100),
        HANDSHAKE + b"\x03\0\0\0\xff\xff\xff\x09\x01\0\0\0" + bytes(1000),
        HANDSHAKE + b"\x03\0\0\0\xff\xff\xff\x14\x01\0\0\0" + bytes(1000),
        HANDSHAKE + b"\xc7" + noise(50),
        HANDSHAKE + _chunk(chunks.COMMAND, b"\x03\0\x01a" * 40),
        HANDSHAKE + _chunk(chunks.COMMAND, b"\x0a\xff\xff\xff\xff"),
        HANDSHAKE + _chunk(chunks.COMMAND, b"\x0a\0\0\0\1" * 100),
        HANDSHAKE + _chunk(chunks.COMMAND, b"\x0c\xff\xff\xff\xff"),
        HANDSHAKE + _chunk(chunks.COMMAND, b"\x02\xff\xff"),
        HANDSHAKE + _chunk(chunks.SET_CHUNK_SIZE, bytes(4)),
        HANDSHAKE + _chunk(chunks.SET_CHUNK_SIZE, b"\x7f\xff\xff\xff"),
        HANDSHAKE + _chunk(chunks.SET_CHUNK_SIZE, b""),
        HANDSHAKE + _chunk(chunks.WINDOW, bytes(4)),
        HANDSHAKE + _chunk(chunks.AGGREGATE, b"\x09\xff\xff\xff" + bytes(20)),
        HANDSHAKE + b"".join(bytes([3 + n]) + bytes(11) for n in range(60)),
        HANDSHAKE + _command("publish", 1, None, 12),
        HANDSHAKE + _command("publish", 1, None, key),
        HANDSHAKE + _command("connect", None, {"app": "live"}) + _command("publish", 1, None, None),
        HANDSHAKE + _command("connect", 1, "live") + _command("deleteStream", 1),
        HANDSHAKE + _command(None, None) + _command({}, {}),
    ]
    kinds = [1, 2, 3, 4, 5, 6, 8, 9, 15, 17, 18, 20, 22]
    random_messages = [
        HANDSHAKE + _chunk(chance.choice(kinds), noise(chance.randint(0, 120))) for _ in range(90)
    ]
    random_bytes = [HANDSHAKE + noise(chance.randint(1, 4000)) for _ in range(90)]
    return fixed + random_messages + random_bytes


def _chunk(kind: int, body: bytes) -> bytes:
    return chunked(Message(kind, 0, 1, body), chunk_stream=3, chunk_bytes=128)


def _command(*values: object) -> bytes:
    return _chunk(chunks.COMMAND, amf.encode(*values))


def _throw(port: int, attack: bytes) -> None:
    """Send it all, half-close, and wait for the end of the conversation."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as peer:
        try:
            peer.sendall(attack)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass
        except ConnectionError:
            pass


def _gets_in(media: Media) -> bool:
    client = RtmpClient(media.rtmp_port)
    try:
        client.socket.sendall(b"\x03" + bytes(1536))
        return client.socket.recv(1) == b"\x03"
    finally:
        client.close()


def _memory_kib(media: Media) -> int:
    assert media.process is not None
    pages = Path(f"/proc/{media.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024
