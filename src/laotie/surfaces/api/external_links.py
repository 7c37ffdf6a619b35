"""Links to other networks: what may stand where, and a shop's or a creator's own links."""

from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Status

from laotie.catalog import external_links
from laotie.content.posting import external_links as of_posts
from laotie.kernel import clock
from laotie.links import listings, networks, queries
from laotie.links.listings import ListingCard
from laotie.links.policy import Decision, Surface
from laotie.live import external_links as of_rooms
from laotie.look import unlinking
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import (
    Done,
    ExternalLinkId,
    In,
    LinkRuleId,
    Out,
    PairOut,
    PostId,
    ProductId,
    RoomId,
    ShopId,
)

router = Router(tags=["external links"])


class ExternalLinkIn(In):
    """`price_fen`: what it costs over there, if you say so."""

    url: str
    price_fen: int | None = None


class OwnLinkIn(ExternalLinkIn):
    """`shop_home` with its `shop_id`, or `profile` for the creator who asks."""

    surface: Literal["shop_home", "profile"]
    shop_id: ShopId | None = None


class LinkDecisionOut(Out):
    """`rule_id` and `since` are empty where no rule is in force and the default holds."""

    is_allowed: bool
    rule_id: LinkRuleId | None
    reason: str
    since: datetime | None


class NetworkOut(Out):
    code: str
    name: PairOut
    domains: list[str]


class ExternalLinkOut(Out):
    """`is_open`: buyers see it now; else `blocked` says which rule bars it.

    `url`: where it leads, for those who manage it alone; everybody else asks to leave.
    """

    id: ExternalLinkId
    network: str
    network_name: PairOut
    surface: str
    url: str | None
    price_fen: int | None
    title: str
    picture_url: str
    is_open: bool
    blocked: LinkDecisionOut | None
    made_at: datetime


@router.get("/link-networks", response=list[NetworkOut], summary="Networks that are known")
def list_networks(request: HttpRequest) -> object:
    door.actor(request)
    return networks.listed()


@router.get(
    "/link-networks/{network}/{surface}",
    response=LinkDecisionOut,
    summary="Whether links to a network may stand there now",
)
def decide(request: HttpRequest, network: str, surface: Surface) -> Decision:
    door.actor(request)
    return queries.decision(network, surface, at=clock.now())


@router.get(
    "/goods/{product_id}/external-links",
    response=list[ExternalLinkOut],
    summary="Where else it is sold",
)
def of_product(request: HttpRequest, product_id: ProductId) -> object:
    """Who manages the goods reads all of its links, anybody else those that may be followed."""
    cards = external_links.of_product(
        actor=door.actor(request), product_id=product_id, at=clock.now()
    )
    return [_shown(card) for card in cards]


@router.post(
    "/goods/{product_id}/external-links",
    response={201: ExternalLinkOut},
    summary="Lead from its page to another network",
)
def attach(request: HttpRequest, product_id: ProductId, payload: ExternalLinkIn) -> object:
    card = external_links.attach(
        actor=door.actor(request), product_id=product_id, **payload.dict(), now=clock.now()
    )
    return Status(201, _shown(card))


@router.post(
    "/posts/{post_id}/external-links",
    response={201: ExternalLinkOut},
    summary="Lead from a post's bag to another network",
)
def attach_to_post(request: HttpRequest, post_id: PostId, payload: ExternalLinkIn) -> object:
    card = of_posts.attach(
        actor=door.actor(request), post_id=post_id, **payload.dict(), now=clock.now()
    )
    return Status(201, _shown(card))


@router.post(
    "/rooms/{room_id}/external-links",
    response={201: ExternalLinkOut},
    summary="Lead from a room's bag to another network",
)
def attach_to_room(request: HttpRequest, room_id: RoomId, payload: ExternalLinkIn) -> object:
    card = of_rooms.attach(
        actor=door.actor(request), room_id=room_id, **payload.dict(), now=clock.now()
    )
    return Status(201, _shown(card))


@router.get(
    "/shops/{shop_id}/external-links",
    response=list[ExternalLinkOut],
    summary="A shop's links, barred ones among them",
)
def of_shop(request: HttpRequest, shop_id: ShopId) -> object:
    cards = listings.of_shop(shop_id, actor=door.actor(request), at=clock.now())
    return [_shown(card) for card in cards]


@router.post(
    "/external-links", response={201: ExternalLinkOut}, summary="A link on a page of one's own"
)
def publish_own(request: HttpRequest, payload: OwnLinkIn) -> object:
    card = listings.publish_own(actor=door.actor(request), **payload.dict(), now=clock.now())
    return Status(201, _shown(card))


@router.delete("/external-links/{link_id}", response=Done, summary="Take a link away")
def end(request: HttpRequest, link_id: ExternalLinkId) -> Done:
    unlinking.take_away(actor=door.actor(request), listing_id=link_id, now=clock.now())
    return Done()


def _shown(card: ListingCard) -> dict[str, object]:
    return {
        "id": card.id,
        "network": card.network,
        "network_name": card.network_name,
        "surface": card.place.surface.value,
        "url": card.url or None,
        "price_fen": card.price_fen,
        "title": card.title,
        "picture_url": card.picture_url,
        "is_open": card.is_open,
        "blocked": card.blocked,
        "made_at": card.made_at,
    }
