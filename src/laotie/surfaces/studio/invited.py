"""Shops that want a person to work for them, and their answer."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import invitations
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.studio import staff, web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@web.screen
def answer(request: HttpRequest, invitation: str, verb: str) -> HttpResponse:
    """Yes or no. Who says yes is led to the shop."""
    who, invitation_id = actor(request), ids.parse("ivt", invitation)
    if verb not in {"accept", "decline"}:
        raise NotFound
    act = invitations.accept if verb == "accept" else invitations.decline
    try:
        done = act(actor=who, invitation_id=invitation_id, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, status=refusal.status, refusal=refusal.text())
    if verb == "accept":
        address = reverse("studio:shop", args=[done.shop.public_id])
        return go(request, address, said=_("You work for this shop now."))
    return go(request, reverse("studio:invitations"), said=_("Declined."))


def _show(request: HttpRequest, *, status: int = 200, refusal: str = "") -> HttpResponse:
    facts = {
        "refusal": refusal,
        "invitations": [
            (each, sorted(each.rights), staff.role_name(each.rights))
            for each in invitations.mine(actor=actor(request), now=clock.now())
        ],
    }
    return web.show(request, "studio/invitations.html", facts, status=status)
