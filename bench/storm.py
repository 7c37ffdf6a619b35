"""Everybody loses the connection at once: how soon all are back, and whether they missed anything.

5,000 viewers of one room hang up together, as when a gateway is restarted, and come back as pages
do: a first try within ten seconds at random, then within twice as long, and so on. Meanwhile the
room goes on selling, ten events a second. The gateway, its options and the database are the
product's own.

    figure   how long the slowest viewer in a hundred takes, from its own first try until it is in.
    floor    the same crowd and a bare server of the same library, which lets in whoever knocks.
    goal     all are back so many seconds after the last viewer's first try; pass 10, goal 5.
    memory   of the gateway for each viewer, when all are back.
    proved   each viewer has every event of the room, in order and without a gap, and the rooms were
             read from the database a few times, not once per viewer.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench import _bare, _gateway, _machine, _pairs, _server, _sockets
from bench._gateway import Gateways
from bench._pairs import Measure
from bench._report import Options, Report
from bench._server import Server

VIEWERS, SPREAD_S = 5_000, 10.0
SMALL_VIEWERS, SMALL_SPREAD_S = 200, 0.5
_EVENTS_PER_S = 10
_FEW_READS = 20


def run(options: Options) -> Report:
    """Storms one after the other, as many as there are pairs."""
    report = Report("storm", options)
    viewers = SMALL_VIEWERS if options.is_small else VIEWERS
    spread_s = SMALL_SPREAD_S if options.is_small else SPREAD_S
    waits: list[float] = []
    with _server.fresh() as server:
        from tests.usecases.live import scenes

        from laotie.kernel import clock

        room_id = scenes.a_live_room(clock.now()).room_id
        pairs = _pairs.interleave(
            lambda: _bare_storm(viewers, spread_s),
            lambda: _storm(report, server, room_id, viewers, spread_s, waits),
            options=options,
        )
    name = f"{viewers:,} viewers, first tries within {spread_s:g} s"
    _pairs.tell(report, name, "ms at p99", pairs, value=_pairs.p99)
    report.goal("all back after the last one's first try", max(waits), passes=10, goal=5, unit=" s")
    return report


def _storm(
    report: Report, server: Server, room_id: UUID, viewers: int, spread_s: float,
    waits: list[float],
) -> Measure:  # fmt: skip
    """One of ours; `waits` has then how long all took after the last first try."""
    paths = _gateway.paths_from_now(room_id, [None] * viewers)
    with _gateway.running("postgres", room_id, environment=server.environment()) as gateways:
        storm = _come_back(
            gateways, paths, spread_s,
            parts={"database": server.processor_s},
            meanwhile=selling(room_id),
            reads=lambda: gateways.metric("laotie_gateway_openings_total"),
        )  # fmt: skip
    told = storm.told
    wait_s = float(told["after_last_first_try_s"])
    waits.append(wait_s if told["back"] == viewers else 1e9)
    report.proof("viewers who did not come back", 2 * viewers - storm.seated - told["back"])
    report.proof("events that a viewer missed", told["missing"] + told["behind"])
    report.proof("events that a viewer was told twice", told["twice"])
    report.proof("reads of whole rooms beyond a few", int(max(0, storm.reads - _FEW_READS)))
    report.note(
        f"storm {len(waits)}: {told['seconds']:.1f} s from the loss until all were back,"
        f" {wait_s:.3f} s after the last first try; {told['failed_tries']} tries were turned away;"
        f" whole rooms were read {storm.reads:.0f} times"
    )
    return storm.measure


def _bare_storm(viewers: int, spread_s: float) -> Measure:
    with _bare.running() as room:
        storm = _come_back(room, ["/"] * viewers, spread_s)
    assert storm.told["back"] == viewers, storm.told
    return storm.measure


@dataclass(frozen=True, slots=True)
class _Storm:
    """seated: before it. reads: of whole rooms, meanwhile. told: what the crowd says."""

    seated: int
    reads: float
    told: Mapping[str, Any]
    measure: Measure


def _come_back(
    place: _bare.Room | Gateways, paths: list[str], spread_s: float, *,
    parts: Mapping[str, Callable[[], float]] | None = None,
    meanwhile: AbstractContextManager[None] | None = None,
    reads: Callable[[], float] = lambda: 0.0,
) -> _Storm:  # fmt: skip
    """Everybody sits in this place, hangs up at once, and comes back."""
    empty = place.memory_kb()
    with _sockets.running(
        "watch", paths, port=place.port, origin=_sockets.ORIGIN, seconds=spread_s / 10,
        spread_ms=round(spread_s * 1000), parallel=50,
    ) as crowd:  # fmt: skip
        seated = int(crowd.told()["seated"])
        with meanwhile or nullcontext():
            if meanwhile:
                crowd.go()  # Something has happened before the loss.
                crowd.told()
            before = reads()
            with _machine.metered({"gateway": place.processor_s, **(parts or {})}) as spent:
                crowd.go("drop")
                told = crowd.told()
            after = reads()
        memory_kb = (place.memory_kb() - empty) / len(paths)
    measure = Measure(
        units=len(paths),
        seconds=spent.seconds,
        cpu_s=spent.cpu_s,
        latency=_sockets.latency(told["entry"]),
        memory_kb=memory_kb,
        generator_s=told["generator_s"],
        busy=spent.busy,
    )
    return _Storm(seated, after - before, told, measure)


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
