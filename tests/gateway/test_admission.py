"""What is left undone under pressure, in which order, and that buying is not."""

import asyncio
import json
import socket
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.gateway.plain_sockets import (
    BUY,
    GOODBYE,
    OTHER_ROOM,
    ROOM,
    a_full_room,
    come_back,
    enter,
    knock,
    masked,
    until,
)

from laotie.kernel import ids
from laotie.live.tickets import Pass
from laotie.surfaces.gateway import wire
from laotie.surfaces.gateway.admission import Level, Pressure
from laotie.surfaces.gateway.limits import Bucket
from laotie.trade.flash import Outcome, Verdict


def felt(*beats_s: float, buys_s: float = 0.0) -> Level:
    pressure = Pressure()
    for late_s in beats_s:
        pressure.feel(loop_late_s=late_s, buys_waited_s=buys_s)
    return pressure.level


@pytest.mark.parametrize(
    ("late_s", "level"),
    [
        (0.0, Level.EASY),
        (0.09, Level.EASY),
        (0.1, Level.ANALYTICS),
        (0.2, Level.LIKES),
        (0.4, Level.COMMENTS),
        (0.8, Level.BROWSE),
        (9.0, Level.BROWSE),
    ],
)
def test_the_longer_the_delay_stands_the_more_is_left_undone(late_s: float, level: Level) -> None:
    assert felt(late_s, late_s, late_s) is level


def test_a_hiccup_sheds_nothing_and_a_queue_of_buyers_does() -> None:
    assert felt(0.0, 2.0, 2.0) is Level.EASY
    assert felt(2.0, 0.0, 2.0) is Level.EASY
    assert felt(0.0, 0.0, 0.0, buys_s=0.8) is Level.COMMENTS


def test_what_was_left_undone_comes_back_step_by_step() -> None:
    assert felt(1, 1, 1, 0) is Level.COMMENTS
    assert felt(1, 1, 1, 0, 0, 0) is Level.ANALYTICS
    assert felt(1, 1, 1, 0, 0, 0, 0) is Level.EASY


def test_a_bucket_gives_so_many_and_fills_again() -> None:
    bucket = Bucket(rate=2.0, size=4.0)

    assert [bucket.take(10.0) for _ in range(5)] == [True] * 4 + [False]
    assert not bucket.take(10.4)
    assert bucket.take(10.5)
    assert not bucket.take(11.0, 2.0)
    assert bucket.take(11.5, 2.0)
    assert bucket.is_full(20.0)


def frames_of(viewer: socket.socket, wanted: bytes) -> list[dict[str, Any]]:
    """All frames up to the one that holds these bytes."""
    viewer.settimeout(30)
    read = b""
    while wanted not in read:
        more = viewer.recv(65_536)
        assert more, "the socket was closed"
        read += more
    decode, found, at = json.JSONDecoder().raw_decode, [], read.find(b'{"t"')
    while at >= 0:
        text = read[at:].decode("utf-8", "ignore")
        try:
            found.append(decode(text)[0])
        except ValueError:
            break
        at = read.find(b'{"t"', at + 1)
    return found


async def under_load(stall_s: float) -> tuple[list[dict[str, Any]], bytes, bytes, float]:
    """What a buyer is told, a newcomer, and who comes back, while the loop is late by so much;
    and how many were told BUSY."""
    async with a_full_room(viewers=1) as (_, hub, (viewer,)):
        port = viewer.getpeername()[1]
        is_over = asyncio.Event()

        async def hog() -> None:
            while not is_over.is_set():
                time.sleep(stall_s)  # noqa: ASYNC251 - that is the load.
                await asyncio.sleep(0)

        def play() -> tuple[list[dict[str, Any]], bytes, bytes]:
            while not hub.sheds(Level.COMMENTS if stall_s < 0.5 else Level.BROWSE):
                time.sleep(0.01)
            viewer.sendall(
                masked({"t": "like", "n": 5})
                + masked({"t": "say", "id": "1", "text": "好"})
                + masked(BUY)
            )
            told = frames_of(viewer, b'"ordered"')
            newcomer = enter(port, is_member=False, comes_back=False)
            comes_back = enter(port, is_member=False)
            return told, first_bytes(newcomer), first_bytes(comes_back)

        load = asyncio.create_task(hog())
        try:
            answers = await asyncio.to_thread(play)
        finally:
            is_over.set()
            await load
        count = hub.metrics.registry.get_sample_value
        return *answers, count("laotie_gateway_refused_total", {"code": "BUSY"})


def test_under_pressure_hearts_and_comments_wait_and_orders_do_not() -> None:
    told, *_, busy = asyncio.run(under_load(0.3))

    refused = [(frame["code"], frame.get("re")) for frame in told if frame["t"] == "refused"]
    waits = [frame["retry_after_ms"] for frame in told if frame["t"] == "refused"]
    assert refused == [("BUSY", None), ("BUSY", "1")]
    assert (waits, busy) == ([5_000, 2_000], 2)
    assert [frame["re"] for frame in told if frame["t"] == "ordered"] == [BUY["id"]]


def test_under_the_highest_pressure_nobody_new_is_let_in_and_who_comes_back_is() -> None:
    told, new, back, _ = asyncio.run(under_load(0.5))

    assert any(frame["t"] == "ordered" for frame in told)
    assert new.startswith(b"HTTP/1.1 503")
    assert b"Retry-After:" in new
    assert back.startswith(b"HTTP/1.1 101")


def first_bytes(viewer: socket.socket) -> bytes:
    viewer.settimeout(30)
    return viewer.recv(4_096)


def test_a_full_gateway_takes_nobody() -> None:
    async def play() -> list[bytes]:
        async with a_full_room(viewers=1, max_connections=1) as (_, _, (viewer,)):
            port = viewer.getpeername()[1]
            return [
                await asyncio.to_thread(first_bytes, enter(port, False, comes_back=comes_back))
                for comes_back in (False, True)
            ]

    assert [answer[:12] for answer in asyncio.run(play())] == [b"HTTP/1.1 503"] * 2


def until_closed(viewer: socket.socket) -> bytes:
    viewer.settimeout(30)
    read = b""
    while more := viewer.recv(65_536):
        read += more
    return read


def test_one_ticket_holds_so_many_sockets_however_often_it_comes_back() -> None:
    holder = Pass(ids.new(), ROOM, ids.new(), "", False)

    def play(port: int) -> tuple[bytes, list[socket.socket]]:
        first, second = come_back(port, holder), come_back(port, holder)
        another = come_back(port, replace(holder, id=ids.new()))
        for each in (first, second, another):
            frames_of(each, b'"welcome"')
        refused = until_closed(come_back(port, holder))
        first.sendall(GOODBYE)
        until_closed(first)
        again = come_back(port, holder)
        frames_of(again, b'"welcome"')
        return refused, [second, another, again]

    async def whole() -> tuple[bytes, float, int]:
        async with a_full_room(viewers=1, sockets_per_ticket=2) as (_, hub, (viewer,)):
            refused, seated = await asyncio.to_thread(play, viewer.getpeername()[1])
            count = hub.metrics.registry.get_sample_value
            closed = count("laotie_gateway_closed_total", {"code": "4001"})
            connections = hub.connections
            for each in seated:
                each.close()
            return refused, closed, connections

    refused, closed, connections = asyncio.run(whole())

    assert refused.endswith(wire.close_frame(4001))
    assert b'"welcome"' not in refused
    assert (closed, connections) == (1, 1 + 3)


def test_half_a_day_after_the_ticket_a_page_has_to_fetch_a_new_one() -> None:
    def given(ago: timedelta) -> Pass:
        at_ms = int((time.time() - ago.total_seconds()) * 1000)
        id = UUID(int=at_ms << 80 | ids.new().int & (1 << 80) - 1)
        return Pass(id, ROOM, ids.new(), "", False)

    def play(port: int) -> tuple[list[dict[str, Any]], bytes]:
        seated = come_back(port, given(timedelta(hours=11, minutes=59)))
        return frames_of(seated, b'"welcome"'), until_closed(
            come_back(port, given(timedelta(hours=12, seconds=1)))
        )

    async def whole() -> tuple[list[dict[str, Any]], bytes]:
        async with a_full_room(viewers=1) as (_, _, (viewer,)):
            return await asyncio.to_thread(play, viewer.getpeername()[1])

    welcome, refused = asyncio.run(whole())

    assert welcome[0]["t"] == "welcome"
    # Its signature is good, and a minute old at most: the page is told what to do.
    assert refused.endswith(wire.close_frame(4001))
    assert b'"welcome"' not in refused


def test_who_may_not_come_in_takes_no_place_from_those_who_may() -> None:
    async def play() -> tuple[list[bytes], bytes]:
        # One of the two that the bucket holds has been spent by the viewer.
        async with a_full_room(viewers=1, accepts_per_s=1) as (_, hub, (viewer,)):
            hub._admission.rate = 0.0  # No time passes for it.
            port = viewer.getpeername()[1]
            strangers = [
                await asyncio.to_thread(first_bytes, knock(port, ROOM, query))
                for query in ("ticket=forged", "resume=forged", "") * 3
            ]
            own = enter(port, False, comes_back=False)
            return strangers, await asyncio.to_thread(first_bytes, own)

    strangers, own = asyncio.run(play())

    assert [answer[:12] for answer in strangers] == [b"HTTP/1.1 403"] * 9
    assert own.startswith(b"HTTP/1.1 101")


def test_a_ticket_that_knocks_in_a_loop_takes_no_place_from_others() -> None:
    holder = Pass(ids.new(), ROOM, ids.new(), "", False)

    def play(port: int) -> tuple[list[bytes], bytes]:
        loop = []
        for _ in range(8):
            with come_back(port, holder) as knocking:
                loop.append(first_bytes(knocking)[:12])
        with enter(port, False) as other:
            return loop, first_bytes(other)[:12]

    async def whole() -> tuple[list[bytes], bytes, float | None]:
        limits = {"accepts_per_s": 3, "accepts_per_10_s": 4, "sockets_per_ticket": 99}
        async with a_full_room(viewers=1, **limits) as (_, hub, (viewer,)):
            hub._admission.rate = 0.0  # No time passes for it: it has five left.
            hub._knocks.take(holder.id, time.monotonic(), 0.0)
            hub._knocks._buckets[holder.id].rate = 0.0
            hub._knocks.sweep = lambda now: None
            told = await asyncio.to_thread(play, viewer.getpeername()[1])
            count = hub.metrics.registry.get_sample_value
            return *told, count("laotie_gateway_turned_away_total", {"why": "often"})

    yes, no = b"HTTP/1.1 101", b"HTTP/1.1 503"
    assert asyncio.run(whole()) == ([yes] * 4 + [no] * 4, yes, 4)


def test_one_room_is_asked_for_so_much_a_second_and_the_next_room_does_not_feel_it() -> None:
    async def play() -> list[list[dict[str, Any]]]:
        async with a_full_room(viewers=1, buys_per_s=2) as (_, hub, (first,)):
            port = first.getpeername()[1]
            (room,) = hub._rooms.values()
            assert (room.buys.rate, room.buys.size) == (2, 2)
            room.buys.rate = 0.0  # No time passes for it.

            def buy(buyer: socket.socket, key: str) -> list[dict[str, Any]]:
                buyer.sendall(masked(BUY | {"id": key}))
                return frames_of(buyer, f'"re":"{key}"'.encode())

            def all_buy() -> list[list[dict[str, Any]]]:
                second, other = enter(port, True), enter(port, True, room=OTHER_ROOM)
                for buyer in (second, other):
                    frames_of(buyer, b'"welcome"')
                return [
                    buy(first, "key-0001"), buy(second, "key-0002"),
                    buy(second, "key-0003"), buy(other, "key-0004"),
                ]  # fmt: skip

            return await asyncio.to_thread(all_buy)

    told = [frames[-1] for frames in asyncio.run(play())]

    assert [each["t"] for each in told] == ["ordered", "ordered", "refused", "ordered"]
    assert (told[2]["code"], told[2]["re"], told[2]["retry_after_ms"]) == (
        "BUSY", "key-0003", 1_000,
    )  # fmt: skip


def test_an_answer_that_cannot_be_written_costs_the_others_nothing() -> None:
    async def play() -> tuple[dict[str, Any], int, float]:
        async with a_full_room(viewers=1, buy_gather_ms=500.0) as (_, hub, (first,)):
            second = enter(first.getpeername()[1], True)
            await asyncio.to_thread(frames_of, second, b'"welcome"')
            (room,) = hub._rooms.values()
            member = next(iter(room.members))

            def broken(frame: bytes) -> None:
                if b'"ordered"' in frame:
                    raise RuntimeError(frame)

            member.write = broken
            first.sendall(masked(BUY | {"id": "key-0001"}))
            await until(lambda: hub.buys._queue)
            second.sendall(masked(BUY | {"id": "key-0002"}))
            told = await asyncio.to_thread(frames_of, second, b'"re":"key-0002"')
            hub.buys.upkeep(time.monotonic())
            batches = hub.metrics.registry.get_sample_value("laotie_gateway_buy_batch_count")
            return told[-1], len(hub.buys._under_way), batches

    told, under_way, batches = asyncio.run(play())

    assert (told["t"], under_way, batches) == ("ordered", 0, 1.0)


def test_each_frame_too_many_that_waits_for_its_own_answer_gets_it() -> None:
    async def play() -> list[dict[str, Any]]:
        async with a_full_room(viewers=1, messages_per_s=2) as (_, hub, (viewer,)):
            (room,) = hub._rooms.values()
            (member,) = room.members
            member._messages.rate = 0.0  # No time passes for it.
            hearts = [{"t": "like", "n": 1}] * 8  # Four of them are taken.
            named = [BUY | {"id": f"key-000{n}"} for n in range(1, 4)]
            said = {"t": "say", "id": "ref-1", "text": "好"}
            odd = b"\x81\x82" + bytes(4) + b"\xff{"
            viewer.sendall(b"".join(masked(each) for each in (*hearts, *named, said)) + odd)
            viewer.sendall(masked(BUY | {"id": "key-0004"}))
            return await asyncio.to_thread(frames_of, viewer, b'"re":"key-0004"')

    told = [frame for frame in asyncio.run(play()) if frame["t"] in {"refused", "ordered"}]

    assert [frame.get("re", "") for frame in told] == [
        "", "key-0001", "key-0002", "key-0003", "ref-1", "key-0004",
    ]  # fmt: skip
    assert {(frame["code"], frame["retry_after_ms"]) for frame in told} == {("TOO_MANY", 1_000)}


def test_what_fails_by_itself_is_the_last_word_and_what_is_held_is_to_be_asked_again() -> None:
    async def play() -> list[dict[str, Any]]:
        async with a_full_room(viewers=1) as (_, hub, (buyer,)):
            outcomes = {"key-0001": Outcome.FAILED, "key-0002": Outcome.NOT_NOW}
            hub.buys._call = lambda wishes: [Verdict(outcomes[wish.key]) for wish in wishes]
            told = []
            for key in outcomes:
                buyer.sendall(masked(BUY | {"id": key}))
                frames = await asyncio.to_thread(frames_of, buyer, f'"re":"{key}"'.encode())
                told.append(frames[-1])
            return told

    failed, held = asyncio.run(play())

    assert (failed["code"], failed.get("retry_after_ms")) == ("ORDER_FAILED", None)
    assert held["code"] == "BUSY"
    assert 1_000 <= held["retry_after_ms"] <= 3_000


def test_what_fails_once_does_not_end_the_beat() -> None:
    async def play() -> Level:
        async with a_full_room(viewers=1) as (_, hub, _):
            calls = 0

            def upkeep(now: float) -> None:
                nonlocal calls
                calls += 1
                raise RuntimeError(now)

            hub.buys.upkeep = upkeep
            await until(lambda: calls >= 3)
            while not hub.sheds(Level.ANALYTICS):
                time.sleep(0.3)  # noqa: ASYNC251 - that is the load.
                await asyncio.sleep(0)
            return Level(hub._pressure.level)

    assert asyncio.run(play()) >= Level.ANALYTICS
