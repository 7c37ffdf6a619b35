"""The loop is shared: an order does not wait until the last viewer of a large room has his frame."""

import asyncio
import time
from collections.abc import Callable

import pytest
from tests.gateway.plain_sockets import BUY, ROOM, a_full_room, masked

from laotie.surfaces.gateway import room as rooms

VIEWERS = 400


async def written_in_one_broadcast() -> list[str]:
    """In which order frames were written while a tick went to all and an order came in."""
    written: list[str] = []
    async with a_full_room(viewers=VIEWERS, buy_gather_ms=0.0) as (driver, hub, sockets):
        (room,) = hub._rooms.values()

        def noted(write: Callable[[bytes], None]) -> Callable[[bytes], None]:
            def note(frame: bytes) -> None:
                if not written:
                    sockets[0].sendall(masked(BUY))
                written.extend(kind for kind in ("tick", "ordered") if kind.encode() in frame)
                # A slow network card: other threads get their turn meanwhile.
                time.sleep(0.0005)
                write(frame)

            return note

        for member in room.members:
            member.write = noted(member.write)
        driver.add(ROOM, "bag", '{"count": 3}')
        while "ordered" not in written or written.count("tick") < VIEWERS:  # noqa: ASYNC110 - a test may look.
            await asyncio.sleep(0.01)
    return written


def test_an_order_is_answered_in_the_middle_of_a_broadcast(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms, "SENDS_PER_TURN", 16)
    written = asyncio.run(written_in_one_broadcast())

    assert written.count("ordered") == 1
    assert 0 < written.index("ordered") < VIEWERS

    # Without turns it would have waited for the last of them.
    monkeypatch.setattr(rooms, "SENDS_PER_TURN", 10 * VIEWERS)
    written = asyncio.run(written_in_one_broadcast())
    assert written.index("ordered") == VIEWERS
