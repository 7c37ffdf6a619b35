"""Plain sockets before a hub without a database, in the test's own process."""

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from laotie.kernel import crypto, ids
from laotie.live import tickets
from laotie.live.queries import Opening
from laotie.live.tickets import Pass
from laotie.surfaces.gateway import server
from laotie.surfaces.gateway.drivers.memory import Memory
from laotie.surfaces.gateway.hub import Hub
from laotie.surfaces.gateway.options import Options

ORIGIN = "http://shop.test"
PATIENCE_S = 60.0  # After which a test fails and does not hang.
ROOM = UUID("01980000-0000-7000-8000-000000000001")
OTHER_ROOM = UUID("01980000-0000-7000-8000-000000000002")


@asynccontextmanager
async def a_full_room(*, viewers: int, **options: Any) -> Any:
    """A hub without a database, and as many plain sockets in one of its two rooms."""
    driver = Memory(
        {
            room: Opening(room, 1, 0, "LIVE", "房间", room, "主播", "", 0, 0)
            for room in (ROOM, OTHER_ROOM)
        }
    )
    # On a busy machine nobody is late: no page answers a ping here, and no wish gets too old.
    patient = {"handshake_s": 600.0, "ping_s": 600.0, "buy_deadline_ms": 600_000}
    options = {"accepts_per_s": 9_999, **patient, **options}
    hub = Hub(driver, Options(port=0, origins=frozenset({ORIGIN}), **options))
    hub.start()
    listening = await server.listen(hub)
    port = listening.sockets[0].getsockname()[1]
    sockets = [await asyncio.to_thread(enter, port, n == 0) for n in range(viewers)]
    entered = b'entered_total{by="resume"} %d.0' % viewers
    await until(lambda: entered in hub.metrics.page())
    try:
        yield driver, hub, sockets
    finally:
        for each in sockets:
            each.close()
        listening.close()
        await hub.stop()


async def until(holds: Callable[[], object]) -> None:
    """What the hub does in its own turns has come true; a test for which it never does, fails."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - a test may look.
            await asyncio.sleep(0.005)


def enter(
    port: int, is_member: bool, *, room: UUID = ROOM, comes_back: bool = True
) -> socket.socket:
    holder = Pass(ids.new(), room, ids.new() if is_member else None, "", False)
    if comes_back:
        return come_back(port, holder)
    ticket = crypto.sign("live.ticket", tickets._written(holder), lasts=timedelta(minutes=1))
    return knock(port, room, f"ticket={ticket}")


def come_back(port: int, holder: Pass) -> socket.socket:
    token = tickets.resume_token(holder, epoch=1, seq=0)
    return knock(port, holder.room_id, f"resume={token}&seq=0")


def knock(port: int, room: UUID, query: str) -> socket.socket:
    viewer = socket.create_connection(("127.0.0.1", port))
    viewer.sendall(
        f"GET /live/{ids.public('rom', room)}?{query} HTTP/1.1\r\nHost: x\r\n"
        f"Origin: {ORIGIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    return viewer


def masked(message: dict[str, object]) -> bytes:
    payload = json.dumps(message).encode()
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + payload


BUY = {
    "t": "buy", "id": "key-0001", "n": 1, "fen": 1990,
    "offer": ids.public("ofr", ids.new()), "sku": ids.public("sku", ids.new()),
}  # fmt: skip
# A close without words, as browsers send it.
GOODBYE = b"\x88\x82" + bytes(4) + (1000).to_bytes(2, "big")
