"""A shop's goods with variants, pictures and plans; its coupons, freight and staff."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import builders
from tests.builders import ShopOfOne
from tests.outside import World
from tests.surfaces.studio.conftest import Bought, SignIn, queries_of, shop_address
from tests.surfaces.studio.test_rooms import PART, a_picture

from laotie.accounts import shops
from laotie.alliance import plans
from laotie.catalog import products
from laotie.delivery import freight
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.trade import coupons, stock

NEW = {
    "title_zh": "茶盏",
    "title_en": "Tea cup",
    "description_zh": "",
    "description_en": "",
    "price": "39.90",
    "on_hand": "12",
}


def goods_of(shop: ShopOfOne) -> list[products.ProductFile]:
    return list(products.files_of(actor=shop.owner, shop_id=shop.id))


def test_a_product_is_made_drawn_priced_and_sold(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, base = signed_in(shop.owner), shop_address(shop)

    made = client.post(f"{base}products/new", NEW)
    (file,) = goods_of(shop)
    address = f"{base}products/{file.public_id}/"
    assert made["Location"] == address
    assert (file.state, file.skus[0].list_price_fen) == ("DRAFT", 3990)
    assert stock.of_shop(shop.id)[file.skus[0].id].on_hand == 12
    for _ in range(2):
        client.post(f"{address}pictures", {"verb": "add", "picture": a_picture()})
    first, second = goods_of(shop)[0].pictures
    client.post(f"{address}pictures", {"verb": "first", "file": second})
    assert goods_of(shop)[0].pictures == (second, first)
    client.post(f"{address}pictures", {"verb": "remove", "file": first})
    assert goods_of(shop)[0].pictures == (second,)
    texts = {**{name: NEW[name] for name in NEW if "_" in name}, "title_en": "Celadon cup"}
    client.post(address, texts)
    variant = {"new-spec_zh": "大", "new-spec_en": "Large", "new-price": "59", "new-floor": "40"}
    client.post(f"{address}skus", variant)
    client.post(f"{address}sale/publish")
    file = goods_of(shop)[0]
    assert (file.state, file.title["en"], len(file.skus)) == ("ON_SALE", "Celadon cup", 2)
    assert (file.skus[1].list_price_fen, file.skus[1].flash_floor_fen) == (5900, 4000)
    client.post(f"{address}sale/unpublish")
    assert goods_of(shop)[0].state == "OFF_SALE"


def test_a_coupon_that_is_sent_twice_is_issued_once(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}coupons"
    key = re.search(r'name="key" value="([^"]+)"', client.get(address).text).group(1)  # type: ignore[union-attr]
    form = coupon_form(key=key)

    assert client.post(address, {**form, "off": "100"}).status_code == 422
    answers = [client.post(address, form) for _ in range(2)]
    other = client.post(address, {**form, "budget": "700"}, headers=PART)

    assert [answer.status_code for answer in answers] == [302, 302]
    assert other.status_code == 409
    assert len(coupons.claimable(shop.id, now=clock.now())) == 1


@pytest.mark.parametrize(
    "bent",
    [
        {"title_en": ""},
        {"title_zh": "字" * 61},
        {"price": "free"},
        {"price": "0"},
        {"price": "３９"},
        {"on_hand": "-1"},
    ],
)
def test_a_bent_product_is_not_made(signed_in: SignIn, world: World, bent: dict[str, str]) -> None:
    shop = builders.a_shop()

    answer = signed_in(shop.owner).post(f"{shop_address(shop)}products/new", {**NEW, **bent})

    assert answer.status_code == 422
    assert goods_of(shop) == []


def test_a_closed_shop_puts_nothing_on_sale(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop(is_open=False)
    file = builders.a_product(shop, is_on_sale=False)
    address = f"{shop_address(shop)}products/{file.public_id}/sale/publish"

    answer = signed_in(shop.owner).post(address, headers=PART)

    assert answer.status_code == 409
    assert "The shop is not open." in answer.text
    assert goods_of(shop)[0].state == "DRAFT"


def test_variants_change_and_are_counted(signed_in: SignIn, bought: Bought) -> None:
    shop = bought.shop
    client = signed_in(shop.owner)
    (file,) = goods_of(shop)
    sku = file.skus[0].public_id
    address = f"{shop_address(shop)}products/{file.public_id}/skus/{sku}"
    form = {f"{sku}-spec_zh": "小", f"{sku}-spec_en": "Small", f"{sku}-price": "41"}

    assert client.post(address, form).status_code == 302
    changed = goods_of(shop)[0].skus[0]
    assert (changed.list_price_fen, changed.is_on_sale) == (4100, False)
    above = client.post(address, {**form, f"{sku}-floor": "42"}, headers=PART)
    assert above.status_code == 422
    assert goods_of(shop)[0].skus[0].flash_floor_fen is None
    assert client.post(f"{address}/stock", {"on_hand": "7"}).status_code == 302
    assert stock.of_shop(shop.id)[changed.id].on_hand == 7
    for count, status in (("1", 409), ("x", 422), ("-1", 422), ("", 422)):
        refused = client.post(f"{address}/stock", {"on_hand": count}, headers=PART)
        assert refused.status_code == status
        assert 'class="form-error"' in refused.text
    assert stock.of_shop(shop.id)[changed.id].on_hand == 7


def test_a_rate_over_the_cap_is_refused_at_its_field(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop)
    client, address = signed_in(shop.owner), f"{shop_address(shop)}products/{file.public_id}/plan"

    assert client.post(address, {"rate": "15.5"}).status_code == 302
    refused = client.post(address, {"rate": "40"}, headers=PART)

    assert refused.status_code == 409
    assert re.search(r'id="id_rate_error" role="alert"', refused.text)
    assert plans.offers_for([file.id])[file.id].creator_bps == 1550
    for bent in ("", "-1", "１５", "15.555", "x"):
        assert client.post(address, {"rate": bent}).status_code == 422
    assert plans.offers_for([file.id])[file.id].version == 1


def test_a_picture_that_is_none_is_refused(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop)
    client, base = signed_in(shop.owner), f"{shop_address(shop)}products/{file.public_id}/pictures"
    bad = SimpleUploadedFile("x.svg", b"<svg onload='x'/>", "image/svg+xml")
    answer = client.post(base, {"verb": "add", "picture": bad}, headers=PART)

    assert answer.status_code == 422
    assert "JPEG, PNG or WebP" in answer.text
    assert client.post(base, {"verb": "add"}).status_code == 404
    assert goods_of(shop)[0].pictures == ()


def test_staff_without_the_right_changes_no_goods(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    file = builders.a_product(shop)
    clerk = signed_in(builders.a_clerk(shop, "ship"))
    address = f"{shop_address(shop)}products/{file.public_id}/"

    page = clerk.get(address).text
    assert "Take off sale" not in page
    assert clerk.post(f"{address}sale/unpublish", headers=PART).status_code == 403
    assert clerk.post(f"{address}plan", {"rate": "5"}).status_code == 403
    assert (
        clerk.post(f"{address}skus/{file.skus[0].public_id}/stock", {"on_hand": "1"}).status_code
        == 403
    )
    assert goods_of(shop)[0].state == "ON_SALE"
    assert plans.offers_for([file.id]) == {}


def test_more_products_cost_no_more_statements(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    builders.a_plan(shop, builders.a_product(shop))
    client, address = signed_in(shop.owner), f"{shop_address(shop)}products"
    few = queries_of(client, address)
    for _ in range(5):
        builders.a_plan(shop, builders.a_product(shop, 100, 200))

    assert queries_of(client, address) == few <= 14


def coupon_form(**changed: str) -> dict[str, str]:
    until = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    return {
        "name_zh": "满百减十", "name_en": "10 off 100", "kind": "amount", "off": "10", "min_goods": "100",
        "budget": "500", "limit_per_buyer": "1", "until": until, "after_refund": "return",
        **changed,
    }  # fmt: skip


def test_a_coupon_is_issued_and_closed(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}coupons"

    assert client.post(address, coupon_form())["Location"] == address
    (one,) = coupons.claimable(shop.id, now=clock.now())
    assert (one.off_fen, one.min_goods_fen, one.left) == (1000, 10000, 50)
    assert "10 off 100" in client.get(address).text
    coupon = ids.public("cpn", one.coupon_id)
    other = builders.a_shop()
    theirs = f"{shop_address(other)}coupons/{coupon}/close"
    assert signed_in(other.owner).post(theirs).status_code == 404
    assert len(coupons.claimable(shop.id, now=clock.now())) == 1
    assert client.post(f"{address}/{coupon}/close").status_code == 302
    assert coupons.claimable(shop.id, now=clock.now()) == ()


@pytest.mark.parametrize(
    "bent",
    [
        {"off": "100"},
        {"budget": "9"},
        {"limit_per_buyer": "0"},
        {"until": "2020-01-01T00:00"},
        {"name_en": ""},
        {"after_refund": "keep"},
    ],
)
def test_a_bent_coupon_is_not_issued(signed_in: SignIn, world: World, bent: dict[str, str]) -> None:
    shop = builders.a_shop()

    answer = signed_in(shop.owner).post(f"{shop_address(shop)}coupons", coupon_form(**bent))

    assert answer.status_code == 422
    assert coupons.claimable(shop.id, now=clock.now()) == ()


def test_freight_is_set_and_read_back(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}freight"
    form = {"flat": "8", "free_over": "99", "by_region": "650000 18.00\n\n540000 20"}

    assert client.post(address, form)["Location"] == address
    rule = freight.rule_of(shop.id)
    assert (rule.flat_fen, rule.free_over_fen) == (800, 9900)
    assert rule.by_region == {"650000": 1800, "540000": 2000}
    assert "650000 18.00" in client.get(address).text
    for bent in (
        {"flat": ""},
        {"flat": "10001"},
        {"by_region": "999999 1"},
        {"by_region": "650000 x"},
    ):
        assert client.post(address, {**form, **bent}).status_code == 422
    assert freight.rule_of(shop.id) == rule


def test_staff_is_hired_and_dismissed(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    client, address = signed_in(shop.owner), f"{shop_address(shop)}staff"
    phone = builders.a_phone()

    assert client.post(address, {"phone": phone, "rights": ["ship", "refund"]}).status_code == 302
    assert len(shops.staff(actor=shop.owner, shop_id=shop.id)) == 1
    builders.say_yes(shop)
    line = next(
        one for one in shops.staff(actor=shop.owner, shop_id=shop.id) if "manage" not in one.rights
    )
    assert line.rights == {"ship", "refund"}
    for bent in ({"phone": "12"}, {"rights": []}, {"rights": ["fly"]}):
        answer = client.post(address, {"phone": phone, "rights": ["ship"], **bent})
        assert answer.status_code == 422
    person = f"{address}/{line.person.public_id}/dismiss"
    assert client.post(person, {"reason": " "}).status_code == 422
    assert len(shops.staff(actor=shop.owner, shop_id=shop.id)) == 2
    assert client.post(person, {"reason": "moved away"})["Location"] == address
    assert len(shops.staff(actor=shop.owner, shop_id=shop.id)) == 1
    me = f"{address}/{ids.public('per', shop.owner_id)}/dismiss"
    last = client.post(me, {"reason": "tired"}, headers=PART)
    assert last.status_code == 409
    assert "A shop needs somebody who manages it." in last.text
    assert len(shops.staff(actor=shop.owner, shop_id=shop.id)) == 1


def test_nobody_gives_a_right_they_lack(signed_in: SignIn, world: World) -> None:
    shop = builders.a_shop()
    clerk: Actor = builders.a_clerk(shop, "manage")
    client: Client = signed_in(clerk)

    answer = client.post(
        f"{shop_address(shop)}staff", {"phone": builders.a_phone(), "rights": ["money"]}
    )

    assert answer.status_code == 403
    assert len(shops.staff(actor=shop.owner, shop_id=shop.id)) == 2
