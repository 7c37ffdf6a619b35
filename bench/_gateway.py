"""The gateway as the benches run it: the product's server in processes of their own.

    with _gateway.running("ticking", room_id, count=2, tick_ms=100) as gateways: ...

Two drivers: `postgres` as it ships, and `ticking`, which is the memory driver with one stamped
comment for every tick, so that what is measured is rooms, frames and sockets. `tick` and `rest`
switch the stamps on and off, and return when that holds: of two signals that wait, neither which
is heard first nor which thread hears it is known. Options are the product's own but for those
that a bench names.
"""

import asyncio
import contextlib
import dataclasses
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench import _machine, _sockets
from bench._server import wait_for
from tests.ports import free_port

if TYPE_CHECKING:
    from laotie.live.frames import Frame, Position
    from laotie.surfaces.gateway.options import Options

_REST, _TICK = b"0", b"1"
_ANSWERS_WITHIN_S = 10.0
_AROUND_THE_TEXT = 122  # Bytes of a tick with one comment and no text in it.


@dataclasses.dataclass(frozen=True, slots=True)
class Gateways:
    """Processes on one port."""

    port: int
    processes: tuple["subprocess.Popen[bytes]", ...]
    switches: tuple[socket.socket, ...]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes]

    def processor_s(self) -> float:
        return _machine.processor_s(self.pids)

    def memory_kb(self) -> float:
        return _machine.resident_kb(self.pids)

    def tick(self) -> None:
        """Begin to send stamps; for the `ticking` driver."""
        self._switch(_TICK)

    def rest(self) -> None:
        """Send no more stamps."""
        self._switch(_REST)

    def _switch(self, word: bytes) -> None:
        for switch in self.switches:
            switch.sendall(word)
        for switch in self.switches:
            if switch.recv(1) != word:
                raise RuntimeError("a gateway ended before it was switched")

    def metric(self, name: str) -> float:
        """One number of the metrics page, of the process that answers; 0 when it has none."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as page:
            for line in page.read().decode().splitlines():
                if line.startswith(f"{name} "):
                    return float(line.rpartition(" ")[2])
        return 0.0


@contextmanager
def running(
    driver: str,
    room_id: UUID,
    *,
    count: int = 1,
    environment: Mapping[str, str] | None = None,
    frame_bytes: int = 300,
    **options: object,
) -> Iterator[Gateways]:
    """So many processes that share a port, until the block ends."""
    port = free_port()
    wishes = {**options, "port": port, "reuse_port": count > 1, "origins": [_sockets.ORIGIN]}
    command = [sys.executable, "-m", "bench._gateway", driver, str(room_id), str(frame_bytes)]
    command.append(json.dumps(wishes))
    processes: list[subprocess.Popen[bytes]] = []
    switches: list[socket.socket] = []
    for _ in range(count):
        switch, theirs = socket.socketpair()
        switch.settimeout(_ANSWERS_WITHIN_S)
        with theirs:
            env = dict(environment or os.environ)
            processes.append(subprocess.Popen(command, env=env, stdin=theirs.fileno()))
        switches.append(switch)
    gateways = Gateways(port, tuple(processes), tuple(switches))
    try:
        for process in processes:
            wait_for(functools.partial(_listens, process, port), "the gateway's start")
        yield gateways
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
        for switch in switches:
            switch.close()


def paths(
    room_id: UUID, people: Sequence[UUID | None], *, seq: int = 0, epoch: int = 1
) -> list[str]:
    """An address for each with a resume token, so that no ticket has to be spent; None: a guest."""
    from laotie.kernel import ids
    from laotie.live import tickets
    from laotie.live.tickets import Pass

    room = ids.public("rom", room_id)
    holders = [Pass(ids.new(), room_id, person, "", False) for person in people]
    tokens = [tickets.resume_token(holder, epoch=epoch, seq=seq) for holder in holders]
    return [f"/live/{room}?resume={token}&seq={seq}" for token in tokens]


def paths_from_now(room_id: UUID, people: Sequence[UUID | None]) -> list[str]:
    """The same, each as if it had seen all that has happened in the room so far."""
    from django.db import connection

    from laotie.live import frames

    position = frames.position(room_id)
    connection.close()
    assert position
    return paths(room_id, people, seq=position.seq, epoch=position.epoch)


def _listens(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether this very process has the port open; several share it."""
    if process.poll() is not None:
        raise RuntimeError(f"the gateway ended with {process.returncode}")
    inodes = set()
    for descriptor in _descriptors(process.pid):
        with contextlib.suppress(OSError):
            inodes.add(os.readlink(descriptor))
    with open("/proc/net/tcp", encoding="ascii") as file:
        lines = [line.split() for line in file.readlines()[1:]]
    wanted = f":{port:04X}"
    return any(
        line[1].endswith(wanted) and line[3] == "0A" and f"socket:[{line[9]}]" in inodes
        for line in lines
    )


def _descriptors(pid: int) -> list[str]:
    with contextlib.suppress(OSError):
        return [f"/proc/{pid}/fd/{name}" for name in os.listdir(f"/proc/{pid}/fd")]
    return []


# --- In the process ------------------------------------------------------------------------------


def main(kind: str, room_id: UUID, frame_bytes: int, fields: Mapping[str, Any]) -> None:
    import django

    django.setup()
    from laotie.surfaces.gateway.drivers import postgres
    from laotie.surfaces.gateway.options import Options

    options = Options(**{**fields, "origins": frozenset(fields["origins"])})
    try:
        import uvloop
    except ImportError:
        run = asyncio.run
    else:
        run = uvloop.run
    if kind == "postgres":
        from laotie.surfaces.gateway import server

        postgres.keep_own_connections()
        run(server.serve(postgres.Postgres(), options))
    else:
        run(_serve_ticking(room_id, frame_bytes, options))


async def _serve_ticking(room_id: UUID, frame_bytes: int, options: "Options") -> None:
    from laotie.live.queries import Opening
    from laotie.surfaces.gateway import server
    from laotie.surfaces.gateway.drivers.memory import Memory

    class Ticking(Memory):
        """Adds one stamped comment whenever it is asked what is new, which is once per tick."""

        is_ticking = False
        number = 0

        def tail(self, positions: "Mapping[UUID, Position]") -> "list[Frame]":
            if self.is_ticking and positions:
                self.number += 1
                stamp = f"@{time.monotonic_ns()}#{self.number} "
                text = stamp.ljust(frame_bytes - _AROUND_THE_TEXT, "x")
                said = {"id": "1", "person": "per_1", "name": "viewer", "text": text}
                self.add(room_id, "says", json.dumps({"says": [said]}))
            return super().tail(positions)

        def switch(self, words: socket.socket) -> None:
            word = words.recv(1)
            self.is_ticking = word == _TICK
            words.send(word)

    opening = Opening(room_id, 1, 0, "LIVE", "bench", room_id, "host", "", 0, 0)
    driver = Ticking({room_id: opening})
    with socket.socket(fileno=sys.stdin.fileno()) as words:
        asyncio.get_running_loop().add_reader(words, driver.switch, words)
        await server.serve(driver, options)


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
