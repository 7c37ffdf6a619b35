"""Token buckets, on the loop's clock."""

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
