"""What needs a person, at one look."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.accounts import lost_phone, shops
from laotie.kernel import clock, event_log, jobs, readers
from laotie.live import queries as live
from laotie.look.answers import actor
from laotie.oversight import complaints, proposals
from laotie.payments import queries as payments
from laotie.surfaces.desk import web

_ON_AIR = frozenset({"LIVE", "INTERRUPTED"})


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Counts that lead to the pages behind them."""
    who = actor(request)
    rooms = live.rooms_for_operator()
    facts = {
        "waiting_shops": shops.in_state(actor=who, state="APPLIED"),
        "rooms_on_air": [row for row in rooms if row[0].state in _ON_AIR],
        "stuck": payments.stuck_money(actor=who, now=clock.now()),
        "complaints": complaints.waiting(actor=who),
        "proposals": proposals.listed(actor=who),
        "cases": lost_phone.waiting(actor=who),
        "parked": event_log.parked(),
        "failed_jobs": jobs.failed(),
        "behind": max((each.rows_behind for each in readers.standing()), default=0),
    }
    return web.show(request, "desk/overview.html", facts)
