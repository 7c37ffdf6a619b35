"""Finding goods, a product's and a shop's page, and reviews, through the doors."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests import builders
from tests.outside import World
from tests.surfaces.shop.conftest import Sale, SignIn

from laotie.catalog import shop_follows
from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.trade import review_pages, reviews

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def shop(db: None) -> builders.ShopOfOne:
    return builders.a_shop("老谢陶坊")


def body(client: Client, address: str, **more: str) -> str:
    answer = client.get(address, headers={"Accept-Language": "en", **more})
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_goods_are_found_by_pinyin_and_suggested(
    shop: builders.ShopOfOne, signed_in: SignIn
) -> None:
    product = builders.a_product(shop, 26800, title="宜兴紫砂壶")
    client = signed_in()

    page = body(client, "/search?q=zisha")
    suggestions = body(client, "/search/suggest?q=zish", **PART)

    assert product.public_id in page
    assert "Nothing fits" not in page
    assert product.public_id in suggestions
    assert "<html" not in suggestions
    assert "Nothing fits" in body(client, "/search?q=手表")
    assert "Teaware" in body(client, "/search")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 9000,
        "q=%F0%9F%98%80",
        "least=-1&most=abc&q=x",
        "order=evil&q=x",
        "q='",
    ],
)
def test_hostile_searches_are_answered(
    shop: builders.ShopOfOne, signed_in: SignIn, query: str
) -> None:
    assert signed_in().get(f"/search?{query}").status_code == 200
    assert signed_in().get(f"/search/suggest?{query}").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/search?category=cat_00000000000000000000000000", 404),
        ("/search?category=evil", 404),
        ("/search?q=x&after=evil", 422),
        ("/search?q=x&least=99999999999", 422),
    ],
)
def test_what_cannot_be_meant_is_refused(
    shop: builders.ShopOfOne, signed_in: SignIn, address: str, status: int
) -> None:
    assert signed_in().get(address).status_code == status


def test_a_title_cannot_break_out_of_what_is_shared(
    shop: builders.ShopOfOne, signed_in: SignIn
) -> None:
    product = builders.a_product(shop, title="</script><script>alert(1)</script>")

    page = body(signed_in(), f"/product/{product.public_id}")

    assert "<script>alert" not in page
    assert r"\u003C/script\u003E" in page
    assert 'property="og:title"' in page


def test_a_new_shop_is_not_rated_and_never_at_zero(sale: Sale, signed_in: SignIn) -> None:
    page = body(signed_in(), f"/product/{sale.scene.product.public_id}")

    assert page.count("not rated yet") == 7  # Six facts, and the line above them.
    assert "0%" not in page.split('class="facts"')[1].split("</dl>")[0]


def test_a_shop_is_followed_and_left(shop: builders.ShopOfOne, signed_in: SignIn) -> None:
    buyer = builders.a_person()
    address = f"/shop/{ids.public('shp', shop.id)}"

    signed_in(buyer).post(f"{address}/follow", {"follow": "yes"})
    signed_in(buyer).post(f"{address}/follow", {"follow": "yes"})
    assert shop_follows.followers(shop.id) == 1
    assert "Following" in body(signed_in(buyer), address)
    signed_in(buyer).post(f"{address}/follow", {"follow": "no"})

    assert shop_follows.followers(shop.id) == 0
    assert signed_in().post(f"{address}/follow", {"follow": "yes"}).status_code == 302
    assert shop_follows.followers(shop.id) == 0


def test_a_buyer_reviews_with_a_picture_and_adds_to_it(
    shop: builders.ShopOfOne, world: World, signed_in: SignIn
) -> None:
    buyer, now = builders.a_person("王小明"), clock.now()
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    address = f"/orders/{ids.public('ord', order_id)}/review/1"
    picture = BytesIO()
    Image.new("RGB", (30, 30), "#383").save(picture, "PNG")
    client = signed_in(buyer)
    assert "Send the review" in body(client, address)

    assert client.post(address, {"stars": "6"}).status_code == 422
    sent = {
        "stars": "4",
        "text": "好茶",
        "is_anonymous": "on",
        "pictures": SimpleUploadedFile("a.png", picture.getvalue()),
    }
    assert client.post(address, sent).status_code == 302
    broken = {"text": "后来", "pictures": SimpleUploadedFile("a.png", b"<svg/>")}
    assert client.post(address, broken).status_code == 422
    assert client.post(address, {"text": "后来也好"}).status_code == 302

    (line,) = review_pages.of_own_order(actor=buyer, order_id=order_id, now=now)
    assert line.review
    assert (line.review.stars, line.review.appended_text) == (4, "后来也好")
    assert len(line.review.pictures) == 1
    reviews.reply(
        actor=shop.owner,
        review_id=line.review.review_id,
        text="谢谢",
        forbidden=(),
        now=clock.now(),
    )
    product = ids.public("prd", line.review.product_id)
    page = body(signed_in(), f"/product/{product}/reviews?only=pictures")
    assert "王**明" in page
    assert "谢谢" in page
    assert "王小明" not in page
    assert "No such review" in body(signed_in(), f"/product/{product}/reviews?only=low")
    with pytest.raises(reviews.ReplySeen):
        body(client, address)
        reviews.reply(
            actor=shop.owner,
            review_id=line.review.review_id,
            text="改",
            forbidden=(),
            now=clock.now(),
        )
    stranger = signed_in(builders.a_person())
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"stars": "1"}).status_code == 404
    report = f"/reviews/{line.review.public_id}/report"
    assert (
        "An operator will look"
        in signed_in(builders.a_person())
        .post(report, {"reason": "假的"}, headers={"Accept-Language": "en"})
        .content.decode()
    )
    assert review_pages.reported(actor=builders.an_operator())[0].reasons == ("假的",)


def test_the_feed_is_of_all_or_of_whom_one_follows(sale: Sale, signed_in: SignIn) -> None:
    assert sale.scene.host.creator_id
    buyer = signed_in(sale.buyer)

    assert sale.room in body(buyer, "/")
    assert sale.room not in body(buyer, "/?tab=following")
    assert signed_in().get("/?tab=following").status_code == 302
    follows.follow(actor=sale.buyer, creator_id=sale.scene.host.creator_id, now=sale.now)
    assert sale.room in body(buyer, "/?tab=following")
    assert sale.room not in body(buyer, f"/?tab=live&after={sale.room}", **PART)
    assert buyer.get("/?tab=live&after=evil").status_code == 404
