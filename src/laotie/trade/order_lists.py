"""A shop's orders as its people look for them: by state, day, text, amount, room, and what is late.

The same filter is what a list shows, what a saved view keeps and what an export writes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from laotie.delivery import shipments
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid
from laotie.kernel.money import MAX_FEN
from laotie.kernel.text import clean_line
from laotie.trade import models, policy, rules
from laotie.trade.queries import STATES, OrderList, Shelf, page_of

TEXT_LETTERS = 40
_WAYBILL = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders. Empty is all of them.

    placed_from, placed_until: days of this place, both included.
    text:      in the order's or a waybill's number, or in the name of its goods.
    least_fen, most_fen: of what the buyer pays.
    is_late:   paid, and not with a carrier in the time that policy gives.
    """

    shelf: Shelf = Shelf.ALL
    placed_from: date | None = None
    placed_until: date | None = None
    text: str = ""
    least_fen: int | None = None
    most_fen: int | None = None
    room_id: UUID | None = None
    is_late: bool = False

    def __post_init__(self) -> None:
        """raises: Invalid."""
        clean_line(self.text, field="text", longest=TEXT_LETTERS, required=False)
        for field, fen in (("least_fen", self.least_fen), ("most_fen", self.most_fen)):
            if fen is not None and not 0 <= fen <= MAX_FEN:
                raise Invalid(field=field, reason="range")
        days = (self.placed_from, self.placed_until)
        if any(day is not None and not 2000 <= day.year <= 2200 for day in days):
            raise Invalid(field="placed_from", reason="range")

    def as_dict(self) -> dict[str, Any]:
        """What is not empty, as JSON holds it."""
        found = {
            "shelf": self.shelf.value if self.shelf is not Shelf.ALL else None,
            "placed_from": self.placed_from and self.placed_from.isoformat(),
            "placed_until": self.placed_until and self.placed_until.isoformat(),
            "text": self.text or None,
            "least_fen": self.least_fen,
            "most_fen": self.most_fen,
            "room_id": self.room_id and str(self.room_id),
            "is_late": self.is_late or None,
        }
        return {name: value for name, value in found.items() if value is not None}


def read(kept: Mapping[str, Any]) -> Wanted:
    """What `as_dict` gave."""
    return Wanted(
        shelf=Shelf(kept.get("shelf", Shelf.ALL)),
        placed_from=_day(kept.get("placed_from")),
        placed_until=_day(kept.get("placed_until")),
        text=kept.get("text", ""),
        least_fen=kept.get("least_fen"),
        most_fen=kept.get("most_fen"),
        room_id=UUID(kept["room_id"]) if "room_id" in kept else None,
        is_late=bool(kept.get("is_late")),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders are on each shelf, and how many of those to ship are late."""

    shelves: dict[str, int]
    late: int


def orders_of_shop(
    *,
    actor: Actor,
    shop_id: UUID,
    wanted: Wanted,
    after: str | None = None,
    most: int = 20,
    now: datetime,
) -> OrderList:
    """Those of a shop's orders, newest first, for those who ship. Two or three queries.

    raises: SignInFirst, NotFound, NotAllowed, Invalid.
    """
    actor.require_shop(shop_id, "ship")
    return page_of(rows_of(shop_id, wanted, now=now), after=after, most=most)


def count(*, actor: Actor, shop_id: UUID, wanted: Wanted, now: datetime) -> int:
    """How many orders a filter finds. One or two queries. raises: as above."""
    actor.require_shop(shop_id, "ship")
    return rows_of(shop_id, wanted, now=now).count()


def counts(*, actor: Actor, shop_id: UUID, now: datetime) -> Counts:
    """How full each shelf is. Two queries. raises: SignInFirst, NotFound, NotAllowed."""
    actor.require_shop(shop_id, "ship")
    rows = models.Order.objects.filter(shop_id=shop_id)
    by_state = dict(rows.values_list("state").annotate(n=Count("id")).order_by())
    shelves = {
        shelf.value: sum(by_state.get(state.value, 0) for state in states)
        for shelf, states in STATES.items()
    }
    return Counts(shelves, rows_of(shop_id, Wanted(is_late=True), now=now).count())


def ship_by(paid_at: datetime) -> datetime:
    """When an order that was paid then shall be with a carrier."""
    return paid_at + policy.current().ship


def rows_of(shop_id: UUID, wanted: Wanted, *, now: datetime) -> QuerySet[models.Order]:
    """The rows behind a filter; the caller has asked who may look."""
    rows = models.Order.objects.filter(shop_id=shop_id)
    if wanted.shelf is not Shelf.ALL:
        rows = rows.filter(state__in=[state.value for state in STATES[wanted.shelf]])
    if wanted.is_late:
        rows = rows.filter(
            state__in=[state.value for state in rules.SHIPPABLE],
            paid_at__lte=now - policy.current().ship,
        )
    if wanted.placed_from is not None:
        rows = rows.filter(placed_at__gte=_midnight(wanted.placed_from))
    if wanted.placed_until is not None:
        rows = rows.filter(placed_at__lt=_midnight(wanted.placed_until + timedelta(days=1)))
    if wanted.least_fen is not None:
        rows = rows.filter(total_fen__gte=wanted.least_fen)
    if wanted.most_fen is not None:
        rows = rows.filter(total_fen__lte=wanted.most_fen)
    if wanted.room_id is not None:
        rows = rows.filter(room_id=wanted.room_id)
    return rows.filter(_says(shop_id, wanted.text)) if wanted.text else rows


def _says(shop_id: UUID, text: str) -> Q:
    goods = models.OrderLine.objects.filter(
        Q(title__zh__icontains=text) | Q(title__en__icontains=text), order=OuterRef("pk")
    )
    found = Q(number__icontains=text) | Q(Exists(goods))
    if _WAYBILL.fullmatch(text):
        found |= Q(pk__in=shipments.orders_with(text, shop_id=shop_id))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
