"""Payments: what a checkout is to be paid, and what the provider says has become of it.

A payment is opened in the caller's transaction and offered to the provider outside of any. Its
state only ever follows from asking the provider, whatever a notice or a page says.
"""

import functools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.events.payments import PaymentClosed
from laotie.kernel import crash, event_log, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.payments import captures, channels, rules
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
class Refreshed:
    """Payments that were asked about: where each stands, and why some were not told of."""

    cards: dict[UUID, PaymentCard]
    silences: dict[UUID, Unanswered]


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
    _take_all([_find(payment_id)], [answer], now=now)
    offered = card(_find(payment_id))
    if offered.state != PaymentState.PENDING:
        raise PaymentOver(state=offered.state.value)
    return PayLink(payment_id, answer.pay_url)


def refresh(payment_id: UUID, *, now: datetime) -> PaymentCard:
    """Ask the provider and take its answer as the state. Outside of transactions.

    What was captured is not asked about again, and a provider that does not answer leaves the
    payment as it is. raises: NotFound.
    """
    found = refresh_many([payment_id], now=now).cards
    if not found:
        raise NotFound
    return found[payment_id]


def refresh_many(payment_ids: Sequence[UUID], *, now: datetime) -> Refreshed:
    """The same for many, several asked at a time; those that exist. Captured in one transaction."""
    rows = {row.id: row for row in Payment.objects.filter(pk__in=payment_ids)}
    known = [rows[id] for id in dict.fromkeys(payment_ids) if id in rows]
    asked = [row for row in known if row.asked_at is not None and row.captured_at is None]
    if not asked:
        return Refreshed({row.id: card(row) for row in known}, {})
    answers = captures.ask_all([functools.partial(_question, row) for row in asked])
    crash.point("payments.refresh.after_call")
    silences = _take_all(asked, answers, now=now)
    fresh = Payment.objects.filter(pk__in=payment_ids)
    return Refreshed({row.id: card(row) for row in fresh}, silences)


@needs_transaction
def close(group_id: UUID, *, reason: str, now: datetime) -> None:
    """Let the open payment of a checkout be closed at the provider soon, if there is one.

    reason: `expired` or `cancelled`. Money that comes all the same is still captured.
    """
    Payment.objects.filter(group_id=group_id, state__in=_values(rules.OPEN_STATES)).update(
        close_reason=reason, next_query_at=now
    )


def follow_up(*, now: datetime, limit: int = 400) -> int:
    """Ask about open payments whose time has come, and close those past their window.

    This finds payments whose callback never comes. Returns how many were looked at; stops early
    when the provider does not answer, so that one silence does not become hundreds.
    """
    looked_at = 0
    while looked_at < limit:
        claimed = _claim_questions(now=now, most=min(captures.AT_ONCE, limit - looked_at))
        if not claimed:
            break
        looked_at += len(claimed)
        for payment in claimed:
            if payment.asked_at is None and _is_over(payment, now=now):
                _close_here(payment_id=payment.id, now=now)
        asked = [payment for payment in claimed if payment.asked_at is not None]
        answers = captures.ask_all(
            [
                functools.partial(_question, payment, is_over=_is_over(payment, now=now))
                for payment in asked
            ]
        )
        if asked:
            crash.point("payments.follow_up.after_call")
        if _take_all(asked, answers, now=now):
            break
    return looked_at


def _is_over(payment: Payment, *, now: datetime) -> bool:
    return bool(payment.close_reason) or payment.pay_by <= now


def _question(payment: Payment, *, is_over: bool = False) -> PaymentAnswer:
    """Where the provider has it; what is over is closed there. Touches no table."""
    channel = channels.by_name(payment.channel)
    answer = channel.query(payment.out_no)
    if is_over and answer.standing == Standing.PENDING:
        answer = channel.close(payment.out_no)
    _check_it_is_ours(payment, channel, answer)
    return answer


def _take_all(
    payments: Sequence[Payment], answers: Sequence[captures.Told], *, now: datetime
) -> dict[UUID, Unanswered]:
    """Move to where the provider says that payments stand; of which it said nothing, and why."""
    paid = []
    silences = {}
    for payment, answer in zip(payments, answers, strict=True):
        if isinstance(answer, NotKnown):
            _forget_offer(payment_id=payment.id)
        elif isinstance(answer, Unanswered):
            log.warning("payment_unanswered", extra={"cause": str(answer)})
            silences[payment.id] = answer
        elif isinstance(answer, ChannelRefused):
            log.warning("payment_question_refused", extra={"cause": answer.code})
        elif answer.standing == Standing.PAID:
            paid.append(captures.Paid(payment.id, answer))
        else:
            _take_answer(payment_id=payment.id, answer=answer, now=now)
    if paid:
        captures.take(paid=paid, now=now)
    return silences


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
def _take_answer(*, payment_id: UUID, answer: PaymentAnswer, now: datetime) -> None:
    """Move to where the provider says that an unpaid payment stands; each move happens once."""
    payment = _lock(payment_id)
    rows = Payment.objects
    fields = {"answered_at": now, "provider_no": answer.provider_no, "pay_url": answer.pay_url}
    if answer.standing == Standing.CLOSED:
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


@use_case
def _note_failed(*, payment_id: UUID, now: datetime) -> None:
    rules.FAIL.try_take(Payment.objects, payment_id, answered_at=now, next_query_at=None)


@use_case
def _forget_offer(*, payment_id: UUID) -> None:
    """The provider has never heard of it: the offer did not arrive, so it may be made again."""
    payment = _lock(payment_id)
    if payment.state == PaymentState.CREATED.value:
        payment.asked_at = None
        payment.next_query_at = payment.pay_by
        payment.save(update_fields=["asked_at", "next_query_at"])


@use_case
def _claim_questions(*, now: datetime, most: int) -> list[Payment]:
    """Take some due questions, so that no second worker asks them at the same time."""
    due = list(
        Payment.objects.select_for_update(skip_locked=True)
        .filter(state__in=_values(rules.OPEN_STATES), next_query_at__lte=now)
        .order_by("next_query_at")[:most]
    )
    for payment in due:
        payment.queries += 1
        payment.next_query_at = rules.next_question(now, payment.queries)
    if due:
        Payment.objects.bulk_update(due, ["queries", "next_query_at"])
    return due


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
