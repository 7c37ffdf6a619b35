"""A media process, publishers that are real FFmpegs, and a raw RTMP client that says what it likes."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tests.ports import free_port

from laotie.surfaces.media import amf, chunks, ffmpeg
from laotie.surfaces.media.chunks import Message, chunked

T = TypeVar("T")
PATIENCE_S = 120.0  # Of a wait for what surely comes, on the busiest machine.
SPEED = 8  # Tests wait for segments; publishers send so many times faster than life.
FFMPEG = ffmpeg.find(None)


def eventually(look: Callable[[], T], *, within_s: float = PATIENCE_S) -> T:
    """What `look` returns as soon as it is true."""
    deadline = time.monotonic() + within_s
    while True:
        with contextlib.suppress(httpx.TransportError):
            if seen := look():
                return seen
        assert time.monotonic() < deadline, f"never came true: {look}"
        time.sleep(0.05)


class Media:
    """The process of `process.py` and what it was told and told others.

    database_url: the live context's own database, in place of rooms that lie in a file.
    """

    def __init__(self, folder: Path, *, database_url: str = "", **limits: float) -> None:
        self.folder = folder
        self._database_url = database_url
        self.http_port, self.rtmp_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._rooms: dict[str, Any] = {}
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.http_port}", timeout=10)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "limits.json").write_text(json.dumps({"free_bytes": 1, **limits}))
        if not database_url:
            (folder / "rooms.json").write_text("{}")

    def room(self, **standing: bool) -> str:
        """A new room; anybody may watch it and its host may publish unless said otherwise."""
        name = uuid.uuid4().hex[:26]
        at_first = {"is_public": True, "is_over": False, "may_publish": True}
        self._rooms[name] = {
            "id": str(uuid.uuid4()),
            "key": f"key-{name}",
            "ticket": f"ticket-{name}",
            "standing": {**at_first, **standing},
        }
        self._save()
        return name

    def change(self, room: str, **standing: bool) -> None:
        self._rooms[room]["standing"].update(standing)
        self._save()

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it without waiting for anything."""
        command = [sys.executable, "-m", "tests.media.process", str(self.folder)]
        self.process = subprocess.Popen(
            [*command, str(self.http_port), str(self.rtmp_port)],
            stdout=(self.folder / "log").open("ab"),
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": "src:.", **self._database()},
        )
        return self.process

    def start(self) -> "Media":
        self.launch()
        eventually(lambda: self.client.get("/healthz").status_code == 200)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(20)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.client.close()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def told(self, room: str) -> list[dict[str, Any]]:
        """What the room heard, without health."""
        return [line for line in self.heard(room) if line["what"] != "health"]

    def heard(self, room: str) -> list[dict[str, Any]]:
        id = self._rooms[room]["id"]
        return [line for line in self.everything_heard if line["room"] == id]

    @property
    def everything_heard(self) -> list[dict[str, Any]]:
        """What all rooms heard, those that are none included."""
        told = self.folder / "told.jsonl"
        return [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []

    def packagers(self) -> list[int]:
        """Process ids of every FFmpeg that the media process started and that still lives."""
        assert self.process is not None
        return [
            pid
            for pid, command in _processes()
            if str(self.folder) in command and "pipe:0" in command
        ]

    def packagers_of(self, room: str) -> list[int]:
        """The same, for one room."""
        return [pid for pid, command in _processes() if f"/{room}/" in command]

    def address(self, room: str, *, key: str | None = None) -> str:
        token = self._rooms[room]["key"] if key is None else key
        return f"rtmp://127.0.0.1:{self.rtmp_port}/live/{room}?token={token}"

    def key(self, room: str) -> str:
        return f"{room}?token={self._rooms[room]['key']}"

    def ticket(self, room: str) -> str:
        return str(self._rooms[room]["ticket"])

    def playlist(self, room: str) -> str:
        """The live playlist, or nothing while there is none."""
        answer = self.client.get(f"/media/live/{room}/index.m3u8")
        return answer.text if answer.status_code == 200 else ""

    def segments(self, room: str) -> list[str]:
        return [line for line in self.playlist(room).splitlines() if line.endswith(".m4s")]

    def number(self, room: str) -> int:
        """Media sequence number of the newest segment; -1 without one."""
        lines = self.playlist(room).splitlines()
        first = [line for line in lines if line.startswith("#EXT-X-MEDIA-SEQUENCE:")]
        return int(first[0].partition(":")[2]) + len(self.segments(room)) - 1 if first else -1

    def status_of(self, path: str, *, verb: str = "GET", headers: str = "") -> int:
        """Without a client that tidies the path first."""
        line = f"{verb} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode()
        client = RtmpClient(self.http_port)
        try:
            client.socket.sendall(line)
            status = int(client.rest().split(b" ", 2)[1])
        finally:
            client.close()
        return 404 if status == 400 else status  # Refused by the HTTP layer: just as good.

    def _database(self) -> dict[str, str]:
        return {"LAOTIE_DATABASE_URL": self._database_url} if self._database_url else {}

    def _save(self) -> None:
        written = self.folder / "rooms.new"
        written.write_text(json.dumps(self._rooms))
        written.replace(self.folder / "rooms.json")


class Publisher:
    """An encoder: FFmpeg that sends a clip again and again, `SPEED` times as fast as it plays."""

    def __init__(self, clip: Path, address: str) -> None:
        read = f"-hide_banner -nostdin -loglevel error -readrate {SPEED} -stream_loop -1".split()
        self.process = subprocess.Popen(
            [FFMPEG, *read, "-i", str(clip), "-c", "copy", "-f", "flv", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    @property
    def is_sending(self) -> bool:
        return self.process.poll() is None

    def outcome(self) -> str:
        """What it said when it ended by itself."""
        _, said = self.process.communicate(timeout=PATIENCE_S)
        return said.decode()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def close(self) -> None:
        if self.is_sending:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        assert self.process.stderr is not None
        self.process.stderr.close()


class RtmpClient:
    """Speaks RTMP byte by byte, honest or not."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection((host, port), timeout=PATIENCE_S)

    def shake_hands(self) -> "RtmpClient":
        self.socket.sendall(b"\x03" + bytes(1536))
        answer = self._exactly(1 + 1536 + 1536)
        assert answer[0] == 3
        assert answer[1 + 4 : 1 + 8] == bytes(4)
        assert answer[1 + 1536 :] == bytes(1536)
        self.socket.sendall(answer[1 : 1 + 1536])
        return self

    def publish(self, key: str, *, app: str = "live") -> "RtmpClient":
        self.command("connect", 1, {"app": app, "type": "nonprivate"})
        self.command("createStream", 2, None)
        self.command("publish", 3, None, key, "live", stream=1)
        return self

    def command(self, *values: object, stream: int = 0) -> None:
        self.send(chunks.COMMAND, amf.encode(*values), stream=stream)

    def send(self, kind: int, body: bytes, *, at_ms: int = 0, stream: int = 1) -> None:
        whole = chunked(Message(kind, 0, stream, body), chunk_stream=4, chunk_bytes=128)
        self.socket.sendall(whole[:1] + at_ms.to_bytes(3, "big") + whole[4:])

    def rest(self) -> bytes:
        """Everything until the server closes."""
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := self.socket.recv(1 << 16):
                received += piece
        return received

    def until(self, wanted: bytes) -> bytes:
        received = b""
        while wanted not in received:
            piece = self.socket.recv(1 << 16)
            assert piece, f"closed before {wanted!r}: {received[-300:]!r}"
            received += piece
        return received

    def close(self) -> None:
        self.socket.close()

    def _exactly(self, count: int) -> bytes:
        received = b""
        while len(received) < count:
            received += self.socket.recv(count - len(received))
        return received


@contextlib.contextmanager
def publishing(clip: Path, address: str) -> Iterator[Publisher]:
    publisher = Publisher(clip, address)
    try:
        yield publisher
    finally:
        publisher.close()


def flv_clip(clip: Path) -> list[tuple[int, int, bytes]]:
    """Kind, time in ms and body of every message that publishing this clip sends."""
    raw = subprocess.run(
        [FFMPEG, "-loglevel", "error", "-i", str(clip), "-c", "copy", "-f", "flv", "pipe:1"],
        capture_output=True,
        check=True,
    ).stdout
    found, at = [], 13
    while at + 11 <= len(raw):
        size = int.from_bytes(raw[at + 1 : at + 4], "big")
        moment = int.from_bytes(raw[at + 4 : at + 7], "big") | raw[at + 7] << 24
        found.append((raw[at], moment, raw[at + 11 : at + 11 + size]))
        at += 11 + size + 4
    return found


def _processes() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                command = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )
                if command and (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    yield int(entry.name), command
