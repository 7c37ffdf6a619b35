"""How long the books take to be proved: the replay of `laotie verify` against the bare sums.

Ours reads one snapshot: every transaction sums to zero, every balance is its legs, holds, debts,
escrow and refunds agree, and each order's shares are reckoned again from its frozen terms. The
floor is the two sums that any proof needs: legs by transaction and by account, in plain SQL.

    figure   legs a second; `seconds per million legs` beside it.
    goal     none is promised: it runs at night and after every crash test.
"""

import time

from bench import _backlog, _machine, _pairs, _server
from bench._pairs import Measure
from bench._report import Options, Report, Row
from bench._server import Server

_SUMS = (
    """SELECT count(*) FROM (
        SELECT txn_id, count(*), sum(amount_fen) FROM led_leg
        GROUP BY txn_id, currency HAVING sum(amount_fen) <> 0
    ) AS uneven""",
    """SELECT count(*) FROM (
        SELECT account_id, sum(amount_fen) AS fen FROM led_leg GROUP BY 1
    ) AS s JOIN led_account a ON a.id = s.account_id WHERE a.posted_fen <> s.fen""",
)


def run(options: Options) -> Report:
    report = Report("verify", options)
    with _server.fresh() as server:
        legs = _fill(server, 400 if options.is_small else 30_000)
        pairs = _pairs.interleave(
            lambda: _floor(server, legs), lambda: _ours(server, legs, report), options=options
        )
        _pairs.tell(report, "legs proved", "legs/s", pairs)
        report.row(
            Row(
                name="a million legs",
                unit="s",
                figure=_pairs.median(pairs, lambda pair: 1e6 / pair.ours.per_second),
                floor=_pairs.median(pairs, lambda pair: 1e6 / pair.raw.per_second),
            )
        )
    return report


def _fill(server: Server, sales: int) -> int:
    """Books with so many captured orders, a tenth of them split; how many legs."""
    from django.db import transaction
    from tests.builders import NOW

    from laotie.kernel import sql
    from laotie.ledger import settlement

    _backlog.add(server, _backlog.pattern(), sales)
    _backlog.read_all(*_backlog.consumers("trade"))
    held = [id for (id,) in sql.rows("SELECT order_id FROM led_order ORDER BY 1")]
    for start in range(0, len(held) // 10, 100):
        with transaction.atomic():
            for order_id in held[start : start + 100]:
                settlement.receive(order_id, now=NOW)
    server.analyze()
    ((legs,),) = sql.rows("SELECT count(*) FROM led_leg")
    return int(legs)


def _floor(server: Server, legs: int) -> Measure:
    from django.db import transaction

    from laotie.kernel import sql

    with (
        _machine.metered({"database": server.processor_s, "python": time.process_time}) as spent,
        transaction.atomic(),
    ):
        sql.change("SET LOCAL transaction_timeout = 0")
        for statement in _SUMS:
            assert sql.rows(statement) == [(0,)]
    return Measure(legs, spent.seconds, dict(spent.cpu_s), busy=spent.busy)


def _ours(server: Server, legs: int, report: Report) -> Measure:
    from laotie.ledger import verify

    with _machine.metered({"database": server.processor_s, "python": time.process_time}) as spent:
        findings = verify.verify()
    report.proof("books that do not hold", len(findings))
    return Measure(legs, spent.seconds, dict(spent.cpu_s), busy=spent.busy)
