"""What creators are told of their belt, each with the reason; `ref` leads to the belt."""

from collections.abc import Iterable
from datetime import datetime

from laotie.accounts import creators, inbox
from laotie.accounts.inbox import NoticeKind
from laotie.content import models
from laotie.kernel import ids
from laotie.kernel.use_case import needs_transaction


@needs_transaction
def tell(
    rows: Iterable[models.BeltMembership], kind: NoticeKind, reason: str, *, now: datetime
) -> None:
    """An operator answered, or ended it. rows: with their belt. Two queries."""
    found = list(rows)
    known = creators.cards({row.creator_id for row in found})
    inbox.post_many(
        (
            inbox.Posting(
                known[row.creator_id].person_id,
                kind,
                {"belt_zh": row.belt.name_zh, "belt_en": row.belt.name_en, "reason": reason},
                ids.public("bms", row.id),
            )
            for row in found
        ),
        now=now,
    )
