"""How many orders a second one SKU takes, that everybody wants at once.

Four things in the same minute, several times over:
- the floor: `pgbench` writes the product's own rows 256 at a time and counts the stock row down;
- in process: two threads hand batches of 256 wishes to `trade.flash.buy_batch`;
- end to end: 2,000 buyers on a socket each, through the real gateway, who order again as soon as
  they have their answer, which comes after the commit;
- one transaction per order, as a shop would do it that knows no batches: `pgbench` with 16 and
  with 64 clients; the faster of the two counts.

Then a small stock is sold out, every key sent twice over two sockets in two gateway processes and
in both threads at once. The run fails if anything was oversold, lost, acknowledged early or told
differently the second time, or a twin of an accepted order was told "sold out".
"""

from bench import _order_floor, _order_runs, _pairs, _server, _town
from bench._order_proofs import Prover
from bench._pairs import Measure, Pair
from bench._report import Options, Report
from bench._server import Server
from bench._town import Town

PLENTY = 1_000_000  # The most that an offer may have.
BUYERS = 2_000


def run(options: Options) -> Report:
    """Accepted orders a second, of the floor and times one transaction per order."""
    report = Report("orders-hot", options)
    with _server.fresh() as server:
        measure(report, server, options, skus=1)
    with _server.fresh() as server:
        sell_out(report, server, options)
    return report


def measure(report: Report, server: Server, options: Options, *, skus: int) -> None:
    """The pairs of one SKU or of many, their goals, and the proofs over all answers."""
    buyers = 200 if options.is_small else BUYERS
    town = _town.build(server, skus=skus, buyers=2 * buyers, units=PLENTY)
    prover, seconds = Prover(server), options.seconds
    _order_runs.in_process(server, town, prover, seconds=0.2)  # The floor's pattern; warms up.
    _order_floor.make_tables(server, town)
    rounds = []
    with _order_runs.gateways(server, town) as running:
        sides = {
            "floor": lambda: _order_floor.batches(server, town, seconds=seconds),
            "inside": lambda: _order_runs.in_process(server, town, prover, seconds=seconds),
            "outside": lambda: _order_runs.over_sockets(
                server, town, running, prover, seconds=seconds, buyers=buyers
            ),
            "single 16": lambda: _single(server, town, 16, seconds),
            "single 64": lambda: _single(server, town, 64, seconds),
        }
        for number in range(options.pairs):
            names = list(sides) if number % 2 == 0 else list(reversed(sides))
            done: dict[str, Measure] = {}
            for name in names:
                server.settle()
                done[name] = sides[name]()
            rounds.append(done)
    _tell(report, rounds, is_hot=skus == 1)
    report.note("how often one person may order is lifted; all other options are the product's")
    prover.finish(report, "the measured runs")


def sell_out(report: Report, server: Server, options: Options) -> None:
    """The last units go while every key is sent twice at once, and all keys again afterwards."""
    buyers, units = (60, 600) if options.is_small else (400, 20_000)
    town, prover = _town.build(server, skus=2, buyers=2 * buyers, units=units), Prover(server)
    seconds = min(2.0, options.seconds)
    with _order_runs.gateways(server, town, count=2) as running:
        _order_runs.over_sockets(
            server, town, running, prover, seconds=seconds, buyers=buyers, is_paired=True
        )
    _order_runs.in_process(server, town, prover, seconds=seconds)
    prover.finish(report, "the sale to the last unit")


def _single(server: Server, town: Town, clients: int, seconds: float) -> Measure:
    return _order_floor.one_by_one(server, town, clients=clients, seconds=min(seconds, 3))


def _tell(report: Report, rounds: list[dict[str, Measure]], *, is_hot: bool) -> None:
    inside = [Pair(done["floor"], done["inside"]) for done in rounds]
    outside = [Pair(done["floor"], done["outside"]) for done in rounds]
    single = [Pair(_faster(done), done["outside"]) for done in rounds]
    unit = "orders/s"
    row = _pairs.tell(report, "in process, two threads of 256", unit, inside)
    ended = _pairs.tell(report, "end to end over sockets", unit, outside)
    _pairs.tell_alone(report, "one transaction per order (pgbench)", unit,
                      [pair.raw for pair in single])  # fmt: skip
    assert row.ratio is not None
    assert ended.ratio is not None
    if not is_hot:
        report.goal("end to end, of the floor", ended.ratio, passes=0.2, goal=0.4)
        return
    times = _pairs.median(single, lambda pair: pair.ours.per_second / pair.raw.per_second)
    report.goal("in process, of the floor", row.ratio, passes=0.55, goal=0.75)
    report.goal("end to end, of the floor", ended.ratio, passes=0.25, goal=0.5)
    report.goal("end to end, times one transaction per order", times, passes=15, goal=40)
    report.goal(
        "PostgreSQL's processor time per order in process, times the floor's",
        _pairs.cpu_ratio(inside, "database"), passes=1.4, goal=1.1,
    )  # fmt: skip
    report.goal(
        "PostgreSQL's processor time per order end to end, times the floor's",
        _pairs.cpu_ratio(outside, "database"), passes=1.4, goal=1.1,
    )  # fmt: skip


def _faster(done: dict[str, Measure]) -> Measure:
    return max(done["single 16"], done["single 64"], key=lambda one: one.per_second)
