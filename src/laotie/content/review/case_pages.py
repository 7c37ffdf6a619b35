"""What is read of cases: the queues of reviewers, a creator's own, and how appeals ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from laotie.accounts import creators, people
from laotie.accounts.creators import CreatorCard
from laotie.accounts.people import PersonCard
from laotie.content import models
from laotie.content.judgement import findings, verdicts
from laotie.content.judgement.findings import Finding
from laotie.content.judgement.verdicts import CaseState
from laotie.content.kinds import PostState
from laotie.content.posting import post_pages
from laotie.content.posting.post_pages import PostView
from laotie.kernel import ids, pages
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound
from laotie.kernel.pages import Page

FIGURE_LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its evidence. title, body, label, is_ai: of the post as it was judged.

    digest:   of that content; a decision names it, so that nothing else is decided about.
    decided_by, answered_by: of reviewers alone, not for creators.
    post:     as it stands now, for reviewers; None when it is gone.
    """

    id: UUID
    post_ref: str
    creator: CreatorCard
    state: CaseState
    origin: str
    digest: str
    title: str
    body: str
    label: str
    is_ai: bool
    rule_version: int
    rule: str
    reason: str
    consequence: str
    findings: tuple[Finding, ...]
    opened_at: datetime
    decided_at: datetime | None
    appeal: str
    appealed_at: datetime | None
    answer: str
    answered_at: datetime | None
    decided_by: PersonCard | None = None
    post: PostView | None = None

    @property
    def can_be_appealed(self) -> bool:
        return self.state in verdicts.APPEALABLE


@dataclass(frozen=True, slots=True)
class Justice:
    """Of decisions to take down in the last 365 days. restored: on appeal, of `taken_down`."""

    taken_down: int
    appealed: int
    restored: int

    @property
    def restored_bps(self) -> int | None:
        """Share of those that were taken down; None when there were none."""
        return self.restored * 10_000 // self.taken_down if self.taken_down else None


def queue(*, actor: Actor, most: int = 30) -> tuple[CaseView, ...]:
    """Posts that wait for a reviewer, the longest waiting first; for operators. Nine queries."""
    actor.require_role("operator")
    rows = _waiting().order_by("opened_at", "id")
    return _views(list(rows[:most]), for_reviewer=True)


def appeals(*, actor: Actor, most: int = 30) -> tuple[CaseView, ...]:
    """Appeals, the longest waiting first; for operators. Nine queries."""
    actor.require_role("operator")
    rows = models.Case.objects.filter(state=CaseState.APPEALED.value)
    return _views(list(rows.order_by("appealed_at", "id")[:most]), for_reviewer=True)


def decided(*, actor: Actor, after: str | None = None, most: int = 30) -> Page[CaseView]:
    """Cases that are decided, newest first; for operators. Nine queries. raises: Invalid."""
    actor.require_role("operator")
    rows = models.Case.objects.exclude(state__in=[CaseState.OPEN.value, CaseState.APPEALED.value])
    found = pages.newest_first(rows, "decided_at", after=after, most=most)
    return found.of(_views(found.rows, for_reviewer=True))


def waiting(*, actor: Actor) -> tuple[int, int]:
    """How many posts and how many appeals wait. Two queries."""
    actor.require_role("operator")
    appealed = models.Case.objects.filter(state=CaseState.APPEALED.value)
    return _waiting().count(), appealed.count()


def of_post(post_id: UUID, *, actor: Actor) -> tuple[CaseView, ...]:
    """All cases about a post, newest first; for operators."""
    actor.require_role("operator")
    rows = models.Case.objects.filter(post_id=post_id).order_by("-id")
    return _views(list(rows), for_reviewer=True)


def mine(*, actor: Actor, after: str | None = None, most: int = 20) -> Page[CaseView]:
    """What was decided about a creator's posts, newest first. Two queries.

    raises: SignInFirst, NotAllowed, Invalid (`after`).
    """
    rows = models.Case.objects.filter(creator=actor.require_creator()).exclude(
        state__in=[CaseState.OPEN.value, CaseState.APPROVED.value, CaseState.CLOSED.value]
    )
    found = pages.latest_ids_first(rows, after=after, most=most)
    return found.of(_views(found.rows, for_reviewer=False))


def own(case_id: UUID, *, actor: Actor) -> CaseView:
    """A case about a post of one's own. Two queries. raises: SignInFirst, NotAllowed, NotFound."""
    row = models.Case.objects.filter(pk=case_id, creator=actor.require_creator()).first()
    if row is None:
        raise NotFound
    return _views([row], for_reviewer=False)[0]


def justice(now: datetime) -> Justice:
    """How often people were right to appeal. One query, by index."""
    since = now - FIGURE_LOOKS_BACK
    counts = models.Case.objects.filter(
        consequence=CaseState.TAKEN_DOWN.value, decided_at__gt=since
    ).aggregate(
        taken_down=Count("pk"),
        appealed=Count("pk", filter=Q(appealed_at__isnull=False)),
        restored=Count("pk", filter=Q(state=CaseState.RESTORED.value)),
    )
    return Justice(**counts)


def _waiting() -> QuerySet[models.Case]:
    under_review = models.Post.objects.filter(
        pk=OuterRef("post_id"), state=PostState.HUMAN_REVIEW.value
    )
    return models.Case.objects.filter(Exists(under_review), state=CaseState.OPEN.value)


def _views(rows: Sequence[models.Case], *, for_reviewer: bool) -> tuple[CaseView, ...]:
    if not rows:
        return ()
    hosts = creators.cards({row.creator_id for row in rows})
    shown: dict[UUID, PostView] = {}
    reviewers: dict[UUID, PersonCard] = {}
    if for_reviewer:
        shown = post_pages.for_review({row.post_id for row in rows})
        reviewers = people.cards(_people(rows))
    return tuple(
        CaseView(
            id=row.id,
            post_ref=ids.public("pst", row.post_id),
            creator=hosts[row.creator_id],
            state=CaseState(row.state),
            origin=row.origin,
            digest=row.digest,
            title=row.exhibit["title"],
            body=row.exhibit["body"],
            label=row.exhibit["label"],
            is_ai=row.exhibit["is_ai"],
            rule_version=row.rule_version,
            rule=row.rule,
            reason=row.reason,
            consequence=row.consequence,
            findings=tuple(findings.of_row(each) for each in row.findings),
            opened_at=row.opened_at,
            decided_at=row.decided_at,
            appeal=row.appeal,
            appealed_at=row.appealed_at,
            answer=row.answer,
            answered_at=row.answered_at,
            decided_by=reviewers.get(row.decided_by_id) if row.decided_by_id else None,
            post=shown.get(row.post_id),
        )
        for row in rows
    )


def _people(rows: Collection[models.Case]) -> set[UUID]:
    return {row.decided_by_id for row in rows if row.decided_by_id}
