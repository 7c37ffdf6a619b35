"""What is chosen in the cart, as it will be ordered: address, coupons, and the price of all of it.

As in the buy sheet, every change asks for a new quote, so what is read is what the orders cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import addresses, shops
from laotie.accounts.addresses import AddressCard
from laotie.accounts.shops import ShopCard
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers
from laotie.surfaces.shop import buying, web
from laotie.surfaces.shop import cart as cart_views
from laotie.trade import cart, cart_pages, coupons, orders
from laotie.trade.cart_pages import CartPage
from laotie.trade.coupons import CouponNotUsable, Held
from laotie.trade.quotes import Quote, QuoteOrder


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form says so far. `coupon_ids` is None as long as nobody has chosen coupons."""

    address_id: UUID | None
    coupon_ids: tuple[UUID, ...] | None

    @property
    def stamp(self) -> str:
        """What a price was named for; it goes out with the form and comes back with the choice."""
        return f"{self.address_id or ''} {','.join(sorted(map(str, self.coupon_ids or ())))}"

    def fits(self, stamp: str) -> bool:
        """Whether that price was named for this choice. A form without coupons leaves them open."""
        if self.coupon_ids is None:
            return self.stamp.split(" ")[0] == stamp.split(" ")[0]
        return self.stamp == stamp


@dataclass(frozen=True, slots=True)
class CartOrder:
    """Everything the page shows. `quote` is None where a price cannot be named."""

    choice: Choice
    addresses: tuple[AddressCard, ...]
    address: AddressCard | None
    coupons: tuple[Held, ...]
    quote: Quote | None
    parts: tuple[tuple[ShopCard, QuoteOrder], ...]
    refusal: str

    @property
    def key(self) -> str:
        """Placing the same version twice is one checkout, however often the button is pressed."""
        return f"cart-{self.quote.public_id}-{self.quote.version}" if self.quote else ""

    @property
    def coupon_fen(self) -> int:
        if self.quote is None:
            return 0
        return self.quote.merchant_coupon_fen + self.quote.platform_coupon_fen


@require_http_methods(["GET", "POST"])
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What is chosen, with its price; a POST changes address or coupons."""
    who, now = answers.actor(request), clock.now()
    who.require_person()
    choice = read_choice(request.POST if request.method == "POST" else request.GET)
    return _show(request, order_for(who, choice, now=now), now=now)


@require_POST
@web.screen
def place(request: HttpRequest) -> HttpResponse:
    """Order what was shown; a changed price or stock is shown before anything is ordered.

    Whoever changes the choice and presses before its price is there orders nothing yet.
    """
    who, now = answers.actor(request), clock.now()
    who.require_person()
    shown_for = request.POST.get("shown_for")
    if shown_for is not None and not read_choice(request.POST).fits(shown_for):
        moved = _("You changed your choice. This is its price; order it if it suits you.")
        shown = order_for(who, read_choice(request.POST), now=now, refusal=moved)
        return _show(request, shown, now=now, status=409)
    version = cart_views.read_quantity(request.POST.get("version", ""))
    if version is None:
        raise NotFound
    quote_id = ids.parse("qte", request.POST.get("quote", ""))
    waiting = buying.unpaid_before(request, quote_id, version, now=now)
    if waiting is not None:
        return waiting
    try:
        placed = orders.place(
            actor=who,
            quote_id=quote_id,
            version=version,
            key=request.POST.get("key", ""),
            now=now,
        )
    except Refusal as refusal:
        shown = order_for(who, read_choice(request.POST), now=now, refusal=refusal.text())
        return _show(request, shown, now=now, status=refusal.status)
    return web.go(request, reverse("shop:pay", args=[placed.public_id]))


def read_choice(form: QueryDict) -> Choice:
    """raises: NotFound for ids that are none."""
    address = form.get("address", "")
    chosen = [claim for claim in form.getlist("coupon") if claim]
    try:
        claims = tuple(map(UUID, chosen))
    except ValueError as error:
        raise NotFound from error
    return Choice(
        address_id=ids.parse("adr", address) if address else None,
        coupon_ids=claims if "coupon" in form else None,
    )


def order_for(who: Actor, choice: Choice, *, now: datetime, refusal: str = "") -> CartOrder:
    """What is chosen in one's own cart, priced. raises: SignInFirst."""
    shown = cart_views.page_of(cart.lines(actor=who), who, now=now)
    mine = addresses.mine(actor=who)
    address = next((one for one in mine if one.id == choice.address_id), next(iter(mine), None))
    fitting = _fitting(coupons.wallet(who.require_person(), now=now), shown, now=now)
    picked = _picked(fitting, choice.coupon_ids)
    quote: Quote | None = None
    try:
        quote = _quote(who, shown, address, picked, now=now)
    except CouponNotUsable as no:
        refusal, picked = refusal or no.text(), ()
        quote = _quote(who, shown, address, picked, now=now)
    except Refusal as no:
        refusal = refusal or no.text()
    named = shops.cards(part.shop_id for part in quote.orders) if quote else {}
    parts = tuple((named[part.shop_id], part) for part in quote.orders) if quote else ()
    settled = Choice(address.id if address else None, picked)
    return CartOrder(settled, mine, address, fitting, quote, parts, refusal)


def _quote(
    who: Actor,
    shown: CartPage,
    address: AddressCard | None,
    picked: tuple[UUID, ...],
    *,
    now: datetime,
) -> Quote:
    # A line that wants more than there are is ordered with what can be had, as it was shown.
    for line in (line for shop in shown.shops for line in shop.lines if line.is_chosen):
        if line.trouble is not None:
            cart.change(actor=who, sku_id=line.sku_id, quantity=line.quantity, now=now)
    return cart.quote(
        actor=who,
        sku_ids=shown.chosen,
        address_id=address.id if address else None,
        coupon_ids=picked,
        now=now,
    )


def _fitting(wallet: Sequence[Held], shown: CartPage, *, now: datetime) -> tuple[Held, ...]:
    """Coupons that what is chosen could use now, those that take off most first."""
    every = [(each.shop.id, line) for each in shown.shops for line in each.lines]
    worth: dict[UUID, int] = {}
    for held in wallet:
        coupon = held.coupon
        lines = [line for shop_id, line in every if coupon.shop_id in {None, shop_id}]
        goods_fen = cart_pages.goods_for(coupon, lines)
        if coupon.use_from <= now < coupon.use_until and coupon.min_goods_fen <= goods_fen:
            worth[held.claim_id] = coupon.takes_fen(goods_fen)
    fitting = [held for held in wallet if held.claim_id in worth]
    return tuple(sorted(fitting, key=lambda held: -worth[held.claim_id]))


def _picked(fitting: Sequence[Held], asked: tuple[UUID, ...] | None) -> tuple[UUID, ...]:
    """At most one coupon per shop and one of the platform: those asked for, else the best."""
    picked: dict[UUID | None, UUID] = {}
    for held in fitting:
        if asked is None or held.claim_id in asked:
            picked.setdefault(held.coupon.shop_id, held.claim_id)
    return tuple(picked.values())


def _show(
    request: HttpRequest, shown: CartOrder, *, now: datetime, status: int = 200
) -> HttpResponse:
    facts = {"sheet": shown, "now": now, "here": reverse("shop:cart-order"), "place": "cart"}
    return web.show(request, "shop/cart_order.html", facts, status=status)
