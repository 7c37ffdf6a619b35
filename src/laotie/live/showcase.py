"""What a creator shows everybody: who they are, what comes, and what they sell."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.accounts import creators
from laotie.accounts.creators import CreatorCard
from laotie.catalog import queries as catalog
from laotie.catalog.queries import ProductCard
from laotie.content.relations import blocks, follows
from laotie.kernel import pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import models, planning, reminders, rules
from laotie.live.planning import Planned
from laotie.live.rooms import RoomCard, card_of

_PRODUCTS = 24
_ROOMS_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Shows:
    """A creator's rooms for one visitor. on_air: the one that can be entered now, if there is one.

    to_come: each with whether this visitor is reminded of it.
    """

    on_air: RoomCard | None
    to_come: tuple[tuple[Planned, bool], ...]


@dataclass(frozen=True, slots=True)
class CreatorPage:
    """A creator for one visitor, with their rooms."""

    creator: CreatorCard
    followers: int
    is_following: bool
    shows: Shows


def page(creator_id: UUID, *, actor: Actor, now: datetime) -> CreatorPage:
    """Seven queries. raises: NotFound (also while one has blocked the other)."""
    creator = creators.card(creator_id)
    if blocks.are_apart(actor.person_id, creator.person_id):
        raise NotFound
    return CreatorPage(
        creator=creator,
        followers=follows.followers(creator_id),
        is_following=follows.is_following(actor.person_id, creator_id),
        shows=shows(creator_id, actor=actor, now=now),
    )


def shows(creator_id: UUID, *, actor: Actor, now: datetime) -> Shows:
    """For a visitor who may see the creator; whoever calls this has asked. Three queries."""
    coming = planning.to_come(creator_id, now=now)
    asked = reminders.asked(actor.person_id, [one.room.id for one in coming])
    on_air = models.Room.objects.filter(
        creator_id=creator_id, state__in=[state.value for state in rules.ON_AIR]
    ).first()
    return Shows(
        on_air=card_of(on_air) if on_air else None,
        to_come=tuple((one, one.room.id in asked) for one in coming),
    )


def rooms(creator_id: UUID, *, after: str | None = None, most: int = 50) -> pages.Page[RoomCard]:
    """A creator's rooms, newest first, page by page. One query. raises: Invalid (`after`)."""
    rows = models.Room.objects.filter(creator_id=creator_id)
    found = pages.latest_ids_first(rows, after=after, most=most)
    return found.of(map(card_of, found.rows))


def products(creator_id: UUID) -> tuple[ProductCard, ...]:
    """What is on sale of the bags of the newest rooms, the newest first. Three queries."""
    newest = list(
        models.Room.objects.filter(creator_id=creator_id, live_at__isnull=False)
        .order_by("-live_at")
        .values_list("id", flat=True)[:_ROOMS_LOOKED_AT]
    )
    rows = models.Item.objects.filter(room_id__in=newest).values_list("room_id", "product_id", "no")
    rank = {room_id: n for n, room_id in enumerate(newest)}
    wanted = dict.fromkeys(
        product_id
        for _room, product_id, _no in sorted(rows, key=lambda row: (rank[row[0]], row[2]))
    )
    cards = catalog.product_cards(list(wanted)[: 2 * _PRODUCTS])
    return tuple(cards[id] for id in wanted if id in cards and cards[id].is_on_sale)[:_PRODUCTS]
