"""The loop is shared: an order does not wait until the last viewer of a large room has his frame."""

import asyncio
import dataclasses
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.gateway.plain_sockets import BUY, ROOM, a_full_room, masked

from laotie.surfaces.gateway import room as rooms
from laotie.surfaces.gateway.drivers.memory import Memory

VIEWERS = 400


def a_tick(driver: Memory) -> None:
    driver.add(ROOM, "bag", '{"count": 3}')


def a_new_epoch(driver: Memory) -> None:
    openings: Any = driver._rooms
    openings[ROOM] = dataclasses.replace(openings[ROOM], epoch=2)
    driver.add(ROOM, "bag", '{"count": 3}')


async def written_to_all(begin: Callable[[Memory], None], wanted: str) -> list[str]:
    """In which order frames were written while such a one went to all and an order came in."""
    written: list[str] = []
    async with a_full_room(viewers=VIEWERS, buy_gather_ms=0.0) as (driver, hub, sockets):
        (room,) = hub._rooms.values()

        def noted(write: Callable[[bytes], None]) -> Callable[[bytes], None]:
            def note(frame: bytes) -> None:
                if not written:
                    sockets[0].sendall(masked(BUY))
                written.extend(kind for kind in (wanted, "ordered") if kind.encode() in frame)
                # A slow network card: other threads get their turn meanwhile.
                time.sleep(0.0005)
                write(frame)

            return note

        for member in room.members:
            member.write = noted(member.write)
        begin(driver)
        while "ordered" not in written or written.count(wanted) < VIEWERS:  # noqa: ASYNC110 - a test may look.
            await asyncio.sleep(0.01)
    return written


@pytest.mark.parametrize(
    ("begin", "wanted"), [(a_tick, '"tick"'), (a_new_epoch, '"snapshot"')], ids=["tick", "epoch"]
)
def test_an_order_is_answered_in_the_middle_of_what_goes_to_all(
    begin: Callable[[Memory], None], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "SENDS_PER_TURN", 16)
    written = asyncio.run(written_to_all(begin, wanted))

    assert (written.count("ordered"), written.count(wanted)) == (1, VIEWERS)
    assert 0 < written.index("ordered") < VIEWERS

    # Without turns it would have waited for the last of them.
    monkeypatch.setattr(rooms, "SENDS_PER_TURN", 10 * VIEWERS)
    written = asyncio.run(written_to_all(begin, wanted))
    assert written.index("ordered") == VIEWERS
