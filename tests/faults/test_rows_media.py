"""Rows 6 and 24 of the failure table: a disk that is nearly full, a stream that is cut, an upload
that breaks off, a hung FFmpeg. See docs/architecture/faults.md.
"""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.builders import a_person
from tests.faults import branches, disks
from tests.faults.proxy import Proxy
from tests.lab.harness import web_door
from tests.media.conftest import another_media, clip
from tests.media.harness import Media, eventually, publishing
from tests.surfaces.apps import app_of

from laotie.kernel import sql
from laotie.surfaces.media import playlist

__all__ = ["another_media", "clip"]
pytestmark = pytest.mark.faults
PICTURE = Path(__file__).parent.parent.parent / "docs" / "images" / "wall-en.webp"


@pytest.fixture
def road_in() -> Iterator[Proxy]:
    """The way from a phone to our web door."""
    with web_door() as door, Proxy(("127.0.0.1", int(door.rpartition(":")[2]))) as road:
        yield road


def test_row_06_live_goes_on_without_its_recording(clip: Path) -> None:
    floor = 24 << 20
    with (
        branches.place() as folder,
        disks.small(folder, 96) as small,
        contextlib.closing(Media(small / "media", free_bytes=floor).start()) as media,
    ):
        room, other = media.room(), media.room()
        with publishing(clip, media.address(room)) as publisher:
            eventually(lambda: media.number(room) > playlist.LIVE_SEGMENTS + 8)
            (oldest,) = media.folder.rglob("s00000.m4s")
            ballast = disks.fill(small, all_but=floor - (1 << 20))

            # Below the floor nobody new is let in; a room that is on air gives up its oldest minutes.
            with publishing(clip, media.address(other)) as late:
                assert "The server's disk is nearly full." in late.outcome()
            eventually(lambda: not oldest.exists())
            at = media.number(room)
            eventually(lambda: media.number(room) > at + 2)
            assert publisher.is_sending
            for name in media.segments(room):
                assert media.client.get(f"/media/live/{room}/{name}").status_code == 200
            # Whoever runs the house is told by three ways.
            assert media.client.get("/readyz").status_code == 503
            assert "media.disk_nearly_full" in media.log
            free = "laotie_media_free_bytes "
            (line,) = [line for line in metrics(media) if line.startswith(free)]
            assert 0 < float(line.removeprefix(free)) < floor + (1 << 20)

            ballast.unlink()
            assert media.client.get("/readyz").status_code == 200
            assert [line["what"] for line in media.told(room)] == ["started"]


def metrics(media: Media) -> list[str]:
    return media.client.get("/metrics").text.splitlines()


def test_row_24_stream_cut_and_transcoder_killed_or_hung(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(stuck_s=1.5).start()
    room = media.room()

    with Proxy(("127.0.0.1", media.rtmp_port)) as road:
        address = media.address(room).replace(f":{media.rtmp_port}/", f":{road.port}/")
        with publishing(clip, address) as publisher:
            # Killed, it is replaced; hung, it is ended and replaced: the encoder notices nothing.
            for number in (signal.SIGKILL, signal.SIGSTOP):
                at = media.number(room)
                eventually(lambda at=at: media.number(room) > at)  # type: ignore[misc]
                (bad,) = media.packagers_of(room)
                os.kill(bad, number)
                eventually(lambda bad=bad: bad not in media.packagers_of(room))  # type: ignore[misc]
                eventually(lambda: media.packagers_of(room))
            assert publisher.is_sending
            at = media.number(room)
            eventually(lambda: media.number(room) > at)
            # Cut in the middle of a message, the session is lost and what there was stays.
            road.up.cut_after = 1000
            eventually(lambda: len(media.told(room)) == 2)
            assert publisher.outcome() != ""
    last = media.number(room)
    media.change(room, is_over=True, may_publish=False)
    eventually(lambda: media.playlist(room).endswith("#EXT-X-ENDLIST\n"))
    replay = media.client.get(f"/media/live/{room}/replay.m3u8").text

    assert [line["what"] for line in media.told(room)] == ["started", "ended"]
    assert media.told(room)[1]["reason"] == "LOST"
    segments = [line for line in replay.splitlines() if line.endswith(".m4s")]
    assert len(segments) >= last
    assert replay.endswith("#EXT-X-ENDLIST\n")
    for name in segments:
        assert media.client.get(f"/media/live/{room}/{name}").status_code == 200
    assert media.packagers() == []


@pytest.mark.usefixtures("db")
def test_row_24_upload_that_breaks_off(road_in: Proxy) -> None:
    headers = {"X-Session-Token": app_of(a_person()).token, "Content-Type": "image/webp"}
    body = PICTURE.read_bytes()

    def send() -> httpx.Response:
        url = f"{road_in.url}/api/v1/me/pictures"
        return httpx.post(url, content=body, headers=headers, trust_env=False, timeout=60)

    road_in.up.cut_after = len(body) // 2
    with pytest.raises(httpx.TransportError):
        send()
    road_in.heal()
    left = sql.rows("SELECT count(*) FROM catalog_picture")
    again = send()

    assert left == [(0,)]
    assert again.status_code == 201
    assert sql.rows("SELECT count(*) FROM catalog_picture") == [(1,)]
