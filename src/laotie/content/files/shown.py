"""What posts show of a work: what they still need of it, and until when it may change.

A post is judged with its covers and captions. So they change while its creator may change the
post, and not while it is public or being judged.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_noop as _

from laotie.content import models, rules
from laotie.content.files import footage
from laotie.content.files.footage import WorkState
from laotie.content.kinds import PostState
from laotie.kernel.errors import Refusal
from laotie.kernel.use_case import needs_transaction

_TAKEN_DOWN = [state.value for state in rules.CLOSED]


class Judged(Refusal):
    """A post shows the work and is public, or on its way there."""

    code = "WORK_JUDGED"
    message = _("The post with this is public or on its way. Take it back first.")


@needs_transaction
def require_changeable(work_id: UUID, creator_id: UUID) -> None:
    """The creator's post that shows the work, if there is one, is held and may be changed.

    Call this before the work is locked: whoever publishes holds the post first.
    raises: Judged.
    """
    held = models.PostWork.objects.filter(work=work_id)
    post = _locked(held.filter(post__creator=creator_id))
    if post is not None and PostState(post.state) not in rules.EDITABLE:
        raise Judged


@needs_transaction
def may_still_come(work_id: UUID) -> bool:
    """Whether a work that is made may be used: captions only while their video's post, which is
    held from now on, will be judged again. Call this before the work is locked.
    """
    captions = models.Work.objects.filter(pk=work_id, for_work__isnull=False)
    post = _locked(models.PostWork.objects.filter(work__in=captions.values("for_work")))
    return post is None or PostState(post.state) in rules.EDITABLE | {PostState.TRANSCODING}


def with_covers(work_ids: Collection[UUID]) -> QuerySet[models.Work]:
    """These files of a post, with their captions and covers."""
    covers = models.Work.objects.filter(pk__in=work_ids, cover_still__isnull=False)
    return models.Work.objects.filter(
        Q(pk__in=work_ids) | Q(for_work__in=work_ids) | Q(pk__in=covers.values("cover_still"))
    )


def is_hidden() -> Case:
    """Whether nobody is given a work now: no public post shows it, or its own was taken down."""
    down = models.PostWork.objects.filter(work=OuterRef("pk"), post__state__in=_TAKEN_DOWN)
    return Case(When(Exists(down), then=True), When(in_public(), then=False), default=True)


def in_public() -> Combinable:
    """Whether a public post shows a work now: as a file, as captions or as a cover."""
    public = models.PostWork.objects.filter(post__state=PostState.PUBLISHED.value)
    return (
        Exists(public.filter(work=OuterRef("pk")))
        | Exists(public.filter(work=OuterRef("for_work")))
        | Exists(public.filter(work__cover_still=OuterRef("pk")))
    )


def under_way(held: QuerySet[models.PostWork]) -> QuerySet[models.PostWork]:
    """Files of a post that are still being made, or whose captions are."""
    states = [state.value for state in footage.UNDER_WAY]
    captions = models.Work.objects.filter(for_work=OuterRef("work"), state__in=states)
    return held.filter(Q(work__state__in=states) | Exists(captions))


def captions_of(work_ids: Iterable[UUID]) -> QuerySet[models.Work]:
    """Captions of these videos that are ready and were not removed."""
    return models.Work.objects.filter(
        for_work__in=work_ids, state=WorkState.READY.value, removed_at__isnull=True
    )


def _locked(held: QuerySet[models.PostWork]) -> models.Post | None:
    posts = models.Post.objects.select_for_update(no_key=True)
    return posts.filter(pk__in=held.values("post")).first()
