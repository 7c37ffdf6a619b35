"""What a ranking would have found: shares of what people went on to like, from old ratings alone.

Pure functions over `Rating`s, so that a small table by hand can hold them to exact figures.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from laotie.content.viewing import ranking

LIKED = 8  # Half stars: 4 of 5 and more.
LEAST_LIKED = 5  # Who has liked less says too little to be judged by.
TOP = 20

Ranked = Callable[[int], Sequence[int]]


class Rating(NamedTuple):
    """One person's word on one title. half_stars: 1 to 10. at: seconds since 1970."""

    person: int
    title: int
    half_stars: int
    at: int


@dataclass(frozen=True, slots=True)
class Split:
    """What was known, and what people liked later; those who say enough, in order."""

    known: tuple[Rating, ...]
    later: Mapping[int, frozenset[int]]
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Means over people: the share of what they liked later that stands in the first 20, and how
    high it stands (NDCG, both of 0 to 1)."""

    recall: float
    ndcg: float


def split_by_person(ratings: Sequence[Rating], *, known: float = 0.8) -> Split:
    """Each person's first four fifths in time are known. Tells much of many people."""
    by_person: dict[int, list[Rating]] = defaultdict(list)
    for one in sorted(ratings, key=lambda one: (one.at, one.title)):
        by_person[one.person].append(one)
    before, after = [], []
    for rows in by_person.values():
        cut = int(len(rows) * known)
        before += rows[:cut]
        after += rows[cut:]
    return _split(before, after)


def split_by_moment(ratings: Sequence[Rating], *, known: float = 0.8) -> Split:
    """What came before one moment for everybody is known. As honest as it gets, of few people."""
    ordered = sorted(ratings, key=lambda one: (one.at, one.person, one.title))
    moment = ordered[int(len(ordered) * known)].at
    before = [one for one in ordered if one.at < moment]
    return _split(before, ordered[len(before) :])


def judged(split: Split, ranked: Ranked) -> Found:
    """How well the first 20 of each person foretold what they liked later."""
    recall = ndcg = 0.0
    for person in split.people:
        wanted = split.later[person]
        hits = [title in wanted for title in ranked(person)[:TOP]]
        recall += sum(hits) / len(wanted)
        best = math.fsum(1 / math.log2(place + 2) for place in range(min(TOP, len(wanted))))
        ndcg += math.fsum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit) / best
    return Found(recall / len(split.people), ndcg / len(split.people))


def popular(split: Split) -> Ranked:
    """The same for everybody: what most people liked."""
    likes = Counter(one.title for one in split.known if one.half_stars >= LIKED)
    return _best(split, lambda _person: likes)


def item_item(split: Split) -> Ranked:
    """What was liked by those who liked the same: cosine of audiences, summed, with no bound."""
    liked = _liked(split)
    likes = Counter(title for titles in liked.values() for title in titles)
    together: dict[int, Counter[int]] = defaultdict(Counter)
    for titles in liked.values():
        for one in titles:
            together[one].update(titles)
            del together[one][one]

    def scores(person: int) -> Mapping[int, float]:
        found: dict[int, float] = defaultdict(float)
        for one in liked[person]:
            for other, count in together[one].items():
                found[other] += count / math.sqrt(likes[one] * likes[other])
        return found

    return _best(split, scores)


def ours(split: Split) -> Ranked:
    """The personal part of the product's formula, with its own functions and numbers.

    A title stands for a creator, a liked one for a creator whose posts one watches to the end.
    """
    liked = _liked(split)
    kin = ranking.kin_of([dict.fromkeys(titles, 1.0) for titles in liked.values()])
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for one, others in kin.items():
        for other, strength in others:
            near[other][one] = strength

    def scores(person: int) -> Mapping[int, float]:
        tastes = dict.fromkeys(liked[person], 1.0)
        reached = {other for one in tastes for other, _strength in kin.get(one, ())}
        return {title: ranking.kin_points(tastes, near[title]) for title in reached}

    return _best(split, scores)


def _split(before: Sequence[Rating], after: Sequence[Rating]) -> Split:
    seen = {(one.person, one.title) for one in before}
    liked = Counter(one.person for one in before if one.half_stars >= LIKED)
    later: dict[int, set[int]] = defaultdict(set)
    for one in after:
        if one.half_stars >= LIKED and (one.person, one.title) not in seen:
            later[one.person].add(one.title)
    people = tuple(sorted(person for person in later if liked[person] >= LEAST_LIKED))
    return Split(tuple(before), {person: frozenset(later[person]) for person in people}, people)


def _liked(split: Split) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for one in split.known:
        if one.half_stars >= LIKED:
            found[one.person].append(one.title)
    return found


def _best(split: Split, scores: Callable[[int], Mapping[int, float]]) -> Ranked:
    """The first 20 that the person has not rated, highest first; of equals the lower number."""
    seen: dict[int, set[int]] = defaultdict(set)
    for one in split.known:
        seen[one.person].add(one.title)

    def ranked(person: int) -> Sequence[int]:
        found = scores(person)
        new = (title for title in found if title not in seen[person])
        return sorted(new, key=lambda title: (-found[title], title))[:TOP]

    return ranked
