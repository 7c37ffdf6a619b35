"""How many orders are accepted in a second: `placing.place_batch` against a raw batch insert.

    python -m bench.place_orders [goods] [seconds]

Both write on the same durable server (fsync on, commit waited for), one after the other in the
same minute, several times over; reported is the median of the ratios, and processor time per
order, which repeats also on a busy machine. Two connections send batches of 256, as two gateways
would. The raw side counts stock down and inserts bare rows that the server makes up itself: no
quotes, no replays, no limits, no lines, no events.

On one SKU everybody wants the same row; with more the batches still overlap.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

ROUNDS = 3
SENDERS = 2
BATCH = 256
PLENTY = 9_000_000


@dataclass(frozen=True, slots=True)
class Measure:
    """server_s, sender_s: processor time of the database and of this process."""

    accepted: int
    seconds: float
    server_s: float
    sender_s: float

    @property
    def per_second(self) -> float:
        return self.accepted / self.seconds

    def __str__(self) -> str:
        each = 1e6 / max(1, self.accepted)
        return (
            f"{self.per_second:7.0f}/s, server {self.server_s * each:5.0f} us,"
            f" sender {self.sender_s * each:4.0f} us"
        )


def main() -> None:
    goods, seconds = (int(text) for text in [*sys.argv[1:3], "1", "3"][:2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
    os.environ.setdefault("LAOTIE_LAB", "1")
    os.environ.setdefault("LAOTIE_FIELD_KEY", "11" * 32)
    os.environ.setdefault("LAOTIE_SECRET_KEY", "22" * 32)
    with tempfile.TemporaryDirectory(prefix="laotie-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ.setdefault("LAOTIE_DATA", folder)
        with _server(Path(folder)) as owner_url:
            _compare(owner_url, goods, seconds)


def _compare(owner_url: str, goods: int, seconds: int) -> None:
    sku_ids = _sell(goods)
    _make_raw_tables(owner_url, goods)
    print(f"{goods} SKU(s), {SENDERS} senders, batches of {BATCH}, {seconds} s, {ROUNDS} pairs")
    ratios, gains = [], []
    for number in range(ROUNDS):
        raw = _measure(_raw_sender(goods), seconds)
        # Enough quotes for the round, whatever the raw side has shown to be possible.
        _quote(owner_url, sku_ids, int(raw.per_second * seconds * 0.6) + SENDERS * BATCH)
        ours = _measure(_our_sender(BATCH), seconds)
        single = _measure(_our_sender(1), min(seconds, 2))
        ratios.append(ours.per_second / raw.per_second)
        gains.append(ours.per_second / single.per_second)
        print(f"{number + 1}: raw         {raw}")
        print(f"   ours        {ours}   ratio {ratios[-1]:.2f}")
        print(f"   one by one  {single}")
    print(f"median ratio to the raw batch insert: {statistics.median(ratios):.2f}")
    print(f"median gain of batches over one by one: {statistics.median(gains):.0f}x")
    _check(sku_ids)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A durable server of its own with our tables; Django speaks to it as the app role."""
    from laotie.runtime import database as databases

    cluster = databases.embedded(folder)
    cluster.start()
    global _postmaster
    identity = cluster.identity()
    assert identity
    _postmaster = identity.pid
    try:
        databases.provide(cluster, "bench")
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        _point_at(cluster.url(databases.OWNER, "bench"))
        call_command("migrate", verbosity=0, interactive=False)
        _point_at(cluster.url(databases.APP, "bench"))
        yield cluster.url(databases.OWNER, "bench")
        connections["default"].close_pool()
    finally:
        cluster.stop()


def _point_at(url: str) -> None:
    from django.db import connections

    from laotie.runtime import settings

    connections["default"].close()
    connections["default"].close_pool()
    connections["default"].settings_dict.update(settings.database(url))


def _sell(goods: int) -> list[UUID]:
    from tests.builders import a_shop, a_stocked_sku

    shop = a_shop()
    return [a_stocked_sku(shop, 1990, on_hand=PLENTY) for _ in range(goods)]


def _quote(owner_url: str, sku_ids: list[UUID], count: int) -> None:
    """So many quotes of one unit for as many buyers, all copies of one real quote per SKU."""
    from tests.builders import a_person, a_quote

    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS waiting")
        connection.execute(
            "CREATE UNLOGGED TABLE waiting (n bigint GENERATED ALWAYS AS IDENTITY,"
            " revision_id uuid, order_id uuid, quote_id uuid, buyer_id uuid, pattern_id uuid)"
        )
        for sku_id in sku_ids:
            pattern = a_quote(a_person(), {sku_id: 1})
            connection.execute(
                "INSERT INTO waiting (revision_id, order_id, quote_id, buyer_id, pattern_id)"
                " SELECT uuidv7(), uuidv7(), uuidv7(), uuidv7(), (SELECT id FROM trade_quote"
                " WHERE quote_id = %s) FROM generate_series(1, %s)",
                [pattern.quote_id, count // len(sku_ids)],
            )
        for table, changed in (
            ("trade_quote", {"id": "revision_id", "quote_id": "quote_id", "buyer_id": "buyer_id"}),
            ("trade_quote_order", {"order_id": "order_id", "revision_id": "revision_id"}),
            ("trade_quote_line", {"order_id": "order_id", "revision_id": "revision_id"}),
        ):
            _copy(connection, table, changed)
        connection.execute("ANALYZE")


def _copy(connection: psycopg.Connection, table: str, changed: dict[str, str]) -> None:
    names = [
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            [table],
        ).fetchall()
    ]
    key = "id" if table == "trade_quote" else "revision_id"
    values = ", ".join(f"w.{changed[name]}" if name in changed else f"t.{name}" for name in names)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM waiting w"
        f" JOIN {table} t ON t.{key} = w.pattern_id"
    )


Sender = Callable[[int, threading.Event], int]


def _our_sender(size: int) -> Sender:
    from tests.builders import NOW

    from laotie.kernel import sql
    from laotie.trade.placing import Attempt, Outcome, place_batch

    now = NOW + timedelta(minutes=1)

    def send(sender: int, over: threading.Event) -> int:
        from django.db import connection

        rows = sql.rows(
            "SELECT w.buyer_id, w.quote_id FROM waiting w WHERE w.n %% %s = %s AND NOT EXISTS"
            " (SELECT FROM trade_checkout c WHERE c.id = w.quote_id) ORDER BY random()",
            [SENDERS, sender],
        )
        attempts = [Attempt(buyer, quote, 1, uuid4().hex) for buyer, quote in rows]
        accepted = 0
        _ready.wait()
        for start in range(0, len(attempts), size):
            if over.is_set():
                break
            verdicts = place_batch(attempts[start : start + size], now=now)
            accepted += sum(verdict.outcome is Outcome.ACCEPTED for verdict in verdicts)
        else:
            print(f"  sender {sender} ran out of quotes: the rate is too low")
        connection.close()
        return accepted

    return send


def _raw_sender(goods: int) -> Sender:
    def send(sender: int, over: threading.Event) -> int:
        from django.db import connection

        accepted = 0
        connection.ensure_connection()
        _ready.wait()
        cursor = psycopg.Cursor(connection.connection)
        while not over.is_set():
            with connection.connection.transaction():
                cursor.execute(_COUNT_DOWN, [goods, BATCH], prepare=True)
                cursor.execute(_INSERT, [goods, BATCH], prepare=True)
            accepted += BATCH
        connection.close()
        return accepted

    return send


_COUNT_DOWN = """
UPDATE raw_stock SET left_over = left_over - n
  FROM (SELECT g %% %s AS s, count(*) AS n FROM generate_series(1, %s) g GROUP BY 1) x
 WHERE id = s AND left_over >= n
"""
_INSERT = """
INSERT INTO raw_order (id, sku, buyer, amount_fen, key)
SELECT uuidv7(), g %% %s, g, 1990, gen_random_uuid() FROM generate_series(1, %s) g
"""


def _make_raw_tables(owner_url: str, goods: int) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE raw_stock (id int PRIMARY KEY,"
            " left_over int NOT NULL CHECK (left_over >= 0))"
        )
        connection.execute(
            "CREATE TABLE raw_order (id uuid PRIMARY KEY, sku int NOT NULL, buyer bigint NOT NULL,"
            " amount_fen bigint NOT NULL, key uuid NOT NULL UNIQUE)"
        )
        connection.execute(
            "INSERT INTO raw_stock SELECT g - 1, %s FROM generate_series(1, %s) g", [PLENTY, goods]
        )


_ready = threading.Barrier(SENDERS + 1)
_postmaster = 0


def _measure(send: Sender, seconds: int) -> Measure:
    """All senders begin together, once each is ready."""
    over = threading.Event()
    accepted: list[int] = []
    threads = [
        threading.Thread(target=lambda at=at: accepted.append(send(at, over)))
        for at in range(SENDERS)
    ]
    for thread in threads:
        thread.start()
    _ready.wait()
    start, server, sender = time.monotonic(), _server_time(), time.process_time()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()
    return Measure(
        sum(accepted),
        time.monotonic() - start,
        _server_time() - server,
        time.process_time() - sender,
    )


def _server_time() -> float:
    """Processor seconds of the server and of every process of its, ended ones too (Linux)."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It ended meanwhile; its parent has its time.
        if int(folder.name) == _postmaster or int(fields[1]) == _postmaster:
            ticks += sum(map(int, fields[11:13]))
        if int(folder.name) == _postmaster:
            ticks += sum(map(int, fields[13:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _check(sku_ids: list[UUID]) -> None:
    """Fast and wrong would be no measure."""
    from laotie.kernel import sql
    from laotie.trade import stock

    sold = sql.rows("SELECT count(*) FROM trade_order_line")[0][0]
    assert sum(PLENTY - left for left in stock.available(sku_ids).values()) == sold
    told = sql.rows("SELECT count(*) FROM event_log WHERE name = 'trade.order_placed'")[0][0]
    assert told == sold
    print(f"checked: {sold} orders, each counted off the stock and told once")


if __name__ == "__main__":
    main()
