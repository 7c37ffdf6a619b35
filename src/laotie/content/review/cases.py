"""What people decide about posts: reviewed before they are public, taken down after, and appealed.

Whoever answers an appeal is not who decided. Of two reviewers at once one decides: the post is
held, and the step is taken in one UPDATE. Creators are told of each decision against them and of
each answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.content import models, rules
from laotie.content.judgement import moderation, notices, rule_sets, verdicts
from laotie.content.judgement.findings import Rule
from laotie.content.judgement.verdicts import CaseState, Origin
from laotie.content.kinds import PostState, Reach
from laotie.content.posting import posts, publishing
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.text import clean_block, clean_line
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.links import listings

REASON_LETTERS = 200
APPEAL_LETTERS = 500


class AnotherPerson(Refusal):
    """Nobody judges what they have judged before, or their own."""

    code = "ANOTHER_PERSON_NEEDED"
    message = _("You have a part in this case. Another reviewer has to answer it.")


@dataclass(frozen=True, slots=True)
class Ended:
    """A case as a call left it, and where its post now stands; None if the post is gone."""

    case_id: UUID
    state: CaseState
    post_state: PostState | None


@use_case
def decide(
    *,
    actor: Actor,
    case_id: UUID,
    digest: str,
    decision: CaseState,
    rule: str = "",
    reason: str = "",
    now: datetime,
) -> Ended:
    """A post that waited goes on as a reviewer says: freely, with less reach, or back.

    digest:   of the content that the reviewer saw.
    decision: APPROVED, LIMITED or REFUSED; the last two need a rule and a reason.
    raises:   SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, AnotherPerson (their
              own post), WrongState (decided before, or it was taken back or changed meanwhile).
    """
    actor.require_role("operator")
    if decision not in verdicts.DECISIONS:
        raise Invalid(field="decision", reason="choice")
    why = {} if decision is CaseState.APPROVED else why_of(rule, reason)
    post = posts.locked(_case(case_id).post_id)
    case = _case(case_id)
    _require_stranger(actor, case)
    if post.state != PostState.HUMAN_REVIEW or case.digest != digest:
        raise WrongState(step="case.decide")
    verdicts.DECIDE[decision].take(
        models.Case.objects,
        case_id,
        decided_by=actor.require_person(),
        decided_at=now,
        consequence="" if decision is CaseState.APPROVED else decision.value,
        **why,
    )
    if decision is CaseState.REFUSED:
        publishing.send_back(post.id, cause=why["reason"], now=now)
    else:
        publishing.go_on(post.id, now=now)
    if decision is not CaseState.APPROVED:
        notices.decided(_case(case_id), now=now)
    return _ended(case_id)


@use_case
def take_down(*, actor: Actor, post_id: UUID, rule: str, reason: str, now: datetime) -> Ended:
    """A post that is public, was withdrawn or came down by itself is down; its creator may appeal.

    What others built on it comes down as well, and its appeal brings back none of that.
    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, WrongState.
    """
    actor.require_role("operator")
    why = why_of(rule, reason)
    post = posts.locked(post_id)
    if not publishing.take_down(post_id, cause=why["reason"], now=now):
        raise WrongState(step="post.take_down")
    publishing.take_down_built_on([post_id], now=now)
    return _ended(_decided(actor, post, CaseState.TAKEN_DOWN, why, now).id)


@use_case
def limit(*, actor: Actor, post_id: UUID, rule: str, reason: str, now: datetime) -> Ended:
    """A public post is recommended by no feed any more; its creator may appeal.

    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid, WrongState.
    """
    actor.require_role("operator")
    why = why_of(rule, reason)
    post = posts.locked(post_id)
    if post.state != PostState.PUBLISHED or post.reach != Reach.FULL:
        raise WrongState(step="post.limit")
    _set_reach(post_id, Reach.LIMITED)
    return _ended(_decided(actor, post, CaseState.LIMITED, why, now).id)


@use_case
def appeal(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> Ended:
    """Another reviewer will look again; a post that was taken down stays down until then.

    text:   1 to 500 characters. Once per case.
    raises: SignInFirst, NotFound, Invalid, WrongState.
    """
    said = clean_block(text, field="text", longest=APPEAL_LETTERS)
    case = _own(case_id, actor)
    post = models.Post.objects.select_for_update(no_key=True).filter(pk=case.post_id).first()
    if post is None:
        raise WrongState(step="case.appeal")
    newest = (
        models.Case.objects.filter(post_id=post.id).order_by("-id").values_list("id", flat=True)
    )
    if newest[0] != case_id:
        raise WrongState(step="case.appeal")  # Something else counts by now.
    verdicts.APPEAL.take(models.Case.objects, case_id, appeal=said, appealed_at=now)
    if case.consequence == CaseState.TAKEN_DOWN:
        rules.APPEAL.take(models.Post.objects, post.id)
    return _ended(case_id)


@use_case
def answer(*, actor: Actor, case_id: UUID, is_right: bool, answer: str, now: datetime) -> Ended:
    """The appeal was right, and it is as if nothing had been decided; or the decision stays.

    What its creator had withdrawn before it was taken down is withdrawn again; the links of a post
    that stays down end.
    raises: SignInFirst, SecondStepNeeded, NotAllowed, NotFound, Invalid (an answer is needed),
        AnotherPerson (who decided, or whose post it is), WrongState.
    """
    actor.require_role("operator")
    said = clean_line(answer, field="answer", longest=REASON_LETTERS)
    post = models.Post.objects.select_for_update(no_key=True)
    held = post.filter(pk=_case(case_id).post_id).first()
    case = _case(case_id)
    _require_stranger(actor, case)
    if case.decided_by_id == actor.require_person():
        raise AnotherPerson
    step = verdicts.RESTORE if is_right else verdicts.UPHOLD
    step.take(
        models.Case.objects,
        case_id,
        answered_by=actor.require_person(),
        answered_at=now,
        answer=said,
    )
    is_public_again = False
    if held is not None and case.consequence == CaseState.TAKEN_DOWN:
        if is_right:
            was_public = bool(case.was_public)
            is_public_again = publishing.restore(held.id, was_public=was_public, now=now)
        else:
            rules.UPHOLD.take(models.Post.objects, held.id)
            listings.end_all(held.id, now=now)  # It never comes back.
    elif held is not None and is_right and held.state == PostState.PUBLISHED:
        _set_reach(held.id, Reach.FULL)
    notices.answered(_case(case_id), is_public_again=is_public_again, now=now)
    return _ended(case_id)


@needs_transaction
def _decided(
    actor: Actor, post: models.Post, consequence: CaseState, why: Mapping[str, str], now: datetime
) -> models.Case:
    """post: as it stood until this decision."""
    case = models.Case.objects.create(
        post_id=post.id,
        creator_id=post.creator_id,
        state=consequence.value,
        consequence=consequence.value,
        was_public=post.state == PostState.PUBLISHED,
        origin=Origin.OPERATOR.value,
        digest=moderation.digest(post),
        exhibit=moderation.exhibit(post),
        findings=[each.as_row() for each in moderation.findings_of(post, now).found],
        rule_version=rule_sets.current(now).version,
        opened_at=now,
        decided_by_id=actor.require_person(),
        decided_at=now,
        **why,
    )
    notices.decided(case, now=now)
    return case


@needs_transaction
def _set_reach(post_id: UUID, reach: Reach) -> None:
    models.Post.objects.filter(pk=post_id).update(reach=reach.value)


def why_of(rule: str, reason: str) -> dict[str, str]:
    """Rule and reason of a decision, as a case keeps them. raises: Invalid."""
    if rule not in set(Rule):
        raise Invalid(field="rule", reason="choice")
    return {"rule": rule, "reason": clean_line(reason, field="reason", longest=REASON_LETTERS)}


def _case(case_id: UUID) -> models.Case:
    row = models.Case.objects.filter(pk=case_id).first()
    if row is None:
        raise NotFound
    return row


def _own(case_id: UUID, actor: Actor) -> models.Case:
    """raises: SignInFirst, NotFound."""
    actor.require_person()
    row = _case(case_id)
    if actor.creator_id != row.creator_id:
        raise NotFound
    return row


def _require_stranger(actor: Actor, case: models.Case) -> None:
    if actor.creator_id == case.creator_id:
        raise AnotherPerson


def _ended(case_id: UUID) -> Ended:
    case = _case(case_id)
    state = models.Post.objects.filter(pk=case.post_id).values_list("state", flat=True).first()
    return Ended(case_id, CaseState(case.state), PostState(state) if state else None)
