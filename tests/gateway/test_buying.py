"""Buying over the room's socket: real sockets, a real gateway process, a real database."""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from tests import builders
from tests.faults.proxy import before_database
from tests.gateway import pages
from tests.gateway.pages import Gateway, Page
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene

from laotie.kernel import clock, ids, sql
from laotie.kernel.actor import Actor
from laotie.live import flashes
from laotie.runtime import line
from laotie.trade import orders, stock


@dataclass(frozen=True, slots=True)
class Sale:
    """A room with a flash offer at 19.90."""

    scene: Scene
    offer_id: UUID

    def wish(self, key: str, *, n: int = 1, fen: int = 1990) -> dict[str, Any]:
        return {
            "t": "buy",
            "id": key,
            "offer": ids.public("ofr", self.offer_id),
            "sku": ids.public("sku", self.scene.sku_id),
            "n": n,
            "fen": fen,
        }


def a_sale(quantity: int = 10, *, limit: int | None = None) -> Sale:
    now = clock.now()
    scene = scenes.a_live_room(now)
    card = flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990,
        quantity=quantity, seconds=600, limit_per_buyer=limit, now=now,
    )  # fmt: skip
    return Sale(scene, card.offer_id)


def a_buyer() -> Actor:
    buyer = builders.a_person()
    builders.an_address(buyer)
    return buyer


def enter(gateway: Gateway, sale: Sale, buyer: Actor, **query: object) -> Page:
    return pages.enter(gateway, sale.scene.room_id, buyer, **query)


def answer(page: Page) -> dict[str, Any]:
    return page.until(lambda frame: frame["t"] in {"ordered", "refused"})


def ask(page: Page, wish: dict[str, Any]) -> dict[str, Any]:
    page.send(**wish)
    return answer(page)


def order_count() -> int:
    ((number,),) = sql.rows("SELECT count(*) FROM trade_order")
    return int(number)


def test_a_tap_makes_an_order_that_can_be_paid(gateway: Gateway) -> None:
    sale, buyer = a_sale(), a_buyer()
    page = enter(gateway, sale, buyer)

    told = ask(page, sale.wish("tap-00001", n=2))

    group_id, order_id = ids.parse("grp", told["group"]), ids.parse("ord", told["order"])
    seen = builders.see(buyer, order_id)
    assert (told["t"], told["re"], "replay" in told) == ("ordered", "tap-00001", False)
    assert told["total_fen"] == seen.total_fen
    assert sql.rows("SELECT quantity FROM trade_order_line WHERE order_id = %s", [order_id]) == [
        (2,)
    ]
    ticket = orders.pay(actor=buyer, group_id=group_id, now=clock.now())
    assert ticket.amount_fen == told["total_fen"]
    assert told["pay_by"] == clock.millis(ticket.pay_by)


def test_an_accepted_key_answers_the_same_on_every_socket(gateway: Gateway, cluster: Any) -> None:
    sale, buyer = a_sale(), a_buyer()
    first = ask(enter(gateway, sale, buyer), sale.wish("tap-00001"))
    with pages.running(cluster) as other:
        again = ask(enter(gateway, sale, buyer), sale.wish("tap-00001"))
        elsewhere = ask(enter(other, sale, buyer), sale.wish("tap-00001"))
        pages.hang_up()

    assert again == elsewhere == first | {"replay": True}
    assert order_count() == 1


def test_what_is_not_there_is_not_sold(gateway: Gateway) -> None:
    sale = a_sale(quantity=3)
    told = [
        ask(enter(gateway, sale, a_buyer(), lang="en"), sale.wish(f"tap-0000{n}", n=2))
        for n in range(2)
    ]

    assert [each["t"] for each in told] == ["ordered", "refused"]
    assert (told[1]["code"], told[1]["remaining"], told[1]["re"]) == ("SOLD_OUT", 1, "tap-00001")
    assert told[1]["text"] == "Sold out, or fewer are left than you want. 1 can still be had."
    assert order_count() == 1


def test_refusals_of_a_purchase(gateway: Gateway) -> None:
    sale, buyer = a_sale(limit=2), a_buyer()
    page = enter(gateway, sale, buyer, lang="en")
    nowhere = enter(gateway, sale, builders.a_person(), lang="en")
    guest = enter(gateway, sale, Actor.anonymous(), lang="en")

    bought = ask(page, sale.wish("tap-00001", n=1))
    over = ask(page, sale.wish("tap-00002", n=2))
    dearer = ask(page, sale.wish("tap-00003", fen=1890))
    other = ask(page, sale.wish("tap-00001", n=2))
    unknown = ask(page, sale.wish("tap-00004") | {"offer": "ofr_nonsense"})
    homeless = ask(nowhere, sale.wish("tap-00005"))
    stranger = ask(guest, sale.wish("tap-00006"))
    malformed = [ask(page, sale.wish(key)) for key in ("short", "with blank", "ключ-ключ")]
    flashes.close_flash(actor=sale.scene.host, room_id=sale.scene.room_id, now=clock.now())
    late = ask(page, sale.wish("tap-00007"))

    assert bought["t"] == "ordered"
    assert (over["code"], over["remaining"]) == ("LIMIT_REACHED", 1)
    assert over["text"].endswith("You can still have 1.")
    assert (dearer["code"], dearer["fen"]) == ("PRICE_CHANGED", 1990)
    assert other["code"] == "KEY_REUSED"
    assert unknown["code"] == "NOT_FOR_SALE"
    assert homeless["code"] == "ADDRESS_NEEDED"
    assert stranger["code"] == "SIGN_IN_FIRST"
    assert [each["code"] for each in malformed] == ["BAD_FRAME"] * 3
    assert (late["code"], late["text"]) == ("OFFER_OVER", "This offer is over.")
    assert order_count() == 1


def test_a_no_binds_nothing_and_never_outlives_the_yes_of_another_gateway(
    gateway: Gateway, cluster: Any
) -> None:
    sale, buyer = a_sale(quantity=2), builders.a_person()
    page = enter(gateway, sale, buyer)
    wish = sale.wish("tap-00001")

    before = ask(page, wish)
    builders.an_address(buyer)
    with pages.running(cluster) as another:
        yes = ask(enter(another, sale, buyer), wish)
        after = ask(page, wish)
        pages.hang_up()

    assert before["code"] == "ADDRESS_NEEDED"
    assert (yes["t"], "replay" in yes) == ("ordered", False)
    assert after == {**yes, "replay": True}
    assert order_count() == 1


def test_who_asks_too_often_is_told_when_to_come_back(cluster: Any, db: None) -> None:
    sale, buyer = a_sale(), a_buyer()
    with pages.running(cluster, buys_per_10_s=3, is_still=True) as gateway:
        told = [ask(enter(gateway, sale, buyer), sale.wish(f"tap-0000{n}")) for n in range(4)]
        other = ask(enter(gateway, sale, a_buyer()), sale.wish("tap-00001"))
        pages.hang_up()

    assert [each["t"] for each in told] == ["ordered"] * 3 + ["refused"]
    assert (told[3]["code"], told[3]["retry_after_ms"]) == ("TOO_MANY", 1_000)
    assert other["t"] == "ordered"
    assert order_count() == 4


def batches_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gateways from here on wait for goods that are held, as the shared one does."""
    monkeypatch.setenv("PGOPTIONS", pages.BATCHES_WAIT)


def leave(gateway: Gateway, page: Page, wish: dict[str, Any]) -> None:
    """Its batch has left: the one slot is taken."""
    page.send(**wish)
    while gateway.metric("laotie_gateway_buys_under_way") != 1:
        with contextlib.suppress(TimeoutError):
            page.until(lambda frame: frame["t"] == "refused", within_s=0.02)
            page.send(**wish)  # It had to wait too long itself.


@contextmanager
def goods_held(cluster: Any, sale: Sale) -> Iterator[None]:
    """Somebody else holds the row of the goods: batches hang as on a slow disk."""
    name = str(connections["default"].settings_dict["NAME"])
    with psycopg.connect(cluster.url("postgres", name)) as elsewhere:
        elsewhere.execute(
            "SELECT 1 FROM trade_stock WHERE sku_id = %s FOR UPDATE", [sale.scene.sku_id]
        )
        yield
        elsewhere.rollback()


def test_a_storm_of_one_key_is_one_order_and_one_answer_each(
    gateway: Gateway, cluster: Any
) -> None:
    sale, buyer = a_sale(), a_buyer()
    windows = [enter(gateway, sale, buyer) for _ in range(4)]
    decided = 'laotie_gateway_buys_total{verdict="accepted"}'
    before = gateway.metric(decided)

    with goods_held(cluster, sale):
        for window in windows:
            for _ in range(5):
                window.send(**sale.wish("tap-00001"))
            window.send(t="ping", at=7)
            window.until_type("pong")  # All of its wishes have been read.
    told = [answer(window) for window in windows]
    for window in windows:
        window.send(t="ping", at=8)
        window.until_type("pong")

    assert [each["t"] for each in told] == ["ordered"] * 4
    assert len({each["order"] for each in told}) == 1
    assert [sum(f["t"] == "ordered" for f in window.frames) for window in windows] == [1] * 4
    assert gateway.metric(decided) == before + 1
    assert order_count() == 1


def test_who_waited_too_long_is_told_so_and_nothing_was_ordered(
    cluster: Any, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = a_sale()
    batches_wait(monkeypatch)
    with pages.running(cluster, buy_deadline_ms=300, buy_slots=1) as gateway:
        first = enter(gateway, sale, a_buyer())
        second = enter(gateway, sale, a_buyer(), lang="en")
        with goods_held(cluster, sale):
            leave(gateway, first, sale.wish("tap-00001"))
            second.send(**sale.wish("tap-00002"))
            gave_up = answer(second)
        went_through = answer(first)
        count = order_count()
        while (again := ask(second, sale.wish("tap-00002"))).get("code") == "BUSY":
            pass  # Of a busy machine.
        pages.hang_up()

    assert gave_up["code"] == "BUSY"
    assert gave_up["text"] == "Very busy right now. Try again; nothing is ordered twice."
    assert 1_000 <= gave_up["retry_after_ms"] <= 3_000
    assert (went_through["t"], count) == ("ordered", 1)
    assert (again["t"], "replay" in again) == ("ordered", False)


def test_a_full_queue_turns_away_at_once(
    cluster: Any, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = a_sale()
    batches_wait(monkeypatch)
    with pages.running(
        cluster, buy_slots=1, buy_queue=2, buy_deadline_ms=3_600_000, is_still=True
    ) as gateway:
        page, other = enter(gateway, sale, a_buyer()), enter(gateway, sale, a_buyer())
        with goods_held(cluster, sale):
            leave(gateway, page, sale.wish("tap-00000"))
            for n in (1, 2):
                page.send(**sale.wish(f"tap-0000{n}"))
            page.send(t="ping", at=2)
            page.until_type("pong")
            full = ask(other, sale.wish("tap-00009"))
            comment = other.send(t="say", id="1", text="还有吗") or other.until_said("还有吗")
        told = [answer(page) for _ in range(3)]
        pages.hang_up()

    assert (full["code"], full["re"]) == ("BUSY", "tap-00009")
    assert comment["text"] == "还有吗"
    assert [each["t"] for each in told] == ["ordered"] * 3
    assert order_count() == 3


def test_while_the_database_is_away_nothing_is_acknowledged(cluster: Any, db: None) -> None:
    sale, buyer = a_sale(), a_buyer()
    name = str(connections["default"].settings_dict["NAME"])
    with pages.running(cluster, buys_per_10_s=9_999) as gateway:
        page = enter(gateway, sale, buyer, lang="en")
        with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as elsewhere:
            elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            elsewhere.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'laotie_app' AND datname = %s",
                [name],
            )
            try:
                refused = ask(page, sale.wish("tap-00001"))
            finally:
                elsewhere.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        line.close()  # A pool that grew meanwhile waits before it tries again.
        while (told := ask(page, sale.wish("tap-00001"))).get("code") == "BUSY":
            time.sleep(0.2)
        pages.hang_up()

    assert refused["code"] == "BUSY"
    assert refused["text"] == "No answer yet. Try again; nothing is ordered twice."
    assert refused["retry_after_ms"] >= 1_000
    assert told["t"] == "ordered"
    assert order_count() == 1


def test_a_database_that_says_nothing_is_away_and_comes_back(cluster: Any, db: None) -> None:
    sale, buyer = a_sale(), a_buyer()
    name = str(connections["default"].settings_dict["NAME"])

    with (
        before_database(cluster.url("laotie_app", name)) as (road, url),
        pages.running_before(url) as gateway,
    ):
        page = enter(gateway, sale, buyer, lang="en")
        before = ask(page, sale.wish("tap-00001"))
        road.is_black_hole = True
        for n in range(2, 6):  # More than there are slots.
            page.send(**sale.wish(f"tap-0000{n}"))
            time.sleep(0.05)
        told = [page.until(lambda frame: frame["t"] in {"link", "refused"}, 20) for _ in range(5)]
        at_once = ask(page, sale.wish("tap-00006"))
        with pytest.raises(HTTPError, match="503"):
            gateway.get("/readyz")
        road.heal()
        page.until(lambda frame: frame["t"] == "link", 30)
        after = [ask(page, sale.wish(f"tap-0000{n}")) for n in range(1, 7)]
        ready = gateway.get("/readyz")
        pages.hang_up()

    refused = [frame for frame in told if frame["t"] == "refused"]
    assert before["t"] == "ordered"
    assert {frame["re"] for frame in refused} == {f"tap-0000{n}" for n in range(2, 6)}
    assert {frame["code"] for frame in (*refused, at_once)} == {"BUSY"}
    assert [frame["ok"] for frame in told if frame["t"] == "link"] == [False]
    unsure = "No answer yet. Try again; nothing is ordered twice."
    assert unsure in {frame["text"] for frame in refused}
    assert (at_once["re"], at_once["text"]) == ("tap-00006", unsure)
    assert [each["t"] for each in after] == ["ordered"] * 6
    assert after[0] == before | {"replay": True}
    assert ready == "ok\n"
    assert order_count() == len({each["order"] for each in after}) == 6


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_gateway_that_dies_at_the_commit_has_the_order_or_not_and_never_twice(
    cluster: Any, db: None, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    sale, buyer = a_sale(), a_buyer()
    with pages.running(cluster) as second:
        point = f"trade.flash.buy_batch.{moment}_commit"
        monkeypatch.setenv("LAOTIE_CRASH_AT", f"{point}:1")
        with pages.running(cluster) as first:
            page = enter(first, sale, buyer)
            page.send(**sale.wish("tap-00001"))
            closed = page.until_closed()
            assert first.process is not None
            died = first.process.wait(20)
        there = order_count()
        told = ask(enter(second, sale, buyer), sale.wish("tap-00001"))
        pages.hang_up()

    assert (closed, died) == (1006, 137)
    assert not any(frame["t"] == "ordered" for frame in page.frames)
    assert there == (1 if moment == "after" else 0)
    assert (told["t"], told.get("replay", False)) == ("ordered", moment == "after")
    assert order_count() == 1


def test_two_gateways_at_once_sell_no_unit_twice(
    gateway: Gateway, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale, buyers = a_sale(quantity=30), [a_buyer() for _ in range(20)]
    batches_wait(monkeypatch)
    with pages.running(cluster, buy_deadline_ms=3_600_000) as other:
        ends = [(enter(gateway, sale, buyer), enter(other, sale, buyer)) for buyer in buyers]
        start = threading.Barrier(2)
        told: dict[tuple[int, int], list[dict[str, Any]]] = {}

        def buy(side: int) -> None:
            start.wait()
            for n, pair in enumerate(ends):
                for key in ("one", "two"):
                    pair[side].send(**sale.wish(f"{key}-{n:05d}", n=1))
            for n, pair in enumerate(ends):
                told[side, n] = sorted(
                    (answer(pair[side]) for _ in range(2)), key=lambda frame: frame["re"]
                )

        threads = [threading.Thread(target=buy, args=(side,)) for side in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pages.hang_up()

    # Both ends were told the same of each key, up to which of them was the repetition.
    for n in range(len(buyers)):
        for here, there in zip(told[0, n], told[1, n], strict=True):
            assert (here["t"], here.get("order")) == (there["t"], there.get("order"))
    sold = {frame["order"] for frames in told.values() for frame in frames if "order" in frame}
    assert len(sold) == order_count() == 30
    assert stock.offer_left([sale.offer_id]) == {sale.offer_id: 0}
