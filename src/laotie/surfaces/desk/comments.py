"""A comment that somebody complains of: taken down with a rule and a reason; appeals answered."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.content.review import talk_cases
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.look.judged import REASONS
from laotie.surfaces.desk import web

_ANSWERS = {"restore": True, "uphold": False}


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, comment: str) -> HttpResponse:
    """One comment with all that was decided about it; a POST takes it down."""
    who, comment_id = actor(request), ids.parse("cmt", comment)
    refusal = None
    if request.method == "POST":
        try:
            talk_cases.take_down(
                actor=who,
                comment_id=comment_id,
                rule=request.POST.get("rule", ""),
                reason=request.POST.get("reason", ""),
                now=clock.now(),
            )
        except NotFound:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            said = _("Nobody reads it any more. Its writer is told why.")
            return go(request, reverse("desk:comment", args=[comment]), said=said)
    view = talk_cases.of_comment(comment_id, actor=who)
    facts = {
        "view": view,
        "post": ids.public("pst", view.post_id),
        "reasons": REASONS,
        "me": who.person_id,
        "refusal": refusal.text() if refusal else "",
        "rule": request.POST.get("rule", ""),
        "reason": request.POST.get("reason", ""),
    }
    status = refusal.status if refusal else 200
    return web.show(request, "desk/comment.html", facts, status=status)


@require_POST
@web.screen
def answer(request: HttpRequest, verdict: UUID, decision: str) -> HttpResponse:
    """Another operator than who decided says whether the appeal is right."""
    if decision not in _ANSWERS:
        raise NotFound
    case = talk_cases.answer(
        actor=actor(request),
        case_id=verdict,
        is_right=_ANSWERS[decision],
        answer=request.POST.get("reason", ""),
        now=clock.now(),
    )
    comment = ids.public("cmt", case.comment_id)
    return go(request, reverse("desk:comment", args=[comment]), said=_("Answered."))
