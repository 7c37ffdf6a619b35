"""Where an order goes: changed by its buyer as long as nothing has been handed to a carrier.

The rule, for buyers and shops alike: until the first parcel of an order is made out (its label),
the buyer may name another address of theirs. What sending costs was agreed on, so it stays: a place
that costs the shop no more is taken without a word about money, a dearer one is refused, and the
buyer can cancel and order again. The shop is told, because a slip may have been printed already.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import addresses
from laotie.delivery import freight, shipments
from laotie.events.trade import AddressChanged
from laotie.kernel import event_log
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case
from laotie.trade import models
from laotie.trade.rules import OrderState


class AddressFixed(Refusal):
    code = "ADDRESS_FIXED"
    message = _("The parcel is made out already, so it goes where it was to go.")


class DearerPlace(Refusal):
    """`more_fen`: what sending there costs beyond what was agreed."""

    code = "DEARER_PLACE"
    message = _("Sending there costs more than you paid. Cancel this order and place it anew.")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an order goes now; `address` is masked."""

    order_id: UUID
    address: dict[str, str]


@use_case
def change(*, actor: Actor, order_id: UUID, address_id: UUID, now: datetime) -> Destination:
    """One's own order goes to this address of one's own book; the same one again changes nothing.

    raises: SignInFirst, NotFound (order or address), AddressFixed, DearerPlace.
    """
    buyer_id = actor.require_person()
    # The order's row is what shipping locks too, so of the two only one comes first.
    order = models.Order.objects.select_for_update().filter(pk=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise NotFound
    if order.state not in {OrderState.PENDING_PAYMENT, OrderState.PAID}:
        raise AddressFixed
    if shipments.of_order(order_id):
        raise AddressFixed
    sealed = addresses.seal_for_order(buyer_id, address_id)
    more_fen = _more_fen(order, sealed.region_code)
    if more_fen > 0:
        raise DearerPlace(more_fen=more_fen)
    order.address_sealed = sealed.sealed
    order.address_masked = sealed.masked
    order.region_code = sealed.region_code
    order.save(update_fields=["address_sealed", "address_masked", "region_code"])
    if order.state == OrderState.PAID:
        event_log.publish(AddressChanged(order_id, now))
    return Destination(order_id, sealed.masked)


def _more_fen(order: models.Order, region_code: str) -> int:
    """What the new place costs beyond the agreed price, by the shop's rule of now.

    A shop that has raised its prices since cannot make a move within one price zone dear.
    """
    goods_fen = order.goods_fen - order.merchant_coupon_fen
    there_fen, here_fen = (
        freight.quote(order.shop_id, goods_fen=goods_fen, region_code=code)
        for code in (region_code, order.region_code)
    )
    return there_fen - max(order.freight_fen, here_fen)
