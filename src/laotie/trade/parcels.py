"""Parcels as trade hands them over: which units go, and what becomes of order and stock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts.addresses import SealedAddress
from laotie.delivery import shipments
from laotie.kernel.errors import Refusal, WrongState
from laotie.kernel.use_case import needs_transaction
from laotie.trade import fulfilment, models, returns, rules, stock
from laotie.trade.rules import OrderState


class ShipBlockedByRefund(Refusal):
    code = "SHIP_BLOCKED_BY_REFUND"
    message = _("A refund is open on this order. Decide about it before you ship.")


class NothingToShip(Refusal):
    code = "NOTHING_TO_SHIP"
    message = _("There is nothing left to ship, or not as many units. Reload the order.")


@dataclass(frozen=True, slots=True)
class Handed:
    """A parcel that was handed over, and where its order stands now."""

    shipment_id: UUID
    state: OrderState


@needs_transaction
def hand_over(
    order_id: UUID,
    *,
    units: Mapping[int, int] | None,
    carrier: str,
    waybill_no: str | None,
    now: datetime,
) -> Handed:
    """A parcel with these units goes to a carrier; the caller has asked who may.

    units:  by line number; None is everything that is left.
    raises: WrongState, ShipBlockedByRefund, NothingToShip, Invalid, shipments.WaybillUsed.
    """
    order = models.Order.objects.select_for_update().get(pk=order_id)
    if order.state not in rules.SHIPPABLE:
        raise WrongState(step="order.ship")
    if returns.is_running(order_id):
        raise ShipBlockedByRefund
    lines = returns.standings(order_id)
    left = {line.line_no: line.to_ship for line in lines}
    wanted = left if units is None else dict(units)
    parcel = {line_no: quantity for line_no, quantity in wanted.items() if quantity}
    if not parcel or any(not 0 < n <= left.get(line_no, 0) for line_no, n in parcel.items()):
        raise NothingToShip

    shipment_id = shipments.dispatch(
        order_id,
        shop_id=order.shop_id,
        lines=parcel,
        carrier=carrier,
        sealed_address=SealedAddress(
            bytes(order.address_sealed), order.address_masked, order.region_code
        ),
        waybill_no=waybill_no,
        now=now,
    )
    by_sku: dict[UUID, int] = {}
    for line in lines:
        if quantity := parcel.get(line.line_no, 0):
            by_sku[line.sku_id] = by_sku.get(line.sku_id, 0) + quantity
            models.OrderLine.objects.filter(order=order_id, line_no=line.line_no).update(
                shipped_quantity=line.shipped + quantity
            )
    stock.hand_over(order_id, by_sku, now=now)
    if sum(parcel.values()) < sum(left.values()):
        rules.SHIP_PART.take(models.Order.objects, order_id)
        return Handed(shipment_id, OrderState.PARTLY_SHIPPED)
    fulfilment.all_shipped(order_id, now=now)
    return Handed(shipment_id, OrderState.SHIPPED)
