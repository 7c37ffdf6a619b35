"""A room's video on disk: one folder per take, and a journal that outlives the process.

Promises: what the journal says was on air is composed the same after a restart, so media sequence
numbers never go back; a line cut short by a crash is dropped and its segment found again in the
take's own playlist.
"""

import contextlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from laotie.surfaces.media import playlist
from laotie.surfaces.media.playlist import Segment, Window

ROOM_PATTERN = r"[a-z0-9][a-z0-9_]{2,47}"
TAKE_PATTERN = r"[0-9]{4,8}-[0-9a-f]{8}"
_JOURNAL = "journal.jsonl"
_TAKE_PLAYLIST = "index.m3u8"


class Shelf:
    """One room. Used by the event loop's thread alone once it is open."""

    def __init__(self, folder: Path) -> None:
        """Take the room up where its journal ends; nothing is created before the first session."""
        self.folder = folder
        self.window = Window()
        self.dropped = 0
        self.open_sessions: dict[UUID, UUID] = {}  # Session to room, of those without an end.
        self.room_id: UUID | None = None
        self._public_since: datetime | None = None
        self._public_names: dict[
            str, str
        ] = {}  # Take to the first of its segments anybody may see.
        self._takes = 0
        self._last: Segment | None = None
        self._last_take: str | None = None
        for line in self._lines():
            self._replay_line(line)
        if self._last_take is not None:
            self.collect(self._last_take)

    def begin(self, session: UUID, room_id: UUID) -> None:
        """The session is known to be open until `end`, also by the next process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write({"session": str(session), "room": str(room_id)}, sync=True)
        self.room_id = room_id
        self.open_sessions[session] = room_id

    def new_take(self) -> Path:
        """A fresh folder; its name is used by no other take, so its files never change."""
        take = f"{self._takes + 1:04d}-{secrets.token_hex(4)}"
        folder = self.folder / take
        folder.mkdir()
        self._write({"take": take})
        self._takes += 1
        self._last_take = take
        return folder

    def collect(self, take: str) -> int:
        """Put what FFmpeg has finished since the last call on air; the number of new segments."""
        try:
            text = (self.folder / take / _TAKE_PLAYLIST).read_text()
        except FileNotFoundError:
            return 0
        known = self._last.name if self._last is not None and self._last.take == take else ""
        fresh = [segment for segment in playlist.read_take(take, text) if segment.name > known]
        for segment in fresh:
            self._write(
                {
                    "take": take,
                    "name": segment.name,
                    "s": segment.seconds,
                    "at": segment.at.isoformat(),
                }
            )
            self._add(segment)
        return len(fresh)

    def end(self, session: UUID, reason: str, *, is_clean: bool) -> None:
        """Idempotent."""
        if session in self.open_sessions:
            self._write({"ended": str(session), "reason": reason, "clean": is_clean}, sync=True)
            self._close(session, is_clean=is_clean)

    def everything(self) -> list[Segment]:
        """All segments that are still on disk, oldest first. Reads the whole journal."""
        present: dict[str, set[str]] = {}
        kept = []
        for segment in map(_segment_of, self._lines()):
            if segment is None:
                continue
            if segment.take not in present:
                present[segment.take] = _names_in(self.folder / segment.take)
            if segment.name in present[segment.take]:
                kept.append(segment)
        return kept

    def is_public(self, take: str, name: str, *, since: datetime | None) -> bool:
        """Whether this file of a take holds only what was received since then.

        Names follow each other, so whoever knows one could ask for those before it. Reads the
        whole journal when the moment is new.
        """
        if since is None:
            return True
        if since != self._public_since:
            self._public_since, self._public_names = since, {}
            for segment in map(_segment_of, self._lines()):
                self._note_public(segment)
        first = self._public_names.get(take)
        return first is not None and (name == playlist.INIT_NAME or name >= first)

    def _add(self, segment: Segment) -> None:
        self._last = segment
        self.window.add(segment)
        self._note_public(segment)

    def _note_public(self, segment: Segment | None) -> None:
        since = self._public_since
        if segment is not None and since is not None and segment.at >= since:
            self._public_names.setdefault(segment.take, segment.name)

    def _close(self, session: UUID, *, is_clean: bool) -> None:
        self.open_sessions.pop(session, None)
        self.dropped += not is_clean

    def _replay_line(self, line: dict[str, Any]) -> None:
        if (segment := _segment_of(line)) is not None:
            self._add(segment)
        elif "take" in line:
            self._takes += 1
            self._last_take = line["take"]
        elif "session" in line:
            self.room_id = UUID(line["room"])
            self.open_sessions[UUID(line["session"])] = self.room_id
        elif "ended" in line:
            self._close(UUID(line["ended"]), is_clean=line["clean"])

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            raw = (self.folder / _JOURNAL).read_bytes()
        except FileNotFoundError:
            return
        for line in raw.splitlines():
            with contextlib.suppress(ValueError):  # Cut short when the machine stopped.
                yield json.loads(line)

    def _write(self, line: dict[str, Any], *, sync: bool = False) -> None:
        """All of the line or nothing of it, also on a full disk."""
        raw = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        file = os.open(
            self.folder / _JOURNAL, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640
        )
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                raw = b"\n" + raw
            if os.write(file, raw) != len(raw):
                os.ftruncate(file, size)
                raise OSError("the journal could not be written whole")
            if sync:
                os.fsync(file)
        finally:
            os.close(file)


class Shelves:
    """The rooms of the data folder; each is opened once, those on air stay open."""

    def __init__(self, root: Path, *, most_open: int = 256) -> None:
        self.root = root
        self._most_open = most_open
        self._open: dict[str, Shelf] = {}

    def find(self, room: str) -> Shelf | None:
        """None when the room never had video. room: any text."""
        if room in self._open or self._folder(room).is_dir():
            return self.open(room)
        return None

    def open(self, room: str) -> Shelf:
        """room: matches ROOM_PATTERN. The least recently used idle room is forgotten."""
        shelf = self._open.pop(room, None) or Shelf(self._folder(room))
        self._open[room] = shelf
        if len(self._open) > self._most_open:
            idle = next((name for name, kept in self._open.items() if not kept.open_sessions), None)
            if idle is not None and idle != room:
                del self._open[idle]
        return shelf

    def rooms(self) -> list[str]:
        """Names of all rooms that have a folder."""
        with contextlib.suppress(FileNotFoundError):
            return sorted(entry.name for entry in os.scandir(self.root) if entry.is_dir())
        return []

    def forget(self, room: str) -> None:
        """The room's folder is going away."""
        self._open.pop(room, None)

    def _folder(self, room: str) -> Path:
        assert re.fullmatch(ROOM_PATTERN, room), room
        return self.root / room


def _segment_of(line: dict[str, Any]) -> Segment | None:
    if "name" not in line:
        return None
    return Segment(line["take"], line["name"], line["s"], datetime.fromisoformat(line["at"]))


def _names_in(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))
    except FileNotFoundError:
        return set()
