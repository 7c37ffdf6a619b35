"""By which right a post shows an event; what publishing asks, and what it writes down.

What was cut from a room that shows an event, or builds on a post that does, shows it as well,
whether its creator says so or not.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from django.db.models import Sum

from laotie.content import models
from laotie.content.kinds import SourceKind
from laotie.content.licensing import licences, rights
from laotie.content.licensing.licences import Allowed, Use
from laotie.kernel.use_case import needs_transaction


@dataclass(frozen=True, slots=True)
class Shown:
    """What a post shows. is_fixed: its source decides that."""

    occasion_id: UUID
    use: Use
    event_time: datetime
    is_fixed: bool


@needs_transaction
def inherit(post_id: UUID, *, occasion_id: UUID, event_time: datetime) -> None:
    """The draft was cut from what shows this event. Again: nothing changes."""
    models.PostOccasion.objects.get_or_create(
        post_id=post_id,
        defaults={
            "occasion_id": occasion_id,
            "use": Use.SHORT_VIDEO.value,
            "event_time": event_time,
            "is_fixed": True,
        },
    )


def require_right(post: models.Post, now: datetime) -> Allowed | None:
    """By which right the post may be public; None for one that shows no event.

    raises: what `rights.require` does. Queries: those of `shown_by`; of a post that shows one also
        two where it may, at most five where it may not.
    """
    shown = shown_by(post)
    return required(post, shown, seconds=seconds_of(post), now=now) if shown else None


def required(post: models.Post, shown: Shown, *, seconds: float, now: datetime) -> Allowed:
    """By which right a post of that length may show this. As `rights.require`."""
    return rights.require(
        use=licences.use_of(shown.use, seconds=seconds),
        occasion_id=shown.occasion_id,
        creator_id=post.creator_id,
        shop_id=post.shop_id,
        event_time=shown.event_time,
        clip_s=ceil(seconds),
        now=now,
    )


@needs_transaction
def noted(post: models.Post, *, now: datetime) -> None:
    """The post is public: by which right, and when to ask again. raises: as `require_right`."""
    shown = shown_by(post)
    if shown is None:
        return
    allowed = required(post, shown, seconds=seconds_of(post), now=now)
    models.PostOccasion.objects.update_or_create(
        post=post,
        defaults={"grant_id": allowed.grant_id, "look_again_at": allowed.until},
        create_defaults={
            "occasion_id": shown.occasion_id,
            "use": shown.use.value,
            "event_time": shown.event_time,
            "is_fixed": True,
            "grant_id": allowed.grant_id,
            "look_again_at": allowed.until,
        },
    )


@needs_transaction
def drop(post_id: UUID) -> None:
    """A draft goes, and what it would have shown."""
    models.PostOccasion.objects.filter(post=post_id).delete()


def shown_by(post: models.Post) -> Shown | None:
    """One query; two of a post that builds on another and does not say itself."""
    row = models.PostOccasion.objects.filter(post=post.id).first()
    if row is not None:
        return Shown(row.occasion_id, Use(row.use), row.event_time, row.is_fixed)
    return _of_source(post)


def inherited(post: models.Post) -> Shown | None:
    """What its source decides; None when that shows no event. One query; none of an original."""
    if post.source_kind == SourceKind.CLIP:
        row = models.PostOccasion.objects.filter(post=post.id, is_fixed=True).first()
        return Shown(row.occasion_id, Use(row.use), row.event_time, True) if row else None
    return _of_source(post)


def _of_source(post: models.Post) -> Shown | None:
    """What the post that it builds on shows, as a derived work. One query; none of others."""
    if post.source_kind == SourceKind.POST:
        source = models.PostOccasion.objects.filter(post=post.source_id).first()
        if source is not None:
            return Shown(source.occasion_id, Use.DERIVATIVE, source.event_time, True)
    return None


def seconds_of(post: models.Post) -> float:
    """How long it plays; 0 of stills."""
    held = models.PostWork.objects.filter(post=post.id).aggregate(all=Sum("work__duration_ms"))
    return (held["all"] or 0) / 1000
