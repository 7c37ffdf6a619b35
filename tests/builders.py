"""People, shops and goods for tests, made through use cases only, so only reachable states."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.outside import ALL_THE_WAY, World

from laotie.accounts import addresses, creators, invitations, operators, people, roles, shops
from laotie.alliance import plans
from laotie.catalog import products
from laotie.catalog.products import NewSku, ProductFile
from laotie.delivery import shipments
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.ledger import payout_accounts
from laotie.ledger.terms import Party
from laotie.links import policy as link_policy
from laotie.trade import coupons, orders, queries, quotes, stock
from laotie.trade.coupons import Held
from laotie.trade.orders import Placed
from laotie.trade.queries import OrderPage
from laotie.trade.quotes import Quote, Wish

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class ShopOfOne:
    """An open shop and the person who may do everything in it."""

    id: UUID
    owner_id: UUID

    @property
    def owner(self) -> Actor:
        return roles.actor_of(self.owner_id, "test")


def a_phone() -> str:
    """A mobile number that no other test person has."""
    return f"+86139{next(_numbers):08d}"


def a_person(name: str = "顾客", *, password: str | None = None, phone: str | None = None) -> Actor:
    card = people.join(phone=phone or a_phone(), password=password, name=name, now=NOW)
    return roles.actor_of(card.id, "test")


def an_operator(*, phone: str | None = None, password: str | None = None) -> Actor:
    card = operators.create(
        actor=Actor.system("test"),
        phone=phone or a_phone(),
        password=password,
        name="运营",
        now=NOW,
    )
    return roles.actor_of(card.id, "test")


def a_financier() -> Actor:
    """Somebody of finance, named by an operator."""
    person_id = a_person("财务").require_person()
    roles.grant(actor=an_operator(), person_id=person_id, role="finance", reason="new", now=NOW)
    return roles.actor_of(person_id, "test")


def a_link_rule(
    effect: str,
    network: str | None = None,
    surface: str | None = None,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    reason: str = "contract",
    now: datetime = NOW,
) -> UUID:
    """Two operators made the rule; without a beginning it counts from the next full second."""
    proposal_id = link_policy.propose(
        actor=an_operator(), network=network, surface=surface, effect=effect,
        effective_from=begins, effective_to=ends, reason=reason, now=now,
    )  # fmt: skip
    return link_policy.confirm(actor=an_operator(), proposal_id=proposal_id, now=now)


def a_creator(name: str | None = None) -> Actor:
    person = a_person("主播")
    creators.become(actor=person, name=name or f"主播{next(_numbers)}", now=NOW)
    assert person.person_id
    return roles.actor_of(person.person_id, "test")


def a_shop(name: str = "小店", *, is_open: bool = True) -> ShopOfOne:
    person = a_person("掌柜")
    card = shops.apply(actor=person, name={"zh": name, "en": f"{name} shop"}, now=NOW)
    if is_open:
        shops.approve(actor=an_operator(), shop_id=card.id, now=NOW)
    assert person.person_id
    return ShopOfOne(card.id, person.person_id)


def a_clerk(shop: ShopOfOne, *rights: str, phone: str | None = None) -> Actor:
    """Somebody hired with exactly these rights, who has said yes."""
    return hire(shop.owner, shop.id, phone or a_phone(), *rights)


def hire(owner: Actor, shop_id: UUID, phone: str, *rights: str, now: datetime = NOW) -> Actor:
    """The holder of the number was invited with these rights, and has said yes."""
    asked = invitations.invite(actor=owner, shop_id=shop_id, phone=phone, rights=rights, now=now)
    person = roles.actor_of(asked.person.id, "test")
    if asked.state == "OPEN":
        invitations.accept(actor=person, invitation_id=asked.id, now=now)
    return roles.actor_of(asked.person.id, "test")


def say_yes(shop: ShopOfOne) -> None:
    """Whoever the shop has invited takes it up, now."""
    now = clock.now()
    for asked in invitations.of_shop(actor=shop.owner, shop_id=shop.id, now=now):
        person = roles.actor_of(asked.person.id, "test")
        invitations.accept(actor=person, invitation_id=asked.id, now=now)


def a_payout_account(actor: Actor, party: Party, *, now: datetime = NOW) -> None:
    """The party's payouts go to a bank card, at once if it is the first."""
    payout_accounts.set_account(
        actor=actor, party=party, kind="bank", holder="王小明", number="6222020200112233445",
        bank="工商银行", now=now,
    )  # fmt: skip


def a_product(
    shop: ShopOfOne,
    *prices_fen: int,
    title: str = "茶",
    flash_floor_fen: int | None = None,
    is_on_sale: bool = True,
) -> ProductFile:
    """A product with one SKU per price, on sale unless told otherwise."""
    skus = [
        NewSku(
            spec={"zh": f"款{n}", "en": f"kind {n}"},
            list_price_fen=price_fen,
            flash_floor_fen=flash_floor_fen,
        )
        for n, price_fen in enumerate(prices_fen or (3990,))
    ]
    product = products.create(
        actor=shop.owner,
        shop_id=shop.id,
        title={"zh": title, "en": f"{title} tea"},
        description={"zh": "好", "en": "good"},
        skus=skus,
        now=NOW,
    )
    if is_on_sale:
        return products.publish(actor=shop.owner, product_id=product.id, now=NOW)
    return product


def a_plan(shop: ShopOfOne, product: ProductFile, creator_bps: int = 1500) -> plans.PlanCard:
    return plans.publish(actor=shop.owner, product_id=product.id, creator_bps=creator_bps, now=NOW)


def an_address(actor: Actor, *, region_code: str = "330100") -> addresses.AddressCard:
    return addresses.add(
        actor=actor,
        name="王小明",
        phone="13800138000",
        region_code=region_code,
        line="文三路 100 号 3 幢 201 室",
        now=NOW,
    )


def sku_ids(product: ProductFile) -> Sequence[UUID]:
    return [sku.id for sku in product.skus]


def a_stocked_sku(
    shop: ShopOfOne, price_fen: int = 3990, *, on_hand: int = 100, limit: int | None = None
) -> UUID:
    """Goods on sale with so many on the shelf."""
    (sku_id,) = sku_ids(a_product(shop, price_fen))
    stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=on_hand, now=NOW)
    if limit is not None:
        stock.set_limit(actor=shop.owner, sku_id=sku_id, per_buyer=limit, now=NOW)
    return sku_id


def a_coupon(
    *,
    shop: ShopOfOne | None,
    off_fen: int = 500,
    min_goods_fen: int = 1000,
    budget_fen: int = 1_000_000,
    limit_per_buyer: int = 1,
    after_refund: coupons.AfterRefund = coupons.AfterRefund.RETURN,
    now: datetime = NOW,
) -> coupons.CouponCard:
    """A coupon of the shop, or with None of the platform, good for a day."""
    window = (now, now + timedelta(days=1))
    return coupons.issue(
        actor=shop.owner if shop else Actor.system("test"),
        shop_id=shop.id if shop else None,
        name_zh="满减",
        name_en="Money off",
        off_fen=off_fen,
        min_goods_fen=min_goods_fen,
        budget_fen=budget_fen,
        limit_per_buyer=limit_per_buyer,
        claim_window=window,
        use_window=window,
        after_refund=after_refund,
        now=now,
    )


def a_claim(buyer: Actor, coupon: coupons.CouponCard, *, now: datetime = NOW) -> Held:
    return coupons.claim(actor=buyer, coupon_id=coupon.coupon_id, now=now)


def a_quote(
    buyer: Actor,
    units: Mapping[UUID, int],
    *,
    room_id: UUID | None = None,
    creator: Actor | None = None,
    claims: Sequence[Held] = (),
    now: datetime = NOW,
) -> Quote:
    """A quote that can be placed, to a new address of the buyer."""
    return quotes.make(
        actor=buyer,
        lines=[Wish(sku_id, quantity) for sku_id, quantity in units.items()],
        room_id=room_id,
        creator_id=creator.creator_id if creator else None,
        address_id=an_address(buyer).id,
        coupon_ids=[held.claim_id for held in claims],
        now=now,
    )


def place(buyer: Actor, quote: Quote, *, key: str | None = None, now: datetime = NOW) -> Placed:
    return orders.place(
        actor=buyer,
        quote_id=quote.quote_id,
        version=quote.version,
        key=key or f"key-{next(_numbers):08d}",
        now=now,
    )


def a_placed_order(buyer: Actor, units: Mapping[UUID, int], *, now: datetime = NOW) -> Placed:
    return place(buyer, a_quote(buyer, units, now=now), now=now)


def pay_for(world: World, buyer: Actor, placed: Placed, *, now: datetime = NOW) -> UUID:
    """The checkout is paid and everybody has heard of it; the payment's id."""
    ticket = orders.pay(actor=buyer, group_id=placed.group_id, now=now)
    world.pay(ticket.payment_id, now=now)
    return ticket.payment_id


def a_paid_order(
    world: World, buyer: Actor, units: Mapping[UUID, int], *, now: datetime = NOW
) -> UUID:
    """An order of one shop, paid; its id."""
    placed = a_placed_order(buyer, units, now=now)
    pay_for(world, buyer, placed, now=now)
    return placed.orders[0].order_id


def ship(shop: ShopOfOne, order_id: UUID, *, now: datetime = NOW) -> UUID:
    """Everything that is left goes to the lab's carrier; the shipment's id."""
    standing = orders.ship(actor=shop.owner, order_id=order_id, carrier="lab", now=now)
    assert standing.shipment_id
    return standing.shipment_id


def deliver(world: World, shipment_id: UUID, *, now: datetime = NOW) -> None:
    """The parcel has gone all the way, and everybody has heard of it."""
    shipments.label_due(now=now)
    world.courier.scan(shipment_id, *ALL_THE_WAY, at=now)
    shipments.refresh(shipment_id, now=now)
    world.pump(now=now)


def a_shipped_order(
    world: World, shop: ShopOfOne, buyer: Actor, units: Mapping[UUID, int], *, now: datetime = NOW
) -> UUID:
    order_id = a_paid_order(world, buyer, units, now=now)
    ship(shop, order_id, now=now)
    return order_id


def a_received_order(
    world: World, shop: ShopOfOne, buyer: Actor, units: Mapping[UUID, int], *, now: datetime = NOW
) -> UUID:
    order_id = a_shipped_order(world, shop, buyer, units, now=now)
    orders.confirm(actor=buyer, order_id=order_id, now=now)
    return order_id


def see(actor: Actor, order_id: UUID) -> OrderPage:
    return queries.order_page(order_id, actor=actor)


def a_key() -> str:
    return f"key-{ids.new().hex}"
