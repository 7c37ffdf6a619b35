"""A shop reads what buyers say, and replies."""

from tests import builders
from tests.outside import World
from tests.surfaces.studio.conftest import SignIn

from laotie.kernel import clock, ids
from laotie.trade import review_pages, reviews


def test_a_shop_replies_to_its_own_reviews_alone(world: World, signed_in: SignIn) -> None:
    now, shop, buyer = clock.now(), builders.a_shop("老谢陶坊"), builders.a_person("王小明")
    sku_id = builders.a_stocked_sku(shop)
    order_id = builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=now)
    kept = reviews.write(
        actor=buyer, order_id=order_id, line_no=1, stars=1, text="漏水", forbidden=(), now=now
    )
    place = f"/studio/shops/{ids.public('shp', shop.id)}/reviews"
    address = f"{place}/{ids.public('rvw', kept.review_id)}/reply"
    owner = signed_in(shop.owner)

    page = owner.get(f"{place}?only=to_answer").content.decode()
    assert "漏水" in page
    assert "To answer" in page
    assert owner.post(address, {"text": ""}).status_code == 422
    assert owner.post(address, {"text": "马上换"}).status_code == 302
    assert signed_in(builders.a_shop("别家").owner).post(address, {"text": "x"}).status_code == 404
    assert signed_in(builders.a_clerk(shop, "ship")).get(place).status_code == 403

    (line,) = review_pages.of_own_order(actor=buyer, order_id=order_id, now=now)
    assert line.review
    assert line.review.reply == "马上换"
    reviews.see_replies(actor=buyer, order_id=order_id, now=clock.now())
    assert owner.post(address, {"text": "另一句"}).status_code == 409
    assert "漏水" not in owner.get(f"{place}?only=to_answer").content.decode()
