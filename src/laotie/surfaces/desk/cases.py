"""People who lost their phone and have no other way in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import lost_phone
from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.desk import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    return web.show(request, "desk/cases.html", {"cases": lost_phone.waiting(actor=actor(request))})


@require_POST
@web.screen
def decide(request: HttpRequest, case: UUID, decision: str) -> HttpResponse:
    """Approved, it waits for the owner's no; refused, it ends."""
    decisions = {"approve": lost_phone.approve, "refuse": lost_phone.refuse}
    if decision not in decisions:
        raise NotFound
    decisions[decision](
        actor=actor(request),
        case_id=case,
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:cases"), said=_("The case is decided."))
