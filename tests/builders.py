"""People, shops and goods for tests, made through use cases only, so only reachable states."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from laotie.accounts import addresses, creators, operators, people, roles, shops
from laotie.alliance import plans
from laotie.catalog import products
from laotie.catalog.products import NewSku, ProductFile
from laotie.kernel.actor import Actor

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


def an_operator() -> Actor:
    card = operators.create(
        actor=Actor.system("test"), phone=a_phone(), password=None, name="运营", now=NOW
    )
    return roles.actor_of(card.id, "test")


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


def a_clerk(shop: ShopOfOne, *rights: str) -> Actor:
    """Somebody hired with exactly these rights."""
    phone = a_phone()
    line = shops.hire(actor=shop.owner, shop_id=shop.id, phone=phone, rights=rights, now=NOW)
    return roles.actor_of(line.person.id, "test")


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
