"""What integrations know of a person: programs owned, tokens, endpoints made."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from laotie.integrations import models
from laotie.kernel import personal
from laotie.kernel.personal import Kept, Matter, Rows, Use
from laotie.kernel.use_case import needs_transaction

COLUMNS: Mapping[str, Use | Kept] = {
    "Token.person": Use.SPECIAL,
    "App.owner": Use.THEIRS,
    "Endpoint.made_by": Kept("an endpoint is a shop's, and goes on with it"),
}


def of(person_id: UUID) -> Mapping[str, Rows]:
    """Tokens without anything to use them by, and programs. Two queries."""
    tokens = models.Token.objects.filter(person=person_id).order_by("made_at")
    return {
        "tokens": list(tokens.values("name", "scopes", "made_at", "used_at", "ended_at")),
        **personal.collect(models, COLUMNS, person_id),
    }


def open_matters(person_id: UUID) -> Iterable[Matter]:
    """None: tokens end by themselves with the person."""
    return ()


@needs_transaction
def forget(person_id: UUID, now: datetime) -> None:
    """No token acts for the person any more, and programs of theirs take no new ones."""
    models.Token.objects.filter(person=person_id, ended_at__isnull=True).update(ended_at=now)
    models.App.objects.filter(owner=person_id, ended_at__isnull=True).update(ended_at=now)
