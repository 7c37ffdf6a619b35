"""Token buckets, on the loop's clock."""

from collections.abc import Hashable
from dataclasses import dataclass, field


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
