"""What a basket costs at one moment: offers, coupons, freight, and who earns on it.

Makes the rows of a quote; `quotes` keeps them. The same rows tell the ledger what an order is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.accounts import closing
from laotie.alliance import attribution
from laotie.alliance.attribution import Terms
from laotie.catalog import offers
from laotie.catalog import queries as catalog
from laotie.catalog.offers import CurrentOffer
from laotie.catalog.queries import SkuCard
from laotie.delivery import freight
from laotie.delivery.freight import FreightRule
from laotie.kernel import ids
from laotie.kernel.errors import Refusal
from laotie.ledger import policy as ledger_policy
from laotie.ledger.policy import FeePolicy, SplitCapExceeded
from laotie.ledger.settlement import LineMoney, LineSpread, OrderMoney, Party, RoleTerm
from laotie.trade import coupons, models, rules, stock
from laotie.trade.coupons import CouponNotUsable, Held


class SoldOut(Refusal):
    """`remaining`: how many units could still be had. `sku_id`: of which goods."""

    code = "SOLD_OUT"
    message = _("Sold out, or fewer are left than you want. %(remaining)s can still be had.")


class NotForSale(Refusal):
    code = "NOT_FOR_SALE"
    message = _("This cannot be bought at the moment.")


class ShopAway(Refusal):
    """`until`: when the shop takes orders again. `shop_id`: which one it is."""

    code = "SHOP_AWAY"
    message = _("The shop is away and takes no orders until %(until)s.")

    def text(self) -> str:
        until = timezone.localtime(datetime.fromisoformat(self.facts["until"]))
        return gettext(self.message) % {"until": date_format(until, "Y-m-d H:i")}


@dataclass(frozen=True, slots=True)
class Wish:
    """So many units of one SKU.

    creator_id: in whose room or post it was found, if not the basket's. post_id: in which post.
    """

    sku_id: UUID
    quantity: int
    creator_id: UUID | None = None
    post_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """Who wants what, where and how: all that a price follows from, besides the moment.

    buyer_id:  None for a price that is the same for everybody; then there are no coupons.
    wishes:    each SKU once. claim_ids: coupons in the buyer's wallet.
    region_code: where it goes; None takes flat freight.
    """

    buyer_id: UUID | None
    wishes: tuple[Wish, ...]
    room_id: UUID | None
    creator_id: UUID | None
    region_code: str | None
    claim_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """Rows of one shop's part, not saved yet."""

    order: models.QuoteOrder
    lines: tuple[models.QuoteLine, ...]


def price(basket: Basket, *, now: datetime) -> tuple[list[Priced], dict[UUID, CurrentOffer]]:
    """What each shop's part costs, and the offers it follows from. Six queries, two for coupons.

    raises: NotForSale, ShopAway, SoldOut, CouponNotUsable.
    """
    sku_ids = [wish.sku_id for wish in basket.wishes]
    prices = offers.current(sku_ids, place_id=basket.room_id, at=now)
    for sku_id in sku_ids:
        if sku_id not in prices:
            _refuse_away(sku_id, now=now)
            raise NotForSale(sku_id=sku_id)
    _refuse_sold_out(basket, prices)
    (priced,), _ = rows_of_each([basket], prices, now=now)
    return priced, prices


def rows_of_each(
    baskets: Sequence[Basket], prices: Mapping[UUID, CurrentOffer], *, now: datetime
) -> tuple[list[list[Priced]], Mapping[UUID, FreightRule]]:
    """What each shop's part of each basket costs at these prices, whatever is on the shelf; and
    the rules by which each shop reckons freight.

    baskets: of one buyer in one room. Four queries, two for coupons, however many baskets.
    raises: CouponNotUsable.
    """
    wishes = tuple({wish.sku_id: wish for basket in baskets for wish in basket.wishes}.values())
    cards = catalog.sku_cards([wish.sku_id for wish in wishes])
    ways = freight.rules_of({prices[wish.sku_id].shop_id for wish in wishes})
    terms = _terms(replace(baskets[0], wishes=wishes), prices, now=now)
    fees = ledger_policy.fee_policy(now)
    found = []
    for basket in baskets:
        parts = _parts(basket, prices, ways, now=now)
        priced = [_rows(part, prices, cards, terms, fees) for part in parts]
        if basket.claim_ids:
            assert basket.buyer_id is not None
            _refuse_above_cap(basket.buyer_id, priced, fees)
        found.append(priced)
    return found, ways


def order_money(
    head: models.QuoteOrder | models.Order,
    lines: Sequence[models.LineTerms],
    *,
    order_id: UUID,
    group_id: UUID,
    buyer_id: UUID,
) -> OrderMoney:
    """An order as the ledger freezes it."""
    return OrderMoney(
        order_id=order_id,
        group_id=group_id,
        shop_id=head.shop_id,
        buyer_id=buyer_id,
        lines=tuple(_line_money(line) for line in lines),
        tech_bps=head.tech_bps,
        channel_bps=head.channel_bps,
        rule_version=head.rule_version,
    )


def _line_money(line: models.LineTerms) -> LineMoney:
    return line_money(
        line.line_no,
        line.quantity,
        line.goods_fen,
        line.merchant_coupon_fen,
        line.platform_coupon_fen,
        line.freight_fen,
        line.creator_id,
        line.creator_bps,
        line.creator_rule,
    )


def line_money(
    line_no: int,
    quantity: int,
    goods_fen: int,
    merchant_coupon_fen: int,
    platform_coupon_fen: int,
    freight_fen: int,
    creator_id: UUID | None,
    creator_bps: int,
    creator_rule: str,
) -> LineMoney:
    """A line of an order as the ledger freezes it."""
    roles: tuple[RoleTerm, ...] = ()
    if creator_id is not None:
        roles = (RoleTerm("creator", Party("creator", creator_id), creator_bps, creator_rule),)
    return LineMoney(
        line_no=line_no,
        quantity=quantity,
        goods_fen=goods_fen,
        merchant_coupon_fen=merchant_coupon_fen,
        platform_coupon_fen=platform_coupon_fen,
        freight_fen=freight_fen,
        roles=roles,
    )


def _refuse_away(sku_id: UUID, *, now: datetime) -> None:
    """raises: ShopAway, if that is why the goods cannot be had."""
    card = catalog.sku_cards([sku_id]).get(sku_id)
    if card is None or not card.is_on_sale:
        return
    away = closing.away([card.shop_id], at=now).get(card.shop_id)
    if away is not None and away.is_at(now) and not away.takes_orders:
        raise ShopAway(shop_id=card.shop_id, until=away.until.isoformat())


def _refuse_sold_out(basket: Basket, prices: Mapping[UUID, CurrentOffer]) -> None:
    """Early and without locks, so that nobody is shown a price for what is gone."""
    left = stock.available([wish.sku_id for wish in basket.wishes])
    of_offers = {
        offer.offer_id: offer.quantity
        for offer in prices.values()
        if offer.offer_id is not None and offer.quantity is not None
    }
    if of_offers:
        of_offers |= stock.offer_left(list(of_offers))
    for wish in basket.wishes:
        remaining = left[wish.sku_id]
        offer_id = prices[wish.sku_id].offer_id
        if offer_id is not None:
            remaining = min(remaining, of_offers.get(offer_id, remaining))
        if remaining < wish.quantity:
            raise SoldOut(sku_id=wish.sku_id, remaining=remaining)


@dataclass(frozen=True, slots=True)
class _Part:
    """One shop's wishes with their amounts."""

    shop_id: UUID
    wishes: tuple[Wish, ...]
    goods_fen: tuple[int, ...]
    spreads: tuple[LineSpread, ...]


def _parts(
    basket: Basket,
    prices: Mapping[UUID, CurrentOffer],
    ways: Mapping[UUID, FreightRule],
    *,
    now: datetime,
) -> list[_Part]:
    platform: Held | None = None
    of_shops: dict[UUID, Held] = {}
    if basket.claim_ids:
        assert basket.buyer_id is not None
        platform, of_shops = coupons.usable(basket.buyer_id, basket.claim_ids, now=now)
    by_shop: dict[UUID, list[Wish]] = {}
    for wish in basket.wishes:
        by_shop.setdefault(prices[wish.sku_id].shop_id, []).append(wish)
    if not of_shops.keys() <= by_shop.keys():
        raise CouponNotUsable(reason="shop")
    goods = {
        shop_id: tuple(prices[wish.sku_id].price_fen * wish.quantity for wish in wishes)
        for shop_id, wishes in by_shop.items()
    }
    covered = {
        shop_id: _covered(of_shops.get(shop_id), goods[shop_id], wishes, prices)
        for shop_id, wishes in by_shop.items()
    }
    off = {shop_id: _off(of_shops.get(shop_id), sum(covered[shop_id])) for shop_id in by_shop}
    baskets = [
        rules.Basket(
            goods[shop],
            off[shop],
            freight.freight_fen(
                ways[shop],
                goods_fen=sum(goods[shop]) - off[shop],
                region_code=basket.region_code,
            ),
            covered[shop],
        )
        for shop in by_shop
    ]
    platform_fen = _off(platform, sum(each.after_shop_coupon_fen for each in baskets))
    spreads = rules.price(baskets, platform_coupon_fen=platform_fen)
    return [
        _Part(shop_id, tuple(wishes), goods[shop_id], spread)
        for (shop_id, wishes), spread in zip(by_shop.items(), spreads, strict=True)
    ]


def _covered(
    held: Held | None,
    goods_fen: Sequence[int],
    wishes: Sequence[Wish],
    prices: Mapping[UUID, CurrentOffer],
) -> tuple[int, ...]:
    """Goods per line as far as the shop's coupon is for them."""
    return tuple(
        fen if held is None or held.coupon.is_for(prices[wish.sku_id].product_id) else 0
        for fen, wish in zip(goods_fen, wishes, strict=True)
    )


def _off(held: Held | None, goods_fen: int) -> int:
    if held is None:
        return 0
    if goods_fen < held.coupon.min_goods_fen:
        raise CouponNotUsable(reason="below_minimum")
    return held.coupon.takes_fen(goods_fen)


def _terms(
    basket: Basket, prices: Mapping[UUID, CurrentOffer], *, now: datetime
) -> dict[UUID, Terms]:
    """Who earns on which SKU, as the plans stand now. One query per creator."""
    found: dict[UUID, Terms] = {}
    by_creator: dict[UUID | None, list[Wish]] = {}
    for wish in basket.wishes:
        by_creator.setdefault(wish.creator_id or basket.creator_id, []).append(wish)
    for creator_id, wishes in by_creator.items():
        frozen = attribution.freeze(
            [(prices[wish.sku_id].product_id, prices[wish.sku_id].shop_id) for wish in wishes],
            creator_id=creator_id,
            buyer_id=basket.buyer_id,
            at=now,
        )
        for wish, terms in zip(wishes, frozen, strict=True):
            if terms is not None:
                found[wish.sku_id] = terms
    return found


def _rows(
    part: _Part,
    prices: Mapping[UUID, CurrentOffer],
    cards: Mapping[UUID, SkuCard],
    terms: Mapping[UUID, Terms],
    fees: FeePolicy,
) -> Priced:
    order_id = ids.new()
    lines = tuple(
        _line(order_id, line_no, wish, goods_fen, spread, prices, cards, terms)
        for line_no, (wish, goods_fen, spread) in enumerate(
            zip(part.wishes, part.goods_fen, part.spreads, strict=True), start=1
        )
    )
    order = models.QuoteOrder(
        order_id=order_id,
        shop_id=part.shop_id,
        goods_fen=sum(line.goods_fen for line in lines),
        merchant_coupon_fen=sum(line.merchant_coupon_fen for line in lines),
        platform_coupon_fen=sum(line.platform_coupon_fen for line in lines),
        freight_fen=sum(line.freight_fen for line in lines),
        tech_bps=fees.tech_bps,
        channel_bps=fees.channel_bps,
        rule_version=fees.version,
    )
    order.total_fen = (
        order.goods_fen - order.merchant_coupon_fen - order.platform_coupon_fen + order.freight_fen
    )
    return Priced(order, lines)


def _line(
    order_id: UUID,
    line_no: int,
    wish: Wish,
    goods_fen: int,
    spread: LineSpread,
    prices: Mapping[UUID, CurrentOffer],
    cards: Mapping[UUID, SkuCard],
    terms: Mapping[UUID, Terms],
) -> models.QuoteLine:
    offer, card, earns = prices[wish.sku_id], cards[wish.sku_id], terms.get(wish.sku_id)
    return models.QuoteLine(
        order_id=order_id,
        line_no=line_no,
        sku_id=wish.sku_id,
        product_id=offer.product_id,
        offer_id=offer.offer_id,
        price_version=offer.version,
        quantity=wish.quantity,
        unit_price_fen=offer.price_fen,
        list_price_fen=offer.list_price_fen,
        goods_fen=goods_fen,
        merchant_coupon_fen=spread.merchant_coupon_fen,
        platform_coupon_fen=spread.platform_coupon_fen,
        freight_fen=spread.freight_fen,
        post_id=wish.post_id,
        creator_id=earns.creator_id if earns else None,
        creator_bps=earns.rate_bps if earns else 0,
        plan_id=earns.plan_id if earns else None,
        plan_version=earns.plan_version if earns else None,
        creator_rule=earns.rule if earns else "",
        title=card.title,
        spec=card.spec,
        picture_url=card.picture_url,
    )


def _refuse_above_cap(buyer_id: UUID, priced: Sequence[Priced], fees: FeePolicy) -> None:
    """A coupon must not lower a payment so far that the shares no longer fit under the cap."""
    for part in priced:
        money = order_money(
            part.order,
            part.lines,
            order_id=part.order.order_id,
            group_id=part.order.order_id,
            buyer_id=buyer_id,
        )
        try:
            ledger_policy.check_split(money, split_cap_bps=fees.split_cap_bps)
        except SplitCapExceeded as error:
            raise CouponNotUsable(reason="split_cap") from error
