"""How fresh posts of events are: from the moment that is seen to the moment they are public."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from laotie.kernel import sql
from laotie.kernel.actor import Actor

DAYS = 28
FRESH_S = 300


@dataclass(frozen=True, slots=True)
class FreshDay:
    """Posts of events that became public on a day. fresh: of those, within five minutes.

    median_s: of all of them; 0 without any.
    """

    on: date
    posts: int
    fresh: int
    median_s: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """The last 28 days, the oldest first, and all of them together."""

    days: tuple[FreshDay, ...]
    posts: int
    fresh: int
    median_s: int

    @property
    def fresh_bps(self) -> int:
        return self.fresh * 10_000 // self.posts if self.posts else 0


def of_posts(*, actor: Actor, zone: str, now: datetime) -> Freshness:
    """For operators; days as that zone has them. One query. raises: SignInFirst, NotAllowed."""
    actor.require_role("operator")
    found = sql.rows(
        """
        SELECT grouping(day), day, count(*), count(*) FILTER (WHERE seconds <= %(fresh)s),
               percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds)::bigint
        FROM (SELECT (p.published_at AT TIME ZONE %(zone)s)::date AS day,
                     extract(epoch FROM p.published_at - s.event_time) AS seconds
              FROM content_postoccasion s JOIN content_post p ON p.id = s.post_id
              WHERE p.published_at > %(since)s AND p.published_at <= %(now)s) posted
        GROUP BY GROUPING SETS ((day), ())
        """,
        {"fresh": FRESH_S, "zone": zone, "since": now - timedelta(days=DAYS), "now": now},
    )
    all_posts, all_fresh, all_median = next(row[2:] for row in found if row[0])
    days = [FreshDay(*row[1:]) for row in found if not row[0]]
    days.sort(key=lambda day: day.on)
    return Freshness(tuple(days), all_posts, all_fresh, all_median or 0)
