"""Two pairs of eyes: what one person proposed with the platform's money, for another to confirm."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.support import programmes
from laotie.kernel import clock
from laotie.kernel.errors import NotFound
from laotie.ledger import policy
from laotie.links import policy as link_policy
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.oversight import proposals
from laotie.oversight.proposals import ProposalKind
from laotie.surfaces.desk import web
from laotie.trade import platform_coupons

_CONFIRM: dict[str, Callable[..., object]] = {
    ProposalKind.FEES.value: policy.confirm,
    ProposalKind.PLATFORM_COUPON.value: platform_coupons.confirm,
    ProposalKind.PROGRAMME.value: programmes.confirm,
    ProposalKind.LINK_RULE.value: link_policy.confirm,
}


@require_GET
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, and what became of the others."""
    state = request.GET.get("state", "PROPOSED")
    facts = {
        "proposals": proposals.listed(actor=actor(request), state=state),
        "state": state,
        "states": [each.value for each in proposals.ProposalState],
    }
    return web.show(request, "desk/proposals.html", facts)


@require_POST
@web.finance_screen
def confirm(request: HttpRequest, kind: str, proposal: UUID) -> HttpResponse:
    """It takes effect now, exactly as it was proposed."""
    if kind not in _CONFIRM:
        raise NotFound
    _CONFIRM[kind](actor=actor(request), proposal_id=proposal, now=clock.now())
    return go(request, reverse("desk:proposals"), said=_("Confirmed; it takes effect as proposed."))


@require_POST
@web.finance_screen
def refuse(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """It will not be done; its maker takes it back in the same way."""
    proposals.refuse(
        actor=actor(request),
        proposal_id=proposal,
        answer=request.POST.get("reason", ""),
        now=clock.now(),
    )
    return go(request, reverse("desk:proposals"), said=_("It will not be done."))
