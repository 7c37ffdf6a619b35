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

    def take(self, now: float) -> bool:
        """Whether there was a token."""
        self._left = min(self.size, self._left + (now - self._at) * self.rate)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True

    def is_full(self, now: float) -> bool:
        return self._left + (now - self._at) * self.rate >= self.size
