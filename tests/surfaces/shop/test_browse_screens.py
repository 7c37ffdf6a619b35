"""The screens of finding and judging in real Chromium, filled, empty and refused."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image
from tests import builders
from tests.outside import World
from tests.surfaces import screens
from tests.surfaces.screens import Open
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.catalog import categories, pictures, products
from laotie.catalog.shelves_of_cn import id_of
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.trade import reviews

pytestmark = pytest.mark.browser


def a_picture(actor: Actor, colour: str, shop: builders.ShopOfOne | None = None) -> str:
    body = BytesIO()
    Image.new("RGB", (640, 640), colour).save(body, "PNG")
    return pictures.store(
        actor=actor,
        body=body.getvalue(),
        shop_id=shop.id if shop else None,
        now=clock.now(),
    ).file


@pytest.fixture
def places(sale: Sale, world: World) -> dict[str, str]:
    """A judged product among others, a shop that sells it, and an order that can be judged."""
    now, buyer, shop = clock.now(), sale.buyer, sale.scene.shop
    product = sale.scene.product
    files = [a_picture(shop.owner, colour, shop) for colour in ("#a4532e", "#5b7a3a", "#2e5aa4")]
    products.change(actor=shop.owner, product_id=product.id, picture_files=files, now=now)
    categories.put(actor=shop.owner, product_id=product.id, category_id=id_of("teaware"), now=now)
    for title in ("宜兴紫砂壶西施款一壶一证手工老泥料", "陶瓷茶杯", "明前龙井"):
        builders.a_product(shop, 12800, 26800, title=title)
    orders = [
        builders.a_received_order(world, shop, buyer, {sale.scene.sku_id: 1}, now=now)
        for _ in range(3)
    ]
    kept = [
        reviews.write(
            actor=buyer,
            order_id=order_id,
            line_no=1,
            stars=stars,
            text=text,
            picture_files=[a_picture(buyer, "#7a5b3a")] if stars == 5 else [],
            is_anonymous=stars == 2,
            forbidden=(),
            now=clock.now(),
        )
        for order_id, stars, text in zip(orders, (5, 2), ("壶很好,出水顺。", ""), strict=False)
    ]
    reviews.reply(
        actor=shop.owner, review_id=kept[0].review_id, text="谢谢!", forbidden=(), now=clock.now()
    )
    ref = product.public_id
    order = [ids.public("ord", order_id) for order_id in orders]
    return {
        "search-results": "/search?q=cha",
        "search-nothing": "/search?q=手表&stock=yes",
        "search-shelves": "/search",
        "category": f"/search?category={ids.public('cat', id_of('home'))}",
        "product-judged": f"/product/{ref}",
        "reviews": f"/product/{ref}/reviews",
        "reviews-none": f"/product/{ref}/reviews?only=low&after=1.rvw_" + "0" * 26,
        "shop-full": f"/shop/{ids.public('shp', shop.id)}",
        "review-write": f"/orders/{order[2]}/review/1",
        "review-mine": f"/orders/{order[0]}/review/1",
        "review-report": f"/reviews/{ids.public('rvw', kept[1].review_id)}/report",
        "feed-following": "/?tab=following",
    }


def test_every_screen_of_finding_and_judging_is_clean(
    places: dict[str, str],
    sale: Sale,
    signed_in: SignIn,
    window: Open,
) -> None:
    client = signed_in(sale.buyer)

    assert screens.looked_at(window, client, places) == {}


def test_pictures_are_turned_by_keys_and_suggestions_come_while_typing(
    places: dict[str, str], signed_in: SignIn, window: Open
) -> None:
    watched = window(signed_in(), places["product-judged"], "en", "light", screens.PHONE)
    strip = watched.page.locator(".strip")
    # Nobody serves pictures here: the place of each is kept, and says what it would show.
    first = "img => [img.naturalWidth, img.alt.endsWith(', picture 1'), img.clientWidth > 300]"
    assert strip.locator("img").first.evaluate(first) == [0, True, True]
    strip.focus()
    watched.page.keyboard.press("ArrowRight")
    watched.page.locator(".dots a:nth-child(2)[aria-current=true]").wait_for()
    fact = watched.page.get_by_role("button", name="Shipped on time")
    fact.press("Enter")
    watched.page.get_by_text("Orders handed over whole within 48 hours").wait_for()

    watched.page.goto("/search")
    watched.page.get_by_role("searchbox").fill("zish")  # One question, one answer.
    suggested = watched.page.locator(".suggestions a").first
    suggested.wait_for()
    words, address = suggested.inner_text(), suggested.get_attribute("href")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url("**/product/**")
    assert urlsplit(watched.page.url).path == address
    title = watched.page.get_by_role("heading", level=2).first
    assert title.inner_text() == words == "宜兴紫砂壶西施款一壶一证手工老泥料 tea"
