"""How fast a provider's notices become captured money, paid orders and news of it.

A notice comes signed over HTTP to the product's web process, which proves and stores it before it
says yes. The worker asks the provider about each payment (a notice is believed in nothing but that
it is time to ask), captures the money, and its readers mark orders paid, post the ledger, tell the
room, the buyer and the shop. Each notice comes twice, and they are not in order. The provider is a
light stand-in with the lab's forms and signatures (`_notices.py`); web and worker are processes.

    figure   captures a second, from the first notice until the last is told of everywhere, the
             worker beside it; then, at a steady rate, from the moment a notice was due until that.
    floor    `pgbench` writing the same rows to copies of the tables, in batches as large as the
             readers': no HTTP, no signatures, nobody asked, nothing acknowledged; at a steady rate
             one transaction per capture. Ours waits besides, and works little: the worker asks
             once a second, and readers that had nothing look up to half a second apart.
    backlog  notices that came while no worker was there: how fast they are taken in, and how long
             the worker needs from its start until everything is told.
    proved   every payment captured once, its order paid, its goods still held, its ledger posted,
             its news told once, each notice kept once and handled, all invariants hold.

A small run plays web and worker as threads of one process, which start at once.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from bench import (
    _backlog,
    _capture_proofs,
    _machine,
    _money_floor,
    _notices,
    _pairs,
    _server,
    _web,
    _worker,
)
from bench._pairs import Measure
from bench._report import Latency, Options, Report, Row
from bench._server import Server
from bench._told import Watch
from tests.ports import free_port

PASS_S, GOAL_S = 5.0, 2.5
_TOLD_WITHIN_S = 300.0
_KEY = "44" * 32

Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True)
class House:
    """What takes notices in, all of one pattern's price.

    key:      shared with the provider.
    door:     processor seconds of what answers, by name; `provider_s` of who is asked.
    worker:   who asks and reads, until its block ends; its processor seconds, by name.
    told_of:  the numbers of all payments that notices were sent about.
    """

    server: Server
    order_id: UUID
    amount_fen: int
    port: int
    key: str
    door: Mapping[str, Seconds]
    provider_s: Seconds
    worker: Callable[[], AbstractContextManager[Mapping[str, Seconds]]]
    told_of: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Size:
    """How many captures each part takes."""

    at_once: int
    offered_per_s: int
    steady: int
    backlog: int


def run(options: Options) -> Report:
    """Captures a second, the wait of one, and how long a backlog takes."""
    from laotie.kernel import clock

    report = Report("captures", options)
    size = (
        Size(at_once=20, offered_per_s=40, steady=10, backlog=20)
        if options.is_small
        else Size(at_once=600, offered_per_s=60, steady=round(60 * options.seconds), backlog=2_000)
    )
    with _server.fresh() as server:
        order_id = _backlog.pattern(clock.now())
        with (_here if options.is_small else _processes)(server, order_id) as house:
            _drain(report, house, size.backlog)
            with house.worker() as worker:
                _as_fast_as_they_come(report, house, worker, size, options)
                _steadily(report, house, worker, size, options)
            _capture_proofs.prove(report, house.told_of)
    return report


def _as_fast_as_they_come(
    report: Report, house: House, worker: Mapping[str, Seconds], size: Size, options: Options
) -> None:
    count = size.at_once
    pairs = _pairs.interleave(
        lambda: _money_floor.run(
            house.server, house.order_id, wishes=100 * count, is_told=True,
            batch=min(count, _money_floor.BATCH),
        ),
        lambda: _take_in(house, worker, count),
        options=options,
    )  # fmt: skip
    row = _pairs.tell(report, "as fast as they come", "captures/s", pairs)
    us = sum(used for name, used in row.cpu_us.items() if name != "generator")
    report.note(
        f"{us / 1000:.1f} ms of processor for each capture, whose notice comes"
        f" {_notices.TIMES} times"
    )


def _steadily(
    report: Report, house: House, worker: Mapping[str, Seconds], size: Size, options: Options
) -> None:
    rate = size.offered_per_s
    pairs = _pairs.interleave(
        lambda: _money_floor.run(
            house.server, house.order_id, wishes=size.steady, is_told=True, batch=1,
            per_second=rate,
        ),
        lambda: _take_in(house, worker, size.steady, per_second=rate),
        options=options,
    )  # fmt: skip
    row = _pairs.tell(report, f"{rate} captures/s offered", "ms at p99", pairs, value=_pairs.p99)
    report.goal(
        f"told of everywhere at {rate} captures/s, the slowest in a hundred",
        row.figure / 1000, passes=PASS_S, goal=GOAL_S, unit=" s",
    )  # fmt: skip


def _drain(report: Report, house: House, count: int) -> None:
    """Notices come while nobody asks; then a worker does."""
    _backlog.add(house.server, house.order_id, count, is_captured=False)
    house.server.settle()
    with _machine.metered({**house.door, "database": house.server.processor_s}) as spent:
        sent = _send(house, None)
    stored = Measure(
        units=count * _notices.TIMES,
        seconds=sent.last - min(sent.due.values()),
        cpu_s=spent.cpu_s,
        latency=Latency.of(sent.ms),
        generator_s=sent.processor_s,
        busy=spent.busy,
    )
    _pairs.tell_alone(report, f"backlog of {count:,}: stored", "notices/s", [stored])
    with Watch(house.server, count) as watch, house.worker():
        began = watch.now()
        told = watch.until_told(_TOLD_WITHIN_S)
    report.row(
        Row(
            name=f"backlog of {count:,}: until all is told",
            unit="s",
            figure=max(told.values()) - began,
        )
    )
    report.note("the backlog is one run, not pairs")


def _take_in(
    house: House, worker: Mapping[str, Seconds], count: int,
    *, per_second: float | None = None,
) -> Measure:  # fmt: skip
    """So many captures, from the first notice until the last is told of everywhere."""
    _backlog.add(house.server, house.order_id, count, is_captured=False)
    house.server.settle()
    parts = {
        **house.door, **worker,
        "database": house.server.processor_s, "provider": house.provider_s,
    }  # fmt: skip
    with Watch(house.server, count) as watch, _machine.metered(parts) as spent:
        sent = _send(house, per_second)
        told = watch.until_told(_TOLD_WITHIN_S)
    cpu_s = dict(spent.cpu_s)
    return Measure(
        units=count,
        seconds=max(told.values()) - min(sent.due.values()),
        generator_s=sent.processor_s + cpu_s.pop("provider"),
        cpu_s=cpu_s,
        latency=Latency.of((told[out_no] - due) * 1000 for out_no, due in sent.due.items()),
        busy=spent.busy,
    )


def _send(house: House, per_second: float | None) -> _notices.Told:
    """Tell of all that were added last; per_second: captures.

    raises: RuntimeError when one of them was not accepted.
    """
    from laotie.kernel import signed_http

    out_nos = _backlog.payments(house.server)
    house.told_of.extend(out_nos)
    sent = _notices.send(
        house.port,
        signed_http.derive(house.key, "from lab"),
        out_nos,
        house.amount_fen,
        per_second=per_second and per_second * _notices.TIMES,
    )
    if sent.refused:
        raise RuntimeError(f"{sent.refused} genuine notices were refused")
    return sent


# -- Who takes them in ---------------------------------------------------------------------------


@contextmanager
def _processes(server: Server, order_id: UUID) -> Iterator[House]:
    """Web, worker and provider as processes."""
    amount_fen, port = _backlog.total_fen(order_id), free_port()
    lab = {
        "LAOTIE_LAB": "1",
        "LAOTIE_LAB_PORT": str(port),
        "LAOTIE_LAB_PAYMENT_KEY": _KEY,
        "LAOTIE_LAB_CARRIER_KEY": _KEY,
    }

    @contextmanager
    def worker() -> Iterator[Mapping[str, Seconds]]:
        with _worker.running({**server.environment(), **lab}) as found:
            yield {"worker": found.processor_s}

    with _notices.answering(port, amount_fen) as provider, _web.running(server, **lab) as web:
        door = {"web": web.processor_s}
        yield House(
            server, order_id, amount_fen, web.port, _KEY, door, provider.processor_s, worker
        )


@contextmanager
def _here(server: Server, order_id: UUID) -> Iterator[House]:
    """The same as threads of this process."""
    from django.conf import settings

    from laotie.kernel import clock
    from laotie.payments import notices
    from laotie.payments.channels import lab

    amount_fen = _backlog.total_fen(order_id)

    @contextmanager
    def worker() -> Iterator[Mapping[str, Seconds]]:
        with _worker.reading(
            *_backlog.CONSUMERS, besides=lambda: notices.handle_due(now=clock.now())
        ):
            yield {}

    with (
        lab.reached_by(_notices.answering_here(amount_fen)),
        _web.here("hooks/", "laotie.surfaces.hooks.urls") as port,
    ):
        door = {"web and worker": time.process_time}
        key = settings.LAOTIE.lab_payment_key
        yield House(server, order_id, amount_fen, port, key, door, lambda: 0.0, worker)
