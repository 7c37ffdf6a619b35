"""What buyers read most: as many queries for many rows as for one, and never a drawing of before."""

import re
from datetime import datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import Client
from tests import builders, statements
from tests.surfaces.shop.conftest import Sale, SignIn
from tests.usecases.live import scenes

from laotie.catalog import products
from laotie.catalog.products import NewSku
from laotie.kernel import clock, ids
from laotie.live import flashes, queries, rooms, stage
from laotie.look import kept
from laotie.trade import stock

_TOKEN = re.compile(r'name="csrf" content="([A-Za-z0-9]{64})"')


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "drawings", kept._Kept())


def cost(client: Client, path: str) -> int:
    """Statements for what is looked at again; what a process learns once was learnt before."""
    client.get(path)
    with statements.counted() as sent:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(sent)


def cost_of_opening(sale: Sale) -> int:
    """Statements for the snapshot of a room, with those that begin and end its transaction."""
    with statements.counted() as sent:
        assert queries.opening(sale.scene.room_id) is not None
    return len(sent)


def product_of(sale: Sale) -> str:
    return ids.public("prd", sale.scene.product.id)


def test_many_rows_cost_as_many_queries_as_one(sale: Sale, signed_in: SignIn) -> None:
    guest, buyer = signed_in(), signed_in(sale.buyer)
    scene, now = sale.scene, clock.now()
    public = ["/", f"/live/{sale.room}", f"/live/{sale.room}/bag", f"/product/{product_of(sale)}"]
    apis = ["/api/v1/feed", f"/api/v1/rooms/{sale.room}", f"/api/v1/rooms/{sale.room}/bag"]
    apis += [f"/api/v1/products/{product_of(sale)}"]
    own = ["/orders", "/api/v1/orders"]
    rooms.schedule(actor=scene.host, title="下一场", starts_at=now + timedelta(days=1), now=now)
    neighbour = builders.a_product(scene.shop, 4990, title="茶壶")
    stock.set_stock(actor=scene.shop.owner, sku_id=neighbour.skus[0].id, on_hand=9, now=now)
    builders.a_coupon(shop=scene.shop, now=now)
    builders.a_placed_order(sale.buyer, {scene.sku_id: 1}, now=now)
    few = {path: (cost(guest, path), cost(buyer, path)) for path in [*public, *apis]}
    few |= {path: (0, cost(buyer, path)) for path in own}
    few |= {"opening": (cost_of_opening(sale), 0)}

    for n in range(4):
        another = scenes.a_live_room(now)
        stage.pin(
            actor=another.host, room_id=another.room_id, product_id=another.product.id, now=now
        )
        rooms.schedule(
            actor=another.host, title=f"第{n}场", starts_at=now + timedelta(days=2), now=now
        )
        more = builders.a_product(scene.shop, 2990, 3990, 4990, title=f"杯{n}")
        builders.a_plan(scene.shop, more)
        for sku_id in builders.sku_ids(more):
            stock.set_stock(actor=scene.shop.owner, sku_id=sku_id, on_hand=5, now=now)
        stage.add_item(actor=scene.host, room_id=scene.room_id, product_id=more.id, now=now)
        products.add_sku(
            actor=scene.shop.owner,
            product_id=scene.product.id,
            sku=NewSku(spec={"zh": f"色{n}", "en": f"colour {n}"}, list_price_fen=5990),
            now=now,
        )
        builders.a_coupon(shop=scene.shop, now=now)
        builders.a_placed_order(sale.buyer, {another.sku_id: 2, more.skus[0].id: 1}, now=now)
    many = {path: (cost(guest, path), cost(buyer, path)) for path in [*public, *apis]}
    many |= {path: (0, cost(buyer, path)) for path in own}
    many |= {"opening": (cost_of_opening(sale), 0)}

    assert many == few
    assert {path.replace(sale.room, "ROOM"): pair for path, pair in few.items()} == {
        "/": (16, 25),
        "/live/ROOM": (9, 17),
        "/live/ROOM/bag": (18, 26),
        f"/product/{product_of(sale)}": (18, 23),
        "/api/v1/feed": (12, 16),
        "/api/v1/rooms/ROOM": (6, 11),
        "/api/v1/rooms/ROOM/bag": (15, 20),
        f"/api/v1/products/{product_of(sale)}": (5, 8),
        "/orders": (0, 15),
        "/api/v1/orders": (0, 6),
        "opening": (27, 0),
    }


def test_each_change_shows_at_once(sale: Sale, signed_in: SignIn) -> None:
    guest, scene, now = signed_in(), sale.scene, clock.now()
    owner, other = scene.shop.owner, scene.product.skus[1]
    page, room, bag = f"/product/{product_of(sale)}", f"/live/{sale.room}", f"/live/{sale.room}/bag"

    def seen(path: str) -> str:
        """Looked at twice, so that what the second finds is a drawing that was kept."""
        first = guest.get(path).text
        assert shown(guest.get(path).text) == shown(first)
        return first

    for path in ("/", page, bag):
        assert "茶盏 tea" in seen(path)
    assert "开窑第一场" in seen(room)
    assert 'data-left="5"' in seen(bag)

    products.change(
        actor=owner, product_id=scene.product.id, title={"zh": "盖碗", "en": "Gaiwan"}, now=now
    )
    for path in ("/", page, bag):
        assert "Gaiwan" in seen(path)
        assert "茶盏" not in seen(path)

    products.change_sku(
        actor=owner,
        sku_id=scene.sku_id,
        sku=NewSku(spec={"zh": "款0", "en": "kind 0"}, list_price_fen=4321, flash_floor_fen=1000),
        now=now,
    )
    assert '43<span class="cents">.21' in seen(page)

    coupon = builders.a_coupon(shop=scene.shop, now=now)
    assert "chip gold" in seen(page)
    assert ids.public("cpn", coupon.coupon_id) in seen(bag)

    flashes.close_flash(actor=scene.host, room_id=scene.room_id, now=now)
    assert "data-left" not in seen(bag)

    for left in (2, 1, 0):
        for sku_id in (scene.sku_id, other.id):
            stock.set_stock(actor=owner, sku_id=sku_id, on_hand=left, now=now)
        assert ('aria-disabled="true">Sold out' in seen(page)) is (left == 0)
        assert f"{left} in stock" in seen(page)

    rooms.end(actor=scene.host, room_id=scene.room_id, now=now)
    assert 'data-live-state="over"' in seen(room)
    assert sale.room not in seen("/")


def shown(text: str) -> str:
    """A page without what differs each time."""
    text = re.sub(r'(name="csrf" content|name="csrfmiddlewaretoken" value)="\w+"', "", text)
    return re.sub(r'name="now" content="\d+"', "", text)


def test_who_looks_and_how_is_never_mixed_up(sale: Sale, signed_in: SignIn) -> None:
    page = f"/live/{sale.room}"
    english, chinese, buyer = signed_in(), signed_in(language="zh-hans"), signed_in(sale.buyer)
    dark = signed_in()
    dark.cookies["theme"] = "dark"

    texts = [client.get(page).text for client in (english, chinese, buyer, dark) for _ in (1, 2)]

    assert [shown(a) == shown(b) for a, b in zip(texts[::2], texts[1::2], strict=True)] == [
        True
    ] * 4
    assert len({shown(text) for text in texts[::2]}) == 4
    assert 'lang="en"' in texts[1]
    assert 'lang="zh-Hans"' in texts[3]
    assert 'data-theme="dark"' in texts[7]
    assert 'data-theme="dark"' not in texts[1]
    assert "<say-box>" in texts[5]
    assert "<say-box>" not in texts[1]


def test_a_guest_keeps_a_page_and_asks_whether_it_holds(sale: Sale, signed_in: SignIn) -> None:
    guest = signed_in()
    for path in (
        "/",
        f"/live/{sale.room}",
        f"/live/{sale.room}/bag",
        f"/product/{product_of(sale)}",
    ):
        first = guest.get(path)
        again = guest.get(path, headers={"If-None-Match": first["ETag"]})

        assert first["Cache-Control"] == "private, no-cache"
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == first["ETag"]
        assert int(again["Server-Timing"].partition('"')[2].rstrip('"')) > 0

    stock.set_stock(
        actor=sale.scene.shop.owner, sku_id=sale.scene.sku_id, on_hand=7, now=clock.now()
    )
    changed = guest.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]

    # Another guest has another token in the page: what one holds is of no use to the other.
    stranger = signed_in().get(path, headers={"If-None-Match": changed["ETag"]})
    assert stranger.status_code == 200


def test_the_api_tells_guests_alike(sale: Sale, signed_in: SignIn) -> None:
    guest, buyer = signed_in(), signed_in(sale.buyer)
    for path in ("/feed", f"/rooms/{sale.room}/bag", f"/products/{product_of(sale)}"):
        first = guest.get(f"/api/v1{path}")
        again = guest.get(f"/api/v1{path}", headers={"If-None-Match": first["ETag"]})

        assert first["Cache-Control"] == "private, no-cache"
        assert (again.status_code, again.content) == (304, b"")
        assert buyer.get(f"/api/v1{path}")["Cache-Control"] == "no-store"
        assert "ETag" not in buyer.get(f"/api/v1{path}")

    products.change(
        actor=sale.scene.shop.owner,
        product_id=sale.scene.product.id,
        title={"zh": "盖碗", "en": "Gaiwan"},
        now=clock.now(),
    )
    changed = guest.get(f"/api/v1{path}", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Gaiwan" in changed.text
    assert guest.get("/api/v1/orders")["Cache-Control"] == "no-store"


def test_what_a_person_sees_is_stored_nowhere(sale: Sale, signed_in: SignIn) -> None:
    buyer = signed_in(sale.buyer)
    for path in ("/", f"/live/{sale.room}", f"/product/{product_of(sale)}", "/orders", "/me"):
        answer = buyer.get(path)

        assert answer["Cache-Control"] == "no-store"
        assert "ETag" not in answer


def test_every_answer_has_a_token_that_works(sale: Sale) -> None:
    first, second = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    page = f"/product/{product_of(sale)}"
    tokens = [client.get(page).text for client in (first, second, first)]
    told = [found[1] for text in tokens if (found := _TOKEN.search(text))]

    assert len(set(told)) == 3
    path = f"/live/{sale.room}/ticket"
    assert first.post(path, headers={"X-CSRFToken": told[2]}).status_code == 200
    assert second.post(path, headers={"X-CSRFToken": told[1]}).status_code == 200
    assert second.post(path, headers={"X-CSRFToken": told[0]}).status_code == 403


def test_words_that_age_end_a_drawing(sale: Sale) -> None:
    """Seen through the tag itself: at each moment the words are those of a fresh drawing."""
    template = Template("{% load look %}{% ago at %}")
    at = datetime.fromisoformat("2026-11-01T08:00:00+00:00")
    now = at
    while now < at + timedelta(days=9):
        ageing = kept.Ageing(now + timedelta(days=400))
        words = template.render(Context({"at": at, "now": now, "ageing": ageing}))
        last = min(ageing.until, at + timedelta(days=9)) - timedelta(microseconds=1)
        assert template.render(Context({"at": at, "now": last})) == words
        if ageing.until > at + timedelta(days=9):
            break
        assert template.render(Context({"at": at, "now": ageing.until})) != words
        now = ageing.until
    assert now == at + timedelta(days=7)
