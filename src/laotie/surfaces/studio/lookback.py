"""After the show: its replay, and clips of what was explained."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from laotie.content.kinds import PostState, SourceKind
from laotie.content.posting import posts
from laotie.content.posting.posts import PostCard
from laotie.kernel import clock, ids
from laotie.kernel.errors import NotFound, Refusal
from laotie.live import clip_posts, clips, replays, stops
from laotie.look import posts as words_of
from laotie.look.answers import is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import web

# What becomes of a clip's post that is down, where a second tap on the clip brings it back no more.
_DOWN = {
    PostState.WITHDRAWN: gettext_lazy(
        "You took the post of this clip down. It is public again once you publish it here."
    ),
    PostState.TAKEN_DOWN: gettext_lazy(
        "The post of this clip was taken down. Why, and whether you can appeal, stands among the"
        " decisions about your posts."
    ),
    PostState.APPEALED: gettext_lazy(
        "The post of this clip is down. Somebody looks at your appeal."
    ),
    PostState.UPHELD: gettext_lazy(
        "The post of this clip is down for good. The appeal was decided."
    ),
}


@require_GET
@web.screen
def part(request: HttpRequest, room: str) -> HttpResponse:
    """Replay and clips as they are now; it asks for itself while something is being cut."""
    web.room_of(request, room)
    if not is_part(request):
        return go(request, reverse("studio:room", args=[room]))
    return _show(request, room)


@require_POST
@web.screen
def replay(request: HttpRequest, room: str, verb: str) -> HttpResponse:
    """Hide the replay, or show it again."""
    who, card = web.room_of(request, room)
    if verb not in {"hide", "show"}:
        raise NotFound
    replays.hide(actor=who, room_id=card.id, is_hidden=verb == "hide", now=clock.now())
    return _changed(request, room)


@require_POST
@web.screen
def clip(request: HttpRequest, room: str, clip: str, verb: str) -> HttpResponse:
    """Show a clip to buyers, take it away from them, publish a post of it at once or after reading
    it over, or have it cut again.
    """
    who, card = web.room_of(request, room)
    clip_id, now = ids.parse("clp", clip), clock.now()
    if clips.card(clip_id).room_id != card.id:
        raise NotFound
    try:
        if verb == "again":
            clips.cut_again(actor=who, clip_id=clip_id, now=now)
        elif verb in {"show", "hide"}:
            clips.show(actor=who, clip_id=clip_id, is_shown=verb == "show", now=now)
        elif verb == "publish":
            post, stopped = clip_posts.publish(
                actor=who, clip_id=clip_id, language=get_language() or "", now=now
            )
            said = str(_DOWN.get(post.state, ""))
            if stopped is not None:
                said = _("It stayed a draft. %(why)s") % {"why": stopped.text()}
            if said:
                return go(request, _editor(post.id), said=said, tone="bad")
        elif verb == "post":
            post_id = clip_posts.make(
                actor=who, clip_id=clip_id, language=get_language() or "", now=now
            )
            return go(request, _editor(post_id), said=_("A draft: read it over, then publish it."))
        else:
            raise NotFound
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, room, refusal=refusal)
    return _changed(request, room)


def _editor(post_id: UUID) -> str:
    return reverse("studio:post", args=[ids.public("pst", post_id)])


def _changed(request: HttpRequest, room: str) -> HttpResponse:
    if not is_part(request):
        return go(request, reverse("studio:room", args=[room]))
    return _show(request, room)


def _post_of(made: PostCard | None) -> tuple[PostCard | None, str, str, str]:
    """The post that a clip became, what its state is called, the colour of that, and the cause."""
    if made is None:
        return None, "", "", ""
    return (made, *words_of.STATES[made.state], words_of.cause_text(made.cause))


def _show(request: HttpRequest, room: str, *, refusal: Refusal | None = None) -> HttpResponse:
    who, card = web.room_of(request, room)
    page = replays.page(card.id, actor=who)
    found = clips.of_room(card.id, actor=who)
    made = posts.made_from(SourceKind.CLIP, [each.id for each in found])
    is_cutting = any(each.state in {"WAITING", "CUTTING"} for each in found)
    is_coming = any(each.state is PostState.TRANSCODING for each in made.values())
    facts = {
        "room": card,
        "ref": room,
        "replay": page,
        "clips": [(each, *_post_of(made.get(each.id))) for each in found],
        "is_busy": not page.seconds or is_cutting or is_coming,
        "stops": stops.of_room(card.id, actor=who),
        "refusal": refusal.text() if refusal else "",
    }
    status = refusal.status if refusal else 200
    return web.show(request, "studio/room/lookback.html", facts, status=status)
