"""Refunds as a shop decides about them: asked for by buyers, or given by itself."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look.consoles import go
from laotie.surfaces.studio import orders, web
from laotie.trade import queries, refunds
from laotie.trade.refunds import RefundCause


@require_GET
@web.screen
def listing(request: HttpRequest, shop: str) -> HttpResponse:
    """What buyers ask for, the soonest deadline first, and what got stuck. Six queries."""
    who, file = web.shop_of(request, shop)
    asked = refunds.asked_of(actor=who, shop_id=file.card.id)
    stuck = refunds.failed_of(actor=who, shop_id=file.card.id)
    cards = queries.order_cards([one.order_id for one in (*asked, *stuck)], actor=who)
    facts = {
        "shop": shop,
        "asked": [(one, cards[one.order_id]) for one in asked],
        "stuck": [(one, cards[one.order_id]) for one in stuck],
    }
    return web.show(request, "studio/refunds.html", facts)


@require_POST
@web.screen
def decide(request: HttpRequest, shop: str, order: str, refund: str, decision: str) -> HttpResponse:
    """Grant a refund, or say no to it."""
    who, found = orders.of_shop(request, shop, order)
    refund_id = ids.parse("rfd", refund)
    if refund_id not in {one.refund_id for one in found.refunds}:
        raise NotFound
    try:
        if decision == "grant":
            cause = request.POST.get("cause", "")
            refunds.grant(
                actor=who,
                refund_id=refund_id,
                cause=RefundCause(cause) if cause in set(RefundCause) else None,
                now=clock.now(),
            )
            said = _("Granted. The money is on its way to the buyer.")
        elif decision == "refuse":
            reason = request.POST.get("reason", "")
            refunds.refuse(actor=who, refund_id=refund_id, reason=reason, now=clock.now())
            said = _("Declined. The buyer is told.")
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        is_blank = isinstance(refusal, Invalid)
        said = _("Say why you decline; the buyer reads it.") if is_blank else refusal.text()
        return orders.show(request, shop, order, status=refusal.status, refund_refusal=said)
    return go(request, reverse("studio:order", args=[shop, order]), said=said)


@require_POST
@web.screen
def give(request: HttpRequest, shop: str, order: str) -> HttpResponse:
    """Units' money back without being asked; the form's key makes two sends one."""
    who, found = orders.of_shop(request, shop, order)
    form = orders.GiveForm(request.POST)
    if not form.is_valid():
        return orders.show(request, shop, order, status=422, give_form=form)
    given = form.cleaned_data
    units = orders.units_of(found, request.POST, "give")
    try:
        refunds.give(
            actor=who,
            order_id=found.order_id,
            units={line_no: quantity for line_no, quantity in units.items() if quantity},
            reason=given["reason"],
            cause=RefundCause(given["cause"]),
            key=given["key"],
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        blamed = web.blame(form, refusal)
        return orders.show(request, shop, order, status=refusal.status, give_form=blamed)
    address = reverse("studio:order", args=[shop, order])
    return go(request, address, said=_("Granted. The money is on its way to the buyer."))
