"""The host's control desk of one room: a page of parts, each of which can be fetched alone."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from laotie.accounts import creators
from laotie.alliance import plans
from laotie.catalog import queries as catalog
from laotie.kernel import clock, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.live import flashes, ingest, pinning, queries, rehearsals, stops, words
from laotie.live.rooms import RoomCard
from laotie.look.answers import is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import drawing, gift_parts, link_form, web
from laotie.surfaces.studio.flash_form import FlashForm
from laotie.surfaces.studio.show_form import ShowForm
from laotie.trade import queries as trade

OVER = frozenset({"ENDED", "ARCHIVED", "BANNED"})
_OPEN = frozenset({"PREVIEW", "LIVE", "INTERRUPTED"})
_ON_AIR = frozenset({"LIVE", "INTERRUPTED"})
_PUBLISHABLE = _OPEN | {"SCHEDULED"}
_SAID = 50


@require_GET
@web.screen
def page(request: HttpRequest, room: str) -> HttpResponse:
    """The whole desk."""
    return show(request, room)


@require_GET
@web.screen
def part(request: HttpRequest, room: str, part: str) -> HttpResponse:
    """One part, as it is now; without scripts the whole desk is the answer."""
    if part not in PARTS:
        raise NotFound
    web.room_of(request, room)
    if not is_part(request):
        return go(request, reverse("studio:room", args=[room]))
    return answer(request, room, part)


def show(
    request: HttpRequest,
    room: str,
    *,
    template: str = "studio/room/page.html",
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """Every part. About fifty queries; the page is opened once and then follows the room."""
    (who, card), now = web.room_of(request, room), clock.now()
    facts: dict[str, Any] = {}
    for _template, look_up in PARTS.values():
        facts |= look_up(card, who, now)
    facts |= {"preview_url": _preview_url(card, who), "golive_url": _golive_url(card)}
    return web.show(request, template, {**_common(card), **facts, **extra}, status=status)


def answer(
    request: HttpRequest,
    room: str,
    part: str,
    *,
    refusal: Refusal | None = None,
    said_no: str = "",
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """One part after a step, or with why there was none; the whole desk without scripts."""
    text = refusal.text() if refusal else said_no
    extra = {**extra, "refused_part": part, "refusal": text}
    status = refusal.status if refusal else status
    if not is_part(request):
        # A key that is shown once cannot wait for the next request.
        if status < 300 and request.method == "POST" and "stream_key" not in extra:
            return go(request, reverse("studio:room", args=[room]))
        return show(request, room, status=status, **extra)
    (who, card), now = web.room_of(request, room), clock.now()
    template, look_up = PARTS[part]
    facts = {**_common(card), **look_up(card, who, now), **extra}
    return web.show(request, template, facts, status=status)


def _common(card: RoomCard) -> dict[str, Any]:
    return {
        "room": card,
        "ref": ids.public("rom", card.id),
        "is_over": card.state in OVER,
        "is_open": card.state in _OPEN,
        "is_on_air": card.state in _ON_AIR,
        "is_publishable": card.state in _PUBLISHABLE,
    }


def _state(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    page = queries.room_page(card.id, actor=who)
    return {
        "audience": page.audience,
        "sold": page.sold,
        "bag_count": page.bag,
        "can_resume": stops.can_resume(card.id, actor=who),
    }


def _onair(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    return {
        "rehearsing_since": rehearsals.since(card.id, actor=who),
        "can_resume": stops.can_resume(card.id, actor=who),
    }


def _dress(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    return {"dress_form": ShowForm(initial={"title": card.title})}


def _signal(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    return {"signal": queries.signal(card.id, actor=who)}


def _encoder(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    return {
        "server_url": settings.LAOTIE.rtmp_url,
        "key_made_at": ingest.key_made_at(card.id),
        "stream_key": None,
    }


def _bag(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    items = queries.bag(card.id, now=now)
    rates = plans.offers_for(item.product.product_id for item in items)
    return {"items": [(item, rates.get(item.product.product_id)) for item in items]}


def _links(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    found = link_form.of_room(card, is_publishable=card.state in _PUBLISHABLE, at=now)
    return {"links": found, "link_form": None}


def _flash(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    running = flashes.running(card.id, now=now)
    facts: dict[str, Any] = {"flash": running, "flash_sku": None, "flash_form": None}
    if running is not None:
        facts["flash_sku"] = catalog.sku_cards([running.sku_id]).get(running.sku_id)
    elif card.state in _ON_AIR:
        facts["flash_form"] = FlashForm(room_id=card.id, now=now)
    return facts


def _talk(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    said = queries.comments(card.id, actor=who, limit=_SAID)
    return {
        "said": tuple(reversed(said)),
        "host_person": creators.card(card.creator_id).person_id,
        "pinned_say": pinning.body(card.id),
    }


def _order(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    """Who is kept quiet, which words are, and how fast people may speak."""
    try:
        blocked: tuple[str, ...] | None = words.of_actor(who)
    except NotAllowed:
        blocked = None  # Staff run the room; the words are its creator's.
    return {"silenced": queries.silenced(card.id, actor=who, now=now), "blocked": blocked}


def _curve(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    minutes = queries.curve(card.id, actor=who, now=card.ended_at or now)
    return {"curve": drawing.curve(minutes), "totals": trade.room_sales(card.id)}


def _sales(card: RoomCard, who: Actor, now: datetime) -> dict[str, Any]:
    return {"sales": queries.sales(card.id, actor=who)}


_LookUp = Callable[[RoomCard, Actor, datetime], dict[str, Any]]
PARTS: Mapping[str, tuple[str, _LookUp]] = {
    "state": ("studio/room/state.html", _state),
    "onair": ("studio/room/onair.html", _onair),
    "dress": ("studio/room/dress.html", _dress),
    "signal": ("studio/room/signal.html", _signal),
    "encoder": ("studio/room/encoder.html", _encoder),
    "bag": ("studio/room/bag.html", _bag),
    "links": ("studio/links_card.html", _links),
    "flash": ("studio/room/flash.html", _flash),
    "gifts": ("studio/room/gifts.html", gift_parts.facts),
    "talk": ("studio/room/talk.html", _talk),
    "order": ("studio/room/order.html", _order),
    "curve": ("studio/room/curve.html", _curve),
    "sales": ("studio/room/sales.html", _sales),
}


def _preview_url(card: RoomCard, who: Actor) -> str:
    token = ingest.preview_token(actor=who, room_id=card.id)
    return media.address(f"/media/p/{token}/{ingest.stream_name(card.id)}/index.m3u8")


def _golive_url(card: RoomCard) -> str:
    address = media.address(f"/media/golive/{ingest.stream_name(card.id)}")
    return address.replace("http", "ws", 1)
