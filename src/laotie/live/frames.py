"""What all viewers of a room see, numbered: the log behind every gateway process.

A frame is a kind and a body; `surfaces/gateway/protocol.py` says what each kind holds. Numbers are
given under the room counter's row lock, which is held until commit: a reader that has seen `seq`
has seen everything before it. A new epoch starts when a room goes public.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction

SAYS, STATE, BAG, PINNED, UNPINNED = "says", "state", "bag", "pinned", "unpinned"
FLASH, FLASH_OVER, STOCK, BOUGHT = "flash", "flash_over", "stock", "bought"
MUTED, KICKED, UNSAID = "muted", "kicked", "unsaid"
SAY_PINNED, SAY_UNPINNED = "say_pinned", "say_unpinned"
GIVEAWAY, ENTRIES, DRAWN = "giveaway", "entries", "drawn"
DROP, DROP_LEFT, DROP_OVER = "drop", "drop_left", "drop_over"

MAX_PER_READ = 500


@dataclass(frozen=True, slots=True)
class NewFrame:
    room_id: UUID
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """body: JSON as stored; its reader parses it, once for all viewers."""

    room_id: UUID
    epoch: int
    seq: int
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader of one room has come."""

    epoch: int
    seq: int


@needs_transaction
def append(room_id: UUID, kind: str, body: Mapping[str, Any], *, now: datetime) -> int:
    """Tell the room one thing; its number. The room stays locked until the caller commits."""
    (seq,) = append_many([NewFrame(room_id, kind, body)], now=now)
    return seq


@needs_transaction
def append_many(frames: Sequence[NewFrame], *, now: datetime) -> list[int]:
    """Tell rooms many things with one statement; the numbers, in the order given."""
    if not frames:
        return []
    rows = sql.rows(
        sql.text("live", "append_frames"),
        {
            "rooms": [frame.room_id for frame in frames],
            "kinds": [frame.kind for frame in frames],
            "bodies": [json.dumps(frame.body, ensure_ascii=False) for frame in frames],
            "at": now,
        },
    )
    assert len(rows) == len(frames), "a room without a frame counter"
    return [int(seq) for (seq,) in rows]


@needs_transaction
def lock(room_ids: Collection[UUID]) -> None:
    """Keep others from adding to these rooms until the caller commits."""
    sql.rows(
        "SELECT seq FROM live_framecounter WHERE room_id = ANY (%s)"
        " ORDER BY room_id FOR NO KEY UPDATE",
        [list(room_ids)],
    )


def tail(positions: Mapping[UUID, Position], *, limit: int = MAX_PER_READ) -> list[Frame]:
    """What came after these positions, oldest first per room. One query for all rooms."""
    if not positions:
        return []
    rows = sql.rows(
        sql.text("live", "tail_frames"),
        {
            "rooms": list(positions),
            "epochs": [position.epoch for position in positions.values()],
            "seqs": [position.seq for position in positions.values()],
            "limit": limit,
        },
    )
    return [Frame(*row) for row in rows]


def position(room_id: UUID) -> Position | None:
    """The newest number of a room; None if there is no such room."""
    rows = sql.rows("SELECT epoch, seq FROM live_framecounter WHERE room_id = %s", [room_id])
    return Position(*rows[0]) if rows else None


@needs_transaction
def start_epoch(room_id: UUID) -> None:
    """Begin to count anew; pages that knew the old numbers get a snapshot."""
    sql.change(
        "UPDATE live_framecounter SET epoch = epoch + 1, seq = 0 WHERE room_id = %s", [room_id]
    )
