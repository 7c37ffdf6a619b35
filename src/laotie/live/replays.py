"""Looking back at a show: its recording, chapters by explained product, and what was said when.

The media process counts the video and tells; where a moment lies in it is worked out from that.
Kept are only the parts that were public.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, people
from laotie.accounts.creators import CreatorCard
from laotie.catalog import queries as catalog
from laotie.content.relations import blocks
from laotie.kernel import clock, pages, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import use_case
from laotie.live import ingest, licensed, models, rules, spans
from laotie.live.backstage import is_in_sight, locked_for_host, require_in_sight
from laotie.live.rooms import RoomCard, card_of
from laotie.live.rules import RoomState
from laotie.live.spans import Span

_OVER = (RoomState.ENDED.value, RoomState.ARCHIVED.value)
SAYS_AT_ONCE = 100


class NotOver(Refusal):
    """There is nothing to look back at yet."""

    code = "NOT_OVER"
    message = _("This room has not ended yet.")


@dataclass(frozen=True, slots=True)
class ReplayCard:
    """A replay in a list."""

    room: RoomCard
    creator: CreatorCard
    seconds: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """One product being presented: from where to where, in seconds of the recording."""

    product_id: UUID
    title: dict[str, str]
    picture_url: str
    starts_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """A show to look back at.

    seconds:  0 while the recording is not counted yet.
    is_kept:  False when the recording was removed.
    """

    room: RoomCard
    creator: CreatorCard
    stream_name: str
    seconds: int
    chapters: tuple[Chapter, ...]
    is_host: bool
    is_hidden: bool
    is_kept: bool


@dataclass(frozen=True, slots=True)
class SaidThen:
    """A comment and the second of the recording at which it was made."""

    id: UUID
    name: str
    text: str
    at_s: float
    is_host: bool


@dataclass(frozen=True, slots=True)
class SaysPage:
    """Comments in their order; `next_after` asks for those that follow."""

    says: tuple[SaidThen, ...]
    next_after: UUID | None


@dataclass(frozen=True, slots=True)
class RecordingSize:
    """What a recording takes, clips included, for quotas and retention."""

    room_id: UUID
    creator_id: UUID
    bytes: int
    ended_at: datetime | None


@use_case
def recorded(*, room_id: UUID, stretches: Sequence[Span], bytes: int) -> None:
    """Keep what the media process has counted; the newest count replaces the one before.

    stretches: the public video, oldest first. Told after each session, and when some was removed.
    raises:    NotFound.
    """
    if not models.Room.objects.filter(pk=room_id).exists():
        raise NotFound
    pairs = spans.to_pairs(stretches)
    counted = {
        "spans": pairs,
        "milliseconds": sum(length for _at, length in pairs),
        "bytes": bytes,
        "told_at": clock.wall(),
    }
    models.Recording.objects.update_or_create(room_id=room_id, defaults=counted)


@use_case
def hide(*, actor: Actor, room_id: UUID, is_hidden: bool, now: datetime) -> None:
    """Take a replay out of everybody's sight, or show it again. Its hosts see it always.

    raises: NotFound, NotAllowed, NotOver; to show one of an event also what `rights.require` does.
    """
    room = locked_for_host(actor, room_id)
    if room.state not in _OVER:
        raise NotOver
    if not is_hidden:
        licensed.require_replay(room, now=now)
    models.Recording.objects.update_or_create(room_id=room_id, defaults={"is_hidden": is_hidden})


@use_case
def remove(*, actor: Actor, room_id: UUID, reason: str, now: datetime) -> None:
    """Have the recording and its clips deleted; the media process does it within minutes.

    For the room's hosts and for retention. raises: NotFound, NotAllowed, NotOver, Invalid.
    """
    room = locked_for_host(actor, room_id)
    reason = text.clean_line(reason, field="reason", longest=200)
    if RoomState(room.state) not in rules.OVER:
        raise NotOver
    models.Recording.objects.get_or_create(room_id=room_id)
    models.Recording.objects.filter(room_id=room_id, removed_at__isnull=True).update(
        removed_at=now, remove_reason=reason
    )
    models.Clip.objects.filter(room_id=room_id).update(
        state=spans.ClipState.REMOVED.value, is_shown=False, claimed_at=None, cause=""
    )


def page(room_id: UUID, *, actor: Actor) -> ReplayPage:
    """A replay with its chapters. Seven queries; six for guests.

    raises: NotFound for a room that has not ended, to strangers for a hidden or removed one, and to
        whom its creator has blocked, or who has blocked them.
    """
    room, recording = _looked_back_at(room_id, actor)
    return ReplayPage(
        room=card_of(room),
        creator=creators.card(room.creator_id),
        stream_name=ingest.stream_name(room_id),
        seconds=recording.milliseconds // 1000,
        chapters=_chapters(room_id, spans.from_pairs(recording.spans)),
        is_host=_runs(actor, room),
        is_hidden=recording.is_hidden,
        is_kept=recording.removed_at is None,
    )


def is_there(room_id: UUID, *, actor: Actor) -> bool:
    """Whether the viewer finds the room in lists of replays. Two queries; one for guests."""
    return _public().filter(is_in_sight(actor, room="room__"), room_id=room_id).exists()


def listing(
    *, actor: Actor, creator_id: UUID | None = None, after: str | None = None, most: int = 20
) -> pages.Page[ReplayCard]:
    """Replays of one creator or of all, page by page, those that the viewer's own `page` shows.

    Three queries; two for guests and operators. raises: Invalid (`after`).
    """
    rows = _public().filter(is_in_sight(actor, room="room__"), room__ended_at__isnull=False)
    if creator_id is None:
        rows = rows.filter(room__state=RoomState.ENDED.value)
    else:
        rows = rows.filter(room__creator_id=creator_id)
    found = pages.newest_first(rows, "room__ended_at", after=after, most=most)
    return found.of(_cards(found.rows))


def says(
    room_id: UUID, *, actor: Actor, after: UUID | None = None, limit: int = SAYS_AT_ONCE
) -> SaysPage:
    """Comments at their moments, oldest first; those taken down are not among them, nor those of
    people from whom the viewer is kept apart.

    raises: NotFound as `page`.
    """
    room, recording = _looked_back_at(room_id, actor)
    rows = models.Comment.objects.filter(room_id=room_id, removed_at__isnull=True)
    if room.live_at is not None:  # What the hosts said to each other before is not of the show.
        rows = rows.filter(said_at__gte=room.live_at)
    rows = rows.exclude(person__in=blocks.all_apart_from(actor.person_id))
    if after is not None:
        before = rows.filter(pk=after).values_list("said_at", flat=True).first()
        if before is None:
            raise NotFound
        rows = rows.filter(Q(said_at__gt=before) | Q(said_at=before, pk__gt=after))
    found = list(rows.order_by("said_at", "id")[: min(limit, SAYS_AT_ONCE) + 1])
    shown, rest = found[: min(limit, SAYS_AT_ONCE)], len(found) > min(limit, SAYS_AT_ONCE)
    names = people.cards({row.person_id for row in shown})
    host = creators.card(room.creator_id).person_id
    stretches = spans.from_pairs(recording.spans)
    return SaysPage(
        tuple(
            SaidThen(
                row.id,
                names[row.person_id].name,
                row.text,
                round(
                    spans.position(stretches, _on_the_wall(room, row.said_at)).total_seconds(), 2
                ),
                row.person_id == host,
            )
            for row in shown
        ),
        shown[-1].id if rest else None,
    )


def sizes() -> tuple[RecordingSize, ...]:
    """What every kept recording takes with its clips, the oldest show first. Two queries."""
    clips: dict[UUID, int] = {}
    ready = models.Clip.objects.filter(state=spans.ClipState.READY.value)
    for room_id, size in ready.values_list("room_id", "bytes"):
        clips[room_id] = clips.get(room_id, 0) + size
    rows = models.Recording.objects.filter(removed_at__isnull=True).values_list(
        "room_id", "room__creator_id", "bytes", "room__ended_at"
    )
    return tuple(
        RecordingSize(room_id, creator_id, size + clips.get(room_id, 0), ended_at)
        for room_id, creator_id, size, ended_at in rows.order_by("room__ended_at", "room_id")
    )


def _looked_back_at(room_id: UUID, actor: Actor) -> tuple[models.Room, models.Recording]:
    room = models.Room.objects.filter(pk=room_id, state__in=_OVER, live_at__isnull=False).first()
    if room is None:
        raise NotFound
    recording = models.Recording.objects.filter(room_id=room_id).first() or models.Recording(
        room_id=room_id
    )
    if (recording.is_hidden or recording.removed_at) and not _runs(actor, room):
        raise NotFound
    require_in_sight(actor, room)
    return room, recording


def _runs(actor: Actor, room: models.Room) -> bool:
    return rules.may_run(actor, creator_id=room.creator_id, shop_id=room.shop_id)


def _chapters(room_id: UUID, stretches: Sequence[Span]) -> tuple[Chapter, ...]:
    """Two queries. A product explained twice has two chapters."""
    marks = list(
        models.Mark.objects.filter(room_id=room_id, stopped_wall_at__isnull=False)
        .order_by("started_wall_at")
        .values_list("product_id", "started_wall_at", "stopped_wall_at")
    )
    products = catalog.product_cards({product_id for product_id, _start, _stop in marks})
    found = []
    for product_id, start, stop in marks:
        assert stop is not None
        part = spans.chapter(stretches, start, stop)
        if part is not None:
            product = products[product_id]
            found.append(
                Chapter(
                    product_id,
                    product.title,
                    product.picture_url,
                    round(part[0].total_seconds(), 3),
                    round(part[1].total_seconds(), 3),
                )
            )
    return tuple(found)


def _on_the_wall(room: models.Room, moment: datetime) -> datetime:
    """Comments are kept in business time, which a lab moves; the show's beginning has both."""
    if room.live_at is None or room.public_wall_at is None:
        return moment
    return room.public_wall_at + (moment - room.live_at)


def _public() -> QuerySet[models.Recording]:
    return (
        models.Recording.objects.select_related("room")
        .filter(
            is_hidden=False,
            removed_at__isnull=True,
            milliseconds__gt=0,
            room__state__in=_OVER,
            room__live_at__isnull=False,
        )
        .order_by("-room__ended_at")
    )


def _cards(recordings: Iterable[models.Recording]) -> tuple[ReplayCard, ...]:
    found = list(recordings)
    hosts = creators.cards({each.room.creator_id for each in found})
    return tuple(
        ReplayCard(card_of(each.room), hosts[each.room.creator_id], each.milliseconds // 1000)
        for each in found
    )
