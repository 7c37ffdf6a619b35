"""What a shop takes off and what it takes for sending: coupons and the freight rule."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import regions
from laotie.delivery import freight
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web
from laotie.trade import coupons

_COUPON_FIELDS = {
    "off_fen": "off",
    "min_goods_fen": "min_goods",
    "budget_fen": "budget",
    "claim_window": "until",
    "use_window": "until",
}
_LASTS = timedelta(days=30)


class CouponForm(forms.Form):
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40)
    off = fields.FenField(label=gettext_lazy("Takes off"))
    min_goods = fields.FenField(label=gettext_lazy("From goods of"))
    budget = fields.FenField(
        label=gettext_lazy("Budget"), help_text=gettext_lazy("No more than this goes off in all.")
    )
    limit_per_buyer = forms.IntegerField(
        label=gettext_lazy("Per buyer"), min_value=1, max_value=1000, initial=1
    )
    until = fields.MomentField(label=gettext_lazy("Until"))
    after_refund = forms.ChoiceField(
        label=gettext_lazy("After a full refund"),
        choices=[("return", gettext_lazy("The buyer has it again")),
                 ("burn", gettext_lazy("It is used up"))],
    )  # fmt: skip


class FreightForm(forms.Form):
    flat = fields.FenField(label=gettext_lazy("Sending costs"))
    free_over = fields.FenField(
        label=gettext_lazy("Free from goods of"),
        required=False,
        help_text=gettext_lazy("Empty: never free."),
    )
    by_region = forms.CharField(
        label=gettext_lazy("Other prices by region"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("One per line: region code and price, such as 650000 18.00."),
    )

    def clean_by_region(self) -> dict[str, int]:
        prices = {}
        price = fields.FenField()
        for number, line in enumerate(self.cleaned_data["by_region"].splitlines(), 1):
            if not line.strip():
                continue
            code, _space, amount = line.strip().partition(" ")
            if code not in regions.every():
                raise forms.ValidationError(
                    _("Line %(number)s: this region code is not known."), params={"number": number}
                )
            prices[code] = price.clean(amount.strip())
        return prices


@require_http_methods(["GET", "POST"])
@web.screen
def coupons_page(request: HttpRequest, shop: str) -> HttpResponse:
    """Coupons of the shop, and a new one. Four queries."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    now = clock.now()
    form = CouponForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "GET":
        form = CouponForm(initial={"until": now + _LASTS, "limit_per_buyer": 1})
    elif not form.is_valid():
        status = 422
    else:
        given = form.cleaned_data
        window = (now, given["until"])
        try:
            coupons.issue(
                actor=who,
                shop_id=file.card.id,
                name_zh=given["name_zh"],
                name_en=given["name_en"],
                off_fen=given["off"],
                min_goods_fen=given["min_goods"],
                budget_fen=given["budget"],
                limit_per_buyer=given["limit_per_buyer"],
                claim_window=window,
                use_window=window,
                after_refund=coupons.AfterRefund(given["after_refund"]),
                now=now,
            )
            return go(
                request, reverse("studio:coupons", args=[shop]), said=_("Buyers can claim it now.")
            )
        except Refusal as refusal:
            web.blame(form, refusal, **_COUPON_FIELDS)
            status = refusal.status
    issued = coupons.of_shop(actor=who, shop_id=file.card.id)
    facts = {"shop": shop, "form": form, "issued": issued, "now": now}
    return web.show(request, "studio/coupons.html", facts, status=status)


@require_POST
@web.screen
def close_coupon(request: HttpRequest, shop: str, coupon: str) -> HttpResponse:
    """Nobody can claim it any more."""
    who, file = web.shop_of(request, shop)
    coupon_id = ids.parse("cpn", coupon)
    issued = coupons.of_shop(actor=who, shop_id=file.card.id)
    if coupon_id not in {one.card.coupon_id for one in issued}:
        raise NotFound
    coupons.close(actor=who, coupon_id=coupon_id, now=clock.now())
    return go(request, reverse("studio:coupons", args=[shop]), said=_("Closed for claiming."))


@require_http_methods(["GET", "POST"])
@web.screen
def freight_page(request: HttpRequest, shop: str) -> HttpResponse:
    """What sending costs from now on."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    status = 200
    if request.method == "GET":
        rule = freight.rule_of(file.card.id)
        price = fields.FenField()
        lines = [f"{code} {price.prepare_value(fen)}" for code, fen in rule.by_region.items()]
        form = FreightForm(
            initial={
                "flat": rule.flat_fen,
                "free_over": rule.free_over_fen,
                "by_region": "\n".join(lines),
            }
        )
    else:
        form = FreightForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                freight.set_rule(
                    actor=who,
                    shop_id=file.card.id,
                    flat_fen=given["flat"],
                    free_over_fen=given["free_over"],
                    by_region=given["by_region"],
                    now=clock.now(),
                )
                return go(request, reverse("studio:freight", args=[shop]), said=_("Saved."))
            except Refusal as refusal:
                web.blame(form, refusal, flat_fen="flat", free_over_fen="free_over")
                status = refusal.status
        else:
            status = 422
    return web.show(request, "studio/freight.html", {"shop": shop, "form": form}, status=status)
