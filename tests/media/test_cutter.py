"""What is kept of a show: nothing from before it was public, counted stretches, clips by copy."""

import json
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.media.harness import FFMPEG, Media, eventually, publishing

from laotie.kernel import crypto, ids
from laotie.live.spans import CLIP_PURPOSE


def test_a_show_is_counted_cut_and_played_without_what_came_before(
    another_media: Callable[..., Media], clip: Path
) -> None:
    media = another_media(clip_pause_s=0.1).start()
    room = media.room(is_public=False)
    with publishing(clip, media.address(room)):
        eventually(lambda: len(private(media, room)) >= 6)
        hidden, shown = private(media, room)[2:4]
        began = moment_of(media, room, shown)
        media.change(room, is_public=True, public_from=began.isoformat())
        eventually(lambda: len(media.segments(room)) >= 4)
        eventually(lambda: media.number(room) >= 12)

    counted = eventually(lambda: told(media, "recorded.jsonl", room))[-1]
    replay = eventually(lambda: recording(media, room))
    assert media.client.get(f"/media/live/{room}/{shown}").status_code == 200
    assert media.client.get(f"/media/live/{room}/{hidden}").status_code == 404
    assert shown in replay
    assert hidden not in replay
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in replay
    ((at, seconds),) = counted["stretches"]
    lengths = [float(line[8:-1]) for line in replay.splitlines() if line.startswith("#EXTINF")]
    assert datetime.fromisoformat(at) == began
    assert abs(seconds - sum(lengths)) < 0.01
    assert counted["bytes"] > 0

    # From 1.5 s before it was public to 3.5 s after: whole segments, and none of the hidden ones.
    card = ids.new()
    wish(media, card, room, began - timedelta(seconds=1.5), began + timedelta(seconds=3.5))
    done = json.loads(eventually(lambda: outcome(media, card, "done")))
    assert done["milliseconds"] == round(sum(lengths[:4]) * 1000)
    address = f"/media/clips/{ids.public('clp', card)}.mp4"
    whole = media.client.get(address)
    part = media.client.get(address, headers={"Range": "bytes=0-99"})
    assert (whole.status_code, part.status_code, len(part.content)) == (200, 206, 100)
    assert len(whole.content) == done["bytes"]
    assert abs(played_s(whole.content) - 4.0) < 0.2
    once_hidden_it_is_its_hosts_alone(media, ids.public("clp", card), whole.content)

    # A time without video, a room without any, and a room that is unknown.
    for wanted in (room, media.room(), "nobody00"):
        other = ids.new()
        wish(media, other, wanted, began - timedelta(days=1), began - timedelta(hours=23))
        assert eventually(lambda card=other: outcome(media, card, "failed")) == "NO_VIDEO"
    for path in ("clp_x.mp4", "../live/x.mp4", f"{ids.public('clp', ids.new())}.mp4"):
        assert media.client.get(f"/media/clips/{path}").status_code == 404
    assert media.packagers() == []


def once_hidden_it_is_its_hosts_alone(media: Media, clip: str, content: bytes) -> None:
    def status(token: str = "") -> int:
        return media.client.get(f"/media/clips/{clip}.mp4", params={"pass": token}).status_code

    other, hour = ids.public("clp", ids.new()), timedelta(hours=1)
    mark = media.folder / "clips" / "hidden"
    mark.touch()
    eventually(lambda: status() == 404)

    token = crypto.sign(CLIP_PURPOSE, {"clip": clip}, lasts=hour)
    answer = media.client.get(f"/media/clips/{clip}.mp4", params={"pass": token})
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["cache-control"] == "private, no-store"
    for closed in (
        crypto.sign(CLIP_PURPOSE, {"clip": other}, lasts=hour),
        crypto.sign(CLIP_PURPOSE, {"clip": clip}, lasts=-hour),
        crypto.sign("works.judge", {"clip": clip}, lasts=hour),
        "forged",
    ):
        assert status(closed) == 404

    mark.unlink()
    eventually(lambda: status() == 200)


def private(media: Media, room: str) -> list[str]:
    """Segments on the shelf of a room that is not public."""
    folder = media.folder / "data" / "media" / "live" / room
    return [f"{path.parent.name}/{path.name}" for path in sorted(folder.glob("*/s*.m4s"))][:-1]


def moment_of(media: Media, room: str, segment: str) -> datetime:
    folder = media.folder / "data" / "media" / "live" / room
    take, name = segment.split("/")

    def look() -> datetime | None:
        lines = map(json.loads, (folder / "journal.jsonl").read_text().splitlines())
        for line in lines:
            if line.get("take") == take and line.get("name") == name:
                return datetime.fromisoformat(line["at"])
        return None

    return eventually(look)  # type: ignore[return-value]


def recording(media: Media, room: str) -> str:
    answer = media.client.get(f"/media/live/{room}/replay.m3u8")
    return answer.text if answer.status_code == 200 else ""


def told(media: Media, file: str, room: str) -> list[dict[str, Any]]:
    path = media.folder / file
    lines = path.read_text().splitlines() if path.exists() else []
    id = media._rooms[room]["id"]
    return [line for line in map(json.loads, lines) if line["room"] == id and line["stretches"]]


def wish(media: Media, card: object, room: str, start: datetime, stop: datetime) -> None:
    folder = media.folder / "clips"
    folder.mkdir(exist_ok=True)
    said = {"room": room, "between": [start.isoformat(), stop.isoformat()]}
    making = folder / f"{card}.new"
    making.write_text(json.dumps(said))
    making.rename(folder / f"{card}.json")


def outcome(media: Media, card: object, how: str) -> str:
    path = media.folder / "clips" / f"{card}.{how}"
    return path.read_text() if path.exists() else ""


def played_s(body: bytes) -> float:
    """How long FFmpeg finds it plays, decoding all of it."""
    command = [FFMPEG, "-hide_banner", "-f", "mov", "-i", "pipe:0", "-f", "null", "-"]
    said = subprocess.run(command, input=body, capture_output=True, check=True).stderr.decode()
    hours, minutes, seconds = said.rpartition("time=")[2].split(" ")[0].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
