"""Paying a checkout: its window, the way to the provider, and what became of it.

Nothing that a browser brings back counts: the state is what the provider says when we ask.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers
from laotie.payments import intents
from laotie.payments import queries as payments
from laotie.payments.intents import PaymentCard
from laotie.surfaces.shop import web
from laotie.trade import orders, queries
from laotie.trade.queries import CheckoutPage


class Stage(StrEnum):
    """What the pay page says."""

    TO_PAY = "to_pay"  # Nobody has gone to the provider yet.
    DECLINED = "declined"  # The bank or the provider said no; another attempt can follow.
    WAITING = "waiting"  # The provider waits for the buyer.
    UNKNOWN = "unknown"  # The provider has not said what became of it.
    ARRIVED = "arrived"  # The provider has the money; the orders follow in a moment.
    PAID = "paid"
    LATE = "late"  # Money came after the end, and goes back.
    OVER = "over"  # The window is over, or the buyer cancelled.


@require_GET
@web.screen
def page(request: HttpRequest, group: str) -> HttpResponse:
    """The checkout. With `?back=1` the buyer comes from the provider, so that we ask at once."""
    facts = _facts(answers.actor(request), ids.parse("grp", group), now=clock.now())
    facts |= {
        "is_back": "back" in request.GET,
        # Its browser opens few providers' apps, and people would stand before a blank page.
        "is_in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "address": request.build_absolute_uri(reverse("shop:pay", args=[group])),
    }
    return web.show(request, "shop/pay.html", facts)


@require_GET
@web.screen
def state(request: HttpRequest, group: str) -> HttpResponse:
    """The part that changes, as it is known here."""
    facts = _facts(answers.actor(request), ids.parse("grp", group), now=clock.now())
    return web.show(request, "shop/pay_state.html", facts)


@require_POST
@web.screen
def start(request: HttpRequest, group: str) -> HttpResponse:
    """To the provider's page. Pressed twice it is the same payment."""
    who, group_id, now = answers.actor(request), ids.parse("grp", group), clock.now()
    ticket = orders.pay(actor=who, group_id=group_id, now=now)
    back = f"{settings.LAOTIE.public_url.rstrip('/')}{reverse('shop:pay', args=[group])}?back=1"
    try:
        link = intents.start(ticket.payment_id, now=now, return_url=back)
    except Refusal as refusal:
        facts = {**_facts(who, group_id, now=now), "refusal": refusal.text()}
        template = "shop/pay_state.html" if answers.is_part(request) else "shop/pay.html"
        return web.show(request, template, facts, status=refusal.status)
    return web.go(request, link.url)


@require_POST
@web.screen
def check(request: HttpRequest, group: str) -> HttpResponse:
    """Ask the provider what became of the payment."""
    who, group_id, now = answers.actor(request), ids.parse("grp", group), clock.now()
    payment = payments.payment_of_group(group_id, actor=who)
    intents.refresh(payment.id, now=now)
    if not answers.is_part(request):
        return web.go(request, reverse("shop:pay", args=[group]))
    return web.show(request, "shop/pay_state.html", _facts(who, group_id, now=now))


def _facts(actor: Actor, group_id: UUID, *, now: datetime) -> dict[str, object]:
    checkout = queries.checkout_page(group_id, actor=actor)
    stage = _stage(checkout, _payment(actor, group_id), now=now)
    return {
        "checkout": checkout,
        "stage": stage.value,
        "is_moving": stage in {Stage.WAITING, Stage.UNKNOWN, Stage.ARRIVED, Stage.LATE},
        "closed_by": checkout.orders[0].close_reason if checkout.orders else None,
        "room": next((order.room_id for order in checkout.orders if order.room_id), None),
        "now": now,
    }


def _payment(actor: Actor, group_id: UUID) -> PaymentCard | None:
    try:
        return payments.payment_of_group(group_id, actor=actor)
    except NotFound:
        return None


def _stage(checkout: CheckoutPage, payment: PaymentCard | None, *, now: datetime) -> Stage:
    if checkout.state == "PAID":
        return Stage.PAID
    if payment is not None and payment.captured_at is not None:
        return Stage.ARRIVED if checkout.state == "OPEN" else Stage.LATE
    if checkout.state == "CLOSED":
        return Stage.OVER
    if now >= checkout.pay_by and (payment is None or payment.state in {"CREATED", "FAILED"}):
        return Stage.OVER
    if payment is not None and payment.state == "FAILED":
        return Stage.DECLINED
    if payment is None or payment.state == "CREATED":
        return Stage.TO_PAY
    return Stage.UNKNOWN if payment.is_unknown else Stage.WAITING
