"""The buyer's pages over a real database, with a provider and a carrier in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.test import Client
from tests import builders
from tests.outside import World, stand_in
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene

from laotie.accounts.models import Person
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import flashes, stage
from laotie.trade import stock

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


@dataclass(frozen=True, slots=True)
class Sale:
    """A room on air with a flash offer on its one product, and a buyer with an address."""

    scene: Scene
    buyer: Actor
    now: datetime

    @property
    def room(self) -> str:
        return ids.public("rom", self.scene.room_id)

    @property
    def sku(self) -> str:
        return ids.public("sku", self.scene.sku_id)


@pytest.fixture
def sale(world: World) -> Sale:
    """Ten on the shelf, five of them at 19.90 for ten minutes, two per buyer."""
    now = clock.now()
    scene = scenes.a_live_room(now)
    for sku in scene.product.skus:
        stock.set_stock(actor=scene.shop.owner, sku_id=sku.id, on_hand=10, now=now)
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=now)
    flashes.open_flash(
        actor=scene.host,
        room_id=scene.room_id,
        sku_id=scene.sku_id,
        price_fen=1990,
        quantity=5,
        seconds=600,
        limit_per_buyer=2,
        now=now,
    )
    buyer = builders.a_person("林同学")
    builders.an_address(buyer)
    return Sale(scene, buyer, now)


SignIn = Callable[..., Client]


@pytest.fixture
def signed_in(db: None) -> SignIn:
    """A browser of this person, in a language."""

    def sign_in(actor: Actor | None = None, *, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if actor is not None:
            client.force_login(Person.objects.get(pk=actor.person_id), backend=_BACKEND)
        return client

    return sign_in
