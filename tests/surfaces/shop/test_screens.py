"""Every screen in real Chromium: no complaint, no sideways scroll, nothing axe would object to."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser
from tests import browsing, builders
from tests.journeys.looking import Watched
from tests.outside import World
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.kernel import clock, ids
from laotie.runtime.wsgi import application

pytestmark = pytest.mark.browser

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SMALL = {"width": 320, "height": 640}
# Each language is looked at closely in one size and theme, then both are switched in place.
VIEWS = [
    pytest.param("zh-hans", "light", PHONE, id="zh-light-phone"),
    pytest.param("en", "dark", WIDE, id="en-dark-wide"),
]
# No stream is published here and no gateway runs: what a page says of that is not its fault.
NOT_THERE = ("index.m3u8", "ERR_CONNECTION_REFUSED", "WebSocket", "/media/", "404")
Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with browsing.served(application) as origin:
        yield origin


@pytest.fixture
def window(browser: Browser, origin: str) -> Iterator[Open]:
    """Opens a page as this client, in a language, a theme and a size."""
    with ExitStack() as closing:

        def open_page(
            client: Client, path: str, language: str, theme: str, size: dict[str, int]
        ) -> Watched:
            context = browser.new_context(
                base_url=origin,
                viewport=size,  # type: ignore[arg-type]
                locale="zh-CN" if language == "zh-hans" else "en-US",
                reduced_motion="reduce",
            )
            closing.callback(context.close)
            cookies = {"theme": theme, "django_language": language}
            cookies |= {name: morsel.value for name, morsel in client.cookies.items()}
            context.add_cookies(
                [{"name": name, "value": value, "url": origin} for name, value in cookies.items()]
            )
            watched = Watched(context.new_page())
            watched.page.goto(path)
            watched.page.wait_for_load_state("load")
            return watched

        yield open_page


def faults(watched: Watched, name: str) -> list[str]:
    """What this screen does that none may do. SHOP_PICTURES names a folder to keep pictures in."""
    watched.page.evaluate("document.fonts.ready")
    if folder := os.environ.get("SHOP_PICTURES"):
        watched.page.wait_for_timeout(400)
        watched.page.screenshot(path=str(Path(folder) / f"{name}.png"))
    with watched.bearing(*NOT_THERE):
        found = [*watched.real_complaints(), *watched.violations()]
    for size in (PHONE, WIDE, SMALL):
        watched.page.set_viewport_size(size)  # type: ignore[arg-type]
        if not watched.has_no_sideways_scroll():
            found.append(f"scrolls sideways at {size['width']}")
    watched.page.context.close()
    return found


@pytest.fixture
def places(sale: Sale, world: World) -> dict[str, str]:
    """An address for each screen, with something on it."""
    now = clock.now()
    buyer, shop = sale.buyer, sale.scene.shop
    sku_id = builders.a_stocked_sku(shop, 26800)
    builders.a_coupon(shop=shop, off_fen=2000, min_goods_fen=9900)
    builders.a_claim(buyer, builders.a_coupon(shop=None, off_fen=500, min_goods_fen=1000))
    unpaid = builders.a_placed_order(buyer, {sku_id: 1}, now=now)
    paid = builders.a_paid_order(world, buyer, {sku_id: 2}, now=now)
    shipped = builders.a_shipped_order(world, shop, buyer, {sku_id: 1}, now=now)
    delivered = builders.a_paid_order(world, buyer, {sku_id: 3}, now=now)
    builders.deliver(world, builders.ship(shop, delivered, now=now), now=now)
    received = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    order = {
        name: "/orders/" + ids.public("ord", id)
        for name, id in [
            ("paid", paid),
            ("shipped", shipped),
            ("delivered", delivered),
            ("received", received),
        ]
    }
    return {
        "feed": "/",
        "room": f"/live/{sale.room}",
        "bag": f"/live/{sale.room}/bag",
        "buy": f"/buy?room={sale.room}&sku={sale.sku}&quantity=2",
        "pay": f"/pay/{unpaid.public_id}",
        "orders": "/orders",
        "order-unpaid": f"/orders/{unpaid.orders[0].public_id}",
        **{f"order-{name}": address for name, address in order.items()},
        "money": f"{order['received']}/money",
        "refund": f"{order['paid']}/refund",
        "inbox": "/inbox",
        "me": "/me",
        "addresses": "/me/addresses",
        "address": "/me/addresses/new",
        "coupons": "/me/coupons",
        "password": "/me/password",
        "product": f"/product/{sale.scene.product.public_id}",
        "shop": "/shop/" + ids.public("shp", shop.id),
        "missing": "/orders/ord_00000000000000000000000000",
    }


@pytest.mark.parametrize(("language", "theme", "size"), VIEWS)
def test_every_screen_of_a_buyer_is_clean(
    places: dict[str, str],
    sale: Sale,
    signed_in: SignIn,
    window: Open,
    language: str,
    theme: str,
    size: dict[str, int],
) -> None:
    client = signed_in(sale.buyer)

    found = {
        name: faults(
            window(client, path, language, theme, size),
            f"{name}-{language}-{theme}-{size['width']}",
        )
        for name, path in places.items()
    }

    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("language", "theme", "size"), VIEWS)
def test_every_screen_of_a_guest_is_clean(
    db: None,
    signed_in: SignIn,
    window: Open,
    language: str,
    theme: str,
    size: dict[str, int],
) -> None:
    places = {"empty-feed": "/", "sign-in": "/sign-in", "password": "/sign-in?by=password"}

    found = {
        name: faults(
            window(signed_in(), path, language, theme, size),
            f"guest-{name}-{language}-{theme}-{size['width']}",
        )
        for name, path in places.items()
    }

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_page_that_nobody_answers_says_so_and_comes_back(
    db: None, signed_in: SignIn, browser: Browser
) -> None:
    with ExitStack() as closing:
        context = browser.new_context(locale="en-US")
        closing.callback(context.close)
        page = context.new_page()
        with browsing.served(application) as origin:
            page.goto(f"{origin}/sign-in")
            page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")

        page.goto(f"{origin}/sign-in")
        assert page.get_by_role("heading", name="No connection").is_visible()
        ground = page.evaluate("getComputedStyle(document.querySelector('main')).textAlign")
        assert ground == "center"  # The kept styles are there too.

        with browsing.served(application, port=int(origin.rsplit(":", 1)[1])):
            page.get_by_role("heading", name="Sign in to Laotie").wait_for(timeout=15_000)
