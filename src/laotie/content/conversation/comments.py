"""Comments under posts, and answers to them: who may say what, and who may take it away.

Answers stand one level deep; an answer to an answer stands beside it. What is gone takes its
answers with it. People who have blocked one another do not read each other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, people
from laotie.accounts.people import PersonCard
from laotie.content import models
from laotie.content.conversation import talk
from laotie.content.conversation.talk import (
    COMMENTS_A_WINDOW,
    LONGEST_COMMENT,
    WINDOW,
    CommentState,
    WhoTalks,
)
from laotie.content.posting import post_pages
from laotie.content.relations import blocks
from laotie.kernel import ids, pages, screening, sql, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, TooMany
from laotie.kernel.pages import Page
from laotie.kernel.screening import Where
from laotie.kernel.states import Step
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.kernel.wording import has_any

ANSWERS_SHOWN = 3


class TalkClosed(Refusal):
    """who: whom the creator lets comment."""

    code = "TALK_CLOSED"
    message = _("The creator of this post does not let you comment.")


class WordsForbidden(Refusal):
    code = "WORDS_FORBIDDEN"
    message = _("The creator does not want these words here. Say it otherwise.")


@dataclass(frozen=True, slots=True)
class CommentCard:
    """A comment as one viewer sees it. is_creator: by whose post it is.

    may_remove: the viewer wrote it, or it is under their post. answers: the first few, oldest
    first; answers_after asks for the rest, None at the end.
    """

    id: UUID
    public_id: str
    post_id: UUID
    by: PersonCard
    text: str
    said_at: datetime
    state: CommentState
    is_mine: bool
    is_creator: bool
    may_remove: bool
    answers: tuple["CommentCard", ...] = ()
    answers_after: str | None = None


@use_case
def say(
    *,
    actor: Actor,
    post_id: UUID,
    words: str,
    answers_id: UUID | None = None,
    forbidden: Sequence[str] = (),
    now: datetime,
) -> CommentCard:
    """The actor's words stand under the post, or under a comment there.

    words:      1 to 500 characters.
    answers_id: a comment of the same post that is shown; of an answer, the one that it answers.
    forbidden:  words in normal form that the creator does not let through.
    raises:     SignInFirst, MinorsMode, NotFound (also while one has blocked the other),
        TalkClosed, Invalid, WordsForbidden, TextNotAllowed, TooMany (10 a minute).
    """
    person_id = actor.require_person()
    actor.require_grown_up()
    creator = creators.card(post_pages.creator_of(post_id))
    if blocks.are_apart(person_id, creator.person_id):
        raise NotFound
    _require_open(creator.id, person_id, is_creator=creator.person_id == person_id)
    said = text.clean_block(words, field="text", longest=LONGEST_COMMENT)
    if has_any(said, tuple(forbidden)):
        raise WordsForbidden
    screening.require_fit(said, Where.COMMENT, field="text", now=now)
    mine = models.Comment.objects.filter(person=person_id, said_at__gt=now - WINDOW)
    if mine.count() >= COMMENTS_A_WINDOW:
        raise TooMany(retry_after_s=int(WINDOW.total_seconds()))
    row = models.Comment.objects.create(
        post_id=post_id,
        person_id=person_id,
        answers=_above(answers_id, post_id, person_id),
        text=said,
        state=CommentState.SHOWN.value,
        said_at=now,
    )
    return _cards([row], creator.person_id, person_id)[0]


@use_case
def remove(*, actor: Actor, comment_id: UUID, now: datetime) -> None:
    """Nobody reads the comment any more, nor what answered it: by its writer, or by whose post it
    is. Removing what is gone changes nothing.

    raises: SignInFirst, NotFound.
    """
    person_id = actor.require_person()
    row = _locked(comment_id)
    if row.person_id == person_id:
        _end(row, talk.REMOVE, by=person_id, now=now)
    elif actor.creator_id == row.post.creator_id:
        _end(row, talk.HIDE, by=person_id, now=now)
    else:
        raise NotFound


@use_case
def let_talk(*, actor: Actor, who: str, now: datetime) -> WhoTalks:
    """So many may comment under the actor's posts from now on; what was said stays.

    raises: SignInFirst, NotAllowed (no creator), Invalid.
    """
    creator_id = actor.require_creator()
    if who not in set(WhoTalks):
        raise Invalid(field="who", reason="choice")
    models.TalkRule.objects.update_or_create(
        creator_id=creator_id, defaults={"who": who, "changed_at": now}
    )
    return WhoTalks(who)


@needs_transaction
def take_down(comment_id: UUID, *, by: UUID | None, now: datetime) -> bool:
    """The platform lets nobody read it any more; whether it was there. raises: NotFound."""
    return _end(_locked(comment_id), talk.TAKE_DOWN, by=by, now=now)


@needs_transaction
def restore(comment_id: UUID) -> bool:
    """What the platform took down is read again; its answers are not, nor an answer to what is
    gone.
    """
    row = _locked(comment_id)
    if row.answers_id is not None:
        above = models.Comment.objects.select_for_update().get(pk=row.answers_id)
        if above.state != CommentState.SHOWN.value:
            return False
    return talk.RESTORE.try_take(models.Comment.objects, comment_id, ended_at=None, ended_by=None)


def who_talks(creator_id: UUID) -> WhoTalks:
    """Whom a creator lets comment. One query."""
    found = models.TalkRule.objects.filter(pk=creator_id).values_list("who", flat=True).first()
    return WhoTalks(found) if found else WhoTalks.EVERYBODY


def under(
    post_id: UUID,
    *,
    actor: Actor,
    host_id: UUID | None = None,
    after: str | None = None,
    most: int = 20,
) -> Page[CommentCard]:
    """Comments under a public post, newest first, each with its first answers. Six queries.

    host_id: the person whose post it is, if that is known; two queries less.
    raises: NotFound (also while one has blocked the other), Invalid (`after`).
    """
    host_id = host_id or _host(post_id)
    hidden = blocks.all_apart_from(actor.person_id)
    if host_id in hidden:
        raise NotFound
    rows = models.Comment.objects.filter(
        post=post_id, answers__isnull=True, state=CommentState.SHOWN.value
    ).exclude(person__in=hidden)
    found = pages.latest_ids_first(rows, after=after, most=most)
    answers = _answers([row.pk for row in found.rows], hidden)
    return found.of(_cards(found.rows, host_id, actor.person_id, answers=answers))


def answering(
    comment_id: UUID, *, actor: Actor, after: str | None = None, most: int = 20
) -> Page[CommentCard]:
    """Answers to a comment that is shown to the actor, oldest first.

    raises: NotFound, Invalid (`after`).
    """
    above = models.Comment.objects.filter(pk=comment_id, state=CommentState.SHOWN.value).first()
    if above is None:
        raise NotFound
    host_id = _host(above.post_id)
    hidden = blocks.all_apart_from(actor.person_id)
    if host_id in hidden or above.person_id in hidden:
        raise NotFound
    rows = models.Comment.objects.filter(
        answers=comment_id, state=CommentState.SHOWN.value
    ).exclude(person__in=hidden)
    found = pages.oldest_first(rows, "said_at", after=after, most=most)
    return found.of(_cards(found.rows, host_id, actor.person_id))


def counts(post_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many comments and answers are shown under each post. One query."""
    rows = sql.rows(
        "SELECT post_id, count(*) FROM content_comment"
        " WHERE post_id = ANY (%s::uuid[]) AND state = 'SHOWN' GROUP BY post_id",
        [list(post_ids)],
    )
    return {post_id: int(count) for post_id, count in rows}


def post_of(comment_id: UUID) -> UUID:
    """Under which post it stands, shown or not. raises: NotFound. One query."""
    rows = models.Comment.objects.filter(pk=comment_id)
    post_id = rows.values_list("post_id", flat=True).first()
    if post_id is None:
        raise NotFound
    return post_id


def _require_open(creator_id: UUID, person_id: UUID, *, is_creator: bool) -> None:
    who = who_talks(creator_id)
    if is_creator or who is WhoTalks.EVERYBODY:
        return
    follows = models.Follow.objects.filter(person=person_id, creator=creator_id)
    if who is WhoTalks.NOBODY or not follows.exists():
        raise TalkClosed(who=who.value)


def _above(answers_id: UUID | None, post_id: UUID, person_id: UUID) -> models.Comment | None:
    """The comment under which an answer stands. raises: NotFound."""
    if answers_id is None:
        return None
    shown = models.Comment.objects.filter(post=post_id, state=CommentState.SHOWN.value)
    row = shown.select_related("answers").filter(pk=answers_id).first()
    if row is None or blocks.are_apart(person_id, row.person_id):
        raise NotFound
    # Kept from going away until the answer stands, so that none is left under what is gone.
    above = shown.select_for_update().filter(pk=row.answers_id or row.pk).first()
    if above is None:
        raise NotFound
    return above


def _locked(comment_id: UUID) -> models.Comment:
    rows = models.Comment.objects.select_related("post").select_for_update(of=("self",))
    row = rows.filter(pk=comment_id).first()
    if row is None:
        raise NotFound
    return row


@needs_transaction
def _end(row: models.Comment, way: Step, *, by: UUID | None, now: datetime) -> bool:
    ended = way.try_take(models.Comment.objects, row.pk, ended_at=now, ended_by=by)
    if ended:
        models.Comment.objects.filter(
            answers=row, state__in=[state.value for state in talk.ORPHAN.sources]
        ).update(state=talk.ORPHAN.target.value, ended_at=now)
    return ended


def _host(post_id: UUID) -> UUID:
    """The person whose post it is. raises: NotFound. Two queries."""
    return creators.card(post_pages.creator_of(post_id)).person_id


def _answers(
    above: Sequence[UUID], hidden: Sequence[UUID]
) -> Mapping[UUID, Sequence[models.Comment]]:
    """The first answers of each comment of a page, and one more where there are. One query."""
    if not above:
        return {}
    rows = models.Comment.objects.raw(
        "SELECT a.* FROM unnest(%(above)s::uuid[]) AS c (id) CROSS JOIN LATERAL ("
        " SELECT * FROM content_comment WHERE answers_id = c.id AND state = 'SHOWN'"
        " AND person_id <> ALL (%(hidden)s::uuid[]) ORDER BY said_at, id LIMIT %(most)s) a"
        " ORDER BY a.said_at, a.id",
        {
            "above": list(above),
            "hidden": list(hidden),
            "most": ANSWERS_SHOWN + 1,
        },
    )
    answers: dict[UUID, list[models.Comment]] = {}
    for row in rows:
        assert row.answers_id is not None
        answers.setdefault(row.answers_id, []).append(row)
    return answers


def _cards(
    rows: Sequence[models.Comment],
    host_id: UUID,
    viewer_id: UUID | None,
    *,
    answers: Mapping[UUID, Sequence[models.Comment]] | None = None,
) -> tuple[CommentCard, ...]:
    below = answers or {}
    known = people.cards(
        {row.person_id for row in (*rows, *(each for found in below.values() for each in found))}
    )

    def card(row: models.Comment) -> CommentCard:
        under = below.get(row.pk, ())
        shown = under[:ANSWERS_SHOWN]
        has_more = len(under) > ANSWERS_SHOWN
        is_mine = row.person_id == viewer_id
        return CommentCard(
            id=row.pk,
            public_id=ids.public("cmt", row.pk),
            post_id=row.post_id,
            by=known[row.person_id],
            text=row.text,
            said_at=row.said_at,
            state=CommentState(row.state),
            is_mine=is_mine,
            is_creator=row.person_id == host_id,
            may_remove=is_mine or viewer_id == host_id,
            answers=tuple(card(each) for each in shown),
            answers_after=pages.mark_of(shown[-1], "said_at") if has_more else None,
        )

    return tuple(card(row) for row in rows)
