"""A cart over the API: two shops, one payment, and what follows an order."""

from tests import builders
from tests.outside import World
from tests.surfaces.apps import app_of

from laotie.kernel import clock, ids
from laotie.trade import refunds, stock


def test_a_cart_of_two_shops_is_ordered_paid_moved_and_bought_again(world: World) -> None:
    person, now = builders.a_person(), clock.now()
    buyer = app_of(person)
    shop, other = builders.a_shop("甲"), builders.a_shop("乙")
    tea, cup = builders.a_stocked_sku(shop, 3990), builders.a_stocked_sku(other, 5000)
    tea_ref, cup_ref = ids.public("sku", tea), ids.public("sku", cup)
    home = builders.an_address(person)
    there = builders.an_address(person, region_code="510100")

    buyer.must(buyer.post("/cart/lines", {"sku_id": tea_ref, "quantity": 2}))
    found = buyer.must(buyer.post("/cart/lines", {"sku_id": cup_ref}))
    assert (found["goods_fen"], len(found["shops"])) == (12980, 2)
    found = buyer.must(buyer.put(f"/cart/lines/{tea_ref}", {"quantity": 1}))
    assert found["total_fen"] == 8990
    assert buyer.put(f"/cart/lines/{tea_ref}", {"quantity": 0}).code == "INVALID_INPUT"
    assert buyer.must(buyer.put("/cart/chosen", {"sku_ids": [cup_ref]}))["goods_fen"] == 5000
    buyer.must(buyer.put("/cart/chosen", {"sku_ids": [cup_ref, tea_ref]}))

    quote = buyer.must(buyer.post("/cart/quote", {"address_id": home.public_id}))
    placed = buyer.must(
        buyer.post(
            "/orders",
            {"quote_id": quote["quote_id"], "version": quote["version"]},
            key=builders.a_key(),
        )
    )
    assert len(placed["orders"]) == 2
    empty = buyer.must(buyer.get("/cart"))
    assert (empty["shops"], empty["total_fen"]) == ([], 0)

    buyer.must(buyer.post(f"/checkouts/{placed['group_id']}/pay", {}))
    payment = buyer.must(buyer.get(f"/checkouts/{placed['group_id']}/payment"))
    world.money_comes(ids.parse("pay", payment["id"]), now=now)
    first, second = (each["order_id"] for each in placed["orders"])
    moved = buyer.must(buyer.put(f"/orders/{first}/address", {"address_id": there.public_id}))
    assert moved["address"]["region"] == "510100"
    again = buyer.must(buyer.post(f"/orders/{second}/again"))
    assert (again["put"], again["gone"]) == (1, [])
    number = buyer.must(buyer.get(f"/orders/{first}"))["number"]
    listed = buyer.must(buyer.get(f"/orders?shelf=to_ship&q={number}"))["rows"]
    assert [row["order_id"] for row in listed] == [first]


def test_a_refund_is_asked_for_again_and_goods_are_waited_for(world: World) -> None:
    person, shop = builders.a_person(), builders.a_shop()
    buyer, now = app_of(person), clock.now()
    sku = builders.a_stocked_sku(shop)
    ref = ids.public("sku", sku)
    order_id = builders.a_shipped_order(world, shop, person, {sku: 1}, now=now)
    wish = {"lines": [{"line_no": 1, "quantity": 1}], "reason": "broken"}
    asked = buyer.must(
        buyer.post(f"/orders/{ids.public('ord', order_id)}/refunds", wish, key=builders.a_key())
    )
    refunds.refuse(
        actor=shop.owner, refund_id=ids.parse("rfd", asked["refund_id"]), reason="worn", now=now
    )

    again = buyer.must(buyer.post(f"/refunds/{asked['refund_id']}/again", wish))

    assert (again["state"], again["tries"], again["picture_urls"]) == ("REQUESTED", 2, [])
    stranger = app_of(builders.a_person())
    assert stranger.post(f"/refunds/{asked['refund_id']}/again", wish).code == "NOT_FOUND"
    assert buyer.put(f"/skus/{ref}/restock-notice").code == "STILL_THERE"
    stock.set_stock(actor=shop.owner, sku_id=sku, on_hand=0, now=now)
    assert buyer.must(buyer.put(f"/skus/{ref}/restock-notice"))["done"]
    assert buyer.must(buyer.delete(f"/skus/{ref}/restock-notice"))["done"]
