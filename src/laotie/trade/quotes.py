"""Quotes: prices as they were shown, kept for half an hour, never changed.

A quote is placed by its id and version. Asked again it gets a new version with the prices of now;
the version that the buyer saw is the one that is placed.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.accounts import addresses
from laotie.accounts.addresses import SealedAddress
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import models, policy, pricing, stock
from laotie.trade.coupons import CouponNotUsable
from laotie.trade.pricing import Basket, NotForSale, Priced, SoldOut, Wish

__all__ = ["CouponNotUsable", "NotForSale", "Quote", "QuoteLine", "QuoteOrder", "SoldOut", "Wish"]
__all__ += ["make", "renew"]

MOST_LINES = 50
MOST_UNITS = 999


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line as shown: what it costs, what comes off, what sending adds."""

    line_no: int
    sku_id: UUID
    product_id: UUID
    offer_id: UUID | None
    title: dict[str, str]
    spec: dict[str, str]
    picture_url: str
    quantity: int
    unit_price_fen: int
    list_price_fen: int
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int


@dataclass(frozen=True, slots=True)
class QuoteOrder:
    """One shop's part. `total_fen` = goods - both coupons + freight."""

    order_id: UUID
    shop_id: UUID
    lines: tuple[QuoteLine, ...]
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int
    total_fen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A version of a quote, for all its shops.

    address: masked; without one freight is the flat price, and the quote cannot be placed.
    """

    quote_id: UUID
    public_id: str
    version: int
    orders: tuple[QuoteOrder, ...]
    goods_fen: int
    merchant_coupon_fen: int
    platform_coupon_fen: int
    freight_fen: int
    total_fen: int
    address: dict[str, str] | None
    expires_at: datetime


@use_case
def make(
    *,
    actor: Actor,
    lines: Sequence[Wish],
    room_id: UUID | None = None,
    creator_id: UUID | None = None,
    address_id: UUID | None = None,
    coupon_ids: Sequence[UUID] = (),
    now: datetime,
) -> Quote:
    """Name the price of these goods, for this buyer, in this room.

    lines:      1 to 50 SKUs, 1 to 999 units each; the same SKU twice is added up,
                and is of where it was found last.
    room_id:    where it is bought; its offers count. creator_id: who runs the room and may earn.
    coupon_ids: claims in the buyer's wallet: one per shop, one of the platform.
    raises:     SignInFirst, Invalid, NotFound (address), NotForSale, SoldOut, CouponNotUsable.
    """
    buyer_id = actor.require_person()
    actor.require_grown_up()
    basket = Basket(buyer_id, _clean(lines), room_id, creator_id, None, _once(coupon_ids))
    return _quote(basket, address_id, quote_id=ids.new(), version=1, now=now)


@use_case
def renew(*, actor: Actor, quote_id: UUID, now: datetime) -> Quote:
    """The same basket at the prices of now, as the next version; coupons that are gone drop out.

    raises: SignInFirst, NotFound, NotForSale, SoldOut.
    """
    buyer_id = actor.require_person()
    latest = (
        models.Quote.objects.select_for_update()
        .filter(quote_id=quote_id, buyer_id=buyer_id)
        .order_by("-version")
        .first()
    )
    if latest is None:
        raise NotFound
    lines = models.QuoteLine.objects.filter(revision=latest).order_by("order_id", "line_no")
    claims = models.QuoteCoupon.objects.filter(revision=latest)
    basket = Basket(
        buyer_id,
        tuple(Wish(*each) for each in lines.values_list(*_WISHED)),
        latest.room_id,
        latest.creator_id,
        None,
        tuple(claims.values_list("claim_id", flat=True)),
    )
    next_version = latest.version + 1
    try:
        return _quote(basket, latest.address_id, quote_id=quote_id, version=next_version, now=now)
    except CouponNotUsable:
        bare = dataclasses.replace(basket, claim_ids=())
        return _quote(bare, latest.address_id, quote_id=quote_id, version=next_version, now=now)


_WISHED = ("sku_id", "quantity", "creator_id", "post_id")


def _clean(lines: Sequence[Wish]) -> tuple[Wish, ...]:
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(field="lines", reason="too_many" if lines else "required")
    wanted: dict[UUID, int] = {}
    found_by: dict[UUID, Wish] = {}
    for wish in lines:
        is_whole = isinstance(wish.quantity, int) and not isinstance(wish.quantity, bool)
        if not is_whole or not 1 <= wish.quantity <= MOST_UNITS:
            raise Invalid(field="quantity", reason="range")
        wanted[wish.sku_id] = wanted.get(wish.sku_id, 0) + wish.quantity
        # As in a cart: who found it last is remembered; somebody counts before nobody.
        if wish.sku_id not in found_by or wish.creator_id or wish.post_id:
            found_by[wish.sku_id] = wish
    if max(wanted.values()) > MOST_UNITS:
        raise Invalid(field="quantity", reason="range")
    return tuple(
        dataclasses.replace(found_by[sku_id], quantity=quantity)
        for sku_id, quantity in wanted.items()
    )


def _once(claim_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    if len(claim_ids) > MOST_LINES:
        raise Invalid(field="coupon_ids", reason="too_many")
    return tuple(dict.fromkeys(claim_ids))


@needs_transaction
def _quote(
    basket: Basket, address_id: UUID | None, *, quote_id: UUID, version: int, now: datetime
) -> Quote:
    address: SealedAddress | None = None
    buyer_id = basket.buyer_id
    assert buyer_id is not None
    if address_id is not None:
        address = addresses.seal_for_order(buyer_id, address_id)
        basket = dataclasses.replace(basket, region_code=address.region_code)
    priced, prices = pricing.price(basket, now=now)
    revision = models.Quote(
        quote_id=quote_id,
        version=version,
        buyer_id=buyer_id,
        room_id=basket.room_id,
        creator_id=basket.creator_id,
        address_id=address_id,
        address_sealed=address.sealed if address else None,
        address_masked=address.masked if address else None,
        region_code=address.region_code if address else None,
        total_fen=sum(part.order.total_fen for part in priced),
        made_at=now,
        expires_at=now + policy.current().quote,
    )
    _store(revision, priced, basket.claim_ids)
    stock.count_offers(prices.values())
    return _card(revision, priced)


def _store(revision: models.Quote, priced: Sequence[Priced], claim_ids: Sequence[UUID]) -> None:
    revision.save(force_insert=True)
    for part in priced:
        part.order.revision = revision
        for line in part.lines:
            line.revision = revision
    models.QuoteOrder.objects.bulk_create(part.order for part in priced)
    models.QuoteLine.objects.bulk_create(line for part in priced for line in part.lines)
    models.QuoteCoupon.objects.bulk_create(
        models.QuoteCoupon(revision=revision, claim_id=claim_id) for claim_id in claim_ids
    )


def _card(revision: models.Quote, priced: Sequence[Priced]) -> Quote:
    orders = tuple(_order_card(part) for part in priced)
    return Quote(
        quote_id=revision.quote_id,
        public_id=ids.public("qte", revision.quote_id),
        version=revision.version,
        orders=orders,
        goods_fen=sum(order.goods_fen for order in orders),
        merchant_coupon_fen=sum(order.merchant_coupon_fen for order in orders),
        platform_coupon_fen=sum(order.platform_coupon_fen for order in orders),
        freight_fen=sum(order.freight_fen for order in orders),
        total_fen=revision.total_fen,
        address=revision.address_masked,
        expires_at=revision.expires_at,
    )


def _order_card(part: Priced) -> QuoteOrder:
    names = [field.name for field in dataclasses.fields(QuoteLine)]
    return QuoteOrder(
        order_id=part.order.order_id,
        shop_id=part.order.shop_id,
        lines=tuple(
            QuoteLine(**{name: getattr(line, name) for name in names}) for line in part.lines
        ),
        goods_fen=part.order.goods_fen,
        merchant_coupon_fen=part.order.merchant_coupon_fen,
        platform_coupon_fen=part.order.platform_coupon_fen,
        freight_fen=part.order.freight_fen,
        total_fen=part.order.total_fen,
    )
