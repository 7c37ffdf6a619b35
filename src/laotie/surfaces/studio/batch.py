"""Shipping by file: fetch what waits, fill in waybills, try the file, then ship it for good."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.delivery import shipments
from laotie.kernel import clock, ids, runs, sheets
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers, files
from laotie.look.consoles import go
from laotie.surfaces.studio import web
from laotie.surfaces.studio.templatetags.studio import carrier_name
from laotie.trade import batch_shipping, order_lists


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File with order, carrier and waybill"),
        help_text=gettext_lazy("CSV or XLSX, at most 8 MB. The lab carrier needs no waybill."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, shop: str) -> HttpResponse:
    """The steps, and how the files of late went. A file that is sent is tried at first."""
    who, file = web.shop_of(request, shop)
    who.require_shop(file.card.id, "ship")
    if request.method == "GET":
        return _show(request, shop, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, shop, form, status=422)
    try:
        run_id = runs.keep_upload(
            form.cleaned_data["file"].chunks(), most_bytes=batch_shipping.MOST_UPLOAD
        )
        batch_shipping.start(
            actor=who, shop_id=file.card.id, run_id=run_id, is_dry=True, now=clock.now()
        )
    except Refusal as refusal:
        return _show(request, shop, web.blame(form, refusal), status=refusal.status)
    return go(request, reverse("studio:orders-by-file", args=[shop]))


@require_GET
@web.screen
def part(request: HttpRequest, shop: str) -> HttpResponse:
    """The files of late alone, for the page that waits for them."""
    who, file = web.shop_of(request, shop)
    facts = {"shop": shop, **_runs(request, who, file.card.id)}
    return web.show(request, "studio/orders/runs.html", facts)


@require_POST
@web.screen
def ship(request: HttpRequest, shop: str, run: str) -> HttpResponse:
    """What was tried is shipped for good."""
    who, file = web.shop_of(request, shop)
    batch_shipping.ship_tried(
        actor=who, shop_id=file.card.id, tried_id=ids.parse("run", run), now=clock.now()
    )
    return go(request, reverse("studio:orders-by-file", args=[shop]))


@require_GET
@web.screen
def to_ship(request: HttpRequest, shop: str, form: str) -> HttpResponse:
    """What waits, as the file to fill in."""
    who, file = web.shop_of(request, shop)
    if form not in sheets.FORMS:
        raise NotFound
    language = get_language() or "en"
    return files.written(
        f"to-ship.{form}",
        lambda path: batch_shipping.write_to_ship(
            path, actor=who, shop_id=file.card.id, form=form, language=language
        ),
    )


def _show(request: HttpRequest, shop: str, form: forms.Form, *, status: int = 200) -> HttpResponse:
    who, file = web.shop_of(request, shop)
    shop_id, now = file.card.id, clock.now()
    facts = {
        "shop": shop,
        "form": form,
        **_runs(request, who, shop_id),
        "waiting": order_lists.counts(actor=who, shop_id=shop_id, now=now).shelves["to_ship"],
        "carriers": [
            (name, carrier_name(name)) for name in (*shipments.connected(), *shipments.BY_HAND)
        ],
        "now": now,
    }
    return web.show(request, "studio/orders_by_file.html", facts, status=status)


def _runs(request: HttpRequest, who: Actor, shop_id: UUID) -> dict[str, object]:
    """One's own files of late, newest first, and whether one of them goes on."""
    who.require_shop(shop_id, "ship")
    cards = runs.cards(
        actor=who, kinds=[batch_shipping.KIND], shop_id=shop_id, now=clock.now(), most=5
    )
    return {
        "runs": [(card, _notes(request, card)) for card in cards],
        "is_going": any(card.is_open for card in cards),
    }


def _notes(request: HttpRequest, card: runs.RunCard) -> tuple[runs.Note, ...]:
    """The first rows that were not taken, of a file that was only tried."""
    if not card.arguments.get("is_dry") or card.is_open:
        return ()
    return runs.notes(actor=answers.actor(request), run_id=card.id, is_error=True, most=20)
