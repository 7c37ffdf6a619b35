"""A small town for the model: two shops, two buyers, a creator, one coupon, little stock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from tests.builders import (
    NOW,
    ShopOfOne,
    a_creator,
    a_person,
    a_plan,
    a_product,
    a_shop,
    an_address,
    sku_ids,
)
from tests.model.trade_model import PAY, ModelCheckout, ModelLine, ModelOrder

from laotie.alliance import plans
from laotie.delivery import freight
from laotie.kernel.actor import Actor
from laotie.ledger.policy import fee_policy
from laotie.ledger.terms import LineMoney, OrderMoney, Party, RoleTerm
from laotie.trade import coupons, stock
from laotie.trade.quotes import Quote

CREATOR_BPS = 1500
ON_HAND = (9, 6, 8)
LIMIT = 6  # Of the first SKU, for each buyer.


@dataclass(frozen=True)
class Town:
    """skus: two of the first shop, one of the second; the creator earns on the first shop's."""

    shops: tuple[ShopOfOne, ShopOfOne]
    buyers: tuple[Actor, Actor]
    addresses: tuple[UUID, UUID]
    host_id: UUID
    skus: tuple[UUID, ...]
    coupon_id: UUID

    @classmethod
    def built(cls) -> "Town":
        shops, buyers, host = (a_shop(), a_shop()), (a_person(), a_person()), a_creator()
        tea, cup = a_product(shops[0], 1999, 3333), a_product(shops[1], 10_001)
        skus = (*sku_ids(tea), *sku_ids(cup))
        for sku_id, shop, units in zip(skus, (shops[0], *shops), ON_HAND, strict=True):
            stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=units, now=NOW)
        stock.set_limit(actor=shops[0].owner, sku_id=skus[0], per_buyer=LIMIT, now=NOW)
        freight.set_rule(actor=shops[1].owner, shop_id=shops[1].id, flat_fen=700, now=NOW)
        a_plan(shops[0], tea, CREATOR_BPS)
        assert host.creator_id
        with transaction.atomic():
            plans.accept(host.creator_id, tea.id, now=NOW)
        addresses = (an_address(buyers[0]).id, an_address(buyers[1]).id)
        return cls(shops, buyers, addresses, host.creator_id, skus, _a_long_coupon(shops[0]))

    def checkout(
        self,
        quote: Quote,
        buyer_id: UUID,
        claims: tuple[UUID, ...],
        *,
        in_room: bool,
        now: datetime,
    ) -> ModelCheckout:
        """What a quote promises, as the model keeps it."""
        fees = fee_policy(now)
        role = (RoleTerm("creator", Party("creator", self.host_id), CREATOR_BPS, "plan"),)
        made = [
            ModelOrder(
                OrderMoney(
                    order.order_id,
                    quote.quote_id,
                    order.shop_id,
                    buyer_id,
                    tuple(
                        LineMoney(
                            line.line_no,
                            line.quantity,
                            line.goods_fen,
                            line.merchant_coupon_fen,
                            line.platform_coupon_fen,
                            line.freight_fen,
                            role if in_room and order.shop_id == self.shops[0].id else (),
                        )
                        for line in order.lines
                    ),
                    fees.tech_bps,
                    fees.channel_bps,
                    fees.version,
                ),
                {line.line_no: ModelLine(line.sku_id, line.quantity) for line in order.lines},
            )
            for order in quote.orders
        ]
        return ModelCheckout(quote.quote_id, buyer_id, made, claims, quote.expires_at, now + PAY)


def _a_long_coupon(shop: ShopOfOne) -> UUID:
    window = (NOW, NOW + timedelta(days=1000))
    return coupons.issue(
        actor=shop.owner,
        shop_id=shop.id,
        name_zh="满减",
        name_en="Money off",
        off_fen=333,
        min_goods_fen=1000,
        budget_fen=10**9,
        limit_per_buyer=1000,
        claim_window=window,
        use_window=window,
        now=NOW,
    ).coupon_id
