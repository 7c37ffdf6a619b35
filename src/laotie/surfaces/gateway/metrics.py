"""What the gateway counts, as Prometheus reads it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """One registry per process; labels are few and hold nothing personal."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.connections = Gauge("laotie_gateway_connections", "Open sockets", registry=own)
        self.rooms = Gauge("laotie_gateway_rooms", "Rooms with viewers here", registry=own)
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
        self.outages = Counter(
            "laotie_gateway_outages", "Times the database went away", registry=own
        )
        self.tick_s = Histogram(
            "laotie_gateway_tick_seconds",
            "From asking for frames to the last socket written",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=own,
        )

    def page(self) -> bytes:
        return generate_latest(self.registry)
