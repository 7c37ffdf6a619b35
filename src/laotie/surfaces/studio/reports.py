"""After the show: its report as a page and a file; the creator's followers and earnings."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.live import fans, summaries
from laotie.look.answers import actor, csv_file
from laotie.look.consoles import go
from laotie.surfaces.studio import drawing, web


@require_GET
@web.screen
def report(request: HttpRequest, room: str) -> HttpResponse:
    """A show's figures with their definitions, its curve with products, and its products."""
    who, card = web.room_of(request, room)
    found = summaries.of_room(card.id, actor=who)
    facts = {
        "room": card,
        "ref": room,
        "report": found,
        "figures": [
            (name, getattr(found.figures, name), _(text))
            for name, text in summaries.DEFINITIONS.items()
        ]
        if found
        else [],
        "curve": drawing.curve(found.minutes) if found else None,
        "stretches": drawing.stretches(found.minutes) if found else (),
        "titles": {item.product_id: item.title for item in found.items} if found else {},
        "can_make": card.live_at is not None and card.ended_at is not None,
    }
    return web.show(request, "studio/report.html", facts)


@require_POST
@web.screen
def again(request: HttpRequest, room: str) -> HttpResponse:
    """Work the report out again, with what has happened since."""
    who, card = web.room_of(request, room)
    summaries.make(actor=who, room_id=card.id, now=clock.now())
    return go(request, reverse("studio:room-report", args=[room]), said=_("Made again."))


@require_GET
@web.screen
def file(request: HttpRequest, room: str) -> HttpResponse:
    """The report as CSV."""
    who, card = web.room_of(request, room)
    found = summaries.of_room(card.id, actor=who)
    if found is None:
        raise NotFound
    return csv_file(ids.public("rom", card.id), summaries.csv_rows(found))


@require_GET
@web.screen
def followers(request: HttpRequest) -> HttpResponse:
    """How many follow, how that grew, and who keeps coming back."""
    found = fans.of_creator(actor=actor(request), zone=settings.TIME_ZONE, now=clock.now())
    facts = {"fans": found, "growth": drawing.growth([day.total for day in found.days])}
    return web.show(request, "studio/fans.html", facts)


@require_GET
@web.screen
def earnings(request: HttpRequest) -> HttpResponse:
    """What shows and products earned, and what waits for what."""
    found = fans.earned(actor=actor(request), now=clock.now())
    return web.show(request, "studio/earnings.html", {"earned": found})
