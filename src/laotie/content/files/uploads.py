"""Uploads: a creator's file on its way in, by tickets that the media process believes.

The web begins an upload and hands out a signed ticket; the media process takes bytes by it without
asking anybody, in as many pieces as the network allows. When the last byte has come, a work stands
in the queue, once. The offset that counts is the length of the file that lies there.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop as _

from laotie.content import models
from laotie.content.files import footage, shown
from laotie.content.files.footage import Kind, Origin, UploadState, WorkState
from laotie.kernel import clock, crypto, ids, media, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, TooMany
from laotie.kernel.use_case import needs_transaction, use_case

TICKET_PURPOSE = "media.upload"  # {"u": upload id as hex, "b": bytes, "x": when its time is up}
LANGUAGES = frozenset({"zh-hans", "en"})


class TooLarge(Refusal):
    """More bytes than a file of its kind may have."""

    code = "UPLOAD_TOO_LARGE"
    status = 413
    message = _("This file is too large: at most %(most_mb)s MB can be sent.")


class QuotaFull(Refusal):
    """The creator's works take all the space that they may."""

    code = "UPLOAD_QUOTA_FULL"
    message = _(
        "Your space of %(quota_gb)s GB is full. Delete files that you no longer need, in the studio"
        " under “Files and space”."
    )


class TooManyOpen(Refusal):
    """Other files are still on their way."""

    code = "UPLOADS_OPEN"
    message = _("%(open)s files are still being sent. Finish or cancel one of them first.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where the bytes go. url: of the media process, by tus 1.0; both endpoint and upload address.

    expires_at: on the wall clock; until then an upload that was cut goes on where it stopped.
    """

    upload_id: UUID
    public_id: str
    url: str
    bytes: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UploadCard:
    """An upload as its creator sees it. work_id: what is made of it, once it is complete."""

    id: UUID
    public_id: str
    kind: Kind
    state: UploadState
    name: str
    bytes: int
    offset: int
    begun_at: datetime
    work_id: UUID | None


@use_case
def begin(
    *,
    actor: Actor,
    kind: Kind,
    bytes: int,
    name: str,
    now: datetime,
    for_work: UUID | None = None,
    language: str = "",
) -> Ticket:
    """A creator may send a file of exactly so many bytes within a day.

    name:               what the file is called at home; shown, never used.
    for_work, language: for captions alone: of which video, in which language.
    raises: SignInFirst, NotAllowed, Invalid, NotFound, TooLarge, QuotaFull, TooManyOpen, TooMany,
        Judged.
    """
    creator_id = actor.require_creator()
    if isinstance(bytes, bool) or not isinstance(bytes, int) or bytes < 1:
        raise Invalid(field="bytes", reason="range")
    most = footage.MOST_BYTES[kind]
    if bytes > most:
        raise TooLarge(most_mb=most >> 20 or 1, most_bytes=most)
    if kind is Kind.CAPTIONS:
        _require_video(creator_id, for_work, language)
        assert for_work is not None
        shown.require_changeable(for_work, creator_id)
    elif for_work is not None or language:
        raise Invalid(field="kind", reason="choice")
    _lock_creator(creator_id)
    _within_quota(creator_id, bytes, now=now)
    upload = models.Upload.objects.create(
        creator_id=creator_id,
        kind=kind.value,
        name=_shown(name),
        bytes=bytes,
        for_work_id=for_work,
        language=language,
        begun_at=now,
        expires_wall_at=clock.wall() + footage.LASTS,
    )
    return _ticket(upload)


@use_case
def resume(*, actor: Actor, upload_id: UUID) -> Ticket:
    """The way back to an upload that is still open, from wherever its creator is.

    raises: SignInFirst, NotAllowed, NotFound.
    """
    upload = models.Upload.objects.filter(
        pk=upload_id,
        creator=actor.require_creator(),
        state=UploadState.OPEN.value,
        expires_wall_at__gt=clock.wall(),
    ).first()
    if upload is None:
        raise NotFound
    return _ticket(upload)


@use_case
def cancel(*, actor: Actor, upload_id: UUID, now: datetime) -> None:
    """Nothing more is taken, and what came goes within a minute. A second call changes nothing.

    raises: SignInFirst, NotAllowed, NotFound, WrongState (it is complete).
    """
    upload = models.Upload.objects.filter(pk=upload_id, creator=actor.require_creator()).first()
    if upload is None:
        raise NotFound
    if upload.state not in (UploadState.CANCELLED.value, UploadState.EXPIRED.value):
        footage.GIVE_UP.take(models.Upload.objects, upload_id, ended_at=now)


def card(upload_id: UUID, *, actor: Actor) -> UploadCard:
    """raises: SignInFirst, NotAllowed, NotFound. Two queries."""
    rows = models.Upload.objects.filter(pk=upload_id, creator=actor.require_creator())
    found = _cards(list(rows))
    if not found:
        raise NotFound
    return found[0]


def mine(*, actor: Actor, limit: int = 20) -> tuple[UploadCard, ...]:
    """The uploads of a creator that are still open, newest first. Two queries."""
    rows = models.Upload.objects.filter(
        creator=actor.require_creator(), state=UploadState.OPEN.value
    ).order_by("-begun_at")
    return _cards(list(rows[:limit]))


def is_open(upload_id: UUID) -> bool:
    """Whether bytes may still come; the media process asks before it makes a file."""
    return models.Upload.objects.filter(
        pk=upload_id, state=UploadState.OPEN.value, expires_wall_at__gt=clock.wall()
    ).exists()


def received(*, upload_id: UUID, offset: int) -> bool:
    """So many bytes lie there. False when the upload is no longer wanted."""
    return bool(
        models.Upload.objects.filter(
            pk=upload_id, state=UploadState.OPEN.value, bytes__gte=offset
        ).update(offset=offset)
    )


@use_case
def complete(*, upload_id: UUID, now: datetime) -> bool:
    """All bytes have come: a work of it stands in the queue. Told twice, there is one.

    returns: False when the upload is not wanted any more, so its file may go.
    """
    rows = models.Upload.objects.select_for_update(of=("self",)).select_related("for_work")
    upload = rows.filter(pk=upload_id).first()
    if upload is None or upload.state in (UploadState.CANCELLED.value, UploadState.EXPIRED.value):
        return False
    if upload.state == UploadState.COMPLETE.value:
        return models.Work.objects.filter(
            origin=Origin.UPLOAD.value, source_id=upload.id, state__in=footage.UNDER_WAY
        ).exists()
    footage.FILL.take(models.Upload.objects, upload.id, offset=upload.bytes, ended_at=now)
    models.Work.objects.create(
        creator_id=upload.creator_id,
        kind=upload.kind,
        origin=Origin.UPLOAD.value,
        source_id=upload.id,
        for_work_id=upload.for_work_id,
        language=upload.language,
        file=secrets.token_hex(16),
        bytes=upload.bytes,
        is_withheld=upload.for_work is not None and upload.for_work.is_withheld,
        made_at=now,
    )
    return True


def terminate(*, upload_id: UUID, now: datetime) -> None:
    """Its holder gave it up at the media process itself; what is complete stays."""
    footage.GIVE_UP.try_take(models.Upload.objects, upload_id, ended_at=now)


def expire(now: datetime) -> int:
    """Uploads that did not become whole in time are over; how many."""
    late = models.Upload.objects.filter(
        state=UploadState.OPEN.value, expires_wall_at__lte=clock.wall()
    )
    return late.update(state=UploadState.EXPIRED.value, ended_at=now)


def unwanted(upload_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the uploads whose bytes may go: over, unknown, or made into a work. Two queries."""
    is_open = models.Upload.objects.filter(pk__in=upload_ids, state=UploadState.OPEN.value)
    under_way = models.Work.objects.filter(
        origin=Origin.UPLOAD.value,
        source_id__in=upload_ids,
        state__in=[state.value for state in footage.UNDER_WAY],
    )
    wanted = {*is_open.values_list("id", flat=True), *under_way.values_list("source_id", flat=True)}
    return frozenset(upload_ids) - wanted


def space_of(creator_id: UUID) -> int:
    """Bytes that a creator's works take, with what open uploads will bring. Two queries.

    A work that is not ready yet takes what was sent for it.
    """
    none = 0
    # In this order: an upload that becomes whole in between counts twice, and never not at all.
    coming = models.Upload.objects.filter(
        creator=creator_id, state=UploadState.OPEN.value
    ).aggregate(total=Coalesce(Sum("bytes"), none))
    kept = models.Work.objects.filter(
        creator=creator_id,
        removed_at__isnull=True,
        state__in=[WorkState.READY.value, *(state.value for state in footage.UNDER_WAY)],
    ).aggregate(total=Coalesce(Sum("bytes"), none))
    return int(coming["total"]) + int(kept["total"])


@needs_transaction
def require_space(creator_id: UUID, bytes: int) -> None:
    """There is room for so many more; of two that ask at once, the second counts the first.

    raises: QuotaFull.
    """
    _lock_creator(creator_id)
    if space_of(creator_id) + bytes > footage.KEPT_BYTES:
        raise QuotaFull(quota_gb=footage.KEPT_BYTES >> 30)


@needs_transaction
def _within_quota(creator_id: UUID, bytes: int, *, now: datetime) -> None:
    begun = models.Upload.objects.filter(creator=creator_id)
    open_now = begun.filter(state=UploadState.OPEN.value).count()
    if open_now >= footage.OPEN_AT_ONCE:
        raise TooManyOpen(open=open_now)
    if begun.filter(begun_at__gt=now - timedelta(days=1)).count() >= footage.BEGUN_A_DAY:
        raise TooMany(retry_after_s=3600)
    require_space(creator_id, bytes)


def _require_video(creator_id: UUID, work_id: UUID | None, language: str) -> None:
    if language not in LANGUAGES:
        raise Invalid(field="language", reason="choice")
    if work_id is None:
        raise Invalid(field="for_work", reason="required")
    is_there = models.Work.objects.filter(
        pk=work_id,
        creator=creator_id,
        kind=Kind.VIDEO.value,
        removed_at__isnull=True,
    ).exclude(state__in=[WorkState.FAILED.value, WorkState.CANCELLED.value])
    if not is_there.exists():
        raise NotFound


def _lock_creator(creator_id: UUID) -> None:
    """Of two that begin at once, the second counts the first."""
    sql.rows(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"content.space {creator_id}"]
    )


def _shown(name: str) -> str:
    """The last part of a path, without what cannot be shown, and not too long."""
    last = str(name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(letter for letter in last if letter.isprintable())
    return seen.strip()[: footage.NAME_LETTERS]


def _ticket(upload: models.Upload) -> Ticket:
    token = crypto.sign(
        TICKET_PURPOSE,
        {
            "u": upload.id.hex,
            "b": upload.bytes,
            "x": int(upload.expires_wall_at.timestamp()),
        },
        lasts=upload.expires_wall_at - clock.wall(),
    )
    return Ticket(
        upload_id=upload.id,
        public_id=ids.public("upl", upload.id),
        url=media.address(f"/media/uploads/{token}"),
        bytes=upload.bytes,
        expires_at=upload.expires_wall_at,
    )


def _cards(rows: Sequence[models.Upload]) -> tuple[UploadCard, ...]:
    works = dict(
        models.Work.objects.filter(
            origin=Origin.UPLOAD.value, source_id__in=[row.id for row in rows]
        ).values_list("source_id", "id")
    )
    return tuple(
        UploadCard(
            id=row.id,
            public_id=ids.public("upl", row.id),
            kind=Kind(row.kind),
            state=UploadState(row.state),
            name=row.name,
            bytes=row.bytes,
            offset=row.offset,
            begun_at=row.begun_at,
            work_id=works.get(row.id),
        )
        for row in rows
    )
