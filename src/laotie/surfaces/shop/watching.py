"""Watching: the room, its bag, and the ticket to its socket."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.content.relations import blocks, follows
from laotie.kernel import clock, ids, media
from laotie.kernel.errors import Refusal
from laotie.links import listings
from laotie.live import queries, reminders, tickets
from laotie.look import answers
from laotie.surfaces.shop import web
from laotie.trade import coupons, shop_facts

_ENDED = frozenset({"ENDED", "ARCHIVED", "SUSPENDED", "BANNED"})


@require_GET
@web.screen
def room(request: HttpRequest, room: str) -> HttpResponse:
    """One room, as its socket finds it a moment later."""
    who, now = answers.actor(request), clock.now()
    page = queries.room_page(ids.parse("rom", room), actor=who)
    (first, *_others) = [*queries.shops_of_bag(page.room.id), None]
    facts = {
        "facts": shop_facts.of_shop(first, now=now) if first else None,
        "room": page,
        "ref": room,
        "playlist_url": playlist_url(page.stream_name),
        "is_over": page.room.state in _ENDED,
        "is_to_come": page.room.state == "SCHEDULED",
        "is_reminded": page.room.id in reminders.asked(who.person_id, [page.room.id]),
        "why": "paused" if page.room.state == "SUSPENDED" else "ended",
        "over_links": {
            "replay": reverse("shop:replay", args=[room]),
            "here": reverse("shop:room", args=[room]),
            "next": reverse("shop:feed"),
        },
    }
    return web.show_open(request, "shop/room.html", facts, now=now)


@require_GET
@web.screen
def bag_sheet(request: HttpRequest, room: str) -> HttpResponse:
    """The bag with the prices of now, and the coupons that can be claimed."""
    who = answers.actor(request)
    now = clock.now()
    room_id = ids.parse("rom", room)
    page = queries.room_page(room_id, actor=who)
    items = queries.bag(room_id, now=now)
    shop_ids = list(dict.fromkeys(item.product.shop_id for item in items))
    held = coupons.wallet(who.person_id, now=now) if who.person_id else ()
    mine = {one.coupon.coupon_id for one in held}
    open_to_all = [
        card for shop_id in (None, *shop_ids) for card in coupons.claimable(shop_id, now=now)
    ]
    is_over = page.room.state in _ENDED  # Nobody leaves from there any more.
    facts = {
        "items": items,
        "leads": () if is_over else listings.open_ones(listings.of_place(room_id, at=now)),
        "sold": page.sold,
        "room": page,
        "ref": room,
        "coupons": [(card, card.coupon_id in mine) for card in open_to_all],
    }
    return web.show_open(request, "shop/bag.html", facts, now=now)


@require_POST
def ticket(request: HttpRequest, room: str) -> HttpResponse:
    """`{url, ticket, unseen}` for the room's socket; a refusal as JSON with its status.

    unseen: the people whom the viewer has blocked, so that the page leaves out what they say.
    """
    who = answers.actor(request)
    try:
        room_id = ids.parse("rom", room)
        signed = tickets.issue(actor=who, room_id=room_id, now=clock.now())
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    url = f"{settings.LAOTIE.gateway_url.rstrip('/')}/live/{room}"
    unseen = [ids.public("per", person_id) for person_id in blocks.newest_of_mine(who)]
    return JsonResponse({"url": url, "ticket": signed, "unseen": unseen})


@require_POST
@web.screen
def follow(request: HttpRequest, room: str) -> HttpResponse:
    """Follow the room's host, or stop."""
    who = answers.actor(request)
    who.require_person()
    creator_id = queries.room_page(ids.parse("rom", room), actor=who).creator.id
    is_following = request.POST.get("follow") != "no"
    if is_following:
        follows.follow(
            actor=who, creator_id=creator_id, device=answers.device(request), now=clock.now()
        )
    else:
        follows.unfollow(actor=who, creator_id=creator_id)
    if not answers.is_part(request):
        return web.go(request, reverse("shop:room", args=[room]))
    return web.show(request, "shop/follow.html", {"is_following": is_following, "ref": room})


def playlist_url(stream_name: str) -> str:
    """Where browsers fetch the stream, as the media process lays it out."""
    return media.address(f"/media/live/{stream_name}/index.m3u8")
