"""Telling an operator that something is wrong, and what became of it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.kernel import clock
from laotie.kernel.errors import Refusal
from laotie.look.answers import actor
from laotie.look.complaints import STATES
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
_PLACES = {
    "rom": "shop:room",
    "prd": "shop:product",
    "shp": "shop:shop",
    "crt": "shop:creator",
    "pst": "shop:post",
    "cmt": "shop:comment",
}


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


@require_GET
@web.screen
def mine(request: HttpRequest) -> HttpResponse:
    """One's own complaints, newest first, with what was answered."""
    page = complaints.mine(actor=actor(request), after=request.GET.get("after"))
    causes = dict(CAUSES)
    rows = [
        (each, causes[each.cause], *STATES[each.state], _address(each.ref)) for each in page.rows
    ]
    return web.show(request, "shop/my_reports.html", {"page": page, "rows": rows})


@require_POST
@web.screen
def withdraw(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Nobody needs to look at it any more."""
    complaints.withdraw(actor=actor(request), complaint_id=complaint, now=clock.now())
    return web.go(request, reverse("shop:my-reports"))


def _address(ref: str) -> str:
    """Where one looks at what was reported; empty for what has no page of its own."""
    place = _PLACES.get(ref.partition("_")[0])
    return reverse(place, args=[ref]) if place else ""
