"""The main job over the API alone: a merchant, a creator, a buyer and an operator."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.accounts.test_second_step import digits
from tests.usecases.live.scenes import PICTURE

from laotie.kernel import clock, ids
from laotie.live import ingest
from laotie.trade import fulfilment

pytestmark = pytest.mark.usefixtures("world")


def in_both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def open_shop(merchant: App, operator: App) -> str:
    shop = merchant.must(merchant.post("/shops", {"name": in_both("茶铺", "Tea shop")}))["id"]
    assert merchant.post(f"/desk/shops/{shop}/approve").code == "NOT_ALLOWED"
    waiting = operator.must(operator.get("/desk/shops"))
    assert [file["card"]["id"] for file in waiting] == [shop]
    assert operator.must(operator.post(f"/desk/shops/{shop}/approve"))["is_open"]
    return str(shop)


def stock_up(merchant: App, shop: str) -> tuple[str, str]:
    """A product with one SKU on sale, ten of them, with a plan; both ids."""
    product = merchant.must(
        merchant.post(
            f"/shops/{shop}/goods",
            {
                "title": in_both("龙井", "Longjing"),
                "description": in_both("好茶", "Good tea"),
                "skus": [
                    {
                        "spec": in_both("50 克", "50 g"),
                        "list_price_fen": 3990,
                        "flash_floor_fen": 1000,
                    }
                ],
            },
        )
    )
    sku = product["skus"][0]["id"]
    merchant.must(merchant.put(f"/skus/{sku}/stock", {"on_hand": 10}))
    merchant.must(merchant.post(f"/goods/{product['id']}/publish"))
    plan = merchant.must(merchant.put(f"/goods/{product['id']}/plan", {"creator_bps": 1500}))
    assert plan["version"] == 1
    return product["id"], sku


def go_live(creator: App, product: str, sku: str) -> str:
    """A room on air that presents the product at a flash price; its id."""
    creator.must(creator.put("/me/creator", {"name": "茶姐"}))
    soon = (clock.now() + timedelta(minutes=1)).isoformat()
    room = creator.must(creator.post("/rooms", {"title": "开春第一场", "starts_at": soon}))["id"]
    key = creator.must(creator.post(f"/rooms/{room}/key"))
    assert key["server"].startswith("rtmp://")
    assert creator.must(creator.post(f"/rooms/{room}/preview"))["state"] == "PREVIEW"
    assert creator.post(f"/rooms/{room}/live").code == "NO_PICTURE"
    name, _, secret = key["key"].partition("?token=")
    verdict = ingest.authorise(name=name, secret=secret, now=clock.now())
    assert verdict.room_id
    ingest.started(room_id=verdict.room_id, session=uuid4(), picture=PICTURE, now=clock.now())
    assert creator.must(creator.put(f"/rooms/{room}/bag/{product}"))["no"] == 1
    assert creator.must(creator.post(f"/rooms/{room}/live"))["state"] == "LIVE"
    creator.must(creator.put(f"/rooms/{room}/pin", {"product_id": product}))
    flash = {"sku_id": sku, "price_fen": 1990, "quantity": 5, "seconds": 300}
    assert creator.must(creator.post(f"/rooms/{room}/flash", flash))["is_open"]
    return str(room)


def buy(buyer: App, room: str, sku: str) -> tuple[str, str]:
    """One unit at the flash price, ordered; checkout and order."""
    (slide,) = buyer.must(buyer.get("/feed"))
    assert slide["room"]["id"] == room
    (item,) = buyer.must(buyer.get(f"/rooms/{room}/bag"))
    assert (item["product"]["price_fen"], item["flash_left"]) == (1990, 5)
    ticket = buyer.must(buyer.post(f"/rooms/{room}/tickets"))
    assert (bool(ticket["ticket"]), ticket["unseen"]) == (True, [])
    address = buyer.must(
        buyer.post(
            "/me/addresses",
            {
                "name": "王小明",
                "phone": "13800138000",
                "region_code": "330100",
                "line": "文三路 1 号",
            },
        )
    )
    wish = {"lines": [{"sku_id": sku, "quantity": 1}], "room_id": room, "address_id": address["id"]}
    quote = buyer.must(buyer.post("/quotes", wish))
    assert quote["total_fen"] == 1990
    order = {"quote_id": quote["quote_id"], "version": quote["version"]}
    placed = buyer.must(buyer.post("/orders", order, key="order-0001"))
    assert buyer.must(buyer.post("/orders", order, key="order-0001")) == placed
    return placed["group_id"], placed["orders"][0]["order_id"]


def test_a_sale_from_an_empty_house_to_a_payout(world: World) -> None:
    merchant, creator, buyer = App(), App(), App()
    for app in (merchant, creator, buyer):
        app.sign_in(builders.a_phone())
    operator = app_of(builders.an_operator())
    shop = open_shop(merchant, operator)
    product, sku = stock_up(merchant, shop)
    room = go_live(creator, product, sku)
    checkout, order = buy(buyer, room, sku)

    link = buyer.must(buyer.post(f"/checkouts/{checkout}/pay", {}))
    assert link["url"]
    world.money_comes(ids.parse("pay", link["payment_id"]), now=clock.now())
    paid = buyer.must(buyer.post(f"/checkouts/{checkout}/payment/refresh"))
    assert paid["state"] == "SUCCEEDED"
    assert buyer.must(buyer.get(f"/orders/{order}"))["state"] == "PAID"
    assert buyer.must(buyer.get(f"/checkouts/{checkout}"))["state"] == "PAID"

    (waiting,) = merchant.must(merchant.get(f"/shops/{shop}/to-ship"))
    assert waiting["order_id"] == order
    assert merchant.post(f"/orders/{order}/address", {"reason": "x"}).code == "SECOND_STEP_NEEDED"
    enrolment = merchant.must(merchant.post("/me/second-step"))
    first = {"ticket": enrolment["ticket"], "digits": digits(enrolment["secret"])}
    merchant.must(merchant.put("/me/second-step", first))
    whole = merchant.must(merchant.post(f"/orders/{order}/address", {"reason": "打印面单"}))
    assert whole["name"] == "王小明"
    shipped = merchant.must(merchant.post(f"/orders/{order}/ship", {"carrier": "lab"}))
    assert shipped["state"] == "SHIPPED"
    builders.deliver(world, ids.parse("shi", shipped["shipment_id"]), now=clock.now())
    assert buyer.must(buyer.post(f"/orders/{order}/confirm"))["state"] == "RECEIVED"

    money = merchant.must(merchant.get(f"/shops/{shop}/money"))
    earned = creator.must(creator.get("/creator/money"))
    assert money["available_fen"] == earned["available_fen"] == 0
    assert earned["pending_fen"] == 299  # 15 % of 19.90, half-up.
    assert 0 < money["pending_fen"] < 1990 - 299
    told = buyer.must(buyer.get(f"/orders/{order}/money"))
    assert [line["amount_fen"] for line in told if line["kind"] == "capture"] == [1990]

    fulfilment.complete_due(now=clock.now() + timedelta(days=8))
    world.pump(now=clock.now())
    free = merchant.must(merchant.get(f"/shops/{shop}/money"))["available_fen"]
    assert free == money["pending_fen"]
    payout = {"amount_fen": free}
    refused = merchant.post(f"/shops/{shop}/payouts", payout, key="payout-000")
    assert (refused.status, refused.code) == (409, "PAYOUT_ACCOUNT_NEEDED")
    card = {"kind": "bank", "holder": "王小明", "number": "6222 0202 0011 2233", "bank": "工商银行"}
    set_to = merchant.must(merchant.put(f"/shops/{shop}/payout-account", card))
    assert set_to["number_masked"] == "**** 2233"
    assert merchant.must(merchant.get(f"/shops/{shop}/payout-account")) == set_to
    first = merchant.must(merchant.post(f"/shops/{shop}/payouts", payout, key="payout-001"))
    assert merchant.must(merchant.post(f"/shops/{shop}/payouts", payout, key="payout-001")) == first
    assert merchant.post(f"/shops/{shop}/payouts", payout, key="payout-002").status == 409
    held = merchant.must(merchant.get(f"/shops/{shop}/money"))
    assert (held["held_fen"], held["withdrawable_fen"]) == (free, 0)
    (line,) = merchant.must(merchant.get(f"/shops/{shop}/payouts"))
    assert line["payout_id"] == first["payout_id"]
    assert buyer.must(buyer.get("/me/inbox"))
    assert creator.must(creator.post(f"/rooms/{room}/end"))["state"] == "ENDED"


def test_money_goes_back_over_the_api(world: World) -> None:
    shop, person = builders.a_shop(), builders.a_person()
    sku = builders.a_stocked_sku(shop)
    order_id = builders.a_shipped_order(world, shop, person, {sku: 2}, now=clock.now())
    merchant, buyer = app_of(shop.owner), app_of(person)
    order = ids.public("ord", order_id)
    wish = {"lines": [{"line_no": 1, "quantity": 1}], "reason": "不合适"}

    asked = buyer.must(buyer.post(f"/orders/{order}/refunds", wish, key="refund-01"))
    assert asked["state"] == "REQUESTED"
    assert buyer.must(buyer.post(f"/orders/{order}/refunds", wish, key="refund-01")) == asked
    refund = asked["refund_id"]
    assert buyer.post(f"/refunds/{refund}/grant", {}).status == 404
    granted = merchant.must(merchant.post(f"/refunds/{refund}/grant", {}))
    assert granted["amount_fen"] == 3990
    world.money_goes_back(now=clock.now())

    seen = buyer.must(buyer.get(f"/orders/{order}"))
    assert seen["refunds"][0]["state"] == "REFUNDED"
    assert seen["refunded_fen"] == 3990
