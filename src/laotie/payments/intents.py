"""Payments: what a checkout is to be paid, and what the provider says has become of it.

A payment is opened in the caller's transaction and offered to the provider outside of any. Its
state only ever follows from asking the provider, whatever a notice or a page says.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.events.payments import PaymentCaptured, PaymentClosed
from laotie.kernel import crash, event_log, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.payments import channels, rules
from laotie.payments.channels import ChannelRefused, NotKnown, PaymentAnswer, Standing, Unanswered
from laotie.payments.models import Payment
from laotie.payments.rules import PaymentState

log = logging.getLogger(__name__)


class PaymentOver(Refusal):
    """`state` says how it ended."""

    code = "PAYMENT_OVER"
    message = _("This payment is over. Reload your order to see where it stands.")


class WindowOver(Refusal):
    code = "PAYMENT_WINDOW_OVER"
    message = _("The time to pay is over. Please order again.")


class ProviderSilent(Refusal):
    """Whether the provider heard us is unknown; asking again is safe."""

    code = "PROVIDER_SILENT"
    status = 503
    message = _("The payment provider does not answer. Nothing was charged; try again shortly.")


class ProviderRefused(Refusal):
    """`reason` is the provider's word."""

    code = "PROVIDER_REFUSED"
    message = _("The payment provider refused this payment. Try again, or ask the shop.")


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """A payment as others may see it. `is_unknown`: the provider has not answered yet."""

    id: UUID
    group_id: UUID
    channel: str
    amount_fen: int
    state: PaymentState
    pay_by: datetime
    captured_at: datetime | None
    refunded_fen: int
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class PayLink:
    """Where the buyer pays."""

    payment_id: UUID
    url: str


@needs_transaction
def open(
    group_id: UUID,
    *,
    payer_id: UUID,
    amount_fen: int,
    pay_by: datetime,
    subject: str,
    now: datetime,
) -> PaymentCard:
    """Write down that a checkout is to be paid; the provider is not called here.

    The same checkout gets its open or successful payment again; only after a failed one (the bank
    said no) a new attempt is opened. raises: PaymentOver (closed), WindowOver.
    """
    assert amount_fen > 0
    last = (
        Payment.objects.select_for_update().filter(group_id=group_id).order_by("-attempt").first()
    )
    if last is not None and last.state != PaymentState.FAILED:
        assert (last.amount_fen, last.payer_id) == (amount_fen, payer_id)
        if last.state == PaymentState.CLOSED:
            raise PaymentOver(state=last.state)
        return card(last)
    if now >= pay_by:
        raise WindowOver
    id = ids.new()
    payment = Payment.objects.create(
        id=id,
        group_id=group_id,
        attempt=last.attempt + 1 if last else 1,
        channel=channels.default_name(),
        out_no=ids.public("pay", id),
        payer_id=payer_id,
        amount_fen=amount_fen,
        currency=settings.LAOTIE.currency,
        subject=subject[:120],
        opened_at=now,
        pay_by=pay_by,
        next_query_at=pay_by,
    )
    return card(payment)


def start(payment_id: UUID, *, now: datetime, return_url: str = "") -> PayLink:
    """Offer a payment to its provider and say where the buyer pays. Outside of transactions.

    Asking twice gives the same link. An offer whose answer was lost is asked about first.
    return_url: where the buyer goes afterwards; the house's front page by default.
    raises: NotFound, PaymentOver, WindowOver, ProviderSilent, ProviderRefused.
    """
    intent = _intend(payment_id=payment_id, now=now)
    if isinstance(intent, PayLink):
        return intent
    channel = channels.by_name(intent.channel)
    order = channels.PaymentOrder(
        out_no=intent.out_no,
        amount_fen=intent.amount_fen,
        currency=intent.currency,
        subject=intent.subject,
        pay_by=intent.pay_by,
        return_url=return_url or settings.LAOTIE.public_url,
    )
    crash.point("payments.start.before_call")
    try:
        answer = _ask_or_offer(channel, order, was_asked=intent.was_asked)
        _check_it_is_ours(_find(payment_id), channel, answer)
    except Unanswered as silence:
        log.warning("payment_unanswered", extra={"cause": str(silence)})
        raise ProviderSilent from silence
    except ChannelRefused as no:
        _note_failed(payment_id=payment_id, now=now)
        raise ProviderRefused(reason=no.code) from no
    crash.point("payments.start.after_call")
    offered = _take_answer(payment_id=payment_id, answer=answer, now=now)
    if offered.state != PaymentState.PENDING:
        raise PaymentOver(state=offered.state.value)
    return PayLink(payment_id, answer.pay_url)


def refresh(payment_id: UUID, *, now: datetime) -> PaymentCard:
    """Ask the provider and take its answer as the state. Outside of transactions.

    What was captured is not asked about again, and a provider that does not answer leaves the
    payment as it is. raises: NotFound.
    """
    payment = _find(payment_id)
    if payment.asked_at is None or payment.captured_at is not None:
        return card(payment)
    try:
        channel = channels.by_name(payment.channel)
        answer = channel.query(payment.out_no)
        _check_it_is_ours(payment, channel, answer)
    except NotKnown:
        return _forget_offer(payment_id=payment_id)
    except Unanswered as silence:
        log.warning("payment_unanswered", extra={"cause": str(silence)})
        return card(payment)
    return _take_answer(payment_id=payment_id, answer=answer, now=now)


@needs_transaction
def close(group_id: UUID, *, reason: str, now: datetime) -> None:
    """Let the open payment of a checkout be closed at the provider soon, if there is one.

    reason: `expired` or `cancelled`. Money that comes all the same is still captured.
    """
    Payment.objects.filter(group_id=group_id, state__in=_values(rules.OPEN_STATES)).update(
        close_reason=reason, next_query_at=now
    )


def follow_up(*, now: datetime, limit: int = 50) -> int:
    """Ask about open payments whose time has come, and close those past their window.

    This finds payments whose callback never comes. Returns how many were looked at; stops early
    when the provider does not answer, so that one silence does not become fifty.
    """
    due = list(
        Payment.objects.filter(state__in=_values(rules.OPEN_STATES), next_query_at__lte=now)
        .order_by("next_query_at")
        .values_list("id", flat=True)[:limit]
    )
    for looked_at, payment_id in enumerate(due, start=1):
        try:
            _follow_up_one(payment_id, now=now)
        except Unanswered as silence:
            log.warning("payment_unanswered", extra={"cause": str(silence)})
            return looked_at
    return len(due)


def _follow_up_one(payment_id: UUID, *, now: datetime) -> None:
    payment = _claim_question(payment_id=payment_id, now=now)
    if payment is None:
        return
    is_over = bool(payment.close_reason) or payment.pay_by <= now
    if payment.asked_at is None:
        if is_over:
            _close_here(payment_id=payment_id, now=now)
        return
    channel = channels.by_name(payment.channel)
    try:
        answer = channel.query(payment.out_no)
        if is_over and answer.standing == Standing.PENDING:
            answer = channel.close(payment.out_no)
        _check_it_is_ours(payment, channel, answer)
    except NotKnown:
        _forget_offer(payment_id=payment_id)
        return
    except ChannelRefused as no:
        log.warning("payment_close_refused", extra={"cause": no.code})
        return
    crash.point("payments.follow_up.after_call")
    _take_answer(payment_id=payment_id, answer=answer, now=now)


@dataclass(frozen=True, slots=True)
class _Intent:
    channel: str
    out_no: str
    amount_fen: int
    currency: str
    subject: str
    pay_by: datetime
    was_asked: bool


@use_case
def _intend(*, payment_id: UUID, now: datetime) -> "_Intent | PayLink":
    """Write down that the provider is about to be asked, before it is."""
    payment = _lock(payment_id)
    if payment.state not in _values(rules.OPEN_STATES):
        raise PaymentOver(state=payment.state)
    if now >= payment.pay_by or payment.close_reason:
        raise WindowOver
    if payment.pay_url:
        return PayLink(payment.id, payment.pay_url)
    was_asked = payment.asked_at is not None
    payment.asked_at = now
    payment.next_query_at = now + rules.ANSWER_WITHIN
    payment.save(update_fields=["asked_at", "next_query_at"])
    return _Intent(
        channel=payment.channel,
        out_no=payment.out_no,
        amount_fen=payment.amount_fen,
        currency=payment.currency,
        subject=payment.subject,
        pay_by=payment.pay_by,
        was_asked=was_asked,
    )


def _ask_or_offer(
    channel: channels.Channel, order: channels.PaymentOrder, *, was_asked: bool
) -> PaymentAnswer:
    if was_asked:
        try:
            return channel.query(order.out_no)
        except NotKnown:
            pass  # The earlier offer never arrived.
    return channel.create(order)


def _check_it_is_ours(payment: Payment, channel: channels.Channel, answer: PaymentAnswer) -> None:
    """An answer about another amount or merchant is none: nothing moves, and the bill will tell."""
    ours = (payment.out_no, payment.amount_fen, payment.currency, channel.merchant_no)
    if (answer.out_no, answer.amount_fen, answer.currency, answer.merchant_no) != ours:
        log.error("payment_answer_differs", extra={"payment_id": str(payment.id)})
        raise Unanswered("about something else")


@use_case
def _take_answer(*, payment_id: UUID, answer: PaymentAnswer, now: datetime) -> PaymentCard:
    """Move to where the provider says the payment stands; each move happens once."""
    payment = _lock(payment_id)
    rows = Payment.objects
    fields = {"answered_at": now, "provider_no": answer.provider_no, "pay_url": answer.pay_url}
    if answer.standing == Standing.PAID:
        captured = rules.CAPTURE.try_take(
            rows,
            payment_id,
            captured_at=now,
            provider_paid_at=answer.paid_at,
            fee_fen=answer.fee_fen,
            next_query_at=None,
            **fields,
        )
        if captured:
            event_log.publish(
                PaymentCaptured(payment_id, payment.group_id, payment.amount_fen, now)
            )
    elif answer.standing == Standing.CLOSED:
        _close_row(payment, now=now)
    elif answer.standing == Standing.FAILED:
        rules.FAIL.try_take(rows, payment_id, next_query_at=None, **fields)
    elif answer.standing == Standing.PENDING:
        rules.OFFER.try_take(
            rows,
            payment_id,
            asked_at=payment.asked_at or now,
            next_query_at=rules.next_question(now, payment.queries),
            **fields,
        )
    return card(_find(payment_id))


@use_case
def _note_failed(*, payment_id: UUID, now: datetime) -> None:
    rules.FAIL.try_take(Payment.objects, payment_id, answered_at=now, next_query_at=None)


@use_case
def _forget_offer(*, payment_id: UUID) -> PaymentCard:
    """The provider has never heard of it: the offer did not arrive, so it may be made again."""
    payment = _lock(payment_id)
    if payment.state == PaymentState.CREATED.value:
        payment.asked_at = None
        payment.next_query_at = payment.pay_by
        payment.save(update_fields=["asked_at", "next_query_at"])
    return card(payment)


@use_case
def _claim_question(*, payment_id: UUID, now: datetime) -> Payment | None:
    """Take one due question, so that no second worker asks it at the same time."""
    payment = Payment.objects.select_for_update(skip_locked=True).filter(pk=payment_id).first()
    if (
        payment is None
        or payment.state not in _values(rules.OPEN_STATES)
        or payment.next_query_at is None
        or payment.next_query_at > now
    ):
        return None
    payment.queries += 1
    payment.next_query_at = rules.next_question(now, payment.queries)
    payment.save(update_fields=["queries", "next_query_at"])
    return payment


@use_case
def _close_here(*, payment_id: UUID, now: datetime) -> None:
    payment = _lock(payment_id)
    if payment.asked_at is None:
        _close_row(payment, now=now)


@needs_transaction
def _close_row(payment: Payment, *, now: datetime) -> None:
    reason = payment.close_reason or "expired"
    closed = rules.CLOSE.try_take(
        Payment.objects, payment.id, answered_at=now, next_query_at=None, close_reason=reason
    )
    if closed:
        event_log.publish(PaymentClosed(payment.id, payment.group_id, reason))


def _find(payment_id: UUID) -> Payment:
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    return payment


def _lock(payment_id: UUID) -> Payment:
    payment = Payment.objects.select_for_update().filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    return payment


def card(payment: Payment) -> PaymentCard:
    """A row as others may see it."""
    return PaymentCard(
        id=payment.id,
        group_id=payment.group_id,
        channel=payment.channel,
        amount_fen=payment.amount_fen,
        state=PaymentState(payment.state),
        pay_by=payment.pay_by,
        captured_at=payment.captured_at,
        refunded_fen=payment.refunded_fen,
        is_unknown=payment.asked_at is not None and payment.answered_at is None,
    )


def _values(states: frozenset[PaymentState]) -> list[str]:
    return [state.value for state in states]
