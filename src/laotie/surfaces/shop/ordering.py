"""My orders: lists, one order with its parcels and money, and what a buyer can do with it."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.accounts import shops
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal, WrongState
from laotie.ledger import explain
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import orders, queries, refunds
from laotie.trade.queries import OrderLine, OrderPage, Shelf

_CANCELLABLE = frozenset({"PENDING_PAYMENT", "PAID"})
_CONFIRMABLE = frozenset({"SHIPPED", "DELIVERED"})
_HELD = frozenset({"PAID", "PARTLY_SHIPPED", "SHIPPED", "DELIVERED"})
_REFUNDABLE = _HELD | {"RECEIVED"}
_MOVING = _HELD | {"PENDING_PAYMENT"}
_RUNNING = frozenset({"REQUESTED", "REFUNDING", "REFUND_FAILED"})
_SHELVES = (
    ("all", _("All")),
    ("to_pay", _("To pay")),
    ("to_ship", _("To ship")),
    ("on_the_way", _("On the way")),
    ("received", _("Received")),
    ("closed", _("Closed")),
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


class RefundForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    cause = forms.ChoiceField(
        label=_("Why"),
        choices=[
            ("buyer", _("I do not want it any more")),
            ("shop", _("Broken, wrong or missing")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("In your words"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_GET
@web.screen
def listing(request: HttpRequest) -> HttpResponse:
    """My orders, newest first, by shelf."""
    asked = request.GET.get("shelf", "all")
    shelf = Shelf(asked) if asked in set(Shelf) else Shelf.ALL
    who = answers.actor(request)
    found = queries.orders_of_buyer(actor=who, shelf=shelf, after=request.GET.get("after"))
    names = shops.cards({card.shop_id for card in found.rows})
    facts = {
        "orders": [(card, names[card.shop_id]) for card in found.rows],
        "next_after": found.next_after,
        "shelf": shelf.value,
        "shelves": _SHELVES,
        "held": queries.held_for_buyer(actor=who),
        "place": "orders",
    }
    return web.show(request, "shop/orders.html", facts)


@require_GET
@web.screen
def page(request: HttpRequest, order: str) -> HttpResponse:
    """One order: where it is, where the money is, what can be done."""
    return _show(request, ids.parse("ord", order))


@require_GET
@web.screen
def money(request: HttpRequest, order: str) -> HttpResponse:
    """Every change of this order's money as far as the buyer is in it."""
    who = answers.actor(request)
    order_id = ids.parse("ord", order)
    found = _own_page(request, order_id)
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
        return _show(request, order_id, refusal=refusal)
    return web.go(request, reverse("shop:order", args=[order]))


@require_POST
@web.screen
def confirm(request: HttpRequest, order: str) -> HttpResponse:
    """I have the goods."""
    order_id = ids.parse("ord", order)
    try:
        orders.confirm(actor=answers.actor(request), order_id=order_id, now=clock.now())
    except WrongState as refusal:
        return _show(request, order_id, refusal=refusal)
    return web.go(request, reverse("shop:order", args=[order]))


@require_POST
@web.screen
def withdraw(request: HttpRequest, order: str, refund: str) -> HttpResponse:
    """I do not ask for this money any more."""
    order_id, refund_id = ids.parse("ord", order), ids.parse("rfd", refund)
    try:
        refunds.withdraw(actor=answers.actor(request), refund_id=refund_id, now=clock.now())
    except WrongState as refusal:
        return _show(request, order_id, refusal=refusal)
    return web.go(request, reverse("shop:order", args=[order]))


@require_http_methods(["GET", "POST"])
@web.screen
def refund(request: HttpRequest, order: str) -> HttpResponse:
    """Ask for the money of units, lines or all of it."""
    order_id = ids.parse("ord", order)
    found = _own_page(request, order_id)
    if request.method == "GET":
        form = RefundForm(initial={"key": str(ids.new()), "cause": "buyer"})
        return _show_refund(request, found, form, _whole(found))
    form = RefundForm(request.POST)
    units = _units(found, request.POST)
    if not form.is_valid():
        return _show_refund(request, found, form, units, status=422)
    try:
        refunds.request(
            actor=answers.actor(request),
            order_id=order_id,
            units={line_no: quantity for line_no, quantity in units.items() if quantity},
            reason=form.cleaned_data["reason"],
            cause=refunds.RefundCause(form.cleaned_data["cause"]),
            key=form.cleaned_data["key"],
            now=clock.now(),
        )
    except Refusal as refusal:
        blamed = answers.blame(form, refusal)
        return _show_refund(request, found, blamed, units, status=refusal.status)
    return web.go(request, reverse("shop:order", args=[order]))


@dataclass(frozen=True, slots=True)
class Can:
    """What the buyer can do with an order now; the use cases have the last word."""

    pay: bool
    cancel: bool
    confirm: bool
    refund: bool

    @property
    def anything(self) -> bool:
        return self.pay or self.cancel or self.confirm or self.refund


def _can(page: OrderPage) -> Can:
    state = page.state
    is_refunding = any(one.state in _RUNNING for one in page.refunds)
    return Can(
        pay=state == "PENDING_PAYMENT",
        cancel=state in _CANCELLABLE and not is_refunding,
        confirm=state in _CONFIRMABLE and not is_refunding,
        refund=state in _REFUNDABLE and not is_refunding and any(map(_left, page.lines)),
    )


def _show(request: HttpRequest, order_id: UUID, *, refusal: Refusal | None = None) -> HttpResponse:
    found = _own_page(request, order_id)
    is_refunding = any(one.state in _RUNNING for one in found.refunds)
    facts = {
        "order": found,
        "shop": shops.card(found.shop_id),
        "steps_done": _STEPS_DONE.get(found.state, 0),
        "is_held": found.state in _HELD,
        "held_fen": found.total_fen - found.refunded_fen,
        "is_moving": found.state in _MOVING or is_refunding,
        "can": _can(found),
        "refusal": refusal.text() if refusal else "",
        "group": ids.public("grp", found.group_id),
        "now": clock.now(),
        "place": "orders",
    }
    status = refusal.status if refusal else 200
    return web.show(request, "shop/order.html", facts, status=status)


def _own_page(request: HttpRequest, order_id: UUID) -> OrderPage:
    """raises: NotFound for the orders of others, also if the asker is of their shop."""
    found = queries.order_page(order_id, actor=answers.actor(request))
    if found.viewer != "buyer":
        raise NotFound
    return found


def _show_refund(
    request: HttpRequest,
    found: OrderPage,
    form: RefundForm,
    units: dict[int, int],
    *,
    status: int = 200,
) -> HttpResponse:
    facts = {
        "order": found,
        "lines": [(line, _left(line), units[line.line_no]) for line in found.lines],
        "form": form,
        "place": "orders",
    }
    return web.show(request, "shop/refund.html", facts, status=status)


def _left(line: OrderLine) -> int:
    return line.quantity - line.refunded


def _whole(found: OrderPage) -> dict[int, int]:
    return {line.line_no: _left(line) for line in found.lines}


def _units(found: OrderPage, form: QueryDict) -> dict[int, int]:
    """How many of each line, as typed; what is no number counts as none."""
    typed = {line.line_no: form.get(f"units-{line.line_no}", "") for line in found.lines}
    return {
        line_no: int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        for line_no, text in typed.items()
    }
