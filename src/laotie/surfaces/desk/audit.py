"""What people with rights over the platform did: who, when, to what, and why."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.accounts import people
from laotie.kernel import audit, ids
from laotie.look.answers import actor
from laotie.surfaces.desk import web

_MOST = 50


@require_GET
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    """Newest first; narrowed to one person or one kind of act."""
    by, act, mark = (request.GET.get(name, "") for name in ("by", "act", "before"))
    person_id: UUID | None = ids.parse("per", by) if by else None
    before = int(mark) if mark.isascii() and mark.isdigit() and len(mark) < 18 else None
    entries = audit.entries(
        actor=actor(request), person_id=person_id, act=act, before=before, most=_MOST + 1
    )
    shown = entries[:_MOST]
    cards = people.cards({entry.person_id for entry in shown})
    facts = {
        "rows": [(entry, cards.get(entry.person_id)) for entry in shown],
        "next_before": shown[-1].id if len(entries) > _MOST else None,
        "act": act,
        "by": by,
    }
    return web.show(request, "desk/audit.html", facts)
