"""What viewers who do not read cost the others: 50 stalled ones among 2,000.

Frames of 3 KB, ten times a second, from the product's gateway; the stalled viewers have small
receive buffers and never read. Both runs of a pair are ours, in one process and to one audience:
without stalled ones (the floor), and with 50 who have just come in. Compared is the time until
the last of the others has a frame, in the median of the frames.

    pass     the others are slower by 10 % at most, goal: not at all; their p99 is at most twice
             the floor's, goal: 1.2 times.
    proved   every stalled viewer is found and closed, and nobody else is.

Ten frames a second make the p99 of one run its slowest frame, which is the first: the stalled ones
come in at that moment, from far back, and are written all that they missed. That this is built
once for all who come back from one place, and not for each, is what keeps it near the others.
"""

from bench import _gateway, _machine, _pairs, _server, _sockets
from bench._gateway import Gateways
from bench._pairs import Measure
from bench._report import Options, Report
from bench._sockets import Program
from bench.fanout import ROOM

VIEWERS, STALLED = 2_000, 50
SMALL_VIEWERS, SMALL_STALLED = 200, 5
FRAME_BYTES, HZ = 3_000, 10


def run(options: Options) -> Report:
    """The wait of the last viewer who reads, with stalled ones and without."""
    report = Report("slow-consumer", options)
    viewers, stalled = (SMALL_VIEWERS, SMALL_STALLED) if options.is_small else (VIEWERS, STALLED)
    wishes = {"tick_ms": 1000 // HZ, "accepts_per_s": 100_000}
    if options.is_small:
        wishes["patience_ticks"] = 10
    with (
        _server.house(),
        _gateway.running("ticking", ROOM, frame_bytes=FRAME_BYTES, **wishes) as gateways,
        _sockets.running(
            "watch", _gateway.paths(ROOM, [None] * viewers), port=gateways.port,
            origin=_sockets.ORIGIN, seconds=options.seconds,
        ) as others,
    ):  # fmt: skip
        assert others.told()["seated"] == viewers
        pairs = _pairs.interleave(
            lambda: _broadcast(report, gateways, others),
            lambda: _broadcast_to_stalled(report, gateways, others, stalled),
            options=options,
        )
    name = f"the others of {viewers:,}, {stalled} stalled"
    row = _pairs.tell(report, name, "ms until the last has it", pairs, value=_pairs.p50)
    assert row.ratio is not None
    slower = max(0.0, (row.ratio - 1) * 100)
    report.goal("the others slower by", slower, passes=10, goal=0, unit=" %")
    tail = _pairs.median(pairs, lambda pair: _pairs.p99(pair.ours) / _pairs.p99(pair.raw))
    report.goal("the others' p99, times the floor's", tail, passes=2, goal=1.2)
    return report


def _broadcast(
    report: Report, gateways: Gateways, others: Program, *, goes_on_until_closed: int = 0
) -> Measure:
    """Stamped frames for as long as is measured, or until so many stalled ones are closed."""
    gateways.tick()
    with _machine.metered({"gateway": gateways.processor_s}) as spent:
        others.go()
        told = others.told()
    _server.wait_for(
        lambda: _closed(gateways) >= goes_on_until_closed, "closing of stalled viewers"
    )
    gateways.rest()
    report.proof("others closed as slow", told["closed"])
    report.proof("broadcasts that did not reach all others", told["broadcasts"] - told["whole"])
    return Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={"gateway": spent.cpu_s["gateway"] * told["seconds"] / spent.seconds},
        latency=_sockets.latency(told["last"]),
        generator_s=told["generator_s"],
        busy=spent.busy,
    )


def _broadcast_to_stalled(
    report: Report, gateways: Gateways, others: Program, stalled: int
) -> Measure:
    """The same with viewers who came in, and never read."""
    closed = _closed(gateways)
    paths = _gateway.paths(ROOM, [None] * stalled)
    with _sockets.running(
        "watch", paths, port=gateways.port, origin=_sockets.ORIGIN, stalled=stalled
    ) as crowd:
        assert crowd.told()["open"] == stalled
        measure = _broadcast(report, gateways, others, goes_on_until_closed=round(closed) + stalled)
        report.proof("others closed as slow", round(_closed(gateways) - closed) - stalled)
    return measure


def _closed(gateways: Gateways) -> float:
    return gateways.metric('laotie_gateway_closed_total{code="4008"}')
