"""Below a post: liking it and talking about it; and whom one wants to see no more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.content.conversation import comments
from laotie.content.conversation.talk import WhoTalks
from laotie.content.posting import post_pages
from laotie.content.relations import blocks, likes
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Refusal
from laotie.live import words
from laotie.look import answers
from laotie.surfaces.shop import web

WHO = {
    WhoTalks.EVERYBODY: gettext_lazy("Everybody"),
    WhoTalks.FOLLOWERS: gettext_lazy("Whoever follows me"),
    WhoTalks.NOBODY: gettext_lazy("Nobody else"),
}


@require_POST
@web.screen
def like(request: HttpRequest, post: str) -> HttpResponse:
    """Like the post, or not any more."""
    who, post_id = answers.actor(request), ids.parse("pst", post)
    if request.POST.get("like") == "no":
        liked = likes.unlike(actor=who, post_id=post_id)
    else:
        mark = answers.device(request)
        liked = likes.like(actor=who, post_id=post_id, device=mark, now=clock.now())
    if not answers.is_part(request):
        return web.go(request, reverse("shop:post", args=[post]))
    return web.show(request, "shop/post_like.html", {"ref": post, "liked": liked})


@require_http_methods(["GET", "POST"])
@web.screen
def talk(request: HttpRequest, post: str) -> HttpResponse:
    """What is said under a post, page by page; or say something there."""
    who, post_id = answers.actor(request), ids.parse("pst", post)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _say(request, who, post_id)
        except Refusal as error:
            if error.status in {401, 404}:
                raise
            refusal = error
        else:
            if not answers.is_part(request):
                return web.go(request, reverse("shop:post", args=[post]) + "#talk")
    view = post_pages.public(post_id)
    after = request.GET.get("after")
    facts = {
        **under(who, post_id, view.creator.person_id, view.creator.id, after=after),
        "ref": post,
        "post": view,
        "refusal": refusal.text() if refusal else "",
        "said": request.POST.get("text", "") if refusal else "",
        "now": clock.now(),
    }
    is_more = after is not None and answers.is_part(request)
    template = "shop/comments.html" if is_more else "shop/talk.html"
    return web.show(request, template, facts, status=refusal.status if refusal else 200)


@require_GET
@web.screen
def answering(request: HttpRequest, comment: str) -> HttpResponse:
    """The rest of the answers to a comment."""
    comment_id = ids.parse("cmt", comment)
    page = comments.answering(
        comment_id, actor=answers.actor(request), after=request.GET.get("after")
    )
    post = post_pages.public(comments.post_of(comment_id))
    facts = {
        "answers": page.rows,
        "comment": comment,
        "next_after": page.next_after,
        "post": post,
        "ref": post.public_id,
    }
    template = "shop/answers_more.html" if answers.is_part(request) else "shop/answers.html"
    return web.show(request, template, facts)


@require_GET
@web.screen
def lead(request: HttpRequest, comment: str) -> HttpResponse:
    """On to the post under which a comment stands."""
    post_id = comments.post_of(ids.parse("cmt", comment))
    return web.go(request, reverse("shop:post", args=[ids.public("pst", post_id)]) + "#talk")


@require_POST
@web.screen
def remove(request: HttpRequest, comment: str) -> HttpResponse:
    """Nobody reads the comment any more."""
    comment_id = ids.parse("cmt", comment)
    post = ids.public("pst", comments.post_of(comment_id))
    comments.remove(actor=answers.actor(request), comment_id=comment_id, now=clock.now())
    address = reverse("shop:post", args=[post]) + "#talk"
    return web.go(request, address, toast=_("The comment is gone."))


@require_POST
@web.screen
def let_talk(request: HttpRequest, post: str) -> HttpResponse:
    """Who may comment under one's own posts from now on."""
    who = request.POST.get("who", "")
    comments.let_talk(actor=answers.actor(request), who=who, now=clock.now())
    address = reverse("shop:post", args=[post]) + "#talk"
    return web.go(request, address, toast=_("That holds for all your posts now."))


@require_POST
@web.screen
def block(request: HttpRequest, person: str) -> HttpResponse:
    """See nothing of somebody any more, or again."""
    who, person_id = answers.actor(request), ids.parse("per", person)
    if request.POST.get("block") == "no":
        blocks.unblock(actor=who, person_id=person_id)
        said = _("You see each other again.")
    else:
        blocks.block(actor=who, person_id=person_id, now=clock.now())
        said = _("You see nothing of each other any more.")
    return web.go(request, reverse("shop:blocked"), toast=said)


@require_GET
@web.screen
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom one has blocked, latest first."""
    page = blocks.mine(actor=answers.actor(request), after=request.GET.get("after"))
    return web.show(request, "shop/blocked.html", {"page": page})


def under(
    who: Actor, post_id: UUID, host_id: UUID, creator_id: UUID, *, after: str | None = None
) -> Mapping[str, Any]:
    """What the part about talk of a page shows. At most seven queries."""
    talks = comments.who_talks(creator_id)
    return {
        "talk": comments.under(post_id, actor=who, host_id=host_id, after=after),
        "said_in_all": comments.counts([post_id]).get(post_id, 0),
        "talks": talks,
        "who_talks": [(each.value, label) for each, label in WHO.items()],
        "is_self": who.creator_id == creator_id,
    }


def _say(request: HttpRequest, who: Actor, post_id: UUID) -> None:
    creator_id, now = post_pages.creator_of(post_id), clock.now()
    say(who, post_id, creator_id, request.POST.get("text", ""), request.POST.get("to", ""), now)


def say(
    who: Actor, post_id: UUID, creator_id: UUID, text: str, to: str, now: datetime
) -> comments.CommentCard:
    """As `comments.say`, with the words that the creator's rooms do not let through."""
    return comments.say(
        actor=who,
        post_id=post_id,
        words=text,
        answers_id=ids.parse("cmt", to) if to else None,
        forbidden=words.of_creators({creator_id})[creator_id],
        now=now,
    )
