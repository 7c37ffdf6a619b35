"""How long a comment takes to everybody's screen, and a picture from the camera to the viewer's.

Ten people talk in a room with 1,000 viewers, one comment each second; a comment is judged, stored
in the database, read back by the gateway's next tick and written to all. The clock starts when the
comment leaves its sender and stops when a viewer's socket has been read. The gateway, its driver
and the database are the product's own; how often a person may speak is lifted.

The floor is a bare server of the same library that passes each frame on to everybody as it comes:
what the same bytes take from socket to sockets. Ours waits half a tick on average besides, a whole
one at most, so that a busy room costs one frame per tick; the rest is judging, storing and reading.

Pictures take another way, from an encoder over RTMP to the player in Chromium (`_glass.py`). They
travel as segments of a second, which can be sent when they are whole, and the player stays two of
them behind the newest one on purpose. The floor is the same encoder straight into a decoder over
the loopback, and a segment's second.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bench import _bare, _gateway, _glass, _machine, _pairs, _server, _sockets, _town
from bench._gateway import Gateways
from bench._pairs import Measure
from bench._report import Latency, Options, Report

VIEWERS, SPEAKERS = 1_000, 10
SMALL_VIEWERS = 100
_SEGMENT_MS, _SEGMENTS_BEHIND = 1_000.0, 2


def run(options: Options) -> Report:
    """Milliseconds of a comment to a viewer and to the last one, and of a picture to the screen."""
    report = Report("latency", options)
    viewers = SMALL_VIEWERS if options.is_small else VIEWERS
    _comments(report, viewers, max(options.seconds, 2.0), options)
    seconds = 3.0 if options.is_small else max(10.0, options.seconds)
    pairs = _pairs.interleave(
        lambda: _glass.straight(seconds / 2, later_ms=_SEGMENT_MS),
        lambda: _glass.watch(seconds),
        options=options,
    )
    _pairs.tell(report, "camera to screen", "ms at p50", pairs, value=_pairs.p50)
    report.note(
        f"the player stays {_SEGMENTS_BEHIND * _SEGMENT_MS:,.0f} ms behind the newest segment, "
        "which itself is sent when it is whole"
    )
    return report


def _comments(report: Report, viewers: int, seconds: float, options: Options) -> None:
    with _server.fresh() as server:
        town = _town.build(server, skus=1, buyers=SPEAKERS, units=1_000)
        with (
            _bare.running() as bare,
            _gateway.running(
                "postgres", town.room_id, environment=server.environment(),
                messages_per_s=1_000, says_per_10_s=1_000, accepts_per_s=100_000,
            ) as gateways,
        ):  # fmt: skip

            def echo() -> Measure:
                guests = ["/"] * viewers
                return _talk(report, bare, guests, ["/"] * SPEAKERS, seconds).measure

            def talk() -> Measure:
                guests = _gateway.paths_from_now(town.room_id, [None] * viewers)
                voices = _gateway.paths_from_now(town.room_id, town.buyer_ids)
                heard = _talk(
                    report, gateways, guests, voices, seconds, database=server.processor_s
                )
                if heard.last:
                    report.note(f"the last viewer has a comment after {heard.last}")
                return heard.measure

            pairs = _pairs.interleave(echo, talk, options=options)
    _pairs.tell(report, f"comment to {viewers:,} screens", "ms at p50", pairs, value=_pairs.p50)
    report.note("a tick is 100 ms: 50 of them are waited on average, 100 at most")


@dataclass(frozen=True, slots=True)
class _Heard:
    """last: when the last viewer had each comment."""

    measure: Measure
    last: Latency | None


def _talk(
    report: Report, place: _bare.Room | Gateways, guests: list[str], people: list[str],
    seconds: float, *, database: Callable[[], float] | None = None,
) -> _Heard:  # fmt: skip
    with _sockets.running(
        "watch", guests, port=place.port, origin=_sockets.ORIGIN, seconds=seconds
    ) as crowd:
        assert crowd.told()["seated"] == len(guests)
        parts = {"gateway": place.processor_s, **({"database": database} if database else {})}
        with _talking(place.port, people) as refused, _machine.metered(parts) as spent:
            time.sleep(0.3)
            crowd.go()
            told = crowd.told()
    report.proof("comments that did not reach everybody", told["broadcasts"] - told["whole"])
    report.proof("comments refused", len(refused))
    measure = Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={name: used * told["seconds"] / spent.seconds for name, used in spent.cpu_s.items()},
        latency=_sockets.latency(told["delivery"]),
        generator_s=told["generator_s"],
        busy=spent.busy,
    )
    return _Heard(measure, _sockets.latency(told["last"]))


@contextmanager
def _talking(port: int, paths: list[str]) -> Iterator[list[str]]:
    """Everybody says something each second, one after the other; what was refused."""
    from websockets.sync.client import connect

    refused: list[str] = []
    over = threading.Event()
    with ExitStack() as sockets:
        voices = [
            sockets.enter_context(
                connect(
                    f"ws://127.0.0.1:{port}{path}", origin=_sockets.ORIGIN, compression=None,
                    max_size=None, ping_interval=None, close_timeout=1,
                )
            )
            for path in paths
        ]  # fmt: skip

        def hear(voice: Any) -> None:
            refused.extend(text for text in voice if json.loads(text)["t"] == "refused")

        def talk() -> None:
            number = 0
            while not over.wait(1 / len(voices)):
                number += 1
                text = f"@{time.monotonic_ns()}#{number} 好看"
                voices[number % len(voices)].send(
                    json.dumps({"t": "say", "id": f"say-{number}-{text[1:12]}", "text": text})
                )

        ears = [threading.Thread(target=hear, args=(voice,), daemon=True) for voice in voices]
        for thread in (*ears, talker := threading.Thread(target=talk)):
            thread.start()
        yield refused
        over.set()
        talker.join()
