"""Works: videos, stills and captions of ours, made from what was uploaded or cut from a show.

They are made in `making`; here is what their creators do with them, and what pages show.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.content import models
from laotie.content.files import footage, shown, uploads
from laotie.content.files.footage import Cause, Kind, Origin, WorkState
from laotie.kernel import ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case


class NotReady(Refusal):
    """A cover can be chosen once the video is ready."""

    code = "WORK_NOT_READY"
    message = _("This is not ready yet. Wait until it has been converted.")


class InUse(Refusal):
    """A post shows the work, or a video has it as its cover."""

    code = "WORK_IN_USE"
    message = _("A post shows this. Take it out there first.")


@dataclass(frozen=True, slots=True)
class WorkCard:
    """A work as its creator and the pages of posts see it; addresses are empty until it is READY.

    url:         of the video, the still at its widest, or the captions.
    cover_urls:  by width, one of `footage.PICTURE_WIDTHS`; of a still the still itself.
    sprite_url:  25 small pictures, 5 by 5, row by row, one for each 25th of the video.
    explanation: why it failed, in the reader's language.
    cover_cause, cover_explanation: why the cover that was wanted last was given up.
    captions:    (language, address), by language.
    """

    id: UUID
    public_id: str
    creator_id: UUID
    kind: Kind
    state: WorkState
    percent: int
    cause: str
    explanation: str
    duration_ms: int
    width: int
    height: int
    bytes: int
    has_sound: bool
    url: str
    cover_urls: Mapping[int, str]
    cover_ms: int
    is_cover_coming: bool
    cover_cause: str
    cover_explanation: str
    sprite_url: str
    captions: tuple[tuple[str, str], ...]

    @property
    def is_ready(self) -> bool:
        return self.state is WorkState.READY


def card(work_id: UUID) -> WorkCard:
    """raises: NotFound. Two queries."""
    found = cards([work_id]).get(work_id)
    if found is None:
        raise NotFound
    return found


def cards(work_ids: Iterable[UUID]) -> dict[UUID, WorkCard]:
    """The works that are there; removed ones are not. Two queries."""
    rows = models.Work.objects.select_related("cover_still").filter(
        pk__in=set(work_ids), removed_at__isnull=True
    )
    return {card.id: card for card in cards_of(list(rows))}


def cards_of(rows: Sequence[models.Work]) -> tuple[WorkCard, ...]:
    """Cards of rows that came with their `cover_still`, in the same order. One query."""
    captions: dict[UUID, list[tuple[str, str]]] = {}
    texts = shown.captions_of([row.id for row in rows if row.kind == Kind.VIDEO.value])
    for text in texts.order_by("language"):
        assert text.for_work_id is not None
        address = _address(text.file, "captions.vtt")
        captions.setdefault(text.for_work_id, []).append((text.language, address))
    return tuple(_card(row, tuple(captions.get(row.id, ()))) for row in rows)


def are_of(creator_id: UUID, work_ids: Collection[UUID]) -> bool:
    """Whether all these are works of the creator that are there or on their way. One query."""
    wanted = set(work_ids)
    found = models.Work.objects.filter(
        pk__in=wanted, creator=creator_id, removed_at__isnull=True
    ).exclude(state__in=[WorkState.FAILED.value, WorkState.CANCELLED.value])
    return found.count() == len(wanted)


@needs_transaction
def from_clip(*, creator_id: UUID, clip_id: UUID, now: datetime, bytes: int = 0) -> UUID:
    """A clip of a live room becomes a work of its own, which outlives it; its id.

    bytes:  of the clip's file, which the work takes until it is ready.
    raises: uploads.QuotaFull.
    """
    uploads.require_space(creator_id, bytes)
    work = models.Work.objects.create(
        creator_id=creator_id,
        kind=Kind.VIDEO.value,
        origin=Origin.CLIP.value,
        source_id=clip_id,
        bytes=bytes,
        file=secrets.token_hex(16),
        made_at=now,
    )
    return work.id


@use_case
def cancel(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """Nothing is made of it; the program that is at it ends within seconds.

    raises: NotFound, NotAllowed, WrongState (it is made, or has failed).
    """
    del now
    _own(actor, work_id)
    footage.CANCEL.take(models.Work.objects, work_id, claimed_at=None, percent=0)


@use_case
def discard(*, actor: Actor, work_id: UUID, now: datetime) -> None:
    """A work of one's own goes with its files, captions included, and no longer takes space.

    What is still being made ends. raises: NotFound, NotAllowed, InUse; of captions also Judged.
    """
    creator_id = actor.require_creator()
    captions = models.Work.objects.filter(pk=work_id, creator=creator_id, for_work__isnull=False)
    for video_id in captions.values_list("for_work", flat=True):
        assert video_id is not None
        shown.require_changeable(video_id, creator_id)
    work = _own(actor, work_id)
    is_shown = models.PostWork.objects.filter(work=work).exists()
    covers = models.Work.objects.filter(cover_still=work, removed_at__isnull=True)
    if is_shown or covers.exists():
        raise InUse
    remove([work.id], now=now)


@use_case
def drop_captions(*, actor: Actor, work_id: UUID, language: str, now: datetime) -> None:
    """A video of one's own has no captions of this language any more, ready or on their way.

    raises: NotFound (also without such captions), NotAllowed, Judged.
    """
    shown.require_changeable(work_id, actor.require_creator())
    video = _own(actor, work_id)
    captions = models.Work.objects.filter(
        for_work=video, language=language, removed_at__isnull=True
    ).exclude(state=WorkState.CANCELLED.value)
    found = list(captions.values_list("id", flat=True))
    if not found:
        raise NotFound
    remove(found, now=now)


@use_case
def choose_cover(*, actor: Actor, work_id: UUID, at_ms: int, now: datetime) -> None:
    """The picture of this moment becomes the cover, within seconds.

    A moment outside of the video is its end. raises: NotFound, NotAllowed, NotReady, Judged.
    """
    del now
    shown.require_changeable(work_id, actor.require_creator())
    work = _own(actor, work_id)
    if work.state != WorkState.READY.value or work.kind != Kind.VIDEO.value:
        raise NotReady
    models.Work.objects.filter(pk=work.id).update(
        cover_wanted_ms=max(0, min(at_ms, work.duration_ms)),
        cover_still=None,
        cover_cause="",
        tries=0,
        claimed_at=None,
    )


@use_case
def choose_still(*, actor: Actor, work_id: UUID, still_id: UUID, now: datetime) -> None:
    """A still of the same creator becomes the cover.

    raises: NotFound, NotAllowed, NotReady, Judged.
    """
    del now
    shown.require_changeable(work_id, actor.require_creator())
    work, still = _own(actor, work_id), _own(actor, still_id)
    if still.kind != Kind.STILL.value or work.kind != Kind.VIDEO.value:
        raise NotFound
    if WorkState.READY.value != still.state or WorkState.READY.value != work.state:
        raise NotReady
    models.Work.objects.filter(pk=work.id).update(
        cover_still=still, cover_wanted_ms=None, cover_cause="", claimed_at=None
    )


@needs_transaction
def withhold_hidden(work_ids: Collection[UUID]) -> None:
    """From now on (seconds) these files of a post, their captions and covers are given out where
    somebody may see them, and not where nobody may.
    """
    # Held before it is asked who shows them: another post with the same picture may change now.
    rows = shown.with_covers(work_ids).order_by("pk").select_for_update(no_key=True)
    found = list(rows.values_list("pk", flat=True))
    models.Work.objects.filter(pk__in=found).update(is_withheld=shown.is_hidden())


@needs_transaction
def remove(work_ids: Collection[UUID], *, now: datetime) -> None:
    """Their files go within minutes. What is still being made ends. A second call does nothing."""
    found = models.Work.objects.filter(
        Q(pk__in=work_ids) | Q(for_work__in=work_ids), removed_at__isnull=True
    )
    models.CaptionWords.objects.filter(work__in=found).delete()
    found.filter(state__in=[state.value for state in footage.UNDER_WAY]).update(
        state=WorkState.CANCELLED.value, claimed_at=None, percent=0, removed_at=now
    )
    found.update(removed_at=now, cover_wanted_ms=None, claimed_at=None)


@needs_transaction
def _own(actor: Actor, work_id: UUID) -> models.Work:
    work = (
        models.Work.objects.select_for_update()
        .filter(pk=work_id, creator=actor.require_creator(), removed_at__isnull=True)
        .first()
    )
    if work is None:
        raise NotFound
    return work


def _card(row: models.Work, captions: tuple[tuple[str, str], ...]) -> WorkCard:
    kind, is_ready = Kind(row.kind), row.state == WorkState.READY.value
    urls: dict[int, str] = {}
    still = row.cover_still
    if is_ready and still is not None and still.removed_at is None:
        urls = _widths(still.file, "")
    elif is_ready and kind is not Kind.CAPTIONS:
        urls = _widths(row.file, f"cover{row.covers}-" if kind is Kind.VIDEO else "")
    widest = footage.PICTURE_WIDTHS[-1]
    shown = {
        Kind.VIDEO: _address(row.file, "video.mp4"),
        Kind.STILL: urls.get(widest, ""),
        Kind.CAPTIONS: _address(row.file, "captions.vtt"),
    }
    return WorkCard(
        id=row.id,
        public_id=ids.public("wrk", row.id),
        creator_id=row.creator_id,
        kind=kind,
        state=WorkState(row.state),
        percent=row.percent,
        cause=row.cause,
        explanation=gettext(footage.MEANINGS[Cause(row.cause)]) if row.cause else "",
        duration_ms=row.duration_ms,
        width=row.width,
        height=row.height,
        bytes=row.bytes,
        has_sound=row.has_sound,
        url=shown[kind] if is_ready else "",
        cover_urls=urls,
        cover_ms=row.cover_ms,
        is_cover_coming=row.cover_wanted_ms is not None,
        cover_cause=row.cover_cause,
        cover_explanation=_why_no_cover(row.cover_cause),
        sprite_url=_address(row.file, "sprite.jpg") if is_ready and kind is Kind.VIDEO else "",
        captions=captions,
    )


def _why_no_cover(cause: str) -> str:
    if not cause:
        return ""
    meaning = footage.COVER_MEANINGS.get(Cause(cause)) or footage.MEANINGS[Cause(cause)]
    return gettext(meaning)


def _widths(file: str, prefix: str) -> dict[int, str]:
    return {width: _address(file, f"{prefix}{width}.webp") for width in footage.PICTURE_WIDTHS}


def _address(file: str, name: str) -> str:
    return media.address(f"/media/works/{file}/{name}")
