"""Shops that apply, and those that trade."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import onboarding, shops
from laotie.catalog import pictures
from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.desk import web

STATES = ("APPLIED", "ASKED", "APPROVED", "SUSPENDED", "REFUSED")


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """One list per state; those that wait come first."""
    state = request.GET.get("state", "APPLIED")
    if state not in STATES:
        raise NotFound
    found = shops.in_state(actor=actor(request), state=state)
    return web.show(request, "desk/shops.html", {"files": found, "state": state, "states": STATES})


@require_GET
@web.screen
def file(request: HttpRequest, shop: str) -> HttpResponse:
    """One shop with the papers it handed in."""
    return _show(request, shop)


@require_POST
@web.screen
def contact(request: HttpRequest, shop: str) -> HttpResponse:
    """The number of whoever answers for the shop, shown once for a reason that is kept."""
    try:
        number = onboarding.contact(
            actor=actor(request),
            shop_id=ids.parse("shp", shop),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, shop, refusal=refusal)
    return _show(request, shop, number=number)


@require_POST
@web.screen
def decide(request: HttpRequest, shop: str, decision: str) -> HttpResponse:
    """Approve, refuse, ask for more, suspend or reopen."""
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
    elif decision == "ask":
        onboarding.ask_again(actor=who, shop_id=shop_id, what=reason, now=now)
        said = _("The applicant is asked for it.")
    else:
        raise NotFound
    return go(request, reverse("desk:shops"), said=said)


def _show(
    request: HttpRequest, shop: str, *, number: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    who, shop_id = actor(request), ids.parse("shp", shop)
    papers = onboarding.papers_of(actor=who, shop_id=shop_id)
    facts = {
        "shop": shop,
        "licence_url": pictures.url(papers.licence_file, 640) if papers else "",
        "file": shops.file_of(actor=who, shop_id=shop_id),
        "papers": papers,
        "staff": shops.staff(actor=who, shop_id=shop_id),
        "number": number,
        "refusal": refusal.text() if refusal else "",
    }
    return web.show(request, "desk/shop.html", facts, status=refusal.status if refusal else 200)
