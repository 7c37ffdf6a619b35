"""What a context knows of a person: the shape of its `personal.py`.

Such a file says three things: what is known (for the person's own copy), what stands in the way of
forgetting, and how it forgets. Trade, money and live records stay, as the law asks; what is
forgotten is whose they were. `runtime.wiring` gathers the files; whoever needs them asks `keepers`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType, ModuleType
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that has to be brought to an end first. `advice`: an English msgid, what to do."""

    code: str
    advice: str
    count: int

    def text(self) -> str:
        """The sentence in the reader's language."""
        return gettext(self.advice) % {"count": self.count}


class Use(Enum):
    """What becomes of the rows of a column that names a person."""

    THEIRS = "in the copy; stays, and says no more who it was"
    GOES = "in the copy; deleted when the person is forgotten"
    SPECIAL = "in the copy or deleted by code of its own, in the same file"


@dataclass(frozen=True, slots=True)
class Kept:
    """The column names whoever did something for others; not in the copy, and it stays."""

    reason: str


class Keeper(Protocol):
    """A context's `personal.py`."""

    # Every column that names a person, as `Model.column`; a test looks for columns that are not.
    COLUMNS: Mapping[str, Use | Kept]

    def of(self, person_id: UUID) -> Mapping[str, Rows]:
        """Tables by name with the rows that are this person's, as they may read them."""

    def open_matters(self, person_id: UUID) -> Iterable[Matter]:
        """What stands in the way of forgetting."""

    def forget(self, person_id: UUID, now: datetime) -> None:
        """Nothing here tells any more who the person was. Runs in the caller's transaction."""


def collect(
    tables: ModuleType,
    columns: Mapping[str, Use | Kept],
    person_id: UUID,
    *,
    without: Mapping[str, Collection[str]] = MappingProxyType({}),
    most: int = 100_000,
) -> dict[str, Rows]:
    """The rows of all columns that are in the copy, by table; sealed fields are left out.

    without: fields of such rows that are not for the person, by the column. One query per column.
    """
    found: dict[str, Rows] = {}
    for name, use in columns.items():
        if use not in {Use.THEIRS, Use.GOES}:
            continue
        model, column = _column(tables, name)
        readable = [
            field.attname
            for field in model._meta.concrete_fields  # noqa: SLF001 - Django's public name for it.
            if not isinstance(field, models.BinaryField)
            and field.name not in {column, column.removesuffix("_id"), *without.get(name, ())}
        ]
        rows = _rows(model).filter(**{column: person_id}).order_by("pk")
        found[name.replace(".", "_").lower()] = list(rows.values(*readable)[:most])
    return found


def drop(tables: ModuleType, columns: Mapping[str, Use | Kept], person_id: UUID) -> None:
    """Delete the rows of all columns that go, in the order in which they are named."""
    for name, use in columns.items():
        if use is Use.GOES:
            model, column = _column(tables, name)
            _rows(model).filter(**{column: person_id}).delete()


def _rows(model: type[models.Model]) -> "models.Manager[Any]":
    manager: models.Manager[Any] = model._default_manager  # noqa: SLF001 - any model has one.
    return manager


def _column(tables: ModuleType, name: str) -> tuple[type[models.Model], str]:
    model_name, _dot, column = name.partition(".")
    model: type[models.Model] = getattr(tables, model_name)
    return model, column


def keepers() -> Mapping[str, Keeper]:
    """The files of all contexts by name, lowest first."""
    gather = import_string(settings.PERSONAL_KEEPERS)
    found: Mapping[str, Keeper] = gather()
    return found
