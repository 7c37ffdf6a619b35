"""What viewers fetch: headers, ranges, doors that are closed, and paths that lead nowhere."""

import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.media.harness import Media, eventually, publishing

from laotie.kernel import crypto
from laotie.surfaces.media.port import PREVIEW_PURPOSE


@pytest.fixture(scope="module")
def room(media: Media, clip: Path) -> Iterator[str]:
    """A room that was on air; its files stay."""
    name = media.room()
    with publishing(clip, media.address(name)) as publisher:
        eventually(lambda: media.number(name) >= 3)
        publisher.signal(signal.SIGTERM)
        publisher.outcome()
    eventually(lambda: len(media.told(name)) == 2)
    return name


def test_a_playlist_is_never_kept_and_never_sent_twice(media: Media, room: str) -> None:
    answer = media.client.get(f"/media/live/{room}/index.m3u8")

    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = media.client.get(
        f"/media/live/{room}/index.m3u8", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_segments_are_kept_for_ever_and_fetched_in_parts(media: Media, room: str) -> None:
    path = f"/media/live/{room}/{media.segments(room)[0]}"

    whole = media.client.get(path)

    assert whole.status_code == 200
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert whole.headers["access-control-allow-origin"] == "*"
    assert whole.headers["x-content-type-options"] == "nosniff"
    size, tag = len(whole.content), whole.headers["etag"]
    for asked, status, expected in (
        ("bytes=0-99", 206, whole.content[:100]),
        ("bytes=100-", 206, whole.content[100:]),
        ("bytes=-10", 206, whole.content[-10:]),
        (f"bytes={size}-", 416, b""),
        ("furlongs=1-2", 400, None),
    ):
        part = media.client.get(path, headers={"Range": asked})
        assert part.status_code == status
        assert expected is None or part.content == expected
    ranged = media.client.get(path, headers={"Range": "bytes=0-99"})
    assert ranged.headers["content-range"] == f"bytes 0-99/{size}"
    stale = media.client.get(path, headers={"Range": "bytes=0-99", "If-Range": '"other"'})
    assert (stale.status_code, stale.content) == (200, whole.content)
    known = media.client.get(path, headers={"If-None-Match": f'W/"x", {tag}'})
    assert (known.status_code, known.content) == (304, b"")
    head = media.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(size)


def test_the_init_segment_is_what_its_playlist_says(media: Media, room: str) -> None:
    (name,) = re.findall(r'#EXT-X-MAP:URI="([^"]+)"', media.playlist(room))

    init = media.client.get(f"/media/live/{room}/{name}")

    assert init.content[4:8] == b"ftyp"


def test_other_sites_may_ask_before_they_fetch(media: Media, room: str) -> None:
    answer = media.client.options(
        f"/media/live/{room}/index.m3u8",
        headers={"Origin": "https://shop.example", "Access-Control-Request-Headers": "range"},
    )

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Range" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(media: Media, room: str, method: str) -> None:
    answer = media.client.request(method, f"/media/live/{room}/index.m3u8", content=b"x")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_paths_lead_nowhere_else(media: Media, room: str) -> None:
    take = media.segments(room)[0].partition("/")[0]
    outside = media.folder / "data/media/pictures/secret.webp"
    outside.parent.mkdir(parents=True, exist_ok=True)
    outside.write_bytes(b"secret")
    (media.folder / "data/media/live" / room / take / "s99999.m4s").symlink_to(outside)
    tricks = (
        f"/media/live/{room}/journal.jsonl",
        f"/media/live/{room}/{take}/index.m3u8",
        f"/media/live/{room}/{take}/../journal.jsonl",
        f"/media/live/{room}/{take}/%2e%2e/journal.jsonl",
        f"/media/live/{room}/{take}/..%2fjournal.jsonl",
        f"/media/live/{room}/{take}/s99999.m4s",
        f"/media/live/{room}/{take}/s00000.m4s%00",
        f"/media/live/{room}/{take}/S00000.M4S",
        f"/media/live/{room}/{take}/s٠٠٠٠٠.m4s",
        f"/media/live/{room}//{take}/s00000.m4s",
        f"/media/live/{room.upper()}/index.m3u8",
        f"/media/live/{room}/health.json",
        "/media/live/../../rooms.json",
        "/media/live/%2e%2e/%2e%2e/rooms.json/index.m3u8",
        "/media/pictures/se/cret.webp",
        "/media/pictures/../live/index.m3u8",
        "/media/pictures/secret/..%2f..%2fsecret.webp",
        "/media/p/forged-token-forged/" + room + "/index.m3u8",
        "/media/live/" + "a" * 5000 + "/index.m3u8",
        "/",
    )

    statuses = {path: media.status_of(path) for path in tricks}

    assert {path: status for path, status in statuses.items() if status != 404} == {}


def test_a_room_that_is_not_public_opens_to_its_token_alone(media: Media, room: str) -> None:
    other = media.room(is_public=False)
    token = crypto.sign(PREVIEW_PURPOSE, {"room": room}, lasts=timedelta(minutes=1))
    stale = crypto.sign(PREVIEW_PURPOSE, {"room": room}, lasts=timedelta(seconds=-1))
    elsewhere = crypto.sign(PREVIEW_PURPOSE, {"room": other}, lasts=timedelta(minutes=1))
    wrong_use = crypto.sign("live.enter", {"room": room}, lasts=timedelta(minutes=1))
    media.change(room, is_public=False)
    try:
        eventually(lambda: _status(media, f"/media/live/{room}/index.m3u8") == 404)

        preview = media.client.get(f"/media/p/{token}/{room}/index.m3u8")
        segment = next(line for line in preview.text.splitlines() if line.endswith(".m4s"))
        fetched = media.client.get(f"/media/p/{token}/{room}/{segment}")

        assert preview.status_code == 200
        assert fetched.status_code == 200
        assert fetched.headers["cache-control"] == "private, max-age=3600"
        assert _status(media, f"/media/live/{room}/{segment}") == 404
        for closed in (stale, elsewhere, wrong_use):
            assert _status(media, f"/media/p/{closed}/{room}/index.m3u8") == 404
        health = media.client.get(f"/media/p/{token}/{room}/health.json").json()
        assert health == {"on_air": False}
    finally:
        media.change(room, is_public=True)
        eventually(lambda: media.playlist(room))


def test_pictures_come_from_their_folder(media: Media) -> None:
    picture = media.folder / "data/media/pictures/ab/abcdef0123/480.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"RIFF....WEBP")

    answer = media.client.get("/media/pictures/abcdef0123/480.webp")

    assert (answer.status_code, answer.content) == (200, b"RIFF....WEBP")
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert _status(media, "/media/pictures/abcdef0123/960.webp") == 404
    assert _status(media, "/media/pictures/abcdef9999/480.webp") == 404


def test_the_process_tells_how_it_is(media: Media, room: str) -> None:
    assert media.client.get("/healthz").json() == {"ok": True}
    assert media.client.get("/readyz").json()["ok"] is True
    nobody = 'laotie_media_publishers{door="rtmp"} 0.0'
    eventually(lambda: nobody in media.client.get("/metrics").text)
    figures = media.client.get("/metrics").text
    assert re.search(r"laotie_media_segments_total [1-9]", figures)


def _status(media: Media, path: str) -> int:
    return media.client.get(path).status_code
