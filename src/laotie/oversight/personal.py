"""What oversight knows of a person: what they complained of, and what they proposed or decided."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction
from laotie.oversight import models

_OFFICE = Kept("done in office: who decided over others' money or words stays known")

COLUMNS: Mapping[str, Use | Kept] = {
    "Complaint.person": Use.THEIRS,
    "Complaint.decided_by": _OFFICE,
    "Proposal.proposed_by": _OFFICE,
    "Proposal.decided_by": _OFFICE,
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Complaints. One query."""
    return personal.collect(models, COLUMNS, person_id)


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None: a complaint is looked at whether or not its writer is still here."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Nothing: a complaint names an id."""
