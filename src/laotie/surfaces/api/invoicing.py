"""A shop's invoices: written, refused, turned red."""

from django.http import HttpRequest
from ninja import Router

from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.invoices import InvoiceOut
from laotie.surfaces.api.shapes import In, InvoiceId, ShopId
from laotie.trade import invoices
from laotie.trade.invoices import InvoiceState

router = Router(tags=["invoices"])


class IssueIn(In):
    number: str


class RefuseIn(In):
    reason: str


class RedIn(In):
    red_number: str


@router.get("/shops/{shop_id}/invoices", response=list[InvoiceOut], summary="A shop's invoices")
def of_shop(request: HttpRequest, shop_id: ShopId, state: str | None = None) -> object:
    if state is not None and state not in set(InvoiceState):
        raise Invalid(field="state", reason="choice")
    return invoices.of_shop_page(
        actor=door.actor(request),
        shop_id=shop_id,
        state=None if state is None else InvoiceState(state),
        **paging.asked(request),
    )


@router.post("/invoices/{invoice_id}/issue", response=InvoiceOut, summary="It is written")
def issue(request: HttpRequest, invoice_id: InvoiceId, payload: IssueIn) -> object:
    return invoices.issue(
        actor=door.actor(request),
        invoice_id=invoice_id,
        number=payload.number,
        now=clock.now(),
    )


@router.post("/invoices/{invoice_id}/refuse", response=InvoiceOut, summary="None is written")
def refuse(request: HttpRequest, invoice_id: InvoiceId, payload: RefuseIn) -> object:
    return invoices.refuse(
        actor=door.actor(request),
        invoice_id=invoice_id,
        reason=payload.reason,
        now=clock.now(),
    )


@router.post("/invoices/{invoice_id}/red", response=InvoiceOut, summary="A red one cancels it")
def turn_red(request: HttpRequest, invoice_id: InvoiceId, payload: RedIn) -> object:
    return invoices.turn_red(
        actor=door.actor(request),
        invoice_id=invoice_id,
        red_number=payload.red_number,
        now=clock.now(),
    )
