"""Facts of a shop, counted from its own orders: never a score, always with what it was counted of.

A rate of fewer than 30 cases says nothing yet, and is then not given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from laotie.kernel import sql

LEAST = 30
WINDOW = timedelta(days=90)
SHIPS_WITHIN = timedelta(hours=48)


class FactName(StrEnum):
    """What is counted; the pages say it in the same words."""

    ON_TIME = "on_time"  # Orders handed over whole within 48 hours of payment.
    REFUNDED = "refunded"  # Orders of which any money went back.
    QUALITY = "quality"  # Orders of which money went back for a cause on the shop's side.
    ANSWERED = "answered"  # Refund wishes that the shop itself decided in time.
    GOOD = "good"  # Reviews of four or five stars.
    REPLIED = "replied"  # Reviews of one or two stars that the shop answered.


@dataclass(frozen=True, slots=True)
class Fact:
    """`part` of `of` cases in the last 90 days."""

    name: FactName
    part: int
    of: int

    @property
    def rate_bps(self) -> int | None:
        """None below 30 cases: not rated yet."""
        return round(10_000 * self.part / self.of) if self.of >= LEAST else None


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """stars_tenths: the average of its reviews, 47 is 4.7; None below 30 reviews."""

    shop_id: UUID
    facts: tuple[Fact, ...]
    stars_tenths: int | None
    reviews: int

    @property
    def is_rated(self) -> bool:
        return any(fact.rate_bps is not None for fact in self.facts)

    def fact(self, name: FactName) -> Fact:
        return next(fact for fact in self.facts if fact.name is name)


def of_shops(shop_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, ShopFacts]:
    """The facts of these shops. One query."""
    rows = sql.rows(
        sql.text("trade", "shop_facts"),
        {"shops": list(set(shop_ids)), "now": now, "window": WINDOW, "promise": SHIPS_WITHIN},
    )
    return {row[0]: _facts(row[0], [int(count) for count in row[1:]]) for row in rows}


def of_shop(shop_id: UUID, *, now: datetime) -> ShopFacts:
    """One query."""
    return of_shops([shop_id], now=now)[shop_id]


def _facts(shop_id: UUID, counts: list[int]) -> ShopFacts:
    pairs = [(counts[at], counts[at + 1]) for at in range(0, len(counts), 2)]
    stars, written = pairs.pop()
    return ShopFacts(
        shop_id=shop_id,
        facts=tuple(Fact(name, part, of) for name, (part, of) in zip(FactName, pairs, strict=True)),
        stars_tenths=(20 * stars + written) // (2 * written) if written >= LEAST else None,
        reviews=written,
    )
