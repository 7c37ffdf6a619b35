"""Counters of the media process, for `/metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()

PUBLISHERS = Gauge("laotie_media_publishers", "Sessions on air.", ["door"], registry=REGISTRY)
CONNECTIONS = Gauge("laotie_media_rtmp_connections", "Open RTMP connections.", registry=REGISTRY)
TURNED = Counter("laotie_media_turned_away", "Publishers turned away.", ["why"], registry=REGISTRY)
RECEIVED = Counter("laotie_media_received_bytes", "Audio and video received.", registry=REGISTRY)
SEGMENTS = Counter("laotie_media_segments", "Segments put on air.", registry=REGISTRY)
TAKES = Counter("laotie_media_takes", "Runs of FFmpeg started.", registry=REGISTRY)
STUCK = Counter("laotie_media_packagers_stuck", "Runs of FFmpeg that hung.", registry=REGISTRY)
REQUESTS = Counter("laotie_media_requests", "HTTP requests.", ["kind", "status"], registry=REGISTRY)
FREE_BYTES = Gauge("laotie_media_free_bytes", "Free space for video.", registry=REGISTRY)
UNDELIVERED = Gauge(
    "laotie_media_untold_events", "Events the live context has not heard yet.", registry=REGISTRY
)
