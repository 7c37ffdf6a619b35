"""What a context knows of a person: the shape of its `personal.py`.

Such a file says three things: what is known (for the person's own copy), what stands in the way of
forgetting, and how it forgets. Trade, money and live records stay, as the law asks; what is
forgotten is whose they were. `runtime.wiring` gathers the files; whoever needs them asks `keepers`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
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


class Keeper(Protocol):
    """A context's `personal.py`."""

    # Columns that name a person, as `Model.column`, and why those that stay may stay.
    KNOWN: Mapping[str, str]

    def of(self, person_id: UUID) -> Mapping[str, Rows]:
        """Tables by name with the rows that are this person's, as they may read them."""

    def open_matters(self, person_id: UUID) -> Iterable[Matter]:
        """What stands in the way of forgetting."""

    def forget(self, person_id: UUID, now: datetime) -> None:
        """Nothing here tells any more who the person was. Runs in the caller's transaction."""


def keepers() -> Mapping[str, Keeper]:
    """The files of all contexts by name, lowest first."""
    gather = import_string(settings.PERSONAL_KEEPERS)
    found: Mapping[str, Keeper] = gather()
    return found
