"""What was decided about a creator's posts: the rule, its version, the reason, and the appeal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.review import case_pages, cases
from laotie.look import appealing
from laotie.look.answers import actor
from laotie.look.appealing import NOT_TRIED, Tried
from laotie.look.consoles import go
from laotie.surfaces.studio import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Newest first. Two queries and the frame's."""
    return _show(request)


@require_POST
@web.screen
def appeal(request: HttpRequest, judgement: UUID) -> HttpResponse:
    """Somebody else looks again."""
    tried = appealing.read(request, judgement, cases.appeal)
    if tried.refusal is not None:
        return _show(request, tried)
    return go(request, reverse("studio:decisions"), said=_("Another reviewer will look at it."))


def _show(request: HttpRequest, tried: Tried = NOT_TRIED) -> HttpResponse:
    found = case_pages.mine(actor=actor(request), after=request.GET.get("after"))
    facts = {"rows": found.rows, "next_after": found.next_after, **tried.facts()}
    return web.show(request, "studio/decisions.html", facts, status=tried.status)
