"""Posts by the API: the same use cases as the studio's pages, from the draft to the sale."""

from datetime import timedelta

from tests.builders import a_creator, a_person, a_plan, a_product, a_shop, sku_ids
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.content.works_made import a_post, a_sent_file, a_work, finish

from laotie.content.posting import publishing
from laotie.kernel import clock, ids
from laotie.trade import models as trade
from laotie.trade import stock


def test_a_post_is_begun_filled_scheduled_and_sells(world: World) -> None:
    shop, creator, buyer = a_shop(), a_creator(), a_person()
    product, now = a_product(shop, 3990), clock.now()
    (sku_id,) = sku_ids(product)
    stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=3, now=now)
    a_plan(shop, product, 1500)
    app = app_of(creator)

    made = app.must(app.post("/me/posts", {"kind": "VIDEO", "title": "三种泡法", "field": "FOOD"}))
    path = f"/me/posts/{made['id']}"
    assert (made["state"], made["label"], made["works"]) == ("DRAFT", "ORGANIC", [])
    assert app.post(f"{path}/publish", {}).code == "FILES_NEEDED"
    work_id = a_sent_file(creator, now=now)
    app.must(app.put(f"{path}/works", {"work_ids": [ids.public("wrk", work_id)]}))
    sold = app.must(app.put(f"{path}/products", {"product_ids": [product.public_id]}))
    assert (sold["label"], sold["product_ids"]) == ("AD", [product.public_id])
    assert app.put(path, {"title": "x"}).code == "LABEL_NEEDED"

    for wrong in ("soon", "2026-01-01T00:00:00", now.isoformat()):
        assert app.post(f"{path}/publish", {"at": wrong}).code == "INVALID_INPUT"
    later = (now + timedelta(hours=1)).isoformat()
    assert app.must(app.post(f"{path}/publish", {"at": later}))["state"] == "TRANSCODING"
    finish(work_id)
    publishing.advance_due(now=now)
    assert app.must(app.get("/me/posts?state=SCHEDULED"))[0]["id"] == made["id"]
    assert App().get(f"/posts/{made['id']}").code == "NOT_FOUND"
    publishing.advance_due(now=now + timedelta(hours=1))

    seen = App().must(App().get(f"/posts/{made['id']}"))
    assert (seen["title"], seen["works"][0]["state"]) == ("三种泡法", "READY")
    assert "cause" not in seen
    by = [f"/creators/{seen['creator']['id']}/posts", f"/products/{product.public_id}/posts"]
    for address in by:
        assert [each["id"] for each in App().must(App().get(address))] == [made["id"]]

    customer = app_of(buyer)
    line = {"sku_id": ids.public("sku", sku_id), "quantity": 1}
    asked = customer.must(customer.post("/quotes", {"lines": [line], "post_id": made["id"]}))
    customer.must(customer.post(f"/quotes/{asked['quote_id']}/renew"))
    found = (ids.parse("pst", made["id"]), creator.creator_id)
    lines = trade.QuoteLine.objects.values_list("post_id", "creator_id")
    assert list(lines) == [found, found]
    customer.must(customer.post("/cart/lines", {**line, "post_id": made["id"]}))
    customer.must(customer.post("/cart/lines", line))
    assert trade.CartLine.objects.values_list("post_id", "creator_id").get() == found

    assert app.must(app.post(f"{path}/take-down"))["state"] == "WITHDRAWN"
    assert customer.post("/quotes", {"lines": [line], "post_id": made["id"]}).code == "NOT_FOUND"


def test_drafts_are_deleted_and_lists_come_in_pages(world: World) -> None:
    creator, now = a_creator(), clock.now()
    posts = [ids.public("pst", a_post(creator, now=now)) for _ in range(3)]
    app, stranger = app_of(creator), app_of(a_creator())

    page = app.get("/me/posts?limit=2")
    rest = app.must(app.get(f"/me/posts?limit=2&cursor={page.headers['Next-Cursor']}"))
    assert [each["id"] for each in [*page.body, *rest]] == posts[::-1]
    assert stranger.must(stranger.get("/me/posts")) == []
    assert stranger.get(f"/me/posts/{posts[0]}").code == "NOT_FOUND"
    assert app.delete(f"/me/posts/{posts[0]}").code == "WRONG_STATE"
    assert app.get("/me/posts?state=GONE").code == "INVALID_INPUT"
    assert app_of(a_person()).post("/me/posts", {"kind": "VIDEO"}).code == "NOT_ALLOWED"
    assert app.post("/me/posts", {"kind": "SONG"}).code == "INVALID_INPUT"

    draft = app.must(app.post("/me/posts", {"kind": "STILLS"}))
    work = ids.public("wrk", a_work(creator))
    assert app.put(f"/me/posts/{draft['id']}/works", {"work_ids": [work]}).code == "NOT_FOUND"
    app.must(app.delete(f"/me/posts/{draft['id']}"))
    assert app.get(f"/me/posts/{draft['id']}").code == "NOT_FOUND"
    again = app.must(app.post(f"/me/posts/{posts[0]}/take-down"))
    assert again["state"] == "WITHDRAWN"
    assert app.post(f"/me/posts/{posts[1]}/keep-back").code == "WRONG_STATE"
