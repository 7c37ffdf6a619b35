"""Variants of a product: what they cost, whether they sell, and how many there are."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from laotie.catalog import products
from laotie.catalog.products import ProductFile
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.surfaces.studio import goods, web
from laotie.surfaces.studio.sku_form import SkuForm
from laotie.trade import stock

_FIELDS = {"list_price_fen": "price", "flash_floor_fen": "floor", "spec": "spec_zh"}


@require_POST
@web.screen
def add(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """One more variant; it is for sale, and none of it is there yet."""
    who, file = goods.of_shop(request, shop, product)
    form = SkuForm(request.POST, prefix="new")
    if not form.is_valid():
        return goods.show(request, shop, product, status=422, new_sku=form)
    try:
        products.add_sku(actor=who, product_id=file.id, sku=form.described(), now=clock.now())
    except Refusal as refusal:
        blamed = web.blame(form, refusal, **_FIELDS)
        return goods.show(request, shop, product, status=refusal.status, new_sku=blamed)
    return goods.done(request, shop, product, _("Added. Count its stock next."))


@require_POST
@web.screen
def change(request: HttpRequest, shop: str, product: str, sku: str) -> HttpResponse:
    """The variant is as the form says, and can be bought if it says so."""
    who, file = goods.of_shop(request, shop, product)
    held = one_of(file, sku)
    form = SkuForm(request.POST, prefix=sku)
    if not form.is_valid():
        return _refused(request, shop, file, form, 422)
    now = clock.now()
    try:
        described = replace(form.described(), picture=held.picture)
        products.change_sku(actor=who, sku_id=held.id, sku=described, now=now)
        products.set_on_sale(
            actor=who, sku_id=held.id, is_on_sale=form.cleaned_data["is_on_sale"], now=now
        )
    except Refusal as refusal:
        return _refused(request, shop, file, web.blame(form, refusal, **_FIELDS), refusal.status)
    return goods.done(request, shop, product, _("Saved."))


@require_POST
@web.screen
def count(request: HttpRequest, shop: str, product: str, sku: str) -> HttpResponse:
    """What was counted is what there is."""
    who, file = goods.of_shop(request, shop, product)
    held = one_of(file, sku)
    text = request.POST.get("on_hand", "")
    try:
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            raise Invalid(field="on_hand", reason="range")
        stock.set_stock(actor=who, sku_id=held.id, on_hand=int(text), now=clock.now())
    except Refusal as refusal:
        facts = {"changed": sku, "stock_refusal": refusal.text()}
        return goods.show(request, shop, product, status=refusal.status, **facts)
    return goods.done(request, shop, product, _("Counted."))


def one_of(file: ProductFile, ref: str) -> products.SkuFile:
    sku_id = ids.parse("sku", ref)
    for sku in file.skus:
        if sku.id == sku_id:
            return sku
    raise NotFound


def _refused(
    request: HttpRequest, shop: str, file: ProductFile, form: SkuForm, status: int
) -> HttpResponse:
    """The product's page with this one form as it was sent."""
    return goods.show(
        request,
        shop,
        file.public_id,
        status=status,
        changed=form.prefix,
        changed_form=form,
    )
