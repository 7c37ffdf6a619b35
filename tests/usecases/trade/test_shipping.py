"""From the shelf to the buyer's door, and the timers on the way."""

from datetime import timedelta

import pytest
from tests.builders import (
    NOW,
    a_clerk,
    a_key,
    a_paid_order,
    a_person,
    a_placed_order,
    a_received_order,
    a_shipped_order,
    a_shop,
    a_stocked_sku,
    deliver,
    see,
    ship,
)
from tests.outside import World

from laotie.accounts import inbox
from laotie.delivery.shipments import WaybillUsed
from laotie.kernel import sql
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from laotie.ledger import queries as ledger
from laotie.ledger.terms import Party
from laotie.trade import fulfilment, orders, refunds, stock
from laotie.trade.orders import NothingToShip, ShipBlockedByRefund

DAY = timedelta(days=1)


def test_shipped_goods_leave_the_shelf(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=10)
    order_id = a_paid_order(world, buyer, {sku: 3})

    ship(shop, order_id)
    world.pump(now=NOW)

    page = see(buyer, order_id)
    assert (page.state, page.shipped_at, page.receive_by) == ("SHIPPED", NOW, NOW + 10 * DAY)
    assert page.parcels[0].lines == {1: 3}
    card = stock.of_shop(shop.id)[sku]
    assert (card.on_hand, card.reserved) == (7, 0)
    assert "order_shipped" in [line.kind for line in inbox.lines(actor=buyer)]


def test_an_order_ships_in_parts(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    tea, cup = a_stocked_sku(shop, on_hand=10), a_stocked_sku(shop, on_hand=10)
    order_id = a_paid_order(world, buyer, {tea: 3, cup: 1})
    page = see(buyer, order_id)
    tea_line = next(line.line_no for line in page.lines if line.sku_id == tea)

    first = orders.ship(
        actor=shop.owner, order_id=order_id, units={tea_line: 2}, carrier="lab", now=NOW
    )
    second = orders.ship(actor=shop.owner, order_id=order_id, carrier="lab", now=NOW)

    assert (first.state, second.state) == ("PARTLY_SHIPPED", "SHIPPED")
    page = see(buyer, order_id)
    assert [sum(parcel.lines.values()) for parcel in page.parcels] == [2, 2]
    with pytest.raises(WrongState):
        orders.ship(actor=shop.owner, order_id=order_id, carrier="lab", now=NOW)


def test_no_more_ships_than_was_ordered(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop, on_hand=10)
    order_id = a_paid_order(world, buyer, {sku: 2})

    for units in ({1: 3}, {2: 1}, {1: 0}, {1: -1}, {}):
        with pytest.raises(NothingToShip):
            orders.ship(actor=shop.owner, order_id=order_id, units=units, carrier="lab", now=NOW)

    assert see(buyer, order_id).parcels == ()
    assert stock.of_shop(shop.id)[sku].on_hand == 10


def test_only_those_who_may_ship_ship(world: World) -> None:
    shop, rival, buyer = a_shop(), a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})

    with pytest.raises(NotAllowed):
        orders.ship(actor=a_clerk(shop, "money"), order_id=order_id, carrier="lab", now=NOW)
    with pytest.raises(NotFound):
        orders.ship(actor=rival.owner, order_id=order_id, carrier="lab", now=NOW)
    with pytest.raises(NotFound):
        orders.ship(actor=buyer, order_id=order_id, carrier="lab", now=NOW)

    clerk = a_clerk(shop, "ship")
    assert orders.ship(actor=clerk, order_id=order_id, carrier="lab", now=NOW).state == "SHIPPED"


def test_what_is_not_paid_is_not_shipped(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    placed = a_placed_order(buyer, {a_stocked_sku(shop): 1})

    with pytest.raises(WrongState):
        ship(shop, placed.orders[0].order_id)


def test_nothing_ships_while_a_refund_runs(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 2})
    refunds.request(
        actor=buyer, order_id=order_id, units={1: 1}, reason="too many", key=a_key(), now=NOW
    )

    with pytest.raises(ShipBlockedByRefund):
        ship(shop, order_id)
    world.money_goes_back(now=NOW)
    ship(shop, order_id)

    assert see(buyer, order_id).parcels[0].lines == {1: 1}


def test_a_carrier_without_a_wire_needs_its_number(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    one, other = (a_paid_order(world, buyer, {sku: 1}) for _ in range(2))

    def by_hand(order_id: object, waybill_no: str | None, carrier: str = "sf") -> orders.Standing:
        assert order_id in {one, other}
        return orders.ship(
            actor=shop.owner,
            order_id=order_id,  # type: ignore[arg-type]
            carrier=carrier,
            waybill_no=waybill_no,
            now=NOW,
        )

    for waybill_no, carrier in ((None, "sf"), ("", "sf"), ("SF 1<script>", "sf"), ("X1", "pigeon")):
        with pytest.raises(Invalid):
            by_hand(one, waybill_no, carrier)
    by_hand(one, "sf1234567890")
    with pytest.raises(WaybillUsed):
        by_hand(other, "SF1234567890")

    (parcel,) = see(buyer, one).parcels
    assert (parcel.waybill_no, parcel.state) == ("SF1234567890", "PICKED_UP")
    assert see(buyer, other).state == "PAID"


def test_the_last_parcel_delivers_the_order(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    order_id = a_paid_order(world, buyer, {sku: 2})
    parcels = [
        orders.ship(
            actor=shop.owner, order_id=order_id, units={1: 1}, carrier="lab", now=NOW
        ).shipment_id
        for _ in range(2)
    ]
    assert parcels[0]
    assert parcels[1]

    deliver(world, parcels[0])
    after_one = see(buyer, order_id).state
    deliver(world, parcels[1], now=NOW + DAY)

    page = see(buyer, order_id)
    assert (after_one, page.state, page.delivered_at) == ("SHIPPED", "DELIVERED", NOW + DAY)


def test_delivered_parcels_count_when_the_rest_is_refunded(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 2})
    parcel = orders.ship(
        actor=shop.owner, order_id=order_id, units={1: 1}, carrier="lab", now=NOW
    ).shipment_id
    assert parcel
    deliver(world, parcel, now=NOW + DAY)
    refunds.request(
        actor=buyer, order_id=order_id, units={1: 1}, reason="late", key=a_key(), now=NOW + 2 * DAY
    )

    page = see(buyer, order_id)
    assert (page.state, page.delivered_at) == ("DELIVERED", NOW + DAY)


def test_receipt_splits_the_money_and_completion_frees_it(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop, 10_000): 1})
    party = Party("shop", shop.id)

    orders.confirm(actor=buyer, order_id=order_id, now=NOW + DAY)
    orders.confirm(actor=buyer, order_id=order_id, now=NOW + 2 * DAY)
    split = ledger.balances(party, actor=shop.owner)
    fulfilment.complete_due(now=NOW + 8 * DAY - timedelta(seconds=1))
    held = ledger.balances(party, actor=shop.owner)
    fulfilment.complete_due(now=NOW + 8 * DAY)
    free = ledger.balances(party, actor=shop.owner)

    assert split == held
    assert (split.available_fen, free.pending_fen) == (0, 0)
    assert split.pending_fen == free.available_fen > 9000
    page = see(buyer, order_id)
    assert (page.state, page.received_at) == ("COMPLETED", NOW + DAY)


def test_silence_counts_as_receipt_after_ten_days(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})

    assert fulfilment.receive_due(now=NOW + 10 * DAY - timedelta(seconds=1)) == 0
    assert fulfilment.receive_due(now=NOW + 10 * DAY) == 1
    assert fulfilment.receive_due(now=NOW + 10 * DAY) == 0

    assert see(buyer, order_id).state == "RECEIVED"


def test_time_stands_still_while_a_refund_is_open(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    sku = a_stocked_sku(shop)
    shipped = a_shipped_order(world, shop, buyer, {sku: 2})
    received = a_received_order(world, shop, buyer, {sku: 2})
    asked = [
        refunds.request(
            actor=buyer, order_id=order_id, units={1: 1}, reason="broken", key=a_key(), now=NOW
        )
        for order_id in (shipped, received)
    ]
    later = NOW + 11 * DAY

    assert (fulfilment.receive_due(now=later), fulfilment.complete_due(now=later)) == (0, 0)
    for refund in asked:
        refunds.withdraw(actor=buyer, refund_id=refund.refund_id, now=later)
    assert (fulfilment.receive_due(now=later), fulfilment.complete_due(now=later)) == (1, 1)


def test_only_the_buyer_confirms(world: World) -> None:
    shop, buyer = a_shop(), a_person()
    order_id = a_shipped_order(world, shop, buyer, {a_stocked_sku(shop): 1})

    for stranger in (shop.owner, a_person()):
        with pytest.raises(NotFound):
            orders.confirm(actor=stranger, order_id=order_id, now=NOW)
    paid = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    with pytest.raises(WrongState):
        orders.confirm(actor=buyer, order_id=paid, now=NOW)


def test_an_address_is_revealed_to_those_who_ship_and_written_down(world: World) -> None:
    shop, rival, buyer = a_shop(), a_shop(), a_person()
    sku = a_stocked_sku(shop)
    order_id = a_paid_order(world, buyer, {sku: 1})
    unpaid = a_placed_order(buyer, {sku: 1}).orders[0].order_id

    def reveal(actor: object, order_id: object) -> str:
        return orders.reveal_address(
            actor=actor,
            order_id=order_id,
            reason="label",
            now=NOW,  # type: ignore[arg-type]
        ).phone

    assert reveal(a_clerk(shop, "ship"), order_id) == "+8613800138000"
    for stranger, error in ((rival.owner, NotFound), (a_clerk(shop, "money"), NotAllowed)):
        with pytest.raises(error):
            reveal(stranger, order_id)
    with pytest.raises(WrongState):
        reveal(shop.owner, unpaid)
    assert sql.rows("SELECT count(*) FROM accounts_reveal") == [(1,)]
