"""From a draft to the public and back: handed in, waiting, published once, taken down.

Whatever a post waits for (its files, a moment, somebody's look), `go_on` takes it to the next
place, and asks all gates again each time. A post that no longer passes comes back to its creator
with the cause.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from laotie.content import kinds, models, rules
from laotie.content.files import shown, works
from laotie.content.judgement import moderation, notices
from laotie.content.judgement.passages import Passage, Way
from laotie.content.kinds import DownBy, PostState, Reach, SourceKind
from laotie.content.licensing import licensed
from laotie.content.posting import gates, posts
from laotie.content.posting.posts import PostCard
from laotie.events.content import PostPublished, PostTakenDown
from laotie.kernel import event_log, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal, WrongState
from laotie.kernel.states import Step
from laotie.kernel.use_case import needs_transaction, use_case

_AT_ONCE = 100


@use_case
def publish(*, actor: Actor, post_id: UUID, at: datetime | None = None, now: datetime) -> PostCard:
    """Hand the post in: it is public now, or once its files are ready, or at a moment to come.

    Asked again while it is public or on its way, nothing changes.
    at:     up to 60 days ahead; None for as soon as can be.
    raises: NotFound, NotAllowed, WrongState (taken down), Invalid, whatever a gate refuses with.
    """
    post = posts.locked_for(actor, post_id)
    state = PostState(post.state)
    if state is PostState.PUBLISHED or (state in rules.WAITING and post.scheduled_at == at):
        return posts.card_of(post)
    if state not in rules.EDITABLE:
        raise WrongState(step="post.publish")
    if at is not None and not now < at <= now + kinds.LONGEST_WAIT:
        raise Invalid(field="scheduled_at", reason="range")
    _begin(post, at=at, now=now)
    post.refresh_from_db()
    return posts.card_of(post)


@needs_transaction
def hand_in(actor: Actor, post_id: UUID, *, now: datetime) -> tuple[PostCard, Refusal | None]:
    """A draft is on its way, as by `publish`; one that a gate stops keeps the cause instead.

    A post that is no draft any more is left as it is.
    returns: the post as it is now, and what the gate said. raises: NotFound, NotAllowed.
    """
    post = posts.locked_for(actor, post_id)
    refusal: Refusal | None = None
    if post.state == PostState.DRAFT:
        try:
            _begin(post, at=None, now=now)
        except Refusal as error:
            refusal = error
            models.Post.objects.filter(pk=post_id).update(cause=refusal.code)
        post.refresh_from_db()
    return posts.card_of(post), refusal


@use_case
def keep_back(*, actor: Actor, post_id: UUID, now: datetime) -> PostCard:
    """A post on its way is a draft again. raises: NotFound, NotAllowed, WrongState (public)."""
    post = posts.locked_for(actor, post_id)
    if post.state != PostState.DRAFT:
        rules.SEND_BACK.take(
            models.Post.objects, post_id, scheduled_at=None, cause="", changed_at=now
        )
        post.refresh_from_db()
    return posts.card_of(post)


@use_case
def withdraw(*, actor: Actor, post_id: UUID, now: datetime) -> PostCard:
    """Its creator takes the post down; nobody sees it or its files until it is published again.

    raises: NotFound, NotAllowed, WrongState (not public).
    """
    post = posts.locked_for(actor, post_id)
    if post.state != PostState.WITHDRAWN:
        rules.WITHDRAW.take(models.Post.objects, post_id, taken_down_at=now)
        _open_and_close_files(post_id)
        event_log.publish(
            PostTakenDown(post_id=post_id, creator_id=post.creator_id, by_creator=True)
        )
        post.refresh_from_db()
    return posts.card_of(post)


@needs_transaction
def take_down(post_id: UUID, *, cause: str, by: DownBy = DownBy.OPERATOR, now: datetime) -> bool:
    """The platform takes a post down, public or withdrawn; whether that is this call's doing.

    What came down by itself is down by an operator from when one decides so.
    cause: a code or words for its creator, not empty.
    """
    post = posts.locked(post_id)
    said = {"cause": cause[:200], "down_by": by.value, "taken_down_at": now}
    if not rules.TAKE_DOWN.try_take(models.Post.objects, post_id, **said):
        undecided = models.Post.objects.exclude(down_by=DownBy.OPERATOR.value)
        return by is DownBy.OPERATOR and rules.KEEP_DOWN.try_take(undecided, post_id, **said)
    _open_and_close_files(post_id)
    event_log.publish(PostTakenDown(post_id=post_id, creator_id=post.creator_id, by_creator=False))
    return True


@needs_transaction
def restore(post_id: UUID, *, was_public: bool, now: datetime) -> bool:
    """A post whose taking down was appealed against is as it was; whether it is public.

    It is its creator's, who may publish it, if it was not public before; also, and they are told
    why, if by now something else keeps it from being so.
    """
    post = posts.locked(post_id)
    if not was_public:
        give_back(rules.GIVE_BACK, post_id)
        return False
    try:
        passage = gates.may_publish(post, now)
    except Refusal as refusal:
        give_back(rules.GIVE_BACK, post_id, cause=refusal.code)
        notices.sent_back(post, refusal, now=now)
        return False
    reach = Reach.LIMITED if passage.way is Way.LIMITED else Reach.FULL
    rules.RESTORE.take(
        models.Post.objects, post_id, reach=reach.value, taken_down_at=None, cause=""
    )
    licensed.noted(post, now=now)
    _open_and_close_files(post_id)
    event_log.publish(PostPublished(post_id=post_id, creator_id=post.creator_id, at=now))
    return True


@needs_transaction
def give_back(way: Step, post_id: UUID, *, cause: str = "", **changed: datetime) -> None:
    """A post that was down is its creator's again; its pictures are covers of public films again.

    way: one of `rules`. raises: WrongState.
    """
    way.take(models.Post.objects, post_id, cause=cause, **changed)
    _open_and_close_files(post_id)


@needs_transaction
def source_is_gone(kind: SourceKind, source_ids: Collection[UUID], *, now: datetime) -> int:
    """What was made from these may not be shown any more: drafts are refused, the rest comes down.

    returns: how many posts name one of them. A second call changes nothing.
    """
    rows = models.Post.objects.filter(
        source_kind=kind.value, source_id__in=source_ids, source_gone_at__isnull=True
    )
    found = list(rows.order_by("id").select_for_update(no_key=True))
    models.Post.objects.filter(pk__in=[post.id for post in found]).update(source_gone_at=now)
    for post in found:
        if take_down(post.id, cause=gates.SourceGone.code, by=DownBy.SOURCE, now=now):
            notices.came_down(post, gates.SourceGone(), now=now)
    take_down_built_on([post.id for post in found], now=now)
    return len(found)


@needs_transaction
def take_down_built_on(source_ids: Sequence[UUID], *, now: datetime) -> None:
    """An operator took these posts down: what builds on them comes down, and what builds on that.

    What is not public is left as it is, since the gates ask for its source. Once that is public
    again, creators may take theirs back. Two queries per step away, about ten per post; what is
    beyond a hundred a step is left to `take_down_left_over`, so that the decision itself is short.
    """
    while source_ids:
        rows = models.Post.objects.filter(
            source_kind=SourceKind.POST.value, source_id__in=source_ids
        )
        # In whatever state: one that is being published now still saw its source.
        found = list(rows.order_by("id").select_for_update(no_key=True)[:_AT_ONCE])
        for post in found:
            if post.state == PostState.PUBLISHED:
                take_down(post.id, cause=gates.SourceGone.code, by=DownBy.SOURCE, now=now)
                notices.came_down(post, gates.SourceGone(), now=now)
        source_ids = [post.id for post in found]


def take_down_left_over(*, now: datetime) -> int:
    """What still is public though it builds on what an operator took down comes down; how many.

    Each in a transaction of its own, a hundred at a time. For a job.
    """
    found = _built_on_what_is_down()
    return sum(_take_down_left_over(post_id=post_id, now=now) for post_id in found)


@use_case
def _take_down_left_over(*, post_id: UUID, now: datetime) -> bool:
    post = posts.locked(post_id)
    if not _built_on_what_is_down(post_id):  # An appeal may have brought its source back.
        return False
    notices.came_down(post, gates.SourceGone(), now=now)
    return take_down(post_id, cause=gates.SourceGone.code, by=DownBy.SOURCE, now=now)


def _built_on_what_is_down(post_id: UUID | None = None) -> list[UUID]:
    statement = sql.text("content", "built_on_what_is_down")
    return [id for (id,) in sql.rows(statement, {"post": post_id, "most": _AT_ONCE})]


@needs_transaction
def go_on(post_id: UUID, *, now: datetime) -> None:
    """What a post waited for has happened; one that no gate lets through comes back to a draft.

    Its creator is told once it is public or back.
    """
    post = posts.locked(post_id)
    if PostState(post.state) not in rules.WAITING:
        return
    try:
        _go_on(post, now=now)
    except Refusal as refusal:
        send_back(post_id, cause=refusal.code, now=now)
        notices.sent_back(post, refusal, now=now)
        return
    post.refresh_from_db(fields=["state"])
    if post.state == PostState.PUBLISHED:
        notices.went_public(post, now=now)


@needs_transaction
def send_back(post_id: UUID, *, cause: str, now: datetime) -> None:
    """The post is a draft again, and its creator reads why. cause: a code or words, not empty."""
    rules.SEND_BACK.try_take(models.Post.objects, post_id, cause=cause[:200], changed_at=now)


def advance_due(*, now: datetime) -> int:
    """Take on every post whose files are done or whose moment has come; how many there were.

    Each in a transaction of its own, so that one that cannot go on holds no other back.
    """
    pending = shown.under_way(models.PostWork.objects.filter(post=OuterRef("pk")))
    waiting = models.Post.objects.filter(state=PostState.TRANSCODING.value)
    done = waiting.exclude(Exists(pending)).order_by("id").values_list("id", flat=True)
    due = (
        models.Post.objects.filter(state=PostState.SCHEDULED.value, scheduled_at__lte=now)
        .order_by("scheduled_at")
        .values_list("id", flat=True)
    )
    found = [*done[:_AT_ONCE], *due[:_AT_ONCE]]
    for post_id in found:
        _advance(post_id=post_id, now=now)
    return len(found)


@use_case
def _advance(*, post_id: UUID, now: datetime) -> None:
    go_on(post_id, now=now)


@needs_transaction
def _begin(post: models.Post, *, at: datetime | None, now: datetime) -> None:
    post.scheduled_at, post.cause = at, ""
    post.save(update_fields=["scheduled_at", "cause"])
    _go_on(post, now=now)


@needs_transaction
def _go_on(post: models.Post, *, now: datetime) -> None:
    """raises: whatever a gate refuses with; then nothing has changed."""
    passage = gates.may_publish(post, now)
    held = models.PostWork.objects.filter(post=post)
    if shown.under_way(held).exists():
        rules.AWAIT_FILES.take(models.Post.objects, post.id)
    elif passage.way is Way.MACHINE:
        rules.SEND_TO_MACHINE.take(models.Post.objects, post.id)
    elif passage.way is Way.PERSON:
        rules.SEND_TO_PERSON.take(models.Post.objects, post.id)
        moderation.open_case(post, now)
    elif post.scheduled_at is not None and post.scheduled_at > now:
        rules.SCHEDULE.take(models.Post.objects, post.id)
    else:
        _make_public(post, passage, now=now)


@needs_transaction
def _make_public(post: models.Post, passage: Passage, *, now: datetime) -> None:
    reach = Reach.LIMITED if passage.way is Way.LIMITED else Reach.FULL
    rules.PUBLISH.take(
        models.Post.objects,
        post.id,
        reach=reach.value,
        rule_version=passage.rule_version,
        published_at=post.published_at or now,
        taken_down_at=None,
        cause="",
    )
    licensed.noted(post, now=now)
    if reach is Reach.LIMITED:
        moderation.note_limited(post, now)
    _open_and_close_files(post.id)
    event_log.publish(PostPublished(post_id=post.id, creator_id=post.creator_id, at=now))


@needs_transaction
def _open_and_close_files(post_id: UUID) -> None:
    """What the post as it stands now lets be seen is given out, and nothing else of it."""
    held = models.PostWork.objects.filter(post=post_id)
    works.withhold_hidden(list(held.values_list("work_id", flat=True)))
