"""A shop's first page: what waits for somebody, how it stands, its name and sign."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from laotie.accounts import shops
from laotie.accounts.shops import ShopFile
from laotie.catalog import pictures, products
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.ledger import queries as ledger
from laotie.ledger.terms import Party
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, overview, web
from laotie.trade import queries, refunds, stock

_SHOWN = 8


class SignForm(forms.Form):
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40)
    logo = forms.FileField(
        label=gettext_lazy("Sign"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 8 MB, square. May be left out."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


@require_GET
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """To-do counts, each for those who can act on it. At most 22 queries."""
    who, file = web.shop_of(request, shop)
    shop_id, rights = file.card.id, web.rights_in(who, file.card.id)
    facts = {"file": file, "shop": shop, "rights": rights}
    if "ship" in rights:
        facts["to_ship"] = queries.to_ship(actor=who, shop_id=shop_id)
        facts["most"] = queries.MOST_ROWS
    if "refund" in rights:
        facts["asked"] = refunds.asked_of(actor=who, shop_id=shop_id)
    if "money" in rights:
        facts["held"] = queries.held_for_shop(actor=who, shop_id=shop_id)
        facts["balances"] = ledger.balances(Party("shop", shop_id), actor=who)
    facts |= _shelves(who, file)
    facts |= overview.facts(who, file, now=clock.now())
    return web.show(request, "studio/shop.html", facts)


@require_http_methods(["GET", "POST"])
@web.screen
def change(request: HttpRequest, shop: str) -> HttpResponse:
    """The shop's names and its picture."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    if request.method == "GET":
        name = file.card.name
        return _form(
            request, file, SignForm(initial={"name_zh": name["zh"], "name_en": name["en"]})
        )
    form = SignForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, file, form, status=422)
    given, now = form.cleaned_data, clock.now()
    try:
        logo_url = None
        if given["logo"]:
            body = fields.picture_body(given["logo"], field="logo")
            kept = pictures.store(actor=who, body=body, shop_id=file.card.id, now=now)
            logo_url = f"/media/pictures/{kept.file}/320.webp"
        name = {"zh": given["name_zh"], "en": given["name_en"]}
        shops.change(actor=who, shop_id=file.card.id, name=name, logo_url=logo_url, now=now)
    except Refusal as refusal:
        blamed = web.blame(form, refusal, picture="logo", logo_url="logo")
        return _form(request, file, blamed, status=refusal.status)
    return go(request, reverse("studio:shop", args=[shop]), said=_("Changed."))


def _shelves(who: Actor, file: ShopFile) -> dict[str, object]:
    """Variants on sale of which few or none are left, the emptiest first. Three queries."""
    on_hand = stock.of_shop(file.card.id)
    short = []
    for product in products.files_of(actor=who, shop_id=file.card.id):
        if product.state != "ON_SALE":
            continue
        for sku in product.skus:
            held = on_hand.get(sku.id)
            if sku.is_on_sale and (held is None or held.is_low):
                short.append((held.available if held else 0, product, sku))
    short.sort(key=lambda row: row[0])
    return {"low_stock": len(short), "short": short[:_SHOWN]}


def _form(
    request: HttpRequest, file: ShopFile, form: forms.Form, *, status: int = 200
) -> HttpResponse:
    facts = {"file": file, "shop": file.card.public_id, "form": form}
    return web.show(request, "studio/sign.html", facts, status=status)
