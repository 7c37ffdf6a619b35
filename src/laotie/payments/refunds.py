"""Refunds: money of a payment on its way back to the buyer, never more than was paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_noop as _

from laotie.events.payments import RefundFailed, RefundSettled
from laotie.kernel import event_log, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.payments import outgoing, rules
from laotie.payments.channels import Channel, OutgoingAnswer, RefundOrder
from laotie.payments.models import Payment, Refund
from laotie.payments.rules import OutgoingState


class NothingPaid(Refusal):
    code = "NOTHING_PAID"
    message = _("There is no captured payment to give back from.")


class RefundExceedsPaid(Refusal):
    """`left_fen` is what can still be given back."""

    code = "REFUND_EXCEEDS_PAID"
    message = _("This is more than what is left of the payment.")


class TooManyParts(Refusal):
    code = "TOO_MANY_REFUNDS"
    message = _("A payment can be given back in at most 50 parts.")


@dataclass(frozen=True, slots=True)
class RefundCard:
    id: UUID
    payment_id: UUID
    amount_fen: int
    state: OutgoingState
    failure: str


@needs_transaction
def request(
    refund_id: UUID,
    *,
    group_id: UUID,
    amount_fen: int,
    reason: str,
    now: datetime,
    payment_id: UUID | None = None,
) -> RefundCard:
    """Write down that money goes back to the buyer; the provider is called soon, by a job.

    The same refund again changes nothing. `refund_id` is what makes it once, here and there.
    payment_id: which payment of the checkout; the captured one by default.
    raises: NothingPaid, RefundExceedsPaid, TooManyParts.
    """
    assert amount_fen > 0
    payment = _captured_payment(group_id, payment_id)
    known = Refund.objects.filter(pk=refund_id).first()
    if known is not None:
        assert (known.amount_fen, known.payment_id) == (amount_fen, payment.id)
        return _card(known)
    left_fen = payment.amount_fen - payment.refund_fen
    if amount_fen > left_fen:
        raise RefundExceedsPaid(left_fen=left_fen)
    if Refund.objects.filter(payment_id=payment.id).count() >= rules.MOST_REFUND_PARTS:
        raise TooManyParts
    Payment.objects.filter(pk=payment.id).update(refund_fen=F("refund_fen") + amount_fen)
    refund = Refund.objects.create(
        id=refund_id,
        payment_id=payment.id,
        channel=payment.channel,
        out_no=ids.public("rfd", refund_id),
        amount_fen=amount_fen,
        currency=payment.currency,
        note=reason[:120] or "refund",
        requested_at=now,
        next_at=now,
    )
    return _card(refund)


@use_case
def retry(*, actor: Actor, refund_id: UUID, now: datetime) -> RefundCard:
    """Ask the provider again for a refund that failed, under a new number of ours.

    raises: NotAllowed, NotFound, WrongState (it has not failed).
    """
    actor.require_role("operator")
    refund = Refund.objects.select_for_update().filter(pk=refund_id).first()
    if refund is None:
        raise NotFound
    attempt = refund.attempt + 1
    rules.RETRY.take(
        Refund.objects,
        refund_id,
        attempt=attempt,
        out_no=f"{ids.public('rfd', refund_id)}-{attempt}",
        asked_at=None,
        ended_at=None,
        failure="",
        tries=0,
        next_at=now,
    )
    return _card(Refund.objects.get(pk=refund_id))


def carry_on(refund_id: UUID, *, now: datetime) -> OutgoingState:
    """One step of one refund. Outside of transactions. raises: Unanswered."""
    return outgoing.carry_on(ROAD, refund_id, now=now)


def carry_on_due(*, now: datetime) -> int:
    """One step of every refund whose time has come. Outside of transactions."""
    return outgoing.carry_on_due(ROAD, now=now)


def _captured_payment(group_id: UUID, payment_id: UUID | None) -> Payment:
    payments = Payment.objects.select_for_update().filter(
        group_id=group_id, state__in=[state.value for state in rules.HAS_MONEY]
    )
    if payment_id is not None:
        payments = payments.filter(pk=payment_id)
    payment = payments.order_by("captured_at").first()
    if payment is None:
        raise NothingPaid
    return payment


def _send(channel: Channel, refund: Any) -> OutgoingAnswer:
    payment = Payment.objects.get(pk=refund.payment_id)
    return channel.refund(
        RefundOrder(
            out_no=refund.out_no,
            payment_out_no=payment.out_no,
            amount_fen=refund.amount_fen,
            currency=refund.currency,
            note=refund.note,
        )
    )


def _ask(channel: Channel, refund: Any) -> OutgoingAnswer:
    return channel.query_refund(refund.out_no)


@needs_transaction
def _settled(refund: Any, now: datetime) -> None:
    payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
    refunded_fen = payment.refunded_fen + refund.amount_fen
    Payment.objects.filter(pk=payment.id).update(
        refunded_fen=refunded_fen,
        state=rules.state_after_refunds(payment.amount_fen, refunded_fen).value,
    )
    event_log.publish(RefundSettled(refund.pk, refund.amount_fen, now))


@needs_transaction
def _failed(refund: Any, reason: str) -> None:
    # Still counted against the payment: the buyer is owed it until it goes back some way.
    event_log.publish(RefundFailed(refund.pk, reason))


def _card(refund: Refund) -> RefundCard:
    return RefundCard(
        id=refund.pk,
        payment_id=refund.payment_id,
        amount_fen=refund.amount_fen,
        state=OutgoingState(refund.state),
        failure=refund.failure,
    )


ROAD = outgoing.Road(
    name="refund", model=Refund, send=_send, ask=_ask, settled=_settled, failed=_failed
)
