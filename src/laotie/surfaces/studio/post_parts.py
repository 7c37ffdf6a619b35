"""What a post shows and sells: its files with their making, its cover, and its goods."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.alliance import plans
from laotie.catalog import queries as catalog
from laotie.content.files import uploads, works
from laotie.content.files.footage import Kind
from laotie.content.posting import posts as drafts
from laotie.content.posting.post_pages import PostView
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.look.answers import is_part
from laotie.look.consoles import go
from laotie.surfaces.studio import fields, posts, web

_SHOWN = 20


@require_http_methods(["GET", "POST"])
@web.screen
def files(request: HttpRequest, post: str) -> HttpResponse:
    """The files as they stand; it asks for itself while something is being made.

    A POST adds what an `upload` became, or does a `verb` to a `work`: earlier, remove, stop, or
    `uncaption`, which takes the captions of a `language` off it.
    """
    if request.method == "GET":
        if not is_part(request):
            return go(request, reverse("studio:post", args=[post]))
        return posts.show(request, post, part="files")
    who, view = posts.post_of(request, post)
    try:
        if request.POST.get("upload"):
            _add(who, view, ids.parse("upl", request.POST["upload"]))
        else:
            work_id = ids.parse("wrk", request.POST.get("work", ""))
            if request.POST.get("verb") == "uncaption":
                _uncaption(who, view, work_id, request.POST.get("language", ""))
            else:
                _act(who, view, work_id, request.POST.get("verb", ""))
    except NotFound:
        raise
    except Refusal as refusal:
        said = refusal.text()
        return posts.show(request, post, part="files", status=refusal.status, files_refusal=said)
    return posts.changed(request, post, said="", part="files")


@require_POST
@web.screen
def cover(request: HttpRequest, post: str) -> HttpResponse:
    """The cover is the picture of another moment of the video."""
    who, view = posts.post_of(request, post)
    if view.video is None or not view.is_editable:
        raise NotFound
    at_ms = fields.count_of(request.POST.get("at_ms", ""))
    try:
        works.choose_cover(actor=who, work_id=view.video.id, at_ms=at_ms, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        said = refusal.text()
        return posts.show(request, post, part="files", status=refusal.status, files_refusal=said)
    return posts.changed(request, post, said="", part="files")


@require_GET
@web.screen
def choice(request: HttpRequest, post: str) -> HttpResponse:
    """What can be sold by a post, by words of its name. Eight queries, at most 20 rows."""
    who, view = posts.post_of(request, post)
    rates = {plan.product_id: plan for plan in plans.open_to(actor=who)} if who.creator_id else {}
    cards = list(catalog.product_cards(rates).values()) if rates else []
    if view.shop_id is not None:
        cards += [own for own in catalog.shop_products(view.shop_id) if own.product_id not in rates]
    words = request.GET.get("q", "").strip()[:40]
    wanted = words.casefold()
    found = [
        (product, rates.get(product.product_id), product.product_id in view.product_ids)
        for product in cards
        if product.is_on_sale and any(wanted in text.casefold() for text in product.title.values())
    ]
    found.sort(key=lambda row: (row[2], -(row[1].creator_bps if row[1] else 0)))
    facts = {"ref": post, "found": found[:_SHOWN], "words": words}
    return web.show(request, "studio/post_products.html", facts)


@require_POST
@web.screen
def product(request: HttpRequest, post: str, product: str, verb: str) -> HttpResponse:
    """Put a product in, take it out, or move it up."""
    who, view = posts.post_of(request, post)
    product_id = ids.parse("prd", product)
    wanted = _moved(view.product_ids, product_id, verb)
    try:
        drafts.set_products(actor=who, post_id=view.id, product_ids=wanted, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        said = refusal.text()
        return posts.show(request, post, part="goods", status=refusal.status, goods_refusal=said)
    return posts.changed(request, post, said="", part="goods")


def _add(who: Actor, view: PostView, upload_id: UUID) -> None:
    """raises: NotFound for what has not arrived whole, what `posts.set_works` does."""
    upload = uploads.card(upload_id, actor=who)
    if upload.work_id is None:
        raise NotFound
    if upload.kind is Kind.CAPTIONS:  # They belong to their video already.
        return
    held = [work.id for work in view.works]
    if view.video is not None:
        held = []
    drafts.set_works(actor=who, post_id=view.id, work_ids=[*held, upload.work_id], now=clock.now())


def _act(who: Actor, view: PostView, work_id: UUID, verb: str) -> None:
    """raises: NotFound for another post's file or an unknown verb, what the verb does."""
    held = [work.id for work in view.works]
    if work_id not in held or verb not in {"earlier", "remove", "stop"}:
        raise NotFound
    if verb == "stop":
        works.cancel(actor=who, work_id=work_id, now=clock.now())
        return
    wanted = _moved(held, work_id, verb)
    drafts.set_works(actor=who, post_id=view.id, work_ids=wanted, now=clock.now())


def _uncaption(who: Actor, view: PostView, work_id: UUID, language: str) -> None:
    """raises: NotFound for another post's file, what `works.drop_captions` does."""
    if work_id not in {work.id for work in view.works}:
        raise NotFound
    works.drop_captions(actor=who, work_id=work_id, language=language, now=clock.now())


def _moved(held: Sequence[UUID], one: UUID, verb: str) -> list[UUID]:
    """raises: NotFound for a verb that is none here."""
    rest = [each for each in held if each != one]
    if verb == "add":
        return [*rest, one]
    if verb == "remove" and one in held:
        return rest
    if verb == "earlier" and one in held:
        at = max(0, list(held).index(one) - 1)
        return [*rest[:at], one, *rest[at:]]
    raise NotFound
