"""Everybody loses the connection at once: how soon all are back, and whether they missed anything.

5,000 viewers of one room hang up together, as when a gateway is restarted, and come back as pages
do: a first try within ten seconds at random, then within twice as long, and so on. Meanwhile the
room goes on selling, ten events a second. The gateway, its options and the database are the
product's own.

    figure   seconds from the last viewer's first try until everybody is in again; pass 10, goal 5.
    latency  of each viewer, from its own first try until it is in again.
    memory   of the gateway for each viewer, when all are back.
    proved   each viewer has every event of the room, in order and without a gap, and the rooms were
             read from the database a few times, not once per viewer.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

from bench import _gateway, _machine, _pairs, _server, _sockets
from bench._pairs import Measure
from bench._report import Options, Report
from bench._server import Server

VIEWERS, SPREAD_S = 5_000, 10.0
SMALL_VIEWERS, SMALL_SPREAD_S = 200, 1.0
_EVENTS_PER_S = 10
_FEW_READS = 20


def run(options: Options) -> Report:
    """Storms one after the other, as many as there would be pairs."""
    report = Report("storm", options)
    viewers = SMALL_VIEWERS if options.is_small else VIEWERS
    spread_s = SMALL_SPREAD_S if options.is_small else SPREAD_S
    with _server.fresh() as server:
        from tests.usecases.live import scenes

        from laotie.kernel import clock

        room_id = scenes.a_live_room(clock.now()).room_id
        waits = [
            _storm(report, server, room_id, viewers, spread_s, number)
            for number in range(1, options.pairs + 1)
        ]
    report.goal("all back after the last one's first try", max(waits), passes=10, goal=5, unit=" s")
    return report


def _storm(
    report: Report, server: Server, room_id: UUID, viewers: int, spread_s: float, number: int
) -> float:
    paths = _gateway.paths_from_now(room_id, [None] * viewers)
    with ExitStack() as programs:
        gateways = programs.enter_context(
            _gateway.running("postgres", room_id, environment=server.environment())
        )
        empty = gateways.memory_kb()
        crowd = programs.enter_context(
            _sockets.running(
                "watch", paths, port=gateways.port, origin=_sockets.ORIGIN, seconds=1,
                spread_ms=round(spread_s * 1000), parallel=50,
            )
        )  # fmt: skip
        entered = crowd.told()
        missing_at_first = viewers - entered["seated"]
        with selling(room_id):
            crowd.go()
            crowd.told()
            reads = gateways.metric("laotie_gateway_openings_total")
            parts = {"gateway": gateways.processor_s, "database": server.processor_s}
            with _machine.metered(parts) as spent:
                crowd.go("drop")
                told = crowd.told()
            reads = gateways.metric("laotie_gateway_openings_total") - reads
        memory_kb = (gateways.memory_kb() - empty) / viewers
    wait_s = float(told["after_last_first_try_s"])
    name = f"{viewers:,} viewers, first tries within {spread_s:g} s, storm {number}"
    measure = Measure(
        units=viewers,
        seconds=spent.seconds,
        cpu_s=spent.cpu_s,
        latency=_sockets.latency(told["entry"]),
        memory_kb=memory_kb,
        generator_s=told["generator_s"],
        busy=spent.busy,
    )
    _pairs.tell_alone(report, name, "s after the last first try", [measure], value=lambda _: wait_s)
    report.proof("viewers who did not come back", missing_at_first + viewers - told["back"])
    report.proof("events that a viewer missed", told["missing"] + told["behind"])
    report.proof("events that a viewer was told twice", told["twice"])
    report.proof("reads of whole rooms beyond a few", int(max(0, reads - _FEW_READS)))
    report.note(
        f"storm {number}: {told['seconds']:.1f} s from the loss until all were back;"
        f" {told['failed_tries']} tries were turned away; whole rooms were read {reads:.0f} times"
    )
    return wait_s if told["back"] == viewers else 1e9


@contextmanager
def selling(room_id: UUID) -> Iterator[None]:
    """Somebody buys in the room, ten times a second, as its log is told of it."""
    over = threading.Event()

    def sell() -> None:
        from django.db import connection, transaction

        from laotie.kernel import clock
        from laotie.live import frames

        number = 0
        while not over.wait(1 / _EVENTS_PER_S):
            number += 1
            body = {
                "name": f"@{time.monotonic_ns()}#{number} ",
                "title": {"zh": "茶", "en": "tea"},
                "quantity": 1,
                "sold": number,
            }
            with transaction.atomic():
                frames.append(room_id, frames.BOUGHT, body, now=clock.now())
        connection.close()

    thread = threading.Thread(target=sell)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
