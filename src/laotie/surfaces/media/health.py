"""How a stream is doing, for the host's desk: counted as it arrives, judged in one place."""

from collections import deque
from dataclasses import dataclass
from typing import Any

_SPAN_S = 5.0
MAX_KEY_FRAME_S = 2.0
_LEAST_FPS = 15.0
_LEAST_BPS = 300_000
_LATE_S = 5.0


@dataclass(frozen=True, slots=True)
class Health:
    """Measured over the last 5 s.

    key_frame_s:    the longest distance between key frames in that time; 0 before the second one.
    dropped:        sessions of this room that ended without a goodbye.
    last_segment_s: how long ago viewers got their newest piece of video; -1 before the first.
    warnings:       KEY_FRAMES, FRAME_RATE, BITRATE, NOTHING, NO_SOUND, LATE; what to do is the
        desk's to say.
    """

    bitrate_bps: int
    fps: float
    key_frame_s: float
    codec: str
    dropped: int
    warnings: tuple[str, ...]
    has_audio: bool = True
    last_segment_s: float = -1.0

    def as_dict(self) -> dict[str, Any]:
        return {
            "bitrate_bps": self.bitrate_bps,
            "fps": round(self.fps, 1),
            "key_frame_s": round(self.key_frame_s, 2),
            "codec": self.codec,
            "dropped": self.dropped,
            "has_audio": self.has_audio,
            "last_segment_s": round(self.last_segment_s, 1),
            "warnings": list(self.warnings),
        }


class Gauge:
    """Counts what arrives, at a small and even cost. Moments are monotonic seconds."""

    def __init__(self) -> None:
        self._sizes: deque[tuple[float, int]] = deque()
        self._bytes = 0  # The sum of the sizes above.
        self._frames: deque[float] = deque()
        self._keys: deque[tuple[float, float]] = deque()  # (arrived, distance to the one before)
        self._last_key_ms: int | None = None
        self._started: float | None = None
        self._sound_at: float | None = None
        self._segment_at: float | None = None

    def received(self, size: int, *, now: float) -> None:
        """size: bytes of audio or video."""
        self._started = now if self._started is None else self._started
        self._sizes.append((now, size))
        self._bytes += size
        self._forget(now)

    def frame(self, at_ms: int, *, is_key: bool, now: float) -> None:
        """at_ms: the publisher's clock, which does not suffer from a bursty line."""
        self._frames.append(now)
        if is_key:
            if self._last_key_ms is not None and at_ms > self._last_key_ms:
                self._keys.append((now, (at_ms - self._last_key_ms) / 1000))
            self._last_key_ms = at_ms

    def frames(self, count: int, *, now: float) -> None:
        """So many pictures came in since the last time; for doors that do not see each of them."""
        self._frames.extend([now] * count)

    def sound(self, *, now: float) -> None:
        """Sound came in."""
        self._sound_at = now

    def segment(self, *, key_frame_s: float, now: float) -> None:
        """Viewers have a new piece. key_frame_s: from its key frame to the next; 0: not known."""
        self._segment_at = now
        if key_frame_s:
            self._keys.append((now, key_frame_s))

    def bitrate_bps(self, *, now: float) -> int:
        """Mean of the last 5 s, or of the stream's life when that is shorter."""
        self._forget(now)
        return round(self._bytes * 8 / self._span_s(now))

    def read(self, *, codec: str, dropped: int, now: float) -> Health:
        """A stream younger than 5 s is not judged yet."""
        bitrate_bps, span_s = self.bitrate_bps(now=now), self._span_s(now)
        fps = len(self._frames) / span_s
        key_frame_s = max((distance for _, distance in self._keys), default=0.0)
        warnings = []
        if key_frame_s > MAX_KEY_FRAME_S + 0.05:  # 2 s at 29.97 frames a second is a hair over.
            warnings.append("KEY_FRAMES")
        if span_s >= _SPAN_S and not self._frames:
            warnings.append("NOTHING")
        elif span_s >= _SPAN_S:
            if fps < _LEAST_FPS:
                warnings.append("FRAME_RATE")
            if bitrate_bps < _LEAST_BPS:
                warnings.append("BITRATE")
        has_audio = self._sound_at is not None and now - self._sound_at <= _SPAN_S
        late_s = -1.0 if self._segment_at is None else now - self._segment_at
        if span_s >= _SPAN_S and not has_audio and "NOTHING" not in warnings:
            warnings.append("NO_SOUND")
        if late_s > _LATE_S:
            warnings.append("LATE")
        return Health(
            bitrate_bps,
            fps,
            key_frame_s,
            codec,
            dropped,
            tuple(warnings),
            has_audio=has_audio,
            last_segment_s=late_s,
        )

    def _forget(self, now: float) -> None:
        while self._sizes and self._sizes[0][0] < now - _SPAN_S:
            self._bytes -= self._sizes.popleft()[1]
        while self._frames and self._frames[0] < now - _SPAN_S:
            self._frames.popleft()
        while self._keys and self._keys[0][0] < now - 2 * _SPAN_S:
            self._keys.popleft()

    def _span_s(self, now: float) -> float:
        lived = 1.0 if self._started is None else now - self._started
        return min(_SPAN_S, max(1.0, lived))
