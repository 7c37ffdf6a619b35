"""Clips that become posts: one tap turns an explanation into a post with video and goods.

The post's file is a copy that outlives the recording; the post names the clip as its source.
Whoever wants to read it over first takes the draft alone.
"""

from datetime import datetime
from uuid import UUID

from laotie.catalog import queries as catalog
from laotie.content.files import works
from laotie.content.kinds import SourceKind
from laotie.content.licensing import licensed
from laotie.content.posting import posts, publishing
from laotie.content.posting.gates import SourceGone
from laotie.content.posting.posts import PostCard
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import models
from laotie.live.backstage import locked_for_host
from laotie.live.clips import NotReady
from laotie.live.rules import RoomState
from laotie.live.spans import ClipState


@use_case
def publish(
    *, actor: Actor, clip_id: UUID, language: str, now: datetime
) -> tuple[PostCard, Refusal | None]:
    """The clip is a post on its way to the public, through every gate that `publishing` has.

    What a gate stops stays a draft with the cause. A post of the clip that is public, on its way
    or down is left as it is: whoever took it down had a reason that a tap does not know.
    language, raises: as of `make`. returns: the post as it is now, and what kept it a draft.
    """
    return publishing.hand_in(actor, _draft(actor, clip_id, language, now), now=now)


@use_case
def make(*, actor: Actor, clip_id: UUID, language: str, now: datetime) -> UUID:
    """The clip is a draft of its room's creator; the post's id. Asked again, the same one.

    language: of the post, one of `posts.LANGUAGES`; the product's name in it becomes the title.
    raises:   SignInFirst, NotFound, NotAllowed, NotReady, TooManyDrafts, SourceGone,
              uploads.QuotaFull.
    """
    return _draft(actor, clip_id, language, now)


@needs_transaction
def _draft(actor: Actor, clip_id: UUID, language: str, now: datetime) -> UUID:
    clip = models.Clip.objects.filter(pk=clip_id).first()
    if clip is None:
        raise NotFound
    room = locked_for_host(actor, clip.room_id)
    made = posts.made_from(SourceKind.CLIP, [clip_id])
    if clip_id in made:
        return made[clip_id].id
    if clip.state != ClipState.READY.value:
        raise NotReady
    if room.state == RoomState.BANNED.value:
        raise SourceGone
    title = catalog.product_cards([clip.product_id])[clip.product_id].title
    post_id = posts.from_clip(
        creator_id=room.creator_id,
        shop_id=room.shop_id,
        clip_id=clip_id,
        work_id=works.from_clip(
            creator_id=room.creator_id, clip_id=clip_id, bytes=clip.bytes, now=now
        ),
        product_id=clip.product_id,
        title=title["en" if language == "en" else "zh"],
        language=language,
        now=now,
    )
    if room.occasion_id is not None:
        licensed.inherit(post_id, occasion_id=room.occasion_id, event_time=clip.mark.started_at)
    return post_id
