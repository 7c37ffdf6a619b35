"""How much of what viewers' pages tell is believed: what pays by minutes, pays by this.

A page says by itself how long a post was on screen, so a program can say anything. Believed is no
more than can be true; `sql/count_visits.sql` says the same of many people at once, and a test holds
it against these functions. The rule, in full:

WHO     people who are signed in, once a day for each post; not its creator, nobody who works in a
        shop with its creator, and nobody whose follow of that creator or like of that post was
        found to be made up (`genuine`); nothing from before the account changed hands.
POST    at most three times a video's length, and 20 seconds for each still.
CLOCK   a person's time passes once, whatever they look at and on however many screens: what is
        told at one moment is at most the time since that person told of anything before, or since
        they joined. What comes behind something later is not believed.
DAY     at most two hours of one person on one day (UTC, so that no setting moves it).

Each visit is judged when it is counted, and keeps what was found.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

LOOPS = 3
STILL_MS = 20_000
MOST_A_DAY_MS = 2 * 3_600_000
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What a person's page told at a moment. most_ms: by WHO and POST; 0 where nothing counts."""

    at: datetime
    most_ms: int


def longest_ms(*, video_ms: int, stills: int) -> int:
    """What can be believed of one look at a post."""
    return LOOPS * video_ms + STILL_MS * stills


def believed(told: Sequence[Told], *, since: datetime) -> list[int]:
    """What is believed of each by CLOCK and DAY, in ms and in their order.

    told:  all of one person, in the order of their moments. since: when they joined.
    """
    found: list[int] = []
    days: Counter[date] = Counter()
    before = since
    for at, together in groupby(told, key=lambda one: one.at):
        passed_ms = max(0, (at - before) // _MS)
        for one in together:
            ms = min(one.most_ms, passed_ms, MOST_A_DAY_MS - days[at.date()])
            passed_ms -= ms
            days[at.date()] += ms
            found.append(ms)
        before = max(before, at)
    return found
