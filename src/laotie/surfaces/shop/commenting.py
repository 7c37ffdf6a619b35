"""What was decided about one's own comments: the rule, the reason, and one appeal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.content import cases, talk_cases
from laotie.kernel import clock
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import actor
from laotie.surfaces.shop import web


@require_GET
@web.screen
def decisions(request: HttpRequest) -> HttpResponse:
    """Newest first. Two queries and the frame's."""
    return _show(request)


@require_POST
@web.screen
def appeal(request: HttpRequest, verdict: UUID) -> HttpResponse:
    """Another operator looks again."""
    try:
        talk_cases.appeal(
            actor=actor(request),
            case_id=verdict,
            text=request.POST.get("text", ""),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, refused=verdict, refusal=refusal)
    return web.go(request, f"{reverse('shop:comment-decisions')}#case-{verdict}")


def _show(
    request: HttpRequest, *, refused: UUID | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    facts = {
        "page": talk_cases.mine(actor=actor(request), after=request.GET.get("after")),
        "refused": refused,
        "refusal": refusal.text() if refusal else "",
        "text": request.POST.get("text", ""),
        "longest": cases.APPEAL_LETTERS,
    }
    status = refusal.status if refusal else 200
    return web.show(request, "shop/comment_decisions.html", facts, status=status)
