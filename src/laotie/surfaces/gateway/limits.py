"""Token buckets, on the loop's clock."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class Bucket:
    """`rate` tokens a second, `size` of them at once."""

    rate: float
    size: float
    _left: float = field(init=False)
    _at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._left = self.size

    def take(self, now: float, tokens: float = 1.0) -> bool:
        """Whether there were so many tokens."""
        left = self._left + (now - self._at) * self.rate
        self._at = now
        if left > self.size:
            left = self.size
        if left < tokens:
            self._left = left
            return False
        self._left = left - tokens
        return True

    def is_full(self, now: float) -> bool:
        return self._left + (now - self._at) * self.rate >= self.size


class Buckets:
    """One bucket for each who asks, of so many tokens per ten seconds."""

    def __init__(self, *, per_10_s: int) -> None:
        self._per_10_s = per_10_s
        self._buckets: dict[Hashable, Bucket] = {}

    def take(self, who: Hashable, now: float, tokens: float = 1.0) -> bool:
        """Whether this one had so many tokens left."""
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = Bucket(rate=self._per_10_s / 10, size=self._per_10_s)
            self._buckets[who] = bucket
        return bucket.take(now, tokens)

    def sweep(self, now: float) -> None:
        """Forget the full ones: whoever asks again gets one that is just as full."""
        for who in [who for who, bucket in self._buckets.items() if bucket.is_full(now)]:
            del self._buckets[who]


class Patience(Generic[K]):
    """With those who read nothing of what is sent to them: for so many beats.

    By beats and not by the clock: a loop that was held up itself puts it down to nobody.
    """

    def __init__(self, *, beats: int) -> None:
        self.beats = beats
        self._waits: dict[K, int] = {}

    def begin(self, who: K) -> None:
        self._waits.setdefault(who, 0)

    def end(self, who: K) -> None:
        self._waits.pop(who, None)

    def beat(self, at_most: int) -> list[K]:
        """One more beat; with whom patience is at an end, at most so many of them at a time."""
        for who in self._waits:
            self._waits[who] += 1
        over = (who for who, beats in self._waits.items() if beats > self.beats)
        return list(islice(over, at_most))
