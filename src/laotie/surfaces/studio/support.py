"""What the platform offers a creator: programmes with one's progress, and one's own agreement."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.support import programme_pages, progress, talent
from laotie.kernel import clock, ids
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Programmes that are open or one's own, and agreements. At most ten queries."""
    who, now = actor(request), clock.now()
    facts = {
        "entries": programme_pages.for_creator(actor=who, now=now),
        "agreements": talent.mine(actor=who, now=now),
    }
    return web.show(request, "studio/support.html", facts)


@require_POST
@web.screen
def enrol(request: HttpRequest, programme: str) -> HttpResponse:
    """The creator takes part from now on."""
    progress.enrol(actor=actor(request), programme_id=ids.parse("prg", programme), now=clock.now())
    return go(request, reverse("studio:support"), said=_("You take part."))
