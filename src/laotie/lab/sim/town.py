"""A small town for the model: two shops, three buyers, a creator, a coupon, little stock.

Made through use cases alone, so that it can be reached by people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from laotie.accounts import addresses, creators, operators, people, roles, shops
from laotie.alliance import plans
from laotie.catalog import products
from laotie.catalog.products import NewSku, ProductFile
from laotie.delivery import freight
from laotie.kernel.actor import Actor
from laotie.lab.sim.trade_model import PAY, ModelCheckout, ModelLine, ModelOrder
from laotie.ledger import payout_accounts
from laotie.ledger.policy import fee_policy
from laotie.ledger.terms import LineMoney, OrderMoney, Party, RoleTerm
from laotie.trade import coupons, stock
from laotie.trade.quotes import Quote

CREATOR_BPS = 1500
ON_HAND = (9, 6, 8)
LIMIT = 6  # Of the first SKU, for each buyer.
_VIA = "sim"
_PHONE = 13_700_000_000


@dataclass(frozen=True)
class Shop:
    """An open shop and the person who may do everything in it."""

    id: UUID
    owner_id: UUID

    @property
    def owner(self) -> Actor:
        return roles.actor_of(self.owner_id, _VIA)


@dataclass(frozen=True)
class Town:
    """skus: two teas of the first shop, a cup of the second; the creator earns on the teas."""

    shops: tuple[Shop, Shop]
    buyers: tuple[Actor, Actor, Actor]
    addresses: tuple[UUID, ...]
    host_id: UUID
    host_person_id: UUID
    tea_id: UUID
    skus: tuple[UUID, ...]
    coupon_id: UUID

    @classmethod
    def built(cls, *, now: datetime) -> "Town":
        """Into an empty database."""
        operator = operators.create(
            actor=Actor.system(_VIA), phone=_phone(0), password=None, name="运营", now=now
        )
        desk = roles.actor_of(operator.id, _VIA)
        one, two = (_a_shop(number, desk, now=now) for number in (1, 2))
        buyers = (_a_buyer(3, now=now), _a_buyer(4, now=now), _a_buyer(5, now=now))
        host = _person(6, "主播", now=now)
        creators.become(actor=host, name="主播", now=now)
        tea, cup = _a_product(one, 1999, 3333, now=now), _a_product(two, 10_001, now=now)
        skus = tuple(sku.id for sku in (*tea.skus, *cup.skus))
        for sku_id, shop, units in zip(skus, (one, one, two), ON_HAND, strict=True):
            stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=units, now=now)
        stock.set_limit(actor=one.owner, sku_id=skus[0], per_buyer=LIMIT, now=now)
        freight.set_rule(actor=two.owner, shop_id=two.id, flat_fen=700, now=now)
        plans.publish(actor=one.owner, product_id=tea.id, creator_bps=CREATOR_BPS, now=now)
        host_person_id = host.require_person()
        host_id = roles.actor_of(host_person_id, _VIA).require_creator()
        with transaction.atomic():
            plans.accept(host_id, tea.id, now=now)
        places = tuple(_an_address(buyer, now=now) for buyer in buyers)
        coupon_id = _a_long_coupon(one, now=now)
        return cls((one, two), buyers, places, host_id, host_person_id, tea.id, skus, coupon_id)

    @property
    def parties(self) -> Sequence[Party]:
        """Whoever earns."""
        return (*(Party("shop", shop.id) for shop in self.shops), Party("creator", self.host_id))

    def open_payout_accounts(self, *, now: datetime) -> None:
        """Everybody who earns has said where their money goes."""
        owners = [*(shop.owner for shop in self.shops), roles.actor_of(self.host_person_id, _VIA)]
        for owner, party in zip(owners, self.parties, strict=True):
            payout_accounts.set_account(
                actor=owner,
                party=party,
                kind="bank",
                holder="王小明",
                number="6222020200112233445",
                bank="工商银行",
                now=now,
            )

    def purse_of(self, party: Party) -> Actor:
        """Who may take a party's money out."""
        for shop in self.shops:
            if shop.id == party.id:
                return shop.owner
        return roles.actor_of(self.host_person_id, _VIA)

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


def _phone(number: int) -> str:
    return f"+86{_PHONE + number}"


def _person(number: int, name: str, *, now: datetime) -> Actor:
    card = people.join(phone=_phone(number), password=None, name=name, now=now)
    return roles.actor_of(card.id, _VIA)


def _a_buyer(number: int, *, now: datetime) -> Actor:
    return _person(number, "顾客", now=now)


def _a_shop(number: int, desk: Actor, *, now: datetime) -> Shop:
    keeper = _person(number, "掌柜", now=now)
    name = {"zh": f"小店{number}", "en": f"Shop {number}"}
    card = shops.apply(actor=keeper, name=name, now=now)
    shops.approve(actor=desk, shop_id=card.id, now=now)
    return Shop(card.id, keeper.require_person())


def _a_product(shop: Shop, *prices_fen: int, now: datetime) -> ProductFile:
    product = products.create(
        actor=shop.owner,
        shop_id=shop.id,
        title={"zh": "茶", "en": "tea"},
        description={"zh": "好", "en": "good"},
        skus=[
            NewSku(
                spec={"zh": f"款{n}", "en": f"kind {n}"},
                list_price_fen=price_fen,
                flash_floor_fen=1000,
            )
            for n, price_fen in enumerate(prices_fen)
        ],
        now=now,
    )
    return products.publish(actor=shop.owner, product_id=product.id, now=now)


def _an_address(buyer: Actor, *, now: datetime) -> UUID:
    return addresses.add(
        actor=buyer,
        name="王小明",
        phone="13800138000",
        region_code="330100",
        line="文三路 100 号 3 幢 201 室",
        now=now,
    ).id


def _a_long_coupon(shop: Shop, *, now: datetime) -> UUID:
    window = (now, now + timedelta(days=1000))
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
        now=now,
    ).coupon_id
