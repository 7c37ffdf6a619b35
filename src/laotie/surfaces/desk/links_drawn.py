"""The matrix of links as cells, its slider's stops, and the closed loop by day as shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from laotie.kernel import ids
from laotie.links.networks import NetworkCard
from laotie.links.policy import Decision, LinkRule
from laotie.links.queries import Matrix
from laotie.look.link_figures import ClosedLoop, Day

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Square:
    """One network on one surface. rule: the public id of the rule, or empty for the default."""

    decision: Decision
    rule: str
    version: int


@dataclass(frozen=True, slots=True)
class Slider:
    """Moments worth looking at, in order: now, and each turning point with the second before it.

    index: of the one that is shown, or the last one before it.
    """

    stops: tuple[datetime, ...]
    index: int

    @property
    def last(self) -> int:
        return len(self.stops) - 1


@dataclass(frozen=True, slots=True)
class Column:
    """One day: the whole of it, and what was sold here below."""

    day: Day
    x: float
    width: float
    y: float
    height: float
    here_y: float
    here_height: float


def rows(found: Matrix, book: Sequence[LinkRule]) -> list[tuple[NetworkCard, list[Square]]]:
    """Networks with a square per surface."""
    versions: dict[UUID, int] = {rule.id: rule.version for rule in book}
    return [
        (
            network,
            [
                Square(
                    decision,
                    ids.public("lrl", decision.rule_id) if decision.rule_id else "",
                    versions[decision.rule_id] if decision.rule_id else 0,
                )
                for decision in decisions
            ],
        )
        for network, decisions in found.rows
    ]


def slider(found: Matrix, *, now: datetime) -> Slider:
    a_second = timedelta(seconds=1)
    moments = {now.replace(microsecond=0)}
    for point in found.turning_points:
        moments |= {point - a_second, point}
    stops = sorted(moments)
    before = [index for index, stop in enumerate(stops) if stop <= found.at]
    return Slider(tuple(stops), before[-1] if before else 0)


def columns(loop: ClosedLoop) -> tuple[Column, ...]:
    """A column for each of the days."""
    most = max(1, *(day.here_fen + day.elsewhere_fen for day in loop.days))
    step = WIDTH / len(loop.days)
    drawn = []
    for index, day in enumerate(loop.days):
        height = round((day.here_fen + day.elsewhere_fen) / most * HEIGHT, 1)
        here = round(day.here_fen / most * HEIGHT, 1)
        drawn.append(
            Column(
                day=day,
                x=round(index * step + step * 0.15, 1),
                width=round(step * 0.7, 1),
                y=HEIGHT - height,
                height=height,
                here_y=HEIGHT - here,
                here_height=here,
            )
        )
    return tuple(drawn)
