"""Real encoders, the real process, real HTTP: what becomes of a stream in each of its fates."""

import re
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.media.harness import FFMPEG, Media, Publisher, eventually, publishing

from laotie.lab.encoder import Encoder, Target


def test_a_stream_can_be_watched_and_the_room_hears_of_it(media: Media, clip: Path) -> None:
    room = media.room()

    with publishing(clip, media.address(room)) as publisher:
        segments = eventually(lambda: media.segments(room))

        assert len(segments) >= 2
        started = eventually(lambda: media.told(room))
        assert [line["what"] for line in started] == ["started"]
        picture = started[0]["picture"]
        assert (picture["door"], picture["width"], picture["height"]) == ("rtmp", 320, 180)
        assert picture["video"].startswith("avc1.")
        health = eventually(lambda: [x for x in media.heard(room) if x["what"] == "health"])
        assert health[0]["health"]["key_frame_s"] == 1.0
        assert "KEY_FRAMES" not in health[0]["health"]["warnings"]
        publisher.signal(signal.SIGTERM)
        ended = eventually(lambda: media.told(room)[1:])

    assert [(line["what"], line["reason"]) for line in ended] == [("ended", "GOODBYE")]
    assert "#EXT-X-ENDLIST" not in media.playlist(room)


def test_a_wrong_key_is_refused_before_anything_is_accepted(media: Media, clip: Path) -> None:
    room = media.room()
    wrong = ("wrong", "", "schlüssel-错误", f"{media.key(room).partition('=')[2]}&token=again")

    for key in wrong:
        outcome = Publisher(clip, media.address(room, key=key)).outcome()
        assert "Server error: Stream key is wrong." in outcome

    assert media.heard(room) == []
    assert media.client.get(f"/media/live/{room}/index.m3u8").status_code == 404
    assert not (media.folder / "data/media/live" / room).exists()


def test_secrets_are_in_no_log(media: Media, clip: Path) -> None:
    room = media.room()
    with publishing(clip, media.address(room)):
        eventually(lambda: media.segments(room))
    Publisher(clip, media.address(room, key="a-wrong-secret")).outcome()

    assert room in media.log
    assert media.key(room).partition("=")[2] not in media.log
    assert "a-wrong-secret" not in media.log


def test_watching_over_rtmp_is_refused(media: Media) -> None:
    room = media.room()

    outcome = subprocess.run(
        [FFMPEG, "-loglevel", "error", "-i", media.address(room), "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Server error: This port only takes streams." in outcome.stderr


def test_a_second_publisher_with_the_key_takes_over(media: Media, clip: Path) -> None:
    room = media.room()

    with publishing(clip, media.address(room)) as first:
        eventually(lambda: media.told(room))
        with publishing(clip, media.address(room)) as second:
            eventually(lambda: len(media.told(room)) == 3)

            assert first.outcome() != ""
            assert second.is_sending
            told = media.told(room)
            assert [line["what"] for line in told] == ["started", "ended", "started"]
            assert told[1]["reason"] == "TAKEN_OVER"
            assert told[0]["session"] == told[1]["session"] != told[2]["session"]
            assert len(media.packagers_of(room)) == 1


def test_a_host_comes_back_at_another_resolution(
    media: Media, clip: Path, other_clip: Path
) -> None:
    room = media.room()
    with publishing(clip, media.address(room)) as first:
        eventually(lambda: media.segments(room))
        first.signal(signal.SIGKILL)
    before = media.number(room)

    with publishing(other_clip, media.address(room)):
        eventually(lambda: len(media.told(room)) == 3)
        eventually(lambda: media.number(room) >= before + 2)
        text = media.playlist(room)

    assert media.told(room)[1]["reason"] == "LOST"
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert text.count("#EXT-X-MAP:") == 2
    eventually(lambda: len(media.told(room)) == 4)
    media.change(room, is_over=True, may_publish=False)
    eventually(lambda: media.playlist(room).endswith("#EXT-X-ENDLIST\n"))
    replay = media.client.get(f"/media/live/{room}/replay.m3u8").text
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in replay
    assert replay.endswith("#EXT-X-ENDLIST\n")
    first_part, second_part = replay.split("#EXT-X-DISCONTINUITY\n")
    assert _decoded(media, room, first_part) == ("320x180", _frames_told(first_part))
    assert _decoded(media, room, second_part) == ("426x240", _frames_told(second_part))


def _frames_told(part: str) -> int:
    seconds = [float(line[8:-1]) for line in part.splitlines() if line.startswith("#EXTINF:")]
    return round(sum(seconds) * 25)


def _decoded(media: Media, room: str, part: str) -> tuple[str, int]:
    """Resolution and number of frames of one take, as fetched over HTTP."""
    (init,) = re.findall(r'URI="([^"]+)"', part)
    names = [init, *(line for line in part.splitlines() if line.endswith(".m4s"))]
    whole = b"".join(media.client.get(f"/media/live/{room}/{name}").content for name in names)
    said = subprocess.run(
        [FFMPEG, "-f", "mov", "-i", "pipe:0", "-map", "0:v", "-f", "null", "-"],
        input=whole,
        capture_output=True,
        check=True,
    ).stderr.decode()
    (size,) = set(re.findall(r"\d{3}x\d{3}", said))
    return size, int(re.findall(r"frame=\s*(\d+)", said)[-1])


def test_a_killed_ffmpeg_is_replaced_and_the_publisher_notices_nothing(
    media: Media, clip: Path
) -> None:
    room = media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.segments(room))
        (killed,) = media.packagers_of(room)

        subprocess.run(["kill", "-9", str(killed)], check=True)
        eventually(lambda: "#EXT-X-DISCONTINUITY\n" in media.playlist(room))

        assert publisher.is_sending
        (fresh,) = media.packagers_of(room)
        assert fresh != killed
        assert [line["what"] for line in media.told(room)] == ["started"]


def test_a_hung_ffmpeg_is_ended_and_replaced(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(stuck_s=1.5).start()
    room = media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.segments(room))
        (hung,) = media.packagers_of(room)

        subprocess.run(["kill", "-STOP", str(hung)], check=True)
        eventually(lambda: "#EXT-X-DISCONTINUITY\n" in media.playlist(room))

        assert publisher.is_sending
        assert hung not in media.packagers_of(room)


def test_a_frozen_publisher_is_dropped(media: Media, clip: Path) -> None:
    room = media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.told(room))

        publisher.signal(signal.SIGSTOP)
        ended = eventually(lambda: media.told(room)[1:])

    assert ended[0]["reason"] == "SILENT"
    assert media.packagers_of(room) == []


def test_whoever_may_no_longer_publish_is_put_out(media: Media, clip: Path) -> None:
    room = media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.told(room))

        media.change(room, may_publish=False)
        ended = eventually(lambda: media.told(room)[1:])
        publisher.outcome()

    assert ended[0]["reason"] == "PUT_OUT"


def test_a_killed_process_leaves_no_ffmpeg_and_the_encoder_comes_back(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media().start()
    room = media.room()
    server = f"rtmp://127.0.0.1:{media.rtmp_port}/live"
    encoder = Encoder(Target(server, media.key(room)), clip=clip, program=FFMPEG)
    sending = threading.Thread(target=encoder.run)
    sending.start()
    try:
        eventually(lambda: media.told(room))
        before = media.number(room)

        media.stop(signal.SIGKILL)
        eventually(lambda: media.packagers() == [])
        media.start()
        eventually(lambda: len(media.told(room)) == 3)
        eventually(lambda: media.number(room) >= before + 2)

        told = media.told(room)
        assert [line["what"] for line in told] == ["started", "ended", "started"]
        assert told[1]["reason"] == "SERVER_RESTARTED"
        assert told[0]["session"] == told[1]["session"]
        assert "#EXT-X-DISCONTINUITY\n" in media.playlist(room)
    finally:
        encoder.stop()
        sending.join(10)
    assert media.stop() == 0
    assert media.packagers() == []
    assert media.told(room)[-1]["what"] == "ended"


def test_a_terminated_process_ends_its_streams_and_leaves_nothing(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media().start()
    room = media.room()
    with publishing(clip, media.address(room)):
        eventually(lambda: media.told(room))

        assert media.stop() == 0

    assert media.packagers() == []
    assert [line["what"] for line in media.told(room)] == ["started", "ended"]
    assert media.told(room)[1]["reason"] == "SERVER_CLOSED"
    assert "Traceback" not in media.log


def test_streams_go_on_while_the_live_context_is_away(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media().start()
    room, unknown = media.room(), media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.segments(room))
        (media.folder / "away").touch()
        before = media.number(room)

        eventually(lambda: media.number(room) >= before + 2)
        outcome = Publisher(clip, media.address(unknown)).outcome()
        publisher.signal(signal.SIGTERM)
        publisher.outcome()

        assert "Server error" not in outcome  # Only closed, so that encoders try again.
        assert media.client.get(f"/media/live/{unknown}/index.m3u8").status_code == 503
        assert [line["what"] for line in media.told(room)] == ["started"]
        (media.folder / "away").unlink()
        eventually(lambda: [x["what"] for x in media.told(room)] == ["started", "ended"])


def test_a_session_that_counts_as_over_makes_its_publisher_come_in_anew(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(health_s=0.5).start()
    room = media.room()
    with publishing(clip, media.address(room)) as publisher:
        eventually(lambda: media.told(room))

        (media.folder / "forgotten").touch()
        publisher.outcome()
        ended = eventually(lambda: media.told(room)[1:])

    assert ended[0]["reason"] == "NOT_HEARD"


def test_a_nearly_full_disk_takes_no_new_stream(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(free_bytes=1 << 60).start()
    room = media.room()

    outcome = Publisher(clip, media.address(room)).outcome()

    assert "Server error: The server's disk is nearly full." in outcome
    assert media.client.get("/readyz").status_code == 503
    assert media.client.get("/healthz").status_code == 200


def test_rooms_beyond_the_budget_are_refused_and_a_handover_is_not(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(rooms=1).start()
    room, other = media.room(), media.room()
    with publishing(clip, media.address(room)):
        eventually(lambda: media.told(room))

        outcome = Publisher(clip, media.address(other)).outcome()
        with publishing(clip, media.address(room)):
            eventually(lambda: len(media.told(room)) == 3)

    assert "Server error: All places on this server are taken." in outcome
    assert media.told(other) == []


@pytest.mark.parametrize("taken", ["http_port", "rtmp_port"])
def test_a_taken_port_is_named(another_media: Callable[..., Media], taken: str) -> None:
    media = another_media()
    port = getattr(media, taken)

    with socket.create_server(("127.0.0.1", port)):
        status = media.launch().wait(20)

    assert status != 0
    variable = {"http_port": "LAOTIE_MEDIA_PORT", "rtmp_port": "LAOTIE_RTMP_PORT"}[taken]
    assert f"Port {port} is taken. Stop what listens there, or set {variable}" in media.log
