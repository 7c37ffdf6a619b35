"""Which coupons a room may give away."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.catalog import queries as catalog
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.live import models
from laotie.live.backstage import for_host
from laotie.trade import coupons
from laotie.trade.coupons import CouponCard


class NotOfThisRoom(Refusal):
    code = "COUPON_NOT_OF_ROOM"
    message = _("Only coupons of the shops in this room that people can claim now.")


def coupons_for(room_id: UUID, *, actor: Actor, now: datetime) -> tuple[CouponCard, ...]:
    """What the host can choose from: coupons of the room's shop and of the shops in its bag.

    They can be claimed by anybody as it is, so a room spends nothing that its shop did not offer.
    Two queries and one per shop. raises: NotFound, NotAllowed.
    """
    return _of_room(for_host(actor, room_id), now=now)


def require_of_room(room: models.Room, coupon_id: UUID, *, now: datetime) -> CouponCard:
    """raises: NotOfThisRoom."""
    for card in _of_room(room, now=now):
        if card.coupon_id == coupon_id:
            return card
    raise NotOfThisRoom


def _of_room(room: models.Room, *, now: datetime) -> tuple[CouponCard, ...]:
    in_bag = models.Item.objects.filter(room_id=room.id).values_list("product_id", flat=True)
    cards = catalog.product_cards(in_bag)
    shop_ids = {card.shop_id for card in cards.values()} | (
        {room.shop_id} if room.shop_id else set()
    )
    return tuple(
        card for shop_id in sorted(shop_ids) for card in coupons.claimable(shop_id, now=now)
    )
