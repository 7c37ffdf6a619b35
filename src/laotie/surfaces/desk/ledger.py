"""The books: what the house holds and owes by kind of account, and the way to each fen."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from laotie.kernel import ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.ledger import queries
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.surfaces.desk import web
from laotie.trade import search


@require_GET
@web.finance_screen
def page(request: HttpRequest) -> HttpResponse:
    """Balances, or straight on to the order whose number was typed."""
    words = request.GET.get("words", "").strip()
    refusal: Refusal | None = None
    if words:
        try:
            order_id = search.order_named(words)
            if order_id is not None:
                return go(request, reverse("desk:order", args=[ids.public("ord", order_id)]))
            refusal = Invalid(field="words", reason="form")
        except NotFound as error:
            refusal = error
    balances = queries.platform_balances(actor=actor(request))
    facts = {
        "balances": balances,
        "total_fen": sum(fen for _kind, fen in balances),
        "words": words,
        "refusal": refusal.text() if refusal else "",
        "unknown": _("No order has this number.") if refusal else "",
    }
    return web.show(request, "desk/ledger.html", facts, status=refusal.status if refusal else 200)
