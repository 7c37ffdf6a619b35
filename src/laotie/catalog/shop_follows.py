"""Who wants to find a shop again."""

from datetime import datetime
from uuid import UUID

from laotie.accounts import shops
from laotie.accounts.shops import ShopCard
from laotie.catalog import models
from laotie.kernel import pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page
from laotie.kernel.use_case import use_case


@use_case
def follow(*, actor: Actor, shop_id: UUID, now: datetime) -> int:
    """Follow an open shop; following twice is following. How many follow now.

    raises: SignInFirst, NotFound.
    """
    person_id = actor.require_person()
    if not shops.card(shop_id).is_open:
        raise NotFound
    models.ShopFollow.objects.bulk_create(
        [models.ShopFollow(person_id=person_id, shop_id=shop_id, followed_at=now)],
        ignore_conflicts=True,
    )
    return followers(shop_id)


@use_case
def unfollow(*, actor: Actor, shop_id: UUID) -> int:
    """Stop following; how many follow now. raises: SignInFirst."""
    models.ShopFollow.objects.filter(person_id=actor.require_person(), shop_id=shop_id).delete()
    return followers(shop_id)


def followers(shop_id: UUID) -> int:
    """How many follow a shop."""
    return models.ShopFollow.objects.filter(shop_id=shop_id).count()


def is_following(person_id: UUID | None, shop_id: UUID) -> bool:
    return (
        person_id is not None
        and models.ShopFollow.objects.filter(person_id=person_id, shop_id=shop_id).exists()
    )


def followed(*, actor: Actor, after: str | None = None, most: int = 50) -> Page[ShopCard]:
    """A page of the shops that one follows, latest first. Two queries.

    raises: SignInFirst, Invalid (`after`).
    """
    rows = models.ShopFollow.objects.filter(person_id=actor.require_person())
    found = pages.newest_first(rows, "followed_at", after=after, most=most)
    cards = shops.cards([row.shop_id for row in found.rows])
    return found.of(cards[row.shop_id] for row in found.rows)
