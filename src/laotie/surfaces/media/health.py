"""How a stream is doing, for the host's desk: counted as it arrives, judged in one place."""

from collections import deque
from dataclasses import dataclass
from typing import Any

_SPAN_S = 5.0
MAX_KEY_FRAME_S = 2.0
_LEAST_FPS = 15.0
_LEAST_BPS = 300_000


@dataclass(frozen=True, slots=True)
class Health:
    """Measured over the last 5 s.

    key_frame_s: the longest distance between key frames in that time; 0 before the second one.
    dropped:     sessions of this room that ended without a goodbye.
    warnings:    KEY_FRAMES, FRAME_RATE, BITRATE, NOTHING; what to do is the desk's to say.
    """

    bitrate_bps: int
    fps: float
    key_frame_s: float
    codec: str
    dropped: int
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "bitrate_bps": self.bitrate_bps,
            "fps": round(self.fps, 1),
            "key_frame_s": round(self.key_frame_s, 2),
            "codec": self.codec,
            "dropped": self.dropped,
            "warnings": list(self.warnings),
        }


class Gauge:
    """Counts what arrives. Moments are seconds of one monotonic clock."""

    def __init__(self) -> None:
        self._sizes: deque[tuple[float, int]] = deque()
        self._frames: deque[float] = deque()
        self._keys: deque[tuple[float, float]] = deque()  # (arrived, distance to the one before)
        self._last_key_ms: int | None = None
        self._started: float | None = None

    def received(self, size: int, *, now: float) -> None:
        """size: bytes of audio or video."""
        self._started = now if self._started is None else self._started
        self._sizes.append((now, size))
        while self._sizes[0][0] < now - _SPAN_S:
            self._sizes.popleft()

    def frame(self, at_ms: int, *, is_key: bool, now: float) -> None:
        """at_ms: the publisher's clock, which does not suffer from a bursty line."""
        self._frames.append(now)
        while self._frames[0] < now - _SPAN_S:
            self._frames.popleft()
        if not is_key:
            return
        if self._last_key_ms is not None and at_ms > self._last_key_ms:
            self._keys.append((now, (at_ms - self._last_key_ms) / 1000))
        self._last_key_ms = at_ms
        while self._keys and self._keys[0][0] < now - 2 * _SPAN_S:
            self._keys.popleft()

    def bitrate_bps(self, *, now: float) -> int:
        recent = sum(size for at, size in self._sizes if at >= now - _SPAN_S)
        return round(recent * 8 / self._span_s(now))

    def read(self, *, codec: str, dropped: int, now: float) -> Health:
        """A stream younger than the span is not judged yet."""
        span_s = self._span_s(now)
        frames = sum(1 for at in self._frames if at >= now - _SPAN_S)
        key_frame_s = max((distance for _, distance in self._keys), default=0.0)
        bitrate_bps, fps = self.bitrate_bps(now=now), frames / span_s
        warnings = []
        if key_frame_s > MAX_KEY_FRAME_S + 0.05:  # 2 s at 29.97 frames a second is a hair over.
            warnings.append("KEY_FRAMES")
        if span_s >= _SPAN_S and frames == 0:
            warnings.append("NOTHING")
        elif span_s >= _SPAN_S:
            if fps < _LEAST_FPS:
                warnings.append("FRAME_RATE")
            if bitrate_bps < _LEAST_BPS:
                warnings.append("BITRATE")
        return Health(bitrate_bps, fps, key_frame_s, codec, dropped, tuple(warnings))

    def _span_s(self, now: float) -> float:
        lived = 1.0 if self._started is None else now - self._started
        return min(_SPAN_S, max(1.0, lived))
