"""What a cart shows: by shop, at the prices of now, with what changed and what cannot be had."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from laotie.accounts import shops
from laotie.accounts.shops import ShopCard
from laotie.catalog import offers
from laotie.catalog import queries as catalog
from laotie.catalog.offers import CurrentOffer
from laotie.catalog.queries import SkuCard
from laotie.delivery import freight
from laotie.kernel import ids
from laotie.trade import cart, coupons, models, stock
from laotie.trade.cart import Kept
from laotie.trade.coupons import CouponCard


class Trouble(StrEnum):
    """Why a line is not simply bought as it stands."""

    ENDED = "ended"  # Not on sale any more.
    SOLD_OUT = "sold_out"
    FEWER = "fewer"  # Fewer can be had than are wanted; those count.


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line as it is shown. `quantity` is what would be bought, at most `most`.

    was_fen: what one cost when it was put there. price_fen: now; None if it cannot be bought.
    """

    sku_id: UUID
    public_id: str
    product_id: UUID
    title: dict[str, str]
    spec: dict[str, str]
    picture_url: str
    quantity: int
    most: int
    price_fen: int | None
    list_price_fen: int
    was_fen: int
    is_chosen: bool
    trouble: Trouble | None
    room_id: UUID | None
    offer_ends_at: datetime | None

    @property
    def can_be_bought(self) -> bool:
        return self.price_fen is not None and self.most > 0

    @property
    def goods_fen(self) -> int:
        return (self.price_fen or 0) * self.quantity

    @property
    def changed_fen(self) -> int:
        """How much more one costs than when it was put there; below zero for less."""
        return 0 if self.price_fen is None else self.price_fen - self.was_fen


@dataclass(frozen=True, slots=True)
class CouponHint:
    """The best coupon for a shop's chosen goods. `missing_fen`: what they lack for it."""

    coupon: CouponCard
    is_held: bool
    missing_fen: int


@dataclass(frozen=True, slots=True)
class CartShop:
    """One shop's lines that can be bought; sums count what is chosen."""

    shop: ShopCard
    lines: tuple[CartLine, ...]
    goods_fen: int
    freight_fen: int
    hint: CouponHint | None

    @property
    def is_chosen(self) -> bool:
        return all(line.is_chosen for line in self.lines)


@dataclass(frozen=True, slots=True)
class CartPage:
    """A cart. `invalid`: lines that cannot be bought now; they are skipped.

    total_fen: goods and freight of what is chosen, before coupons.
    """

    shops: tuple[CartShop, ...]
    invalid: tuple[CartLine, ...]
    chosen: tuple[UUID, ...]
    goods_fen: int
    freight_fen: int

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_fen

    @property
    def is_empty(self) -> bool:
        return not self.shops and not self.invalid

    @property
    def is_all_chosen(self) -> bool:
        return bool(self.shops) and all(each.is_chosen for each in self.shops)


def page(
    kept: Sequence[Kept], *, person_id: UUID | None, region_code: str | None, now: datetime
) -> CartPage:
    """A cart as of now. At most seven queries, and one per shop.

    region_code: where it would go; None takes flat freight.
    """
    sku_ids = [line.sku_id for line in kept]
    cards = catalog.sku_cards(sku_ids)
    prices = offers.current(sku_ids, place_id=None, at=now)
    most = _most(prices)
    shown = [
        _line(line, cards[line.sku_id], prices.get(line.sku_id), most.get(line.sku_id, 0))
        for line in kept
        if line.sku_id in cards
    ]
    by_shop: dict[UUID, list[CartLine]] = {}
    for line in shown:
        if line.can_be_bought:
            by_shop.setdefault(cards[line.sku_id].shop_id, []).append(line)
    goods = {
        shop_id: sum(line.goods_fen for line in lines if line.is_chosen)
        for shop_id, lines in by_shop.items()
    }
    bought = {shop_id: fen for shop_id, fen in goods.items() if fen}
    ways = freight.quotes(bought, region_code=region_code)
    hints = _hints(by_shop, person_id, now=now)
    named = shops.cards(by_shop)
    return CartPage(
        shops=tuple(
            CartShop(
                named[shop_id], tuple(lines), goods[shop_id], ways.get(shop_id, 0), hints[shop_id]
            )
            for shop_id, lines in by_shop.items()
        ),
        invalid=tuple(line for line in shown if not line.can_be_bought),
        chosen=tuple(line.sku_id for lines in by_shop.values() for line in lines if line.is_chosen),
        goods_fen=sum(bought.values()),
        freight_fen=sum(ways.values()),
    )


def _line(kept: Kept, card: SkuCard, offer: CurrentOffer | None, most: int) -> CartLine:
    trouble: Trouble | None = None
    if offer is None:
        trouble = Trouble.ENDED
    elif most < 1:
        trouble = Trouble.SOLD_OUT
    elif most < kept.quantity:
        trouble = Trouble.FEWER
    return CartLine(
        sku_id=kept.sku_id,
        public_id=ids.public("sku", kept.sku_id),
        product_id=card.product_id,
        title=card.title,
        spec=card.spec,
        picture_url=card.picture_url,
        quantity=max(1, min(kept.quantity, most)),
        most=most,
        price_fen=offer.price_fen if offer else None,
        list_price_fen=card.list_price_fen,
        was_fen=kept.seen_fen,
        is_chosen=kept.is_chosen,
        trouble=trouble,
        room_id=kept.room_id,
        offer_ends_at=offer.ends_at if offer else None,
    )


def _most(prices: Mapping[UUID, CurrentOffer]) -> dict[UUID, int]:
    """How many of each one buyer could have now, by stock, offer and limits. Two queries."""
    of_offers = {
        offer.offer_id: offer.quantity
        for offer in prices.values()
        if offer.offer_id is not None and offer.quantity is not None
    }
    if of_offers:
        of_offers |= stock.offer_left(list(of_offers))
    rows = {row.sku_id: row for row in models.Stock.objects.filter(pk__in=list(prices))}
    found: dict[UUID, int] = {}
    for sku_id, offer in prices.items():
        row = rows.get(sku_id)
        bounds = [
            row.on_hand - row.reserved if row else 0,
            row.limit_per_buyer if row else None,
            of_offers.get(offer.offer_id) if offer.offer_id else None,
            offer.limit_per_buyer,
            cart.MOST_UNITS,
        ]
        found[sku_id] = min(bound for bound in bounds if bound is not None)
    return found


def _hints(
    by_shop: Mapping[UUID, Sequence[CartLine]], person_id: UUID | None, *, now: datetime
) -> dict[UUID, CouponHint | None]:
    """The best coupon for each shop's chosen goods: what fits takes off most, else what is near."""
    held = coupons.wallet(person_id, now=now) if person_id else ()
    mine = [one.coupon for one in held if one.coupon.use_from <= now]
    known = {card.coupon_id for card in mine}
    others = [
        card
        for shop_id in by_shop
        for card in coupons.claimable(shop_id, now=now)
        if card.coupon_id not in known and card.use_from <= now < card.use_until
    ]
    every = [(card, True) for card in mine] + [(card, False) for card in others]
    return {
        shop_id: _best([each for each in every if each[0].shop_id == shop_id], lines)
        for shop_id, lines in by_shop.items()
    }


def goods_for(coupon: CouponCard, lines: Iterable[CartLine]) -> int:
    """What the chosen goods come to that count for a coupon, in fen."""
    return sum(
        line.goods_fen for line in lines if line.is_chosen and coupon.is_for(line.product_id)
    )


def _best(found: Iterable[tuple[CouponCard, bool]], lines: Sequence[CartLine]) -> CouponHint | None:
    ranked: list[tuple[int, int, int, CouponHint]] = []
    for at, (card, is_held) in enumerate(found):
        fen = goods_for(card, lines)
        if fen or card.product_ids is None:  # What is for goods that are not here hints at nothing.
            missing_fen = max(0, card.min_goods_fen - fen)
            off_fen = card.takes_fen(max(fen, card.min_goods_fen))
            ranked.append((missing_fen, -off_fen, at, CouponHint(card, is_held, missing_fen)))
    return min(ranked)[-1] if ranked else None
