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
        self.bought = Counter(
            "laotie_gateway_buys", "Wishes to buy that were decided", ["verdict"], registry=own
        )
        self.buy_queue = Gauge(
            "laotie_gateway_buy_queue", "Wishes to buy that wait for a slot", registry=own
        )
        self.buy_queue_age_s = Gauge(
            "laotie_gateway_buy_queue_age_seconds", "How long the first has waited", registry=own
        )
        self.buys_under_way = Gauge(
            "laotie_gateway_buys_under_way", "Wishes to buy handed to the database", registry=own
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
        self.pressure = Gauge(
            "laotie_gateway_pressure",
            "0 easy, 1 counts, 2 hearts, 3 comments, 4 doors",
            registry=own,
        )
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
