"""The way in: to one's rooms or shop, or to how one gets them."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from laotie.accounts import creators, shops
from laotie.kernel import clock, ids
from laotie.kernel.errors import Refusal
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import web


class CreatorForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name on air"), max_length=40)


class ShopForm(forms.Form):
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=40)


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Where this person works."""
    who = actor(request)
    if who.creator_id is not None:
        return go(request, reverse("studio:rooms"))
    if who.shop_rights:
        first = shops.of_actor(who)[0]
        return go(request, reverse("studio:shop", args=[first.card.public_id]))
    return go(request, reverse("studio:start"))


@require_GET
@web.screen
def start(request: HttpRequest) -> HttpResponse:
    """Become a creator, ask for a shop, and see how one's requests stand."""
    return _show(request, CreatorForm(), ShopForm())


@require_http_methods(["POST"])
@web.screen
def become_creator(request: HttpRequest) -> HttpResponse:
    form = CreatorForm(request.POST)
    if not form.is_valid():
        return _show(request, form, ShopForm(), status=422)
    try:
        creators.become(actor=actor(request), name=form.cleaned_data["name"], now=clock.now())
    except Refusal as refusal:
        return _show(request, web.blame(form, refusal), ShopForm(), status=refusal.status)
    return go(
        request, reverse("studio:rooms"), said=_("You are a creator. Announce your first room.")
    )


@require_http_methods(["POST"])
@web.screen
def apply_for_shop(request: HttpRequest) -> HttpResponse:
    """An operator decides; until then goods can be prepared."""
    form = ShopForm(request.POST)
    if not form.is_valid():
        return _show(request, CreatorForm(), form, status=422)
    name = {"zh": form.cleaned_data["name_zh"], "en": form.cleaned_data["name_en"]}
    try:
        card = shops.apply(actor=actor(request), name=name, now=clock.now())
    except Refusal as refusal:
        return _show(request, CreatorForm(), web.blame(form, refusal), status=refusal.status)
    address = reverse("studio:papers", args=[ids.public("shp", card.id)])
    return go(
        request, address, said=_("Asked. Hand in its papers next, so that an operator can open it.")
    )


def _show(
    request: HttpRequest, creator_form: CreatorForm, shop_form: ShopForm, *, status: int = 200
) -> HttpResponse:
    who = actor(request)
    facts = {
        "creator_form": creator_form,
        "shop_form": shop_form,
        "is_creator": who.creator_id is not None,
        "files": shops.of_actor(who) if who.shop_rights else (),
    }
    return web.show(request, "studio/start.html", facts, status=status)
