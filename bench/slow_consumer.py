"""What viewers who do not read cost the others: 50 stalled ones among 2,000.

Frames of 3 KB, ten times a second, from the product's gateway; the stalled viewers have small
receive buffers and never read. Both runs of a pair are ours: without the stalled ones (the floor)
and with them. Compared is the time until the last of the others has a frame, in the median of the
frames.

    pass     the others are slower by 10 % at most, goal: not at all.
    proved   every stalled viewer is found and closed, and nobody else is.
"""

from bench import _gateway, _machine, _pairs, _server, _sockets
from bench._pairs import Measure
from bench._report import Options, Report
from bench.fanout import ROOM

VIEWERS, STALLED = 2_000, 50
SMALL_VIEWERS, SMALL_STALLED = 200, 5
FRAME_BYTES, HZ = 3_000, 10


def run(options: Options) -> Report:
    """The wait of the last viewer who reads, with stalled ones and without."""
    report = Report("slow-consumer", options)
    viewers, stalled = (SMALL_VIEWERS, SMALL_STALLED) if options.is_small else (VIEWERS, STALLED)
    with _server.house():
        pairs = _pairs.interleave(
            lambda: _broadcast(report, viewers, 0, options),
            lambda: _broadcast(report, viewers, stalled, options),
            options=options,
        )
    name = f"the others of {viewers:,}, {stalled} stalled"
    row = _pairs.tell(report, name, "ms until the last has it", pairs, value=_typical)
    assert row.ratio is not None
    slower = max(0.0, (row.ratio - 1) * 100)
    report.goal("the others slower by", slower, passes=10, goal=0, unit=" %")
    return report


def _broadcast(report: Report, viewers: int, stalled: int, options: Options) -> Measure:
    wishes = {"tick_ms": 1000 // HZ, "accepts_per_s": 100_000}
    if options.is_small:
        wishes["patience_ticks"] = 10
    with _gateway.running("ticking", ROOM, frame_bytes=FRAME_BYTES, **wishes) as gateways:
        paths = _gateway.paths(ROOM, [None] * (viewers + stalled))
        with _sockets.running(
            "watch", paths, port=gateways.port, origin=_sockets.ORIGIN, stalled=stalled,
            seconds=options.seconds,
        ) as crowd:  # fmt: skip
            assert crowd.told()["seated"] == viewers
            gateways.tick()
            with _machine.metered({"gateway": gateways.processor_s}) as spent:
                crowd.go()
                told = crowd.told()
            _server.wait_for(
                lambda: _closed(gateways) >= stalled, "closing of stalled viewers", patience_s=60
            )
            report.proof("others closed as slow", int(_closed(gateways)) - stalled + told["closed"])
    report.proof("broadcasts that did not reach all others", told["broadcasts"] - told["whole"])
    return Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={"gateway": spent.cpu_s["gateway"] * told["seconds"] / spent.seconds},
        latency=_sockets.latency(told["last"]),
        generator_s=told["generator_s"],
        busy=spent.busy,
    )


def _closed(gateways: _gateway.Gateways) -> float:
    return gateways.metric('laotie_gateway_closed_total{code="4008"}')


def _typical(run: Measure) -> float:
    return run.latency.p50 if run.latency else float("inf")
