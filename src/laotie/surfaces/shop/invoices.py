"""The invoice of one's order: asked for, read, taken back."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.kernel import clock, ids, papers
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import invoices, queries
from laotie.trade.invoices import InvoiceKind
from laotie.trade.queries import OrderPage

_RUNNING = frozenset({"REQUESTED", "ISSUED", "RED_DUE"})
_INVOICEABLE = frozenset({"RECEIVED", "COMPLETED"})


class InvoiceForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("In whose name"),
        choices=[("personal", _("Mine")), ("company", _("My company's"))],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("Name on the invoice"), max_length=100)
    tax_no = forms.CharField(
        label=_("Tax number"),
        max_length=20,
        required=False,
        help_text=_("Of a company: its 18 letters of social credit code."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, order: str) -> HttpResponse:
    """How the invoice of this order stands; asking for one when there is none."""
    found = _own(request, order)
    if request.method == "GET":
        return _show(request, found, InvoiceForm(initial={"kind": "personal"}))
    form = InvoiceForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        invoices.request(
            actor=answers.actor(request),
            order_id=found.order_id,
            kind=InvoiceKind(form.cleaned_data["kind"]),
            title=form.cleaned_data["title"],
            tax_no=form.cleaned_data["tax_no"],
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        is_title = refusal.facts.get("field") == "invoice_title"
        if is_title:
            form.add_error("title", refusal.text())
        blamed = form if is_title else answers.blame(form, refusal)
        return _show(request, found, blamed, status=refusal.status)
    return web.go(request, reverse("shop:invoice", args=[order]))


@require_POST
@web.screen
def withdraw(request: HttpRequest, order: str, invoice: str) -> HttpResponse:
    """I do not ask any more."""
    invoices.withdraw(
        actor=answers.actor(request), invoice_id=ids.parse("inv", invoice), now=clock.now()
    )
    return web.go(request, reverse("shop:invoice", args=[order]))


@require_GET
@web.screen
def pdf(request: HttpRequest, order: str, invoice: str) -> HttpResponse:
    _own(request, order)
    file = invoices.pdf_of(actor=answers.actor(request), invoice_id=ids.parse("inv", invoice))
    answer = HttpResponse(file.body, content_type=papers.PDF)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _own(request: HttpRequest, order: str) -> OrderPage:
    """raises: NotFound for the orders of others, also if the asker is of their shop."""
    found = queries.order_page(ids.parse("ord", order), actor=answers.actor(request))
    if found.viewer != "buyer":
        raise NotFound
    return found


def _show(
    request: HttpRequest, found: OrderPage, form: InvoiceForm, *, status: int = 200
) -> HttpResponse:
    cards = invoices.of_order(actor=answers.actor(request), order_id=found.order_id)
    is_running = any(card.state in _RUNNING for card in cards)
    left_fen = found.total_fen - found.refunded_fen
    facts = {
        "order": found,
        "invoices": cards[::-1],
        "form": form,
        "can_ask": found.state in _INVOICEABLE and left_fen > 0 and not is_running,
        "is_early": found.state not in _INVOICEABLE,
        "left_fen": left_fen,
        "place": "orders",
    }
    return web.show(request, "shop/invoice.html", facts, status=status)
