"""Posts as everybody sees them: one, a creator's, and those that sell a product."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router

from laotie.content.kinds import Field, Label, PostKind
from laotie.content.posting import post_pages, profiles
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import CreatorId, CreatorOut, Out, PostId, ProductId
from laotie.surfaces.api.uploading import WorkOut

router = Router(tags=["posts"])


class PostOut(Out):
    """label: a post that sells something is an AD. region: a code of `/regions`, or empty.

    source: the public id of the clip or post that it was made from; empty for an original.
    works: one video, or stills in order. product_ids: in the order of its bag.
    """

    id: PostId
    creator: CreatorOut
    kind: PostKind
    title: str
    body: str
    language: str
    label: Label
    is_ai: bool
    field: Field
    region: str
    may_be_derived: bool
    source: str
    published_at: datetime | None
    works: list[WorkOut]
    product_ids: list[ProductId]


@router.get("/posts/{post_id}", response=PostOut, summary="A public post")
def show_post(request: HttpRequest, post_id: PostId) -> object:
    """Buying from it: name it as `post_id` in a quote or cart line; its creator earns."""
    return post_pages.seen_by(door.actor(request), post_id)


@router.get("/creators/{creator_id}/posts", response=list[PostOut], summary="A creator's posts")
def posts_of_creator(request: HttpRequest, creator_id: CreatorId) -> object:
    return profiles.page(creator_id, actor=door.actor(request), **paging.asked(request)).works


@router.get("/products/{product_id}/posts", response=list[PostOut], summary="What sells a product")
def posts_of_product(request: HttpRequest, product_id: ProductId) -> object:
    return list(post_pages.of_product(product_id, actor=door.actor(request)))
