"""One variant's stock: how many, why it changed, more or fewer for a reason, when to warn."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import people
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import goods, skus, web
from laotie.trade import stock


class AdjustForm(forms.Form):
    change = forms.IntegerField(
        label=gettext_lazy("Units more or fewer"),
        min_value=-10_000_000,
        max_value=10_000_000,
        help_text=gettext_lazy("-3 takes three away."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=100)


class LowForm(forms.Form):
    low_at = forms.IntegerField(
        label=gettext_lazy("At so many left"),
        min_value=0,
        max_value=10_000_000,
        required=False,
        help_text=gettext_lazy("Empty: at five. 0: only when all are gone."),
    )


@require_GET
@web.screen
def page(request: HttpRequest, shop: str, product: str, sku: str) -> HttpResponse:
    return _show(request, shop, product, sku)


@require_POST
@web.screen
def adjust(request: HttpRequest, shop: str, product: str, sku: str) -> HttpResponse:
    """So many more or fewer."""
    who, file = goods.of_shop(request, shop, product)
    held, form = skus.one_of(file, sku), AdjustForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, product, sku, status=422, adjust_form=form)
    try:
        stock.adjust(actor=who, sku_id=held.id, **form.cleaned_data, now=clock.now())
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return _show(request, shop, product, sku, status=refusal.status, adjust_form=blamed)
    return _done(request, shop, product, sku)


@require_POST
@web.screen
def low(request: HttpRequest, shop: str, product: str, sku: str) -> HttpResponse:
    """When the shop is told."""
    who, file = goods.of_shop(request, shop, product)
    held, form = skus.one_of(file, sku), LowForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, product, sku, status=422, low_form=form)
    stock.set_low_at(actor=who, sku_id=held.id, low_at=form.cleaned_data["low_at"], now=clock.now())
    return _done(request, shop, product, sku)


def _done(request: HttpRequest, shop: str, product: str, sku: str) -> HttpResponse:
    return go(request, reverse("studio:sku-shelf", args=[shop, product, sku]), said=_("Saved."))


def _show(
    request: HttpRequest, shop: str, product: str, sku: str, *, status: int = 200, **extra: object
) -> HttpResponse:
    who, file = goods.of_shop(request, shop, product)
    one = skus.one_of(file, sku)
    held = stock.cards([one.id]).get(one.id)
    lines = stock.history(actor=who, sku_id=one.id)
    known = people.cards({line.by_person_id for line in lines if line.by_person_id})
    facts: dict[str, object] = {
        "shop": shop,
        "product": file,
        "sku": one,
        "held": held,
        "may_manage": "manage" in web.rights_in(who, file.shop_id),
        "adjust_form": AdjustForm(),
        "low_form": LowForm(initial={"low_at": held.low_at if held else None}),
        "history": [
            (line, known[line.by_person_id].name if line.by_person_id in known else "")
            for line in lines
        ],
    }
    return web.show(request, "studio/product/stock.html", {**facts, **extra}, status=status)
