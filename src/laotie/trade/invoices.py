"""Invoices on request: a buyer asks, the shop writes one or says why not, a refund turns it red.

The tax office's own system makes the invoice; here it is asked for, handed over and followed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.kernel import ids, pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.kernel.text import clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.trade import models, notices, rules
from laotie.trade.rules import InvoiceKind, InvoiceState

__all__ = ["InvoiceKind", "InvoiceState"]

MOST_BYTES = 2 << 20
_TITLE_LETTERS = 100
_NUMBER_LETTERS = 20
RIGHT = "money"  # Whoever keeps a shop's books writes its invoices.


class InvoiceOpen(Refusal):
    code = "INVOICE_OPEN"
    message = _("This order has an invoice, or one is asked for. Look at it on the order's page.")


class NoInvoiceYet(Refusal):
    code = "NO_INVOICE_YET"
    message = _("An invoice can be asked for once the goods are received and not refunded whole.")


@dataclass(frozen=True, slots=True)
class InvoiceCard:
    """An invoice as its buyer and its shop see it.

    amount_fen: what it is about; while REQUESTED, what it would be about now.
    """

    invoice_id: UUID
    public_id: str
    order_id: UUID
    shop_id: UUID
    state: InvoiceState
    kind: InvoiceKind
    title: str
    tax_no: str
    amount_fen: int
    number: str
    red_number: str
    reason: str
    has_file: bool
    asked_at: datetime
    issued_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvoicePdf:
    """The file as the shop gave it, and a name to save it under."""

    name: str
    body: bytes


@use_case
def request(
    *, actor: Actor, order_id: UUID, kind: InvoiceKind, title: str, tax_no: str = "", now: datetime
) -> InvoiceCard:
    """The shop is asked for an invoice over what the buyer paid and did not get back.

    title:  the person's or the company's name. tax_no: a company's, with a right check letter.
    raises: SignInFirst, NotFound, NoInvoiceYet, InvoiceOpen, Invalid.
    """
    buyer_id = actor.require_person()
    order = _order(order_id, buyer_id=buyer_id)
    written = clean_line(title, field="invoice_title", longest=_TITLE_LETTERS)
    number = _clean_tax_no(tax_no) if kind is InvoiceKind.COMPANY else ""
    left_fen = order.total_fen - order.refunded_fen
    if order.state not in rules.INVOICEABLE or left_fen < 1:
        raise NoInvoiceYet
    running = [state.value for state in rules.RUNNING_INVOICE]
    if models.Invoice.objects.filter(order=order, state__in=running).exists():
        raise InvoiceOpen
    row = models.Invoice.objects.create(
        order=order,
        shop_id=order.shop_id,
        state=InvoiceState.REQUESTED,
        kind=kind,
        title=written,
        tax_no=number,
        amount_fen=left_fen,
        asked_at=now,
    )
    notices.invoice_requested(order_id, row.id, now=now)
    return _card(row, order, has_file=False)


@use_case
def withdraw(*, actor: Actor, invoice_id: UUID, now: datetime) -> InvoiceCard:
    """The buyer does not ask any more. raises: SignInFirst, NotFound, WrongState."""
    buyer_id = actor.require_person()
    row = models.Invoice.objects.filter(pk=invoice_id, order__buyer_id=buyer_id).first()
    if row is None:
        raise NotFound
    if row.state != InvoiceState.CLOSED:
        rules.CLOSE_INVOICE.take(models.Invoice.objects, invoice_id, ended_at=now)
    return card(invoice_id)


@use_case
def issue(
    *, actor: Actor, invoice_id: UUID, number: str, pdf: bytes | None = None, now: datetime
) -> InvoiceCard:
    """The buyer has the invoice: its number, and its file if the shop gives one.

    pdf:    at most 2 MB.
    raises: SignInFirst, NotFound, NotAllowed, WrongState, NoInvoiceYet, Invalid.
    """
    row = _of_shop(actor, invoice_id)
    written = _clean_number(number, field="invoice_no")
    if pdf is not None and not (pdf.startswith(b"%PDF-") and len(pdf) <= MOST_BYTES):
        raise Invalid(field="invoice_pdf", reason="form")
    order = models.Order.objects.select_for_update().get(pk=row.order_id)
    left_fen = order.total_fen - order.refunded_fen
    if left_fen < 1:
        raise NoInvoiceYet
    rules.ISSUE.take(
        models.Invoice.objects,
        invoice_id,
        number=written,
        amount_fen=left_fen,
        issued_at=now,
        decided_by_id=actor.person_id,
    )
    if pdf is not None:
        models.InvoiceFile.objects.create(
            invoice=row, body=pdf, digest=hashlib.sha256(pdf).hexdigest(), kept_at=now
        )
    notices.invoice_issued(row.order_id, invoice_id, now=now)
    return card(invoice_id)


@use_case
def refuse(*, actor: Actor, invoice_id: UUID, reason: str, now: datetime) -> InvoiceCard:
    """The shop writes none; the buyer reads why, and may ask again.

    raises: SignInFirst, NotFound, NotAllowed, WrongState, Invalid.
    """
    row = _of_shop(actor, invoice_id)
    written = clean_line(reason, field="reason", longest=200)
    rules.REFUSE_INVOICE.take(
        models.Invoice.objects,
        invoice_id,
        reason=written,
        ended_at=now,
        decided_by_id=actor.person_id,
    )
    notices.invoice_refused(row.order_id, invoice_id, written, now=now)
    return card(invoice_id)


@use_case
def turn_red(*, actor: Actor, invoice_id: UUID, red_number: str, now: datetime) -> InvoiceCard:
    """A red invoice cancels this one; over what is left, the buyer may ask for another.

    raises: SignInFirst, NotFound, NotAllowed, WrongState, Invalid.
    """
    row = _of_shop(actor, invoice_id)
    written = _clean_number(red_number, field="red_no")
    rules.TURN_RED.take(
        models.Invoice.objects,
        invoice_id,
        red_number=written,
        ended_at=now,
        decided_by_id=actor.person_id,
    )
    notices.invoice_red(row.order_id, invoice_id, now=now)
    return card(invoice_id)


@needs_transaction
def refunded(order_id: UUID, *, now: datetime) -> None:
    """Money of an order went back: an invoice over more than is left owes a red one.

    A wish that nothing is left for ends. Twice is once, in any order with the shop's own steps.
    """
    order = models.Order.objects.select_for_update().get(pk=order_id)
    left_fen = order.total_fen - order.refunded_fen
    running = [state.value for state in rules.RUNNING_INVOICE]
    row = models.Invoice.objects.filter(order=order, state__in=running).first()
    if row is None:
        return
    if row.state == InvoiceState.REQUESTED and left_fen < 1:
        rules.CLOSE_INVOICE.try_take(models.Invoice.objects, row.id, ended_at=now)
    elif row.amount_fen > left_fen and rules.OWE_RED.try_take(models.Invoice.objects, row.id):
        notices.invoice_red_due(order_id, row.id, now=now)


def card(invoice_id: UUID) -> InvoiceCard:
    """Two queries. raises: NotFound; the caller has asked who may look."""
    row = models.Invoice.objects.select_related("order").filter(pk=invoice_id).first()
    if row is None:
        raise NotFound
    (found,) = _cards([row])
    return found


def of_order(*, actor: Actor, order_id: UUID) -> tuple[InvoiceCard, ...]:
    """Invoices of an order, oldest first, for its buyer and for who keeps the shop's books.

    Three queries. raises: SignInFirst, NotFound, NotAllowed.
    """
    order = models.Order.objects.filter(pk=order_id).first()
    if order is None or order.buyer_id != actor.person_id:
        _require(actor, order.shop_id if order else None)
    rows = models.Invoice.objects.select_related("order").filter(order=order_id)
    return _cards(rows.order_by("asked_at", "id"))


def of_shop(
    *, actor: Actor, shop_id: UUID, state: InvoiceState | None = None, most: int = 100
) -> tuple[InvoiceCard, ...]:
    """A shop's invoices: what waits for the shop longest first, then the newest. Two queries.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    return of_shop_page(actor=actor, shop_id=shop_id, state=state, after=None, most=most).rows


def of_shop_page(
    *, actor: Actor, shop_id: UUID, state: InvoiceState | None, after: str | None, most: int
) -> pages.Page[InvoiceCard]:
    """The same, page by page. raises: Invalid (`after`)."""
    actor.require_shop(shop_id, RIGHT)
    rows = models.Invoice.objects.select_related("order").filter(shop_id=shop_id)
    if state is not None:
        rows = rows.filter(state=state)
    waits = state in {InvoiceState.REQUESTED, InvoiceState.RED_DUE}
    in_order = pages.oldest_first if waits else pages.newest_first
    found = in_order(rows, "asked_at", after=after, most=most)
    return found.of(_cards(found.rows))


def waiting(shop_id: UUID) -> int:
    """How many invoices wait for the shop. One query; the caller has asked who may look."""
    waits = [InvoiceState.REQUESTED.value, InvoiceState.RED_DUE.value]
    return models.Invoice.objects.filter(shop_id=shop_id, state__in=waits).count()


def pdf_of(*, actor: Actor, invoice_id: UUID) -> InvoicePdf:
    """The file, for the buyer and who keeps the shop's books.

    raises: SignInFirst, NotFound, NotAllowed.
    """
    file = models.InvoiceFile.objects.select_related("invoice__order").filter(pk=invoice_id).first()
    if file is None:
        actor.require_person()
        raise NotFound
    if file.invoice.order.buyer_id != actor.person_id:
        _require(actor, file.invoice.shop_id)
    return InvoicePdf(f"{file.invoice.order.number}-{file.invoice.number}.pdf", bytes(file.body))


def _order(order_id: UUID, *, buyer_id: UUID) -> models.Order:
    row = models.Order.objects.select_for_update().filter(pk=order_id, buyer_id=buyer_id).first()
    if row is None:
        raise NotFound
    return row


def _of_shop(actor: Actor, invoice_id: UUID) -> models.Invoice:
    row = models.Invoice.objects.filter(pk=invoice_id).first()
    _require(actor, row.shop_id if row else None)
    assert row is not None
    return row


def _require(actor: Actor, shop_id: UUID | None) -> None:
    if shop_id is None:
        if not actor.is_operator:
            actor.require_person()
        raise NotFound
    actor.require_shop(shop_id, RIGHT)


def _clean_tax_no(text: str) -> str:
    """raises: Invalid."""
    cleaned = clean_line(text, field="tax_no", longest=_NUMBER_LETTERS).upper().replace(" ", "")
    is_right = (
        rules.is_credit_code(cleaned)
        if settings.LAOTIE.profile == "cn"
        else cleaned.isascii() and cleaned.isalnum()
    )
    if not is_right:
        raise Invalid(field="tax_no", reason="form")
    return cleaned


def _clean_number(text: str, *, field: str) -> str:
    cleaned = clean_line(text, field=field, longest=_NUMBER_LETTERS).replace(" ", "")
    if not cleaned.isascii() or not cleaned.replace("-", "").isalnum():
        raise Invalid(field=field, reason="characters")
    return cleaned


def _cards(invoices: Iterable[models.Invoice]) -> tuple[InvoiceCard, ...]:
    rows = list(invoices)
    files = set(
        models.InvoiceFile.objects.filter(pk__in=[row.id for row in rows]).values_list(
            "pk", flat=True
        )
    )
    return tuple(_card(row, row.order, has_file=row.id in files) for row in rows)


def _card(row: models.Invoice, order: models.Order, *, has_file: bool) -> InvoiceCard:
    state = InvoiceState(row.state)
    left_fen = order.total_fen - order.refunded_fen
    return InvoiceCard(
        invoice_id=row.id,
        public_id=ids.public("inv", row.id),
        order_id=row.order_id,
        shop_id=row.shop_id,
        state=state,
        kind=InvoiceKind(row.kind),
        title=row.title,
        tax_no=row.tax_no,
        amount_fen=left_fen if state is InvoiceState.REQUESTED else row.amount_fen,
        number=row.number,
        red_number=row.red_number,
        reason=row.reason,
        has_file=has_file,
        asked_at=row.asked_at,
        issued_at=row.issued_at,
        ended_at=row.ended_at,
    )
