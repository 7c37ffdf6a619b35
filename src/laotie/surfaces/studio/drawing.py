"""A room's hour as a curve: points for the page to draw, worked out here so that no script must."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.live.queries import MinuteOfRoom
from laotie.live.summaries import Minute

WIDTH, HEIGHT = 600, 120
_TOP = 8  # Room above the highest point, for its line.


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute's orders, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Curve:
    """viewers and its area: `points` of SVG. most: what the top of each scale stands for."""

    viewers: str
    area: str
    bars: tuple[Bar, ...]
    most_viewers: int
    most_orders: int
    from_minute: datetime | None
    to_minute: datetime | None
    comments: int
    joins: int

    @property
    def is_empty(self) -> bool:
        return not (self.most_viewers or self.most_orders or self.comments or self.joins)


def curve(minutes: Sequence[MinuteOfRoom | Minute]) -> Curve:
    """The drawing of these minutes, oldest first."""
    most_viewers = max((minute.viewers for minute in minutes), default=0)
    most_orders = max((minute.orders for minute in minutes), default=0)
    step = WIDTH / max(1, len(minutes))
    points = [
        f"{(index + 0.5) * step:.1f},{_height(minute.viewers, most_viewers):.1f}"
        for index, minute in enumerate(minutes)
    ]
    bars = tuple(
        Bar(
            x=round(index * step + step * 0.2, 1),
            y=round(_height(minute.orders, most_orders, share=0.6), 1),
            width=round(step * 0.6, 1),
            height=round(HEIGHT - _height(minute.orders, most_orders, share=0.6), 1),
        )
        for index, minute in enumerate(minutes)
        if minute.orders
    )
    line = " ".join(points)
    area = f"{step / 2:.1f},{HEIGHT} {line} {WIDTH - step / 2:.1f},{HEIGHT}" if points else ""
    return Curve(
        viewers=line,
        area=area,
        bars=bars,
        most_viewers=most_viewers,
        most_orders=most_orders,
        from_minute=minutes[0].minute if minutes else None,
        to_minute=minutes[-1].minute if minutes else None,
        comments=sum(minute.comments for minute in minutes),
        joins=sum(minute.joins for minute in minutes),
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes in which one product was explained. colour: 0 to 4, by product."""

    x: float
    width: float
    colour: int


def stretches(minutes: Sequence[Minute]) -> tuple[Stretch, ...]:
    """What was explained under the curve: neighbours of one product are one stretch."""
    step = WIDTH / max(1, len(minutes))
    colours: dict[UUID, int] = {}
    found: list[Stretch] = []
    last: UUID | None = None
    for index, minute in enumerate(minutes):
        product_id = minute.products[-1] if minute.products else None
        if product_id is not None and product_id == last:
            before = found.pop()
            found.append(Stretch(before.x, round(before.width + step, 1), before.colour))
        elif product_id is not None:
            colour = colours.setdefault(product_id, len(colours) % 5)
            found.append(Stretch(round(index * step, 1), round(step, 1), colour))
        last = product_id
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Growth:
    """A line that begins at its own lowest value, since only its change is of interest."""

    line: str
    area: str
    first: int
    last: int


def growth(totals: Sequence[int]) -> Growth:
    """The drawing of these totals, one a day."""
    least, most = min(totals, default=0), max(totals, default=0)
    step = WIDTH / max(1, len(totals) - 1)
    points = " ".join(
        f"{index * step:.1f},{_height(total - least, most - least):.1f}"
        for index, total in enumerate(totals)
    )
    area = f"0,{HEIGHT} {points} {WIDTH},{HEIGHT}" if points else ""
    return Growth(points, area, totals[0] if totals else 0, totals[-1] if totals else 0)


def _height(value: int, most: int, *, share: float = 1.0) -> float:
    if not most:
        return float(HEIGHT)
    return HEIGHT - (HEIGHT - _TOP) * share * value / most
