"""Follows and likes that count, and those that were made up.

Every follow and like is kept. Those that bear marks of having been forged stay in the raw counts
and are left out of every number that is published, ranks or is compared. The rule, in full:

RATE    one person made more than 60 of a kind within one stretch of ten minutes: all of these.
BURST   one creator (or post) had more than 60 within a minute by people who had joined less than
        an hour before, and these were more than four fifths of that minute: theirs.
DEVICE  more than ten people gave theirs to one creator (or post) from one browser at one address:
        all of these.

Stretches and minutes are those of the clock. What has just come counts until it has been judged,
which takes seconds; what was judged to be forged stays so. Of a device only a keyed digest is kept,
for a day. After a change of hands (`accounts.hands`) only what came later counts.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from laotie.events.content import LikesChanged
from laotie.kernel import crypto, event_log, sql
from laotie.kernel.use_case import use_case

RATE, RATE_WINDOW = 60, timedelta(minutes=10)
BURST, BURST_WINDOW, NEWCOMER = 60, timedelta(minutes=1), timedelta(hours=1)
DEVICE = 10
DEVICE_KEPT = timedelta(days=1)
_PORTION = 5000


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where marks of one kind stand: table, what they are given to, when."""

    table: str
    subject: str
    at: str


_FOLLOWS = _Kind("live_follow", "creator_id", "followed_at")
_LIKES = _Kind("content_like", "post_id", "liked_at")


def device_of(address: str, browser: str) -> str:
    """A mark by which one browser at one address is known again, and nobody else can be found."""
    told = hashlib.sha256(f"{address}\n{browser}".encode()).hexdigest()
    return crypto.blind_index(told, context="content.device").hex()[:16]


def judge(*, now: datetime) -> int:
    """Every follow and like that has come is judged; how many there were."""
    return sum(_judge(kind=kind, now=now) for kind in (_FOLLOWS, _LIKES))


@use_case
def _judge(*, kind: _Kind, now: datetime) -> int:
    """A portion of one kind; posts whose likes are others now are counted anew."""
    statement = sql.text("content", "judge_marks")
    for name in ("table", "subject", "at"):
        statement = statement.replace(f"{{{name}}}", getattr(kind, name))
    rows = sql.rows(
        statement,
        {
            "now": now,
            "most": _PORTION,
            "rate": RATE,
            "rate_window": RATE_WINDOW,
            "burst": BURST,
            "burst_window": BURST_WINDOW,
            "newcomer": NEWCOMER,
            "device": DEVICE,
        },
    )
    forged = {subject for subject, cause in rows if cause}
    if kind is _LIKES:
        event_log.publish(*(LikesChanged(post_id=post_id) for post_id in sorted(forged)))
    return len(rows)


@use_case
def forget_devices(*, now: datetime) -> int:
    """Nothing tells any more from where a follow or like of yesterday came; how many there were."""
    return sum(
        sql.change(
            f"UPDATE {kind.table} SET device = '' WHERE device <> ''"  # noqa: S608 - names of ours.
            f" AND judged_at IS NOT NULL AND {kind.at} < %s",
            [now - DEVICE_KEPT],
        )
        for kind in (_FOLLOWS, _LIKES)
    )
