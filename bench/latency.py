"""How long a comment takes to everybody's screen, and a picture from the camera to the viewer's.

Ten people talk in a room with 1,000 viewers, one comment each second; a comment is judged, stored
in the database, read back by the gateway's next tick and written to all. The clock starts when the
comment leaves its sender and stops when a viewer's socket has been read. The gateway, its driver
and the database are the product's own; how often a person may speak is lifted.

The floor is no limit of hardware: half a tick is waited on average, a whole one at most, so that a
busy room costs one frame per tick. What is above it is judging, storing, reading and sending.

Pictures take another way, from an encoder over RTMP to the player in Chromium (`_glass.py`). They
travel as segments of a second, and the player stays two of them behind the newest one on purpose:
that is what a viewer waits, and the floor of this way of sending.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

from bench import _gateway, _glass, _machine, _pairs, _server, _sockets, _town
from bench._gateway import Gateways
from bench._pairs import Measure
from bench._report import Options, Report
from bench._server import Server

VIEWERS, SPEAKERS = 1_000, 10
SMALL_VIEWERS = 100
_SEGMENTS_BEHIND_MS = 2_000.0


def run(options: Options) -> Report:
    """Milliseconds of a comment to a viewer and to the last one, and of a picture to the screen."""
    report = Report("latency", options)
    viewers = SMALL_VIEWERS if options.is_small else VIEWERS
    seconds = max(options.seconds, 2.0)
    with _server.fresh() as server:
        town = _town.build(server, skus=1, buyers=SPEAKERS, units=1_000)
        with _gateway.running(
            "postgres", town.room_id, environment=server.environment(),
            messages_per_s=1_000, says_per_10_s=1_000, accepts_per_s=100_000,
        ) as gateways:  # fmt: skip
            runs = [
                _talk(report, server, town.room_id, town.buyer_ids, gateways, viewers, seconds)
                for _ in range(options.pairs)
            ]
    _pairs.tell_alone(
        report, f"comment to {viewers:,} screens", "ms at p50", runs, value=_pairs.p50
    )
    report.note("a tick is 100 ms: 50 of them are waited on average, 100 at most")
    shown = [
        _glass.watch(3.0 if options.is_small else max(10.0, seconds)) for _ in range(options.pairs)
    ]
    _pairs.tell_alone(report, "camera to screen", "ms at p50", shown, value=_pairs.p50)
    report.note(
        f"the player stays {_SEGMENTS_BEHIND_MS:,.0f} ms behind the newest segment, "
        "which itself is sent when it is whole"
    )
    return report


def _talk(
    report: Report, server: Server, room_id: UUID, people: tuple[UUID, ...], gateways: Gateways,
    viewers: int, seconds: float,
) -> Measure:  # fmt: skip
    paths = _gateway.paths_from_now(room_id, [None] * viewers)
    voices = _gateway.paths_from_now(room_id, people)
    with _sockets.running(
        "watch", paths, port=gateways.port, origin=_sockets.ORIGIN, seconds=seconds
    ) as crowd:
        assert crowd.told()["seated"] == viewers
        parts = {"gateway": gateways.processor_s, "database": server.processor_s}
        with _talking(gateways.port, voices) as refused, _machine.metered(parts) as spent:
            time.sleep(0.3)
            crowd.go()
            told = crowd.told()
    report.proof("comments that did not reach everybody", told["broadcasts"] - told["whole"])
    report.proof("comments refused", len(refused))
    last = _sockets.latency(told["last"])
    if last:
        report.note(f"the last viewer has a comment after {last}")
    return Measure(
        units=told["delivered"],
        seconds=told["seconds"],
        cpu_s={name: used * told["seconds"] / spent.seconds for name, used in spent.cpu_s.items()},
        latency=_sockets.latency(told["delivery"]),
        generator_s=told["generator_s"],
        busy=spent.busy,
    )


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
