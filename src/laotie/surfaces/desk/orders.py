"""Every order of the platform, and each fen of one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from laotie.accounts import directory, people, shops
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.ledger import explain
from laotie.look.answers import actor
from laotie.surfaces.desk import web
from laotie.trade import queries, search
from laotie.trade.queries import Shelf

SHELVES = (
    ("all", _("All")),
    ("to_pay", _("To pay")),
    ("to_ship", _("To ship")),
    ("on_the_way", _("On the way")),
    ("received", _("Received")),
    ("closed", _("Closed")),
)


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Newest first; narrowed by number, buyer's phone, or shop."""
    who, words = actor(request), request.GET.get("words", "").strip()
    asked = request.GET.get("shelf", "all")
    shelf = Shelf(asked) if asked in set(Shelf) else Shelf.ALL
    refusal: Refusal | None = None
    rows: queries.OrderList = queries.OrderList((), None)
    try:
        scope = _scope(who, words) if words else search.Scope()
        if scope is not None:
            after = request.GET.get("after")
            rows = search.orders(actor=who, shelf=shelf, after=after, scope=scope)
    except (Invalid, NotFound) as error:
        refusal = error
    facts = {
        "orders": rows.rows,
        "next_after": rows.next_after,
        "is_first": "after" not in request.GET,
        "shelf": shelf.value,
        "shelves": SHELVES,
        "words": words,
        "refusal": refusal.text() if refusal else "",
        "shops": shops.cards({row.shop_id for row in rows.rows}),
    }
    return web.show(request, "desk/orders.html", facts, status=refusal.status if refusal else 200)


@require_GET
@web.screen
def order(request: HttpRequest, order: str) -> HttpResponse:
    """One order with its money from the first fen to the last."""
    who, order_id = actor(request), ids.parse("ord", order)
    found = queries.order_page(order_id, actor=who)
    facts = {
        "order": found,
        "shop": shops.card(found.shop_id),
        "buyer": people.cards([found.buyer_id]).get(found.buyer_id),
        "lines": _money(order_id, who),
        "reveals": directory.reveals_of(actor=who, ref=order),
    }
    return web.show(request, "desk/order.html", facts)


def _scope(who: Actor, words: str) -> search.Scope | None:
    """What the words narrow the list to; None when they name nothing that is there."""
    if words.startswith("shp_"):
        return search.Scope(shop_id=ids.parse("shp", words))
    order_id = search.order_named(words)
    if order_id is not None:
        return search.Scope(order_id=order_id)
    people_found = directory.find(actor=who, words=words)
    return search.Scope(buyer_id=people_found[0].card.id) if len(people_found) == 1 else None


def _money(order_id: UUID, who: Actor) -> tuple[explain.PostingLine, ...]:
    """Nothing before the payment is booked."""
    try:
        return explain.order(order_id, actor=who)
    except NotFound:
        return ()
