"""A day's orders shipped by a file or a list: each once, whatever is wrong with the others."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from tests import builders
from tests.builders import NOW, ShopOfOne
from tests.outside import World

from laotie.accounts import shops
from laotie.delivery.models import Shipment
from laotie.kernel import running, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.kernel.runs import Piece, RunCard, Work
from laotie.runtime import wiring
from laotie.trade import batch_shipping, orders, refunds
from laotie.trade.orders import ShipBlockedByRefund
from laotie.trade.rules import OrderState


@pytest.fixture(autouse=True)
def _kinds() -> None:
    wiring.register_jobs()


def a_file(tmp_path: Path, rows: Sequence[Sequence[str]], form: str = "csv") -> bytes:
    path = tmp_path / f"ship.{form}"
    header = sheets.header(batch_shipping.COLUMNS, language="zh")
    with sheets.Writer(path, form, header) as writer:
        for row in rows:
            writer.row(row)
    return path.read_bytes()


def send(who: Actor, shop: ShopOfOne, body: bytes, *, is_dry: bool = False) -> RunCard:
    run_id = runs.keep_upload([body], most_bytes=batch_shipping.MOST_UPLOAD)
    card = batch_shipping.start(actor=who, shop_id=shop.id, run_id=run_id, is_dry=is_dry, now=NOW)
    return work_on(who, card)


def work_on(who: Actor, card: RunCard) -> RunCard:
    running.advance(str(card.id))
    return runs.card(actor=who, run_id=card.id, now=NOW)


def paid_orders(world: World, shop: ShopOfOne, n: int) -> dict[UUID, str]:
    """Paid orders of several buyers, by id with their numbers."""
    sku_id = builders.a_stocked_sku(shop, 3990, on_hand=2 * n)
    buyers = [builders.a_person() for _ in range(min(n, 3))]
    ids = [builders.a_paid_order(world, buyers[at % 3], {sku_id: 1}) for at in range(n)]
    return {id: builders.see(shop.owner, id).number for id in ids}


def states(shop: ShopOfOne, ids: Sequence[UUID]) -> list[OrderState]:
    return [builders.see(shop.owner, id).state for id in ids]


@pytest.mark.parametrize("form", sheets.FORMS)
def test_a_file_is_tried_then_ships_what_is_right_once(
    world: World, tmp_path: Path, form: str
) -> None:
    shop, other = builders.a_shop(), builders.a_shop()
    mine = paid_orders(world, shop, 5)
    (foreign,) = paid_orders(world, other, 1).values()
    (one, two, three, asked, late) = mine
    clerk = builders.a_clerk(shop, "ship")
    body = a_file(
        tmp_path,
        [
            [mine[one], "顺丰", "SF1000001"],
            [mine[two].lower(), "sf", "SF1000002"],
            [mine[three], "lab", ""],
            [mine[one], "sf", "SF1000003"],
            [foreign, "sf", "SF1000004"],
            [mine[asked], "信鸽", "SF1000005"],
            [mine[asked], "sf", ""],
            [mine[late], "sf", "sf1000001"],
        ],
        form,
    )

    tried = send(clerk, shop, body, is_dry=True)
    assert (tried.state, tried.done) == ("DONE", 8)
    assert tried.counts == {"shipped": 4, "unchanged": 0, "errors": 4}
    assert states(shop, list(mine)) == [OrderState.PAID] * 5
    assert Shipment.objects.count() == 0

    done = work_on(
        clerk,
        batch_shipping.ship_tried(actor=clerk, shop_id=shop.id, tried_id=tried.id, now=NOW),
    )
    assert done.counts == {"shipped": 3, "unchanged": 0, "errors": 5}
    said = {note.row_no: note.said for note in runs.notes(actor=clerk, run_id=done.id)}
    assert set(said) == {5, 6, 7, 8, 9}
    assert "2" in said[5]
    assert states(shop, [one, two, three, late]) == [OrderState.SHIPPED] * 3 + [OrderState.PAID]
    again = send(clerk, shop, body)
    assert again.counts == {"shipped": 0, "unchanged": 3, "errors": 5}
    assert Shipment.objects.count() == 3

    file = runs.file_of(actor=clerk, run_id=done.id, which="errors")
    mended = list(sheets.table(file.path, batch_shipping.COLUMNS))
    assert [line.cells["order"] for line in mended] == [
        mine[one], foreign, mine[asked], mine[asked], mine[late],
    ]  # fmt: skip


def test_a_worker_that_dies_ships_no_order_twice(world: World, tmp_path: Path) -> None:
    shop = builders.a_shop()
    mine = paid_orders(world, shop, 25)
    body = a_file(tmp_path, [[number, "lab", ""] for number in mine.values()])
    died: list[int] = []

    def dying(work: Work) -> Iterator[Piece]:
        for n, piece in enumerate(batch_shipping.WORK.chunks(work)):
            if n == 1 and not died:
                died.append(n)
                raise SystemExit
            yield piece

    work = batch_shipping.WORK
    runs.register(runs.Kind("test.ship", work.prepare, dying, work.finish))
    run_id = runs.keep_upload([body], most_bytes=batch_shipping.MOST_UPLOAD)
    with transaction.atomic():
        card = runs.start(
            "test.ship", title="Ship", actor=shop.owner, shop_id=shop.id, right="ship",
            arguments={"is_dry": False}, run_id=run_id, now=NOW,
        )  # fmt: skip
    with pytest.raises(SystemExit):
        for _ in mine:
            running.advance(str(card.id))
    assert states(shop, list(mine)).count(OrderState.SHIPPED) == 20

    done = work_on(shop.owner, card)

    assert done.counts == {"shipped": 25, "unchanged": 0, "errors": 0}
    assert Shipment.objects.count() == 25
    assert done.errors_name == ""


def test_whoever_is_dismissed_ships_no_further(world: World, tmp_path: Path) -> None:
    shop = builders.a_shop()
    mine = paid_orders(world, shop, 1)
    clerk = builders.a_clerk(shop, "ship")
    assert clerk.person_id
    run_id = runs.keep_upload(
        [a_file(tmp_path, [[number, "lab", ""] for number in mine.values()])], most_bytes=1 << 20
    )
    card = batch_shipping.start(actor=clerk, shop_id=shop.id, run_id=run_id, is_dry=False, now=NOW)
    shops.dismiss(
        actor=shop.owner, shop_id=shop.id, person_id=clerk.person_id, reason="gone", now=NOW
    )

    assert work_on(clerk, card).state == "FAILED"
    assert states(shop, list(mine)) == [OrderState.PAID]
    for who, refusal in (
        (builders.a_clerk(shop, "money"), NotAllowed),
        (builders.a_shop().owner, NotFound),
    ):
        with pytest.raises(refusal):
            batch_shipping.start(actor=who, shop_id=shop.id, run_id=run_id, is_dry=False, now=NOW)
        with pytest.raises(NotFound):
            batch_shipping.ship_tried(actor=who, shop_id=shop.id, tried_id=card.id, now=NOW)


def test_a_selection_is_shipped_each_alone(world: World) -> None:
    shop, other = builders.a_shop(), builders.a_shop()
    one, two, three = paid_orders(world, shop, 3)
    (foreign,) = paid_orders(world, other, 1)
    buyer = builders.a_person()
    sku_id = builders.a_stocked_sku(shop, 500)
    unpaid = builders.a_placed_order(buyer, {sku_id: 1}).orders[0].order_id
    asked = builders.a_paid_order(world, buyer, {sku_id: 2})
    orders.ship(actor=shop.owner, order_id=asked, units={1: 1}, carrier="lab", now=NOW)
    refunds.request(
        actor=buyer, order_id=asked, units={1: 2}, reason="x", key=builders.a_key(), now=NOW
    )

    told = batch_shipping.ship_selected(
        actor=shop.owner,
        shop_id=shop.id,
        order_ids=[one, foreign, two, unpaid, asked, one],
        carrier="lab",
        now=NOW,
    )

    assert [(each.order_id, type(each.refusal)) for each in told] == [
        (one, type(None)), (foreign, NotFound), (two, type(None)), (unpaid, WrongState),
        (asked, ShipBlockedByRefund),
    ]  # fmt: skip
    assert states(shop, [one, two, three]) == [
        OrderState.SHIPPED, OrderState.SHIPPED, OrderState.PAID,
    ]  # fmt: skip
    for ids, carrier in (([], "lab"), ([three], "sf"), ([three], "pigeon")):
        with pytest.raises(Invalid):
            batch_shipping.ship_selected(
                actor=shop.owner, shop_id=shop.id, order_ids=ids, carrier=carrier, now=NOW
            )
    assert states(shop, [three]) == [OrderState.PAID]


def test_the_file_to_fill_in_holds_what_waits(world: World, tmp_path: Path) -> None:
    shop = builders.a_shop()
    mine = paid_orders(world, shop, 3)
    (first, *_rest) = mine
    builders.ship(shop, first)

    path = tmp_path / "to-ship.xlsx"
    count = batch_shipping.write_to_ship(
        path, actor=shop.owner, shop_id=shop.id, form="xlsx", language="en"
    )

    assert count == 2
    rows = list(sheets.table(path, batch_shipping.COLUMNS))
    assert [row.cells["order"] for row in rows] == list(mine.values())[1:]
    assert {row.cells["carrier"] for row in rows} == {""}
