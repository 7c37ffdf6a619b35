"""The bag of a room: products are found, put in, moved, presented and taken out."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from laotie.alliance import plans
from laotie.catalog import queries as catalog
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import queries, stage
from laotie.live.rooms import RoomCard
from laotie.surfaces.studio import control, fields, web

_SHOWN = 40


@require_http_methods(["GET", "POST"])
@web.screen
def products(request: HttpRequest, room: str) -> HttpResponse:
    """What can be put into the bag, by words of its name; a POST puts one in."""
    who, card = web.room_of(request, room)
    if request.method == "GET":
        return _choice(request, who, card)
    try:
        product_id = ids.parse("prd", request.POST.get("product", ""))
        stage.add_item(actor=who, room_id=card.id, product_id=product_id, now=clock.now())
    except Refusal as refusal:
        return control.answer(request, room, "bag", refusal=refusal)
    return control.answer(request, room, "bag")


@require_POST
@web.screen
def act(request: HttpRequest, room: str, product: str, verb: str) -> HttpResponse:
    """Present, stop presenting, move to a number, up or down, take out."""
    who, card = web.room_of(request, room)
    room_id, product_id, now = card.id, ids.parse("prd", product), clock.now()
    try:
        if verb == "pin":
            stage.pin(actor=who, room_id=room_id, product_id=product_id, now=now)
        elif verb == "unpin":
            stage.unpin(actor=who, room_id=room_id, now=now)
        elif verb == "remove":
            stage.remove_item(actor=who, room_id=room_id, product_id=product_id, now=now)
        elif verb == "move":
            to_no = fields.count_of(request.POST.get("to_no", ""))
            stage.move_item(actor=who, room_id=room_id, product_id=product_id, to_no=to_no, now=now)
        elif verb in {"up", "down"}:
            numbers = {item.product.product_id: item.no for item in queries.bag(room_id, now=now)}
            to_no = numbers.get(product_id, 1) + (1 if verb == "down" else -1)
            stage.move_item(actor=who, room_id=room_id, product_id=product_id, to_no=to_no, now=now)
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        return control.answer(request, room, "bag", refusal=refusal)
    return control.answer(request, room, "bag")


def _choice(request: HttpRequest, who: Actor, card: RoomCard) -> HttpResponse:
    """Five queries, at most 40 rows."""
    now = clock.now()
    held = {item.product.product_id for item in queries.bag(card.id, now=now)}
    rates = {plan.product_id: plan for plan in plans.open_to(actor=who)} if who.creator_id else {}
    cards = list(catalog.product_cards(rates).values())
    if card.shop_id is not None:
        cards += [own for own in catalog.shop_products(card.shop_id) if own.product_id not in rates]
    words = request.GET.get("q", "").strip()[:40]
    wanted = words.casefold()
    found = [
        (product, rates.get(product.product_id), product.product_id in held)
        for product in cards
        if product.is_on_sale and any(wanted in text.casefold() for text in product.title.values())
    ]
    found.sort(key=lambda row: (row[2], -(row[1].creator_bps if row[1] else 0)))
    facts = {
        "room": card,
        "ref": ids.public("rom", card.id),
        "found": found[:_SHOWN],
        "words": words,
    }
    return web.show(request, "studio/room/products.html", facts)
