"""How a room's video arrived, minute by minute: kept for its host's desk and the show's report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.live import models
from laotie.live.backstage import for_host

_LONGEST_WARNING = 16


@dataclass(frozen=True, slots=True)
class ArrivalMinute:
    """One minute. fps and key_frame_s: the worst of it. silent: share of it without sound."""

    minute: datetime
    bitrate_bps: int
    fps: float
    key_frame_s: float
    silent: float
    warnings: tuple[str, ...]


def add(room_id: UUID, figures: Mapping[str, Any], *, now: datetime) -> None:
    """Count one measurement into its minute. One statement."""
    sql.change(
        sql.text("live", "add_arrival"),
        {
            "room": room_id,
            "minute": now.replace(second=0, microsecond=0),
            "bits": int(figures.get("bitrate_bps", 0)),
            "fps": float(figures.get("fps", 0.0)),
            "key_frame": float(figures.get("key_frame_s", 0.0)),
            "silent": 0 if figures.get("has_audio", True) else 1,
            "warnings": [str(each)[:_LONGEST_WARNING] for each in figures.get("warnings", ())],
        },
    )


def of_room(room_id: UUID, *, actor: Actor) -> tuple[ArrivalMinute, ...]:
    """Every minute that had video, oldest first; two days at most. raises: NotFound, NotAllowed."""
    for_host(actor, room_id)
    rows = models.SignalMinute.objects.filter(room_id=room_id).order_by("minute")[:2880]
    return tuple(
        ArrivalMinute(
            row.minute,
            row.bits_per_second_sum // row.samples,
            row.least_fps,
            row.longest_key_frame_s,
            row.silent_samples / row.samples,
            tuple(sorted(row.warnings)),
        )
        for row in rows
    )
