"""Money that does not move by itself, and how the provider's bills match."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.payments import notices, queries, reconciliation, refunds
from laotie.surfaces.desk import web

_DAYS = 7


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Stuck money with the next action, and a week of bills."""
    now = clock.now()
    days = [reconciliation.day_of(now - timedelta(days=back)) for back in range(_DAYS)]
    facts = {
        "stuck": queries.stuck_money(actor=actor(request), now=now),
        "bills": [reconciliation.day_match(day) for day in days],
    }
    return web.show(request, "desk/money.html", facts)


@require_POST
@web.screen
def retry_refund(request: HttpRequest, refund: str) -> HttpResponse:
    refund_id = ids.parse("rfd", refund)
    refunds.retry(actor=actor(request), refund_id=refund_id, now=clock.now())
    return go(request, reverse("desk:money"), said=_("The refund is being tried again."))


@require_POST
@web.screen
def reopen_notice(request: HttpRequest, notice: UUID) -> HttpResponse:
    notices.reopen(actor=actor(request), notice_id=notice, now=clock.now())
    return go(request, reverse("desk:money"), said=_("The notice is being handled again."))
