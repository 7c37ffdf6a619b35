"""What one delivery to a viewer costs: the gateway's own rooms against a bare loop of `send`.

    python -m bench.room_fanout [viewers] [ticks a second] [seconds]

Both send frames of one size to as many loopback sockets, one after the other in the same minutes,
several times over; reported is the processor time of the sending process per delivery and the
median of the ratios. Absolute rates on a busy machine say little, the ratio repeats.

The viewers are one process that reads and throws away. The gateway runs with its memory driver, so
what is measured is the room, the frame and the socket, not the database.
"""

import asyncio
import json
import os
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from laotie.surfaces.gateway.hub import Hub

FRAME_BYTES = 300
ROUNDS = 5
ORIGIN = "http://bench.test"
ROOM = uuid.UUID("01980000-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Measure:
    deliveries: int
    processor_s: float

    @property
    def us_per_delivery(self) -> float:
        return self.processor_s * 1e6 / max(1, self.deliveries)


def main() -> None:
    viewers, per_second, seconds = (
        int(text) for text in [*sys.argv[1:4], "1500", "10", "4"][: 3]
    )  # fmt: skip
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
    os.environ.setdefault("LAOTIE_LAB", "1")
    print(f"{viewers} viewers, {per_second} ticks/s, {seconds} s, {ROUNDS} pairs")
    ratios = []
    for number in range(ROUNDS):
        bare = in_a_child("bare", viewers, per_second, seconds)
        ours = in_a_child("gateway", viewers, per_second, seconds)
        ratios.append(ours.us_per_delivery / bare.us_per_delivery)
        print(
            f"pair {number + 1}: bare {bare.us_per_delivery:.1f} us ({bare.deliveries} sent),"
            f" gateway {ours.us_per_delivery:.1f} us ({ours.deliveries} sent),"
            f" ratio {ratios[-1]:.2f}"
        )
    print(f"median ratio {statistics.median(ratios):.2f}")


def in_a_child(kind: str, viewers: int, per_second: int, seconds: int) -> Measure:
    """Each measurement in a process of its own, so that none warms up the next."""
    arguments = [sys.executable, "-m", "bench.room_fanout", "--child", kind]
    numbers = [str(viewers), str(per_second), str(seconds)]
    answer = subprocess.run([*arguments, *numbers], check=True, capture_output=True, text=True)
    return Measure(**json.loads(answer.stdout.splitlines()[-1]))


def child(kind: str, viewers: int, per_second: int, seconds: int) -> None:
    run = {"bare": bare, "gateway": gateway}[kind]
    measure = uvloop.run(run(viewers, per_second, seconds))
    print(json.dumps({"deliveries": measure.deliveries, "processor_s": measure.processor_s}))


async def bare(viewers: int, per_second: int, seconds: int) -> Measure:
    """The least that Python can do: one `send` per socket and tick."""
    frame = b"\x81\x7e" + FRAME_BYTES.to_bytes(2, "big") + b"x" * FRAME_BYTES
    server = socket.create_server(("127.0.0.1", 0), backlog=4096)
    crowd = start_crowd(server.getsockname()[1], ["" for _ in range(viewers)])
    connections = []
    for _ in range(viewers):
        connection, _ = server.accept()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connections.append(connection)
    sent = 0

    def tick() -> None:
        nonlocal sent
        for connection in connections:
            try:
                connection.send(frame)
            except BlockingIOError:
                continue
            sent += 1

    processor_s = await metered(tick, per_second, seconds)
    crowd.kill()
    crowd.wait()
    return Measure(sent, processor_s)


async def gateway(viewers: int, per_second: int, seconds: int) -> Measure:
    """The real hub and its real sockets; one comment of the same size per tick."""
    import django

    django.setup()
    from laotie.kernel import ids
    from laotie.live import tickets
    from laotie.live.queries import Opening
    from laotie.live.tickets import Pass
    from laotie.surfaces.gateway import server
    from laotie.surfaces.gateway.drivers.memory import Memory
    from laotie.surfaces.gateway.hub import Hub
    from laotie.surfaces.gateway.options import Options

    opening = Opening(ROOM, 1, 0, "LIVE", "bench", ROOM, "host", "", 0, 0)
    driver = Memory({ROOM: opening})
    hub = Hub(
        driver,
        Options(
            port=0,
            origins=frozenset({ORIGIN}),
            tick_ms=1000 // per_second,
            max_connections=viewers + 10,
            accepts_per_s=100_000,
        ),
    )
    hub.start()
    listening = await server.listen(hub)
    port = listening.sockets[0].getsockname()[1]
    path = f"/live/{ids.public('rom', ROOM)}"
    holders = [Pass(ids.new(), ROOM, None, "", False) for _ in range(viewers)]
    addresses = [
        f"{path}?resume={tickets.resume_token(holder, epoch=1, seq=0)}&seq=0" for holder in holders
    ]
    crowd = start_crowd(port, addresses)
    await asyncio.wait_for(all_in(hub, viewers), 60)
    said = {"id": "1", "person": "per_1", "name": "viewer", "text": "x" * (FRAME_BYTES - 120)}
    body = json.dumps({"says": [said]})
    before = delivered(hub.metrics.page())
    processor_s = await metered(lambda: driver.add(ROOM, "says", body), per_second, seconds)
    sent = int(delivered(hub.metrics.page()) - before)
    crowd.kill()
    crowd.wait()
    listening.close()
    return Measure(sent, processor_s)


async def all_in(hub: "Hub", viewers: int) -> None:
    wanted = b'entered_total{by="resume"} %d.0' % viewers
    while wanted not in hub.metrics.page():  # noqa: ASYNC110 - a bench may look.
        await asyncio.sleep(0.05)


def delivered(page: bytes) -> float:
    """Ticks written to sockets, from the metrics page."""
    name = b"laotie_gateway_delivered_total "
    return float(next(line for line in page.splitlines() if line.startswith(name)).split()[1])


async def metered(tick: Callable[[], object], per_second: int, seconds: int) -> float:
    """Call `tick` so often for so long; the processor time of this process meanwhile."""
    before, due = processor_s(), time.monotonic()
    for _ in range(per_second * seconds):
        tick()
        due += 1 / per_second
        await asyncio.sleep(max(0, due - time.monotonic()))
    return processor_s() - before


def processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def start_crowd(port: int, addresses: list[str]) -> "subprocess.Popen[bytes]":
    """The viewers, in a process of their own."""
    crowd = subprocess.Popen(
        [sys.executable, "-m", "bench.room_fanout", "--crowd", str(port)], stdin=subprocess.PIPE
    )
    assert crowd.stdin is not None
    crowd.stdin.write(json.dumps(addresses).encode() + b"\n")
    crowd.stdin.flush()
    return crowd


def read_for_ever(port: int, addresses: list[str]) -> None:
    """Connect all viewers, then read and throw away."""
    selector = selectors.DefaultSelector()
    for address in addresses:
        viewer = socket.create_connection(("127.0.0.1", port))
        if address:
            viewer.sendall(
                f"GET {address} HTTP/1.1\r\nHost: bench\r\nOrigin: {ORIGIN}\r\n"
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
        viewer.setblocking(False)
        selector.register(viewer, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            reader = key.fileobj
            assert isinstance(reader, socket.socket)
            if not reader.recv(65_536):
                selector.unregister(reader)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--child", kind, *numbers]:
            child(kind, *(int(number) for number in numbers))
        case ["--crowd", port]:
            read_for_ever(int(port), json.loads(sys.stdin.readline()))
        case _:
            main()
