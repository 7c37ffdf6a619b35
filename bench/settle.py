"""How fast captured money takes effect: `trade`, the reader that marks orders paid and posts the
ledger, against `pgbench` writing the same rows.

The floor writes what one batch of the reader writes, to copies of the same tables with all their
indexes and checks (`LIKE ... INCLUDING ALL`), from rows that the server makes up: checkout and
order become paid, `order_paid` is told, one transaction with two legs, the order's frozen money and
its line. It has no foreign keys, no proofs and no locks, reads no events, remembers no position.

    figure   orders a second, one reader; the floor is one client with batches of the same size.
    pass     0.3 of the floor, goal 0.6.
    backlog  seconds until a backlog of captures has taken effect everywhere: books, screens of
             rooms, notices to people, news to shops, each by its own reader at the same time.
"""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from bench import _backlog, _machine, _pairs, _pgbench, _server
from bench._pairs import Measure
from bench._report import Options, Report, Row
from bench._server import Server

_BATCH = 200  # As the reader's own.
PASS, GOAL = 0.3, 0.6
_TABLES = (
    "trade_checkout", "trade_order", "event_log", "led_txn", "led_leg", "led_order", "led_line",
)  # fmt: skip


def run(options: Options) -> Report:
    report = Report("settle", options)
    with _server.fresh() as server:
        order_id = _backlog.pattern()
        gc.collect()
        gc.freeze()  # As the worker does.
        count = 400 if options.is_small else 8_000
        pairs = _pairs.interleave(
            lambda: _floor(server, order_id, count),
            lambda: _read_alone(server, order_id, count),
            options=options,
        )
        row = _pairs.tell(report, "captures settled", "orders/s", pairs)
        assert row.ratio is not None
        report.goal("settle, of the floor", row.ratio, passes=PASS, goal=GOAL)
        report.goal(
            "PostgreSQL's processor time, times the floor's",
            _pairs.cpu_ratio(pairs, "database"), passes=3.0, goal=1.5,
        )  # fmt: skip
        _drain(server, order_id, 400 if options.is_small else 20_000, report)
        report.note("the backlog is one run, not pairs")
        _prove(report)
    return report


def _read_alone(server: Server, order_id: UUID, count: int) -> Measure:
    """The reader of captures by itself, from a backlog to its end."""
    _backlog.add(server, order_id, count)
    server.settle()
    first, *others = _backlog.consumers(*_backlog.CONSUMERS)
    with _metered(server) as spent:
        _backlog.read_all(first)
    _backlog.read_all(*others)  # What they had to do does not burden the next run.
    return _measured(spent, count)


def _drain(server: Server, order_id: UUID, count: int, report: Report) -> None:
    """All readers at once, each in a thread, as in the worker; until nothing is left."""
    from django.db import connections

    from laotie.kernel import event_log

    _backlog.add(server, order_id, count)
    server.settle()
    ended: dict[str, float] = {}
    is_over = threading.Event()

    def read(name: str) -> None:
        (consumer,) = _backlog.consumers(name)
        while True:
            if event_log.read_on(consumer) + event_log.retry_due(consumer):
                ended[name] = time.monotonic()
            elif is_over.is_set():
                break
            else:
                time.sleep(0.02)
        connections.close_all()

    threads = [threading.Thread(target=read, args=(name,)) for name in _backlog.CONSUMERS]
    with _metered(server) as spent:
        began = time.monotonic()
        for thread in threads:
            thread.start()
        _server.wait_for(lambda: _is_drained(count), "the backlog", patience_s=600)
        is_over.set()
        for thread in threads:
            thread.join()
    for name in _backlog.CONSUMERS:
        report.row(Row(name=f"backlog of {count:,}: {name}", unit="s", figure=ended[name] - began))
    run = _measured(spent, count)
    run = Measure(count, max(ended.values()) - began, run.cpu_s, busy=run.busy)
    _pairs.tell_alone(report, "backlog, everything", "orders/s", [run])


def _is_drained(count: int) -> bool:
    from laotie.kernel import sql

    behind = sql.rows(
        "SELECT count(*) FROM event_position p WHERE p.consumer = ANY (%s) AND EXISTS ("
        " SELECT FROM event_log e WHERE (e.generation, e.xid, e.id) > (p.generation, p.xid, p.id))",
        [list(_backlog.CONSUMERS)],
    )
    waiting = sql.rows("SELECT count(*) FROM event_retry WHERE state = 'WAITING'")
    return behind == waiting == [(0,)]


def _prove(report: Report) -> None:
    """Fast and wrong would be no measure."""
    from laotie.kernel import sql
    from laotie.runtime import invariants

    for each in invariants.broken():
        report.proof(f"{each.name} broken", each.rows)
    for what, statement in (
        ("captured orders that are not paid, held and told of once", _NOT_ONCE),
        ("events parked or waiting", "SELECT event_id FROM event_retry WHERE state <> 'DONE'"),
    ):
        report.proof(what, len(sql.rows(statement)))


_NOT_ONCE = """
SELECT p.group_id FROM pay_payment p JOIN trade_order o ON o.group_id = p.group_id
WHERE p.captured_at IS NOT NULL AND (
    o.state <> 'PAID'
    OR (SELECT count(*) FROM led_txn t WHERE t.order_id = o.id AND t.kind = 'capture') <> 1
    OR (SELECT count(*) FROM event_log e WHERE e.subject = o.id::text
        AND e.name = 'trade.order_paid') <> 1)
"""


@contextmanager
def _metered(server: Server) -> Iterator[_machine.Spent]:
    with _machine.metered({"database": server.processor_s, "reader": time.process_time}) as spent:
        yield spent


def _measured(spent: _machine.Spent, count: int) -> Measure:
    return Measure(count, spent.seconds, dict(spent.cpu_s), busy=spent.busy)


def _floor(server: Server, order_id: UUID, count: int) -> Measure:
    """The same rows by pgbench. Its copies start empty each time, as wide as the real ones."""
    is_small = count < 1_000
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS raw CASCADE")
        connection.execute("CREATE SCHEMA raw")
        for table in _TABLES:
            connection.execute(f"CREATE TABLE raw.{table} (LIKE {table} INCLUDING ALL)")
        connection.execute(_WISHES)
        connection.execute("CREATE SEQUENCE raw.batch MINVALUE 0 START 0")
        connection.execute(
            "INSERT INTO raw.wish (group_id, order_id, payment_id)"
            " SELECT uuidv7(), uuidv7(), uuidv7() FROM generate_series(1, %s)",
            [20_000 if is_small else 90_000],
        )
        (group_id,) = connection.execute(
            "SELECT group_id FROM trade_order WHERE id = %s", [order_id]
        ).fetchall()[0]
        for table, pattern_id, changed in (
            ("trade_checkout", group_id, {"id": "w.group_id", "key": "w.group_id::text"}),
            ("trade_order", order_id, {
                "id": "w.order_id", "group_id": "w.group_id", "number": _backlog.NUMBER,
                "placed_at": "t.placed_at + w.n * interval '1 ms'",
            }),
        ):  # fmt: skip
            _backlog.copy(
                connection, table, "id", pattern_id, {"buyer_id": "uuidv7()", **changed},
                into=f"raw.{table}", wishes="raw.wish",
            )  # fmt: skip
    server.analyze()
    server.settle()
    return _pgbench.run(
        server,
        _FLOOR,
        clients=1,
        seconds=1 if is_small else 2,
        units=_BATCH,
        variables={"batch": _BATCH},
    )


_WISHES = """
CREATE TABLE raw.wish (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id uuid, order_id uuid, payment_id uuid)
"""
# The traces are as long as real ones. A batch past the last wish fails for want of `last`.
_FLOOR = """
BEGIN;
SELECT nextval('raw.batch') * :batch::bigint AS first \\gset
SELECT n AS last FROM raw.wish WHERE n = :first::bigint + :batch::bigint \\gset
UPDATE raw.trade_checkout c SET state = 'PAID', payment_id = w.payment_id, paid_at = now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint AND c.id = w.group_id;
UPDATE raw.trade_order o SET state = 'PAID', paid_at = now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint AND o.id = w.order_id;
INSERT INTO raw.event_log (generation, at, name, version, subject, body)
    SELECT 1, now(), 'trade.order_paid', 1, w.order_id::text, jsonb_build_object(
        'order_id', w.order_id, 'group_id', w.group_id, 'shop_id', w.group_id,
        'buyer_id', w.payment_id, 'room_id', w.group_id, 'paid_fen', 1990, 'paid_at', now())
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_txn (id, idem, digest, kind, phase, order_id, payment_id, actor, effective_at,
        created_at)
    SELECT w.order_id, 'capture:' || w.order_id, repeat('0123456789abcdef', 4), 'capture', 'posted',
        w.order_id, w.payment_id, 'system', now(), now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_leg (txn_id, n, account_id, amount_fen, currency, role, trace)
    SELECT w.order_id, l.n, l.n, l.fen, 'CNY', 'buyer', l.trace
    FROM raw.wish w CROSS JOIN (VALUES (1, -1990, NULL), (2, 1990,
        '{"terms": [1990, 0, 0, 0], "rule": "sum"}'::jsonb)) AS l (n, fen, trace)
    WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_order (order_id, group_id, shop_id, buyer_id, payment_id, digest, tech_bps,
        channel_bps, rule_version, paid_fen, subsidy_fen, state, held_fen, refunded_fen,
        subsidy_back_fen, captured_at)
    SELECT w.order_id, w.group_id, w.group_id, w.payment_id, w.payment_id,
        repeat('0123456789abcdef', 4), 200, 60, 1, 1990, 0, 'HELD', 1990, 0, 0, now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_line (order_id, line_no, quantity, goods_fen, merchant_coupon_fen,
        platform_coupon_fen, freight_fen, roles, refunded_units, freight_refunded)
    SELECT w.order_id, 1, 1, 1990, 0, 0, 0, '[]', 0, false
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
COMMIT;
"""
