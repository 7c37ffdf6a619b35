"""What the catalogue knows of a person: pictures put in, shops followed, prices set."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.catalog import models
from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction

_HISTORY = Kept("a shop's history of prices and offers, done for the shop")

COLUMNS: Mapping[str, Use | Kept] = {
    "Picture.person": Use.THEIRS,
    "ShopFollow.person": Use.GOES,
    "PriceChange.changed_by": _HISTORY,
    "Offer.opened_by": _HISTORY,
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Pictures, by their addresses, and follows. Two queries."""
    return personal.collect(models, COLUMNS, person_id)


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None: goods belong to shops, and whoever owns a shop hands it over first."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Follows go. Pictures of goods belong to the shop; one's own portrait is off the card."""
    personal.drop(models, COLUMNS, person_id)
