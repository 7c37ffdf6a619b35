"""What pages had before the API: complaints, links, calendars, own coupons, statements as files."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlsplit

from django.test import Client
from tests import builders
from tests.outside import World
from tests.surfaces.apps import App, app_of
from tests.usecases.live import scenes

from laotie.kernel import clock, ids
from laotie.oversight import complaints


def test_a_complaint_is_made_seen_answered_and_taken_back(world: World) -> None:
    maker, other = builders.a_person(), builders.a_person()
    buyer, stranger, operator = app_of(maker), app_of(other), builders.an_operator()
    first, second = ids.public("prd", ids.new()), ids.public("shp", ids.new())

    made = buyer.must(buyer.post("/me/complaints", {"ref": first, "cause": "fake"}))
    assert (made["ref"], made["cause"], made["state"], made["answer"]) == (
        first,
        "fake",
        "OPEN",
        "",
    )
    assert buyer.post("/me/complaints", {"ref": first, "cause": "abuse"}).code == (
        "ALREADY_COMPLAINED"
    )
    assert buyer.post("/me/complaints", {"ref": first, "cause": "x"}).code == "INVALID_INPUT"
    again = buyer.must(buyer.post("/me/complaints", {"ref": second, "cause": "abuse"}))
    assert stranger.must(stranger.get("/me/complaints")) == []
    assert stranger.post(f"/me/complaints/{made['id']}/withdraw").code == "NOT_FOUND"
    assert App().get("/me/complaints").code == "SIGN_IN_FIRST"

    back = buyer.must(buyer.post(f"/me/complaints/{made['id']}/withdraw"))
    assert back["state"] == "WITHDRAWN"
    assert back["ended_at"]
    assert [each.ref for each in complaints.queue(actor=operator)] == [second]
    (open_one,) = complaints.queue(actor=operator)
    complaints.decide(
        actor=operator, complaint_id=open_one.id, upheld=True, answer="已处理", now=clock.now()
    )
    assert buyer.post(f"/me/complaints/{again['id']}/withdraw").code == "WRONG_STATE"
    mine = buyer.must(buyer.get("/me/complaints"))
    assert [(each["state"], each["answer"]) for each in mine] == [
        ("UPHELD", "已处理"), ("WITHDRAWN", ""),
    ]  # fmt: skip
    page = buyer.get("/me/complaints?limit=1")
    assert [each["id"] for each in page.body] == [again["id"]]
    rest = buyer.must(buyer.get(f"/me/complaints?limit=1&cursor={page.headers['Next-Cursor']}"))
    assert [each["id"] for each in rest] == [made["id"]]


def test_links_are_plain_unless_one_puts_ones_name_on_them(world: World) -> None:
    shop, person = builders.a_shop("龙泉清窑"), builders.a_person("林同学")
    product = builders.a_product(shop, 3990, 2990, title="茶盏")
    buyer, guest = app_of(person), App()

    plain = guest.must(guest.get(f"/shares/{product.public_id}"))
    assert (plain["title"], plain["line"], plain["is_named"]) == ("茶盏", "¥29.90", False)
    assert urlsplit(plain["link"]).path == f"/product/{product.public_id}"
    assert Client().get(urlsplit(plain["card_url"]).path)["Content-Type"] == "image/png"
    named = buyer.must(buyer.get(f"/shares/{product.public_id}?named=true"))
    token = urlsplit(named["link"]).path.rpartition("/")[2]
    opened = guest.must(guest.get(f"/shared/{token}"))
    assert (opened["ref"], opened["by"]["name"]) == (product.public_id, "林同学")

    assert guest.get(f"/shares/{product.public_id}?named=true").code == "SIGN_IN_FIRST"
    assert guest.get(f"/shared/{token[:-3]}xyz").code == "NOT_FOUND"
    assert guest.get(f"/shares/{ids.public('ord', ids.new())}").code == "NOT_FOUND"


def test_calendars_are_where_the_api_says(world: World) -> None:
    scene, guest = scenes.a_live_room(clock.now()), App()
    assert scene.host.creator_id
    places = (
        f"/creators/{ids.public('crt', scene.host.creator_id)}/calendar",
        f"/rooms/{ids.public('rom', scene.room_id)}/calendar",
    )
    for place in places:
        url = guest.must(guest.get(place))["url"]
        answer = Client().get(urlsplit(url).path)
        assert answer["Content-Type"].startswith("text/calendar")
        assert answer.content.startswith(b"BEGIN:VCALENDAR")
    assert guest.get(f"/rooms/{ids.public('rom', ids.new())}/calendar").code == "NOT_FOUND"


def test_a_shop_sees_its_coupons_and_changes_one_that_has_not_started(world: World) -> None:
    shop, now = builders.a_shop(), clock.now()
    owner, stranger = app_of(shop.owner), app_of(builders.a_person())
    running = builders.a_coupon(shop=shop, now=now)
    later = builders.a_coupon(shop=shop, now=now + timedelta(days=1))
    started, waiting = (ids.public("cpn", card.coupon_id) for card in (running, later))
    builders.coupons.claim(actor=builders.a_person(), coupon_id=running.coupon_id, now=now)

    path = f"/shops/{ids.public('shp', shop.id)}/coupons/issued"
    files = owner.must(owner.get(path))
    assert {file["card"]["coupon_id"]: file["claimed"] for file in files} == {
        waiting: 0, started: 1,
    }  # fmt: skip
    assert (files[0]["budget_fen"], files[0]["used"], files[0]["taken_fen"]) == (1_000_000, 0, 0)
    changed = owner.must(
        owner.patch(f"/coupons/{waiting}", {"off_fen": 700, "after_refund": "burn"})
    )
    assert (changed["card"]["off_fen"], changed["after_refund"]) == (700, "burn")
    assert changed["card"]["min_goods_fen"] == later.min_goods_fen
    assert owner.patch(f"/coupons/{started}", {"off_fen": 700}).code == "COUPON_STARTED"
    assert owner.patch(f"/coupons/{waiting}", {"after_refund": "x"}).code == "INVALID_INPUT"
    assert stranger.patch(f"/coupons/{waiting}", {"off_fen": 1}).code == "NOT_FOUND"
    assert stranger.get(path).code == "NOT_FOUND"


def test_statements_are_fetched_as_files(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku_id = builders.a_stocked_sku(shop, 3990)
    builders.a_received_order(world, shop, buyer, {sku_id: 1}, now=clock.now())
    world.pump(now=clock.now())
    owner, stranger = app_of(shop.owner), app_of(builders.a_person())
    base = f"/shops/{ids.public('shp', shop.id)}/money/statements"

    (month,) = owner.must(owner.get(base))
    sums = owner.must(owner.get(f"{base}/{month}"))
    table = owner.get(f"{base}/{month}/file?form=csv")
    assert table.headers["Content-Disposition"] == f'attachment; filename="statement-{month}.csv"'
    rows = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"))))
    assert len(rows) - 1 == sum(move["entries"] for move in sums["moves"])
    assert owner.get(f"{base}/{month}/file").body.startswith(b"%PDF-")
    assert owner.get(f"{base}/{month}/file?form=docx").code == "NOT_FOUND"
    assert owner.get(f"{base}/2026-13/file").code == "INVALID_INPUT"
    for path in ("", f"/{month}/file"):
        assert stranger.get(f"{base}{path}").code == "NOT_FOUND"
    creator = app_of(builders.a_creator())
    assert creator.must(creator.get("/creator/money/statements")) == []
    assert creator.get(f"/creator/money/statements/{month}/file?form=csv").status == 200
