"""How hard this process is pressed, and what it leaves undone first.

The signal is measured, not guessed: how late the loop comes back to a beat that it had set itself,
and how long the first wish to buy has waited. What counts is the least of three beats, so a single
hiccup sheds nothing and a queue that stands does. Buying itself is never shed here: it has its own
bounded queue and deadline.
"""

from collections import deque
from enum import IntEnum

BEAT_S = 0.1
_BEATS = 3


class Level(IntEnum):
    """What is left undone, each with all before it."""

    EASY = 0
    ANALYTICS = 1  # Counts of viewers and hearts are told five times less often.
    LIKES = 2
    COMMENTS = 3
    BROWSE = 4  # Nobody new is let in; who comes back is.


# Milliseconds of standing delay from which on a level holds.
_FROM_MS = ((800, Level.BROWSE), (400, Level.COMMENTS), (200, Level.LIKES), (100, Level.ANALYTICS))
# A wish may gather and wait for a slot; from twice that on it is the others' turn to wait.
_BUYS_WAIT_TWICE = 2.0


class Pressure:
    """Fed once per beat; `level` holds until the next. It falls one step a beat at most, so that
    what was left undone does not all come back at once."""

    def __init__(self) -> None:
        self.level = Level.EASY
        self._delays_ms = deque([0.0] * _BEATS, maxlen=_BEATS)

    def feel(self, *, loop_late_s: float, buys_waited_s: float) -> Level:
        """Take in one beat; the level from now on."""
        self._delays_ms.append(max(loop_late_s, buys_waited_s / _BUYS_WAIT_TWICE) * 1000)
        standing_ms = min(self._delays_ms)
        now = next((level for ms, level in _FROM_MS if standing_ms >= ms), Level.EASY)
        self.level = max(now, Level(max(self.level - 1, Level.EASY)))
        return self.level
