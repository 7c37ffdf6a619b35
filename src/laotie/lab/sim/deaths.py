"""Deaths at crash points, in one process.

A point that was chosen cuts the connection to the database as the kernel does for a process that
was killed, and then raises `Killed`, which no `except Exception` holds up. For everybody else this
is the same as `kill -9`: nothing of the dead reaches the database, the provider or the event log
after the point, whatever clean-up code still runs in memory, and what was not committed is rolled
back by the server alone. What differs, that memory survives, is covered by real processes that
really die at the same points, in tests/faults.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from laotie.kernel import crash, sql

R = TypeVar("R")
_PATIENCE_S = 10.0


class Killed(BaseException):
    """The process is dead, as far as anybody outside of it can tell."""


class Reaper:
    """Ends the process at the n-th point it comes by, once, if it was told to."""

    def __init__(self) -> None:
        self._left = 0
        self._backend = 0
        self.died_at: list[str] = []
        self.passed: set[str] = set()

    def come(self, *, after: int) -> None:
        """Die at the n-th point from here; 0 is not at all."""
        self._left = after

    def __call__(self, name: str) -> None:
        self.passed.add(name)
        if self._left == 0:
            return
        self._left -= 1
        if self._left == 0:
            self.died_at.append(name)
            self._cut()
            raise Killed(name)

    def watching(self, act: Callable[[], R]) -> R:
        """Do something under the reaper's eyes. raises: Killed."""
        with crash.watched(self):
            return act()

    def bury(self) -> None:
        """The next process starts: a connection of its own, the dead one's work undone."""
        connection.close()
        if not self._backend:
            return
        ends_at = time.monotonic() + _PATIENCE_S
        while sql.rows("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [self._backend]):
            assert time.monotonic() < ends_at, "the server does not let go of the dead"
            time.sleep(0.002)
        self._backend = 0

    def _cut(self) -> None:
        raw = connection.connection
        if raw is not None and not raw.closed:
            self._backend = raw.info.backend_pid
            raw.close()
