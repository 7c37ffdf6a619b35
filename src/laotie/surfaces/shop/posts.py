"""One post: what is looked at, what is said, and the goods that it sells."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from laotie.content.kinds import Field, Label, SourceKind
from laotie.content.posting import post_pages
from laotie.content.posting.post_pages import PostView
from laotie.content.relations import follows, likes
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.links import listings
from laotie.live import clips, replays
from laotie.look import answers, posts, sharing
from laotie.surfaces.shop import talking, web
from laotie.trade import standing


@require_GET
@web.screen
def page(request: HttpRequest, post: str) -> HttpResponse:
    """A public post, with what is said under it.

    Sixteen queries for a guest, two more if anything was said, one for captions, more for a source.
    """
    who, now = answers.actor(request), clock.now()
    view = post_pages.seen_by(who, ids.parse("pst", post))
    shelf = standing.on_shelf(view.product_ids, now=now) if view.product_ids else {}
    facts = {
        "post": view,
        "ref": post,
        "leads": listings.open_ones(listings.of_place(view.id, at=now)),
        "goods": [shelf[one] for one in view.product_ids if one in shelf],
        "is_ad": view.label is Label.AD,
        "is_promo": view.label is Label.PROMO,
        "field_name": posts.FIELDS[view.field] if view.field is not Field.OTHER else "",
        "region_name": posts.region_name(view.region, get_language() or ""),
        "source": source_of(view, who),
        "followers": follows.followers(view.creator.id),
        "is_following": follows.is_following(who.person_id, view.creator.id),
        "liked": likes.of(view.id, person_id=who.person_id),
        **talking.under(who, view.id, view.creator.person_id, view.creator.id),
        "may_build_on_it": view.may_be_derived and who.creator_id is not None,
        "here": sharing.full_address(reverse("shop:post", args=[post])),
        "place": "feed",
        "now": now,
    }
    return web.show_open(request, "shop/post.html", facts, now=now)


@require_POST
@web.screen
def follow(request: HttpRequest, post: str) -> HttpResponse:
    """Follow whose post this is, or stop."""
    who = answers.actor(request)
    creator_id = post_pages.creator_of(ids.parse("pst", post))
    is_following = request.POST.get("follow") != "no"
    if is_following:
        followers = follows.follow(
            actor=who, creator_id=creator_id, device=answers.device(request), now=clock.now()
        )
    else:
        followers = follows.unfollow(actor=who, creator_id=creator_id)
    if not answers.is_part(request):
        return web.go(request, reverse("shop:post", args=[post]))
    facts = {"ref": post, "is_following": is_following, "followers": followers}
    return web.show(request, "shop/post_follow.html", facts)


def source_of(view: PostView, who: Actor) -> tuple[str, str] | None:
    """What a derived work was made from: its words and its address; empty where it has no page for
    this viewer.

    None for what is no derived work. At most seven queries.
    """
    if view.source_id is None:
        return None
    try:
        if view.source_kind is SourceKind.CLIP:
            clip = clips.card(view.source_id)
            if not replays.is_there(clip.room_id, actor=who):
                return "", ""
            return "", reverse("shop:replay", args=[ids.public("rom", clip.room_id)])
        source = post_pages.seen_by(who, view.source_id)
    except NotFound:
        return "", ""
    return (
        f"{source.creator.name} · {source.title}",
        reverse("shop:post", args=[source.public_id]),
    )
