"""Telling an operator that something is wrong."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.answers import actor
from laotie.oversight import complaints
from laotie.surfaces.shop import web

CAUSES = (
    ("fake", _("It is not what it is said to be")),
    ("forbidden", _("It may not be sold or shown")),
    ("misleading", _("Price, effect or origin mislead")),
    ("abuse", _("Insults or threats")),
    ("outside", _("It leads away to outside contacts")),
    ("rights", _("It uses somebody else's picture, brand or words")),
    ("minor", _("It harms young people")),
    ("other", _("Something else")),
)


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """A cause and, where one wants, some words; then the answer that somebody will look."""
    who = actor(request)
    who.require_person()
    facts: dict[str, object] = {
        "ref": ref,
        "causes": CAUSES,
        "cause": request.POST.get("cause", ""),
        "text": request.POST.get("text", ""),
        "back": reverse("shop:feed"),
    }
    if request.method == "GET":
        return web.show(request, "shop/report.html", facts)
    try:
        complaints.make(
            actor=who,
            ref=ref,
            cause=request.POST.get("cause", ""),
            text=request.POST.get("text", ""),
            now=clock.now(),
        )
    except Refusal as refusal:
        facts["refusal"] = refusal.text()
        return web.show(request, "shop/report.html", facts, status=refusal.status)
    return web.show(request, "shop/report.html", {**facts, "is_done": True})
