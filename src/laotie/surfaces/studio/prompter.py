"""The teleprompter: the script is written on one page and read on another, by hosts and seats."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import scripts
from laotie.look.answers import is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import web


@require_GET
@web.screen
def page(request: HttpRequest, room: str) -> HttpResponse:
    """The cards in large letters that scroll by themselves."""
    who, card, _duties = web.seat_of(request, room)
    found = scripts.of_room(card.id, actor=who)
    facts = {"room": card, "ref": room, "cards": [one for one in found if one.text]}
    return web.show(request, "studio/prompter.html", facts)


@require_http_methods(["GET", "POST"])
@web.screen
def script(request: HttpRequest, room: str) -> HttpResponse:
    """All cards to write; a POST writes one."""
    who, card, _duties = web.seat_of(request, room)
    if request.method == "GET":
        return _show(request, room)
    product, own = request.POST.get("product", ""), request.POST.get("card", "")
    try:
        scripts.write(
            actor=who,
            room_id=card.id,
            product_id=ids.parse("prd", product) if product else None,
            card_id=_card_id(own) if own else None,
            title=request.POST.get("title", ""),
            words=request.POST.get("words", ""),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, room, refusal=refusal.text(), status=refusal.status)
    return _done(request, room)


@require_POST
@web.screen
def take_out(request: HttpRequest, room: str, card: UUID) -> HttpResponse:
    who, found, _duties = web.seat_of(request, room)
    scripts.take_out(actor=who, room_id=found.id, card_id=card, now=clock.now())
    return _done(request, room)


def _show(request: HttpRequest, room: str, *, refusal: str = "", status: int = 200) -> HttpResponse:
    who, card, _duties = web.seat_of(request, room)
    facts = {
        "room": card,
        "ref": room,
        "cards": scripts.of_room(card.id, actor=who),
        "refusal": refusal,
        "typed": request.POST.get("words", "") if refusal else "",
        "typed_title": request.POST.get("title", "") if refusal else "",
    }
    return web.show(request, "studio/script.html", facts, status=status)


def _card_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _done(request: HttpRequest, room: str) -> HttpResponse:
    if not is_part(request):
        return go(request, reverse("studio:room-script", args=[room]))
    return _show(request, room)
