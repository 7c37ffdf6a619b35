"""Why one post stands before another: one formula, its numbers, and its words.

Points are added. One point more means: worth as much as a post that is half as good, or one
half-life younger. The statement `sql/feed_page.sql` computes them for candidates with the numbers
of `WEIGHTS`; the functions here say the same in Python, and a test holds one against the other.
A change of a number or of a part is a new version. docs/algorithms/feed.md explains each part.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

VERSION = 2
_SECONDS_PER_HOUR = 3600

Thing = TypeVar("Thing")


class Place(StrEnum):
    """Where somebody meets a post."""

    FOLLOWING = "FOLLOWING"
    RECOMMENDED = "RECOMMENDED"
    BELT = "BELT"
    FIELD = "FIELD"
    REGION = "REGION"
    PAGE = "PAGE"  # Its own page, a profile or a product's page.


class Why(StrEnum):
    """The one reason that is told first; the others stand in the list of points."""

    FOLLOW = "FOLLOW"  # You follow its creator.
    TASTE = "TASTE"  # You often watch its creator to the end.
    KIN = "KIN"  # People who watch a creator whom you like also watch this one.
    BOUGHT = "BOUGHT"  # People bought goods that they found in it.
    WATCHED = "WATCHED"  # It is watched to the end more often than others.
    NEW_HERE = "NEW_HERE"  # Shown to a few to find out whether it is liked.
    FRESH = "FRESH"  # It has not been out for long.
    BELT = "BELT"  # Its creator belongs to the belt that the viewer chose.
    FIELD = "FIELD"
    REGION = "REGION"


@dataclass(frozen=True, slots=True)
class Weights:
    """All numbers of the formula.

    half_life_h:    a post loses a point in so many hours.
    watch_prior:    share of views to the end that is taken for usual, as strong as so many views.
    like, buy:      a like or an order after it counts as so many views to the end.
    watch_most:     bound of the points for how it is watched, both ways.
    follow:         points for a post of a creator whom one follows.
    taste_most:     points for a creator whose posts one always watches to the end.
    taste_half:     so many watched posts give half of them.
    taste_half_life_d: a watched post counts half after so many days.
    kin_most:       bound of the points for being watched by those who watch one's own creators.
    down, down_most: taken for each post of the creator that somebody of the platform decided to
        take down in 90 days; not for those whose right or source is gone.
    same_creator:   taken for each post of the same creator that stands higher on the page.
    seen:           taken for what one has met in the last `seen_days` already.
    explore_every:  of so many posts one is new and unknown.
    explore_until:  views after which a post is not unknown any more.
    """

    half_life_h: float = 36.0
    watch_prior: float = 0.25
    watch_prior_views: float = 50.0
    like: float = 2.0
    buy: float = 8.0
    watch_most: float = 2.0
    follow: float = 2.0
    taste_most: float = 2.0
    taste_half: float = 3.0
    taste_half_life_d: float = 14.0
    kin_most: float = 1.0
    down: float = 1.0
    down_most: float = 3.0
    same_creator: float = 1.0
    seen: float = 3.0
    seen_days: int = 3
    explore_every: int = 8
    explore_until: int = 100


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Points:
    """What each part gave a post, in points; their sum orders the page."""

    fresh: float = 0.0
    watched: float = 0.0
    follow: float = 0.0
    taste: float = 0.0
    kin: float = 0.0
    trust: float = 0.0
    seen: float = 0.0
    variety: float = 0.0

    @property
    def total(self) -> float:
        return math.fsum(asdict(self).values())


def fresh(published_at: datetime, *, as_of: datetime) -> float:
    """Points lost by age; 0 for what is published now."""
    hours = (as_of - published_at).total_seconds() / _SECONDS_PER_HOUR
    return -hours / WEIGHTS.half_life_h


def watched(*, visits: int, completions: int, likes: int, buys: int) -> float:
    """How a post does with those who see it, in doublings of the usual; 0 while unknown."""
    worth = completions + WEIGHTS.like * likes + WEIGHTS.buy * buys
    views = WEIGHTS.watch_prior_views
    share = (worth + views * WEIGHTS.watch_prior) / (visits + views)
    doublings = math.log2(share / WEIGHTS.watch_prior)
    return max(-WEIGHTS.watch_most, min(WEIGHTS.watch_most, doublings))


def heat(
    published_at: datetime, *, visits: int = 0, completions: int = 0, likes: int = 0, buys: int = 0
) -> float:
    """Both parts that are the same for everybody, told so that the order of posts never ages."""
    half_lives = published_at.timestamp() / _SECONDS_PER_HOUR / WEIGHTS.half_life_h
    return half_lives + watched(visits=visits, completions=completions, likes=likes, buys=buys)


def faded(weight: float, *, at: datetime, as_of: datetime) -> float:
    """What a taste of then still weighs."""
    days = (as_of - at) / timedelta(days=1)
    return float(weight * 2 ** (-days / WEIGHTS.taste_half_life_d))


def taste(weight: float) -> float:
    """Points for a creator of whom one has watched about so many posts to the end."""
    return WEIGHTS.taste_most * weight / (weight + WEIGHTS.taste_half)


def kin_points(tastes: Mapping[Thing, float], kin: Mapping[Thing, float]) -> float:
    """Points for a creator by those whom one watches and who are near to them.

    tastes: weight of each creator whom one watches. kin: strength between them and this one.
    """
    near = math.fsum(
        strength * tastes[one] / (tastes[one] + WEIGHTS.taste_half)
        for one, strength in kin.items()
        if one in tastes
    )
    return WEIGHTS.kin_most * near / (near + 1)


def trust(taken_down: int) -> float:
    """Points taken for posts that were taken down for a fault; 0, neutral, where there are none."""
    return -min(WEIGHTS.down_most, WEIGHTS.down * taken_down)


def why(points: Points, *, buys: int, is_new_here: bool) -> Why:
    """The reason to tell: of what speaks for the post, the heaviest."""
    if is_new_here:
        return Why.NEW_HERE
    reasons = {
        Why.FOLLOW: points.follow,
        Why.TASTE: points.taste,
        Why.KIN: points.kin,
        Why.BOUGHT if buys else Why.WATCHED: points.watched,
    }
    best = max(reasons, key=lambda reason: reasons[reason])
    return best if reasons[best] > 0 else Why.FRESH


def arranged(creators: Sequence[Thing], new_here: Collection[int]) -> list[int]:
    """The order in which a page shows its rows, by index; rows come best first.

    creators: of each row. new_here: indexes of those that are tried out; the first of them takes
    the place in the middle of each `explore_every` rows. No creator stands twice in a row as long
    as anybody else is left.
    """
    tried = [index for index in range(len(creators)) if index in new_here]
    waiting = [index for index in range(len(creators)) if index not in new_here]
    for count, index in enumerate(tried):
        place = count * WEIGHTS.explore_every + WEIGHTS.explore_every // 2
        waiting.insert(min(place, len(waiting)), index)
    shown: list[int] = []
    while waiting:
        last = creators[shown[-1]] if shown else None
        other = (index for index in waiting if not shown or creators[index] != last)
        chosen = next(other, waiting[0])
        waiting.remove(chosen)
        shown.append(chosen)
    return shown


def kin_of(
    audiences: Iterable[Mapping[Thing, float]], *, most: int = 20, shrink: float = 10.0
) -> dict[Thing, list[tuple[Thing, float]]]:
    """For each thing the nearest others: those whom the same people watch.

    audiences: of each person, what they watched and how much. shrink: so many shared people make
    half of a strength, since two things that one person watched say little.
    returns:   at most `most` others, strongest first; strength is the cosine of the audiences.
    """
    squares: dict[Thing, float] = defaultdict(float)
    products: dict[Thing, dict[Thing, float]] = defaultdict(lambda: defaultdict(float))
    shared: dict[Thing, Counter[Thing]] = defaultdict(Counter)
    for watched_things in audiences:
        things = list(watched_things.items())
        for one, weight in things:
            squares[one] += weight * weight
            if len(things) == 1:
                continue  # Nobody else is seen beside it.
            row, together = products[one], shared[one]
            for other, its_weight in things:
                if other != one:
                    row[other] += weight * its_weight
                    together[other] += 1
    found: dict[Thing, list[tuple[Thing, float]]] = {}
    for one, row in products.items():
        strengths = [
            (
                other,
                min(1.0, product / math.sqrt(squares[one] * squares[other]))
                * (shared[one][other] / (shared[one][other] + shrink)),
            )
            for other, product in row.items()
        ]
        strengths.sort(key=lambda pair: (-pair[1], str(pair[0])))
        found[one] = strengths[:most]
    return found
