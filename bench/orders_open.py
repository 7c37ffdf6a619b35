"""How long an order takes while so many fall due every second, whatever the answers.

An open loop over 1,000 sockets at 2,000 and at 5,000 orders a second on one SKU: orders fall due at
random moments, as real ones do, and latency counts from the moment an order was due until its
answer is read, which comes after the commit. The floor is `pgbench --rate` with the same rows at
the same offered rate, in transactions of the size that the gateway's batches had on average in the
run beside it; one order per transaction would not keep up with either rate.
"""

import statistics

from bench import _order_floor, _order_runs, _pairs, _server, _town
from bench._gateway import Gateways
from bench._order_proofs import Prover
from bench._pairs import Pair
from bench._report import Options, Report
from bench._server import Server
from bench._town import Town
from bench.orders_hot import PLENTY

RATES = (2_000, 5_000)
BUYERS = 1_000


def run(options: Options) -> Report:
    """p99 from the due time, times the floor's."""
    report = Report("orders-open", options)
    with _server.fresh() as server:
        town = _town.build(server, skus=1, buyers=BUYERS, units=PLENTY)
        prover = Prover(server)
        _order_runs.in_process(server, town, prover, seconds=0.2)  # The floor's pattern.
        _order_floor.make_tables(server, town)
        with _order_runs.gateways(server, town) as running:
            for rate in (200,) if options.is_small else RATES:
                _measure(report, server, town, running, prover, rate, options)
        prover.finish(report, "all runs")
    return report


def _measure(
    report: Report, server: Server, town: Town, running: Gateways, prover: Prover, rate: int,
    options: Options,
) -> None:  # fmt: skip
    pairs, sizes = [], []
    for _ in range(options.pairs):
        server.settle()
        before = _batches(running)
        ours = _order_runs.over_sockets(
            server, town, running, prover, seconds=options.seconds, buyers=BUYERS, rate=rate
        )
        orders, batches = (now - then for now, then in zip(_batches(running), before, strict=True))
        sizes.append(max(1, round(orders / max(1, batches))))
        server.settle()
        raw = _order_floor.offered(
            server, town, per_second=rate, size=sizes[-1], seconds=options.seconds
        )
        pairs.append(Pair(raw, ours))
    name = f"{rate:,} orders/s offered"
    row = _pairs.tell(report, name, "ms at p99", pairs, value=_pairs.p99)
    assert row.ratio is not None
    report.goal(f"p99 at {rate:,} orders/s, times the floor's", row.ratio, passes=3, goal=1.5)
    arrived = statistics.median(pair.ours.per_second for pair in pairs) / rate
    report.note(
        f"{name}: {arrived:.0%} of them were accepted in the time, in batches of"
        f" {statistics.median(sizes):.0f} on average"
    )


def _batches(running: Gateways) -> tuple[float, float]:
    """Wishes and batches so far."""
    name = "laotie_gateway_buy_batch"
    return running.metric(f"{name}_sum"), running.metric(f"{name}_count")
