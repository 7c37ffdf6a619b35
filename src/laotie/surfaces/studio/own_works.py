"""A creator's files: what they are, who needs them, the room they take, and their way out."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.files import works
from laotie.content.posting import holdings
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import posts as words_of
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """All files, newest first, and the room that is left. Seven queries and the frame's."""
    return _show(request)


@require_POST
@web.screen
def delete(request: HttpRequest, work: str) -> HttpResponse:
    """A file goes for good; one that a post needs stays, and the page says what to do first."""
    try:
        works.discard(actor=actor(request), work_id=ids.parse("wrk", work), now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, refusal=refusal)
    return go(request, reverse("studio:works"), said=_("Deleted."))


def _show(request: HttpRequest, *, refusal: Refusal | None = None) -> HttpResponse:
    who = actor(request)
    found = holdings.page(actor=who, after=request.GET.get("after"))
    facts = {
        "space": holdings.space(actor=who),
        "rows": [(each, words_of.FILES[each.work.kind]) for each in found.rows],
        "next_after": found.next_after,
        "is_first": "after" not in request.GET,
        "refusal": refusal.text() if refusal else "",
    }
    return web.show(request, "studio/works.html", facts, status=refusal.status if refusal else 200)
