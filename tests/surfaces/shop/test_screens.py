"""Every screen in real Chromium: no complaint, no sideways scroll, nothing axe would object to."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser
from tests import browsing, builders
from tests.outside import World
from tests.surfaces import screens
from tests.surfaces.screens import Open
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.kernel import clock, ids
from laotie.runtime.wsgi import application
from laotie.trade import invoices

pytestmark = pytest.mark.browser


@pytest.fixture
def places(sale: Sale, world: World) -> dict[str, str]:
    """An address for each screen, with something on it."""
    now = clock.now()
    buyer, shop = sale.buyer, sale.scene.shop
    sku_id = builders.a_stocked_sku(shop, 26800)
    builders.a_coupon(shop=shop, off_fen=2000, min_goods_fen=9900, now=now)
    builders.a_claim(buyer, builders.a_coupon(shop=None, off_fen=500, now=now), now=now)
    unpaid = builders.a_placed_order(buyer, {sku_id: 1}, now=now)
    paid = builders.a_paid_order(world, buyer, {sku_id: 2}, now=now)
    shipped = builders.a_shipped_order(world, shop, buyer, {sku_id: 1}, now=now)
    delivered = builders.a_paid_order(world, buyer, {sku_id: 3}, now=now)
    builders.deliver(world, builders.ship(shop, delivered, now=now), now=now)
    received = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    invoiced = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    invoices.request(
        actor=buyer,
        order_id=invoiced,
        kind=invoices.InvoiceKind.COMPANY,
        title="龙泉某某有限公司",
        tax_no="91350100M000100Y43",
        now=now,
    )
    order = {
        name: "/orders/" + ids.public("ord", id)
        for name, id in [
            ("paid", paid),
            ("shipped", shipped),
            ("delivered", delivered),
            ("received", received),
            ("invoiced", invoiced),
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
        "invoice-ask": f"{order['received']}/invoice",
        "invoice-asked": f"{order['invoiced']}/invoice",
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


def test_every_screen_of_a_buyer_is_clean(
    places: dict[str, str],
    sale: Sale,
    signed_in: SignIn,
    window: Open,
) -> None:
    client = signed_in(sale.buyer)

    assert screens.looked_at(window, client, places) == {}


def test_every_screen_of_a_guest_is_clean(
    db: None,
    signed_in: SignIn,
    window: Open,
) -> None:
    places = {"empty-feed": "/", "sign-in": "/sign-in", "sign-in-password": "/sign-in?by=password"}

    assert screens.looked_at(window, signed_in(), places) == {}


def test_a_pasted_address_fills_the_form(sale: Sale, signed_in: SignIn, window: Open) -> None:
    client = signed_in(sale.buyer)
    watched = window(client, "/me/addresses/new", "zh-hans", "light", screens.PHONE)
    page = watched.page
    page.locator("details.paste summary").press("Enter")
    page.locator("#pasted").fill("王小明 13800138000 浙江省杭州市西湖区文三路100号")
    page.locator("details.paste button").press("Enter")
    page.locator("p.bar.ok").wait_for()

    assert page.locator("input[name=phone]").input_value() == "13800138000"
    assert page.locator("select[name=region_code]").input_value() == "330100"
    assert screens.faults(watched, "address-pasted", screens.WIDE) == []


def test_a_page_that_nobody_answers_says_so_and_comes_back(
    db: None, signed_in: SignIn, browser: Browser
) -> None:
    with ExitStack() as closing:
        context = browser.new_context(locale="en-US")
        context.set_default_timeout(browsing.PATIENCE_MS)
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
            page.get_by_role("heading", name="Sign in to Laotie").wait_for()
