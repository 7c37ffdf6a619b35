"""The home page: rooms on air and posts, one per screen, and what was looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from laotie.accounts import creators, regions
from laotie.content.industry import belts
from laotie.content.kinds import Field, Label
from laotie.content.posting import post_pages
from laotie.content.posting.post_pages import PostView
from laotie.content.viewing import feed as feeds
from laotie.content.viewing import ranking, signals
from laotie.content.viewing.feed import FeedPage, Shown, Tab
from laotie.content.viewing.ranking import Place, Why
from laotie.content.viewing.signals import Seen
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.live import queries, reminders
from laotie.live.queries import RoomInFeed
from laotie.look import answers, posts
from laotie.look.templatetags.look import said
from laotie.surfaces.shop import web
from laotie.surfaces.shop.watching import playlist_url
from laotie.trade import standing
from laotie.trade.standing import OnShelf

ROOMS = 10
POSTS = 12
# A room stands behind so many posts, when nobody of those on air is followed.
_POSTS_BETWEEN = 2
_WHY: Mapping[Why, Any] = {
    Why.FOLLOW: _("You follow %(name)s."),
    Why.TASTE: _("You often watch %(name)s to the end."),
    Why.KIN: _("People who watch %(other)s also watch %(name)s."),
    Why.BOUGHT: _("People bought what they found in this."),
    Why.WATCHED: _("It is watched to the end more often than others."),
    Why.NEW_HERE: _("New here: shown to a few people to see whether it is liked."),
    Why.FRESH: _("It has not been out for long."),
    Why.BELT: _("%(name)s belongs to the belt that you chose: %(belt)s."),
    Why.FIELD: _("The newest of what you chose."),
    Why.REGION: _("The newest from the place that you chose."),
}
_PARTS: Mapping[str, Any] = {
    "fresh": _("Its age"),
    "watched": _("How it is watched and liked"),
    "follow": _("You follow its creator"),
    "taste": _("What you watched of its creator"),
    "kin": _("What others like you watch"),
    "trust": _("Posts of its creator that were taken down"),
    "seen": _("You have seen it lately"),
    "variety": _("More of the same creator above"),
}


@dataclass(frozen=True, slots=True)
class RoomSlide:
    """A room on air."""

    room: RoomInFeed
    playlist_url: str
    address: str
    is_room: bool = True


@dataclass(frozen=True, slots=True)
class PostSlide:
    """A post, the first of its goods, and why it is here.

    parts: what each part of the formula gave, in words and points; empty where time alone ranks.
    mark: comes back with a visit to it.
    """

    post: PostView
    good: OnShelf | None
    field_name: str
    region_name: str
    why: str
    parts: tuple[tuple[str, str], ...]
    mark: str
    is_room: bool = False

    @property
    def is_ad(self) -> bool:
        return self.post.label is Label.AD

    @property
    def is_promo(self) -> bool:
        return self.post.label is Label.PROMO


@require_GET
@web.screen
def feed(request: HttpRequest) -> HttpResponse:
    """Rooms and posts: for oneself, of whom one follows, of a belt, field or place, or rooms alone.

    `after` asks for the slides behind a page alone. About 30 queries, however many posts there are.
    """
    tab = request.GET.get("tab", "")
    if tab == "live":
        return _show_rooms(request)
    if tab == "belts" and not any(request.GET.get(name) for name in ("belt", "field", "region")):
        return _show_belts(request)
    return _show_posts(request, _tab(request))


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Take what the page saw its visitor look at: `visits`, a JSON list. 204."""
    try:
        signals.tell(
            actor=answers.actor(request),
            visits=_visits(request.POST.get("visits", "")),
            now=clock.now(),
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return HttpResponse(status=204)


def _tab(request: HttpRequest) -> Tab:
    """What is asked for; of unknown words what is for everybody. raises: Invalid."""
    tab = request.GET.get("tab", "")
    if tab == "following":
        return Tab(Place.FOLLOWING)
    if tab == "belts":
        if belt := request.GET.get("belt", ""):
            return feeds.tab_of("BELT", belt)
        field, region = request.GET.get("field", ""), request.GET.get("region", "")
        return feeds.tab_of("FIELD", field) if field else feeds.tab_of("REGION", region)
    return Tab(Place.RECOMMENDED)


def _show_posts(request: HttpRequest, tab: Tab) -> HttpResponse:
    who, now = answers.actor(request), clock.now()
    after = request.GET.get("after")
    page = feeds.page(tab, actor=who, after=after, most=POSTS, now=now)
    first, others = ([], []) if after or tab.value else _rooms(tab, who, now)
    belt = said(tab.belt.name) if tab.belt else ""
    slides = _woven(first, others, _post_slides(page, belt, now))
    is_last = page.after is None
    is_following = tab.place is Place.FOLLOWING
    announced = (
        queries.announced(actor=who, followed_by=who.person_id if is_following else None)
        if is_last and not tab.value
        else ()
    )
    asked = reminders.asked(who.person_id, [room.id for room, _host in announced])
    facts = {
        **_frame(tab, belt),
        "slides": slides,
        "announced": [
            (room, host, ids.public("rom", room.id), room.id in asked) for room, host in announced
        ],
        "all": len(slides) + len(announced) if is_last and not after else -1,
        "next": "" if page.after is None else _address(tab, after=page.after),
        "is_end": is_last and bool(page.rows),
        "again": _address(tab),
        "version": ranking.VERSION,
        "half_life_h": round(ranking.WEIGHTS.half_life_h),
    }
    return _answer(request, facts, is_more=bool(after), now=now)


def _show_rooms(request: HttpRequest) -> HttpResponse:
    """Every room on air, newest first, then those to come."""
    who, now = answers.actor(request), clock.now()
    after = request.GET.get("after")
    last = ids.parse("rom", after) if after else None
    found = queries.feed(actor=who, now=now, limit=ROOMS, after=last)
    is_last = len(found) < ROOMS
    announced = queries.announced(actor=who) if is_last else ()
    asked = reminders.asked(who.person_id, [room.id for room, _host in announced])
    more = {"tab": "live", "after": ids.public("rom", found[-1].room.id) if found else ""}
    facts = {
        "tab": "live",
        "heading": gettext("Live now"),
        "place": "feed",
        "slides": [_room_slide(one) for one in found],
        "announced": [
            (room, host, ids.public("rom", room.id), room.id in asked) for room, host in announced
        ],
        "all": len(found) + len(announced) if is_last and not after else -1,
        "next": "" if is_last else f"{reverse('shop:feed')}?{urlencode(more)}",
    }
    return _answer(request, facts, is_more=bool(after), now=now)


def _show_belts(request: HttpRequest) -> HttpResponse:
    """Which belts, fields and places there are to choose from."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    facts = {
        "tab": "belts",
        "heading": gettext("Belts and places"),
        "place": "feed",
        "belts": belts.open_ones(),
        "fields": [(code.value, str(posts.FIELDS[code])) for code in Field],
        "regions": [(one.code, one.name[language]) for one in regions.provinces()],
    }
    return web.show_open(request, "shop/belts.html", facts, now=clock.now())


def _answer(
    request: HttpRequest, facts: Mapping[str, Any], *, is_more: bool, now: datetime
) -> HttpResponse:
    part = is_more and answers.is_part(request)
    template = "shop/feed_slides.html" if part else "shop/feed.html"
    return web.show_open(request, template, facts, now=now)


def _frame(tab: Tab, belt: str) -> dict[str, Any]:
    """What stands around the slides of a tab. belt: the name of the one that was chosen."""
    headings = {
        Place.FOLLOWING: pgettext("tab", "Following"),
        Place.RECOMMENDED: gettext("For you"),
        Place.BELT: belt,
        Place.FIELD: str(posts.FIELDS.get(tab.value, "")),
        Place.REGION: posts.region_name(tab.value, get_language() or ""),
    }
    names = {Place.FOLLOWING: "following", Place.RECOMMENDED: "all"}
    return {
        "tab": names.get(tab.place, "belts"),
        "heading": headings[tab.place],
        "chosen": headings[tab.place] if tab.value else "",
        "feed_place": tab.place.value,
        "belts_url": f"{reverse('shop:feed')}?tab=belts",
        "place": "feed",
    }


def _address(tab: Tab, **more: str) -> str:
    names = {
        Place.FOLLOWING: {"tab": "following"},
        Place.RECOMMENDED: {"tab": "all"},
        Place.BELT: {"tab": "belts", "belt": tab.value},
        Place.FIELD: {"tab": "belts", "field": tab.value},
        Place.REGION: {"tab": "belts", "region": tab.value},
    }
    return f"{reverse('shop:feed')}?{urlencode({**names[tab.place], **more})}"


def _rooms(tab: Tab, who: Actor, now: datetime) -> tuple[list[RoomSlide], list[RoomSlide]]:
    """Rooms on air of creators whom one follows, and others. At most 15 queries."""
    if tab.place is Place.FOLLOWING:
        followed = queries.feed(actor=who, now=now, limit=ROOMS, followed_by=who.person_id)
        return [_room_slide(one) for one in followed], []
    found = queries.feed(actor=who, now=now, limit=ROOMS, near=who.person_id)
    return (
        [_room_slide(one) for one in found if one.is_near],
        [_room_slide(one) for one in found if not one.is_near],
    )


def _room_slide(one: RoomInFeed) -> RoomSlide:
    address = reverse("shop:room", args=[ids.public("rom", one.room.id)])
    return RoomSlide(one, playlist_url(one.stream_name), address)


def _post_slides(page: FeedPage, belt: str, now: datetime) -> list[PostSlide]:
    """The page's posts as they are shown. belt: whose feed it is. Eleven queries."""
    views = {view.id: view for view in post_pages.by_id([row.post_id for row in page.rows])}
    shelf = standing.on_shelf(
        {view.product_ids[0] for view in views.values() if view.product_ids}, now=now
    )
    others = creators.cards({row.by_creator for row in page.rows if row.by_creator})
    names = {creator_id: card.name for creator_id, card in others.items()}
    language = get_language() or ""
    return [
        PostSlide(
            post=view,
            good=shelf.get(view.product_ids[0]) if view.product_ids else None,
            field_name=str(posts.FIELDS[view.field]) if view.field is not Field.OTHER else "",
            region_name=posts.region_name(view.region, language),
            why=_why(row, view, names, belt),
            parts=_parts(row),
            mark=row.mark,
        )
        for row in page.rows
        if (view := views.get(row.post_id)) is not None
    ]


def _why(row: Shown, view: PostView, names: Mapping[UUID, str], belt: str) -> str:
    other = names.get(row.by_creator, "") if row.by_creator else ""
    return str(_WHY[row.why]) % {"name": view.creator.name, "other": other, "belt": belt}


def _parts(row: Shown) -> tuple[tuple[str, str], ...]:
    """Each part of the formula that gave or took something."""
    if row.points is None:
        return ()
    given = asdict(row.points)
    return tuple(
        (str(words), f"{given[name]:+.1f}".replace("-", "\u2212"))
        for name, words in _PARTS.items()
        if abs(given[name]) >= 0.05
    )


def _woven(
    first: Sequence[RoomSlide], others: Sequence[RoomSlide], found: Sequence[PostSlide]
) -> list[RoomSlide | PostSlide]:
    """Followed rooms, then posts with other rooms among them, then what rooms are left."""
    waiting = list(others)
    slides: list[RoomSlide | PostSlide] = [*first]
    for count, post in enumerate(found):
        if waiting and count % _POSTS_BETWEEN == 0:
            slides.append(waiting.pop(0))
        slides.append(post)
    return [*slides, *waiting]


def _visits(text: str) -> list[Seen]:
    """raises: Invalid for anything but a list of visits."""
    try:
        told = json.loads(text)
        if not isinstance(told, list):
            raise TypeError
        return [
            Seen(
                id=UUID(hex=one["id"]),
                post_id=ids.parse("pst", one["post"]),
                place=Place(one["place"]),
                watch_ms=_whole(one["ms"]),
                is_complete=one["end"] is True,
                mark=str(one.get("mark") or ""),
            )
            for one in told[: signals.MOST_VISITS + 1]
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Invalid(field="visits", reason="form") from error


def _whole(number: object) -> int:
    if type(number) is not int:
        raise TypeError
    return number
