"""The buyer's pages over a real database, with a provider and a carrier in memory."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from tests import browsing, builders
from tests.outside import World, stand_in
from tests.surfaces.shop.played_gateway import Gateway
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


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def room(
    browser: Browser, origin: str, sale: Sale, signed_in: SignIn, gateway: Gateway
) -> Iterator[Page]:
    """The buyer in the room, on a phone, in English; the socket is open."""
    with ExitStack() as closing:
        context = browser.new_context(
            base_url=origin, viewport={"width": 390, "height": 844}, locale="en-US"
        )
        context.set_default_timeout(browsing.PATIENCE_MS)
        closing.callback(context.close)
        cookies = {name: one.value for name, one in signed_in(sale.buyer).cookies.items()}
        context.add_cookies(
            [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.route_web_socket(f"{settings.LAOTIE.gateway_url}/live/**", gateway.accept)
        page.goto(f"/live/{sale.room}")
        expect(page.locator("live-room")).to_have_attribute("data-live-link", "open")
        yield page
