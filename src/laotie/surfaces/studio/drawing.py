"""A room's hour as a curve: points for the page to draw, worked out here so that no script must."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from laotie.live.queries import MinuteOfRoom

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


def curve(minutes: Sequence[MinuteOfRoom]) -> Curve:
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


def _height(value: int, most: int, *, share: float = 1.0) -> float:
    if not most:
        return float(HEIGHT)
    return HEIGHT - (HEIGHT - _TOP) * share * value / most
