"""The buy sheet: variant, quantity, address, coupons, the price of exactly that, and the order.

Every change asks for a new quote, so what the buyer reads is what the order will cost. A quote is
a note of a price and promises no goods, so that opening the sheet may make one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from laotie.accounts import addresses
from laotie.accounts.addresses import AddressCard
from laotie.catalog import queries as catalog
from laotie.catalog.matrix import MOST_AXES
from laotie.catalog.queries import ProductPage, SkuLine
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look import answers, found_in
from laotie.surfaces.shop import picking, web
from laotie.trade import coupons, orders, quotes, stock, unpaid
from laotie.trade.coupons import Held
from laotie.trade.quotes import Quote

MOST_UNITS = 99


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form says so far. `coupon_ids` is None as long as nobody has chosen coupons."""

    sku_id: UUID
    room_id: UUID | None
    quantity: int
    address_id: UUID | None
    coupon_ids: tuple[UUID, ...] | None
    is_clear: bool = True  # Whether the form named a number of units at all.
    post_id: UUID | None = None

    @property
    def room(self) -> str:
        return ids.public("rom", self.room_id) if self.room_id else ""

    @property
    def post(self) -> str:
        return ids.public("pst", self.post_id) if self.post_id else ""

    @property
    def stamp(self) -> str:
        """What a price was named for; it goes out with the form and comes back with the choice."""
        coupons_text = ",".join(sorted(map(str, self.coupon_ids or ())))
        return f"{self.sku_id} {self.quantity} {self.address_id or ''} {coupons_text}"

    def fits(self, stamp: str) -> bool:
        """Whether that price was named for this choice. A form without coupons leaves them open."""
        if self.coupon_ids is None:
            return self.stamp.rsplit(" ", 1)[0] == stamp.rsplit(" ", 1)[0]
        return self.stamp == stamp


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU of the product; `left` counts what a flash offer leaves, if there is one."""

    line: SkuLine
    left: int

    @property
    def can_be_bought(self) -> bool:
        return self.line.offer is not None and self.left > 0


@dataclass(frozen=True, slots=True)
class BuySheet:
    """Everything the sheet shows. `quote` is None for guests and where a price cannot be named."""

    choice: Choice
    page: ProductPage
    variants: tuple[Variant, ...]
    chosen: Variant
    axes: tuple[picking.Axis, ...]
    most: int
    addresses: tuple[AddressCard, ...]
    address: AddressCard | None
    coupons: tuple[Held, ...]
    quote: Quote | None
    refusal: str

    @property
    def key(self) -> str:
        """Placing the same version twice is one order, however often the button is pressed."""
        return f"sheet-{self.quote.public_id}-{self.quote.version}" if self.quote else ""

    @property
    def coupon_fen(self) -> int:
        if self.quote is None:
            return 0
        return self.quote.merchant_coupon_fen + self.quote.platform_coupon_fen

    @property
    def saved_fen(self) -> int:
        """Off the list price and by coupons."""
        if self.quote is None:
            return 0
        lines = [line for order in self.quote.orders for line in order.lines]
        off_list_fen = sum(
            (line.list_price_fen - line.unit_price_fen) * line.quantity for line in lines
        )
        return off_list_fen + self.coupon_fen


@require_http_methods(["GET", "POST"])
@web.screen
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet for what is chosen; a POST changes the choice."""
    choice = read_choice(request.POST if request.method == "POST" else request.GET)
    now = clock.now()
    if not choice.is_clear:
        return _ask_how_many(request, choice, now=now)
    shown = sheet_for(answers.actor(request), choice, now=now)
    return _show(request, shown, now=now)


@require_POST
@web.screen
def place(request: HttpRequest) -> HttpResponse:
    """Place the quote that was shown; a changed price or stock is shown in the sheet.

    Whoever changes the choice and presses before its price is there orders nothing yet.
    """
    who = answers.actor(request)
    who.require_person()
    now = clock.now()
    if not _number(request.POST.get("quantity", "1")):
        return _ask_how_many(request, read_choice(request.POST), now=now)
    shown_for = request.POST.get("shown_for")
    if shown_for is not None and not read_choice(request.POST).fits(shown_for):
        moved = _("You changed your choice. This is its price; order it if it suits you.")
        shown = sheet_for(who, read_choice(request.POST), now=now, refusal=moved)
        return _show(request, shown, now=now, status=409)
    quote_id = ids.parse("qte", request.POST.get("quote", ""))
    version = _version(request.POST.get("version", ""))
    waiting = unpaid_before(request, quote_id, version, now=now)
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
        shown = sheet_for(who, read_choice(request.POST), now=now, refusal=refusal.text())
        return _show(request, shown, now=now, status=refusal.status)
    return web.go(request, reverse("shop:pay", args=[placed.public_id]))


def unpaid_before(
    request: HttpRequest, quote_id: UUID, version: int, *, now: datetime
) -> HttpResponse | None:
    """The way to pay what was ordered before, when just that is ordered again; None if it is not.

    Whoever comes back from the bank and presses once more does not owe it twice.
    """
    group_id = unpaid.like(quote_id, version, actor=answers.actor(request), now=now)
    if group_id is None:
        return None
    said = _("You have ordered exactly this already. Pay for it here; nothing was ordered twice.")
    messages.info(request, said)
    return web.go(request, reverse("shop:pay", args=[ids.public("grp", group_id)]))


def sheet_for(actor: Actor, choice: Choice, *, now: datetime, refusal: str = "") -> BuySheet:
    """raises: NotFound for goods or rooms that are not there."""
    card = catalog.sku_cards([choice.sku_id]).get(choice.sku_id)
    if card is None:
        raise NotFound
    page = catalog.product_page(card.product_id, place_id=choice.room_id, at=now)
    variants = _variants(page)
    chosen = next((one for one in variants if one.line.sku_id == choice.sku_id), None)
    if chosen is None:
        raise NotFound
    limit = chosen.line.offer.limit_per_buyer if chosen.line.offer else None
    most = max(1, min(chosen.left, limit or MOST_UNITS, MOST_UNITS))
    quantity = min(choice.quantity, most)
    mine = addresses.mine(actor=actor) if actor.person_id else ()
    address = next((one for one in mine if one.id == choice.address_id), next(iter(mine), None))
    price_fen = chosen.line.offer.price_fen if chosen.line.offer else 0
    wallet = coupons.wallet(actor.person_id, now=now) if actor.person_id else ()
    fitting = _fitting(
        wallet,
        page.shop.id,
        product_id=page.card.product_id,
        goods_fen=price_fen * quantity,
        now=now,
    )
    picked = _picked(fitting, choice.coupon_ids)
    settled = replace(
        choice,
        quantity=quantity,
        address_id=address.id if address else None,
        coupon_ids=picked,
    )
    quote: Quote | None = None
    if actor.person_id and chosen.can_be_bought:
        try:
            quote = _quote(actor, settled, now=now)
        except Refusal as no:
            refusal = refusal or no.text()
    there = {one.line.sku_id for one in variants if one.can_be_bought}
    axes = picking.axes(page, chosen.line, there=there)
    return BuySheet(
        settled, page, variants, chosen, axes, most, mine, address, fitting, quote, refusal
    )


def read_choice(form: QueryDict) -> Choice:
    """raises: NotFound for ids that are none."""
    room, post = form.get("room", ""), form.get("post", "")
    address = form.get("address", "")
    quantity = _number(form.get("quantity", "1"))
    chosen = [claim for claim in form.getlist("coupon") if claim]
    picks = [form.get(f"pick-{number}", "") for number in range(MOST_AXES)]
    return Choice(
        sku_id=ids.parse("sku", picking.picked(form.get("sku", ""), picks)),
        room_id=ids.parse("rom", room) if room else None,
        quantity=quantity or 1,
        address_id=ids.parse("adr", address) if address else None,
        coupon_ids=tuple(map(_claim_id, chosen)) if "coupon" in form else None,
        is_clear=bool(quantity),
        post_id=ids.parse("pst", post) if post else None,
    )


def _quote(actor: Actor, choice: Choice, *, now: datetime) -> Quote:
    found = found_in.place(room_id=choice.room_id, post_id=choice.post_id, actor=actor)
    return quotes.make(
        actor=actor,
        lines=[quotes.Wish(choice.sku_id, choice.quantity, post_id=found.post_id)],
        room_id=choice.room_id,
        creator_id=found.creator_id,
        address_id=choice.address_id,
        coupon_ids=choice.coupon_ids or (),
        now=now,
    )


def _variants(page: ProductPage) -> tuple[Variant, ...]:
    left = stock.available([line.sku_id for line in page.skus])
    offer_ids = [line.offer.offer_id for line in page.skus if line.offer]
    offer_left = stock.offer_left([offer_id for offer_id in offer_ids if offer_id])
    return tuple(
        Variant(
            line,
            min(
                left[line.sku_id],
                offer_left.get(line.offer.offer_id, line.offer.quantity or left[line.sku_id])
                if line.offer and line.offer.offer_id
                else left[line.sku_id],
            ),
        )
        for line in page.skus
    )


def _fitting(
    wallet: Sequence[Held], shop_id: UUID, *, product_id: UUID, goods_fen: int, now: datetime
) -> tuple[Held, ...]:
    """Coupons of the wallet that these goods could use now, the largest first."""
    fitting = [
        held
        for held in wallet
        if held.coupon.shop_id in {None, shop_id}
        and held.coupon.use_from <= now < held.coupon.use_until
        and held.coupon.min_goods_fen <= goods_fen
        and held.coupon.is_for(product_id)
    ]
    return tuple(sorted(fitting, key=lambda held: -held.coupon.takes_fen(goods_fen)))


def _picked(fitting: Sequence[Held], asked: tuple[UUID, ...] | None) -> tuple[UUID, ...]:
    """At most one coupon of the shop and one of the platform: those asked for, else the best."""
    picked: dict[UUID | None, UUID] = {}
    for held in fitting:
        if asked is None or held.claim_id in asked:
            picked.setdefault(held.coupon.shop_id, held.claim_id)
    return tuple(picked.values())


def _number(text: str) -> int | None:
    """A small whole number, as a form sends it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _version(text: str) -> int:
    version = _number(text)
    if version is None:
        raise NotFound
    return version


def _claim_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _ask_how_many(request: HttpRequest, choice: Choice, *, now: datetime) -> HttpResponse:
    """What is no number of units is not taken for one."""
    unclear = _("Enter how many you want, as a whole number from 1.")
    shown = sheet_for(answers.actor(request), choice, now=now, refusal=unclear)
    return _show(request, shown, now=now, status=422)


def _show(
    request: HttpRequest, shown: BuySheet, *, now: datetime, status: int = 200
) -> HttpResponse:
    facts = {"sheet": shown, "now": now, "here": _address_of(shown.choice)}
    return web.show(request, "shop/buy.html", facts, status=status)


def _address_of(choice: Choice) -> str:
    """This sheet's own address, to come back to after signing in or adding an address."""
    form = QueryDict(mutable=True)
    form["sku"] = ids.public("sku", choice.sku_id)
    form["quantity"] = str(choice.quantity)
    if choice.room_id:
        form["room"] = choice.room
    if choice.post_id:
        form["post"] = choice.post
    return f"{reverse('shop:buy')}?{form.urlencode()}"
