"""The cart: goods of many shops, for guests too; what is chosen is ordered with one payment."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import addresses
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.look import answers, found_in
from laotie.surfaces.shop import guest_cart, web
from laotie.trade import cart, cart_pages, restock
from laotie.trade.cart import Kept
from laotie.trade.cart_pages import CartPage


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What is put aside, by shop, at the prices of now."""
    return _show(request)


@require_GET
@web.screen
def count(request: HttpRequest) -> HttpResponse:
    """The number on the dock, alone."""
    return web.show(request, "shop/cart_count.html", {"in_cart": web.in_cart(request)})


@require_POST
@web.screen
def put(request: HttpRequest) -> HttpResponse:
    """Put a SKU aside; with `room` or `post` it was found there."""
    who, now = answers.actor(request), clock.now()
    sku_id = ids.parse("sku", request.POST.get("sku", ""))
    quantity = max(1, read_quantity(request.POST.get("quantity", "")) or 1)
    room, post = request.POST.get("room", ""), request.POST.get("post", "")
    room_id = ids.parse("rom", room) if room else None
    post_id = ids.parse("pst", post) if post else None
    found = found_in.place(room_id=room_id, post_id=post_id, actor=who)
    if who.person_id:
        cart.put(
            actor=who,
            sku_id=sku_id,
            quantity=quantity,
            room_id=room_id,
            creator_id=found.creator_id,
            post_id=found.post_id,
            now=now,
        )
    else:
        seen = cart.seen(sku_id, quantity=quantity, now=now)
        guest_cart.put(
            request,
            replace(seen, room_id=room_id, creator_id=found.creator_id, post_id=found.post_id),
        )
    if not answers.is_part(request):
        return web.go(request, reverse("shop:cart"))
    answer = HttpResponse(status=200)
    answer["HX-Reswap"] = "none"
    toast = {"text": _("It is in your cart."), "tone": "ok"}
    answer["HX-Trigger"] = json.dumps({"toast": toast, "cart": {}})
    return answer


@require_POST
@web.screen
def change(request: HttpRequest) -> HttpResponse:
    """How many of what, and which lines are chosen, as the whole form says."""
    who, now = answers.actor(request), clock.now()
    kept = kept_of(request, who)
    wanted: dict[UUID, int] = {}
    for line in kept:
        typed = read_quantity(request.POST.get(f"quantity-{ids.public('sku', line.sku_id)}", ""))
        if typed is not None and typed != line.quantity:
            wanted[line.sku_id] = min(cart.MOST_UNITS, max(1, typed))
    chosen = _skus(request.POST.getlist("chosen"))
    if who.person_id:
        for sku_id, quantity in wanted.items():
            cart.change(actor=who, sku_id=sku_id, quantity=quantity, now=now)
        cart.choose(actor=who, sku_ids=chosen, now=now)
    else:
        guest_cart.change(request, wanted, chosen)
    return _back(request)


@require_POST
@web.screen
def choose_all(request: HttpRequest) -> HttpResponse:
    """All lines of a shop (`shop`) or of the cart, or none of them (`take=no`)."""
    who, now = answers.actor(request), clock.now()
    shown = page_of(kept_of(request, who), who, now=now)
    is_taken = (request.POST.get("take") or request.GET.get("take")) != "no"
    asked = request.POST.get("shop", "")
    chosen = set(shown.chosen)
    for shop in shown.shops:
        if asked in {"", shop.shop.public_id}:
            of_shop = {line.sku_id for line in shop.lines}
            chosen = chosen | of_shop if is_taken else chosen - of_shop
    if who.person_id:
        cart.choose(actor=who, sku_ids=chosen, now=now)
    else:
        guest_cart.change(request, {}, chosen)
    return _back(request)


@require_POST
@web.screen
def remove(request: HttpRequest) -> HttpResponse:
    """Take lines out; `sku` names them."""
    who = answers.actor(request)
    sku_ids = _skus(request.POST.getlist("sku"))
    if who.person_id:
        cart.remove(actor=who, sku_ids=sku_ids, now=clock.now())
    else:
        guest_cart.remove(request, sku_ids)
    return _back(request)


@require_POST
@web.screen
def again(request: HttpRequest, order: str) -> HttpResponse:
    """Put the lines of an order into the cart again, and say what is gone."""
    who = answers.actor(request)
    done = cart.order_again(actor=who, order_id=ids.parse("ord", order), now=clock.now())
    request.session["again"] = [done.put, [dict(title) for title in done.gone]]
    return web.go(request, reverse("shop:cart"))


@require_POST
@web.screen
def tell_me(request: HttpRequest, sku: str) -> HttpResponse:
    """Tell me when it is back (`wait=yes`), or not any more."""
    who, sku_id, now = answers.actor(request), ids.parse("sku", sku), clock.now()
    is_waiting = request.POST.get("wait") != "no"
    if is_waiting:
        restock.ask(actor=who, sku_id=sku_id, now=now)
    else:
        restock.give_up(actor=who, sku_id=sku_id, now=now)
    if not answers.is_part(request):
        return web.go(request, answers.own_address(request, request.headers.get("Referer", "")))
    facts = {"ref": sku, "is_waiting": is_waiting}
    return web.show(request, "shop/tell_me.html", facts)


def kept_of(request: HttpRequest, who: Actor) -> tuple[Kept, ...]:
    """The lines of whoever asks, signed in or not."""
    return cart.lines(actor=who) if who.person_id else guest_cart.lines(request)


def page_of(kept: Sequence[Kept], who: Actor, *, now: datetime) -> CartPage:
    """The cart for the address that the buyer uses first."""
    mine = addresses.mine(actor=who) if who.person_id else ()
    region_code = mine[0].region_code if mine else None
    return cart_pages.page(kept, person_id=who.person_id, region_code=region_code, now=now)


def read_quantity(text: str) -> int | None:
    """A small whole number, as a form sends it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _back(request: HttpRequest) -> HttpResponse:
    if not answers.is_part(request):
        return web.go(request, reverse("shop:cart"))
    answer = _show(request)
    answer["HX-Trigger"] = json.dumps({"cart": {}})
    return answer


def _show(request: HttpRequest) -> HttpResponse:
    who, now = answers.actor(request), clock.now()
    shown = page_of(kept_of(request, who), who, now=now)
    put_again, gone = request.session.pop("again", (None, ()))
    facts = {
        "cart": shown,
        "waiting": restock.waited_for([line.sku_id for line in shown.invalid], actor=who),
        "gone": gone,
        "again": ngettext(
            "%(n)s thing of that order is in your cart again, at the price of today.",
            "%(n)s things of that order are in your cart again, at the prices of today.",
            put_again,
        )
        % {"n": put_again}
        if put_again is not None
        else "",
        "now": now,
        "place": "cart",
    }
    return web.show(request, "shop/cart.html", facts)


def _skus(texts: Sequence[str]) -> list[UUID]:
    """raises: NotFound for what is no SKU, or for more than a cart can hold."""
    if len(texts) > cart.MOST_LINES:
        raise NotFound
    return [ids.parse("sku", text) for text in texts]
