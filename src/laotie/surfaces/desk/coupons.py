"""The platform's own coupons: what there is, what it cost, and a proposal for two."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import Refusal
from laotie.look.answers import actor, blame
from laotie.look.consoles import go
from laotie.look.fields import FenField, MomentField, RateField
from laotie.surfaces.desk import web
from laotie.trade import coupon_files, coupons, platform_coupons

_LASTS = timedelta(days=30)


class CouponForm(forms.Form):
    """Fields are called as the use case calls its terms, so that a refusal finds its place."""

    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40)
    rate_bps = RateField(label=gettext_lazy("Percentage, if it is one"), required=False)
    off_fen = FenField(
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("Of a percentage: the most that it takes off."),
    )
    min_goods_fen = FenField(label=gettext_lazy("From goods of"))
    budget_fen = FenField(
        label=gettext_lazy("Budget"), help_text=gettext_lazy("No more than this goes off in all.")
    )
    limit_per_buyer = forms.IntegerField(
        label=gettext_lazy("Per buyer"), min_value=1, max_value=1000, initial=1
    )
    until = MomentField(label=gettext_lazy("Claimed until"))
    use_until = MomentField(
        label=gettext_lazy("Used until"),
        required=False,
        help_text=gettext_lazy("Empty: as long as it can be claimed."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_http_methods(["GET", "POST"])
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    """What was issued with its figures, and a proposal. Six queries."""
    now = clock.now()
    if request.method == "GET":
        return _show(request, CouponForm(initial={"until": now + _LASTS, "limit_per_buyer": 1}))
    form = CouponForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = form.cleaned_data
    try:
        platform_coupons.propose(
            actor=actor(request),
            name_zh=given["name_zh"],
            name_en=given["name_en"],
            off_fen=given["off_fen"],
            min_goods_fen=given["min_goods_fen"],
            budget_fen=given["budget_fen"],
            limit_per_buyer=given["limit_per_buyer"],
            claim_window=(now, given["until"]),
            use_window=(now, given["use_until"] or given["until"]),
            rate_bps=given["rate_bps"],
            reason=given["reason"],
            now=now,
        )
    except Refusal as refusal:
        return _show(request, blame(form, refusal), status=refusal.status)
    said = _("Proposed. Another person confirms it under “Two pairs of eyes”.")
    return go(request, reverse("desk:proposals"), said=said)


@require_POST
@web.screen
def close(request: HttpRequest, coupon: str) -> HttpResponse:
    """Nobody can claim it any more; saving the platform's money takes one person."""
    coupons.close(actor=actor(request), coupon_id=ids.parse("cpn", coupon), now=clock.now())
    return go(request, reverse("desk:coupons"), said=_("Closed for claiming."))


def _show(request: HttpRequest, form: CouponForm, *, status: int = 200) -> HttpResponse:
    facts = {
        "form": form,
        "issued": coupon_files.of_platform(actor=actor(request)),
        "now": clock.now(),
    }
    return web.show(request, "desk/coupons.html", facts, status=status)
