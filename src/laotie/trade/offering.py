"""Offers that a shop makes itself: a limited one that begins now must have its goods."""

from datetime import datetime
from uuid import UUID

from laotie.accounts.roles import Right
from laotie.catalog import offers
from laotie.catalog import queries as catalog
from laotie.catalog.offers import OfferCard
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.use_case import use_case
from laotie.trade import stock


@use_case
def start(
    *,
    actor: Actor,
    sku_id: UUID,
    price_fen: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    quantity: int | None = None,
    limit_per_buyer: int | None = None,
    now: datetime,
) -> OfferCard:
    """The SKU has this price for this time, everywhere.

    raises: as `offers.open_offer`, and NotEnoughForOffer for more than is there when it begins now.
    """
    card = catalog.sku_cards([sku_id]).get(sku_id)
    if card is None:
        raise NotFound
    actor.require_shop(card.shop_id, Right.MANAGE)
    if type(quantity) is int and quantity > 0 and starts_at <= now:
        stock.require_for_offer(sku_id, quantity, now=now)
    return offers.open_offer(
        actor=actor,
        sku_id=sku_id,
        price_fen=price_fen,
        starts_at=starts_at,
        ends_at=ends_at,
        quantity=quantity,
        limit_per_buyer=limit_per_buyer,
        now=now,
    )
