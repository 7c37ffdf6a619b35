"""A room's flash offer: opened with a form, closed before its time."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import flashes
from laotie.surfaces.studio import control, web
from laotie.surfaces.studio.flash_form import FlashForm

_FIELDS = {
    "sku_id": "sku",
    "price_fen": "price",
    "limit_per_buyer": "limit",
}


@require_POST
@web.screen
def start(request: HttpRequest, room: str) -> HttpResponse:
    """A price for seconds; what is wrong is shown at its field."""
    (who, card), now = web.room_of(request, room), clock.now()
    form = FlashForm(request.POST, room_id=card.id, now=now)
    if not form.is_valid():
        return control.answer(request, room, "flash", status=422, flash_form=form)
    given = form.cleaned_data
    try:
        flashes.open_flash(
            actor=who,
            room_id=card.id,
            sku_id=ids.parse("sku", given["sku"]),
            price_fen=given["price"],
            quantity=given["quantity"],
            seconds=given["seconds"],
            limit_per_buyer=given["limit"],
            now=now,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        web.blame(form, refusal, **_FIELDS)
        return control.answer(request, room, "flash", status=refusal.status, flash_form=form)
    return control.answer(request, room, "flash")


@require_POST
@web.screen
def close(request: HttpRequest, room: str) -> HttpResponse:
    who, card = web.room_of(request, room)
    flashes.close_flash(actor=who, room_id=card.id, now=clock.now())
    return control.answer(request, room, "flash")
