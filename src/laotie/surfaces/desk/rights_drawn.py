"""Who holds what when, and freshness by day, as shapes: worked out here so that no script must."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from laotie.content.licensing.grants import GrantCard
from laotie.content.licensing.occasions import OccasionCard
from laotie.content.viewing.freshness import Freshness
from laotie.look import rights as words_of

WIDTH, HEIGHT = 600, 120
_THINNEST = 3.0  # Of a bar that would be too short to be seen.


@dataclass(frozen=True, slots=True)
class Lane:
    """One grant: its bar in units of the drawing, and its words. depth: how often handed on."""

    card: GrantCard
    use: Any
    state: words_of.State
    x: float
    width: float
    depth: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All grants of an event on one scale. event_*: its own days. now: None outside of it."""

    lanes: tuple[Lane, ...]
    begins: datetime
    ends: datetime
    event_x: float
    event_width: float
    now: float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One day's posts: all of them, and the fresh ones below."""

    day: Any
    x: float
    width: float
    y: float
    height: float
    fresh_y: float
    fresh_height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """most: what the top of the scale stands for."""

    columns: tuple[Column, ...]
    most: int


def timeline(event: OccasionCard, cards: Sequence[GrantCard], *, now: datetime) -> Timeline:
    """Grants with their sub-licences below them, by use and start."""
    begins = min([event.starts_at, *(card.grant.scope.starts_at for card in cards)])
    ends = max([event.ends_at, *(card.grant.ends_at for card in cards)])
    span = (ends - begins).total_seconds()

    def at(moment: datetime) -> float:
        return round((moment - begins).total_seconds() / span * WIDTH, 1)

    lanes = tuple(
        Lane(
            card=card,
            use=words_of.USES[card.grant.scope.use],
            state=words_of.state_of(card, now),
            x=min(at(card.grant.scope.starts_at), WIDTH - _THINNEST),
            width=max(_THINNEST, at(card.grant.ends_at) - at(card.grant.scope.starts_at)),
            depth=depth,
        )
        for card, depth in _in_order(cards)
    )
    event_x = at(event.starts_at)
    return Timeline(
        lanes=lanes,
        begins=begins,
        ends=ends,
        event_x=event_x,
        event_width=max(_THINNEST, at(event.ends_at) - event_x),
        now=at(now) if begins <= now <= ends else None,
    )


def freshness(found: Freshness) -> Columns:
    """A column for each day that has posts."""
    most = max((day.posts for day in found.days), default=0)
    step = WIDTH / max(1, len(found.days))
    columns = []
    for index, day in enumerate(found.days):
        height, fresh = (round(number / most * HEIGHT, 1) for number in (day.posts, day.fresh))
        columns.append(
            Column(
                day=day,
                x=round(index * step + step * 0.15, 1),
                width=round(min(step * 0.7, 40), 1),
                y=HEIGHT - height,
                height=height,
                fresh_y=HEIGHT - fresh,
                fresh_height=fresh,
            )
        )
    return Columns(tuple(columns), most)


def _in_order(cards: Sequence[GrantCard]) -> list[tuple[GrantCard, int]]:
    below: dict[Any, list[GrantCard]] = {}
    known = {card.grant.id for card in cards}
    for card in cards:
        parent = card.grant.parent_id
        below.setdefault(parent if parent in known else None, []).append(card)

    def walk(parent: Any, depth: int) -> list[tuple[GrantCard, int]]:
        found = []
        for card in below.get(parent, []):
            found.append((card, depth))
            found += walk(card.grant.id, depth + 1)
        return found

    return walk(None, 0)
