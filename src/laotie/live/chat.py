"""What people say in a room, and who may not.

Comments come in batches from the gateway: however many there are, judging and storing them costs a
fixed number of statements. A comment is stored and numbered in one transaction, so whoever sees it
sees it everywhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, minors, people
from laotie.content.judgement import moderation
from laotie.content.relations import blocks
from laotie.kernel import clock, ids, sql, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound
from laotie.kernel.screening import Where
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import entries, frames, models, pinning, rules, seats, words
from laotie.live.backstage import locked_for_duty, note
from laotie.live.rules import Deed, Duty, Floor, Refused, RoomState, Silence

LONGEST = 120
MAX_BATCH = 500
_LONGEST_MUTE = timedelta(days=30)
_Identity = tuple[UUID, UUID, str]

_SENTENCES: dict[Refused, str] = {
    Refused.NOT_FOUND: _("This room does not exist."),
    Refused.ROOM_CLOSED: _("This room is not open for comments now."),
    Refused.INVALID_INPUT: _("Write one line of at most 120 characters."),
    Refused.MUTED: _("The host has muted you here. You can still watch and buy."),
    Refused.KICKED: _("The host has closed this room to you."),
    Refused.BLOCKED_WORD: _("Not sent: a word in it is blocked in this room."),
    Refused.AGAINST_RULES: _("Not sent: it leads to contacts outside, or is against the rules."),
    Refused.SLOW_MODE: _("Slow mode is on. Wait a little before you write again."),
    Refused.MINORS_MODE: _("Minors' mode is on: nothing can be said."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that one person wants to say. ref: the client's own, at most 36 characters."""

    room_id: UUID
    person_id: UUID
    text: str
    ref: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a line: the comment's id, or why it was not taken.

    retry_after_ms: when the same may be said; 0 where waiting does not help, or nobody can tell.
    """

    comment_id: UUID | None
    refused: Refused | None = None
    retry_after_ms: int = 0


@use_case
def say(*, actor: Actor, lines: Sequence[Line], now: datetime) -> list[Verdict]:
    """Judge, store and show comments; a verdict for each line, in the order given.

    The same ref of the same person in the same room is the same comment, and said once.
    lines:  1 to 500, of any rooms. The gateway vouches for each speaker; others speak for
            themselves.
    raises: NotAllowed (a line of somebody else).
    """
    assert 1 <= len(lines) <= MAX_BATCH
    if not actor.is_system and any(line.person_id != actor.person_id for line in lines):
        raise NotAllowed(right="say")

    floors, forbidden = _floors(lines, now=now)
    found = moderation.screen_texts([line.text[: 4 * LONGEST] for line in lines], Where.CHAT, now)
    silent = minors.among(line.person_id for line in lines)
    refusals: dict[int, Verdict] = {}
    spoken: dict[_Identity, Line] = {}
    for index, line in enumerate(lines):
        cleaned, refused = _judged(
            line, floors.get(line.room_id), forbidden, is_fit=found[index].is_fit, now=now
        )
        if refused is None and line.person_id in silent:
            refused = Refused.MINORS_MODE
        if refused is not None:
            refusals[index] = _no(line, floors.get(line.room_id), refused, now=now)
        else:
            spoken.setdefault(_identity(line), replace(line, text=cleaned))

    stored = _store(spoken, floors, now=now)
    return [
        refusals.get(index) or Verdict(stored[_identity(line)]) for index, line in enumerate(lines)
    ]


def sentence(refused: Refused) -> str:
    """Why a comment was not taken, in the reader's language."""
    return gettext(_SENTENCES[refused])


@use_case
def mute(*, actor: Actor, room_id: UUID, person_id: UUID, minutes: int, now: datetime) -> None:
    """Keep somebody quiet for so many minutes (1 to 43,200); 0 lets them speak again.

    raises: NotFound, NotAllowed, Invalid (also for the hosts themselves).
    """
    room = locked_for_duty(actor, room_id, Duty.SILENCE)
    if not 0 <= minutes <= _LONGEST_MUTE.total_seconds() // 60:
        raise Invalid(field="minutes", reason="range")
    until = now + timedelta(minutes=minutes)
    if _is_sent_out(room_id, person_id):
        return  # Being sent out is the stronger word.
    _silence(actor, room, person_id, kind=Silence.MUTED, until=until, now=now)
    frames.append(
        room_id,
        frames.MUTED,
        {"person": ids.public("per", person_id), "until": clock.millis(until) if minutes else 0},
        now=now,
    )
    deed = Deed.MUTED if minutes else Deed.FORGIVEN
    note(
        actor, room.creator_id, deed,
        room_id=room_id, about_id=person_id, detail=str(minutes or ""), now=now,
    )  # fmt: skip


@use_case
def kick(*, actor: Actor, room_id: UUID, person_id: UUID, now: datetime) -> None:
    """Send somebody out for as long as the room lasts, and take down what they said here.

    raises: NotFound, NotAllowed, Invalid (the hosts themselves).
    """
    room = locked_for_duty(actor, room_id, Duty.SILENCE)
    _silence(actor, room, person_id, kind=Silence.KICKED, until=None, now=now)
    said = models.Comment.objects.filter(
        room_id=room_id, person_id=person_id, removed_at__isnull=True
    )
    newest = list(said.order_by("-said_at").values_list("id", flat=True)[:50])
    said.update(removed_at=now)
    pinning.let_go(room_id, of_person=person_id, now=now)
    if newest:
        frames.append(room_id, frames.UNSAID, {"says": [str(id) for id in newest]}, now=now)
    frames.append(room_id, frames.KICKED, {"person": ids.public("per", person_id)}, now=now)
    note(actor, room.creator_id, Deed.SENT_OUT, room_id=room_id, about_id=person_id, now=now)


@use_case
def forgive(*, actor: Actor, room_id: UUID, person_id: UUID, now: datetime) -> None:
    """Let somebody in and speak again. raises: NotFound, NotAllowed."""
    room = locked_for_duty(actor, room_id, Duty.SILENCE)
    models.PersonSilence.objects.filter(room_id=room_id, person_id=person_id).delete()
    frames.append(
        room_id, frames.MUTED, {"person": ids.public("per", person_id), "until": 0}, now=now
    )
    note(actor, room.creator_id, Deed.FORGIVEN, room_id=room_id, about_id=person_id, now=now)


@use_case
def take_down(*, actor: Actor, room_id: UUID, comment_id: UUID, now: datetime) -> None:
    """Take one comment off every screen. raises: NotFound, NotAllowed."""
    room = locked_for_duty(actor, room_id, Duty.TAKE_DOWN)
    said = models.Comment.objects.filter(pk=comment_id, room_id=room_id).first()
    if said is None:
        raise NotFound
    if said.removed_at is not None:
        return
    models.Comment.objects.filter(pk=comment_id).update(removed_at=now)
    pinning.let_go(room_id, comment_id=comment_id, now=now)
    frames.append(room_id, frames.UNSAID, {"says": [str(comment_id)]}, now=now)
    note(
        actor, room.creator_id, Deed.TAKEN_DOWN,
        room_id=room_id, about_id=said.person_id, detail=said.text, now=now,
    )  # fmt: skip


def _floors(
    lines: Sequence[Line], *, now: datetime
) -> tuple[dict[UUID, Floor], dict[UUID, tuple[str, ...]]]:
    """What decides about these lines, by room; and the words that hold in each room."""
    rooms = {
        room.id: room
        for room in models.Room.objects.filter(pk__in={line.room_id for line in lines})
    }
    speakers = {line.person_id for line in lines}
    silences: dict[UUID, dict[UUID, tuple[Silence, datetime | None]]] = {}
    for silence in models.PersonSilence.objects.filter(room_id__in=rooms, person_id__in=speakers):
        of_room = silences.setdefault(silence.room_id, {})
        of_room[silence.person_id] = (Silence(silence.kind), silence.until)
    slow = [room.id for room in rooms.values() if room.slow_mode_s]
    last_said: dict[UUID, dict[UUID, datetime]] = {}
    if slow:
        since = now - timedelta(seconds=rules.MAX_SLOW_MODE_S)
        for row in (
            models.Comment.objects.filter(
                room_id__in=slow, person_id__in=speakers, said_at__gt=since
            )
            .values("room_id", "person_id")
            .annotate(last=Max("said_at"))
        ):
            last_said.setdefault(row["room_id"], {})[row["person_id"]] = row["last"]
    hosts = {
        card.id: card.person_id
        for card in creators.cards({room.creator_id for room in rooms.values()}).values()
    }
    sitting = seats.of_creators({room.creator_id for room in rooms.values()})
    apart = blocks.pairs_apart(
        {
            (line.person_id, hosts[rooms[line.room_id].creator_id])
            for line in lines
            if line.room_id in rooms
        }
    )
    floors = {
        room.id: Floor(
            state=RoomState(room.state),
            slow_mode_s=room.slow_mode_s,
            silences=silences.get(room.id, {}),
            last_said=last_said.get(room.id, {}),
            hosts=frozenset({hosts[room.creator_id]}),
            moderators=sitting[room.creator_id],
            apart=frozenset(one for one, other in apart if other == hosts[room.creator_id]),
        )
        for room in rooms.values()
    }
    by_creator = words.of_creators({room.creator_id for room in rooms.values()})
    return floors, {room.id: by_creator[room.creator_id] for room in rooms.values()}


def _judged(
    line: Line,
    floor: Floor | None,
    forbidden: dict[UUID, tuple[str, ...]],
    *,
    is_fit: bool,
    now: datetime,
) -> tuple[str, Refused | None]:
    if floor is None:
        return "", Refused.NOT_FOUND
    try:
        cleaned = text.clean_line(line.text, field="text", longest=LONGEST)
        text.clean_line(line.ref, field="ref", longest=36)
    except Invalid:
        return "", Refused.INVALID_INPUT
    refused = rules.why_not_speak(
        floor,
        line.person_id,
        has_blocked_word=words.has_any(cleaned, forbidden[line.room_id]),
        is_fit=is_fit,
        now=now,
    )
    return cleaned, refused


def _no(line: Line, floor: Floor | None, refused: Refused, *, now: datetime) -> Verdict:
    if floor is None:
        return Verdict(None, refused)
    wait = rules.silent_for(floor, line.person_id, refused, now=now)
    return Verdict(None, refused, -(-wait // timedelta(milliseconds=1)))


@needs_transaction
def _store(
    spoken: Mapping[_Identity, Line], floors: Mapping[UUID, Floor], *, now: datetime
) -> dict[_Identity, UUID]:
    """Store and show the lines; the id of each. Lines that were said before keep their first id."""
    if not spoken:
        return {}
    # Before the look at what was said: a twin of this batch must be seen, or wait.
    frames.lock({line.room_id for line in spoken.values()})
    stored = _said_before(spoken)
    fresh = {key: line for key, line in spoken.items() if key not in stored}
    stored.update({key: ids.new() for key in fresh})
    cards = people.cards({line.person_id for line in fresh.values()})
    by_room: dict[UUID, list[dict[str, Any]]] = {}
    for key, line in fresh.items():
        by_room.setdefault(line.room_id, []).append(
            {
                "id": str(stored[key]),
                "person": ids.public("per", line.person_id),
                "name": cards[line.person_id].name,
                "avatar": cards[line.person_id].avatar_url,
                "text": line.text,
                "host": line.person_id in floors[line.room_id].hosts,
                "mod": line.person_id in floors[line.room_id].moderators,
            }
        )
    new_frames = [
        frames.NewFrame(room_id, frames.SAYS, {"says": says}) for room_id, says in by_room.items()
    ]
    seqs = dict(zip(by_room, frames.append_many(new_frames, now=now), strict=True))
    models.Comment.objects.bulk_create(
        models.Comment(
            id=stored[key],
            room_id=line.room_id,
            person_id=line.person_id,
            text=line.text,
            ref=line.ref,
            seq=seqs[line.room_id],
            said_at=now,
        )
        for key, line in fresh.items()
    )
    entries.enter_by_word(
        [(line.room_id, line.person_id, line.text) for line in fresh.values()], now=now
    )
    return stored


def _said_before(spoken: Collection[_Identity]) -> dict[_Identity, UUID]:
    rooms, persons, refs = zip(*spoken, strict=True)
    rows = sql.rows(
        "SELECT c.room_id, c.person_id, c.ref, c.id FROM live_comment c"
        " JOIN unnest(%s::uuid[], %s::uuid[], %s::text[]) AS w (room_id, person_id, ref)"
        " ON (c.room_id, c.person_id, c.ref) = (w.room_id, w.person_id, w.ref)",
        [list(rooms), list(persons), list(refs)],
    )
    return {(room_id, person_id, ref): id for room_id, person_id, ref, id in rows}


def _identity(line: Line) -> _Identity:
    return line.room_id, line.person_id, line.ref


def _is_sent_out(room_id: UUID, person_id: UUID) -> bool:
    return models.PersonSilence.objects.filter(
        room_id=room_id, person_id=person_id, kind=Silence.KICKED.value
    ).exists()


@needs_transaction
def _silence(
    actor: Actor,
    room: models.Room,
    person_id: UUID,
    *,
    kind: Silence,
    until: datetime | None,
    now: datetime,
) -> None:
    people.card(person_id)  # NotFound for nobody.
    if creators.card(room.creator_id).person_id == person_id:
        raise Invalid(field="person", reason="choice")
    if seats.duties_of(person_id, room.creator_id) and not rules.may_run(
        actor, creator_id=room.creator_id, shop_id=room.shop_id
    ):
        raise NotAllowed(right="stage")  # Only the host silences those whom the host trusts.
    models.PersonSilence.objects.update_or_create(
        room_id=room.id,
        person_id=person_id,
        defaults={
            "kind": kind.value,
            "until": until,
            "decided_by_id": actor.person_id,
            "decided_at": now,
        },
    )
