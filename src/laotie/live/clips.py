"""Clips: each explanation of a product as a file of its own, cut from the recording.

A clip is wished for when the room ends, claimed and cut by the media process, and shown to buyers
only when its host says so; its file is its hosts' alone until then, and when it was taken away. A
claim that was not heard of for a while is free again, so a media process that was killed half-way
leaves nothing stuck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from laotie.catalog import queries as catalog
from laotie.kernel import clock, crypto, ids, media
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import ingest, licensed, models, spans
from laotie.live.backstage import for_host, is_in_sight, locked, locked_for_host
from laotie.live.rules import RoomState
from laotie.live.spans import ClipState

_CLAIM_LASTS = timedelta(minutes=2)  # Wall clock; progress renews it.
_MOST_TRIES = 3
_HOSTS_LAST = timedelta(hours=6)
_CAUSES = frozenset({"NO_VIDEO", "FFMPEG", "DISK", "TOO_SHORT"})


class NotReady(Refusal):
    """A clip can be shown once it is cut."""

    code = "CLIP_NOT_READY"
    message = _("This clip is not cut yet.")


class NothingToCut(Refusal):
    """The clip is being cut, is ready, or its recording is gone."""

    code = "NOTHING_TO_CUT"
    message = _("There is nothing to cut for this clip now.")


@dataclass(frozen=True, slots=True)
class ClipCard:
    """A clip as its host and buyers see it. url: where it plays; empty until it is ready. What is
    not shown plays for its hosts alone, at an address of theirs that holds for six hours.

    cause: why it failed: NO_VIDEO, FFMPEG, DISK or TOO_SHORT; empty otherwise.
    """

    id: UUID
    room_id: UUID
    product_id: UUID
    title: dict[str, str]
    picture_url: str
    state: ClipState
    percent: int
    cause: str
    seconds: float
    bytes: int
    is_shown: bool
    url: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What the media process is asked to cut: this stretch of the wall clock."""

    clip_id: UUID
    stream_name: str
    starts_at: datetime
    stops_at: datetime


@needs_transaction
def wish_for_all(room_id: UUID, *, now: datetime) -> int:
    """Wish for a clip of every explanation that has none; how many are new. Idempotent.

    What was presented for less than two seconds was a slip of the finger; what was presented
    before the room was public is nobody's to watch.
    """
    removed = models.Recording.objects.filter(room_id=room_id, removed_at__isnull=False)
    if removed.exists():
        return 0
    marks = models.Mark.objects.filter(
        Q(room__public_wall_at__isnull=True) | Q(stopped_wall_at__gt=F("room__public_wall_at")),
        room_id=room_id,
        stopped_wall_at__isnull=False,
    )
    had = set(models.Clip.objects.filter(room_id=room_id).values_list("mark_id", flat=True))
    made = models.Clip.objects.bulk_create(
        [
            models.Clip(room_id=room_id, product_id=mark.product_id, mark=mark, wished_at=now)
            for mark in marks.order_by("started_wall_at")
            if mark.id not in had
            and mark.stopped_wall_at is not None
            and mark.stopped_wall_at - mark.started_wall_at >= spans.SHORTEST_CLIP
        ],
        ignore_conflicts=True,
    )
    return len(made)


@use_case
def cut_again(*, actor: Actor, clip_id: UUID, now: datetime) -> ClipCard:
    """Try a failed clip anew. raises: NotFound, NotAllowed, NothingToCut."""
    clip = _of_host(actor, clip_id)
    again = models.Clip.objects.filter(pk=clip.id, state=ClipState.FAILED.value).update(
        state=ClipState.WAITING.value, cause="", tries=0, percent=0, wished_at=now
    )
    if not again:
        raise NothingToCut
    return _for_host(card(clip_id))


@use_case
def show(*, actor: Actor, clip_id: UUID, is_shown: bool, now: datetime) -> ClipCard:
    """Show a clip on its product's page and in the replay, or take it away from there.

    Taking it away is also up to whoever manages the product's shop.
    raises: NotFound, NotAllowed, NotReady; to show one of an event also what `rights.require` does.
    """
    clip = models.Clip.objects.filter(pk=clip_id).first()
    if clip is None:
        raise NotFound
    is_host = True
    try:
        room = locked_for_host(actor, clip.room_id)
        if is_shown:
            licensed.require_clips(room, clip_s=ceil(clip.milliseconds / 1000), now=now)
    except NotAllowed:
        if is_shown or not _manages(actor, clip.product_id):
            raise
        locked(clip.room_id)
        is_host = False
    changed = models.Clip.objects.filter(pk=clip_id, state=ClipState.READY.value)
    if not changed.update(is_shown=is_shown):
        raise NotReady
    found = card(clip_id)
    return _for_host(found) if is_host else found


def card(clip_id: UUID) -> ClipCard:
    """raises: NotFound."""
    found = _cards(models.Clip.objects.filter(pk=clip_id))
    if not found:
        raise NotFound
    return found[0]


def of_room(room_id: UUID, *, actor: Actor) -> tuple[ClipCard, ...]:
    """Every clip of a room for its hosts, in the order of the show. raises: NotAllowed."""
    for_host(actor, room_id)
    found = _cards(
        models.Clip.objects.filter(room_id=room_id)
        .exclude(state=ClipState.REMOVED.value)
        .order_by("mark__started_wall_at")
    )
    return tuple(map(_for_host, found))


def shown_in(room_id: UUID) -> tuple[ClipCard, ...]:
    """The clips of a room that anybody may watch, in the order of the show. Two queries."""
    return _cards(_public().filter(room_id=room_id).order_by("mark__started_wall_at"))


def of_product(product_id: UUID, *, actor: Actor, limit: int = 12) -> tuple[ClipCard, ...]:
    """The clips of a product that the viewer may watch, newest first. Three queries; two for
    guests and operators.
    """
    shown = _public().filter(is_in_sight(actor, room="room__"), product_id=product_id)
    return _cards(shown.order_by("-id")[:limit])


def given_out(names: Sequence[str]) -> Mapping[str, bool]:
    """Which of these clips' files everybody may have, by their public ids: those that are shown, of
    rooms that no operator has closed. One query.
    """
    wanted = {clip_id for name in names if (clip_id := _clip_of(name))}
    shown = _public().filter(pk__in=wanted).values_list("id", flat=True)
    public = {ids.public("clp", clip_id) for clip_id in shown}
    return {name: name in public for name in names}


@use_case
def claim() -> Cut | None:
    """The oldest clip that waits, or whose cutter went silent, for one cutter alone."""
    silent = clock.wall() - _CLAIM_LASTS
    clip = (
        models.Clip.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("mark")
        .filter(
            Q(state=ClipState.WAITING.value)
            | Q(state=ClipState.CUTTING.value, claimed_at__lt=silent)
        )
        .order_by("id")
        .first()
    )
    if clip is None:
        return None
    if clip.tries >= _MOST_TRIES:
        _fail(clip.id, "FFMPEG")
        return None
    models.Clip.objects.filter(pk=clip.id).update(
        state=ClipState.CUTTING.value, claimed_at=clock.wall(), tries=clip.tries + 1, percent=0
    )
    stop = clip.mark.stopped_wall_at
    assert stop is not None
    start = clip.mark.started_wall_at - spans.LEAD_IN
    return Cut(
        clip.id,
        ingest.stream_name(clip.room_id),
        start,
        min(stop, start + spans.LONGEST_CLIP),
    )


def progressed(*, clip_id: UUID, percent: int) -> bool:
    """So far; the claim lasts on. False when the clip is no longer wanted."""
    return bool(
        models.Clip.objects.filter(pk=clip_id, state=ClipState.CUTTING.value).update(
            percent=max(0, min(99, percent)), claimed_at=clock.wall()
        )
    )


def done(*, clip_id: UUID, milliseconds: int, bytes: int) -> bool:
    """The file is there. False when the clip is no longer wanted."""
    return bool(
        models.Clip.objects.filter(pk=clip_id, state=ClipState.CUTTING.value).update(
            state=ClipState.READY.value,
            claimed_at=None,
            percent=100,
            milliseconds=milliseconds,
            bytes=bytes,
        )
    )


def failed(*, clip_id: UUID, cause: str) -> None:
    """It cannot be cut; its host reads why."""
    _fail(clip_id, cause if cause in _CAUSES else "FFMPEG")


def unwanted(clip_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the clips whose files may go: removed, or unknown. One query."""
    wanted = models.Clip.objects.filter(pk__in=clip_ids).exclude(state=ClipState.REMOVED.value)
    return frozenset(clip_ids) - frozenset(wanted.values_list("id", flat=True))


def _fail(clip_id: UUID, cause: str) -> None:
    models.Clip.objects.filter(
        pk=clip_id, state__in=[ClipState.CUTTING.value, ClipState.WAITING.value]
    ).update(state=ClipState.FAILED.value, cause=cause, claimed_at=None, percent=0)


@needs_transaction
def _of_host(actor: Actor, clip_id: UUID) -> models.Clip:
    clip = models.Clip.objects.filter(pk=clip_id).first()
    if clip is None:
        raise NotFound
    locked_for_host(actor, clip.room_id)
    return clip


def _public() -> QuerySet[models.Clip]:
    """Those that are shown, of rooms that no operator has closed."""
    return models.Clip.objects.filter(is_shown=True).exclude(room__state=RoomState.BANNED.value)


def _clip_of(name: str) -> UUID | None:
    try:
        return ids.parse("clp", name)
    except NotFound:
        return None


def _for_host(found: ClipCard) -> ClipCard:
    """The same clip where its hosts may play it, also while nobody else may."""
    if not found.url or found.is_shown:
        return found
    clip = ids.public("clp", found.id)
    token = crypto.sign(spans.CLIP_PURPOSE, {"clip": clip}, lasts=_HOSTS_LAST)
    return replace(found, url=f"{found.url}?pass={token}")


def _manages(actor: Actor, product_id: UUID) -> bool:
    product = catalog.product_cards([product_id])[product_id]
    return "manage" in actor.shop_rights.get(product.shop_id, frozenset())


def _cards(rows: QuerySet[models.Clip]) -> tuple[ClipCard, ...]:
    found = list(rows)
    products = catalog.product_cards({row.product_id for row in found})
    return tuple(
        ClipCard(
            id=row.id,
            room_id=row.room_id,
            product_id=row.product_id,
            title=products[row.product_id].title,
            picture_url=products[row.product_id].picture_url,
            state=ClipState(row.state),
            percent=row.percent,
            cause=row.cause,
            seconds=row.milliseconds / 1000,
            bytes=row.bytes,
            is_shown=row.is_shown,
            url=media.address(f"/media/clips/{ids.public('clp', row.id)}.mp4")
            if row.state == ClipState.READY.value
            else "",
        )
        for row in found
    )
