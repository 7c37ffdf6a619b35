"""Pages of long lists by where the last one ended, so that no row is skipped, repeated or counted.

A mark names a moment (or a number) and a row; it stays good when rows come or go, the marked one
included.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from laotie.kernel.errors import Invalid

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Page(Generic[Shown]):
    """Rows in order. next_after: give it back as `after` for the next page; None at the end."""

    rows: tuple[Shown, ...]
    next_after: str | None

    def of(self, shown: Iterable[Any]) -> "Page[Any]":
        """The same place in the list, with its rows shown otherwise."""
        return Page(tuple(shown), self.next_after)


def newest_first(rows: QuerySet[Row], moment: str, *, after: str | None, most: int) -> Page[Row]:
    """One query, most + 1 rows. moment: the column. raises: Invalid (`after`)."""
    return _page(rows, moment, after=after, most=most, is_newest_first=True)


def oldest_first(rows: QuerySet[Row], moment: str, *, after: str | None, most: int) -> Page[Row]:
    """One query, most + 1 rows. moment: the column. raises: Invalid (`after`)."""
    return _page(rows, moment, after=after, most=most, is_newest_first=False)


def highest_first(rows: QuerySet[Row], number: str, *, after: str | None, most: int) -> Page[Row]:
    """As `newest_first`, by a column of whole numbers from 0 on; of equals the newest first."""
    if after is not None:
        at, id = _parts(after)
        rows = rows.filter(Q(**{f"{number}__lt": at}) | Q(**{number: at, "pk__lt": id}))
    found = list(rows.order_by(f"-{number}", "-pk")[: most + 1])
    shown = tuple(found[:most])
    is_last = len(found) <= most
    return Page(shown, None if is_last else f"{getattr(shown[-1], number)}-{shown[-1].pk.hex}")


def latest_ids_first(rows: QuerySet[Row], *, after: str | None, most: int) -> Page[Row]:
    """As `newest_first`, by ids alone: they grow with time."""
    if after is not None:
        rows = rows.filter(pk__lt=_parts(after)[1])
    found = list(rows.order_by("-pk")[: most + 1])
    shown = tuple(found[:most])
    return Page(shown, f"0-{shown[-1].pk.hex}" if len(found) > most else None)


def _page(
    rows: QuerySet[Row], moment: str, *, after: str | None, most: int, is_newest_first: bool
) -> Page[Row]:
    sign, way = ("-", "lt") if is_newest_first else ("", "gt")
    if after is not None:
        at, id = _read(after)
        rows = rows.filter(Q(**{f"{moment}__{way}": at}) | Q(**{moment: at, f"pk__{way}": id}))
    found = list(rows.order_by(f"{sign}{moment}", f"{sign}pk")[: most + 1])
    shown = tuple(found[:most])
    return Page(shown, mark_of(shown[-1], moment) if len(found) > most else None)


def mark_of(row: Model, moment: str) -> str:
    """The mark of a row in a list by this moment, as `after` takes it."""
    at: Any = row
    for name in moment.split("__"):
        at = getattr(at, name)
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{row.pk.hex}"


def _read(after: str) -> tuple[datetime, UUID]:
    microseconds, id = _parts(after)
    try:
        return _EPOCH + timedelta(microseconds=microseconds), id
    except OverflowError as error:
        raise Invalid(field="after", reason="form") from error


def _parts(after: str) -> tuple[int, UUID]:
    found = _MARK.fullmatch(after) if isinstance(after, str) else None
    if found is None:
        raise Invalid(field="after", reason="form")
    return int(found[1]), UUID(hex=found[2])
