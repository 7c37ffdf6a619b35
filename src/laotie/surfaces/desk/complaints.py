"""What people say is wrong, and the answers."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.oversight import complaints
from laotie.surfaces.desk import web

# Where one looks at what is complained of; a review is seen where it stands.
_PLACES = {
    "rom": "shop:room",
    "pst": "desk:moderation-post",
    "prd": "shop:product",
    "shp": "shop:shop",
    "crt": "shop:creator",
    "cmt": "desk:comment",
}


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """The longest waiting first; by keyboard J and K go down and up, A and R answer."""
    state = request.GET.get("state", "OPEN")
    found = complaints.queue(actor=actor(request), state=state)
    rows = [(each, _address(each.ref)) for each in found]
    facts = {
        "rows": rows,
        "state": state,
        "states": [each.value for each in complaints.ComplaintState],
    }
    return web.show(request, "desk/complaints.html", facts)


@require_POST
@web.screen
def decide(request: HttpRequest, complaint: UUID, decision: str) -> HttpResponse:
    if decision not in {"uphold", "dismiss"}:
        raise NotFound
    complaints.decide(
        actor=actor(request),
        complaint_id=complaint,
        upheld=decision == "uphold",
        answer=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:complaints"), said=_("The complaint is answered."))


def _address(ref: str) -> str:
    place = _PLACES.get(ref.partition("_")[0])
    return reverse(place, args=[ref]) if place else ""
