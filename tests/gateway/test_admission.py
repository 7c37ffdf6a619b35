"""What is left undone under pressure, in which order, and that buying is not."""

import asyncio
import json
import socket
import time
from typing import Any

import pytest
from tests.gateway.test_turns import BUY, a_full_room, enter, masked

from laotie.surfaces.gateway.admission import Level, Pressure
from laotie.surfaces.gateway.limits import Bucket


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


async def under_load(stall_s: float) -> tuple[list[dict[str, Any]], bytes]:
    """What a buyer is told, and what a newcomer is, while the loop is late by so much."""
    async with a_full_room(viewers=1) as (_, hub, (viewer,)):
        port = viewer.getpeername()[1]
        is_over = asyncio.Event()

        async def hog() -> None:
            while not is_over.is_set():
                time.sleep(stall_s)  # noqa: ASYNC251 - that is the load.
                await asyncio.sleep(0)

        def play() -> tuple[list[dict[str, Any]], bytes]:
            while not hub.sheds(Level.COMMENTS if stall_s < 0.5 else Level.BROWSE):
                time.sleep(0.01)
            viewer.sendall(
                masked({"t": "like", "n": 5})
                + masked({"t": "say", "id": "1", "text": "好"})
                + masked(BUY)
            )
            told = frames_of(viewer, b'"ordered"')
            newcomer = enter(port, is_member=False)
            newcomer.settimeout(30)
            return told, newcomer.recv(4_096)

        load = asyncio.create_task(hog())
        try:
            return await asyncio.to_thread(play)
        finally:
            is_over.set()
            await load


def test_under_pressure_hearts_and_comments_wait_and_orders_do_not() -> None:
    told, _ = asyncio.run(under_load(0.3))

    refused = [(frame["code"], frame.get("re")) for frame in told if frame["t"] == "refused"]
    waits = [frame["retry_after_ms"] for frame in told if frame["t"] == "refused"]
    assert refused == [("BUSY", None), ("BUSY", "1")]
    assert waits == [5_000, 2_000]
    assert [frame["re"] for frame in told if frame["t"] == "ordered"] == [BUY["id"]]


def test_under_the_highest_pressure_nobody_new_is_let_in() -> None:
    told, answer = asyncio.run(under_load(0.5))

    assert any(frame["t"] == "ordered" for frame in told)
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After:" in answer
