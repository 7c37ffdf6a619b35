"""Shops that apply, and those that trade."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import shops
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.desk import web

STATES = ("APPLIED", "APPROVED", "SUSPENDED", "REFUSED")


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """One list per state; those that wait come first."""
    state = request.GET.get("state", "APPLIED")
    if state not in STATES:
        raise NotFound
    found = shops.in_state(actor=actor(request), state=state)
    return web.show(request, "desk/shops.html", {"files": found, "state": state, "states": STATES})


@require_POST
@web.screen
def decide(request: HttpRequest, shop: str, decision: str) -> HttpResponse:
    """Approve, refuse, suspend or reopen."""
    who, shop_id, now = actor(request), ids.parse("shp", shop), clock.now()
    reason = request.POST.get("reason", "")
    if decision == "approve":
        shops.approve(actor=who, shop_id=shop_id, now=now)
        said = _("The shop is open.")
    elif decision == "refuse":
        shops.refuse(actor=who, shop_id=shop_id, reason=reason, now=now)
        said = _("The application was refused; the applicant is told why.")
    elif decision == "suspend":
        shops.suspend(actor=who, shop_id=shop_id, reason=reason, now=now)
        said = _("The shop is suspended; nothing of it is for sale.")
    elif decision == "reopen":
        shops.reopen(actor=who, shop_id=shop_id, now=now)
        said = _("The shop is open again.")
    else:
        raise NotFound
    return go(request, reverse("desk:shops"), said=said)
