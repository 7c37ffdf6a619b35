"""The live wall: every room, and the way to take one off air."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.live import presence, queries, rooms
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.look.templatetags.look import compact
from laotie.surfaces.desk import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Rooms on air first."""
    return web.show(request, "desk/rooms.html", {"rooms": queries.rooms_for_operator()})


@require_GET
@web.screen
def viewers(request: HttpRequest, room: str) -> HttpResponse:
    """How many watch one room now, as text for the wall."""
    room_id = ids.parse("rom", room)
    audience = presence.audiences([room_id]).get(room_id)
    return HttpResponse(
        compact(audience.viewers if audience else 0), content_type="text/html; charset=utf-8"
    )


@require_POST
@web.screen
def decide(request: HttpRequest, room: str, decision: str) -> HttpResponse:
    """Suspend, lift the suspension, or ban for good."""
    who, room_id, now = actor(request), ids.parse("rom", room), clock.now()
    reason = request.POST.get("reason", "")
    if decision == "suspend":
        rooms.suspend(actor=who, room_id=room_id, reason=reason, now=now)
        said = _("The room is off air.")
    elif decision == "lift":
        rooms.lift(actor=who, room_id=room_id, now=now)
        said = _("The room may go on; it waits for its encoder.")
    elif decision == "ban":
        rooms.ban(actor=who, room_id=room_id, reason=reason, now=now)
        said = _("The room is closed for good.")
    else:
        raise NotFound
    return go(request, reverse("desk:rooms"), said=said)
