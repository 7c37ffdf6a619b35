"""Looking back: the list of replays, one replay with chapters, and clips on a product's page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.content.posting import post_pages
from laotie.kernel import clock, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.live import clips, ingest, queries, replays
from laotie.live.replays import ReplayPage
from laotie.look import answers
from laotie.surfaces.shop import web


@require_GET
@web.screen
def listing(request: HttpRequest) -> HttpResponse:
    """Shows that can be looked back at, newest first."""
    found = replays.listing(actor=answers.actor(request), most=40)
    facts = {"replays": found.rows, "now": clock.now(), "place": "feed"}
    return web.show(request, "shop/replays.html", facts)


@require_GET
@web.screen
def replay(request: HttpRequest, room: str) -> HttpResponse:
    """One show: its recording, its chapters, what was in its bag, and what was said when."""
    room_id, who, now = ids.parse("rom", room), answers.actor(request), clock.now()
    page = replays.page(room_id, actor=who)
    facts = {
        "replay": page,
        "ref": room,
        "playlist_url": _playlist_url(page, room_id, who),
        "items": queries.bag(room_id, now=now),
        "clips": clips.shown_in(room_id),
        "said": replays.says(room_id, actor=who),
        "now": now,
        "place": "feed",
    }
    return web.show(request, "shop/replay.html", facts)


@require_GET
@web.screen
def says(request: HttpRequest, room: str) -> HttpResponse:
    """The comments that follow the one named by `after`."""
    room_id, who = ids.parse("rom", room), answers.actor(request)
    after = _uuid(request.GET.get("after", ""))
    facts = {"said": replays.says(room_id, actor=who, after=after), "ref": room}
    return web.show(request, "shop/replay_says.html", facts)


@require_GET
@web.screen
def product_clips(request: HttpRequest, product: str) -> HttpResponse:
    """Posts that sell a product, and clips in which it is explained. At most eleven queries."""
    product_id, who = ids.parse("prd", product), answers.actor(request)
    facts = {
        "clips": clips.of_product(product_id, actor=who),
        "posts": post_pages.of_product(product_id, actor=who),
        "ref": product,
    }
    return web.show(request, "shop/product_clips.html", facts)


def _playlist_url(page: ReplayPage, room_id: UUID, who: Actor) -> str:
    """A hidden replay plays for its hosts alone, by a token in its address."""
    if not page.is_hidden:
        return media.address(f"/media/live/{page.stream_name}/replay.m3u8")
    token = ingest.preview_token(actor=who, room_id=room_id)
    return media.address(f"/media/p/{token}/{page.stream_name}/replay.m3u8")


def _uuid(text: str) -> UUID | None:
    """raises: NotFound for what is no id of a comment."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
