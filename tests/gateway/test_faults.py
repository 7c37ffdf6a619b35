"""What pages see when a gateway dies, a page is slow, or the database goes away."""

import asyncio
import json
import threading
from collections import Counter
from typing import Any

import psycopg
from django.db import connections
from tests import builders
from tests.gateway import pages
from tests.gateway.pages import Gateway
from tests.gateway.plain_sockets import BUY, masked
from tests.usecases.live import scenes
from websockets.asyncio.client import connect

from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.live import frames, stage
from laotie.runtime import line


def test_a_killed_gateway_loses_no_event_of_those_who_come_back(cluster: Any, db: None) -> None:
    scene = scenes.a_live_room(clock.now())
    stop, written = threading.Event(), []

    def present() -> None:
        try:
            while not stop.is_set():
                now = clock.now()
                stage.pin(
                    actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now
                )
                stage.unpin(actor=scene.host, room_id=scene.room_id, now=now)
                written.append(2)
        finally:
            connections["default"].close()

    with pages.running(cluster) as gateway:
        page = pages.enter(gateway, scene.room_id, builders.a_person())
        first = page.last_seq
        writer = threading.Thread(target=present)
        writer.start()
        try:
            for _ in range(2):
                reached = page.last_seq
                page.until(lambda frame: frame["seq"] > reached + 10)  # noqa: B023
                gateway.kill()
                page.until_closed()
                gateway.start()
                page.socket = pages.come_back(gateway, scene.room_id, page).socket
        finally:
            stop.set()
            writer.join()
        last = frames.position(scene.room_id)
        assert last is not None
        page.until(lambda frame: frame["seq"] == last.seq)

    assert page.seqs() == list(range(first + 1, last.seq + 1))
    assert last.seq == first + sum(written)
    assert sum(frame["t"] == "snapshot" for frame in page.frames) == 1


def test_two_gateways_show_one_room(gateway: Gateway, cluster: Any) -> None:
    scene = scenes.a_live_room(clock.now())
    # Of its room's forty wishes a second it takes half, as it has half of the viewers.
    limits = {"buys_per_s": 40, "buys_per_10_s": 3, "is_still": True}
    with pages.running(cluster, pulse_ms=100, **limits) as other:
        here = pages.enter(gateway, scene.room_id, builders.a_person())
        there = pages.enter(other, scene.room_id, builders.a_person())
        one = pages.ticket(Actor.anonymous(), scene.room_id)

        here.send(t="say", id="1", text="这边")
        there.send(t="say", id="1", text="那边")
        there.send(t="like", n=7)

        assert there.until_said("这边")
        assert here.until_said("那边")
        here.until_counts(viewers=2, likes=7)
        there.until_counts(viewers=2, likes=7)
        keys = [f"key-{n:04}" for n in range(36)]
        there.socket.socket.sendall(b"".join(masked(BUY | {"id": key}) for key in keys))
        while not {frame.get("re") for frame in there.frames}.issuperset(keys):
            there.until_type("refused")
        codes = Counter(frame["code"] for frame in there.frames if frame.get("re") in keys)
        assert codes == {"NOT_FOR_SALE": 3, "TOO_MANY": 17, "BUSY": 16}
        pages.Page(pages.dial(other, pages.path(scene.room_id, ticket=one))).until_type("snapshot")
        reused = pages.Page(pages.dial(gateway, pages.path(scene.room_id, ticket=one)))
        assert reused.until_closed() == 4001
        pages.hang_up()


def test_a_gateway_that_stops_sends_its_pages_elsewhere(cluster: Any, db: None) -> None:
    scene = scenes.a_live_room(clock.now())
    with pages.running(cluster) as gateway:
        page = pages.enter(gateway, scene.room_id, Actor.anonymous())

        gateway.kill(15)

        assert page.until_closed() == 1012
        assert gateway.process is not None
        assert gateway.process.returncode == 0


def test_sockets_outlive_a_database_outage_and_get_what_they_missed(
    cluster: Any, superuser_url: str, db: None
) -> None:
    scene = scenes.a_live_room(clock.now())
    server, _, name = superuser_url.rpartition("/")
    del server
    with pages.running(cluster, pulse_ms=100) as gateway:
        page = pages.enter(gateway, scene.room_id, builders.a_person(), lang="en")
        late = pages.ticket(Actor.anonymous(), scene.room_id)
        before = page.last_seq
        with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as elsewhere:
            name = str(connections["default"].settings_dict["NAME"])
            elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            elsewhere.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'laotie_app' AND datname = %s",
                [name],
            )
            try:
                page.until(lambda frame: frame["t"] == "link" and not frame["ok"])
                page.send(t="say", id="1", text="在吗")
                refused = page.until_type("refused")
                turned_away = pages.Page(
                    pages.dial(gateway, pages.path(scene.room_id, ticket=late))
                ).until_closed()
            finally:
                elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        line.close()  # A pool that grew meanwhile waits before it tries again.
        stage.pin(
            actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=clock.now()
        )
        pinned = page.until_event("pinned")
        page.send(t="say", id="2", text="回来了")

        assert page.until_said("回来了")
        assert refused["code"] == "BUSY"
        assert turned_away == 4013
        assert pinned["seq"] == before + 1
        assert any(frame["t"] == "link" and frame["ok"] for frame in page.frames)


def test_hundreds_who_come_back_at_once_cost_one_look_at_the_room(cluster: Any, db: None) -> None:
    scene = scenes.a_live_room(clock.now())
    # One process plays all three hundred browsers, and is longer about their handshakes than they.
    with pages.running(cluster, handshake_s=60) as gateway:
        came_back = asyncio.run(_storm(gateway, scene.room_id, 300))

        assert came_back == ["tick"] * 300
        assert gateway.metric("laotie_gateway_openings_total") == 1
        assert gateway.metric('laotie_gateway_entered_total{by="resume"}') == 300
    # One row per first ticket; coming back wrote nothing.
    assert sql.rows("SELECT count(*) FROM live_spentticket") == [(300,)]


async def _storm(gateway: Gateway, room_id: Any, crowd: int) -> list[str]:
    """All enter, all are thrown out by a kill, all come back; what each was sent first then."""
    server = f"ws://127.0.0.1:{gateway.port}"
    addresses = await asyncio.to_thread(
        lambda: [
            pages.path(room_id, ticket=pages.ticket(Actor.anonymous(), room_id))
            for _ in range(crowd)
        ]
    )

    async def enter(address: str) -> tuple[Any, str]:
        page = await connect(
            server + address,
            origin=pages.ORIGIN,  # type: ignore[arg-type]
            compression=None,
            open_timeout=60,
        )
        welcome = json.loads(await page.recv())
        snapshot = json.loads(await page.recv())
        return page, pages.path(room_id, resume=welcome["resume"], seq=snapshot["seq"])

    entered = await asyncio.gather(*(enter(address) for address in addresses))
    await asyncio.to_thread(gateway.kill)
    await asyncio.gather(*(page.wait_closed() for page, _ in entered))
    await asyncio.to_thread(pages.write_bags_elsewhere, room_id, 1, 5)
    await asyncio.to_thread(gateway.start)

    async def come_back(address: str) -> str:
        async with connect(
            server + address,
            origin=pages.ORIGIN,  # type: ignore[arg-type]
            compression=None,
            open_timeout=60,
        ) as page:
            assert json.loads(await page.recv())["t"] == "welcome"
            first = json.loads(await page.recv())
            assert [event["count"] for event in first["events"]] == [0, 1, 2, 3, 4]
            return str(first["t"])

    return list(await asyncio.gather(*(come_back(address) for _, address in entered)))


def test_a_page_that_does_not_read_is_closed_and_fifty_others_see_everything(
    cluster: Any, db: None
) -> None:
    scene = scenes.a_live_room(clock.now())
    rounds, per_round = 60, 60
    with pages.running(cluster, patience_ticks=10, tick_ms=50) as gateway:
        total = asyncio.run(_crowd(gateway, scene.room_id, rounds, per_round))

        assert gateway.metric('laotie_gateway_closed_total{code="4008"}') == 1

    assert total == [rounds * per_round] * 50


async def _crowd(gateway: Gateway, room_id: Any, rounds: int, per_round: int) -> list[int]:
    """Fifty pages that read and one that does not; how many events each of the fifty got."""

    def fresh_ticket() -> str:
        return pages.path(room_id, ticket=pages.ticket(Actor.anonymous(), room_id))

    addresses = await asyncio.to_thread(lambda: [fresh_ticket() for _ in range(51)])
    slow = pages.deaf(gateway, addresses.pop())
    done, all_are_in = asyncio.Event(), asyncio.Barrier(len(addresses) + 1)

    async def read(address: str) -> int:
        url = f"ws://127.0.0.1:{gateway.port}{address}"
        got: set[int] = set()
        async with connect(url, origin=pages.ORIGIN, compression=None, max_size=None) as page:  # type: ignore[arg-type]
            while json.loads(await page.recv())["t"] != "snapshot":
                pass
            await all_are_in.wait()
            async for text in page:
                frame = json.loads(text)
                got |= {event["seq"] for event in frame.get("events", [])}
                if len(got) == rounds * per_round:
                    break
            await asyncio.wait_for(done.wait(), 60)
        return len(got)

    readers = [asyncio.create_task(read(address)) for address in addresses]
    await asyncio.wait_for(all_are_in.wait(), pages.PATIENCE_S)
    await asyncio.to_thread(pages.write_bags_elsewhere, room_id, rounds, per_round)
    await asyncio.to_thread(pages.until_closed_as_slow, gateway)
    done.set()
    slow.close()
    return list(await asyncio.gather(*readers))
