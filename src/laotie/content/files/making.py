"""The making of works: one maker claims one, tells how far it is, and how it ended.

A claim that was not heard of for a while is free again, three times in all: a process that was
killed half-way, or a transcoder that hung, leaves nothing stuck.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from laotie.content import models
from laotie.content.files import footage, shown
from laotie.content.files.footage import Cause, Kind, Made, Order, Origin, WorkState
from laotie.events.content import WorkFailed, WorkReady
from laotie.kernel import clock, event_log
from laotie.kernel.use_case import needs_transaction, use_case

CLAIM_LASTS = timedelta(minutes=2)  # Wall clock; progress renews it.
MOST_TRIES = 3


@use_case
def claim_next() -> Order | None:
    """A work that waits, or whose maker went silent, for one maker alone: of the creator who has
    fewest under way, the oldest.

    One that was begun three times fails; then nothing is claimed by this call.
    """
    silent = clock.wall() - CLAIM_LASTS
    under_way = [state.value for state in footage.UNDER_WAY]
    of_creator = (
        models.Work.objects.filter(creator=OuterRef("creator"), state__in=under_way)
        .values("creator")
        .annotate(count=Count("id"))
        .values("count")
    )
    work = (
        models.Work.objects.select_for_update(skip_locked=True)
        .filter(
            Q(state__in=under_way) | Q(cover_wanted_ms__isnull=False),
            Q(claimed_at__isnull=True) | Q(claimed_at__lt=silent),
        )
        .order_by(Coalesce(Subquery(of_creator), 0), "id")
        .first()
    )
    if work is None:
        return None
    rows = models.Work.objects.filter(pk=work.id)
    if work.state == WorkState.READY.value:
        if work.tries >= MOST_TRIES:
            _give_up_cover(rows, Cause.STUCK)
            return None
        rows.update(claimed_at=clock.wall(), tries=work.tries + 1)
        return _order(work, cover_ms=work.cover_wanted_ms)
    if work.tries >= MOST_TRIES:
        _fail(work, Cause.STUCK)
        return None
    footage.LOOK_AT.take(
        models.Work.objects, work.id, claimed_at=clock.wall(), tries=work.tries + 1, percent=0
    )
    return _order(work, cover_ms=None)


def progress(*, work_id: UUID, state: WorkState, percent: int) -> bool:
    """So far; the claim lasts on. state: PROBING or TRANSCODING.

    What is only looked at or drawn may be told at any time of the making, and of a cover.
    returns: False when the work, or its cover, is no longer wanted.
    """
    if state is WorkState.TRANSCODING:
        return footage.TRANSCODE.try_take(
            models.Work.objects,
            work_id,
            percent=max(0, min(99, percent)),
            claimed_at=clock.wall(),
        )
    return bool(_claimed(work_id).update(claimed_at=clock.wall()))


@use_case
def ready(*, work_id: UUID, made: Made, now: datetime) -> bool:
    """The files are there. False when the work is no longer wanted: of captions also when the post
    with their video is public or judged by now.
    """
    may_come = shown.may_still_come(work_id)
    work = models.Work.objects.select_for_update().filter(pk=work_id).first()
    if work is None or work.state not in (WorkState.PROBING.value, WorkState.TRANSCODING.value):
        return False
    if not may_come:
        footage.CANCEL.take(models.Work.objects, work_id, claimed_at=None, percent=0)
        return False
    if work.for_work_id is not None:
        _make_way(work, now=now)
        cues = [list(cue) for cue in made.cues]
        models.CaptionWords.objects.create(work=work, cues=cues)
    footage.FINISH.take(
        models.Work.objects,
        work.id,
        percent=100,
        claimed_at=None,
        tries=0,
        duration_ms=made.duration_ms,
        width=made.width,
        height=made.height,
        bytes=made.bytes,
        has_sound=made.has_sound,
        cover_ms=made.cover_ms,
        covers=1,
        ready_at=now,
    )
    event_log.publish(WorkReady(work_id=work.id, creator_id=work.creator_id, kind=work.kind))
    return True


@use_case
def fail(*, work_id: UUID, cause: Cause) -> None:
    """Nothing can be made of it; its creator reads why."""
    work = models.Work.objects.select_for_update().filter(pk=work_id).first()
    if work is not None and work.state in footage.UNDER_WAY:
        _fail(work, cause)


def let_go(*, work_id: UUID) -> None:
    """The maker gives its claim back; somebody tries again, three times in all."""
    models.Work.objects.filter(pk=work_id, claimed_at__isnull=False).exclude(
        state=WorkState.READY.value
    ).update(state=WorkState.QUEUED.value, claimed_at=None, percent=0)
    models.Work.objects.filter(pk=work_id, state=WorkState.READY.value).update(claimed_at=None)


def put_off(*, work_id: UUID) -> None:
    """What stopped it was not its own fault, as a full disk: that try does not count, and the claim
    lasts until it is time for another one.
    """
    _claimed(work_id).filter(tries__gt=0).update(tries=F("tries") - 1, claimed_at=clock.wall())


def covered(*, work_id: UUID, at_ms: int, cover_no: int) -> bool:
    """A cover of this moment is drawn. False when another one is wanted by now."""
    return bool(
        models.Work.objects.filter(
            pk=work_id,
            state=WorkState.READY.value,
            cover_wanted_ms=at_ms,
            covers=cover_no - 1,
        ).update(cover_wanted_ms=None, cover_ms=at_ms, covers=cover_no, claimed_at=None, tries=0)
    )


def uncovered(*, work_id: UUID, at_ms: int, cause: Cause) -> bool:
    """No cover can be drawn of this moment; the creator reads why, and the one before is shown.

    returns: False when another one is wanted by now.
    """
    rows = models.Work.objects.filter(
        pk=work_id, state=WorkState.READY.value, cover_wanted_ms=at_ms
    )
    return _give_up_cover(rows, cause)


def given_out(files: Sequence[str]) -> Mapping[str, bool]:
    """Which of these folders' files everybody may have; what is no work is not in it. One query.

    Those that a public post shows, and are not withheld.
    """
    found = models.Work.objects.filter(file__in=files, removed_at__isnull=True)
    may_be_had = found.annotate(is_public=shown.in_public()).values_list(
        "file", "is_public", "is_withheld"
    )
    return {file: is_public and not is_withheld for file, is_public, is_withheld in may_be_had}


def removed(*, limit: int = 200) -> tuple[str, ...]:
    """Folders whose files are to go, oldest first."""
    rows = models.Work.objects.filter(removed_at__isnull=False, bytes__gt=0).order_by("id")
    return tuple(rows.values_list("file", flat=True)[:limit])


def swept(files: Sequence[str]) -> None:
    """Their files are gone and take no space any more."""
    models.Work.objects.filter(file__in=files, removed_at__isnull=False).update(bytes=0)


@needs_transaction
def _make_way(work: models.Work, *, now: datetime) -> None:
    """The newest captions of a language stand for the older."""
    assert work.for_work_id is not None
    older = shown.captions_of([work.for_work_id]).filter(language=work.language)
    models.CaptionWords.objects.filter(work__in=older).delete()
    older.update(removed_at=now)


def _claimed(work_id: UUID) -> "QuerySet[models.Work]":
    """The work while somebody makes it, or draws a cover that is wanted."""
    at_work = Q(state__in=[WorkState.PROBING.value, WorkState.TRANSCODING.value])
    is_covering = Q(state=WorkState.READY.value, cover_wanted_ms__isnull=False)
    return models.Work.objects.filter(at_work | is_covering, pk=work_id, claimed_at__isnull=False)


@needs_transaction
def _fail(work: models.Work, cause: Cause) -> None:
    footage.FAIL.take(models.Work.objects, work.id, cause=cause.value, claimed_at=None, percent=0)
    event_log.publish(WorkFailed(work_id=work.id, creator_id=work.creator_id, cause=cause.value))


def _give_up_cover(rows: "QuerySet[models.Work]", cause: Cause) -> bool:
    ended = {"cover_wanted_ms": None, "claimed_at": None, "tries": 0}
    return bool(rows.update(**ended, cover_cause=cause.value))


def _order(work: models.Work, *, cover_ms: int | None) -> Order:
    return Order(
        work_id=work.id,
        kind=Kind(work.kind),
        file=work.file,
        origin=Origin(work.origin),
        source_id=work.source_id,
        cover_ms=cover_ms,
        cover_no=work.covers + 1,
    )
