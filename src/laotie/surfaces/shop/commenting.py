"""What was decided about one's own comments: the rule, the reason, and one appeal."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.content.review import talk_cases
from laotie.look import appealing
from laotie.look.answers import actor
from laotie.look.appealing import NOT_TRIED, Tried
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
    tried = appealing.read(request, verdict, talk_cases.appeal)
    if tried.refusal is not None:
        return _show(request, tried)
    return web.go(request, f"{reverse('shop:comment-decisions')}#case-{verdict}")


def _show(request: HttpRequest, tried: Tried = NOT_TRIED) -> HttpResponse:
    page = talk_cases.mine(actor=actor(request), after=request.GET.get("after"))
    facts = {"page": page, **tried.facts()}
    return web.show(request, "shop/comment_decisions.html", facts, status=tried.status)
