"""What a shop takes for sending."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from laotie.accounts import regions
from laotie.delivery import freight
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web


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
