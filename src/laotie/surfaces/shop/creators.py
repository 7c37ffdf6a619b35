"""A creator's own page: follow, what comes with a reminder, what was, and what they sell."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import creators
from laotie.content.industry import memberships
from laotie.content.posting import profiles
from laotie.content.relations import follows
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound
from laotie.links import listings
from laotie.links.listings import Place
from laotie.links.policy import Surface
from laotie.live import calendars, planning, reminders, replays, showcase
from laotie.look import answers
from laotie.surfaces.shop import web


@require_GET
@web.screen
def page(request: HttpRequest, creator: str) -> HttpResponse:
    """Who they are and what they show."""
    return _show(request, creator)


@require_POST
@web.screen
def follow(request: HttpRequest, creator: str) -> HttpResponse:
    """Follow the creator, or stop."""
    who, creator_id = answers.actor(request), ids.parse("crt", creator)
    if request.POST.get("follow") == "no":
        follows.unfollow(actor=who, creator_id=creator_id)
    else:
        follows.follow(
            actor=who, creator_id=creator_id, device=answers.device(request), now=clock.now()
        )
    return _done(request, creator)


@require_POST
@web.screen
def remind(request: HttpRequest, creator: str, room: str) -> HttpResponse:
    """Be reminded of an announced room, or not after all."""
    who, room_id = answers.actor(request), ids.parse("rom", room)
    if planning.of_room(room_id).room.creator_id != ids.parse("crt", creator):
        raise NotFound
    if request.POST.get("remind") == "no":
        reminders.drop(actor=who, room_id=room_id)
    else:
        reminders.ask(actor=who, room_id=room_id, now=clock.now())
    return _done(request, creator)


@require_GET
@web.screen
def calendar(request: HttpRequest, creator: str) -> HttpResponse:
    """All announced rooms of a creator, for a calendar that subscribes."""
    card, now = creators.card(ids.parse("crt", creator)), clock.now()
    planned = planning.published(card.id, now=now)
    return _file(calendars.text(planned, name=card.name, origin=_origin(), now=now), creator)


@require_GET
@web.screen
def room_calendar(request: HttpRequest, room: str) -> HttpResponse:
    """One room for a calendar."""
    planned, now = planning.of_room(ids.parse("rom", room)), clock.now()
    name = creators.card(planned.room.creator_id).name
    return _file(calendars.text([planned], name=name, origin=_origin(), now=now), room)


@require_GET
@web.screen
def works(request: HttpRequest, creator: str) -> HttpResponse:
    """The creator's posts behind where a page ended: the next ones alone, or all of the page."""
    found = profiles.page(
        ids.parse("crt", creator),
        actor=answers.actor(request),
        after=request.GET.get("after"),
    )
    facts = {"works": found.works, "ref": creator, "creator": found.creator}
    is_more = answers.is_part(request)
    return web.show(request, "shop/works_more.html" if is_more else "shop/works.html", facts)


def _show(request: HttpRequest, creator: str) -> HttpResponse:
    """Sixteen queries for a guest, one more for captions; the same however much there is."""
    who, creator_id, now = answers.actor(request), ids.parse("crt", creator), clock.now()
    profile = profiles.page(creator_id, actor=who)
    if profile.is_blocked:
        facts = {"creator": profile.creator, "ref": creator}
        return web.show(request, "shop/creator_blocked.html", facts)
    facts = {
        "profile": profile,
        "belt": memberships.of_creator(creator_id),
        "shows": showcase.shows(creator_id, actor=who, now=now),
        "replays": replays.listing(actor=who, creator_id=creator_id, most=12).rows,
        "products": showcase.products(creator_id),
        "works": profile.works,
        "leads": listings.open_ones(
            listings.of_owner_page(Place(Surface.PROFILE, creator_id=creator_id), at=now)
        ),
        "ref": creator,
        "person": ids.public("per", profile.creator.person_id),
        "now": now,
    }
    return web.show(request, "shop/creator.html", facts)


def _done(request: HttpRequest, creator: str) -> HttpResponse:
    if not answers.is_part(request):
        return web.go(request, reverse("shop:creator", args=[creator]))
    return _show(request, creator)


def _origin() -> str:
    return str(settings.LAOTIE.public_url).rstrip("/")


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    answer["Cache-Control"] = "no-store"
    return answer
