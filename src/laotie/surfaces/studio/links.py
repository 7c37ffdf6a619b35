"""Where else a product can be bought: links that its shop puts up and takes away."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from laotie.catalog import external_links
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.links import listings
from laotie.surfaces.studio import goods, web
from laotie.surfaces.studio.link_form import LinkForm


@require_POST
@web.screen
def add(request: HttpRequest, shop: str, product: str) -> HttpResponse:
    """The product's page leads there too; what bars it is said at the field."""
    who, file = goods.of_shop(request, shop, product)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return goods.show(request, shop, product, status=422, link_form=form)
    try:
        external_links.attach(
            actor=who,
            product_id=file.id,
            url=form.cleaned_data["url"],
            price_fen=form.cleaned_data["link_price"],
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = web.blame(form, refusal, price_fen="link_price")
        return goods.show(request, shop, product, status=refusal.status, link_form=blamed)
    return goods.done(request, shop, product, _("Buyers see the link on the product's page."))


@require_POST
@web.screen
def remove(request: HttpRequest, shop: str, product: str, link: str) -> HttpResponse:
    """The link is there no more; orders that came of it go on."""
    who, file = goods.of_shop(request, shop, product)
    now, listing_id = clock.now(), ids.parse("lnk", link)
    if listings.standing(listing_id, at=now).place.product_id != file.id:
        raise NotFound
    listings.end(actor=who, listing_id=listing_id, now=now)
    said = _("The link is gone. Orders over there go on.")
    return goods.done(request, shop, product, said)
