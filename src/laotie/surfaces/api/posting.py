"""A creator's own posts: begun, written, filled, published and taken down."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Router, Status

from laotie.content.kinds import PostKind, PostState, SourceKind
from laotie.content.posting import post_pages, publishing
from laotie.content.posting import posts as drafts
from laotie.content.posting.posts import Source, Words
from laotie.kernel import clock
from laotie.kernel.errors import Invalid
from laotie.live import clip_posts
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.posts import PostOut
from laotie.surfaces.api.shapes import ClipId, Done, In, Moment, PostId, ProductId, ShopId, WorkId

router = Router(tags=["posting"])


class WordsIn(In):
    """label: ORGANIC, AD or PROMO. language: `zh-hans` or `en`. region: a code of `/regions`."""

    title: str = ""
    body: str = ""
    language: str = "zh-hans"
    label: str = "ORGANIC"
    is_ai: bool = False
    field: str = "OTHER"
    region: str = ""
    may_be_derived: bool = False


class PostIn(WordsIn):
    """kind: VIDEO or STILLS. source_id: the public post that this one builds on."""

    kind: str
    shop_id: ShopId | None = None
    source_id: PostId | None = None


class WorksIn(In):
    work_ids: list[WorkId]


class ProductsIn(In):
    product_ids: list[ProductId]


class PublishIn(In):
    """at: up to 60 days ahead, ISO 8601; without it as soon as can be."""

    at: Moment | None = None


class MyPostOut(PostOut):
    """cause: why it came back or was taken down, as a code or in words."""

    state: PostState
    cause: str
    made_at: datetime
    scheduled_at: datetime | None


@router.post("/me/posts", response={201: MyPostOut}, summary="Begin a post")
def begin(request: HttpRequest, payload: PostIn) -> object:
    actor = door.actor(request)
    source = Source(SourceKind.POST, payload.source_id) if payload.source_id else None
    made = drafts.begin(
        actor=actor,
        kind=_kind(payload.kind),
        words=_words(payload),
        shop_id=payload.shop_id,
        source=source,
        now=clock.now(),
    )
    return Status(201, post_pages.own(made.id, actor=actor))


@router.get("/me/posts", response=list[MyPostOut], summary="My posts, newest first")
def my_posts(request: HttpRequest, state: str = "") -> object:
    """state: of one state alone."""
    if state and state not in set(PostState):
        raise Invalid(field="state", reason="choice")
    wanted = [PostState(state)] if state else []
    actor = door.actor(request)
    return post_pages.mine(actor=actor, states=wanted, **paging.asked(request))


@router.get("/me/posts/{post_id}", response=MyPostOut, summary="One of my posts")
def my_post(request: HttpRequest, post_id: PostId) -> object:
    return post_pages.own(post_id, actor=door.actor(request))


@router.put("/me/posts/{post_id}", response=MyPostOut, summary="Write its words")
def write(request: HttpRequest, post_id: PostId, payload: WordsIn) -> object:
    actor = door.actor(request)
    drafts.change(actor=actor, post_id=post_id, words=_words(payload), now=clock.now())
    return post_pages.own(post_id, actor=actor)


@router.put("/me/posts/{post_id}/works", response=MyPostOut, summary="Set what it shows")
def set_works(request: HttpRequest, post_id: PostId, payload: WorksIn) -> object:
    """One video, or up to nine stills in order. They may still be under way."""
    actor, now = door.actor(request), clock.now()
    drafts.set_works(actor=actor, post_id=post_id, work_ids=payload.work_ids, now=now)
    return post_pages.own(post_id, actor=actor)


@router.put("/me/posts/{post_id}/products", response=MyPostOut, summary="Set what it sells")
def set_products(request: HttpRequest, post_id: PostId, payload: ProductsIn) -> object:
    """Up to nine in order; with any of them the post is labelled AD."""
    actor, now = door.actor(request), clock.now()
    drafts.set_products(actor=actor, post_id=post_id, product_ids=payload.product_ids, now=now)
    return post_pages.own(post_id, actor=actor)


@router.post("/me/posts/{post_id}/publish", response=MyPostOut, summary="Publish it, or later")
def publish(request: HttpRequest, post_id: PostId, payload: PublishIn) -> object:
    """A refusal names what is missing. It waits by itself for files that are being converted."""
    actor = door.actor(request)
    publishing.publish(actor=actor, post_id=post_id, at=payload.at, now=clock.now())
    return post_pages.own(post_id, actor=actor)


@router.post("/me/posts/{post_id}/keep-back", response=MyPostOut, summary="Not public after all")
def keep_back(request: HttpRequest, post_id: PostId) -> object:
    actor = door.actor(request)
    publishing.keep_back(actor=actor, post_id=post_id, now=clock.now())
    return post_pages.own(post_id, actor=actor)


@router.post("/me/posts/{post_id}/take-down", response=MyPostOut, summary="Take it down")
def take_down(request: HttpRequest, post_id: PostId) -> object:
    actor = door.actor(request)
    publishing.withdraw(actor=actor, post_id=post_id, now=clock.now())
    return post_pages.own(post_id, actor=actor)


@router.delete("/me/posts/{post_id}", response=Done, summary="Delete a draft with its files")
def delete(request: HttpRequest, post_id: PostId) -> object:
    drafts.delete(actor=door.actor(request), post_id=post_id, now=clock.now())
    return Done()


@router.post("/clips/{clip_id}/post", response={201: MyPostOut}, summary="Make a clip a post")
def from_clip(request: HttpRequest, clip_id: ClipId) -> object:
    """A draft with the clip's video and product; asked again, the same one."""
    actor, language = door.actor(request), get_language() or ""
    made: UUID = clip_posts.make(actor=actor, clip_id=clip_id, language=language, now=clock.now())
    return Status(201, post_pages.own(made, actor=actor))


@router.post("/clips/{clip_id}/publish", response={201: MyPostOut}, summary="Publish a clip")
def publish_clip(request: HttpRequest, clip_id: ClipId) -> object:
    """The clip's post as its `state` says: public or on its way; a DRAFT if a gate stopped it, its
    `cause` the gate's code; and still down if it was taken down before (WITHDRAWN, TAKEN_DOWN,
    APPEALED, UPHELD), which this does not change. One that is WITHDRAWN goes public again by
    `/me/posts/{post_id}/publish`.
    """
    actor, language = door.actor(request), get_language() or ""
    card, _refusal = clip_posts.publish(
        actor=actor, clip_id=clip_id, language=language, now=clock.now()
    )
    return Status(201, post_pages.own(card.id, actor=actor))


def _words(payload: WordsIn) -> Words:
    given = payload.model_dump(include=set(WordsIn.model_fields))
    return Words(**given)


def _kind(said: str) -> PostKind:
    try:
        return PostKind(said)
    except ValueError as error:
        raise Invalid(field="kind", reason="choice") from error
