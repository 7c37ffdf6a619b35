"""Leaving by a link while what it stands on can be seen, and which page that is."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from laotie.catalog import external_links as of_goods
from laotie.content.posting import external_links as of_posts
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.links import clicks, listings
from laotie.links.clicks import Hop
from laotie.links.listings import Place
from laotie.links.policy import Surface
from laotie.live import external_links as of_rooms


def ask(
    *, actor: Actor, listing_id: UUID, visitor: bytes, address: str | None = None, now: datetime
) -> Hop:
    """Somebody wants to leave by a link, which must stand on something that can be seen.

    address: as of `clicks.ask`. raises: NotFound, LinkBlocked, TooMany.
    """
    _require_seen(listings.standing(listing_id, at=now).place)
    return clicks.ask(actor=actor, listing_id=listing_id, visitor=visitor, address=address, now=now)


def read(token: str, *, visitor: bytes, at: datetime) -> Hop:
    """What a token leads to, as by `clicks.read`, while what its link stands on can be seen.

    raises: as `clicks.read`.
    """
    hop = clicks.read(token, visitor=visitor, at=at)
    _require_seen(hop.listing.place)
    return hop


def go(*, token: str, visitor: bytes, now: datetime) -> Hop:
    """Somebody leaves, as by `clicks.go`, while what the link stands on can be seen.

    raises: as `read`; then nothing is counted.
    """
    read(token, visitor=visitor, at=now)
    return clicks.go(token=token, visitor=visitor, now=now)


def _require_seen(place: Place) -> None:
    """Asked at each step: a post that was taken down leads nowhere by older tokens either.

    raises: NotFound.
    """
    match place:
        case Place(surface=Surface.PRODUCT_DETAIL, product_id=UUID() as product_id):
            of_goods.require_seen(product_id)
        case Place(surface=Surface.VIDEO_CART, place_id=UUID() as post_id):
            of_posts.require_seen(post_id)
        case Place(surface=Surface.LIVE_CART, place_id=UUID() as room_id):
            of_rooms.require_seen(room_id)


def page_of(place: Place) -> str:
    """Where in the shop the link stands."""
    match place:
        case Place(surface=Surface.PRODUCT_DETAIL, product_id=UUID() as product_id):
            return reverse("shop:product", args=[ids.public("prd", product_id)])
        case Place(surface=Surface.VIDEO_CART, place_id=UUID() as post_id):
            return reverse("shop:post", args=[ids.public("pst", post_id)])
        case Place(surface=Surface.LIVE_CART, place_id=UUID() as room_id):
            return reverse("shop:room", args=[ids.public("rom", room_id)])
        case Place(creator_id=UUID() as creator_id):
            return reverse("shop:creator", args=[ids.public("crt", creator_id)])
        case Place(shop_id=UUID() as shop_id):
            return reverse("shop:shop", args=[ids.public("shp", shop_id)])
        case _:
            raise AssertionError("a link has an owner")
