"""Refunds: units, lines or whole orders go back to the buyer, before and after settlement.

Before shipping a buyer's word is enough. After it the shop decides, or an operator, or time.
What a refund comes to is the ledger's word; what it does to the order is in `returns`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.catalog import pictures
from laotie.events.trade import RefundRefused, RefundRequested, RefundWithdrawn
from laotie.kernel import event_log, idempotency
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, KeyReused, NotFound, Refusal, WrongState
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.ledger import refunds as ledger_refunds
from laotie.trade import each_alone, models, policy, refund_cards, returns, rules
from laotie.trade.refund_cards import Refund, asked_of, card, failed_of, of_order
from laotie.trade.rules import LineStanding, OrderState, RefundCause, RefundState

__all__ = ["NothingToRefund", "Refund", "RefundCause", "RefundOpen", "RefundState"]
__all__ += [
    "agree_due",
    "ask_again",
    "asked_of",
    "cancel_paid",
    "card",
    "failed_of",
    "give",
    "grant",
    "of_order",
    "refuse",
    "request",
    "withdraw",
]


class NothingToRefund(Refusal):
    """`left`: units by line number that can still be refunded."""

    code = "NOTHING_TO_REFUND"
    message = _("Not as many units are left to refund. Reload the order.")


class RefundOpen(Refusal):
    code = "REFUND_OPEN"
    message = _("A refund of this order is open already. Wait until it is decided.")


class AskedTooOften(Refusal):
    code = "ASKED_TOO_OFTEN"
    message = _("You have asked %(most)s times for this. Ask us to look at it instead.")


@use_case
def request(
    *,
    actor: Actor,
    order_id: UUID,
    units: Mapping[int, int],
    reason: str,
    cause: RefundCause = RefundCause.BUYER,
    picture_files: Sequence[str] = (),
    key: str,
    now: datetime,
) -> Refund:
    """A buyer wants these units' money back.

    Units that have not shipped are refunded at once. Otherwise the shop decides, within 48 hours;
    then time decides for the buyer. The same key again is the same refund.
    units:  by line number. cause: what the buyer says; the shop may see it otherwise.
    picture_files: at most six that the buyer has stored.
    raises: SignInFirst, NotFound, WrongState (not paid, or complete), NothingToRefund, RefundOpen,
        KeyReused, Invalid.
    """
    buyer_id = actor.require_person()
    if not models.Order.objects.filter(pk=order_id, buyer_id=buyer_id).exists():
        raise NotFound
    wish = _Wish(order_id, dict(units), cause, clean_line(reason, field="reason", longest=200))
    order = returns.lock(order_id)
    known = _known(wish, buyer_id, key)
    if known is not None:
        return known
    shown = _own_pictures(buyer_id, picture_files)
    if order.state == OrderState.COMPLETED:
        raise WrongState(step="refund.request")
    lines = _check(order, wish)
    if _is_asked(order_id):
        raise RefundOpen
    # Whose fault it is decides about freight once something has shipped, so then the shop is asked.
    is_plain = cause is RefundCause.BUYER or not any(line.shipped for line in lines)
    at_once = is_plain and all(line.to_ship >= wish.units.get(line.line_no, 0) for line in lines)
    row = _write(wish, buyer_id, key, decide_by=now + policy.current().decide_refund, now=now)
    _show(row, shown)
    if at_once:
        returns.grant(order, row, lines, wish.units, by=buyer_id, now=now)
    event_log.publish(RefundRequested(row.id, order_id, row.amount_fen))
    return refund_cards.of([row])[0]


@use_case
def ask_again(
    *,
    actor: Actor,
    refund_id: UUID,
    units: Mapping[int, int],
    reason: str,
    cause: RefundCause,
    picture_files: Sequence[str] = (),
    now: datetime,
) -> Refund:
    """A refund that the shop refused is asked for anew, with what the buyer says and shows now.

    The shop has its 48 hours again. At most five times; the same text again counts too.
    raises: SignInFirst, NotFound, WrongState (not refused, or the order is complete),
        NothingToRefund, RefundOpen, AskedTooOften, Invalid.
    """
    buyer_id = actor.require_person()
    found = _find(refund_id)
    if not models.Order.objects.filter(pk=found.order_id, buyer_id=buyer_id).exists():
        raise NotFound
    shown = _own_pictures(buyer_id, picture_files)
    cleaned = clean_line(reason, field="reason", longest=200)
    wish = _Wish(found.order_id, dict(units), cause, cleaned)
    order = returns.lock(found.order_id)
    found.refresh_from_db()
    if found.state != RefundState.REFUSED or order.state == OrderState.COMPLETED:
        raise WrongState(step="refund.ask_again")
    if _is_asked(order.id):
        raise RefundOpen
    if found.tries >= rules.MOST_TRIES:
        raise AskedTooOften(most=rules.MOST_TRIES)
    lines = _check(order, wish)
    rules.ASK_AGAIN.take(
        models.Refund.objects,
        refund_id,
        cause=cause,
        reason=cleaned,
        amount_fen=_preview_fen(wish, lines),
        decide_by=now + policy.current().decide_refund,
        refusal="",
        decided_at=None,
        decided_by_id=None,
        tries=found.tries + 1,
    )
    models.RefundLine.objects.filter(refund=refund_id).delete()
    models.RefundPicture.objects.filter(refund=refund_id).delete()
    row = _find(refund_id)
    _put_units(row, wish.units)
    _show(row, shown)
    event_log.publish(RefundRequested(refund_id, order.id, row.amount_fen))
    return refund_cards.of([row])[0]


@use_case
def give(
    *,
    actor: Actor,
    order_id: UUID,
    units: Mapping[int, int],
    reason: str,
    cause: RefundCause = RefundCause.SHOP,
    key: str,
    now: datetime,
) -> Refund:
    """The shop or an operator gives these units' money back, also after completion.

    raises: SignInFirst, NotFound, NotAllowed, WrongState, NothingToRefund, RefundOpen, KeyReused,
        Invalid.
    """
    _require_refund_right(actor, order_id)
    wish = _Wish(order_id, dict(units), cause, clean_line(reason, field="reason", longest=200))
    order = returns.lock(order_id)
    known = _known(wish, actor.person_id, key)
    if known is not None:
        return known
    lines = _check(order, wish)
    if _is_asked(order_id):
        raise RefundOpen
    row = _write(wish, actor.person_id, key, decide_by=None, now=now)
    returns.grant(order, row, lines, wish.units, by=actor.person_id, now=now)
    event_log.publish(RefundRequested(row.id, order_id, row.amount_fen))
    return refund_cards.of([row])[0]


@use_case
def grant(
    *, actor: Actor, refund_id: UUID, cause: RefundCause | None = None, now: datetime
) -> Refund:
    """The shop or an operator agrees: the money is on its way. Agreeing twice is agreeing.

    cause:  as the shop sees it; by default as the buyer said.
    raises: SignInFirst, NotFound, NotAllowed, WrongState.
    """
    row = _find(refund_id)
    _require_refund_right(actor, row.order_id)
    return _decide(row, by=actor.person_id, cause=cause, now=now)


@use_case
def refuse(*, actor: Actor, refund_id: UUID, reason: str, now: datetime) -> Refund:
    """The shop or an operator says no, and the buyer reads why.

    reason: 1 to 200 characters.
    raises: SignInFirst, NotFound, NotAllowed, Invalid, WrongState.
    """
    row = _find(refund_id)
    _require_refund_right(actor, row.order_id)
    cleaned = clean_line(reason, field="reason", longest=200)
    returns.lock(row.order_id)
    rules.REFUSE.take(
        models.Refund.objects,
        refund_id,
        refusal=cleaned,
        decided_at=now,
        decided_by_id=actor.person_id,
    )
    event_log.publish(RefundRefused(refund_id, row.order_id))
    return card(refund_id)


@use_case
def withdraw(*, actor: Actor, refund_id: UUID, now: datetime) -> Refund:
    """The buyer takes the wish back. raises: SignInFirst, NotFound, WrongState."""
    buyer_id = actor.require_person()
    row = _find(refund_id)
    if not models.Order.objects.filter(pk=row.order_id, buyer_id=buyer_id).exists():
        raise NotFound
    returns.lock(row.order_id)
    rules.WITHDRAW.take(models.Refund.objects, refund_id, decided_at=now, decided_by_id=buyer_id)
    event_log.publish(RefundWithdrawn(refund_id, row.order_id))
    return card(refund_id)


def agree_due(*, now: datetime) -> int:
    """Wishes that no shop has answered in time are granted; how many."""
    due = models.Refund.objects.filter(state=RefundState.REQUESTED, decide_by__lte=now)
    refund_ids = due.order_by("decide_by").values_list("pk", flat=True)[: each_alone.MOST]
    return each_alone.run(_agree, list(refund_ids), now=now)


@use_case
def _agree(refund_id: UUID, *, now: datetime) -> None:
    _decide(_find(refund_id), by=None, cause=None, now=now)


@needs_transaction
def cancel_paid(order: models.Order, *, by: UUID, now: datetime) -> UUID:
    """Refund a paid order whole, before anything shipped; the refund's id. The order is locked.

    Units that are refunded already stay so. raises: WrongState, RefundOpen, NothingToRefund.
    """
    if order.state != OrderState.PAID:
        raise WrongState(step="order.cancel")
    earlier = models.Refund.objects.filter(
        order=order, asked_by_id=by, key=returns.CANCEL_KEY
    ).first()
    if earlier is not None:
        return earlier.id
    if _is_asked(order.id):
        raise RefundOpen
    lines = returns.standings(order.id)
    units = {line.line_no: line.refundable for line in lines if line.refundable}
    wish = _Wish(order.id, units, RefundCause.BUYER, "cancelled")
    _check(order, wish)
    row = _write(wish, by, returns.CANCEL_KEY, decide_by=None, now=now)
    returns.grant(order, row, lines, units, by=by, now=now)
    event_log.publish(RefundRequested(row.id, order.id, row.amount_fen))
    return row.id


@dataclass(frozen=True, slots=True)
class _Wish:
    order_id: UUID
    units: dict[int, int]
    cause: RefundCause
    reason: str

    @property
    def digest(self) -> str:
        return idempotency.digest([str(self.order_id), sorted(self.units.items()), self.cause])


def _known(wish: _Wish, person_id: UUID | None, key: str) -> Refund | None:
    """The refund that this key stands for. raises: KeyReused, Invalid."""
    row = models.Refund.objects.filter(
        order=wish.order_id, asked_by_id=person_id, key=idempotency.clean_key(key)
    ).first()
    if row is None:
        return None
    if row.digest != wish.digest:
        raise KeyReused
    return refund_cards.of([row])[0]


def _check(order: models.Order, wish: _Wish) -> list[LineStanding]:
    if order.state not in rules.REFUNDABLE:
        raise WrongState(step="refund.request")
    lines = returns.standings(order.id)
    left = {line.line_no: line.refundable for line in lines}
    if not wish.units or any(not 0 < n <= left.get(no, 0) for no, n in wish.units.items()):
        raise NothingToRefund(left={str(no): n for no, n in left.items()})
    return lines


def _write(
    wish: _Wish, person_id: UUID | None, key: str, *, decide_by: datetime | None, now: datetime
) -> models.Refund:
    row = models.Refund.objects.create(
        order_id=wish.order_id,
        asked_by_id=person_id,
        key=key,
        digest=wish.digest,
        state=RefundState.REQUESTED,
        cause=wish.cause,
        reason=wish.reason,
        amount_fen=_preview_fen(wish, returns.standings(wish.order_id)),
        decide_by=decide_by,
        asked_at=now,
    )
    _put_units(row, wish.units)
    return row


def _preview_fen(wish: _Wish, lines: list[LineStanding]) -> int:
    """What the buyer would get now."""
    return ledger_refunds.preview(
        wish.order_id,
        units=wish.units,
        freight_lines=rules.freight_lines(lines, wish.units, cause=wish.cause),
    ).to_buyer_fen


def _put_units(row: models.Refund, units: Mapping[int, int]) -> None:
    models.RefundLine.objects.bulk_create(
        models.RefundLine(refund=row, line_no=line_no, quantity=quantity)
        for line_no, quantity in units.items()
    )


def _own_pictures(person_id: UUID, files: Sequence[str]) -> tuple[str, ...]:
    """raises: Invalid for more than six, or for what this person has not stored."""
    shown = tuple(dict.fromkeys(files))
    if len(shown) > rules.MOST_PICTURES:
        raise Invalid(field="pictures", reason="too_many")
    if not pictures.files_of_person(person_id, shown):
        raise Invalid(field="pictures", reason="picture")
    return shown


def _show(row: models.Refund, files: Sequence[str]) -> None:
    models.RefundPicture.objects.bulk_create(
        models.RefundPicture(refund=row, position=position, file=file)
        for position, file in enumerate(files, start=1)
    )


def _decide(
    row: models.Refund, *, by: UUID | None, cause: RefundCause | None, now: datetime
) -> Refund:
    order = returns.lock(row.order_id)
    row.refresh_from_db()
    units = _units(row.id)
    if row.state in {RefundState.REFUNDING, RefundState.REFUNDED}:
        return refund_cards.of([row])[0]
    if cause is not None:
        row.cause = cause
    returns.grant(order, row, returns.standings(order.id), units, by=by, now=now)
    return refund_cards.of([row])[0]


def _require_refund_right(actor: Actor, order_id: UUID) -> None:
    shop_id = models.Order.objects.filter(pk=order_id).values_list("shop_id", flat=True).first()
    if shop_id is None:
        if not actor.is_operator:
            actor.require_person()
        raise NotFound
    actor.require_shop(shop_id, "refund")


def _is_asked(order_id: UUID) -> bool:
    return models.Refund.objects.filter(order=order_id, state=RefundState.REQUESTED).exists()


def _find(refund_id: UUID) -> models.Refund:
    row = models.Refund.objects.filter(pk=refund_id).first()
    if row is None:
        raise NotFound
    return row


def _units(refund_id: UUID) -> dict[int, int]:
    rows = models.RefundLine.objects.filter(refund=refund_id).order_by("line_no")
    return dict(rows.values_list("line_no", "quantity"))
