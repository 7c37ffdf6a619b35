"""Asking for money back: how many of what, why, with pictures; again after a no; taking it back."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.catalog import pictures
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.look import answers
from laotie.surfaces.shop import ordering, web
from laotie.trade import refunds
from laotie.trade.queries import OrderPage
from laotie.trade.refunds import Refund

_MOST_PICTURES = 6


class RefundForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    cause = forms.ChoiceField(
        label=_("Why"),
        choices=[
            ("buyer", _("I do not want it any more")),
            ("shop", _("Broken, wrong or missing")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("In your words"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "POST"])
@web.screen
def ask(request: HttpRequest, order: str) -> HttpResponse:
    """Ask for the money of units, lines or all of it."""
    found = ordering.own_page(request, ids.parse("ord", order))
    if request.method == "GET":
        form = RefundForm(initial={"key": str(ids.new()), "cause": "buyer"})
        return _show(request, found, form, _whole(found))
    form = RefundForm(request.POST)
    units = _units(found, request.POST)
    if not form.is_valid():
        return _show(request, found, form, units, status=422)
    try:
        refunds.request(
            actor=answers.actor(request),
            order_id=found.order_id,
            units={line_no: quantity for line_no, quantity in units.items() if quantity},
            reason=form.cleaned_data["reason"],
            cause=refunds.RefundCause(form.cleaned_data["cause"]),
            picture_files=_stored(request),
            key=form.cleaned_data["key"],
            now=clock.now(),
        )
    except Refusal as refusal:
        return _show(request, found, answers.blame(form, refusal), units, status=refusal.status)
    return web.go(request, reverse("shop:order", args=[order]))


@require_http_methods(["GET", "POST"])
@web.screen
def again(request: HttpRequest, order: str, refund: str) -> HttpResponse:
    """Ask once more for what the shop refused, with other words, units or pictures."""
    found = ordering.own_page(request, ids.parse("ord", order))
    refused = _refund_of(found, ids.parse("rfd", refund))
    if request.method == "GET":
        first = {"key": str(ids.new()), "cause": refused.cause.value, "reason": refused.reason}
        asked = {line.line_no: refused.units.get(line.line_no, 0) for line in found.lines}
        return _show(request, found, RefundForm(initial=first), asked, refused=refused)
    form = RefundForm(request.POST)
    units = _units(found, request.POST)
    if not form.is_valid():
        return _show(request, found, form, units, status=422, refused=refused)
    try:
        refunds.ask_again(
            actor=answers.actor(request),
            refund_id=refused.refund_id,
            units={line_no: quantity for line_no, quantity in units.items() if quantity},
            reason=form.cleaned_data["reason"],
            cause=refunds.RefundCause(form.cleaned_data["cause"]),
            picture_files=_stored(request) or _kept(refused),
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = answers.blame(form, refusal)
        return _show(request, found, blamed, units, status=refusal.status, refused=refused)
    return web.go(request, reverse("shop:order", args=[order]))


@require_POST
@web.screen
def withdraw(request: HttpRequest, order: str, refund: str) -> HttpResponse:
    """I do not ask for this money any more."""
    order_id, refund_id = ids.parse("ord", order), ids.parse("rfd", refund)
    try:
        refunds.withdraw(actor=answers.actor(request), refund_id=refund_id, now=clock.now())
    except WrongState as refusal:
        return ordering.show(request, order_id, refusal=refusal)
    return web.go(request, reverse("shop:order", args=[order]))


def _stored(request: HttpRequest) -> list[str]:
    """The pictures that came with the form, drawn again. raises: Invalid, TooMany."""
    sent = request.FILES.getlist("pictures")
    if len(sent) > _MOST_PICTURES:
        raise Invalid(field="pictures", reason="too_many")
    if any((file.size or 0) > pictures.MAX_BYTES for file in sent):
        raise Invalid(field="pictures", reason="picture")
    who, now = answers.actor(request), clock.now()
    return [
        pictures.store(actor=who, body=file.read(), shop_id=None, now=now).file for file in sent
    ]


def _kept(refused: Refund) -> list[str]:
    """Without new pictures the earlier ones stay."""
    return [url.split("/")[-2] for url in refused.picture_urls]


def _refund_of(found: OrderPage, refund_id: UUID) -> Refund:
    refund = next((one for one in found.refunds if one.refund_id == refund_id), None)
    if refund is None:
        raise NotFound
    return refund


def _show(
    request: HttpRequest,
    found: OrderPage,
    form: RefundForm,
    units: dict[int, int],
    *,
    status: int = 200,
    refused: Refund | None = None,
) -> HttpResponse:
    facts = {
        "order": found,
        "lines": [(line, ordering.left(line), units[line.line_no]) for line in found.lines],
        "form": form,
        "refused": refused,
        "most_pictures": _MOST_PICTURES,
        "place": "orders",
    }
    return web.show(request, "shop/refund.html", facts, status=status)


def _whole(found: OrderPage) -> dict[int, int]:
    return {line.line_no: ordering.left(line) for line in found.lines}


def _units(found: OrderPage, form: QueryDict) -> dict[int, int]:
    """How many of each line, as typed; what is no number counts as none."""
    typed = {line.line_no: form.get(f"units-{line.line_no}", "") for line in found.lines}
    return {
        line_no: int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        for line_no, text in typed.items()
    }
