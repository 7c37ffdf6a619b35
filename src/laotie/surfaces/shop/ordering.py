"""My orders: lists, one order with its parcels and money, and what a buyer can do with it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import addresses, shops
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal, WrongState
from laotie.ledger import explain
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import destinations, my_orders, orders, queries, review_pages
from laotie.trade.destinations import AddressFixed, DearerPlace
from laotie.trade.my_orders import MyShelf
from laotie.trade.queries import OrderLine, OrderPage
from laotie.trade.review_pages import OwnLine

_CANCELLABLE = frozenset({"PENDING_PAYMENT", "PAID"})
_CONFIRMABLE = frozenset({"SHIPPED", "DELIVERED"})
_HELD = frozenset({"PAID", "PARTLY_SHIPPED", "SHIPPED", "DELIVERED"})
_REFUNDABLE = _HELD | {"RECEIVED"}
_MOVING = _HELD | {"PENDING_PAYMENT"}
_RUNNING = frozenset({"REQUESTED", "REFUNDING", "REFUND_FAILED"})
_JUDGED = frozenset({"RECEIVED", "COMPLETED"})
_MOVABLE = frozenset({"PENDING_PAYMENT", "PAID"})
_SHELVES = (
    ("all", _("All")),
    ("to_pay", _("To pay")),
    ("to_ship", _("To ship")),
    ("on_the_way", _("To receive")),
    ("to_review", _("To review")),
    ("after_sale", _("Money back")),
)
# How far the four steps at the top of an order have come.
_STEPS_DONE = {
    "PENDING_PAYMENT": 0,
    "PAID": 1,
    "PARTLY_SHIPPED": 1,
    "SHIPPED": 2,
    "DELIVERED": 2,
    "RECEIVED": 3,
    "COMPLETED": 4,
}


@require_GET
@web.screen
def listing(request: HttpRequest) -> HttpResponse:
    """My orders, newest first, by what they wait for; `q` looks for words or a number."""
    asked, text = request.GET.get("shelf", "all"), request.GET.get("q", "")
    shelf = MyShelf(asked) if asked in set(MyShelf) else MyShelf.ALL
    who, now = answers.actor(request), clock.now()
    found = my_orders.listing(
        actor=who, shelf=shelf, text=text, after=request.GET.get("after"), now=now
    )
    names = shops.cards({card.shop_id for card in found.rows})
    waiting = my_orders.waiting(actor=who, now=now)
    facts = {
        "orders": [(card, names[card.shop_id]) for card in found.rows],
        "next_after": found.next_after,
        "shelf": shelf.value,
        "shelves": [(key, label, waiting.get(key, 0)) for key, label in _SHELVES],
        "q": text[: my_orders.LONGEST_TEXT],
        "held": queries.held_for_buyer(actor=who),
        "place": "orders",
    }
    return web.show(request, "shop/orders.html", facts)


@require_GET
@web.screen
def page(request: HttpRequest, order: str) -> HttpResponse:
    """One order: where it is, where the money is, what can be done."""
    return show(request, ids.parse("ord", order))


@require_GET
@web.screen
def money(request: HttpRequest, order: str) -> HttpResponse:
    """Every change of this order's money as far as the buyer is in it."""
    who = answers.actor(request)
    order_id = ids.parse("ord", order)
    found = own_page(request, order_id)
    try:
        lines = explain.order(order_id, actor=who)
    except NotFound:
        lines = ()  # Nothing was captured yet.
    facts = {
        "order": found,
        "lines": [line for line in lines if line.level == "buyer"],
        "place": "orders",
    }
    return web.show(request, "shop/money.html", facts)


@require_POST
@web.screen
def cancel(request: HttpRequest, order: str) -> HttpResponse:
    """I do not want it; nothing has shipped."""
    order_id = ids.parse("ord", order)
    try:
        orders.cancel(actor=answers.actor(request), order_id=order_id, now=clock.now())
    except WrongState as refusal:
        return show(request, order_id, refusal=refusal)
    return web.go(request, reverse("shop:order", args=[order]))


@require_POST
@web.screen
def confirm(request: HttpRequest, order: str) -> HttpResponse:
    """I have the goods."""
    order_id = ids.parse("ord", order)
    try:
        orders.confirm(actor=answers.actor(request), order_id=order_id, now=clock.now())
    except WrongState as refusal:
        return show(request, order_id, refusal=refusal)
    return web.go(request, reverse("shop:order", args=[order]))


@require_http_methods(["GET", "POST"])
@web.screen
def readdress(request: HttpRequest, order: str) -> HttpResponse:
    """Let the order go to another address of mine, as long as it is not made out."""
    order_id = ids.parse("ord", order)
    who, found = answers.actor(request), own_page(request, order_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            destinations.change(
                actor=who,
                order_id=order_id,
                address_id=ids.parse("adr", request.POST.get("address", "")),
                now=clock.now(),
            )
        except (AddressFixed, DearerPlace) as no:
            refusal = no
        else:
            messages.success(
                request, gettext("The order goes to the other address now."), extra_tags="ok"
            )
            return web.go(request, reverse("shop:order", args=[order]))
    facts = {
        "order": found,
        "addresses": addresses.mine(actor=who),
        "can_move": _can(found).move,
        "refusal": refusal.text() if refusal else "",
        "more_fen": refusal.facts.get("more_fen", 0) if refusal else 0,
        "here": reverse("shop:order-address", args=[order]),
        "place": "orders",
    }
    status = refusal.status if refusal else 200
    return web.show(request, "shop/order_address.html", facts, status=status)


@dataclass(frozen=True, slots=True)
class Can:
    """What the buyer can do with an order now; the use cases have the last word."""

    pay: bool
    cancel: bool
    confirm: bool
    refund: bool
    move: bool
    again: bool

    @property
    def anything(self) -> bool:
        return any((self.pay, self.cancel, self.confirm, self.refund, self.again))


def _can(page: OrderPage) -> Can:
    state = page.state
    is_refunding = any(one.state in _RUNNING for one in page.refunds)
    return Can(
        pay=state == "PENDING_PAYMENT",
        cancel=state in _CANCELLABLE and not is_refunding,
        confirm=state in _CONFIRMABLE and not is_refunding,
        refund=state in _REFUNDABLE and not is_refunding and any(map(left, page.lines)),
        move=state in _MOVABLE and not page.parcels and not is_refunding,
        again=state not in _MOVABLE,
    )


def show(request: HttpRequest, order_id: UUID, *, refusal: Refusal | None = None) -> HttpResponse:
    who, now = answers.actor(request), clock.now()
    found = own_page(request, order_id)
    is_refunding = any(one.state in _RUNNING for one in found.refunds)
    judged: dict[int, OwnLine] = {}
    if found.state in _JUDGED:
        mine = review_pages.of_own_order(actor=who, order_id=order_id, now=now)
        judged = {one.line_no: one for one in mine}
    facts = {
        "order": found,
        "lines": [(line, judged.get(line.line_no)) for line in found.lines],
        "shop": shops.card(found.shop_id),
        "steps_done": _STEPS_DONE.get(found.state, 0),
        "is_held": found.state in _HELD,
        "held_fen": found.total_fen - found.refunded_fen,
        "is_moving": found.state in _MOVING or is_refunding,
        "can": _can(found),
        "refusal": refusal.text() if refusal else "",
        "group": ids.public("grp", found.group_id),
        "now": now,
        "place": "orders",
    }
    status = refusal.status if refusal else 200
    return web.show(request, "shop/order.html", facts, status=status)


def own_page(request: HttpRequest, order_id: UUID) -> OrderPage:
    """raises: NotFound for the orders of others, also if the asker is of their shop."""
    found = queries.order_page(order_id, actor=answers.actor(request))
    if found.viewer != "buyer":
        raise NotFound
    return found


def left(line: OrderLine) -> int:
    """How many units of it have not gone back yet."""
    return line.quantity - line.refunded
