"""Which event a post shows, as its creator says it, and whether it may."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from laotie.content import models
from laotie.content.kinds import PostState, SourceKind
from laotie.content.licensing import lacks, licences, licensed, occasions
from laotie.content.licensing.licences import Use
from laotie.content.licensing.occasions import OccasionCard
from laotie.content.posting import posts
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.use_case import needs_transaction, use_case

# What a post can be; what is live is a room.
USES = (Use.SHORT_VIDEO, Use.VOD, Use.DERIVATIVE)


@dataclass(frozen=True, slots=True)
class ShowingView:
    """What a post shows. use: as what it counts, which its length has a say in.

    lack: why it may not be shown now; None if it may. until: when the right ends.
    """

    occasion: OccasionCard
    use: Use
    event_time: datetime
    is_fixed: bool
    until: datetime | None
    lack: lacks.RightsRefusal | None


@use_case
def set_occasion(
    *,
    actor: Actor,
    post_id: UUID,
    occasion_id: UUID,
    use: Use,
    event_time: datetime,
    now: datetime,
) -> None:
    """The post shows this moment of this event, as that.

    use:        what builds on another post is a derived work, whatever is said.
    event_time: within the event, and not to come.
    raises:     NotFound, NotAllowed, WrongState, Invalid (also what its source decides).
    """
    post = posts.locked_for_change(actor, post_id)
    if use not in USES:
        raise Invalid(field="use", reason="choice")
    occasion = occasions.card(occasion_id)
    if not occasion.starts_at <= event_time <= min(occasion.ends_at, now):
        raise Invalid(field="event_time", reason="range")
    fixed = licensed.inherited(post)
    if fixed is not None and (fixed.occasion_id, fixed.use) != (occasion_id, use):
        raise Invalid(field="event", reason="choice")
    if post.source_kind == SourceKind.POST:
        use = Use.DERIVATIVE
    models.PostOccasion.objects.update_or_create(
        post=post,
        defaults={
            "occasion_id": occasion_id,
            "use": use.value,
            "event_time": event_time,
            "is_fixed": fixed is not None,
            "grant": None,
            "look_again_at": None,
        },
    )
    _changed(post, now=now)


@use_case
def clear_occasion(*, actor: Actor, post_id: UUID, now: datetime) -> None:
    """The post shows no event. raises: NotFound, NotAllowed, WrongState, Invalid (its source)."""
    post = posts.locked_for_change(actor, post_id)
    if licensed.inherited(post) is not None:
        raise Invalid(field="event", reason="choice")
    models.PostOccasion.objects.filter(post=post).delete()
    _changed(post, now=now)


def of_post(*, actor: Actor, post_id: UUID, now: datetime) -> ShowingView | None:
    """What the post shows and whether it may, for whoever works on it.

    Two queries where it shows none, five where it may, at most eight where it may not; one more
    where it builds on another post and does not say itself.
    raises: SignInFirst, NotFound, NotAllowed.
    """
    actor.require_person()
    post = models.Post.objects.filter(pk=post_id).first()
    if post is None:
        raise NotFound
    posts.require_owner(actor, post)
    shown = licensed.shown_by(post)
    if shown is None:
        return None
    seconds = licensed.seconds_of(post)
    lack, allowed = None, None
    try:
        allowed = licensed.required(post, shown, seconds=seconds, now=now)
    except lacks.RightsRefusal as refusal:
        lack = refusal
    return ShowingView(
        occasion=occasions.card(shown.occasion_id),
        use=licences.use_of(shown.use, seconds=seconds),
        event_time=shown.event_time,
        is_fixed=shown.is_fixed,
        until=allowed.until if allowed else None,
        lack=lack,
    )


def public_of(occasion_id: UUID) -> int:
    """How many public posts show an event. One query."""
    rows = models.PostOccasion.objects.filter(occasion=occasion_id)
    return rows.filter(post__state=PostState.PUBLISHED.value).count()


@needs_transaction
def _changed(post: models.Post, *, now: datetime) -> None:
    """What it came back for may be mended by this, so the cause goes."""
    post.changed_at, post.cause = now, ""
    post.save(update_fields=["changed_at", "cause"])
