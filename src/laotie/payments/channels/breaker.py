"""A provider that does not answer is let rest, so that its silence costs nobody a wait.

After a few calls in a row without an answer the next ones are refused at once; now and then one
goes through to see whether it is back. Nothing is lost by it: what was not asked is asked later.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

from laotie.payments.channels import Unanswered

SILENCES = 5
REST_S = 5.0


class Resting(Unanswered):
    """The call was not made."""


class Breaker:
    """One for each provider and process; shared by its threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._silences = 0
        self._rests_until = 0.0

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """Around one call; any answer counts, also a no. raises: Resting when none is made."""
        self._enter()
        try:
            yield
        except Unanswered:
            self._note_silence()
            raise
        except Exception:
            self._note_answer()
            raise
        self._note_answer()

    def _enter(self) -> None:
        with self._lock:
            if self._silences < SILENCES:
                return
            now = self._clock()
            if now < self._rests_until:
                raise Resting("resting")
            # This one finds out; the others go on resting until it knows.
            self._rests_until = now + REST_S

    def _note_silence(self) -> None:
        with self._lock:
            self._silences += 1
            self._rests_until = self._clock() + REST_S

    def _note_answer(self) -> None:
        with self._lock:
            self._silences = 0
