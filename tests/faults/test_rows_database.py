"""Rows of the failure table about the web and its database: 1, 4, 5, 6, 21, 29. See docs/architecture/faults.md.

The server is a copy of the session's, which may be killed; the web process reaches it by a road
that can be bad.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from django.db import OperationalError, transaction
from tests import conftest as house
from tests import web_process
from tests.builders import a_key, a_person, a_quote, a_shop, a_stocked_sku
from tests.faults import branches, chance, disks
from tests.faults.proxy import Proxy, before_database
from tests.lab.harness import LabProcess, until
from tests.receiver import with_settings
from tests.surfaces.apps import app_of
from tests.usecases.payments.money import captures, card, started
from tests.web_process import Web, Wish

from laotie.kernel import clock, outage, sql
from laotie.ledger.verify import verify
from laotie.payments import reconciliation
from laotie.runtime import database as databases
from laotie.runtime import line
from laotie.runtime.postgres import Cluster
from laotie.trade import stock

pytestmark = pytest.mark.faults
NAME = "town"
PICTURE = Path(__file__).parent.parent.parent / "docs" / "images" / "wall-en.webp"
LONGEST_S = 5.0  # Until somebody who writes knows that the database is away.
SLOWER = 3.0  # This machine does other things as well.


@pytest.fixture(scope="module")
def branch(cluster: Cluster) -> Iterator[Cluster]:
    with branches.place() as folder, branches.running(cluster, folder) as branch:
        databases.clone(branch, house.TEMPLATE, NAME)
        yield branch


@pytest.fixture(scope="module")
def served(
    branch: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Web, Proxy]]:
    """The web process, and the road between it and the database."""
    with (
        before_database(branch.url("laotie_app", NAME)) as (road, url),
        web_process.serving(url, tmp_path_factory.mktemp("web")) as web,
    ):
        yield web, road
        road.heal()


@pytest.fixture
def town(cluster: Cluster, branch: Cluster, db: None) -> Iterator[None]:
    """This process speaks to the same database, straight."""
    line.point_at(branch.url("laotie_app", NAME))
    yield
    broken = house.broken_invariants() if branch.is_alive() else []
    house.point_home(cluster)
    assert not broken, broken


def wishes_for(sku: UUID, buyers: int) -> list[Wish]:
    found = []
    for _ in range(buyers):
        buyer = a_person()
        quote = a_quote(buyer, {sku: 1}, now=clock.now())
        body = {"quote_id": quote.public_id, "version": quote.version}
        found.append(Wish(app_of(buyer).token, "/orders", body, a_key()))
    return found


class Writers:
    """Buyers who each insist with their key; what was answered, and how long it took."""

    def __init__(self, web: Web, wishes: list[Wish]) -> None:
        self.answers: list[tuple[int, float]] = []
        self.without_wait = 0
        self.placed: dict[str, str] = {}
        self._web = web
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._insist, args=(wish,)) for wish in wishes]

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join(90)
        assert not any(thread.is_alive() for thread in self._threads)

    def _insist(self, wish: Wish) -> None:
        url = f"{self._web.origin}/api/v1{wish.path}"
        with httpx.Client(trust_env=False, timeout=60) as http:
            deadline = time.monotonic() + 80
            while time.monotonic() < deadline:
                began = time.monotonic()
                answer = http.post(url, json=wish.body, headers=wish.headers())
                self.answers.append((answer.status_code, time.monotonic() - began))
                if answer.status_code == 201:
                    self.placed[wish.key] = answer.json()["group_id"]
                    return
                self.without_wait += "Retry-After" not in answer.headers
                time.sleep(0.2)

    def until_answered(self, count: int) -> None:
        """So many answers have come, whatever they say."""
        until(lambda: len(self.answers) >= count, patience_s=60)

    def statuses(self) -> set[int]:
        return {status for status, _ in self.answers}


def test_row_01_web_killed_after_its_reply(served: tuple[Web, Proxy], town: None) -> None:
    web, _ = served
    sku = a_stocked_sku(a_shop(), on_hand=5)
    (wish,) = wishes_for(sku, 1)

    told = web.ask(wish)
    web.kill()
    ours = "SELECT total_fen FROM trade_checkout WHERE key = %s"
    kept = sql.rows(ours, [wish.key])
    web.start()
    again = web.ask(wish)

    assert told.status_code == again.status_code == 201
    assert again.json() == told.json()
    assert kept == sql.rows(ours, [wish.key]) == [(told.json()["total_fen"],)]
    assert stock.available([sku]) == {sku: 4}


def test_row_04_database_killed(branch: Cluster, served: tuple[Web, Proxy], town: None) -> None:
    web, _ = served
    sku = a_stocked_sku(a_shop(), on_hand=1000)

    for _ in range(chance.rounds(1, 5)):
        before = Counter(sql.rows("SELECT key FROM trade_checkout"))
        wishes = wishes_for(sku, 24)
        line.close()
        writers = Writers(web, wishes)
        branches.kill(branch)
        with writers:
            writers.until_answered(len(wishes))
            alive = httpx.get(f"{web.origin}/healthz", trust_env=False, timeout=5)
            branch.start()

        assert alive.status_code == 200
        assert writers.statuses() == {201, 503}
        assert writers.without_wait == 0
        refused = [took for status, took in writers.answers if status == 503]
        assert max(refused) < LONGEST_S
        assert writers.placed.keys() == {wish.key for wish in wishes}
        kept = Counter(sql.rows("SELECT key FROM trade_checkout")) - before
        assert kept == Counter((wish.key,) for wish in wishes)
    assert verify() == []


def test_row_06_disk_full(cluster: Cluster, db: None) -> None:
    used = sum(path.stat().st_size for path in cluster.data.rglob("*") if path.is_file())
    with (
        branches.place() as folder,
        disks.small(folder, (used >> 20) + 48) as small,
        branches.running(cluster, small) as branch,
        contextlib.ExitStack() as stack,
    ):
        stack.callback(line.point_at, cluster.url("laotie_app", house.DATABASE))
        line.point_at(branch.url("laotie_app", house.DATABASE))
        buyer, sku = a_person(), a_stocked_sku(a_shop(), on_hand=5)
        app = app_of(buyer)
        quote = a_quote(buyer, {sku: 1}, now=clock.now())
        body = {"quote_id": quote.public_id, "version": quote.version}
        before = sql.rows("SELECT count(*) FROM event_log")

        ballast = disks.fill(small)
        refused = None
        with pytest.raises(OperationalError) as full:
            for _ in range(200):
                with transaction.atomic():
                    sql.change(
                        "INSERT INTO event_log (name, version, subject, body)"
                        " SELECT 'nobody.hears', 1, repeat('x', 2000), '{}' FROM generate_series(1, 500)"
                    )
        refused = full.value
        ballast.unlink()

        # Whoever wrote is told to come back; nothing half done is there, and it goes on by itself.
        assert outage.is_outage(refused)
        line.close()
        until(branch.is_running, patience_s=30)
        assert app.post("/orders", body, key=a_key()).status == 201
        assert stock.available([sku]) == {sku: 4}
        ((events,),) = sql.rows("SELECT count(*) FROM event_log WHERE name = 'nobody.hears'")
        assert events % 500 == 0
        assert before[0][0] > 0
        assert verify() == []
        # The same with pictures: what does not fit is not kept, and nobody says it was.
        app.http.raise_request_exception = False
        media = small / "media"
        media.mkdir()
        disks.fill(small)
        with with_settings(data=media):
            refused_picture = app.send(
                "POST", "/me/pictures", raw=PICTURE.read_bytes(), content_type="image/webp"
            )
        kept = sql.rows("SELECT count(*) FROM catalog_picture")
        (small / "ballast").unlink()
        with with_settings(data=media):
            picture = app.send(
                "POST", "/me/pictures", raw=PICTURE.read_bytes(), content_type="image/webp"
            )

        assert (refused_picture.status, refused_picture.code) == (507, "NO_SPACE")
        assert kept == [(0,)]
        assert picture.status == 201


def test_row_21_database_slow(served: tuple[Web, Proxy], town: None) -> None:
    web, road = served
    sku = a_stocked_sku(a_shop(), on_hand=1000)
    wishes = wishes_for(sku, chance.rounds(24, 200))
    road.down.latency_s = 2.0

    writers = Writers(web, wishes)
    with writers:
        # As many as the web works on at a time have waited for it.
        writers.until_answered(8)
        road.heal()

    assert writers.statuses() <= {201, 503}
    assert writers.without_wait == 0
    assert writers.placed.keys() == {wish.key for wish in wishes}
    assert len(set(writers.placed.values())) == len(wishes)
    ((reserved,),) = sql.rows("SELECT reserved FROM trade_stock WHERE sku_id = %s", [sku])
    assert reserved == len(wishes)


def test_row_29_line_cut_without_a_word(
    branch: Cluster, served: tuple[Web, Proxy], town: None
) -> None:
    web, road = served
    sku = a_stocked_sku(a_shop(), on_hand=5)
    (wish,) = wishes_for(sku, 1)
    direct = branch.url("laotie_app", NAME)
    lock = b"SELECT 1 FROM trade_stock WHERE sku_id = %s FOR UPDATE"
    with (
        before_database(direct) as (own_road, url),
        psycopg.connect(direct, autocommit=True) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        worker = psycopg.connect(url)
        worker.execute(lock, [sku])
        other.execute("SET transaction_timeout = 0")
        other.execute("SET lock_timeout = '30s'")
        own_road.is_black_hole = road.is_black_hole = True
        began = time.monotonic()
        try:
            asked = pool.submit(web.ask, wish)
            # The server lets go of what a silent client holds.
            other.execute(lock, [sku])
            freed_s = time.monotonic() - began
            refused = asked.result(60)
            refused_s = time.monotonic() - began
        finally:
            own_road.heal()
            road.heal()
            worker.close()

    print(f"locks free after {freed_s:.1f} s, 503 after {refused_s:.1f} s")
    assert freed_s < 30
    assert (refused.status_code, refused.json()["code"]) == (503, "BUSY")
    assert "Retry-After" in refused.headers
    assert refused_s < LONGEST_S * SLOWER
    until(lambda: web.ask(wish).status_code == 201, patience_s=30)
    assert stock.available([sku]) == {sku: 4}


def test_row_05_failover_to_a_lagging_replica(branch: Cluster, lab: LabProcess, town: None) -> None:
    """The last of these: the server does not come back."""
    with contextlib.ExitStack() as stack:
        there = stack.enter_context(branches.place())
        socket, port = branch.address()
        road = stack.enter_context(Proxy(f"{socket}/.s.PGSQL.{port}"))
        standby = stack.enter_context(
            branches.following(branch, there, host="127.0.0.1", port=road.port)
        )
        stack.callback(line.close)
        with psycopg.connect(branch.url("postgres", "postgres"), autocommit=True) as owner:
            # As an installation runs that must lose nothing: a commit waits for the replica.
            owner.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            owner.execute("SELECT pg_reload_conf()")
            until(lambda: owner.execute("SELECT 1 FROM pg_stat_replication").fetchone())
            kept, url = started()
            lab.choose(url, "silent")
            card(kept)
            # And as one that waits for nothing, while the replica falls behind.
            owner.execute("ALTER SYSTEM RESET synchronous_standby_names")
            owner.execute("SELECT pg_reload_conf()")
        road.is_black_hole = True
        lost, url = started()
        lab.choose(url, "silent")
        card(lost)
        assert (captures(kept), captures(lost)) == (1, 1)
        today = reconciliation.day_of(clock.now())
        line.close()

        branches.kill(branch)
        branches.promote(standby)
        line.point_at(standby.url("laotie_app", NAME))
        reconciliation.fetch_bill(today, now=clock.now())
        reconciliation.match(today, now=clock.now())

        # What waited for the replica is there; what did not is gone, and the bill tells of it.
        assert (captures(kept), captures(lost)) == (1, 0)
        assert sql.rows("SELECT count(*) FROM pay_payment WHERE id = %s", [lost.id]) == [(0,)]
        found = "SELECT status FROM pay_recon_item WHERE out_no = %s"
        assert sql.rows(found, [lost.out_no]) == [("MISSING_HERE",)]
        assert verify() == []
        broken = house.broken_invariants()
        assert not broken, broken
