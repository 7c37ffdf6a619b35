"""What delivery knows of a person: the sealed address of parcels, found by the order alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction

COLUMNS: Mapping[str, Use | Kept] = {}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Nothing by person: parcels are in the copy with their orders."""
    return {}


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None: a parcel on its way belongs to an open order."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Nothing by person; parcels keep their address for as long as carriers may be asked."""
