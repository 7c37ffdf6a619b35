"""Where moments of a show lie in its recording: pure arithmetic over stretches of video.

A recording is a row of spans, each without a gap. What lies between two of them (the picture was
gone) is not in the recording, so a moment in a gap is where the next span begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST_CLIP = timedelta(seconds=2)
LONGEST_CLIP = timedelta(minutes=15)
LEAD_IN = timedelta(seconds=1)  # A host begins to speak, then presses the button.
# Of tokens in `/media/clips/...?pass=<token>`, which open one clip's file: {"clip": its public id}.
CLIP_PURPOSE = "media.clip"


class ClipState(StrEnum):
    """Where a clip is on its way from a mark to a file."""

    WAITING = "WAITING"
    CUTTING = "CUTTING"
    READY = "READY"
    FAILED = "FAILED"
    REMOVED = "REMOVED"  # The file is gone, or will be within minutes.


@dataclass(frozen=True, slots=True)
class Span:
    """Video without a gap. at: wall clock of its first frame."""

    at: datetime
    length: timedelta

    @property
    def ends_at(self) -> datetime:
        return self.at + self.length


def position(spans: Sequence[Span], moment: datetime) -> timedelta:
    """Where in the recording this moment of the wall clock plays; its end for a later one."""
    played = timedelta()
    for span in spans:
        if moment < span.ends_at:
            return played + max(timedelta(), moment - span.at)
        played += span.length
    return played


def chapter(
    spans: Sequence[Span], start: datetime, stop: datetime
) -> tuple[timedelta, timedelta] | None:
    """From where to where something plays that began and ended then; None if none of it is kept."""
    begins, ends = position(spans, start - LEAD_IN), position(spans, stop)
    return (begins, ends) if ends > begins else None


def to_pairs(spans: Sequence[Span]) -> list[list[int]]:
    """As they are kept: wall milliseconds since 1970, length in milliseconds."""
    return [
        [round(span.at.timestamp() * 1000), round(span.length.total_seconds() * 1000)]
        for span in spans
    ]


def from_pairs(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(
        Span(_EPOCH + timedelta(milliseconds=at), timedelta(milliseconds=length))
        for at, length in pairs
    )


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
