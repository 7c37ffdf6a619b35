"""The belt that a creator belongs to, or asks to belong to."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.content.industry import belts, memberships
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotAllowed, Refusal, SignInFirst
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import web


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Where one belongs and what was answered before; a POST asks for a `belt`. At most three
    queries and the frame's.
    """
    if request.method == "GET":
        return _show(request)
    try:
        belt_id = ids.parse("blt", request.POST.get("belt", ""))
        words = request.POST.get("words", "")
        memberships.ask(actor=actor(request), belt_id=belt_id, words=words, now=clock.now())
    except (SignInFirst, NotAllowed):
        raise
    except Refusal as refusal:
        return _show(request, refusal=refusal.text(), status=refusal.status)
    said = _("Asked. An operator answers, and you read it here.")
    return go(request, reverse("studio:belt"), said=said)


@require_POST
@web.screen
def leave(request: HttpRequest) -> HttpResponse:
    """One belongs to no belt and asks for none."""
    memberships.leave(actor=actor(request), now=clock.now())
    return go(request, reverse("studio:belt"), said=_("You belong to no belt now."))


def _show(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    mine = memberships.mine(actor=actor(request))
    standing = next((one for one in mine if one.is_standing), None)
    facts = {
        "standing": standing,
        "past": [one for one in mine if not one.is_standing],
        "belts": () if standing else belts.open_ones(),
        "asked": request.POST.get("belt", ""),
        "words": request.POST.get("words", ""),
        "refusal": refusal,
    }
    return web.show(request, "studio/belt.html", facts, status=status)
