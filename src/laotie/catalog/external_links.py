"""Where else a product can be bought: links to other networks on its page."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from laotie.accounts.roles import Right
from laotie.catalog import queries
from laotie.catalog.products import locked
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.use_case import use_case
from laotie.links import listings
from laotie.links.listings import ListingCard, Place
from laotie.links.policy import Surface


@use_case
def attach(
    *, actor: Actor, product_id: UUID, url: str, price_fen: int | None = None, now: datetime
) -> ListingCard:
    """The product's page leads there too, if the rules of links let it; twice is once.

    raises: SignInFirst, SecondStepNeeded, NotFound, NotAllowed, and as `listings.publish`.
    """
    product = locked(actor, product_id)
    place = Place(Surface.PRODUCT_DETAIL, shop_id=product.shop_id, product_id=product.id)
    return listings.publish(place, actor=actor, url=url, price_fen=price_fen, now=now)


def of_product(*, actor: Actor, product_id: UUID, at: datetime) -> tuple[ListingCard, ...]:
    """Where else a product is sold. Four queries, ≤ 4 rows.

    Who manages it reads all of it. Anybody else reads of a product on sale which links may be
    followed, with an empty `url`: the way there is `leave`, which asks the rules and counts.
    raises: NotFound.
    """
    product = queries.product_cards([product_id]).get(product_id)
    if product is None:
        raise NotFound
    is_theirs = Right.MANAGE in actor.shop_rights.get(product.shop_id, frozenset())
    if not (is_theirs or actor.is_operator or product.is_on_sale):
        raise NotFound
    cards = listings.of_product(product_id, at=at)
    if is_theirs or actor.is_operator:
        return cards
    return tuple(replace(card, url="") for card in listings.open_ones(cards))


def require_seen(product_id: UUID) -> None:
    """Whoever leaves by a link on this product's page can see it.

    raises: NotFound for a product that is not on sale.
    """
    card = queries.product_cards([product_id]).get(product_id)
    if card is None or not card.is_on_sale:
        raise NotFound
