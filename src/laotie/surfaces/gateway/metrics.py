"""What the gateway counts, as Prometheus reads it."""

import os
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)

_SHARED = "PROMETHEUS_MULTIPROC_DIR"


def share(folder: Path, number: int) -> None:
    """Count together with the other processes on this port: whoever is asked answers for all.

    Before the first `Metrics`. number: of this process, the same after it was started again, so
    that its counts go on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[_SHARED] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def _gauge(name: str, told: str, registry: CollectorRegistry, of_all: str = "livesum") -> Gauge:
    """of_all: how the values of several processes make one."""
    gauge = Gauge(name, told, registry=registry, multiprocess_mode=of_all)  # type: ignore[arg-type]
    gauge.set(0)  # Of a process before us may be left what it had.
    return gauge


class Metrics:
    """One registry per process; labels are few and hold nothing personal."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.connections = _gauge("laotie_gateway_connections", "Open sockets", own)
        self.rooms = _gauge("laotie_gateway_rooms", "Rooms with viewers here", own)
        self.entered = Counter("laotie_gateway_entered", "Sockets let in", ["by"], registry=own)
        self.turned_away = Counter(
            "laotie_gateway_turned_away", "Handshakes refused", ["why"], registry=own
        )
        self.closed = Counter(
            "laotie_gateway_closed", "Sockets closed by us", ["code"], registry=own
        )
        self.openings = Counter(
            "laotie_gateway_openings", "Rooms read from the database whole", registry=own
        )
        self.delivered = Counter(
            "laotie_gateway_delivered", "Ticks written to sockets", registry=own
        )
        self.refused = Counter("laotie_gateway_refused", "Messages refused", ["code"], registry=own)
        self.said = Counter("laotie_gateway_said", "Comments stored", registry=own)
        self.bought = Counter(
            "laotie_gateway_buys", "Wishes to buy that were decided", ["verdict"], registry=own
        )
        self.buy_queue = _gauge(
            "laotie_gateway_buy_queue", "Wishes to buy that wait for a slot", own
        )
        self.buy_queue_age_s = _gauge(
            "laotie_gateway_buy_queue_age_seconds", "How long the first has waited", own, "livemax"
        )
        self.buys_under_way = _gauge(
            "laotie_gateway_buys_under_way", "Wishes to buy handed to the database", own
        )
        self.buy_batch = Histogram(
            "laotie_gateway_buy_batch",
            "Wishes to buy per batch",
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
            registry=own,
        )
        self.buy_s = Histogram(
            "laotie_gateway_buy_seconds",
            "From the first wish of a batch to its answer, after commit",
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
            registry=own,
        )
        self.shed = Counter(
            "laotie_gateway_shed", "What was left undone under pressure", ["what"], registry=own
        )
        self.pressure = _gauge(
            "laotie_gateway_pressure",
            "What is shed: 0 nothing, 1 counts, 2 hearts, 3 comments, 4 newcomers",
            own,
            "livemax",
        )
        self.outages = Counter(
            "laotie_gateway_outages", "Times the database went away", registry=own
        )
        self.driver_up = Gauge(
            "laotie_gateway_driver_up",
            "Whether what news come by answers",
            ["driver"],
            registry=own,
            multiprocess_mode="livemin",
        )
        self.tick_s = Histogram(
            "laotie_gateway_tick_seconds",
            "From asking for frames to the last socket written",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=own,
        )

    def page(self) -> bytes:
        if _SHARED not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
