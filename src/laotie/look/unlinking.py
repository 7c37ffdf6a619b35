"""Which context takes a link to another network away."""

from datetime import datetime
from uuid import UUID

from laotie.content.posting import external_links as of_posts
from laotie.kernel.actor import Actor
from laotie.links import listings
from laotie.links.listings import Place
from laotie.links.policy import Surface
from laotie.live import external_links as of_rooms


def take_away(*, actor: Actor, listing_id: UUID, now: datetime) -> None:
    """The link stands there no more; orders that came of it go on. Twice is once.

    Whoever may fill a room's or a post's bag may empty it; elsewhere the owner takes links away.
    raises: SignInFirst, SecondStepNeeded, NotFound, NotAllowed.
    """
    match listings.place_of(listing_id):
        case Place(surface=Surface.VIDEO_CART, place_id=UUID() as post_id):
            of_posts.detach(actor=actor, post_id=post_id, listing_id=listing_id, now=now)
        case Place(surface=Surface.LIVE_CART, place_id=UUID() as room_id):
            of_rooms.detach(actor=actor, room_id=room_id, listing_id=listing_id, now=now)
        case _:
            listings.end(actor=actor, listing_id=listing_id, now=now)
