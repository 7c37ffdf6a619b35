"""What feeds a room: the stream key of encoders, and tickets for browsers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.live import ingest, tickets
from laotie.surfaces.studio import control, web


@require_http_methods(["GET", "POST"])
@web.screen
def key(request: HttpRequest, room: str) -> HttpResponse:
    """A new stream key, shown in this answer and never again. GET asks whether that is meant."""
    who, card = web.room_of(request, room)
    if request.method == "GET":
        return web.show(request, "studio/room/rotate.html", {"room": card, "ref": room})
    try:
        made = ingest.issue_key(actor=who, room_id=card.id, now=clock.now())
    except Refusal as refusal:
        return control.answer(request, room, "encoder", refusal=refusal)
    return control.answer(request, room, "encoder", stream_key=made)


@require_POST
@web.screen
def revoke(request: HttpRequest, room: str) -> HttpResponse:
    """The key in force stops working, and whoever sends by it is cut off."""
    who, card = web.room_of(request, room)
    try:
        ingest.revoke_key(actor=who, room_id=card.id, now=clock.now())
    except Refusal as refusal:
        return control.answer(request, room, "encoder", refusal=refusal)
    return control.answer(request, room, "encoder")


@require_POST
def ticket(request: HttpRequest, room: str) -> HttpResponse:
    """`{url, ticket}` for the room's socket; a refusal as JSON with its status."""
    try:
        who, card = web.room_of(request, room)
        signed = tickets.issue(actor=who, room_id=card.id, now=clock.now())
    except Refusal as refusal:
        return _json(refusal.as_dict(), refusal.status)
    return _json({"url": f"{settings.LAOTIE.gateway_url}/live/{room}", "ticket": signed}, 200)


@require_POST
def publish(request: HttpRequest, room: str) -> HttpResponse:
    """`{ticket}` with which this browser may send video within two minutes."""
    try:
        who, card = web.room_of(request, room)
        signed = ingest.issue_publish_ticket(actor=who, room_id=card.id)
    except Refusal as refusal:
        return _json(refusal.as_dict(), refusal.status)
    return _json({"ticket": signed}, 200)


def _json(body: dict[str, object], status: int) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
