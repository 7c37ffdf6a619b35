"""What was decided about a creator's posts and about one's own comments, and appeals."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from laotie.content.conversation.talk import TalkCaseState
from laotie.content.judgement.verdicts import CaseState
from laotie.content.review import case_pages, cases, talk_cases
from laotie.kernel import clock
from laotie.surfaces.api import door, paging
from laotie.surfaces.api.shapes import CommentId, In, Out, PostId

router = Router(tags=["posts"])


class FindingOut(Out):
    """start, end: characters of the post's `field`, `title`, `body` or `captions.<language>`.

    quote: what stands there. at_ms: of captions, when they say it.
    """

    rule: str
    quote: str
    field: str
    start: int
    end: int
    rule_version: int
    at_ms: int | None


class DecisionOut(Out):
    """post: its public id. consequence: LIMITED, REFUSED or TAKEN_DOWN. reason: a reviewer's words,
    or BY_RULES.

    state: the consequence, or APPEALED, RESTORED or UPHELD. answer: to the appeal.
    """

    id: UUID
    post_ref: str
    state: CaseState
    consequence: str
    rule: str
    rule_version: int
    reason: str
    title: str
    findings: list[FindingOut]
    decided_at: datetime | None
    appeal: str
    appealed_at: datetime | None
    answer: str
    answered_at: datetime | None


class AppealIn(In):
    """text: why the decision is wrong, at most 500 characters."""

    text: str


@router.get("/decisions", response=list[DecisionOut], summary="Decisions about my posts")
def list_decisions(request: HttpRequest) -> object:
    """Newest first: posts with less reach, sent back, or taken down, with rule and reason."""
    return case_pages.mine(actor=door.actor(request), **paging.asked(request))


@router.post("/decisions/{uuid:judgement}/appeal", response=DecisionOut, summary="Appeal")
def appeal(request: HttpRequest, judgement: UUID, payload: AppealIn) -> object:
    """Once per decision; another reviewer looks again."""
    who = door.actor(request)
    cases.appeal(actor=who, case_id=judgement, text=payload.text, now=clock.now())
    return case_pages.own(judgement, actor=who)


class CommentDecisionOut(Out):
    """A comment of one's own that was taken down. rule, rule_version: by what; answer: to the
    appeal."""

    id: UUID
    comment_id: CommentId
    post_id: PostId
    text: str
    state: TalkCaseState
    rule: str
    rule_version: int
    reason: str
    decided_at: datetime
    appeal: str
    appealed_at: datetime | None
    answer: str
    answered_at: datetime | None


@router.get(
    "/comment-decisions",
    response=list[CommentDecisionOut],
    summary="Decisions about my comments",
)
def list_comment_decisions(request: HttpRequest) -> object:
    """Newest first, with rule and reason."""
    return talk_cases.mine(actor=door.actor(request), **paging.asked(request))


@router.post(
    "/comment-decisions/{uuid:verdict}/appeal",
    response=CommentDecisionOut,
    summary="Appeal for a comment",
)
def appeal_for_comment(request: HttpRequest, verdict: UUID, payload: AppealIn) -> object:
    """Once per decision; another operator looks again."""
    return talk_cases.appeal(
        actor=door.actor(request), case_id=verdict, text=payload.text, now=clock.now()
    )
