"""Which stretch of time is asked for next, and when again: pure decisions of reading orders.

Reading moves a mark forward. Each window begins a little before the mark, as networks tell of some
orders late, and ends after it: so the windows that were read cover all time before the mark,
whatever failed between them. Who got no answer asks for less the next time.
"""

from datetime import datetime, time, timedelta, timezone

from laotie.links.order_sources import OVERLAP, Window

PACE = timedelta(minutes=5)
LEASE = timedelta(minutes=5)
_LEAST_STEP = timedelta(minutes=1)
MOST_HALVINGS = 8
_A_MINUTE = timedelta(minutes=1)
_NIGHT = time(3, 0)
# The networks' own clock, which no summer moves.
_ZONE = timezone(timedelta(hours=8))
_LONGEST_WAIT = {"limited": timedelta(minutes=15), "unanswered": timedelta(hours=1)}
_WAIT_FOR_A_PERSON = timedelta(minutes=30)
# One odd answer must not stop a network for days.
_LONGEST_TOLD_S = 7_200


def whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def next_window(
    read_to: datetime, until: datetime, *, longest: timedelta, halvings: int
) -> Window | None:
    """The next window, halved so many times; None when all was read up to `until`.

    longest: of what may be asked at once, overlap included; more than the overlap.
    """
    assert longest > OVERLAP
    step = max((longest - OVERLAP) / (1 << min(halvings, MOST_HALVINGS)), _LEAST_STEP)
    ends = whole_second(read_to + min(step, longest - OVERLAP, until - read_to))
    return Window(read_to - OVERLAP, ends) if ends > read_to else None


def night_before(now: datetime) -> datetime:
    """The last three o'clock in the morning over there."""
    here = now.astimezone(_ZONE)
    three = datetime.combine(here.date(), _NIGHT, tzinfo=_ZONE)
    return (three if three <= here else three - timedelta(days=1)).astimezone(now.tzinfo)


def wait(kind: str, *, tries: int, told_s: int = 0) -> timedelta:
    """How long to leave the network alone after the nth failure in a row (1 for the first).

    kind:   limited, unanswered, or anything else, which waits for a person.
    told_s: what the network itself said; of that two hours count at most.
    """
    most = _LONGEST_WAIT.get(kind)
    if most is None:
        return _WAIT_FOR_A_PERSON
    doubled = _A_MINUTE * (1 << min(tries - 1, MOST_HALVINGS))
    return max(min(doubled, most), timedelta(seconds=min(told_s, _LONGEST_TOLD_S)))
