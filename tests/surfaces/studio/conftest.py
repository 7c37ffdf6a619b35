"""The studio over a real database, with a provider and a carrier in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import builders, entering
from tests.builders import ShopOfOne
from tests.outside import World, stand_in
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene

from laotie.accounts.models import Person
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.trade import queries, stock
from laotie.trade.queries import OrderPage

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

SignIn = Callable[..., Client]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@pytest.fixture
def signed_in(db: None) -> SignIn:
    """A browser of this person, in a language."""

    def sign_in(actor: Actor | None = None, *, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if actor is not None:
            client.force_login(Person.objects.get(pk=actor.person_id), backend=_BACKEND)
            entering.prove(client)
        return client

    return sign_in


@dataclass(frozen=True, slots=True)
class OnAir:
    """A room on air with one product in its bag, ten of each variant on the shelf."""

    scene: Scene
    now: datetime

    @property
    def host(self) -> Actor:
        return self.scene.host

    @property
    def id(self) -> UUID:
        return self.scene.room_id

    @property
    def ref(self) -> str:
        return ids.public("rom", self.scene.room_id)

    @property
    def address(self) -> str:
        return f"/studio/rooms/{self.ref}/"

    @property
    def product(self) -> str:
        return self.scene.product.public_id

    @property
    def sku(self) -> str:
        return ids.public("sku", self.scene.sku_id)


@pytest.fixture
def on_air(world: World) -> OnAir:
    now = clock.now()
    scene = scenes.a_live_room(now)
    for sku in scene.product.skus:
        stock.set_stock(actor=scene.shop.owner, sku_id=sku.id, on_hand=10, now=now)
    return OnAir(scene, now)


@dataclass(frozen=True, slots=True)
class Bought:
    """Two units of one thing of a shop, paid."""

    world: World
    shop: ShopOfOne
    buyer: Actor
    id: UUID

    @property
    def address(self) -> str:
        return f"{shop_address(self.shop)}orders/{ids.public('ord', self.id)}"

    @property
    def page(self) -> OrderPage:
        return queries.order_page(self.id, actor=self.shop.owner)

    def ship(self) -> UUID:
        return builders.ship(self.shop, self.id, now=clock.now())


@pytest.fixture
def bought(world: World) -> Bought:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop, 3990)
    order_id = builders.a_paid_order(world, buyer, {sku_id: 2}, now=clock.now())
    return Bought(world, shop, buyer, order_id)


def shop_address(shop: ShopOfOne) -> str:
    return f"/studio/shops/{ids.public('shp', shop.id)}/"


def queries_of(client: Client, address: str) -> int:
    """How many statements a page costs."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
