"""What was decided about a creator's posts: the rule, its version, the reason, and the appeal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content import case_pages, cases
from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import actor
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
    try:
        cases.appeal(
            actor=actor(request),
            case_id=judgement,
            text=request.POST.get("text", ""),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, refused=judgement, refusal=refusal)
    return go(request, reverse("studio:decisions"), said=_("Another reviewer will look at it."))


def _show(
    request: HttpRequest, *, refused: UUID | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    found = case_pages.mine(actor=actor(request), after=request.GET.get("after"))
    facts = {
        "rows": found.rows,
        "next_after": found.next_after,
        "refused": refused,
        "refusal": refusal.text() if refusal else "",
        "text": request.POST.get("text", ""),
        "longest": cases.APPEAL_LETTERS,
    }
    status = refusal.status if refusal else 200
    return web.show(request, "studio/decisions.html", facts, status=status)
