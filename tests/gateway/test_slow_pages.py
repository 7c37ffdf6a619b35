"""Pages that do not read: what is kept from them, what they are told later, when they are closed."""

import asyncio
import socket
from typing import Any

from tests.gateway.plain_sockets import PATIENCE_S, a_full_room, until

from laotie.surfaces.gateway import protocol, wire
from laotie.surfaces.gateway.connection import _MAX_STRIKES
from laotie.surfaces.gateway.drivers import Unreachable
from laotie.surfaces.gateway.hub import Hub

PING = b"\x89\x82" + bytes(4) + b"hi"
PONG = b"\x8a\x02hi"
GONE = wire.text_frame(protocol.write(protocol.Link(ok=False)))
BACK = wire.text_frame(protocol.write(protocol.Link(ok=True)))


def all_of(viewer: socket.socket, end: bytes) -> bytes:
    """What the gateway said, from the first byte to this end."""
    viewer.settimeout(PATIENCE_S)
    read = b""
    while not read.endswith(end):
        more = viewer.recv(65_536)
        assert more, "the socket was closed"
        read += more
    return read


async def stuffed(hub: Hub, deaf: socket.socket) -> Any:
    """The connection of a page that has not read for so long that nothing more is sent."""
    (room,) = hub._rooms.values()
    for member in room.members:
        raw: Any = member._transport.underlying_transport  # type: ignore[union-attr]
        if raw.get_extra_info("peername") == deaf.getsockname():
            break
    while not member.is_paused:
        member.write(wire.text_frame(b"x" * 1_000_000))
        await asyncio.sleep(0)
    return member


def test_so_many_pings_are_answered_and_a_flood_of_them_is_closed() -> None:
    async def play() -> tuple[bytes, float]:
        async with a_full_room(viewers=1, messages_per_s=2) as (_, hub, (viewer,)):
            (room,) = hub._rooms.values()
            (member,) = room.members
            member._messages.rate = 0.0  # No time passes for it.
            # It holds four; the last one is the first that is not borne any more.
            viewer.sendall(PING * (4 + _MAX_STRIKES + 1))
            told = await asyncio.to_thread(all_of, viewer, wire.close_frame(4009))
            closed = hub.metrics.registry.get_sample_value(
                "laotie_gateway_closed_total", {"code": "4009"}
            )
            return told, closed

    told, closed = asyncio.run(play())

    assert (told.count(PONG), closed) == (4, 1)
    assert told.endswith(PONG * 4 + wire.close_frame(4009))


def test_who_reads_nothing_gets_no_answers_and_is_closed_though_there_is_no_news() -> None:
    async def play() -> tuple[int, int, float]:
        room_of_two = a_full_room(viewers=2, pulse_ms=3_600_000, patience_ticks=36_000)
        async with room_of_two as (_, hub, (deaf, other)):
            member = await stuffed(hub, deaf)
            raw = member._transport.underlying_transport
            before = raw.get_write_buffer_size()
            member._messages.rate = 0.0  # No time passes for it.
            held = member._messages._left
            deaf.sendall(PING * 30)
            await until(lambda: member._messages._left == held - 30)
            after = raw.get_write_buffer_size()
            hub.patience.beats = 1
            count = hub.metrics.registry.get_sample_value
            await until(lambda: count("laotie_gateway_closed_total", {"code": "4008"}))
            other.sendall(PING)
            await asyncio.to_thread(all_of, other, PONG)
            return before, after, count("laotie_gateway_closed_total", {"code": "4008"})

    before, after, closed = asyncio.run(play())

    assert after <= before
    assert closed == 1


def test_who_read_nothing_when_the_database_came_back_is_told_later() -> None:
    def away(_: object) -> list[Any]:
        raise Unreachable

    async def play() -> tuple[bytes, bytes]:
        room_of_two = a_full_room(viewers=2, pulse_ms=3_600_000, patience_ticks=36_000)
        async with room_of_two as (driver, hub, (deaf, other)):
            tail, driver.tail = driver.tail, away
            lost = await asyncio.to_thread(all_of, deaf, GONE)
            await asyncio.to_thread(all_of, other, GONE)
            member = await stuffed(hub, deaf)
            driver.tail = tail
            found = await asyncio.to_thread(all_of, other, BACK)
            assert member.is_paused
            return lost + await asyncio.to_thread(all_of, deaf, BACK), found

    deaf, other = asyncio.run(play())

    for told in (deaf, other):
        assert told.count(BACK) == 1
    assert deaf.count(GONE) == 1
