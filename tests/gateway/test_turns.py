"""The loop is shared: an order does not wait until the last viewer of a large room has his frame."""

import asyncio
import dataclasses
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.gateway.plain_sockets import BUY, PATIENCE_S, ROOM, a_full_room, enter, masked, until

from laotie.surfaces.gateway import buys
from laotie.surfaces.gateway import hub as hubs
from laotie.surfaces.gateway import room as rooms
from laotie.surfaces.gateway.batcher import Batcher
from laotie.surfaces.gateway.drivers import Unreachable
from laotie.surfaces.gateway.drivers.memory import Memory
from laotie.surfaces.gateway.hub import Hub
from laotie.trade.flash import Verdict, Wish

VIEWERS = 400


def a_tick(driver: Memory, hub: Hub) -> None:
    driver.add(ROOM, "bag", '{"count": 3}')


def a_new_epoch(driver: Memory, hub: Hub) -> None:
    openings: Any = driver._rooms
    openings[ROOM] = dataclasses.replace(openings[ROOM], epoch=2)
    driver.add(ROOM, "bag", '{"count": 3}')


def renewals(driver: Memory, hub: Hub) -> None:
    """All came in together, so all of their tokens get old together."""
    hub._renewals = deque((0.0, each) for each in hub._connections)
    hub._spawn(hub._renew())


async def written_to_all(begin: Callable[[Memory, Hub], None], wanted: str) -> list[str]:
    """In which order frames were written while such a one went to all and an order came in."""
    written: list[str] = []
    async with a_full_room(viewers=VIEWERS, buy_gather_ms=0.0) as (driver, hub, sockets):
        (room,) = hub._rooms.values()

        def noted(write: Callable[[bytes], None]) -> Callable[[bytes], None]:
            def note(frame: bytes) -> None:
                if not written and wanted.encode() in frame:
                    sockets[0].sendall(masked(BUY))
                written.extend(kind for kind in (wanted, "ordered") if kind.encode() in frame)
                # A slow network card: other threads get their turn meanwhile.
                time.sleep(0.0005)
                write(frame)

            return note

        for member in room.members:
            member.write = noted(member.write)
        begin(driver, hub)
        await until(lambda: "ordered" in written and written.count(wanted) >= VIEWERS)
    return written


@pytest.mark.parametrize(
    ("begin", "wanted"),
    [(a_tick, '"tick"'), (a_new_epoch, '"snapshot"'), (renewals, '"t":"resume"')],
    ids=["tick", "epoch", "tokens"],
)
def test_an_order_is_answered_in_the_middle_of_what_goes_to_all(
    begin: Callable[[Memory, Hub], None], wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "SENDS_PER_TURN", 16)
    monkeypatch.setattr(hubs, "SIGNED_PER_TURN", 16)
    written = asyncio.run(written_to_all(begin, wanted))

    assert (written.count("ordered"), written.count(wanted)) == (1, VIEWERS)
    assert 0 < written.index("ordered") < VIEWERS

    # Without turns it would have waited for the last of them.
    monkeypatch.setattr(rooms, "SENDS_PER_TURN", 10 * VIEWERS)
    monkeypatch.setattr(hubs, "SIGNED_PER_TURN", 10 * VIEWERS)
    written = asyncio.run(written_to_all(begin, wanted))
    assert written.index("ordered") == VIEWERS


async def most_in_a_turn(answers_per_turn: int) -> int:
    """How many of a thousand who came in together were let in before others had their turn."""
    let_in: list[bool | None] = []

    async def spend(tickets: Sequence[int]) -> list[bool]:
        return [True] * len(tickets)

    spends: Batcher[int, bool] = Batcher(
        spend, outage=Unreachable, gather_s=0.0, largest=1_000, longest_queue=1_000,
        answers_per_turn=answers_per_turn,
    )  # fmt: skip
    for ticket in range(1_000):
        spends.submit(ticket, let_in.append)
    most = seen = 0
    async with asyncio.timeout(PATIENCE_S):
        while len(let_in) < 1_000:
            await asyncio.sleep(0)
            most, seen = max(most, len(let_in) - seen), len(let_in)
    return most


def test_a_thousand_tickets_of_one_batch_are_answered_by_turns() -> None:
    assert asyncio.run(most_in_a_turn(rooms.SIGNED_PER_TURN)) == rooms.SIGNED_PER_TURN
    assert asyncio.run(most_in_a_turn(10_000)) == 1_000


async def sizes_while_one_is_under_way(*, all_wait: bool) -> list[int]:
    """How many wishes each call took, when two more came during the first.

    all_wait: it ends when both of them wait, else when a second call has begun.
    """
    sizes: list[int] = []
    may_end = threading.Event()
    async with a_full_room(viewers=1, buy_gather_ms=0.0) as (driver, hub, (buyer,)):

        def call(wishes: Sequence[Wish]) -> Sequence[Verdict]:
            sizes.append(len(wishes))
            if len(sizes) == 1:
                may_end.wait(2 * PATIENCE_S)
            told: Sequence[Verdict] = driver.buy(wishes)
            return told

        hub.buys._call = call
        buyer.sendall(masked(BUY | {"id": "key-0001"}))
        await until(lambda: sizes)
        buyer.sendall(masked(BUY | {"id": "key-0002"}) + masked(BUY | {"id": "key-0003"}))
        await until(lambda: len(hub.buys._queue) == 2 if all_wait else len(sizes) >= 2)
        may_end.set()
        await until(lambda: not hub.buys._under_way)
    return sizes


def test_the_next_batch_waits_for_the_one_under_way_but_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buys, "_PATIENCE_S", 3_600.0)
    assert asyncio.run(sizes_while_one_is_under_way(all_wait=True)) == [1, 2]

    # Held up, it holds nobody else up.
    monkeypatch.setattr(buys, "_PATIENCE_S", 0.0)
    sizes = asyncio.run(sizes_while_one_is_under_way(all_wait=False))
    assert (sizes[0], sum(sizes)) == (1, 3)


def test_those_who_come_back_from_one_place_are_given_one_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[tuple[int, int]] = []
    build = rooms.Room._frame_since

    def note(room: rooms.Room, since: int, says: int) -> bytes:
        built.append((since, room.position.seq))
        return build(room, since, says)

    async def come_back() -> int:
        async with a_full_room(viewers=30, pulse_ms=60_000) as (driver, hub, sockets):
            (room,) = hub._rooms.values()
            a_tick(driver, hub)
            await until(lambda: room.position.seq >= 1)
            port = sockets[0].getpeername()[1]
            sockets.extend([await asyncio.to_thread(enter, port, False) for _ in range(10)])
            await until(lambda: len(room.members) >= 40)
            return len(room.members)

    monkeypatch.setattr(rooms.Room, "_frame_since", note)

    assert asyncio.run(come_back()) == 40
    # Of what has not changed there is one; of what came since, another one.
    assert built == [(0, 0), (0, 1)]


def test_one_who_cannot_be_written_to_costs_those_after_it_nothing() -> None:
    async def play() -> tuple[list[str], int, float | None]:
        heard: list[str] = []
        async with a_full_room(viewers=4, pulse_ms=3_600_000) as (driver, hub, _):
            (room,) = hub._rooms.values()
            members = list(room.members)

            def note(name: str, write: Callable[[bytes], None]) -> Callable[[bytes], None]:
                def noted(frame: bytes) -> None:
                    if b'"bag"' in frame:
                        heard.append(name)
                    write(frame)

                return noted

            def broken(frame: bytes) -> None:
                raise RuntimeError("the handler is closed")

            for number, member in enumerate(members):
                member.write = broken if number in {1, 2} else note(str(number), member.write)
            a_tick(driver, hub)
            await until(lambda: hub.connections == 2 and len(heard) >= 2)
            a_tick(driver, hub)
            await until(lambda: len(heard) >= 4)
            count = hub.metrics.registry.get_sample_value
            closed = count("laotie_gateway_closed_total", {"code": "4008"})
            return heard, len(room.members), closed

    assert asyncio.run(play()) == (["0", "3", "0", "3"], 2, 2)
