"""What was seen to go wrong a moment ago, kept in this process for a few seconds or minutes."""

import time
from collections.abc import Hashable, Iterable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Lately(Generic[K]):
    """Each is known for `seconds` after it was noted last. Safe for threads.

    most: are known at once; when there are more, all are forgotten, which only costs another look.
    """

    def __init__(self, seconds: float, *, most: int = 4_096) -> None:
        self._seconds = seconds
        self._most = most
        self._until: dict[K, float] = {}
        self._last = 0.0
        self._lock = Lock()

    def note(self, what: K) -> None:
        """It has just been seen."""
        with self._lock:
            now = time.monotonic()
            if len(self._until) >= self._most:
                self._until = {}
            self._last = self._until[what] = now + self._seconds

    def forget(self, what: K) -> None:
        """It is well again."""
        self._until.pop(what, None)

    def among(self, some: Iterable[K]) -> frozenset[K]:
        """Those that are known. Costs nothing, and looks at none, while nothing is."""
        now = time.monotonic()
        if now >= self._last:
            return frozenset()
        until = self._until
        return frozenset(each for each in some if until.get(each, 0.0) > now)
