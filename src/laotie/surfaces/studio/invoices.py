"""Invoices that buyers ask a shop for: written, refused, turned red."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids, papers
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import web
from laotie.trade import invoices, queries
from laotie.trade.invoices import InvoiceState

_TABS = (
    ("REQUESTED", gettext_lazy("To write")),
    ("RED_DUE", gettext_lazy("To turn red")),
    ("all", gettext_lazy("All")),
)


class IssueForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("The invoice's number"), max_length=20)
    pdf = forms.FileField(
        label=gettext_lazy("PDF"),
        required=False,
        help_text=gettext_lazy("At most 2 MB. Without it the buyer gets the number alone."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class RedForm(forms.Form):
    red_number = forms.CharField(label=gettext_lazy("The red invoice's number"), max_length=20)


@require_GET
@web.screen
def listing(request: HttpRequest, shop: str) -> HttpResponse:
    return _show(request, shop, request.GET.get("state", "REQUESTED"))


@require_GET
@web.screen
def page(request: HttpRequest, shop: str, invoice: str) -> HttpResponse:
    return _page(request, shop, invoice)


@require_POST
@web.screen
def issue(request: HttpRequest, shop: str, invoice: str) -> HttpResponse:
    """The buyer gets the number, and the file if there is one."""
    card = _of_shop(request, shop, invoice)
    form = IssueForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, shop, invoice, status=422, issue_form=form)
    file = form.cleaned_data["pdf"]
    try:
        if file is not None and file.size > invoices.MOST_BYTES:
            raise Invalid(field="invoice_pdf", reason="form")
        who, _file = web.shop_of(request, shop)
        invoices.issue(
            actor=who,
            invoice_id=card.invoice_id,
            number=form.cleaned_data["number"],
            pdf=file.read() if file is not None else None,
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        blamed = web.blame(form, refusal, invoice_no="number", invoice_pdf="pdf")
        return _page(request, shop, invoice, status=refusal.status, issue_form=blamed)
    return go(request, _address(shop, "REQUESTED"), said=_("Sent. The buyer is told."))


@require_POST
@web.screen
def refuse(request: HttpRequest, shop: str, invoice: str) -> HttpResponse:
    """None is written, and the buyer reads why."""
    card = _of_shop(request, shop, invoice)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, shop, invoice, status=422, refuse_form=form)
    who, _file = web.shop_of(request, shop)
    try:
        invoices.refuse(
            actor=who,
            invoice_id=card.invoice_id,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return _page(request, shop, invoice, status=refusal.status, refuse_form=blamed)
    return go(request, _address(shop, "REQUESTED"), said=_("Declined. The buyer is told."))


@require_POST
@web.screen
def turn_red(request: HttpRequest, shop: str, invoice: str) -> HttpResponse:
    """A red invoice cancels this one."""
    card = _of_shop(request, shop, invoice)
    form = RedForm(request.POST)
    if not form.is_valid():
        return _page(request, shop, invoice, status=422, red_form=form)
    who, _file = web.shop_of(request, shop)
    try:
        invoices.turn_red(
            actor=who,
            invoice_id=card.invoice_id,
            red_number=form.cleaned_data["red_number"],
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, red_no="red_number")
        return _page(request, shop, invoice, status=refusal.status, red_form=blamed)
    return go(request, _address(shop, "RED_DUE"), said=_("Turned red. The buyer is told."))


@require_GET
@web.screen
def pdf(request: HttpRequest, shop: str, invoice: str) -> HttpResponse:
    card = _of_shop(request, shop, invoice)
    who, _file = web.shop_of(request, shop)
    file = invoices.pdf_of(actor=who, invoice_id=card.invoice_id)
    answer = HttpResponse(file.body, content_type=papers.PDF)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _show(request: HttpRequest, shop: str, tab: str) -> HttpResponse:
    """One tab of the list. Six queries."""
    who, file = web.shop_of(request, shop)
    state = InvoiceState(tab) if tab in {"REQUESTED", "RED_DUE"} else None
    found = invoices.of_shop(actor=who, shop_id=file.card.id, state=state)
    cards = queries.order_cards({one.order_id for one in found}, actor=who)
    facts = {
        "shop": shop,
        "tabs": _TABS,
        "tab": state.value if state else "all",
        "invoices": [(one, cards[one.order_id].number) for one in found],
    }
    return web.show(request, "studio/invoices.html", facts)


def _page(
    request: HttpRequest, shop: str, invoice: str, *, status: int = 200, **extra: object
) -> HttpResponse:
    card = _of_shop(request, shop, invoice)
    who, _file = web.shop_of(request, shop)
    order = queries.order_cards([card.order_id], actor=who)[card.order_id]
    facts: dict[str, object] = {
        "shop": shop,
        "invoice": card,
        "order": order,
        "issue_form": IssueForm(),
        "refuse_form": RefuseForm(),
        "red_form": RedForm(),
    }
    return web.show(request, "studio/invoice.html", {**facts, **extra}, status=status)


def _of_shop(request: HttpRequest, shop: str, invoice: str) -> invoices.InvoiceCard:
    """raises: NotFound, NotAllowed."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, invoices.RIGHT)
    card = invoices.card(ids.parse("inv", invoice))
    if card.shop_id != file.card.id:
        raise NotFound
    return card


def _address(shop: str, state: str) -> str:
    return f"{reverse('studio:invoices', args=[shop])}?state={state}"
