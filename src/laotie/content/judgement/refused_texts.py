"""Texts that were refused before anybody read them: who wrote some, where, and against which rule.

The words themselves are not kept, since they were not accepted; a digest with our key tells whether
the same ones came again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from laotie.content import models
from laotie.kernel.actor import Actor
from laotie.kernel.screening import Where
from laotie.kernel.use_case import use_case

LOOKS_BACK = timedelta(days=7)


@use_case
def keep(
    *,
    where: Where,
    rule: str,
    rule_version: int,
    person_id: UUID | None,
    digest: bytes,
    now: datetime,
) -> None:
    """The refusal is on record. digest: 32 bytes. `kernel.screening` calls this by its settings."""
    models.RefusedText.objects.create(
        place=where.value,
        rule=rule,
        rule_version=rule_version,
        person_id=person_id,
        digest=digest,
        refused_at=now,
    )


def lately(*, actor: Actor, now: datetime) -> int:
    """How many were refused in seven days. One query. raises: NotAllowed."""
    actor.require_role("operator")
    return models.RefusedText.objects.filter(refused_at__gt=now - LOOKS_BACK).count()
