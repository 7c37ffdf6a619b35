"""A buyer sends an order elsewhere while the shop makes out its parcel: one of them is first."""

from functools import partial
from uuid import UUID

from tests.builders import NOW, a_paid_order, a_person, a_shop, a_stocked_sku, an_address, see
from tests.outside import World
from tests.racing import faults, together, without_row_locks

from laotie.delivery.models import Shipment
from laotie.trade import destinations, models, orders
from laotie.trade.destinations import AddressFixed, Destination

ROUNDS = 3


def a_move_and_a_parcel(world: World) -> tuple[UUID, list[object]]:
    buyer, shop = a_person(), a_shop()
    order_id = a_paid_order(world, buyer, {a_stocked_sku(shop): 1})
    there = an_address(buyer, region_code="510100")
    ends = together(
        [
            partial(
                destinations.change, actor=buyer, order_id=order_id, address_id=there.id, now=NOW
            ),
            partial(orders.ship, actor=shop.owner, order_id=order_id, carrier="lab", now=NOW),
        ]
    )
    assert see(buyer, order_id)
    return order_id, ends


def went_where_it_says(order_id: UUID) -> bool:
    order = models.Order.objects.get(pk=order_id)
    return Shipment.objects.get(order_id=order_id).address_masked == order.address_masked


def test_a_parcel_goes_where_its_order_says(world: World) -> None:
    for _ in range(ROUNDS):
        order_id, (moved, shipped) = a_move_and_a_parcel(world)

        assert faults([moved, shipped]) == []
        assert isinstance(moved, Destination | AddressFixed)
        assert not isinstance(shipped, Exception)
        assert went_where_it_says(order_id)


def test_without_the_lock_a_parcel_goes_where_nobody_wants_it(world: World) -> None:
    astray = 0
    for _ in range(ROUNDS):
        with without_row_locks(meet_at=models.Order):
            order_id, _ends = a_move_and_a_parcel(world)
        astray += not went_where_it_says(order_id)
        if astray:
            break

    assert astray
