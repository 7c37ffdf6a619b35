"""Pages for tests: real sockets to a real gateway process."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from tests.ports import free_port
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import frames, tickets
from laotie.live.frames import NewFrame

ORIGIN = "http://shop.test"
PATIENCE_S = 60.0  # Of a wait for what surely comes, on the busiest machine.
# For as long as they may, batches wait for goods that somebody holds.
BATCHES_WAIT = "-c lock_timeout=1h"
_dialled: list[ClientConnection] = []


@dataclass(slots=True)
class Gateway:
    """One gateway process; `kill` and `start` may follow each other on one port."""

    url: str
    port: int
    options: dict[str, Any]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        fields = {"origins": [ORIGIN], **self.options, "port": self.port}
        environment = os.environ | {"LAOTIE_DATABASE_URL": self.url}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.gateway.process", json.dumps(fields)], env=environment
        )
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            assert self.process.poll() is None, "the gateway ended"
            with contextlib.suppress(OSError):
                if self.get("/healthz") == "ok\n":
                    return
            time.sleep(0.05)
        raise AssertionError("the gateway did not start")

    def kill(self, number: int = signal.SIGKILL) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(20)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """It does nothing meanwhile, and finds all at once what was sent to it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_S
        ) as answer:
            return str(answer.read().decode())

    def metric(self, name: str) -> float:
        for line in self.get("/metrics").splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        return 0.0


@contextlib.contextmanager
def running(cluster: Any, **options: Any) -> Iterator[Gateway]:
    """A gateway process before the database that Django speaks to now."""
    database = connections["default"].settings_dict["NAME"]
    with running_before(cluster.url("laotie_app", str(database)), **options) as gateway:
        yield gateway


@contextlib.contextmanager
def running_before(url: str, **options: Any) -> Iterator[Gateway]:
    """A gateway process that speaks to this database."""
    gateway = Gateway(url, free_port(), options)
    gateway.start()
    try:
        yield gateway
    finally:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.kill()


def ticket(actor: Actor, room_id: UUID) -> str:
    return tickets.issue(actor=actor, room_id=room_id, now=clock.now())


def path(room_id: UUID, **query: object) -> str:
    pairs = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/live/{ids.public('rom', room_id)}?{pairs}"


def dial(gateway: Gateway, path: str, *, origin: str | None = ORIGIN) -> ClientConnection:
    socket = connect(
        f"ws://127.0.0.1:{gateway.port}{path}",
        origin=origin,  # type: ignore[arg-type]
        open_timeout=PATIENCE_S,
        close_timeout=1,
        compression=None,
        ping_interval=None,
        max_size=None,
        legacy=True,
    )
    _dialled.append(socket)
    return socket


def deaf(gateway: Gateway, path: str) -> socket.socket:
    """A page that never reads, with a small buffer of its own."""
    page = socket.socket()
    page.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    page.connect(("127.0.0.1", gateway.port))
    page.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    return page


def write_bags(room_id: UUID, rounds: int, each: int) -> None:
    """So many events in the room, in batches, a tick apart."""
    for _ in range(rounds):
        with transaction.atomic():
            batch = [NewFrame(room_id, "bag", {"count": n}) for n in range(each)]
            frames.append_many(batch, now=clock.now())
        time.sleep(0.05)


def write_bags_elsewhere(room_id: UUID, rounds: int, each: int) -> None:
    """The same in a thread that keeps no connection."""
    try:
        write_bags(room_id, rounds, each)
    finally:
        connections["default"].close()


def until_closed_as_slow(gateway: Gateway) -> None:
    """Until a page that did not read has been closed."""
    until = time.monotonic() + PATIENCE_S
    while not gateway.metric('laotie_gateway_closed_total{code="4008"}'):
        assert time.monotonic() < until, "the slow page is still there"
        time.sleep(0.05)


def hang_up() -> None:
    """Close what a test left open."""
    while _dialled:
        _dialled.pop().close()


@dataclass(slots=True)
class Page:
    """A page in a room: keeps every frame it got."""

    socket: ClientConnection
    frames: list[dict[str, Any]] = field(default_factory=list)

    def until(
        self, wanted: Callable[[dict[str, Any]], bool], within_s: float = PATIENCE_S
    ) -> dict[str, Any]:
        """The next frame that is wanted; those before it are kept too."""
        end = time.monotonic() + within_s
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(timeout=end - time.monotonic()))
            self.frames.append(frame)
            if wanted(frame):
                return frame

    def until_type(self, kind: str) -> dict[str, Any]:
        return self.until(lambda frame: frame["t"] == kind)

    def until_event(self, kind: str) -> dict[str, Any]:
        def has(frame: dict[str, Any]) -> bool:
            return any(event["t"] == kind for event in frame.get("events", []))

        events: list[dict[str, Any]] = self.until(has)["events"]
        return next(event for event in events if event["t"] == kind)

    def until_said(self, text: str) -> dict[str, Any]:
        def has(frame: dict[str, Any]) -> bool:
            return any(said["text"] == text for said in frame.get("says", []))

        says: list[dict[str, Any]] = self.until(has)["says"]
        return next(said for said in says if said["text"] == text)

    def until_counts(self, **wanted: int) -> dict[str, int]:
        """The newest counts, as soon as they are these."""
        while not wanted.items() <= (counts := self.counts()).items():
            self.until(lambda _: True)
        return counts

    def counts(self) -> dict[str, int]:
        newest: dict[str, int] = {}
        for frame in self.frames:
            newest |= {name: frame[name] for name in ("viewers", "likes") if name in frame}
        return newest

    def until_closed(self) -> int:
        """The code with which the gateway closed."""
        try:
            while True:
                self.frames.append(json.loads(self.socket.recv(timeout=PATIENCE_S)))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def send(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def seqs(self) -> list[int]:
        """Numbers of everything that came in ticks, in the order in which it came."""
        found: list[int] = []
        for frame in self.frames:
            if frame["t"] == "tick":
                says = {said["seq"] for said in frame.get("says", [])}
                found.extend(sorted({event["seq"] for event in frame.get("events", [])} | says))
        return found

    @property
    def last_seq(self) -> int:
        return max(frame["seq"] for frame in self.frames if frame["t"] in {"snapshot", "tick"})

    @property
    def resume(self) -> str:
        return next(str(f["resume"]) for f in reversed(self.frames) if "resume" in f)


def enter(gateway: Gateway, room_id: UUID, actor: Actor, **query: object) -> Page:
    """Come in with a fresh ticket, as far as the snapshot."""
    page = Page(dial(gateway, path(room_id, ticket=ticket(actor, room_id), **query)))
    page.until_type("snapshot")
    return page


def come_back(gateway: Gateway, room_id: UUID, page: Page, *, seq: int | None = None) -> Page:
    """A new socket with the old page's resume token and its last number."""
    seq = page.last_seq if seq is None else seq
    new = Page(dial(gateway, path(room_id, resume=page.resume, seq=seq)))
    new.until_type("welcome")
    return new
