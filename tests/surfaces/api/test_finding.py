"""Finding and judging goods over the API."""

from tests import builders
from tests.outside import World
from tests.surfaces.apps import app_of

from laotie.catalog.shelves_of_cn import id_of
from laotie.kernel import clock, ids
from laotie.trade import models


def test_goods_are_put_on_a_shelf_found_bought_judged_and_answered(world: World) -> None:
    now, person, shop = clock.now(), builders.a_person("王小明"), builders.a_shop("老谢陶坊")
    buyer, owner = app_of(person), app_of(shop.owner)
    sku_id = builders.a_stocked_sku(shop, 26800)
    order_id = builders.a_received_order(world, shop, person, {sku_id: 1}, now=now)
    order = ids.public("ord", order_id)
    (found,) = buyer.must(buyer.get("/search?q=cha"))["goods"]
    product = found["card"]["product_id"]
    tea = ids.public("cat", id_of("tea"))

    owner.must(owner.put(f"/products/{product}/category", {"category_id": tea}))
    assert buyer.put(f"/products/{product}/category", {"category_id": None}).status == 404
    food = next(each for each in buyer.must(buyer.get("/categories")) if each["slug"] == "food")
    assert tea in [each["id"] for each in food["below"]]
    results = buyer.must(buyer.get(f"/search?category_id={food['id']}&order=price_up"))
    assert [each["card"]["product_id"] for each in results["goods"]] == [product]
    assert buyer.must(buyer.get("/suggestions?q=cha"))[0]["public_id"] == product
    assert buyer.get("/search?after=evil").code == "INVALID_INPUT"
    assert buyer.get("/search?order=evil").status == 422

    key = builders.a_key()
    said = {"stars": 2, "text": "有点淡", "is_anonymous": True}
    kept = buyer.must(buyer.post(f"/orders/{order}/lines/1/review", said, key=key))
    again = buyer.must(buyer.post(f"/orders/{order}/lines/1/review", said, key=key))
    assert kept == again
    assert models.Review.objects.count() == 1
    review = kept["review_id"]
    other = {"stars": 5}
    assert buyer.post(f"/orders/{order}/lines/1/review", other).code == "REVIEW_TWICE"
    assert owner.post(f"/orders/{order}/lines/1/review", other).status == 404

    shop_id = ids.public("shp", shop.id)
    (row,) = owner.must(owner.get(f"/shops/{shop_id}/reviews?only=to_answer"))["rows"]
    assert row["card"]["review_id"] == review
    assert buyer.get(f"/shops/{shop_id}/reviews").status == 404
    owner.must(owner.put(f"/reviews/{review}/reply", {"text": "多放一点"}))
    assert buyer.put(f"/reviews/{review}/reply", {"text": "x"}).status == 404
    buyer.must(buyer.post(f"/reviews/{review}/later", {"text": "确实"}))
    assert buyer.post(f"/reviews/{review}/later", {"text": "又"}).code == "NOT_APPENDABLE"

    shown = buyer.must(buyer.get(f"/products/{product}/reviews?only=low"))
    assert shown["rating"] == {
        "count": 1,
        "with_pictures": 0,
        "by_star": [0, 1, 0, 0, 0],
        "average_tenths": 20,
    }
    assert (shown["rows"][0]["name"], shown["rows"][0]["reply"]) == ("王**明", "多放一点")
    facts = buyer.must(buyer.get(f"/shops/{shop_id}/facts"))["facts"]
    assert {fact["rate_bps"] for fact in facts} == {None}
    assert buyer.must(buyer.put(f"/shops/{shop_id}/follow", {})) == {"followers": 1}
    assert [each["id"] for each in buyer.must(buyer.get("/shops-followed"))] == [shop_id]
    assert buyer.must(buyer.delete(f"/shops/{shop_id}/follow")) == {"followers": 0}
