"""What operators decide about comments under posts: taken down with a rule and a reason, appealed
by whoever wrote it, and answered by another operator.

The record keeps the words and the version of the rules, also after the comment is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import inbox, people
from laotie.accounts.inbox import NoticeKind
from laotie.accounts.people import PersonCard
from laotie.content import models
from laotie.content.conversation import comments, talk
from laotie.content.conversation.talk import CommentState, TalkCaseState
from laotie.content.judgement import rule_sets
from laotie.content.review import cases
from laotie.content.review.cases import APPEAL_LETTERS, REASON_LETTERS, AnotherPerson
from laotie.kernel import ids, pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal, WrongState
from laotie.kernel.pages import Page
from laotie.kernel.text import clean_block, clean_line
from laotie.kernel.use_case import needs_transaction, use_case

_SHORT = 40  # Letters of the comment in a notice.


class GoneWithItsThread(Refusal):
    """A comment stands again only where it stood, and not after its writer has left."""

    code = "GONE_WITH_ITS_THREAD"
    message = _("The comment or what it answered is gone, so it cannot be shown again. Say so.")


@dataclass(frozen=True, slots=True)
class TalkCase:
    """A decision about a comment. writer: who wrote it. decided_by: for operators alone.

    rule: by `findings.Rule`; rule_version: of the rules that held then.
    """

    id: UUID
    comment_id: UUID
    post_id: UUID
    writer: PersonCard
    text: str
    state: TalkCaseState
    rule: str
    rule_version: int
    reason: str
    decided_at: datetime
    decided_by: PersonCard | None
    appeal: str
    appealed_at: datetime | None
    answer: str
    answered_at: datetime | None

    @property
    def can_be_appealed(self) -> bool:
        return self.state is TalkCaseState.TAKEN_DOWN


@dataclass(frozen=True, slots=True)
class CommentFile:
    """A comment as operators see it, whatever became of it, with all that was decided about it."""

    id: UUID
    public_id: str
    post_id: UUID
    writer: PersonCard
    text: str
    state: CommentState
    said_at: datetime
    ended_at: datetime | None
    cases: tuple[TalkCase, ...]

    @property
    def is_there(self) -> bool:
        return self.state in talk.TAKE_DOWN.sources


@use_case
def take_down(*, actor: Actor, comment_id: UUID, rule: str, reason: str, now: datetime) -> UUID:
    """Nobody reads the comment nor its answers; its writer is told why; the id of the case.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (rule, reason),
        AnotherPerson (one's own), WrongState (it is gone already).
    """
    actor.require_role("operator")
    why = cases.why_of(rule, reason)
    by = actor.require_person()
    if _comment(comment_id).person_id == by:
        raise AnotherPerson
    if not comments.take_down(comment_id, by=by, now=now):
        raise WrongState(step=talk.TAKE_DOWN.name)
    comment = _comment(comment_id)  # Held by now, so that these are its last words.
    case = models.TalkCase.objects.create(
        comment_id=comment_id,
        post_id=comment.post_id,
        writer_id=comment.person_id,
        text=comment.text,
        state=TalkCaseState.TAKEN_DOWN.value,
        rule_version=rule_sets.current(now).version,
        decided_by_id=by,
        decided_at=now,
        **why,
    )
    _tell(case, NoticeKind.COMMENT_DOWN, {"reason": case.reason}, now=now)
    return case.id


@use_case
def appeal(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> TalkCase:
    """Another operator will look again; the comment stays down until then.

    text:   1 to 500 characters. Once per case.
    raises: SignInFirst, NotFound, Invalid, WrongState.
    """
    said = clean_block(text, field="text", longest=APPEAL_LETTERS)
    own = models.TalkCase.objects.filter(pk=case_id, writer=actor.require_person())
    if not own.exists():
        raise NotFound
    talk.APPEAL.take(models.TalkCase.objects, case_id, appeal=said, appealed_at=now)
    return _views(list(own), is_operator=False)[0]


@use_case
def answer(*, actor: Actor, case_id: UUID, is_right: bool, answer: str, now: datetime) -> TalkCase:
    """The appeal was right, and the comment is read again; or it stays down.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (an answer is needed),
        AnotherPerson (who decided, or who wrote it), GoneWithItsThread, WrongState.
    """
    actor.require_role("operator")
    said = clean_line(answer, field="answer", longest=REASON_LETTERS)
    by = actor.require_person()
    case = models.TalkCase.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    if by in {case.decided_by_id, case.writer_id}:
        raise AnotherPerson
    step = talk.GRANT if is_right else talk.UPHOLD
    facts = {"answered_by": by, "answered_at": now, "answer": said}
    step.take(models.TalkCase.objects, case_id, **facts)
    if is_right and not comments.restore(case.comment_id):
        raise GoneWithItsThread
    kind = NoticeKind.COMMENT_RESTORED if is_right else NoticeKind.COMMENT_STAYS_DOWN
    _tell(case, kind, {"answer": said}, now=now)
    return _views([models.TalkCase.objects.get(pk=case_id)], is_operator=True)[0]


def of_comment(comment_id: UUID, *, actor: Actor) -> CommentFile:
    """For operators. Four queries at most. raises: SignInFirst, NotAllowed, NotFound."""
    actor.require_role("operator")
    row = _comment(comment_id)
    found = models.TalkCase.objects.filter(comment_id=comment_id).order_by("-id")
    return CommentFile(
        id=row.id,
        public_id=ids.public("cmt", row.id),
        post_id=row.post_id,
        writer=people.cards([row.person_id])[row.person_id],
        text=row.text,
        state=CommentState(row.state),
        said_at=row.said_at,
        ended_at=row.ended_at,
        cases=_views(list(found), is_operator=True),
    )


def appeals(*, actor: Actor, most: int = 30) -> tuple[TalkCase, ...]:
    """Appeals that wait, the longest waiting first; for operators. Two queries."""
    actor.require_role("operator")
    rows = models.TalkCase.objects.filter(state=TalkCaseState.APPEALED.value)
    return _views(list(rows.order_by("appealed_at", "id")[:most]), is_operator=True)


def mine(*, actor: Actor, after: str | None = None, most: int = 20) -> Page[TalkCase]:
    """What was decided about one's own comments, newest first. Two queries.

    raises: SignInFirst, Invalid (`after`).
    """
    rows = models.TalkCase.objects.filter(writer=actor.require_person())
    found = pages.latest_ids_first(rows, after=after, most=most)
    return found.of(_views(found.rows, is_operator=False))


def _comment(comment_id: UUID) -> models.Comment:
    """raises: NotFound."""
    row = models.Comment.objects.filter(pk=comment_id).first()
    if row is None:
        raise NotFound
    return row


@needs_transaction
def _tell(case: models.TalkCase, kind: NoticeKind, facts: dict[str, str], *, now: datetime) -> None:
    text = case.text if len(case.text) <= _SHORT else f"{case.text[:_SHORT]}…"
    ref = ids.public("tcs", case.id)
    inbox.post(case.writer_id, kind, {"text": text, **facts}, ref=ref, now=now)


def _views(rows: Sequence[models.TalkCase], *, is_operator: bool) -> tuple[TalkCase, ...]:
    known = people.cards({id for row in rows for id in (row.writer_id, row.decided_by_id)})
    return tuple(
        TalkCase(
            id=row.id,
            comment_id=row.comment_id,
            post_id=row.post_id,
            writer=known[row.writer_id],
            text=row.text,
            state=TalkCaseState(row.state),
            rule=row.rule,
            rule_version=row.rule_version,
            reason=row.reason,
            decided_at=row.decided_at,
            decided_by=known[row.decided_by_id] if is_operator else None,
            appeal=row.appeal,
            appealed_at=row.appealed_at,
            answer=row.answer,
            answered_at=row.answered_at,
        )
        for row in rows
    )
