"""What happens to posts whose right has ended: they come down by themselves, each once.

A new right brings none of them back, nor does the return of the post that one builds on: its
creator takes the post back, changes it if need be, and publishes it again, past all gates.
"""

from datetime import datetime
from uuid import UUID

from laotie.content import models, rules
from laotie.content.judgement import notices
from laotie.content.kinds import DownBy, PostState
from laotie.content.licensing import lacks, licensed, occasions
from laotie.content.posting import gates, posts, publishing
from laotie.content.posting.posts import PostCard
from laotie.events.content import RightsLapsed
from laotie.kernel import event_log
from laotie.kernel.actor import Actor
from laotie.kernel.errors import WrongState
from laotie.kernel.use_case import needs_transaction, use_case

_AT_ONCE = 200


def take_down_due(*, now: datetime) -> int:
    """Ask again of each public post whose right ends by now; how many came down.

    One that another right covers stays. Each in a transaction of its own.
    """
    due = models.PostOccasion.objects.filter(look_again_at__lte=now).order_by("look_again_at")
    found = list(due.values_list("post_id", flat=True)[:_AT_ONCE])
    return sum(_look_again(post_id=post_id, now=now) for post_id in found)


@use_case
def _look_again(*, post_id: UUID, now: datetime) -> bool:
    post = posts.locked(post_id)
    row = models.PostOccasion.objects.get(post=post_id)
    if row.look_again_at is None or row.look_again_at > now:
        return False
    if post.state != PostState.PUBLISHED:
        _forget(post_id)
        return False
    try:
        licensed.noted(post, now=now)
    except lacks.RightsRefusal:
        cause = lacks.RightsExpired.code
        publishing.take_down(post_id, cause=cause, by=DownBy.RIGHTS, now=now)
        _forget(post_id)
        _tell(post, row, now=now)
        notices.right_ended(post, occasions.card(row.occasion_id), now=now)
        return True
    return False


@use_case
def take_back(*, actor: Actor, post_id: UUID, now: datetime) -> PostCard:
    """A post that came down by itself is its creator's to change and publish again.

    That is for want of a right, or with the post that it builds on, once that is public again.
    Asked again, nothing changes.
    raises: NotFound, NotAllowed, WrongState (somebody took it down, or it is not down), SourceGone,
        SourceClosed.
    """
    post = posts.locked_for(actor, post_id)
    if post.state == PostState.WITHDRAWN:
        return posts.card_of(post)
    if post.state != PostState.TAKEN_DOWN or post.down_by not in {DownBy.RIGHTS, DownBy.SOURCE}:
        raise WrongState(step="post.take_back")
    if post.down_by == DownBy.SOURCE:
        gates.derived(post, now)
    publishing.give_back(rules.TAKE_BACK, post_id, changed_at=now)
    post.refresh_from_db()
    return posts.card_of(post)


def _forget(post_id: UUID) -> None:
    models.PostOccasion.objects.filter(post=post_id).update(grant=None, look_again_at=None)


@needs_transaction
def _tell(post: models.Post, row: models.PostOccasion, *, now: datetime) -> None:
    event_log.publish(
        RightsLapsed(
            post_id=post.id,
            creator_id=post.creator_id,
            occasion_id=row.occasion_id,
            use=row.use,
            at=now,
        )
    )
