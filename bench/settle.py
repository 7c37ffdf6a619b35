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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from bench import _backlog, _machine, _money_floor, _pairs, _server, _worker
from bench._pairs import Measure
from bench._report import Options, Report, Row
from bench._server import Server

PASS, GOAL = 0.3, 0.6


def run(options: Options) -> Report:
    report = Report("settle", options)
    with _server.fresh() as server:
        order_id = _backlog.pattern()
        gc.collect()
        gc.freeze()  # As the worker does.
        count = 400 if options.is_small else 8_000
        pairs = _pairs.interleave(
            lambda: _money_floor.run(
                server, order_id,
                seconds=1 if options.is_small else 2, wishes=20_000 if options.is_small else 90_000,
            ),
            lambda: _read_alone(server, order_id, count),
            options=options,
        )  # fmt: skip
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
    _backlog.add(server, order_id, count)
    server.settle()
    with _metered(server) as spent:
        began = time.monotonic()
        with _worker.reading(*_backlog.CONSUMERS) as ended:
            _server.wait_for(_is_drained, "the backlog", patience_s=600)
    for name in _backlog.CONSUMERS:
        report.row(Row(name=f"backlog of {count:,}: {name}", unit="s", figure=ended[name] - began))
    run = _measured(spent, count)
    run = Measure(count, max(ended.values()) - began, run.cpu_s, busy=run.busy)
    _pairs.tell_alone(report, "backlog, everything", "orders/s", [run])


def _is_drained() -> bool:
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
