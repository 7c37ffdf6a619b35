"""Who follows a creator: their posts come first in the feed, and their rooms are told of."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from laotie.content import models
from laotie.content.relations import blocks, fan_counts
from laotie.kernel import sql
from laotie.kernel.actor import Actor
from laotie.kernel.use_case import use_case


@use_case
def follow(*, actor: Actor, creator_id: UUID, device: str = "", now: datetime) -> int:
    """Follow a creator; following twice is following. How many follow now.

    device: a mark of `genuine.device_of`, or nothing.
    raises: SignInFirst, NotFound (also while one has blocked the other).
    """
    person_id = actor.require_person()
    blocks.require_none(person_id, creator_id)
    models.Follow.objects.bulk_create(
        [models.Follow(person_id=person_id, creator_id=creator_id, followed_at=now, device=device)],
        ignore_conflicts=True,
    )
    return followers(creator_id)


@use_case
def unfollow(*, actor: Actor, creator_id: UUID) -> int:
    """Stop following; how many follow now. raises: SignInFirst."""
    person_id = actor.require_person()
    models.Follow.objects.filter(person_id=person_id, creator_id=creator_id).delete()
    return followers(creator_id)


def followers(creator_id: UUID) -> int:
    """How many follow a creator, without those that were forged or followed somebody before.

    One query, however many there are.
    """
    return fan_counts.of(creator_id)


def is_following(person_id: UUID | None, creator_id: UUID) -> bool:
    return (
        person_id is not None
        and models.Follow.objects.filter(person_id=person_id, creator_id=creator_id).exists()
    )


def of_person(person_id: UUID, *, most: int = 1000) -> tuple[UUID, ...]:
    """The creators whom somebody follows, latest first. One query."""
    rows = models.Follow.objects.filter(person_id=person_id).order_by("-followed_at", "-id")
    return tuple(rows.values_list("creator_id", flat=True)[:most])


def those_following(creator_id: UUID, person_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these people follow a creator. One query."""
    rows = models.Follow.objects.filter(creator_id=creator_id, person_id__in=person_ids)
    return frozenset(rows.values_list("person_id", flat=True))


def next_followers(creator_id: UUID, *, after: UUID | None, most: int) -> list[UUID]:
    """Followers in the order of their ids, those behind `after` alone. One query."""
    rows = models.Follow.objects.filter(creator_id=creator_id).order_by("person_id")
    if after is not None:
        rows = rows.filter(person_id__gt=after)
    return list(rows.values_list("person_id", flat=True)[:most])


def followers_named(creator_id: UUID, words: str, *, most: int) -> list[UUID]:
    """Followers whose name has these words in it, latest first. One query."""
    rows = models.Follow.objects.filter(creator_id=creator_id, person__name__icontains=words)
    return list(rows.order_by("-followed_at").values_list("person_id", flat=True)[:most])


def began_between(creator_id: UUID, since: datetime, until: datetime) -> int:
    """How many began to follow from one moment to another, both included, and follow still."""
    return models.Follow.objects.filter(
        creator_id=creator_id, followed_at__gte=since, followed_at__lte=until
    ).count()


def began_by_day(creator_id: UUID, zone: str) -> dict[date, int]:
    """How many of today's followers began on each day of a time zone. One query."""
    rows = sql.rows(
        "SELECT (followed_at AT TIME ZONE %s)::date AS day, count(*) FROM live_follow"
        " WHERE creator_id = %s GROUP BY 1",
        [zone, creator_id],
    )
    return {day: int(count) for day, count in rows}
