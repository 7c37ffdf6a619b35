"""Rows of the failure table about rooms: 3, 19, 20, 21, 29. See docs/architecture/faults.md."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from tests import builders
from tests.faults import chance
from tests.faults.proxy import Proxy, before_database
from tests.gateway import pages
from tests.gateway import test_buying as buying
from tests.gateway.pages import Page
from tests.lab.harness import until
from tests.usecases.live import scenes
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.live import frames, stage
from laotie.surfaces.gateway.admission import Level

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("db")]
BACK_S = 30.0


class InThread(threading.Thread):
    """Something that goes on beside the test; its failure is the test's."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work
        self._failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            self._failure = failure
        finally:
            connections["default"].close()

    def end(self) -> None:
        self.join(60)
        assert not self.is_alive()
        if self._failure is not None:
            raise self._failure


def test_row_03_gateway_killed(cluster: Any) -> None:
    scene = scenes.a_live_room(clock.now())
    stop = threading.Event()

    def present() -> None:
        while not stop.is_set():
            now = clock.now()
            stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
            stage.unpin(actor=scene.host, room_id=scene.room_id, now=now)

    with pages.running(cluster) as first, pages.running(cluster) as second:
        crowd = [
            pages.enter(first, scene.room_id, builders.a_person())
            for _ in range(chance.rounds(8, 60))
        ]
        starts = [page.last_seq for page in crowd]
        writer = InThread(present)
        writer.start()
        try:
            crowd[0].until(lambda frame: frame["seq"] > starts[0] + 6)
            began = time.monotonic()
            first.kill()
            for page in crowd:
                assert page.until_closed() == 1006
                page.socket = pages.come_back(second, scene.room_id, page).socket
            assert time.monotonic() - began < BACK_S
        finally:
            stop.set()
            writer.end()
        last = frames.position(scene.room_id)
        assert last is not None
        for page in crowd:
            page.until(lambda frame: frame["seq"] == last.seq)
        pages.hang_up()

    assert last.seq > max(starts) + 6
    for page, start in zip(crowd, starts, strict=True):
        assert page.seqs() == list(range(start + 1, last.seq + 1))


def test_row_19_page_that_does_not_read(cluster: Any) -> None:
    scene = scenes.a_live_room(clock.now())
    rounds, each = 50, 60

    with pages.running(cluster, patience_ticks=10, tick_ms=50) as gateway:
        readers = [
            pages.enter(gateway, scene.room_id, Actor.anonymous())
            for _ in range(chance.rounds(10, 200))
        ]
        start = readers[0].last_seq
        ticket = pages.ticket(Actor.anonymous(), scene.room_id)
        slow = pages.deaf(gateway, pages.path(scene.room_id, ticket=ticket))
        writer = InThread(lambda: pages.write_bags(scene.room_id, rounds, each))
        writer.start()
        for page in readers:
            page.until(lambda frame: frame["seq"] == start + rounds * each, within_s=60)
        writer.end()
        pages.until_closed_as_slow(gateway)
        assert gateway.metric('laotie_gateway_closed_total{code="4008"}') == 1
        slow.close()
        pages.hang_up()

    for page in readers:
        assert page.seqs() == list(range(start + 1, start + rounds * each + 1))


def test_row_20_everybody_comes_back_at_once(cluster: Any) -> None:
    scene = scenes.a_live_room(clock.now())
    crowd = chance.rounds(150, 1000)

    with pages.running(cluster) as gateway, Proxy(("127.0.0.1", gateway.port)) as road:
        openings = gateway.metric("laotie_gateway_openings_total")
        back = asyncio.run(storm(road, scene.room_id, crowd))

        # Once for all who came, and once at most for all who came back.
        assert gateway.metric("laotie_gateway_openings_total") <= openings + 2
        assert gateway.metric('laotie_gateway_entered_total{by="resume"}') == crowd

    assert back == [[0, 1, 2, 3, 4]] * crowd
    # One row per first ticket; coming back wrote nothing.
    assert sql.rows("SELECT count(*) FROM live_spentticket") == [(crowd,)]


async def storm(road: Proxy, room_id: UUID, crowd: int) -> list[list[int]]:
    """All enter, every line is cut, five things happen, all come back; what each was told then."""
    server = f"ws://127.0.0.1:{road.port}"

    def tickets() -> list[str]:
        try:
            return [
                pages.path(room_id, ticket=pages.ticket(Actor.anonymous(), room_id))
                for _ in range(crowd)
            ]
        finally:
            connections["default"].close()

    async def enter(path: str) -> tuple[Any, str]:
        page = await connect(server + path, origin=pages.ORIGIN, compression=None)  # type: ignore[arg-type]
        welcome, snapshot = json.loads(await page.recv()), json.loads(await page.recv())
        return page, pages.path(room_id, resume=welcome["resume"], seq=snapshot["seq"])

    async def come_back(path: str) -> list[int]:
        async with connect(server + path, origin=pages.ORIGIN, compression=None) as page:  # type: ignore[arg-type]
            assert json.loads(await page.recv())["t"] == "welcome"
            counts: list[int] = []
            async with asyncio.timeout(60):
                while len(counts) < 5:
                    frame = json.loads(await page.recv())
                    assert frame["t"] != "snapshot"  # Nothing is so long ago that it is summed up.
                    counts += [event["count"] for event in frame.get("events", ())]
            return counts

    paths = await asyncio.to_thread(tickets)
    entered = await asyncio.gather(*(enter(path) for path in paths))
    await asyncio.to_thread(road.reset)
    await asyncio.gather(*(page.wait_closed() for page, _ in entered))
    await asyncio.to_thread(pages.write_bags_elsewhere, room_id, 1, 5)
    return list(await asyncio.gather(*(come_back(path) for _, path in entered)))


def test_row_21_gateway_whose_database_is_slow(cluster: Any) -> None:
    # Taps may wait longer than the database takes, so that there is time to look.
    seen = slow_sale(cluster, buyers=6, buy_deadline_ms=20_000)

    assert seen == sorted(seen)
    assert seen[-1] == Level.BROWSE
    if chance.IS_LONG:  # And as it ships: who has waited 2 s is told to come back.
        slow_sale(cluster, buyers=300)


def slow_sale(cluster: Any, *, buyers: int, **options: object) -> list[float]:
    """Everybody taps while each answer of the database takes 2 s; what was left undone, in order.

    Everybody has one order at the end, and the database decided on no more than a tenth more.
    """
    sale = buying.a_sale(quantity=1000)
    people = [buying.a_buyer() for _ in range(buyers)]
    room_id, name = sale.scene.room_id, str(connections["default"].settings_dict["NAME"])
    before = buying.order_count()
    with (
        before_database(cluster.url("laotie_app", name)) as (road, url),
        pages.running_before(url, **options) as gateway,
    ):
        crowd = [buying.enter(gateway, sale, buyer) for buyer in people]
        newcomer = pages.path(room_id, ticket=pages.ticket(Actor.anonymous(), room_id))
        # Each slot has its connection before; who must connect anew now gives up after 3 s.
        road.down.latency_s = 0.1
        first = in_both_slots(gateway, crowd, [sale.wish(f"before-{n}") for n in "12"])
        assert [page.until(by_key(wish))["t"] for page, wish in first] == ["ordered"] * 2
        road.down.latency_s = 2.0
        asking = list(zip(crowd, [sale.wish(f"tap-{n:05d}") for n in range(buyers)], strict=True))
        in_both_slots(gateway, crowd, [wish for _, wish in asking[:2]])
        for page, wish in asking[2:]:
            page.send(**wish)
        seen = levels_until_newcomers_wait(gateway)
        # A room that is pressed like this: no newcomer, no comment, no heart; but taps go on.
        with pytest.raises(InvalidStatus, match="503"):
            pages.dial(gateway, newcomer)
        crowd[0].send(t="say", id="say-1", text="在吗")
        crowd[1].send(t="like", n=1)
        until(lambda: decisions(gateway) > 2, patience_s=BACK_S)
        road.heal()
        told, tries = decided(asking)
        undone = [gateway.metric(f'laotie_gateway_shed_total{{what="{what}"}}')
                  for what in ("like", "comment", "browse")]  # fmt: skip
        again = decisions(gateway) - 2 - buyers
        pages.hang_up()

    print(f"{buyers} taps, sent {tries} times, decided on again {again:.0f}; not done {undone}")
    assert len({frame["order"] for frame in told}) == buyers
    assert buying.order_count() - before == buyers + 2
    assert 0 <= again <= buyers / 10
    assert min(undone) >= 1
    return seen


def in_both_slots(
    gateway: pages.Gateway, crowd: list[Page], wishes: list[dict[str, Any]]
) -> list[tuple[Page, dict[str, Any]]]:
    """Two tap, the second when the first is under way."""
    asking = list(zip(crowd, wishes, strict=False))
    for number, (page, wish) in enumerate(asking, start=1):
        page.send(**wish)
        until(lambda number=number: gateway.metric("laotie_gateway_buys_under_way") == number)
    return asking


def decisions(gateway: pages.Gateway) -> float:
    """On how many taps the database has decided, replays counted."""
    return sum(
        gateway.metric(f'laotie_gateway_buys_total{{verdict="{verdict}"}}')
        for verdict in ("accepted", "replay")
    )


def by_key(wish: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    return lambda frame: frame.get("re") == wish["id"]


def levels_until_newcomers_wait(gateway: pages.Gateway) -> list[float]:
    """What is left undone grows while taps wait, and is looked at until it is most."""
    seen = [0.0]
    end = time.monotonic() + BACK_S
    while seen[-1] != Level.BROWSE:
        assert time.monotonic() < end, seen
        level = gateway.metric("laotie_gateway_pressure")
        seen += [level] if level != seen[-1] else []
    return seen


def decided(
    asking: list[tuple[Page, dict[str, Any]]],
) -> tuple[list[dict[str, Any]], int]:
    """The orders, and how often was asked for them: again only when told to, and then."""
    told: list[dict[str, Any]] = []
    tries, end = len(asking), time.monotonic() + 4 * BACK_S
    while asking:
        assert time.monotonic() < end, f"{len(asking)} taps are not decided"
        later = []
        for page, wish in asking:
            answer = page.until(by_key(wish), BACK_S)
            if answer["t"] == "ordered":
                told.append(answer)
            else:
                assert answer["code"] == "BUSY"
                later.append((time.monotonic() + answer["retry_after_ms"] / 1000, page, wish))
        for due, page, wish in sorted(later, key=lambda each: each[0]):
            time.sleep(max(0.0, due - time.monotonic()))
            page.send(**wish)
        tries += len(later)
        asking = [(page, wish) for _, page, wish in later]
    return told, tries


def insist(page: Page, wish: dict[str, Any]) -> dict[str, Any]:
    """Tap with one key until it is decided, again when told to."""
    until = time.monotonic() + BACK_S
    while (told := buying.ask(page, wish)).get("code") == "BUSY":
        assert time.monotonic() < until, told
        time.sleep(told["retry_after_ms"] / 1000)
    return told


def test_row_29_line_between_gateway_and_database_cut_without_a_word(cluster: Any) -> None:
    sale = buying.a_sale(quantity=1000)
    buyers = [buying.a_buyer() for _ in range(chance.rounds(6, 60))]
    wishes = [sale.wish(f"tap-{number:05d}") for number in range(len(buyers))]
    scene, name = sale.scene, str(connections["default"].settings_dict["NAME"])

    with (
        before_database(cluster.url("laotie_app", name)) as (road, url),
        pages.running_before(url) as gateway,
    ):
        crowd = [buying.enter(gateway, sale, buyer) for buyer in buyers]
        starts = [page.last_seq for page in crowd]
        road.is_black_hole = True
        began = time.monotonic()
        for page, wish in zip(crowd, wishes, strict=True):
            page.send(**wish)
        # Others reach the database: the room goes on without this gateway.
        pages.write_bags(scene.room_id, 3, 5)
        told = [page.until(lambda frame: frame["t"] == "refused", 30) for page in crowd]
        silent_s = time.monotonic() - began
        road.heal()
        decided = [insist(page, wish) for page, wish in zip(crowd, wishes, strict=True)]
        again = [insist(page, wish) for page, wish in zip(crowd, wishes, strict=True)]
        last = frames.position(scene.room_id)
        assert last is not None
        for page in crowd:
            if page.last_seq < last.seq:
                page.until(lambda frame: frame.get("seq", 0) >= last.seq, BACK_S)
        pages.hang_up()

    print(f"all were told within {silent_s:.1f} s")
    assert silent_s < BACK_S
    assert {frame["code"] for frame in told} == {"BUSY"}
    # One order each, whatever became of the first try, and no event of the room is missing or twice.
    assert [frame["t"] for frame in decided] == ["ordered"] * len(buyers)
    assert again == [frame | {"replay": True} for frame in decided]
    assert buying.order_count() == len({frame["order"] for frame in decided}) == len(buyers)
    for page, start in zip(crowd, starts, strict=True):
        assert page.seqs() == list(range(start + 1, page.last_seq + 1))
    assert last.seq >= max(starts) + 15
