"""Where what a post shows can be bought elsewhere: links to other networks in its bag."""

from datetime import datetime
from uuid import UUID

from laotie.content.posting import post_pages, posts
from laotie.kernel.actor import Actor
from laotie.kernel.use_case import use_case
from laotie.links import listings
from laotie.links.listings import ListingCard, Place
from laotie.links.policy import Surface


@use_case
def attach(
    *, actor: Actor, post_id: UUID, url: str, price_fen: int | None = None, now: datetime
) -> ListingCard:
    """The post's bag leads there, if the rules of links let it; twice is once.

    The rules are asked again when the post becomes public, and each time somebody leaves.
    raises: SignInFirst, NotFound, NotAllowed, WrongState, and as `listings.publish`.
    """
    post = posts.locked_for_change(actor, post_id)
    place = Place(Surface.VIDEO_CART, creator_id=post.creator_id, place_id=post.id)
    return listings.publish(place, actor=actor, url=url, price_fen=price_fen, now=now)


@use_case
def detach(*, actor: Actor, post_id: UUID, listing_id: UUID, now: datetime) -> None:
    """The post's bag leads there no more, whoever of its people put the link up. Twice is once.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    if not actor.is_operator:
        posts.locked_for(actor, post_id)
    listings.end_in(post_id, listing_id, now=now)


def require_seen(post_id: UUID) -> None:
    """Whoever leaves by a link in this post's bag can see it.

    raises: NotFound for a post that is not public.
    """
    post_pages.creator_of(post_id)
