"""The playlists of a room, composed from the segments of all its takes.

A take is one run of FFmpeg: it has an init segment of its own, so each change of take is a
discontinuity with a new map. Numbers never go back: a segment keeps its media sequence number and
its discontinuity number in every playlist it appears in.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

INIT_NAME = "init.mp4"
LIVE_SEGMENTS = 12
_GAP_S = 0.5
LEAST_SEGMENTS = 2  # Players give up on a playlist that starts with less.


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of video. at: when its first frame was received, UTC."""

    take: str
    name: str
    seconds: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Video of one take without a gap. at: when its first frame was received, UTC."""

    at: datetime
    seconds: float


class Window:
    """The newest segments of a room, and how many came before them."""

    def __init__(self, size: int = LIVE_SEGMENTS) -> None:
        self._size = size
        self._kept: deque[Segment] = deque()
        self._last_dropped: Segment | None = None
        self._dropped_changes = 0
        self.first_number = 0

    def add(self, segment: Segment) -> None:
        """The segment is the newest one; the oldest leaves when there are too many."""
        self._kept.append(segment)
        if len(self._kept) > self._size:
            oldest = self._kept.popleft()
            self._dropped_changes += self._is_change(oldest)
            self._last_dropped = oldest
            self.first_number += 1

    @property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(self._kept)

    @property
    def count(self) -> int:
        """Segments the room ever had."""
        return self.first_number + len(self._kept)

    @property
    def first_discontinuity(self) -> int:
        """Changes of take before the window and at its first segment."""
        return self._dropped_changes + (bool(self._kept) and self._is_change(self._kept[0]))

    def _is_change(self, segment: Segment) -> bool:
        return self._last_dropped is not None and self._last_dropped.take != segment.take


def live(window: Window, *, is_over: bool, public_from: datetime | None = None) -> str:
    """What players fetch again and again; it ends only once the room is over.

    Empty while it would have fewer than two segments. Those from before `public_from` are counted
    and not named, so numbers stay what they are.
    """
    shown = public(window.segments, public_from)
    if len(shown) < min(LEAST_SEGMENTS, window.count) or not shown:
        return ""
    hidden = window.segments[: len(window.segments) - len(shown)]
    takes = [segment.take for segment in (*hidden, shown[0])]
    changes = sum(before != after for before, after in pairwise(takes))
    lines = [
        *_head(shown),
        f"#EXT-X-MEDIA-SEQUENCE:{window.first_number + len(hidden)}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{window.first_discontinuity + changes}",
        *_entries(shown),
    ]
    if is_over:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def public(segments: Sequence[Segment], since: datetime | None) -> Sequence[Segment]:
    """Those that anybody may watch: all of them when nothing is said of the moment."""
    if since is None:
        return segments
    return [segment for segment in segments if segment.at >= since]


def stretches(segments: Iterable[Segment]) -> list[Stretch]:
    """One for each take, and one more where segments of a take are gone."""
    found: list[Stretch] = []
    take, ends = None, datetime.fromtimestamp(0, UTC)
    for segment in segments:
        if segment.take != take or abs((segment.at - ends).total_seconds()) > _GAP_S:
            found.append(Stretch(segment.at, 0.0))
        found[-1] = Stretch(found[-1].at, found[-1].seconds + segment.seconds)
        take, ends = segment.take, segment.at + timedelta(seconds=segment.seconds)
    return found


def replay(segments: Sequence[Segment]) -> str:
    """Everything that was kept, from the beginning, as one finished recording."""
    lines = [
        *_head(segments),
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-MEDIA-SEQUENCE:0",
        *_entries(segments),
        "#EXT-X-ENDLIST",
    ]
    return "\n".join(lines) + "\n"


def read_take(take: str, text: str) -> list[Segment]:
    """The segments that FFmpeg has listed for one take; lines it does not know are passed over."""
    segments = []
    seconds, at = 0.0, datetime.fromtimestamp(0, UTC)
    for line in text.splitlines():
        if line.startswith("#EXTINF:"):
            seconds = float(line[8:].split(",")[0])
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            at = datetime.fromisoformat(line[25:]).astimezone(UTC)
        elif line and not line.startswith("#"):
            segments.append(Segment(take, line, seconds, at))
    return segments


def _head(segments: Sequence[Segment]) -> list[str]:
    longest = max((segment.seconds for segment in segments), default=1.0)
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, int(longest + 0.5))}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]


def _entries(segments: Iterable[Segment]) -> Iterable[str]:
    take = None
    for segment in segments:
        if segment.take != take:
            if take is not None:
                yield "#EXT-X-DISCONTINUITY"
            yield f'#EXT-X-MAP:URI="{segment.take}/{INIT_NAME}"'
            take = segment.take
        stamp = segment.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield f"#EXT-X-PROGRAM-DATE-TIME:{stamp}"
        yield f"#EXTINF:{segment.seconds:.6f},"
        yield f"{segment.take}/{segment.name}"
