"""What links know of a person: where they left to, and which links and rules they made."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction
from laotie.links import models

_OFFICE = Kept("done in office: who let links in or kept them out stays known")

COLUMNS: Mapping[str, Use | Kept] = {
    "Click.person": Use.THEIRS,
    "Listing.made_by": Kept("a link is its shop's or creator's, and goes on with them"),
    "Network.made_by": _OFFICE,
    "Rule.drafted_by": _OFFICE,
    "Rule.published_by": _OFFICE,
    "Rule.withdrawn_by": _OFFICE,
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Where and when they left by a link. One query."""
    return personal.collect(models, COLUMNS, person_id)


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None: what was ordered over there is settled over there."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """Clicks are nobody's any more, and nothing in them can be made from who it was; how many
    there were stays.
    """
    models.Click.objects.filter(person=person_id).update(
        person=None, visitor=secrets.token_bytes(32), went_by=None
    )
