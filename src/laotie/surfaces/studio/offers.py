"""A shop's own offers: a lower price for a time, everywhere and not in one room."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.catalog import offers, products
from laotie.catalog import queries as catalog
from laotie.catalog.offers import OfferCard
from laotie.catalog.queries import SkuCard
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.consoles import go
from laotie.look.templatetags.look import said, yuan
from laotie.surfaces.studio import fields, web
from laotie.trade import offering, stock

_FIELDS = {"sku_id": "sku", "price_fen": "price", "limit_per_buyer": "limit"}
_LASTS = timedelta(days=1)


class OfferForm(forms.Form):
    sku = forms.ChoiceField(label=gettext_lazy("Of what"))
    price = fields.FenField(label=gettext_lazy("Price"))
    starts_at = fields.MomentField(label=gettext_lazy("From"))
    ends_at = fields.MomentField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("A price that was promised stays until then, or until you end it."),
    )
    quantity = forms.IntegerField(
        label=gettext_lazy("Units on offer"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: as long as there is stock."),
    )
    limit = forms.IntegerField(
        label=gettext_lazy("Per buyer"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: as many as they like."),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """An offer outside of rooms with its goods; `left` is None where it has no number."""

    offer: OfferCard
    sku: SkuCard
    left: int | None
    is_open: bool


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """Offers that hold or will hold, what is left of them, and a new one. Six queries."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    now, status = clock.now(), 200
    choices = [
        (sku.public_id, f"{said(product.title)} · {said(sku.spec)} · {yuan(sku.list_price_fen)}")
        for product in products.files_of(actor=who, shop_id=file.card.id)
        for sku in product.skus
    ]
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        form = OfferForm(initial={"starts_at": now, "ends_at": now + _LASTS})
    field = form.fields["sku"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        given = form.cleaned_data
        try:
            offering.start(
                actor=who,
                sku_id=ids.parse("sku", given["sku"]),
                price_fen=given["price"],
                starts_at=max(given["starts_at"], now),
                ends_at=given["ends_at"],
                quantity=given["quantity"],
                limit_per_buyer=given["limit"],
                now=now,
            )
            return go(request, reverse("studio:offers", args=[shop]), said=_("The offer is made."))
        except NotFound:
            raise
        except Refusal as refusal:
            web.blame(form, refusal, **_FIELDS)
            status = refusal.status
    facts = {
        "shop": shop,
        "form": form,
        "rows": _rows(who, file.card.id, now=now),
        "can_offer": bool(choices),
        "now": now,
    }
    return web.show(request, "studio/offers.html", facts, status=status)


@require_POST
@web.screen
def stop(request: HttpRequest, shop: str, offer: str) -> HttpResponse:
    """The offer ends now; orders and quotes that were made at its price stand as they are."""
    who, file = web.shop_of(request, shop)
    offer_id = ids.parse("ofr", offer)
    if offers.card(offer_id).shop_id != file.card.id:
        raise NotFound
    offers.stop(actor=who, offer_id=offer_id, now=clock.now())
    return go(request, reverse("studio:offers", args=[shop]), said=_("The offer has ended."))


def _rows(who: Actor, shop_id: UUID, *, now: datetime) -> list[Row]:
    every = offers.upcoming(actor=who, shop_id=shop_id, at=now)
    shown = [offer for offer in every if offer.place_id is None]
    cards = catalog.sku_cards(offer.sku_id for offer in shown)
    left = stock.offer_left([offer.id for offer in shown])
    return [
        Row(
            offer,
            cards[offer.sku_id],
            left.get(offer.id, offer.quantity),
            is_open=offer.starts_at <= now,
        )
        for offer in shown
    ]
