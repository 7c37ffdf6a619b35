"""Likes of posts: a fact each, undone by taking it away; what is shown is counted from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.content import models
from laotie.content.kinds import PostState
from laotie.content.relations import blocks
from laotie.content.viewing import signals
from laotie.events.content import LikesChanged
from laotie.kernel import event_log, pages, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page
from laotie.kernel.use_case import needs_transaction, use_case

_EXACT = 10_000


@dataclass(frozen=True, slots=True)
class Liked:
    """How a post stands with one viewer. likes: those that count, with the viewer's own."""

    is_liked: bool
    likes: int


@use_case
def like(*, actor: Actor, post_id: UUID, device: str = "", now: datetime) -> Liked:
    """The actor likes a post; liking twice is liking.

    device: a mark of `genuine.device_of`, or nothing.
    raises: SignInFirst, NotFound (not public, or one has blocked the other).
    """
    person_id = actor.require_person()
    creator_id = _public(post_id)
    blocks.require_none(person_id, creator_id)
    made = models.Like.objects.filter(person=person_id, post=post_id)
    if not made.exists():
        models.Like.objects.bulk_create(
            [models.Like(person_id=person_id, post_id=post_id, liked_at=now, device=device)],
            ignore_conflicts=True,
        )
        event_log.publish(LikesChanged(post_id=post_id))
    return of(post_id, person_id=person_id)


@use_case
def unlike(*, actor: Actor, post_id: UUID) -> Liked:
    """The actor does not like it any more, and never did. raises: SignInFirst, NotFound."""
    person_id = actor.require_person()
    _public(post_id)
    gone, _each = models.Like.objects.filter(person=person_id, post=post_id).delete()
    if gone:
        event_log.publish(LikesChanged(post_id=post_id))
    return of(post_id, person_id=person_id)


def of(post_id: UUID, *, person_id: UUID | None) -> Liked:
    """How a post stands with somebody, or with a guest. One query, by index.

    The number is exact up to ten thousand; above that it is as of the last count.
    """
    ((likes, is_liked),) = sql.rows(
        sql.text("content", "likes_of_post"),
        {"post": post_id, "person": person_id, "exact": _EXACT},
    )
    return Liked(bool(is_liked), int(likes))


def mine(*, actor: Actor, after: str | None = None, most: int = 24) -> Page[UUID]:
    """The posts that one likes, latest first. One query. raises: SignInFirst, Invalid (`after`)."""
    rows = models.Like.objects.filter(person=actor.require_person())
    found = pages.newest_first(rows, "liked_at", after=after, most=most)
    return found.of(row.post_id for row in found.rows)


@needs_transaction
def count(post_ids: Collection[UUID]) -> None:
    """The figures of these posts say how many likes there are; doing it again changes nothing."""
    sql.change(sql.text("content", "count_likes"), {"posts": sorted(post_ids)})
    signals.set_heat(sorted(post_ids))


@needs_transaction
def count_of_creator(creator_id: UUID) -> None:
    """As `count`, for every post of a creator that has figures."""
    rows = models.PostFigures.objects.filter(post__creator=creator_id)
    found: Sequence[UUID] = list(rows.values_list("pk", flat=True))
    if found:
        count(found)


def _public(post_id: UUID) -> UUID:
    """Whose post it is. raises: NotFound."""
    rows = models.Post.objects.filter(pk=post_id, state=PostState.PUBLISHED.value)
    creator_id = rows.values_list("creator_id", flat=True).first()
    if creator_id is None:
        raise NotFound
    return creator_id
