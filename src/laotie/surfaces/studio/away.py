"""A shop's days away: from when to when, whether orders are taken, what buyers read."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import closing
from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web


class AwayForm(forms.Form):
    starts_at = fields.MomentField(label=gettext_lazy("Away from"))
    until = fields.MomentField(label=gettext_lazy("Back on"))
    orders = forms.ChoiceField(
        label=gettext_lazy("Orders meanwhile"),
        choices=(
            ("later", gettext_lazy("Take them, and ship when we are back")),
            ("none", gettext_lazy("Take none")),
        ),
        widget=forms.RadioSelect,
    )
    notice_zh = forms.CharField(
        label=gettext_lazy("Notice in Chinese"), max_length=120, required=False
    )
    notice_en = forms.CharField(
        label=gettext_lazy("Notice in English"), max_length=120, required=False
    )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """Announce days away, or change them."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "manage")
    now = clock.now()
    if request.method == "GET":
        return _show(
            request, shop, _form_of(closing.away([file.card.id], at=now).get(file.card.id))
        )
    form = AwayForm(request.POST)
    if not form.is_valid():
        return _show(request, shop, form, status=422)
    given = form.cleaned_data
    try:
        closing.announce(
            actor=who,
            shop_id=file.card.id,
            takes_orders=given["orders"] == "later",
            starts_at=given["starts_at"],
            until=given["until"],
            notice={"zh": given["notice_zh"], "en": given["notice_en"]},
            now=now,
        )
    except Refusal as refusal:
        return _show(request, shop, web.blame(form, refusal), status=refusal.status)
    return go(request, reverse("studio:away", args=[shop]), said=_("Announced."))


@require_POST
@web.screen
def come_back(request: HttpRequest, shop: str) -> HttpResponse:
    """There again from now on."""
    who, file = web.shop_of(request, shop)
    closing.come_back(actor=who, shop_id=file.card.id, now=clock.now())
    return go(request, reverse("studio:away", args=[shop]), said=_("The shop is there again."))


def _form_of(away: closing.Away | None) -> AwayForm:
    if away is not None:
        return AwayForm(
            initial={
                "starts_at": away.starts_at,
                "until": away.until,
                "orders": "later" if away.takes_orders else "none",
                "notice_zh": away.notice["zh"],
                "notice_en": away.notice["en"],
            }
        )
    return AwayForm(initial={"orders": "later"})


def _show(request: HttpRequest, shop: str, form: AwayForm, *, status: int = 200) -> HttpResponse:
    _who, file = web.shop_of(request, shop)
    now = clock.now()
    away = closing.away([file.card.id], at=now).get(file.card.id)
    facts = {
        "shop": shop,
        "form": form,
        "away": away,
        "is_away": away is not None and away.is_at(now),
        "now": now,
    }
    return web.show(request, "studio/away.html", facts, status=status)
