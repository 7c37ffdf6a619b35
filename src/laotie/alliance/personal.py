"""What the alliance knows of a person: plans they published for a shop, plans they accepted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.accounts import creators
from laotie.alliance import models
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction

COLUMNS: Mapping[str, Use | Kept] = {
    "PlanVersion.made_by": Kept("a shop's history of commission, done for the shop"),
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Plans accepted as a creator. Two queries."""
    creator_id = creators.id_of(person_id)
    rows = models.Acceptance.objects.filter(creator=creator_id).order_by("pk")
    return {"accepted_plans": list(rows.values()) if creator_id else []}


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None: terms are frozen in orders, and open orders hold back by themselves."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Nothing: plans name ids."""
