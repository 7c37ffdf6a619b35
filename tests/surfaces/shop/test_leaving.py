"""Links to other networks through the doors: a shop puts one up, a buyer leaves, a ban bars both."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from tests import builders, entering, receiver
from tests.builders import ShopOfOne
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.surfaces.screens import Open, looked_at
from tests.surfaces.shop.conftest import SignIn
from tests.surfaces.shop.test_browsing import body
from tests.usecases.live import scenes

from laotie.catalog import external_links, products
from laotie.catalog.products import ProductFile
from laotie.kernel import clock, drawing, ids
from laotie.kernel.actor import Actor
from laotie.links import models
from laotie.live import external_links as of_rooms

JD = "https://item.jd.com/100012043978.html"


def staff(signed_in: SignIn, shop: ShopOfOne) -> Client:
    client = signed_in(shop.owner)
    entering.prove(client)
    return client


def studio(shop: ShopOfOne, product: ProductFile) -> str:
    return f"/studio/shops/{ids.public('shp', shop.id)}/products/{product.public_id}/"


def welcome_jd() -> None:
    builders.a_link_rule("allow", "jd", now=clock.now() - timedelta(days=1))


def ban_jd() -> None:
    """From the last full second on."""
    builders.a_link_rule(
        "deny", "jd", "product_detail", reason="contract ended",
        now=clock.now() - timedelta(seconds=2),
    )  # fmt: skip


def an_attached_link(shop: ShopOfOne, product: ProductFile, url: str = JD) -> str:
    welcome_jd()
    card = external_links.attach(
        actor=shop.owner, product_id=product.id, url=url, price_fen=9900, now=clock.now()
    )
    return card.public_id


def test_a_shop_links_and_a_guest_leaves_by_a_page_that_says_where_to(
    world: World, signed_in: SignIn
) -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop, 12900, title="茶盏")
    seller, address = staff(signed_in, shop), studio(shop, product)
    welcome_jd()
    assert "JD Alliance" in body(seller, address)
    assert seller.post(f"{address}links", {"url": JD, "link_price": "99"}).status_code == 302
    link = ids.public("lnk", models.Listing.objects.get().id)

    guest = signed_in()
    page = body(guest, f"/product/{product.public_id}")
    assert "Buy at JD Alliance" in page
    assert JD not in page
    asked = guest.post(f"/leave/{link}")
    out = asked["Location"]
    assert re.fullmatch(r"/out/1\.[\w:.-]+", out)
    shown = body(guest, out)
    assert "item.jd.com" in shown
    assert "we hold no money for it" in shown
    assert models.Click.objects.get().went_at is None
    # Fetched ahead of a person is not a person leaving.
    assert guest.get(f"{out}/go", headers={"Sec-Purpose": "prefetch"}).status_code == 404
    # Who was sent the address may go, as nobody's visit.
    stranger = signed_in()
    assert "item.jd.com" in body(stranger, out)
    assert stranger.get(f"{out}/go")["Location"] == JD
    assert models.Click.objects.get().went_at is None
    for _ in range(2):
        gone = guest.get(f"{out}/go")
        assert (gone.status_code, gone["Location"]) == (302, JD)
        assert (gone["Referrer-Policy"], gone["Cache-Control"]) == ("no-referrer", "no-store")
    click = models.Click.objects.get()
    assert (click.person_id, click.went_at is None) == (None, False)
    guest.post(f"/leave/{link}")
    assert len({bytes(row.visitor) for row in models.Click.objects.all()}) == 1
    assert guest.get(f"/leave/{link}").status_code == 405
    assert guest.post(f"{out}/go").status_code == 405
    # Goods that came down lead nowhere, by older tokens either.
    products.unpublish(actor=shop.owner, product_id=product.id, now=clock.now())
    assert [guest.get(each).status_code for each in (out, f"{out}/go")] == [404, 404]
    products.publish(actor=shop.owner, product_id=product.id, now=clock.now())
    assert guest.get(out).status_code == 200

    assert seller.post(f"{address}links/{link}/remove").status_code == 302
    assert "Buy at" not in body(guest, f"/product/{product.public_id}")
    assert guest.get(f"{out}/go").status_code == 404


def test_a_ban_is_read_by_everybody_it_meets(world: World, signed_in: SignIn) -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    link = an_attached_link(shop, product)
    guest, seller, address = signed_in(), staff(signed_in, shop), studio(shop, product)
    out = guest.post(f"/leave/{link}")["Location"]

    ban_jd()

    assert "Buy at" not in body(guest, f"/product/{product.public_id}")
    for refused in (guest.get(out), guest.get(f"{out}/go"), guest.post(f"/leave/{link}")):
        assert refused.status_code == 409
        assert "may not stand on a product&#x27;s page, since" in refused.content.decode()
    assert models.Click.objects.get().went_at is None
    page = body(seller, address)
    assert "Buyers do not see it: contract ended" in page
    again = seller.post(f"{address}links", {"url": "https://item.jd.com/2", "link_price": ""})
    assert again.status_code == 409
    assert "contract ended. Sell it as goods of your own shop" in again.content.decode()
    assert models.Listing.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://jd.com.evil.example/", 422), ("https://jd.com@evil.example/", 422),
        ("javascript:alert(1)", 422), ("https://t\u0430obao.com/", 422), ("", 422),
        ("https://item.taobao.com/1", 409), ("x" * 3000, 422), ("https://jd.com:8443/", 422),
    ],
)  # fmt: skip
def test_a_bad_address_is_said_at_the_field(
    world: World, signed_in: SignIn, url: str, status: int
) -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    welcome_jd()
    address = studio(shop, product)
    answer = staff(signed_in, shop).post(f"{address}links", {"url": url, "link_price": ""})
    assert answer.status_code == status
    assert not models.Listing.objects.exists()


def test_a_hop_that_is_not_ours_leads_nowhere(world: World, signed_in: SignIn) -> None:
    guest = signed_in()
    for token in ("x", "1.x", "https:%2F%2Fevil.example", "1.eyJl:1:1", "%00", "1." + "a" * 3000):
        for address in (f"/out/{token}", f"/out/{token}/go"):
            answer = guest.get(address)
            assert answer.status_code == 404
            assert "Location" not in answer
    assert guest.post(f"/leave/{ids.public('lnk', ids.new())}").status_code == 404
    assert guest.post(f"/leave/{ids.public('prd', ids.new())}").status_code == 404


def test_whoever_drops_cookies_is_known_by_the_address(world: World, signed_in: SignIn) -> None:
    shop = builders.a_shop()
    link = an_attached_link(shop, builders.a_product(shop))
    listing = f"/external-links/{link}/leave"

    def page(person: Actor | None = None) -> int:
        return signed_in(person).post(f"/leave/{link}", REMOTE_ADDR="198.51.100.7").status_code

    def app() -> int:
        return App(http=Client(REMOTE_ADDR="198.51.100.9")).post(listing).status

    with receiver.with_settings(leaves_per_address=2):
        # Five in a row meet the limit, though a new hour may begin between any two of them.
        assert 429 in {page() for _ in range(5)}
        assert 429 in {app() for _ in range(5)}
        assert {page(builders.a_person()) for _ in range(3)} == {302}
    assert 7 <= models.Click.objects.count() <= 11


def test_a_stranger_neither_links_nor_unlinks(world: World, signed_in: SignIn) -> None:
    shop = builders.a_shop()
    product, other = builders.a_product(shop), builders.a_product(shop, title="壶")
    link = an_attached_link(shop, product)
    stranger, seller = staff(signed_in, builders.a_shop("别家")), staff(signed_in, shop)
    for client, address in (
        (stranger, studio(shop, product)), (seller, studio(shop, other)),
    ):  # fmt: skip
        assert client.post(f"{address}links/{link}/remove").status_code == 404
    assert stranger.post(f"{studio(shop, product)}links", {"url": JD}).status_code == 404
    assert models.Listing.objects.get().state == "PUBLISHED"


def test_an_app_does_what_the_pages_do(world: World) -> None:
    shop, creator = builders.a_shop(), builders.a_creator()
    product = builders.a_product(shop)
    seller, guest, host = app_of(shop.owner), App(), app_of(creator)
    goods = f"/goods/{product.public_id}/external-links"
    asked = "/link-networks/jd/product_detail"
    assert guest.must(guest.get(asked)) == {
        "is_allowed": False, "rule_id": None, "reason": "", "since": None,
    }  # fmt: skip
    barred = seller.post(goods, {"url": JD}, key=builders.a_key())
    assert (barred.status, barred.code) == (409, "LINK_BLOCKED")
    assert barred.body["facts"]["network"] == "jd"
    welcome_jd()
    assert guest.must(guest.get(asked))["is_allowed"] is True
    key = builders.a_key()
    made = seller.must(seller.post(goods, {"url": JD, "price_fen": 9900}, key=key))
    assert seller.must(seller.post(goods, {"url": JD, "price_fen": 9900}, key=key)) == made
    assert (made["network"], made["url"], made["is_open"], made["blocked"]) == (
        "jd",
        JD,
        True,
        None,
    )
    assert seller.must(seller.get(goods)) == [made]
    assert guest.must(guest.get(goods)) == [{**made, "url": None}]
    own = host.must(host.post("/external-links", {"url": JD, "surface": "profile"}))
    way = guest.must(guest.post(f"/external-links/{made['id']}/leave"))
    assert way["host"] == "item.jd.com"
    assert "/out/1." in way["address"]
    assert models.Click.objects.get().id == ids.parse("clk", way["click_id"])
    assert Client().get(f"/out/{way['address'].rpartition('/')[2]}/go").status_code == 302
    assert models.Click.objects.get().went_at is not None
    shop_links = f"/shops/{ids.public('shp', shop.id)}/external-links"
    assert seller.must(seller.get(shop_links)) == [made]
    assert host.get(shop_links).code == "NOT_FOUND"
    assert seller.delete(f"/external-links/{own['id']}").code == "NOT_FOUND"
    assert host.must(host.delete(f"/external-links/{own['id']}")) == {"done": True}
    for network, surface, code in (
        ("nowhere", "profile", "NOT_FOUND"), ("jd", "kitchen", "INVALID_INPUT"),
    ):  # fmt: skip
        assert guest.get(f"/link-networks/{network}/{surface}").code == code
    assert "jd.com" in str(guest.must(guest.get("/link-networks")))


def test_an_app_is_handed_no_link_that_its_user_may_not_follow(world: World) -> None:
    shop = builders.a_shop()
    product = builders.a_product(shop)
    an_attached_link(shop, product)
    goods = f"/goods/{product.public_id}/external-links"
    everybody_else = (
        App(), app_of(builders.a_person()), app_of(builders.a_clerk(shop, "ship")),
        app_of(builders.a_shop("别家").owner),
    )  # fmt: skip
    ban_jd()

    (barred,) = app_of(shop.owner).must(app_of(shop.owner).get(goods))
    assert (barred["url"], barred["is_open"]) == (JD, False)
    assert [app.must(app.get(goods)) for app in everybody_else] == [[], [], [], []]

    products.unpublish(actor=shop.owner, product_id=product.id, now=clock.now())
    assert app_of(shop.owner).must(app_of(shop.owner).get(goods)) == [barred]
    assert {app.get(goods).code for app in everybody_else} == {"NOT_FOUND"}


def a_preview(link: str, title: str) -> None:
    picture = BytesIO()
    Image.new("RGB", (320, 320), "#5b7a3a").save(picture, "PNG")
    file = drawing.keep(drawing.draw_again(picture.getvalue()), (320,))
    models.Preview.objects.filter(listing=ids.parse("lnk", link)).update(
        state="READY", title=title, picture=file, looked_at=clock.now()
    )


@pytest.mark.browser
def test_the_screens_of_leaving_are_clean(world: World, signed_in: SignIn, window: Open) -> None:
    shop = builders.a_shop("龙泉清窑")
    product = builders.a_product(shop, 12900, title="青瓷茶盏")
    barred = builders.a_product(shop, 9900, title="青瓷茶壶")
    bare = builders.a_product(shop, 5900, title="茶荷")
    buyer = builders.a_person("林同学")
    entering_buyer = signed_in(buyer)
    link = an_attached_link(shop, product)
    a_preview(link, "龙泉青瓷 手工茶盏 主人杯 单杯 送礼 礼盒装 官方旗舰店正品")
    external_links.attach(
        actor=shop.owner, product_id=product.id, now=clock.now(),
        url="https://item.jd.com/" + "a" * 300,
    )  # fmt: skip
    builders.a_link_rule("allow", "taobao", now=clock.now() - timedelta(seconds=5))
    external_links.attach(
        actor=shop.owner, product_id=barred.id, url="https://item.taobao.com/1", now=clock.now()
    )
    builders.a_link_rule(
        "deny",
        "taobao",
        "product_detail",
        reason="合同条款变更",
        now=clock.now() - timedelta(seconds=2),
    )
    out = entering_buyer.post(f"/leave/{link}")["Location"]
    scene = scenes.a_live_room(clock.now())
    of_rooms.attach(
        actor=scene.host, room_id=scene.room_id, url=JD, price_fen=9900, now=clock.now()
    )
    seen = looked_at(
        window,
        entering_buyer,
        {
            "links-product": f"/product/{product.public_id}",
            "links-leave": out,
            "links-gone": "/out/1.x",
            "links-bag": f"/live/{ids.public('rom', scene.room_id)}/bag",
        },
    )
    seen |= looked_at(
        window,
        staff(signed_in, shop),
        {
            "links-studio": studio(shop, product),
            "links-studio-barred": studio(shop, barred),
            "links-studio-none": studio(shop, bare),
        },
    )
    assert seen == {}
