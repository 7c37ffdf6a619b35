from datetime import timedelta

import pytest
from django.db import transaction
from tests import builders
from tests.builders import NOW
from tests.usecases.live import scenes
from tests.usecases.live.scenes import Scene

from laotie.accounts import creators, roles
from laotie.alliance.plans import NoPlan
from laotie.catalog import offers, products
from laotie.catalog.offers import BelowFloor, PriceAboveList
from laotie.events.live import FlashOpened, ItemPinned
from laotie.kernel import ids, sql
from laotie.kernel.errors import Invalid, NotAllowed, WrongState
from laotie.kernel.sheets import Line
from laotie.live import flashes, jobs, queries, rooms, stage
from laotie.trade import goods_sheets

pytestmark = pytest.mark.usefixtures("db")


def another_product(scene: Scene, title: str) -> object:
    product = builders.a_product(scene.shop, 2000, title=title)
    builders.a_plan(scene.shop, product)
    stage.add_item(actor=scene.host, room_id=scene.room_id, product_id=product.id, now=NOW)
    return product.id


def order_of(scene: Scene) -> list[str]:
    return [item.product.title["zh"] for item in queries.bag(scene.room_id, now=NOW)]


def flash(scene: Scene, **changed: int) -> flashes.FlashCard:
    wanted = {"price_fen": 1990, "quantity": 10, "seconds": 60, **changed}
    return flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, now=NOW, **wanted
    )


def test_a_product_goes_into_the_bag_under_its_open_plan() -> None:
    scene = scenes.a_live_room()

    again = stage.add_item(
        actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW
    )

    (item,) = queries.bag(scene.room_id, now=NOW)
    assert (again, item.no, item.is_pinned) == (1, 1, False)
    assert (item.product.price_fen, item.product.sku_id) == (3990, scene.sku_id)
    accepted = sql.rows("SELECT creator_id FROM alliance_acceptance")
    assert accepted == [(scene.host.creator_id,)]


def test_a_product_without_a_plan_or_off_sale_stays_out() -> None:
    scene = scenes.a_live_room()
    unplanned = builders.a_product(scene.shop, 2000)
    draft = builders.a_product(scene.shop, 2000, is_on_sale=False)

    with pytest.raises(NoPlan):
        stage.add_item(actor=scene.host, room_id=scene.room_id, product_id=unplanned.id, now=NOW)
    with pytest.raises(stage.NotForSale):
        stage.add_item(actor=scene.host, room_id=scene.room_id, product_id=draft.id, now=NOW)

    assert order_of(scene) == ["茶盏"]


def test_a_shops_own_room_needs_no_plan() -> None:
    shop = builders.a_shop()
    creators.become(actor=shop.owner, name="掌柜的", now=NOW)
    host = roles.actor_of(shop.owner_id, "test")
    room = rooms.schedule(actor=host, title="自播", starts_at=NOW, shop_id=shop.id, now=NOW)
    product = builders.a_product(shop, 2000)

    assert stage.add_item(actor=host, room_id=room.id, product_id=product.id, now=NOW) == 1


def test_the_bag_keeps_an_order_without_gaps() -> None:
    scene = scenes.a_live_room()
    vase, bowl = another_product(scene, "梅瓶"), another_product(scene, "饭碗")

    stage.move_item(actor=scene.host, room_id=scene.room_id, product_id=bowl, to_no=1, now=NOW)  # type: ignore[arg-type]
    assert order_of(scene) == ["饭碗", "茶盏", "梅瓶"]
    stage.remove_item(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)
    assert order_of(scene) == ["饭碗", "梅瓶"]
    for to_no in (0, 3):
        with pytest.raises(Invalid):
            stage.move_item(
                actor=scene.host, room_id=scene.room_id, product_id=vase, to_no=to_no, now=NOW
            )  # type: ignore[arg-type]

    assert [item.no for item in queries.bag(scene.room_id, now=NOW)] == [1, 2]
    counts = [body["count"] for kind, body in scenes.told(scene.room_id) if kind == "bag"]
    assert counts == [2, 3, 3, 2]


def test_the_bag_is_full_at_a_hundred() -> None:
    scene = scenes.a_live_room()
    rows = [
        Line(n, {"code": f"C{n}", "title_zh": f"货{n}", "price": "1.00"}) for n in range(2, 101)
    ]
    with transaction.atomic():
        goods_sheets.put(scene.shop.id, rows, actor=scene.shop.owner, is_dry=False, now=NOW)
    sql.change(
        "INSERT INTO live_item (id, room_id, product_id, no, added_at)"
        " SELECT gen_random_uuid(), %s, id, row_number() OVER () + 1, %s"
        " FROM catalog_product WHERE shop_id = %s AND id <> %s",
        [scene.room_id, NOW, scene.shop.id, scene.product.id],
    )
    one_more = builders.a_product(scene.shop, 100)
    builders.a_plan(scene.shop, one_more)

    with pytest.raises(stage.BagFull):
        stage.add_item(actor=scene.host, room_id=scene.room_id, product_id=one_more.id, now=NOW)


def test_presenting_marks_start_and_stop_in_business_and_wall_time() -> None:
    scene = scenes.a_live_room()
    vase = another_product(scene, "梅瓶")
    later = NOW + timedelta(minutes=2)

    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=later)
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=vase, now=later)  # type: ignore[arg-type]
    stage.unpin(actor=scene.host, room_id=scene.room_id, now=later)

    marks = sql.rows(
        "SELECT product_id, started_at, stopped_at, stopped_wall_at >= started_wall_at"
        " FROM live_mark ORDER BY started_at"
    )
    assert marks == [(scene.product.id, NOW, later, True), (vase, later, later, True)]
    assert scenes.kinds(scene.room_id)[-4:] == ["pinned", "unpinned", "pinned", "unpinned"]
    pinned = next(body for kind, body in scenes.told(scene.room_id) if kind == "pinned")
    assert pinned["item"]["product"] == ids.public("prd", scene.product.id)
    assert pinned["item"]["price_fen"] == 3990
    count = sql.rows("SELECT count(*) FROM event_log WHERE name = %s", [ItemPinned.name])
    assert count == [(2,)]


def test_what_is_presented_cannot_be_taken_out() -> None:
    scene = scenes.a_live_room()
    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)

    with pytest.raises(WrongState):
        stage.remove_item(
            actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW
        )
    with pytest.raises(stage.NotInBag):
        other = builders.a_product(scene.shop, 100)
        stage.pin(actor=scene.host, room_id=scene.room_id, product_id=other.id, now=NOW)

    assert order_of(scene) == ["茶盏"]


def test_a_flash_offer_holds_in_its_room_only_and_for_its_time() -> None:
    scene = scenes.a_live_room()

    card = flash(scene, limit_per_buyer=2)

    here = offers.current([scene.sku_id], place_id=scene.room_id, at=NOW)[scene.sku_id]
    elsewhere = offers.current([scene.sku_id], place_id=None, at=NOW)[scene.sku_id]
    after = NOW + timedelta(seconds=60)
    then = offers.current([scene.sku_id], place_id=scene.room_id, at=after)[scene.sku_id]
    assert (here.price_fen, elsewhere.price_fen, then.price_fen) == (1990, 3990, 3990)
    assert (card.left, card.limit_per_buyer, card.ends_at) == (10, 2, after)
    kind, body = scenes.told(scene.room_id)[-1]
    assert (kind, body["left"], body["limit"], body["item"]["price_fen"]) == ("flash", 10, 2, 1990)
    (item,) = queries.bag(scene.room_id, now=NOW)
    assert (item.flash_offer_id, item.flash_left) == (card.offer_id, 10)
    assert sql.rows("SELECT count(*) FROM event_log WHERE name = %s", [FlashOpened.name]) == [(1,)]


def test_one_flash_offer_at_a_time_and_the_next_after_its_end() -> None:
    scene = scenes.a_live_room()
    first = flash(scene)
    with pytest.raises(flashes.FlashRunning):
        flash(scene)

    flashes.close_flash(actor=scene.host, room_id=scene.room_id, now=NOW + timedelta(seconds=5))
    flashes.close_flash(actor=scene.host, room_id=scene.room_id, now=NOW + timedelta(seconds=6))

    assert offers.card(first.offer_id).ends_at == NOW + timedelta(seconds=5)
    second = flashes.open_flash(
        actor=scene.host, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1500,
        quantity=3, seconds=30, now=NOW + timedelta(seconds=7),
    )  # fmt: skip
    assert second.is_open
    assert scenes.kinds(scene.room_id)[-3:] == ["flash", "flash_over", "flash"]


def test_an_expired_flash_offer_leaves_the_screen_by_itself() -> None:
    scene = scenes.a_live_room()
    flash(scene)

    jobs.close_flashes(NOW + timedelta(seconds=59))
    assert scenes.kinds(scene.room_id)[-1] == "flash"
    jobs.close_flashes(NOW + timedelta(seconds=60))
    jobs.close_flashes(NOW + timedelta(seconds=61))

    kind, body = scenes.told(scene.room_id)[-1]
    assert (kind, body["reason"]) == ("flash_over", "time")
    assert scenes.kinds(scene.room_id).count("flash_over") == 1


@pytest.mark.parametrize(
    "changed",
    [{"seconds": 9}, {"seconds": 3601}, {"quantity": 0}, {"quantity": 100_001}, {"price_fen": 0}],
)
def test_a_flash_offer_outside_of_the_limits_is_refused(changed: dict[str, int]) -> None:
    scene = scenes.a_live_room()

    with pytest.raises(Invalid):
        flash(scene, **changed)

    assert sql.rows("SELECT count(*) FROM catalog_offer") == [(0,)]


def test_a_host_goes_no_lower_than_the_shop_allows_and_no_higher_than_the_list() -> None:
    scene = scenes.a_live_room()

    with pytest.raises(BelowFloor):
        flash(scene, price_fen=999)
    with pytest.raises(PriceAboveList):
        flash(scene, price_fen=3991)

    assert sql.rows("SELECT count(*) FROM live_flash") == [(0,)]
    assert "flash" not in scenes.kinds(scene.room_id)


def test_strangers_do_not_touch_the_stage() -> None:
    scene = scenes.a_live_room()
    for actor in (builders.a_person(), builders.a_creator(), scene.shop.owner):
        with pytest.raises(NotAllowed):
            stage.pin(actor=actor, room_id=scene.room_id, product_id=scene.product.id, now=NOW)
        with pytest.raises(NotAllowed):
            flashes.open_flash(
                actor=actor, room_id=scene.room_id, sku_id=scene.sku_id, price_fen=1990,
                quantity=1, seconds=60, now=NOW,
            )  # fmt: skip

    assert scenes.kinds(scene.room_id) == ["state"]


def test_a_product_that_was_withdrawn_cannot_be_presented() -> None:
    scene = scenes.a_live_room()
    products.unpublish(actor=scene.shop.owner, product_id=scene.product.id, now=NOW)

    with pytest.raises(stage.NotForSale):
        stage.pin(actor=scene.host, room_id=scene.room_id, product_id=scene.product.id, now=NOW)

    (item,) = queries.bag(scene.room_id, now=NOW)
    assert (item.product.sku_id, item.product.available) == (None, 0)


def test_the_feed_shows_rooms_on_air_with_what_they_present() -> None:
    scene = scenes.a_live_room()
    another_product(scene, "梅瓶")
    (slide,) = queries.feed(actor=scene.host, now=NOW)
    assert slide.pinned is not None
    assert (slide.pinned.title["zh"], slide.is_pinned) == ("茶盏", False)

    stage.pin(actor=scene.host, room_id=scene.room_id, product_id=slide.pinned.product_id, now=NOW)

    (slide,) = queries.feed(actor=scene.host, now=NOW)
    assert slide.is_pinned
    assert slide.creator.id == scene.host.creator_id
