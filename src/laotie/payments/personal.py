"""What payments know of a person: who paid. Kept by law; providers know them by order numbers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction
from laotie.payments import models

COLUMNS: Mapping[str, Use | Kept] = {"Payment.payer_id": Use.THEIRS}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Payments and what became of them. One query."""
    return personal.collect(models, COLUMNS, person_id)


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None of its own: an open payment belongs to an open order."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Nothing: a payment names an id."""
