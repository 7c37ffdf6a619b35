"""What the gateway can be told; times in seconds unless named otherwise."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Options:
    """origins: pages that may connect, as browsers name them; nothing else may."""

    host: str = "127.0.0.1"
    port: int = 8001
    origins: frozenset[str] = frozenset()
    reuse_port: bool = False
    tick_ms: int = 100  # Below it a busy room costs more than it shows.
    pulse_ms: int = 1000  # Between counts of viewers and hearts.
    handshake_s: float = 5.0
    max_connections: int = 10_000  # One process; 9 KB each.
    sockets_per_ticket: int = 4  # By its resume tokens: one page, and lines of it that are dead.
    accepts_per_s: int = 1_500  # About one core; those who are in are kept by the pressure felt.
    accepts_per_10_s: int = 20  # Of one ticket and its resume tokens.
    database_threads: int = 4
    patience_ticks: int = 50  # Missed by a slow page before it is closed.
    send_buffer_bytes: int = 16_384  # Larger ones hide slow pages: the kernel grows them to MBs.
    says_per_tick: int = 12  # More than this per tenth of a second nobody reads.
    ring_frames: int = 1_000  # Kept per room for pages that come back.
    snapshot_lag_frames: int = 100  # Behind by more, a cached snapshot is fetched again.
    ping_s: float = 20.0
    messages_per_s: int = 20  # Of one socket, twice as many at once.
    # Of a room: in all processes together, each by its part of the viewers. Of a person: in each.
    says_per_10_s: int = 10  # Of one person in one room.
    says_per_s: int = 500  # Of one room; more nobody could read.
    likes_per_10_s: int = 500  # Hearts of one person in one room.
    buys_per_10_s: int = 30  # Of one person, replays included.
    buys_per_s: int = 20_000  # Of one room.
    buy_slots: int = 2  # While one batch waits for the disk, the next one works.
    buy_gather_ms: float = 1.5
    buy_queue: int = 8_192
    buy_deadline_ms: int = 2_000  # Not handed over by then, a wish is not ordered.


def from_config(config: Any) -> Options:
    """The options of a process that runs under this configuration."""
    origins = {config.public_url.rstrip("/")} if config.public_url else set()
    for host in {config.host, "127.0.0.1", "localhost"}:
        origins.add(f"http://{host}:{config.port}")
    return Options(
        host=config.host,
        port=config.gateway_port,
        origins=frozenset(origins),
        reuse_port=config.gateway_processes > 1,
    )
