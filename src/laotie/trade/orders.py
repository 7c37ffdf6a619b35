"""Orders: placed, paid, shipped, received. Refunds are in `refunds`, what is read in `queries`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import addresses
from laotie.accounts.addresses import PlainAddress
from laotie.kernel import idempotency, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Busy, KeyReused, NotFound, Refusal, WrongState
from laotie.kernel.use_case import use_case
from laotie.payments import intents
from laotie.trade import (
    checkouts,
    fulfilment,
    models,
    parcels,
    placing,
    quotes,
    refunds,
    rules,
)
from laotie.trade.parcels import NothingToShip, ShipBlockedByRefund
from laotie.trade.placing import Attempt, Outcome, Verdict, place_batch
from laotie.trade.pricing import SoldOut
from laotie.trade.quotes import Quote
from laotie.trade.rules import CheckoutState, CloseReason, OrderState

__all__ = ["Attempt", "NothingToShip", "Outcome", "ShipBlockedByRefund", "SoldOut", "Verdict"]
__all__ += ["cancel", "confirm", "pay", "place", "place_batch", "placed", "refusal_of"]
__all__ += ["reveal_address", "ship"]


class PriceChanged(Refusal):
    """The goods cost something else now; `quote` is the new one, to be shown and placed."""

    code = "PRICE_CHANGED"
    message = _("The price has changed. Look at the new one, then order again.")

    def __init__(self, quote: Quote) -> None:
        super().__init__(quote_id=quote.public_id, version=quote.version, total_fen=quote.total_fen)
        self.quote = quote


class LimitReached(Refusal):
    """`remaining`: how many more this buyer may have. `sku_id`: of which goods."""

    code = "LIMIT_REACHED"
    message = _("One buyer can have only so many of this. You can still have %(remaining)s.")


class QuoteExpired(Refusal):
    code = "QUOTE_EXPIRED"
    message = _("This price is too old or was ordered already. Ask for a new one.")


class CouponGone(Refusal):
    code = "COUPON_GONE"
    message = _("A coupon was used elsewhere or has ended. Ask for a new price without it.")


class AddressNeeded(Refusal):
    code = "ADDRESS_NEEDED"
    status = 422
    message = _("Choose where the goods shall go first.")


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    order_id: UUID
    public_id: str
    number: str
    shop_id: UUID
    total_fen: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A checkout: one order per shop, one payment, until `pay_by`."""

    group_id: UUID
    public_id: str
    orders: tuple[PlacedOrder, ...]
    total_fen: int
    pay_by: datetime


@dataclass(frozen=True, slots=True)
class PayTicket:
    """What is to be paid; `payments.intents.start` says where, outside of a transaction."""

    group_id: UUID
    payment_id: UUID
    amount_fen: int
    pay_by: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands after a step."""

    order_id: UUID
    state: OrderState
    refund_id: UUID | None = None
    shipment_id: UUID | None = None


def place(*, actor: Actor, quote_id: UUID, version: int, key: str, now: datetime) -> Placed:
    """Promise goods to a buyer at the price of the quote, and start the time to pay.

    key:    chosen by the client before its first try; accepted once, it answers the same for ever.
    raises: SignInFirst, Invalid (key), NotFound, KeyReused, SoldOut, LimitReached, PriceChanged,
        QuoteExpired, CouponGone, AddressNeeded.
    """
    buyer_id = actor.require_person()
    actor.require_grown_up()
    attempt = Attempt(buyer_id, quote_id, version, idempotency.clean_key(key))
    (verdict,) = placing.place_batch([attempt], now=now)
    if verdict.group_id is not None:
        return placed(verdict.group_id)
    if verdict.outcome is Outcome.PRICE_CHANGED:
        raise PriceChanged(quotes.renew(actor=actor, quote_id=quote_id, now=now))
    raise refusal_of(verdict)


def refusal_of(verdict: Verdict) -> Refusal:
    """The refusal behind a verdict that is not a yes, for callers of `place_batch`.

    A changed price is told as QuoteExpired here: the caller asks for a new quote.
    """
    facts = {"sku_id": verdict.sku_id, "remaining": verdict.remaining}
    match verdict.outcome:
        case Outcome.SOLD_OUT:
            return SoldOut(**facts)
        case Outcome.LIMIT:
            return LimitReached(**facts)
        case Outcome.KEY_REUSED:
            return KeyReused()
        case Outcome.NOT_FOUND:
            return NotFound()
        case Outcome.COUPON_GONE:
            return CouponGone()
        case Outcome.NO_ADDRESS:
            return AddressNeeded()
        case Outcome.FAILED:
            return Busy()
        case Outcome.QUOTE_GONE | Outcome.PRICE_CHANGED:
            return QuoteExpired()
        case _:
            raise AssertionError(verdict)


def placed(group_id: UUID) -> Placed:
    """A checkout as it was placed. Two queries; the caller has asked whose it is."""
    checkout = models.Checkout.objects.get(pk=group_id)
    orders = models.Order.objects.filter(group=group_id).order_by("id")
    return Placed(
        group_id=group_id,
        public_id=ids.public("grp", group_id),
        orders=tuple(
            PlacedOrder(
                order.id, ids.public("ord", order.id), order.number, order.shop_id, order.total_fen
            )
            for order in orders
        ),
        total_fen=checkout.total_fen,
        pay_by=checkout.pay_by,
    )


@use_case
def pay(*, actor: Actor, group_id: UUID, now: datetime) -> PayTicket:
    """A payment is open for one's own checkout; asked again it is the same one.

    raises: SignInFirst, NotFound, WrongState (paid or closed), payments.intents.WindowOver.
    """
    buyer_id = actor.require_person()
    actor.require_grown_up()
    checkout = (
        models.Checkout.objects.select_for_update().filter(pk=group_id, buyer_id=buyer_id).first()
    )
    if checkout is None:
        raise NotFound
    if checkout.state != CheckoutState.OPEN:
        raise WrongState(step="checkout.pay")
    payment = intents.open(
        group_id,
        payer_id=buyer_id,
        amount_fen=checkout.total_fen,
        pay_by=checkout.pay_by,
        subject=models.Order.objects.filter(group=checkout).order_by("id")[0].number,
        now=now,
    )
    return PayTicket(group_id, payment.id, payment.amount_fen, checkout.pay_by)


@use_case
def cancel(*, actor: Actor, order_id: UUID, now: datetime) -> Standing:
    """The buyer does not want it: an unpaid checkout ends whole, a paid order is refunded whole.

    Nothing of the order may have shipped. Cancelling twice is cancelling.
    raises: SignInFirst, NotFound, WrongState.
    """
    buyer_id = actor.require_person()
    found = models.Order.objects.filter(pk=order_id, buyer_id=buyer_id).first()
    if found is None:
        raise NotFound
    checkout = models.Checkout.objects.select_for_update().get(pk=found.group_id)
    order = models.Order.objects.select_for_update().get(pk=order_id)
    if order.close_reason == CloseReason.CANCELLED:
        return Standing(order_id, OrderState(order.state))
    if checkout.state == CheckoutState.OPEN:
        checkouts.close([checkout], CloseReason.CANCELLED, now=now)
        return Standing(order_id, OrderState.CLOSED_UNPAID)
    refund_id = refunds.cancel_paid(order, by=buyer_id, now=now)
    return Standing(order_id, OrderState(order.state), refund_id=refund_id)


@use_case
def ship(
    *,
    actor: Actor,
    order_id: UUID,
    units: Mapping[int, int] | None = None,
    carrier: str,
    waybill_no: str | None = None,
    now: datetime,
) -> Standing:
    """A parcel with these units goes to a carrier; what is left can follow in another.

    units:      by line number; None is everything that is left.
    waybill_no: for carriers without a connection, as typed from their label.
    raises:     SignInFirst, NotFound, NotAllowed, WrongState, ShipBlockedByRefund, NothingToShip,
        Invalid, delivery.shipments.WaybillUsed.
    """
    _of_shop(actor, order_id, "ship")
    handed = parcels.hand_over(
        order_id, units=units, carrier=carrier, waybill_no=waybill_no, now=now
    )
    return Standing(order_id, handed.state, shipment_id=handed.shipment_id)


@use_case
def confirm(*, actor: Actor, order_id: UUID, now: datetime) -> Standing:
    """The buyer has the goods: shares are known, and free when the after-sale window is over.

    Confirming twice is confirming. raises: SignInFirst, NotFound, WrongState.
    """
    buyer_id = actor.require_person()
    order = models.Order.objects.select_for_update().filter(pk=order_id, buyer_id=buyer_id).first()
    if order is None:
        raise NotFound
    if order.state in {OrderState.RECEIVED, OrderState.COMPLETED}:
        return Standing(order_id, OrderState(order.state))
    fulfilment.receive(order_id, now=now)
    return Standing(order_id, OrderState.RECEIVED)


def reveal_address(*, actor: Actor, order_id: UUID, reason: str, now: datetime) -> PlainAddress:
    """The whole address of an order in work, for its label; who looked is written down.

    raises: SignInFirst, NotFound, NotAllowed, WrongState (not paid, or over), Invalid, TooMany.
    """
    order = _of_shop(actor, order_id, "ship")
    if order.state not in rules.IN_WORK:
        raise WrongState(step="order.reveal_address")
    return addresses.reveal(
        actor=actor,
        sealed=bytes(order.address_sealed),
        reason=reason,
        ref=ids.public("ord", order_id),
        shop_id=order.shop_id,
        now=now,
    )


def _of_shop(actor: Actor, order_id: UUID, right: str) -> models.Order:
    """raises: SignInFirst, NotFound, NotAllowed."""
    order = models.Order.objects.filter(pk=order_id).first()
    if order is None:
        if not actor.is_operator:
            actor.require_person()
        raise NotFound
    actor.require_shop(order.shop_id, right)
    return order
