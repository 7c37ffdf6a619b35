"""What one delivery to a viewer costs, and when the last viewer has it.

The product's gateway, its rooms and its sockets, against a C loop of `send` over as many sockets:
300 bytes to everybody, five and ten times a second, to 1,000, 5,000 and 10,000 viewers of one
process and 18,000 of two. The viewers are one C program. Latency is from the moment a frame is made
until a viewer has read it; `last viewer` is that of the last one of each broadcast, so its floor is
the number of viewers times the cost of one `send`.

Goals: processor time per delivery, times the floor's (all sizes); the last viewer's p99 at 10,000
viewers and ten frames a second, times the floor's; memory per viewer.
"""

import statistics
from uuid import UUID

from bench import _gateway, _machine, _pairs, _server, _sockets
from bench._pairs import Measure, Pair
from bench._report import Options, Report, Row

ROOM = UUID("01980000-0000-7000-8000-000000000001")
FRAME_BYTES = 300
SIZES = [(1_000, 5, 1), (1_000, 10, 1), (5_000, 5, 1), (5_000, 10, 1), (10_000, 5, 1),
         (10_000, 10, 1), (18_000, 5, 2)]  # fmt: skip
SMALL_SIZES = [(200, 10, 2)]


def run(options: Options) -> Report:
    """Deliveries a second, processor time and memory of each, and the last viewer's wait."""
    report = Report("fanout", options)
    with _server.house():
        costs, memory = [], []
        for viewers, hz, processes in SMALL_SIZES if options.is_small else SIZES:
            pairs = _measure(viewers, hz, processes, options)
            row = _tell(report, f"{viewers:,} viewers, {hz} Hz, {processes} process(es)", pairs)
            costs.append(_pairs.cpu_ratio(pairs, "sender"))
            memory.append(row.memory_kb or 0.0)
            if (viewers, hz) == (10_000, 10) or options.is_small:
                _goal_of_last(report, viewers, pairs)
        report.goal(
            "processor time per delivery, times the floor's", statistics.median(costs),
            passes=1.4, goal=1.1,
        )  # fmt: skip
        report.goal("memory per viewer", max(memory), passes=20, goal=15, unit=" KB")
    return report


def _measure(viewers: int, hz: int, processes: int, options: Options) -> list[Pair]:
    return _pairs.interleave(
        lambda: floor(viewers, hz, processes, seconds=options.seconds),
        lambda: gateway(viewers, hz, processes, seconds=options.seconds),
        options=options,
    )


def floor(
    viewers: int, hz: int, processes: int, *, seconds: float, frame_bytes: int = FRAME_BYTES
) -> Measure:
    """The C loop; several processes share the port, and the kernel deals the viewers out."""
    port = _sockets.free_port()
    wishes = {"port": port, "hz": hz, "seconds": seconds + 1, "bytes": frame_bytes}
    if processes > 1:
        wishes |= {"shared": 1, "patience": 1 + viewers / 4_000}
    casts = [_sockets.Program("cast", **wishes, viewers=viewers) for _ in range(processes)]
    try:
        for cast in casts:
            assert cast.line() == "listening"
        with _sockets.running(
            "watch", ["/"] * viewers, port=port, seconds=seconds, seats=0
        ) as watch:
            assert watch.told()["open"] == viewers
            for cast in casts:
                assert cast.line() == "ready"
            before = _machine.resident_kb([cast.pid for cast in casts])
            for cast in casts:
                cast.go()
            # The first tick warms up; what is sent to one viewer in all counts for each second.
            watch.go()
            told = watch.told()
            ended = [cast.told() for cast in casts]
    finally:
        for cast in casts:
            cast.end()
    share = told["delivered"] / max(1, sum(each["sent"] for each in ended))
    return Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={"sender": sum(each["used_s"] for each in ended) * share},
        latency=_sockets.latency(told["last"]),
        memory_kb=before / viewers,
        generator_s=told["generator_s"],
    )


def gateway(
    viewers: int, hz: int, processes: int, *, seconds: float, frame_bytes: int = FRAME_BYTES
) -> Measure:
    """The product: real hub, rooms and connections, entered with resume tokens."""
    wishes = {"tick_ms": 1000 // hz, "max_connections": viewers + 10, "accepts_per_s": 100_000}
    with _gateway.running(
        "ticking", ROOM, count=processes, frame_bytes=frame_bytes, **wishes
    ) as gateways:
        empty = gateways.memory_kb()
        paths = _gateway.paths(ROOM, [None] * viewers)
        with _sockets.running(
            "watch", paths, port=gateways.port, origin=_sockets.ORIGIN, seconds=seconds
        ) as watch:
            entered = watch.told()
            assert entered["seated"] == viewers, entered
            memory = gateways.memory_kb() - empty
            gateways.tick()
            with _machine.metered({"sender": gateways.processor_s}) as spent:
                watch.go()
                told = watch.told()
            assert told["closed"] == 0, told
    share = told["seconds"] / spent.seconds
    return Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={"sender": spent.cpu_s["sender"] * share},
        latency=_sockets.latency(told["last"]),
        memory_kb=memory / viewers,
        generator_s=told["generator_s"],
        busy=spent.busy,
    )


def _tell(report: Report, name: str, pairs: list[Pair]) -> Row:
    report.note("latency is that of the last viewer of each broadcast")
    row = _pairs.tell(report, name, "deliveries/s", pairs)
    wanted = _wanted(name)
    if row.figure < 0.95 * wanted:
        report.note(f"{name}: {row.figure / wanted:.0%} of the frames that were wanted arrived")
    return row


def _wanted(name: str) -> float:
    viewers, hz = name.split(" viewers, ")
    return float(viewers.replace(",", "")) * float(hz.split(" Hz")[0])


def _goal_of_last(report: Report, viewers: int, pairs: list[Pair]) -> None:
    ratios = [
        pair.ours.latency.p99 / pair.raw.latency.p99
        for pair in pairs
        if pair.ours.latency and pair.raw.latency
    ]
    if ratios:
        report.goal(
            f"last viewer's p99 of {viewers:,} at 10 Hz, times the floor's",
            statistics.median(ratios), passes=2, goal=1.2,
        )  # fmt: skip
