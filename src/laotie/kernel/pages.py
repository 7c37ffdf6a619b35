"""Pages of long lists by where the last one ended, so that no row is skipped, repeated or counted.

A mark names a moment and a row; it stays good when rows come or go, the marked one included.
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


def _page(
    rows: QuerySet[Row], moment: str, *, after: str | None, most: int, is_newest_first: bool
) -> Page[Row]:
    sign, way = ("-", "lt") if is_newest_first else ("", "gt")
    if after is not None:
        at, id = _read(after)
        rows = rows.filter(Q(**{f"{moment}__{way}": at}) | Q(**{moment: at, f"pk__{way}": id}))
    found = list(rows.order_by(f"{sign}{moment}", f"{sign}pk")[: most + 1])
    shown = tuple(found[:most])
    return Page(shown, _mark(shown[-1], moment) if len(found) > most else None)


def _mark(row: Model, moment: str) -> str:
    at: Any = row
    for name in moment.split("__"):
        at = getattr(at, name)
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{row.pk.hex}"


def _read(after: str) -> tuple[datetime, UUID]:
    found = _MARK.fullmatch(after) if isinstance(after, str) else None
    try:
        if found is None:
            raise Invalid(field="after", reason="form")
        return _EPOCH + timedelta(microseconds=int(found[1])), UUID(hex=found[2])
    except OverflowError as error:
        raise Invalid(field="after", reason="form") from error
