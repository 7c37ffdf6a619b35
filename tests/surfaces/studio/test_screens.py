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
from tests.surfaces.studio.conftest import OnAir, SignIn, shop_address

from laotie.accounts import people, shops
from laotie.accounts.roles import actor_of
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.live import chat, flashes, ingest, queries, rooms, stage, words
from laotie.runtime.wsgi import application
from laotie.trade import orders, refunds, stock
from laotie.trade.rules import RefundCause

pytestmark = pytest.mark.browser

PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
SMALL = {"width": 320, "height": 640}
# Each language is looked at closely in one size and theme, then the sizes are switched in place.
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
    """What this screen does that none may do. STUDIO_PICTURES names a folder for pictures."""
    watched.page.evaluate("document.fonts.ready")
    if folder := os.environ.get("STUDIO_PICTURES"):
        watched.page.wait_for_timeout(400)
        watched.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    with watched.bearing(*NOT_THERE):
        found = [*watched.real_complaints(), *watched.violations()]
    for size in (PHONE, WIDE, SMALL):
        watched.page.set_viewport_size(size)  # type: ignore[arg-type]
        if not watched.has_no_sideways_scroll():
            found.append(f"scrolls sideways at {size['width']}")
    watched.page.context.close()
    return found


def looked_at(
    window: Open,
    client: Client,
    places: dict[str, str],
    language: str,
    theme: str,
    size: dict[str, int],
) -> dict[str, list[str]]:
    """Places with faults."""
    found = {
        name: faults(
            window(client, path, language, theme, size),
            f"{name}-{language}-{theme}-{size['width']}",
        )
        for name, path in places.items()
    }
    return {name: faults for name, faults in found.items() if faults}


@pytest.fixture
def busy(on_air: OnAir, world: World) -> OnAir:
    """The room with a flash offer, comments, a muted viewer, words, a key and paid orders."""
    host, room_id, now = on_air.host, on_air.id, clock.now()
    shop = on_air.scene.shop
    for n in range(3):
        product = builders.a_product(shop, 12800 + 1000 * n, title=f"手作青瓷大碗第{n}款")
        builders.a_plan(shop, product, 2000 + 100 * n)
        stock.set_stock(actor=shop.owner, sku_id=product.skus[0].id, on_hand=3 * n, now=now)
        if n:
            stage.add_item(actor=host, room_id=room_id, product_id=product.id, now=now)
    stage.pin(actor=host, room_id=room_id, product_id=on_air.scene.product.id, now=now)
    flashes.open_flash(
        actor=host, room_id=room_id, sku_id=on_air.scene.sku_id, price_fen=1990, quantity=50,
        seconds=600, limit_per_buyer=2, now=now,
    )  # fmt: skip
    talkers = [builders.a_person(name) for name in ("林同学", "阿南", "Marguerite")]
    for who, text in zip(talkers, ("这个釉色真好看", "洗碗机可以吗", "x" * 60), strict=True):
        _say(who, room_id, text)
    _say(host, room_id, "可以的，放心")
    assert talkers[1].person_id
    chat.mute(actor=host, room_id=room_id, person_id=talkers[1].person_id, minutes=10, now=now)
    words.forbid(actor=host, word="加微信")
    ingest.issue_key(actor=host, room_id=room_id, now=now)
    ingest.health(
        room_id=room_id,
        session=on_air.scene.session,
        figures={
            "bitrate_bps": 2_510_000, "fps": 29.9, "key_frame_s": 4.0, "codec": "h264",
            "dropped": 1, "warnings": ["KEY_FRAMES"],
        },
    )  # fmt: skip
    buyer = talkers[0]
    placed = builders.place(
        buyer, builders.a_quote(buyer, {on_air.scene.sku_id: 1}, room_id=room_id, now=now), now=now
    )
    builders.pay_for(world, buyer, placed, now=now)
    return on_air


def _say(who: Actor, room_id: object, text: str) -> None:
    assert who.person_id
    line = chat.Line(room_id, who.person_id, text, f"r{ids.new().hex[:20]}")  # type: ignore[arg-type]
    (verdict,) = chat.say(actor=who, lines=[line], now=clock.now())
    assert verdict.refused is None


@pytest.mark.parametrize(("language", "theme", "size"), VIEWS)
def test_every_screen_of_a_creator_is_clean(
    busy: OnAir,
    world: World,
    signed_in: SignIn,
    window: Open,
    language: str,
    theme: str,
    size: dict[str, int],
) -> None:
    host, now = busy.host, clock.now()
    shop, buyer = busy.scene.shop, builders.a_person()
    quote = builders.a_quote(buyer, {busy.scene.sku_id: 2}, room_id=busy.id, creator=host, now=now)
    placed = builders.place(buyer, quote, now=now)
    builders.pay_for(world, buyer, placed, now=now)
    order_id = placed.orders[0].order_id
    builders.ship(shop, order_id, now=now)
    orders.confirm(actor=buyer, order_id=order_id, now=now)
    assert buyer.person_id
    (said, *_) = queries.comments(busy.id, actor=host)
    later = rooms.schedule(actor=host, title="明晚第二场", starts_at=now, now=now)
    over = rooms.schedule(actor=host, title="昨天那场", starts_at=now, now=now)
    rooms.end(actor=host, room_id=over.id, now=now)
    places = {
        "rooms": "/studio/rooms",
        "room-new": "/studio/rooms/new",
        "room-live": busy.address,
        "room-scheduled": f"/studio/rooms/{ids.public('rom', later.id)}/",
        "room-over": f"/studio/rooms/{ids.public('rom', over.id)}/",
        "room-end": f"{busy.address}end",
        "room-key": f"{busy.address}key",
        "room-products": f"{busy.address}products",
        "room-person": f"{busy.address}people/{ids.public('per', said.person_id)}",
        "income": "/studio/income",
        "income-order": f"/studio/income/orders/{ids.public('ord', order_id)}",
        "start": "/studio/start",
        "missing": "/studio/rooms/rom_x/",
    }

    assert looked_at(window, signed_in(host), places, language, theme, size) == {}


@pytest.mark.parametrize(("language", "theme", "size"), VIEWS)
def test_every_screen_of_a_merchant_is_clean(
    world: World,
    signed_in: SignIn,
    window: Open,
    language: str,
    theme: str,
    size: dict[str, int],
) -> None:
    shop, buyer, now = builders.a_shop("龙泉清窑"), builders.a_person(), clock.now()
    sku_id = builders.a_stocked_sku(shop, 26800, on_hand=9)
    two = builders.a_product(shop, 3990, 5990, title="茶盏", flash_floor_fen=1000)
    builders.a_plan(shop, two)
    builders.a_product(shop, 9900, title="草稿", is_on_sale=False)
    builders.a_coupon(shop=shop)
    builders.a_clerk(shop, "ship", "refund")
    paid = builders.a_paid_order(world, buyer, {sku_id: 2}, now=now)
    delivered = builders.a_paid_order(world, buyer, {sku_id: 1}, now=now)
    builders.deliver(world, builders.ship(shop, delivered, now=now), now=now)
    asked = builders.a_shipped_order(world, shop, buyer, {sku_id: 1}, now=now)
    refunds.request(
        actor=buyer, order_id=asked, units={1: 1}, reason="颜色不对", cause=RefundCause.SHOP,
        key=builders.a_key(), now=now,
    )  # fmt: skip
    received = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    # A second shop, so that the switch is there.
    other = builders.a_shop("云山小农")
    phone = builders.a_phone()
    card = people.join(phone=phone, password=None, name="多店掌柜", now=now)
    for one in (shop, other):
        rights = ("manage", "ship", "refund", "money", "stage")
        shops.hire(actor=one.owner, shop_id=one.id, phone=phone, rights=rights, now=now)
    keeper, base = actor_of(card.id, "test"), shop_address(shop)
    public = {name: ids.public("ord", id) for name, id in
              {"paid": paid, "delivered": delivered, "asked": asked, "received": received}.items()}  # fmt: skip
    places = {
        "shop": base,
        "sign": f"{base}sign",
        "orders": f"{base}orders",
        "orders-none": f"{base}orders?shelf=to_pay",
        **{f"order-{name}": f"{base}orders/{id}" for name, id in public.items()},
        "refunds": f"{base}refunds",
        "products": f"{base}products",
        "product-new": f"{base}products/new",
        "product": f"{base}products/{two.public_id}/",
        "coupons": f"{base}coupons",
        "freight": f"{base}freight",
        "staff": f"{base}staff",
        "money": f"{base}money",
        "money-order": f"{base}money/orders/{public['received']}",
        "empty-shop": shop_address(other),
    }

    assert looked_at(window, signed_in(keeper), places, language, theme, size) == {}


@pytest.mark.parametrize(("language", "theme", "size"), VIEWS)
def test_the_screens_of_somebody_new_are_clean(
    world: World,
    signed_in: SignIn,
    window: Open,
    language: str,
    theme: str,
    size: dict[str, int],
) -> None:
    waiting = builders.a_shop(is_open=False)
    creator = builders.a_creator()

    assert looked_at(window, signed_in(builders.a_person()), {"new-start": "/studio/start"},
                     language, theme, size) == {}  # fmt: skip
    assert looked_at(window, signed_in(waiting.owner), {"waiting": shop_address(waiting)},
                     language, theme, size) == {}  # fmt: skip
    assert looked_at(window, signed_in(creator), {"no-rooms": "/studio/rooms"},
                     language, theme, size) == {}  # fmt: skip
