"""The invoice of an order, for its buyer; its shop may look at it here too."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from laotie.kernel import clock, papers
from laotie.kernel.errors import Invalid
from laotie.surfaces.api import door
from laotie.surfaces.api.shapes import In, InvoiceId, OrderId, Out, ShopId
from laotie.trade import invoices
from laotie.trade.invoices import InvoiceKind

router = Router(tags=["invoices"])


class InvoiceIn(In):
    """`kind`: personal or company; a company has a `tax_no`."""

    kind: str
    title: str
    tax_no: str = ""


class InvoiceOut(Out):
    invoice_id: InvoiceId
    order_id: OrderId
    shop_id: ShopId
    state: str
    kind: str
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


@router.get("/orders/{order_id}/invoices", response=list[InvoiceOut], summary="Of one order")
def of_order(request: HttpRequest, order_id: OrderId) -> object:
    return invoices.of_order(actor=door.actor(request), order_id=order_id)


@router.post("/orders/{order_id}/invoices", response={201: InvoiceOut}, summary="Ask for one")
def ask(request: HttpRequest, order_id: OrderId, payload: InvoiceIn) -> object:
    who = door.actor(request)
    who.require_person()
    if payload.kind not in set(InvoiceKind):
        raise Invalid(field="kind", reason="choice")
    return Status(
        201,
        invoices.request(
            actor=who,
            order_id=order_id,
            kind=InvoiceKind(payload.kind),
            title=payload.title,
            tax_no=payload.tax_no,
            now=clock.now(),
        ),
    )


@router.post("/invoices/{invoice_id}/withdraw", response=InvoiceOut, summary="Do not ask any more")
def withdraw(request: HttpRequest, invoice_id: InvoiceId) -> object:
    return invoices.withdraw(actor=door.actor(request), invoice_id=invoice_id, now=clock.now())


@router.get("/invoices/{invoice_id}/pdf", summary="Its file", include_in_schema=False)
def pdf(request: HttpRequest, invoice_id: InvoiceId) -> HttpResponse:
    file = invoices.pdf_of(actor=door.actor(request), invoice_id=invoice_id)
    answer = HttpResponse(file.body, content_type=papers.PDF)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
