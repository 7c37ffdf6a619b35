"""Who is asked to come back when a web process has more to do than threads: figures, then browsing.

A process works on a fixed number of requests at a time, and the others wait before it, where it
does not see them. What it sees is that for a while no thread was free: one that ends is taken again
at once. Then pages that only tell or show are answered in a millisecond, without the database, so
that threads come free for those who buy, pay, ship and look after it all; these are never shed.
"""

import re
import threading
from collections.abc import Callable
from enum import IntEnum

from django.http import HttpRequest
from prometheus_client import Counter

SHED = Counter("laotie_requests_shed", "Requests that were asked to come back.", ["class"])


class Level(IntEnum):
    """What is left undone, each with all before it."""

    EASY = 0
    FIGURES = 1
    BROWSE = 2


# Seconds without a free thread from which on a level holds.
_FROM_S = ((1.0, Level.BROWSE), (0.5, Level.FIGURES))
_FIGURES = re.compile(
    r"/desk/figures|/studio/.*/(report|lookback|statements|earnings|fans)\b"
    r"|/api/v1/.*(statements|summary|figures)\b"
)
_BROWSE = re.compile(
    r"/$|/(search|product|shop|creator|replays?|post)(/|$)"
    r"|/api/v1/(search|products|creators|replays|posts|feed)(/|$)"
)


def class_of(request: HttpRequest) -> Level:
    """From which level on this request is asked to come back; EASY: never."""
    if request.method not in ("GET", "HEAD"):
        return Level.EASY
    if _FIGURES.match(request.path):
        return Level.FIGURES
    return Level.BROWSE if _BROWSE.match(request.path) else Level.EASY


class Crowd:
    """The threads of one process, and since when none of them was free.

    With fewer than two there is always none: nothing is told from that, and nothing shed.
    clock: seconds that only grow.
    """

    def __init__(self, threads: int, clock: Callable[[], float]) -> None:
        self._threads = threads
        self._clock = clock
        self._lock = threading.Lock()
        self._taken = 0
        self._full_since: float | None = None

    def enter(self) -> Level:
        """One more thread is taken; what is to be left undone now. `leave` must follow."""
        with self._lock:
            self._taken += 1
            now = self._clock()
            if self._taken >= self._threads > 1 and self._full_since is None:
                self._full_since = now
            stood = 0.0 if self._full_since is None else now - self._full_since
        return next((level for least, level in _FROM_S if stood >= least), Level.EASY)

    def leave(self) -> None:
        """A thread is free. While others wait it is taken at once, so one alone means nothing."""
        with self._lock:
            self._taken -= 1
            if self._taken <= max(0, self._threads - 2):
                self._full_since = None
