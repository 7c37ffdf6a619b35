"""What one media process takes on, in one place."""

from dataclasses import dataclass
from typing import Protocol


class SpaceConfig(Protocol):
    """What of the configuration says how much video is kept."""

    @property
    def space_floor_mb(self) -> int: ...
    @property
    def recordings_room_gb(self) -> int: ...
    @property
    def recordings_total_gb(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes and seconds as the names say; the defaults are for two cores.

    connections_per_address: for every address but loopback, which has a row of its own; an IPv6
        address counts with its whole /64.
    browser_rooms:           each is encoded anew and costs about a fifth of a core.
    clip_pause_s:            between two questions for clips to cut, when there are none; for works
        to make as well.
    work_stall_s:            an encoder that gets no further for so long is taken for hung.
    free_bytes:              below this no new live is let in, and old video of running rooms goes.
    room_bytes, total_bytes: the newest video is kept; what is older goes.
    """

    connections: int = 500
    connections_per_address: int = 20
    connections_loopback: int = 500
    rooms: int = 60
    browser_rooms: int = 6
    bad_keys_per_minute: int = 20
    handshake_s: float = 10.0
    setup_s: float = 15.0
    idle_s: float = 20.0
    first_picture_s: float = 12.0
    key_frame_s: float = 15.0
    bits_per_second: int = 12_000_000
    takes_per_minute: int = 8
    stuck_s: float = 12.0
    health_s: float = 2.0
    clip_pause_s: float = 2.0
    work_stall_s: float = 60.0
    free_bytes: int = 2 << 30
    room_bytes: int = 20 << 30
    total_bytes: int = 200 << 30


def of(config: SpaceConfig) -> Limits:
    """The limits of an installation."""
    return Limits(
        free_bytes=config.space_floor_mb << 20,
        room_bytes=config.recordings_room_gb << 30,
        total_bytes=config.recordings_total_gb << 30,
    )
