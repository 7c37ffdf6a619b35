"""One legal move of a state machine, taken in one UPDATE, so that of two racers one wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models

from laotie.kernel.errors import WrongState


@dataclass(frozen=True, slots=True)
class Step:
    """A named move from any of `sources` to `target`. Tables of steps are drawn into the docs."""

    name: str
    sources: frozenset[StrEnum]
    target: StrEnum

    def try_take(
        self, rows: "models.QuerySet[Any] | models.Manager[Any]", id: UUID, **fields: Any
    ) -> bool:
        """Whether this call made the move; `fields` are written with it."""
        taken = rows.filter(pk=id, state__in=[source.value for source in self.sources]).update(
            state=self.target.value, **fields
        )
        return taken == 1

    def take(
        self, rows: "models.QuerySet[Any] | models.Manager[Any]", id: UUID, **fields: Any
    ) -> None:
        """raises: WrongState when the row is elsewhere (or not there)."""
        if not self.try_take(rows, id, **fields):
            raise WrongState(step=self.name)


def step(name: str, sources: Iterable[StrEnum], target: StrEnum) -> Step:
    return Step(name, frozenset(sources), target)


def state_check(
    states: type[StrEnum], *, name: str, column: str = "state"
) -> models.CheckConstraint:
    """The database's own list of states, made from the enum."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": [state.value for state in states]}), name=name
    )
