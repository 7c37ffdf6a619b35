"""Shows that creators held, from the events of live rooms: what programmes and talents count."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from laotie.content import models
from laotie.content.support.support_kinds import SHORTEST_SHOW
from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction


@needs_transaction
def began(room_id: UUID, creator_id: UUID, *, at: datetime) -> None:
    """The show is known; told again, or after its end, nothing changes."""
    models.HeldShow.objects.bulk_create(
        [models.HeldShow(room_id=room_id, creator_id=creator_id, began_at=at)],
        ignore_conflicts=True,
    )


@needs_transaction
def ended(room_id: UUID, creator_id: UUID, *, began_at: datetime, at: datetime) -> None:
    """The show is over, whether its beginning was heard of or not; the first end counts."""
    sql.change(
        "INSERT INTO content_heldshow (room_id, creator_id, began_at, ended_at)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT (room_id) DO UPDATE"
        " SET began_at = excluded.began_at, ended_at = excluded.ended_at"
        " WHERE content_heldshow.ended_at IS NULL",
        [room_id, creator_id, began_at, at],
    )


def moments(
    creator_ids: Collection[UUID], since: datetime, until: datetime
) -> dict[UUID, list[datetime]]:
    """When shows that count began, from `since` to before `until`, by creator. One query."""
    found: dict[UUID, list[datetime]] = {}
    rows = models.HeldShow.objects.filter(
        creator__in=creator_ids, began_at__gte=since, began_at__lt=until
    ).order_by("began_at")
    for row in rows:
        if row.ended_at is not None and row.ended_at - row.began_at >= SHORTEST_SHOW:
            found.setdefault(row.creator_id, []).append(row.began_at)
    return found
