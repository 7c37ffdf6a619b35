"""The media process as the tests run it: the real server, before rooms that lie in a file.

    python -m tests.media.process FOLDER HTTP_PORT RTMP_PORT

`FOLDER/rooms.json` is read at every question; what the rooms are told is appended to
`FOLDER/told.jsonl`. `FOLDER/limits.json` changes limits. Without `rooms.json` the rooms are those
of the live context, in the database that the environment names.
"""

import hmac
import json
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")

import django

from laotie.surfaces.media import server
from laotie.surfaces.media.health import Health
from laotie.surfaces.media.limits import Limits
from laotie.surfaces.media.playlist import Stretch
from laotie.surfaces.media.port import Allowed, Cut, Picture, Refused, Standing


class RoomsInAFile:
    """The live context's side of the port, small and real: it decides, and it remembers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def authorise(self, stream_name: str, secret: str, ip: str, session: UUID) -> Allowed | Refused:
        return self._answer(stream_name, secret, "key")

    def authorise_ticket(
        self, stream_name: str, ticket: str, ip: str, session: UUID
    ) -> Allowed | Refused:
        return self._answer(stream_name, ticket, "ticket")

    def standings(self, stream_names: Sequence[str]) -> dict[str, Standing]:
        rooms = self._rooms()
        return {name: _standing(rooms[name]["standing"]) for name in stream_names if name in rooms}

    def started(self, room_id: UUID, session: UUID, picture: Picture) -> None:
        self._tell("started", room_id, session, picture=asdict(picture))

    def ended(self, room_id: UUID, session: UUID, reason: str) -> None:
        self._tell("ended", room_id, session, reason=reason)

    def health(self, room_id: UUID, session: UUID, health: Health) -> bool:
        self._tell("health", room_id, session, health=health.as_dict())
        return not (self._folder / "forgotten").exists()

    def recorded(self, room_id: UUID, stretches: Sequence[Stretch], bytes: int) -> None:
        told = [[each.at.isoformat(), each.seconds] for each in stretches]
        line = {"room": str(room_id), "stretches": told, "bytes": bytes}
        with self._lock, (self._folder / "recorded.jsonl").open("a") as recorded:
            recorded.write(json.dumps(line) + "\n")

    def claim_clip(self) -> Cut | None:
        """`FOLDER/clips/*.json` are wishes; a claimed one is `.cutting`."""
        with self._lock:
            for wish in sorted((self._folder / "clips").glob("*.json")):
                said = json.loads(wish.read_text())
                wish.rename(wish.with_suffix(".cutting"))
                starts_at, stops_at = map(datetime.fromisoformat, said["between"])
                return Cut(UUID(wish.stem), said["room"], starts_at, stops_at)
        return None

    def clip_progressed(self, clip_id: UUID, percent: int) -> bool:
        return True

    def clip_done(self, clip_id: UUID, milliseconds: int, bytes: int) -> bool:
        done = self._folder / "clips" / f"{clip_id}.done"
        done.write_text(json.dumps({"milliseconds": milliseconds, "bytes": bytes}))
        return not (self._folder / "clips" / "unwanted").exists()

    def clip_failed(self, clip_id: UUID, cause: str) -> None:
        (self._folder / "clips" / f"{clip_id}.failed").write_text(cause)

    def clips_given_out(self, names: Sequence[str]) -> dict[str, bool]:
        """All of them until `FOLDER/clips/hidden` is there."""
        is_hidden = (self._folder / "clips" / "hidden").exists()
        return dict.fromkeys(names, not is_hidden)

    def unwanted_clips(self, clip_ids: Sequence[UUID]) -> frozenset[UUID]:
        gone = self._folder / "clips" / "gone"
        return frozenset(clip_ids) if gone.exists() else frozenset()

    def _answer(self, name: str, secret: str, kind: str) -> Allowed | Refused:
        room = self._rooms().get(name)
        known = room[kind] if room else "-"
        if not hmac.compare_digest(known.encode(), secret.encode()) or room is None:
            return Refused("Stream key is wrong.")
        return Allowed(UUID(room["id"]))

    def _rooms(self) -> dict[str, Any]:
        if (self._folder / "away").exists():
            raise ConnectionError("the database is away")
        rooms: dict[str, Any] = json.loads((self._folder / "rooms.json").read_text())
        return rooms

    def _tell(self, what: str, room_id: UUID, session: UUID, **facts: object) -> None:
        if (self._folder / "away").exists():
            raise ConnectionError("the database is away")
        line = {"what": what, "room": str(room_id), "session": str(session), **facts}
        with self._lock, (self._folder / "told.jsonl").open("a") as told:
            told.write(json.dumps(line) + "\n")


class SentToAFolder:
    """Content's side for those who send: every upload is wanted until `FOLDER/closed` is there, and
    whole ones are told to `FOLDER/whole.txt`. Nothing is ever made of them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def upload_is_open(self, upload_id: UUID) -> bool:
        if (self._folder / "away").exists():
            raise ConnectionError("the database is away")
        return not (self._folder / "closed").exists()

    def upload_received(self, upload_id: UUID, offset: int) -> bool:
        return self.upload_is_open(upload_id)

    def upload_complete(self, upload_id: UUID) -> bool:
        is_open = self.upload_is_open(upload_id)
        with (self._folder / "whole.txt").open("a") as told:
            told.write(f"{upload_id}\n")
        return is_open

    def upload_terminated(self, upload_id: UUID) -> None:
        return None

    def unwanted_uploads(self, upload_ids: Sequence[UUID]) -> frozenset[UUID]:
        return frozenset(upload for upload in upload_ids if not self.upload_is_open(upload))

    def claim_work(self) -> None:
        return None

    def work_progressed(self, work_id: UUID, state: object, percent: int) -> bool:
        return False

    def work_ready(self, work_id: UUID, made: object) -> bool:
        return False

    def work_failed(self, work_id: UUID, cause: object) -> None:
        return None

    def work_let_go(self, work_id: UUID) -> None:
        return None

    def work_put_off(self, work_id: UUID) -> None:
        return None

    def work_uncovered(self, work_id: UUID, at_ms: int, cause: object) -> bool:
        return False

    def work_covered(self, work_id: UUID, at_ms: int, cover_no: int) -> bool:
        return False

    def given_out(self, files: Sequence[str]) -> dict[str, bool]:
        return {}

    def removed_works(self) -> Sequence[str]:
        return ()

    def swept_works(self, files: Sequence[str]) -> None:
        return None


def _standing(said: dict[str, Any]) -> Standing:
    since = said.get("public_from")
    return Standing(**{**said, "public_from": datetime.fromisoformat(since) if since else None})


@dataclass(frozen=True)
class _Config:
    data: Path
    host: str
    media_port: int
    rtmp_port: int
    ffmpeg: str = ""
    space_floor_mb: int = 1


def main(folder: Path, http_port: int, rtmp_port: int) -> None:
    host = (folder / "host").read_text() if (folder / "host").exists() else "127.0.0.1"
    config = _Config(folder / "data", host, http_port, rtmp_port)
    limits = folder / "limits.json"
    changed = json.loads(limits.read_text()) if limits.exists() else {}
    if (folder / "rooms.json").exists():
        server.run(config, RoomsInAFile(folder), SentToAFolder(folder), Limits(**changed))
    else:
        django.setup()
        server.run(config, limits=Limits(**changed))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
