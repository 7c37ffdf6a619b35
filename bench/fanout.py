"""What one delivery to a viewer costs, and when the last viewer has it.

The product's gateway, its rooms and its sockets, against a C loop of `send` over as many sockets:
300 bytes to everybody, five and ten times a second, to 1,000, 5,000 and 10,000 viewers of one
process, and to 18,000 of two. The viewers are one C program. Latency
is from the moment a frame is made until a viewer has read it; `last viewer` is that of the last one
of each broadcast, so its floor is the number of viewers times the cost of one `send`.

Goals: processor time per delivery, times the floor's, at 10,000 viewers and ten frames a second
and at the worst size; the last viewer's p99 at the former, times the floor's; memory per viewer.
The worst size is the smallest: a gateway with nothing to send measures, beats and asks all the
same, 7 to 10 ms in a second, which 5,000 deliveries share there and 100,000 elsewhere.
"""

import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from bench import _gateway, _machine, _pairs, _server, _sockets
from bench._pairs import Measure, Pair
from bench._report import Options, Report
from tests.ports import free_port

ROOM = UUID("01980000-0000-7000-8000-000000000001")
FRAME_BYTES = 300
SIZES = [(1_000, 5, 1), (1_000, 10, 1), (5_000, 5, 1), (5_000, 10, 1), (10_000, 5, 1),
         (10_000, 10, 1), (18_000, 5, 2), (18_000, 10, 2)]  # fmt: skip
SMALL_SIZES = [(200, 10, 2)]


def run(options: Options) -> Report:
    """Deliveries a second, processor time and memory of each, and the last viewer's wait."""
    report = Report("fanout", options)
    report.note("latency is that of the last viewer of each broadcast")
    costs: dict[tuple[int, int], float] = {}
    memory, dead = [], 0
    with _server.house():
        for viewers, hz, processes in SMALL_SIZES if options.is_small else SIZES:
            pairs = _measure(viewers, hz, processes, options)
            name = f"{viewers:,} viewers, {hz} Hz, {processes} process(es)"
            row = _pairs.tell(report, name, "deliveries/s", pairs)
            dead += sum(not (pair.raw.units and pair.ours.units) for pair in pairs)
            if row.figure < 0.95 * viewers * hz:
                arrived = row.figure / (viewers * hz)
                report.note(f"{name}: {arrived:.0%} of the frames that were wanted arrived")
            costs[viewers, hz] = _pairs.cpu_ratio(pairs, "sender")
            memory.append(row.memory_kb or 0.0)
            if (viewers, hz) == (10_000, 10) or options.is_small:
                _goal_of_last(report, viewers, pairs)
    full = costs.get((10_000, 10), max(costs.values()))
    for where, cost in (("10,000 viewers at 10 Hz", full), ("the worst size", max(costs.values()))):
        what = f"processor time per delivery at {where}, times the floor's"
        report.goal(what, cost, passes=1.4, goal=1.1)
    report.proof("runs in which nobody had a frame", dead)
    report.goal("memory per viewer", max(memory), passes=20, goal=15, unit=" KB")
    return report


def _measure(viewers: int, hz: int, processes: int, options: Options) -> list[Pair]:
    """Both audiences sit before the first pair, so that no run pays for anybody's coming in."""
    with (
        _floor(viewers, hz, processes, seconds=options.seconds) as floor,
        _gateway_side(viewers, hz, processes, seconds=options.seconds) as ours,
    ):
        return _pairs.interleave(floor, ours, options=options)


@contextmanager
def _floor(
    viewers: int, hz: int, processes: int, *, seconds: float
) -> Iterator[Callable[[], Measure]]:
    """The C loop; several processes share the port, and the kernel deals the viewers out."""
    port = free_port()
    wishes: dict[str, object] = {"port": port, "hz": hz, "bytes": FRAME_BYTES}
    # Longer than is looked at: the last frames are still on their way when looking ends.
    wishes |= {"seconds": seconds + 0.2, "shared": int(processes > 1)}
    with ExitStack() as programs:
        casts = [
            programs.enter_context(_sockets.running("cast", **wishes)) for _ in range(processes)
        ]
        for cast in casts:
            assert cast.line() == "listening"
        watch = programs.enter_context(
            _sockets.running("watch", ["/"] * viewers, port=port, seconds=seconds, seats=0)
        )
        assert watch.told()["open"] == viewers

        def run() -> Measure:
            with _machine.metered({}) as spent:
                for program in (watch, *casts):
                    program.go()
                told = watch.told()
                ended = [cast.told() for cast in casts]
            sent = sum(each["sent"] for each in ended)
            used_s = sum(each["used_s"] for each in ended)
            return _measured(told, used_s * told["delivered"] / max(1, sent), spent.busy)

        yield run


@contextmanager
def _gateway_side(
    viewers: int, hz: int, processes: int, *, seconds: float
) -> Iterator[Callable[[], Measure]]:
    """The product: real hub, rooms and connections, entered with resume tokens."""
    wishes = {"tick_ms": 1000 // hz, "max_connections": viewers + 10, "accepts_per_s": 100_000}
    with _gateway.running(
        "ticking", ROOM, count=processes, frame_bytes=FRAME_BYTES, **wishes
    ) as gateways:
        empty = gateways.memory_kb()
        paths = _gateway.paths(ROOM, [None] * viewers)
        with _sockets.running(
            "watch", paths, port=gateways.port, origin=_sockets.ORIGIN, seconds=seconds
        ) as watch:
            entered = watch.told()
            assert entered["seated"] == viewers, entered
            memory_kb = (gateways.memory_kb() - empty) / viewers

            def run() -> Measure:
                gateways.tick()
                with _machine.metered({"sender": gateways.processor_s}) as spent:
                    watch.go()
                    told = watch.told()
                gateways.rest()
                assert told["closed"] == 0, told
                used_s = spent.cpu_s["sender"] * told["seconds"] / spent.seconds
                return _measured(told, used_s, spent.busy, memory_kb)

            yield run


def _measured(
    told: dict[str, Any], used_s: float, busy: float, memory_kb: float | None = None
) -> Measure:
    return Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={"sender": used_s},
        latency=_sockets.latency(told["last"]),
        memory_kb=memory_kb,
        generator_s=told["generator_s"],
        busy=busy,
    )


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
