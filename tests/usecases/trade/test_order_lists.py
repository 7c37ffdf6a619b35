"""Finding orders, keeping a view of them, and taking them away as a file."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.outside import World

from laotie.accounts import models as accounts
from laotie.kernel import ids, running, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.runtime import wiring
from laotie.trade import exports, order_lists, orders, saved_views
from laotie.trade.order_lists import Wanted
from laotie.trade.queries import Shelf
from laotie.trade.saved_views import TooManyViews

HOUR = timedelta(hours=1)


def found(shop: ShopOfOne, **wanted: object) -> list[UUID]:
    page = order_lists.orders_of_shop(
        actor=shop.owner,
        shop_id=shop.id,
        wanted=Wanted(**wanted),
        now=NOW,  # type: ignore[arg-type]
    )
    return [card.order_id for card in page.rows]


def test_a_filter_finds_what_it_says(world: World) -> None:
    shop, other, buyer = builders.a_shop(), builders.a_shop(), builders.a_person()
    (cup,) = builders.sku_ids(builders.a_product(shop, 3990, title="茶盏"))
    (bowl,) = builders.sku_ids(builders.a_product(shop, 26800, title="大碗"))
    for sku_id in (cup, bowl):
        builders.stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=9, now=NOW)
    old = builders.a_paid_order(world, buyer, {cup: 1}, now=NOW - 49 * HOUR)
    new = builders.a_paid_order(world, buyer, {bowl: 1}, now=NOW - 47 * HOUR)
    sent = builders.a_paid_order(world, buyer, {cup: 2}, now=NOW - 60 * HOUR)
    orders.ship(actor=shop.owner, order_id=sent, carrier="sf", waybill_no="SF1234567", now=NOW)
    unpaid = builders.a_placed_order(buyer, {cup: 1}).orders[0].order_id
    elsewhere = builders.a_stocked_sku(other)
    builders.a_paid_order(world, buyer, {elsewhere: 1}, now=NOW)

    assert found(shop) == [unpaid, new, old, sent]
    assert found(shop, shelf=Shelf.TO_SHIP) == [new, old]
    assert found(shop, is_late=True) == [old]
    assert found(shop, text="大碗") == [new]
    assert found(shop, text="sf1234567") == [sent]
    assert found(shop, text=builders.see(buyer, old).number) == [old]
    assert found(shop, text="100%_") == []
    assert found(shop, least_fen=7980) == [new, sent]
    assert found(shop, least_fen=7980, most_fen=7980) == [sent]
    assert found(shop, room_id=ids.new()) == []
    day = (NOW + 8 * HOUR).date()
    assert found(shop, placed_from=day) == [unpaid]
    assert found(shop, placed_until=day - timedelta(days=1)) == [new, old, sent]
    counts = order_lists.counts(actor=shop.owner, shop_id=shop.id, now=NOW)
    assert (counts.shelves["all"], counts.shelves["to_ship"], counts.late) == (4, 2, 1)
    for bad in ({"text": "x" * 41}, {"least_fen": -1}, {"most_fen": 1 << 60}):
        with pytest.raises(Invalid):
            Wanted(**bad)  # type: ignore[arg-type]
    for who, refusal in ((other.owner, NotFound), (builders.a_clerk(shop, "money"), NotAllowed)):
        with pytest.raises(refusal):
            order_lists.counts(actor=who, shop_id=shop.id, now=NOW)
        with pytest.raises(refusal):
            order_lists.orders_of_shop(actor=who, shop_id=shop.id, wanted=Wanted(), now=NOW)


def test_a_view_is_its_persons_alone(world: World) -> None:
    shop = builders.a_shop()
    clerk = builders.a_clerk(shop, "ship")
    wanted = Wanted(
        shelf=Shelf.TO_SHIP, placed_from=NOW.date(), placed_until=NOW.date(), text="茶",
        least_fen=1, most_fen=2, room_id=ids.new(), is_late=True,
    )  # fmt: skip

    kept = saved_views.keep(actor=clerk, shop_id=shop.id, name="急单", wanted=Wanted(), now=NOW)
    again = saved_views.keep(actor=clerk, shop_id=shop.id, name=" 急单 ", wanted=wanted, now=NOW)

    assert again.view_id == kept.view_id
    assert saved_views.of_person(actor=clerk, shop_id=shop.id) == (again,)
    assert again.wanted == wanted
    assert saved_views.of_person(actor=shop.owner, shop_id=shop.id) == ()
    with pytest.raises(NotFound):
        saved_views.remove(actor=shop.owner, view_id=kept.view_id)
    for n in range(saved_views.MOST - 1):
        saved_views.keep(actor=clerk, shop_id=shop.id, name=f"v{n}", wanted=wanted, now=NOW)
    with pytest.raises(TooManyViews):
        saved_views.keep(actor=clerk, shop_id=shop.id, name="one more", wanted=wanted, now=NOW)
    saved_views.remove(actor=clerk, view_id=kept.view_id)
    assert len(saved_views.of_person(actor=clerk, shop_id=shop.id)) == saved_views.MOST - 1


def export(who: Actor, shop: ShopOfOne, **how: object) -> list[dict[str, str]]:
    card = exports.start(
        actor=who, shop_id=shop.id, wanted=Wanted(shelf=Shelf.TO_SHIP), now=NOW,
        **{"form": "csv", **how},  # type: ignore[arg-type]
    )  # fmt: skip
    running.advance(str(card.id))
    done = runs.card(actor=who, run_id=card.id, now=NOW)
    assert (done.state, done.done) == ("DONE", 2)
    file = runs.file_of(actor=who, run_id=card.id, which="result")
    return [line.cells for line in sheets.table(file.path, exports.COLUMNS)]


def test_orders_leave_as_a_file_masked_unless_there_is_a_reason(world: World) -> None:
    wiring.register_jobs()
    shop, buyer = builders.a_shop(), builders.a_person()
    product = builders.a_product(shop, 3990, 1000, title="=1+1")
    for sku_id in builders.sku_ids(product):
        builders.stock.set_stock(actor=shop.owner, sku_id=sku_id, on_hand=9, now=NOW)
    one, two = builders.sku_ids(product)
    first = builders.a_paid_order(world, buyer, {one: 2, two: 1})
    second = builders.a_paid_order(world, buyer, {two: 3}, now=NOW - HOUR)
    clerk = builders.a_clerk(shop, "ship")

    rows = export(clerk, shop, form="xlsx")

    numbers = [builders.see(buyer, id).number for id in (first, second)]
    assert [row["order"] for row in rows] == [numbers[0], numbers[0], numbers[1]]
    assert [Decimal(row["paid"]) for row in rows] == [
        Decimal("79.8"), Decimal(10), Decimal(30),
    ]  # fmt: skip
    assert {row["product"] for row in rows} == {"=1+1"}
    assert {row["name"] for row in rows} == {"王**"}
    assert {row["phone"] for row in rows} == {"138****8000"}
    assert accounts.Reveal.objects.filter(revealed_by_id=clerk.person_id).count() == 0

    whole = export(clerk, shop, with_addresses=True, reason="交给仓库")

    assert {row["address"] for row in whole} == {"文三路 100 号 3 幢 201 室"}
    assert {row["name"] for row in whole} == {"王小明"}
    looks = accounts.Reveal.objects.filter(revealed_by_id=clerk.person_id)
    assert sorted(looks.values_list("ref", "reason")) == sorted(
        (ids.public("ord", id), "交给仓库") for id in (first, second)
    )
    with pytest.raises(Invalid):
        export(clerk, shop, with_addresses=True, reason=" ")
    with pytest.raises(Invalid):
        export(clerk, shop, form="pdf")
    with pytest.raises(NotAllowed):
        export(builders.a_clerk(shop, "money"), shop)
