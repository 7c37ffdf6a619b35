"""A shop's products: the list, a new one, its texts and pictures, on sale or not, its plan."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.alliance import plans
from laotie.catalog import pictures as pictures_of
from laotie.catalog import products
from laotie.catalog.products import NewSku, ProductFile
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, link_form, web
from laotie.surfaces.studio.sku_form import SkuForm
from laotie.trade import stock


class TextForm(forms.Form):
    title_zh = forms.CharField(label=gettext_lazy("Title in Chinese"), max_length=60)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=60)
    description_zh = forms.CharField(
        label=gettext_lazy("Description in Chinese"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    description_en = forms.CharField(
        label=gettext_lazy("Description in English"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def texts(self, name: str) -> dict[str, str]:
        """`title` or `description` as the catalog takes it."""
        return {language: self.cleaned_data[f"{name}_{language}"] for language in ("zh", "en")}


class NewForm(TextForm):
    """A product with its first variant; more of them are added on its page."""

    price = fields.FenField(label=gettext_lazy("List price"))
    on_hand = forms.IntegerField(label=gettext_lazy("Stock"), min_value=0, max_value=10_000_000)


class PlanForm(forms.Form):
    rate = fields.RateField(
        label=gettext_lazy("Creators earn, in %"),
        help_text=gettext_lazy("Orders that were placed keep the rate they were placed under."),
    )


@require_GET
@web.screen
def listing(request: HttpRequest, shop: str) -> HttpResponse:
    """All products with stock and rate. Six queries, however many."""
    who, file = web.shop_of(request, shop)
    files = products.files_of(actor=who, shop_id=file.card.id)
    on_hand = stock.of_shop(file.card.id)
    rates = plans.offers_for(one.id for one in files)
    rows = [
        {
            "file": one,
            "picture": pictures_of.url(one.pictures[0], 320) if one.pictures else "",
            "lowest_fen": min(sku.list_price_fen for sku in one.skus),
            "highest_fen": max(sku.list_price_fen for sku in one.skus),
            "left": sum(on_hand[sku.id].available for sku in one.skus if sku.id in on_hand),
            "plan": rates.get(one.id),
        }
        for one in files
    ]
    facts = {"shop": shop, "rows": rows, "may_manage": _may_manage(who, file.card.id)}
    return web.show(request, "studio/products.html", facts)


@require_http_methods(["GET", "POST"])
@web.screen
def create(request: HttpRequest, shop: str) -> HttpResponse:
    """A draft with one variant and its stock."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    if request.method == "GET":
        return _new(request, shop, NewForm())
    form = NewForm(request.POST)
    if not form.is_valid():
        return _new(request, shop, form, status=422)
    given, now = form.cleaned_data, clock.now()
    try:
        made = products.create(
            actor=who,
            shop_id=file.card.id,
            title=form.texts("title"),
            description=form.texts("description"),
            skus=[NewSku(spec={"zh": "", "en": ""}, list_price_fen=given["price"])],
            now=now,
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, list_price_fen="price")
        return _new(request, shop, blamed, status=refusal.status)
    stock.set_stock(actor=who, sku_id=made.skus[0].id, on_hand=given["on_hand"], now=now)
    said = _("It is a draft. Add pictures and variants, then put it on sale.")
    return go(request, reverse("studio:product", args=[shop, made.public_id]), said=said)


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """A product's texts, and everything else about it."""
    who, file = of_shop(request, shop, product)
    if request.method == "GET":
        return show(request, shop, product)
    form = TextForm(request.POST)
    if not form.is_valid():
        return show(request, shop, product, status=422, text_form=form)
    try:
        products.change(
            actor=who,
            product_id=file.id,
            title=form.texts("title"),
            description=form.texts("description"),
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return show(request, shop, product, status=refusal.status, text_form=blamed)
    return done(request, shop, product, _("Saved."))


@require_POST
@web.screen
def pictures(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """One more picture, another one on top, or one less."""
    who, file = of_shop(request, shop, product)
    now, files = clock.now(), list(file.pictures)
    verb, named = request.POST.get("verb", "add"), request.POST.get("file", "")
    try:
        if verb == "add" and "picture" in request.FILES:
            upload = request.FILES["picture"]
            assert not isinstance(upload, list)
            body = fields.picture_body(upload, field="picture")
            kept = pictures_of.store(actor=who, body=body, shop_id=file.shop_id, now=now)
            files.append(kept.file)
        elif verb == "first" and named in files:
            files = [named, *(one for one in files if one != named)]
        elif verb == "earlier" and named in files[1:]:
            at = files.index(named)
            files[at - 1 : at + 1] = [named, files[at - 1]]
        elif verb == "remove" and named in files:
            files.remove(named)
        else:
            raise NotFound
        products.change(actor=who, product_id=file.id, picture_files=files, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        refused = refusal.text()
        return show(request, shop, product, status=refusal.status, picture_refusal=refused)
    return done(request, shop, product, _("Saved."))


@require_POST
@web.screen
def sale(request: HttpRequest, shop: str, product: str, verb: str) -> HttpResponse:
    """On sale, or off it."""
    who, file = of_shop(request, shop, product)
    if verb not in {"publish", "unpublish"}:
        raise NotFound
    take = products.publish if verb == "publish" else products.unpublish
    try:
        take(actor=who, product_id=file.id, now=clock.now())
    except Refusal as refusal:
        refused = refusal.text()
        return show(request, shop, product, status=refusal.status, sale_refusal=refused)
    said = _("On sale.") if verb == "publish" else _("Off sale. Orders that were placed go on.")
    return done(request, shop, product, said)


@require_POST
@web.screen
def plan(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """What creators earn on it; more than may be split is refused at the field."""
    who, file = of_shop(request, shop, product)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return show(request, shop, product, status=422, plan_form=form)
    rate = form.cleaned_data["rate"]
    try:
        plans.publish(actor=who, product_id=file.id, creator_bps=rate, now=clock.now())
    except Refusal as refusal:
        form.add_error("rate", refusal.text())
        return show(request, shop, product, status=refusal.status, plan_form=form)
    return done(request, shop, product, _("Creators see the new rate."))


def show(
    request: HttpRequest, shop: str, product: str, *, status: int = 200, **extra: object
) -> HttpResponse:
    """The product's page. Fourteen queries at most."""
    who, file = of_shop(request, shop, product)
    now = clock.now()
    on_hand = stock.of_shop(file.shop_id)
    offer = plans.offers_for([file.id]).get(file.id)
    facts: dict[str, object] = {
        "shop": shop,
        "product": file,
        "may_manage": _may_manage(who, file.shop_id),
        "pictures": [(one, pictures_of.url(one, 320)) for one in file.pictures],
        "text_form": TextForm(initial=_texts(file)),
        "plan_form": PlanForm(initial={"rate": offer.creator_bps if offer else None}),
        "plan": offer,
        "skus": [
            (sku, on_hand.get(sku.id), SkuForm(prefix=sku.public_id, initial=_described(sku)))
            for sku in file.skus
        ],
        "new_sku": SkuForm(prefix="new"),
        "links": link_form.of_product(
            shop,
            product,
            product_id=file.id,
            may_manage=_may_manage(who, file.shop_id),
            at=now,
        ),
        "link_form": None,
        "changed": "",
        "picture_refusal": "",
        "sale_refusal": "",
        "stock_refusal": "",
    }
    return web.show(request, "studio/product.html", {**facts, **extra}, status=status)


def done(request: HttpRequest, shop: str, product: str, said: str) -> HttpResponse:
    return go(request, reverse("studio:product", args=[shop, product]), said=said)


def of_shop(request: HttpRequest, shop: str, product: str) -> tuple[Actor, ProductFile]:
    """Who asks, and a product of this very shop. raises: NotFound."""
    who, shop_file = web.shop_of(request, shop)
    file = products.file_of(actor=who, product_id=ids.parse("prd", product))
    if file.shop_id != shop_file.card.id:
        raise NotFound
    return who, file


def _may_manage(who: Actor, shop_id: UUID) -> bool:
    return "manage" in web.rights_in(who, shop_id)


def _texts(file: ProductFile) -> dict[str, str]:
    return {
        f"{name}_{language}": texts.get(language, "")
        for name, texts in (("title", file.title), ("description", file.description))
        for language in ("zh", "en")
    }


def _described(sku: products.SkuFile) -> dict[str, object]:
    return {
        "spec_zh": sku.spec.get("zh", ""),
        "spec_en": sku.spec.get("en", ""),
        "code": sku.code,
        "price": sku.list_price_fen,
        "floor": sku.flash_floor_fen,
        "is_on_sale": sku.is_on_sale,
    }


def _new(request: HttpRequest, shop: str, form: forms.Form, *, status: int = 200) -> HttpResponse:
    return web.show(request, "studio/product_new.html", {"shop": shop, "form": form}, status=status)
