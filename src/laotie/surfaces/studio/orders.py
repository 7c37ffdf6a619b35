"""One order of a shop: shipping it whole or in part, the buyer's address, its money."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from laotie.delivery import shipments
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.ledger import explain
from laotie.look import answers
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, web
from laotie.surfaces.studio.templatetags.studio import carrier_name
from laotie.trade import orders, queries
from laotie.trade.queries import OrderPage

_SHIPPABLE = frozenset({"PAID", "PARTLY_SHIPPED"})
_IN_WORK = _SHIPPABLE | {"SHIPPED", "DELIVERED"}
_REFUNDABLE = _IN_WORK | {"RECEIVED", "COMPLETED"}
_RUNNING = frozenset({"REQUESTED", "REFUNDING", "REFUND_FAILED"})


class ShipForm(forms.Form):
    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"))
    waybill_no = forms.CharField(
        label=gettext_lazy("Waybill number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("From the carrier's label. The lab carrier makes its own."),
    )

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        names = (*shipments.connected(), *shipments.BY_HAND)
        choices = [(name, carrier_name(name)) for name in names]
        self.fields["carrier"].choices = choices  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why you need it"), max_length=200)


class GiveForm(forms.Form):
    key = forms.CharField(max_length=80, widget=forms.HiddenInput)
    cause = forms.ChoiceField(
        label=gettext_lazy("Whose side the reason lies on"),
        choices=[("shop", gettext_lazy("Ours: freight goes back too")),
                 ("buyer", gettext_lazy("The buyer's"))],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_GET
@web.screen
def page(request: HttpRequest, shop: str, order: str) -> HttpResponse:
    return show(request, shop, order)


@require_GET
@web.screen
def lead(request: HttpRequest, order: str) -> HttpResponse:
    """To the page of the order at the shop that has it: where notices to staff lead."""
    who, order_id = answers.actor(request), ids.parse("ord", order)
    card = queries.order_cards([order_id], actor=who).get(order_id)
    if card is None or card.shop_id not in who.shop_rights:
        raise NotFound
    return go(request, reverse("studio:order", args=[ids.public("shp", card.shop_id), order]))


@require_POST
@web.screen
def ship(request: HttpRequest, shop: str, order: str) -> HttpResponse:
    """A parcel with the units typed goes to a carrier."""
    who, found = of_shop(request, shop, order)
    form = ShipForm(request.POST)
    if not form.is_valid():
        return show(request, shop, order, status=422, ship_form=form)
    given = form.cleaned_data
    try:
        orders.ship(
            actor=who,
            order_id=found.order_id,
            units=units_of(found, request.POST, "ship"),
            carrier=given["carrier"],
            waybill_no=given["waybill_no"] or None,
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return show(request, shop, order, status=refusal.status, ship_form=blamed)
    address = reverse("studio:order", args=[shop, order])
    return go(request, address, said=_("The parcel is on its way to the carrier."))


@require_POST
@web.screen
def reveal(request: HttpRequest, shop: str, order: str) -> HttpResponse:
    """The whole address in this answer alone; who looked and why is written down."""
    who, found = of_shop(request, shop, order)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return show(request, shop, order, status=422, reveal_form=form)
    try:
        plain = orders.reveal_address(
            actor=who,
            order_id=found.order_id,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return show(request, shop, order, status=refusal.status, reveal_form=blamed)
    return show(request, shop, order, plain=plain)


def show(
    request: HttpRequest, shop: str, order: str, *, status: int = 200, **extra: object
) -> HttpResponse:
    """The order as its shop sees it. At most twelve queries."""
    who, found = of_shop(request, shop, order)
    rights = web.rights_in(who, found.shop_id)
    is_refunding = any(one.state in _RUNNING for one in found.refunds)
    left = [(line, line.to_ship) for line in found.lines if line.to_ship]
    facts: dict[str, object] = {
        "shop": shop,
        "order": found,
        "rights": rights,
        "to_ship": left,
        "may_ship": "ship" in rights and found.state in _SHIPPABLE and bool(left),
        "may_reveal": "ship" in rights and found.state in _IN_WORK,
        "may_give": "refund" in rights and found.state in _REFUNDABLE and not is_refunding,
        "is_refunding": is_refunding,
        "refundable": [(line, line.quantity - line.refunded) for line in found.lines],
        "lines": _money(who, found.order_id) if "money" in rights else (),
        "ship_form": ShipForm(),
        "reveal_form": RevealForm(),
        "give_form": GiveForm(initial={"key": str(ids.new())}),
        "plain": None,
        "refund_refusal": "",
        "now": clock.now(),
    }
    return web.show(request, "studio/order.html", {**facts, **extra}, status=status)


def of_shop(request: HttpRequest, shop: str, order: str) -> tuple[Actor, OrderPage]:
    """Who asks, and an order of this very shop. raises: NotFound."""
    who, file = web.shop_of(request, shop)
    found = queries.order_page(ids.parse("ord", order), actor=who)
    if found.shop_id != file.card.id:
        raise NotFound
    return who, found


def units_of(found: OrderPage, form: QueryDict, prefix: str) -> dict[int, int]:
    """How many units of each line were typed."""
    return {
        line.line_no: fields.count_of(form.get(f"{prefix}-{line.line_no}", ""))
        for line in found.lines
    }


def _money(who: Actor, order_id: UUID) -> list[explain.PostingLine]:
    try:
        lines = explain.order(order_id, actor=who)
    except (NotFound, NotAllowed):
        return []  # Nothing was captured yet.
    level = "operator" if who.is_operator else "merchant"
    return [line for line in lines if line.level == level]
