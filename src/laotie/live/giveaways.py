"""Giveaways (福袋): a prize, a condition, a closing time, and a draw that anybody can do again.

The seed is made and committed to when the giveaway opens, kept sealed until it closes, and shown
with the winners. The draw is one transaction: a process that dies in it leaves an open giveaway,
which the next tick draws with the same seed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, inbox, people
from laotie.kernel import clock, crypto, ids, screening, text
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal, WrongState
from laotie.kernel.screening import Where
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import draws, frames, gifts, models, rules
from laotie.live.backstage import for_host, locked, locked_for_host
from laotie.live.rules import EntryRule, GiveawayState, RoomState
from laotie.trade import coupons

__all__ = ["EntryRule"]

LONGEST_PRIZE, LONGEST_WORD = 80, 20
_SEED = "live.giveaway.seed"


class GiveawayRunning(Refusal):
    code = "GIVEAWAY_RUNNING"
    message = _("A giveaway is open. Wait until it is drawn.")


class HasEntries(Refusal):
    code = "GIVEAWAY_HAS_ENTRIES"
    message = _("People have entered already. The giveaway is drawn at its time.")


@dataclass(frozen=True, slots=True)
class Winner:
    """place: from 1. code: what a winner of a prize in words shows to the host; else empty."""

    place: int
    no: int
    person_id: UUID
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class GiveawayCard:
    """A giveaway as everybody may see it. seed: empty until it is drawn."""

    id: UUID
    room_id: UUID
    prize: str
    coupon_id: UUID | None
    winners: int
    rule: EntryRule
    word: str
    state: GiveawayState
    commitment: str
    seed: str
    entries: int
    opened_at: datetime
    closes_at: datetime


@use_case
def open_giveaway(
    *,
    actor: Actor,
    room_id: UUID,
    prize: str,
    coupon_id: UUID | None,
    winners: int,
    rule: str,
    word: str,
    seconds: int,
    now: datetime,
) -> GiveawayCard:
    """Give something away in a room on air; the seed is fixed and its hash shown from now on.

    prize:     words; for a coupon they may be empty, it names itself.
    coupon_id: one that can be claimed now of a shop in this room; a piece for each winner is kept.
    winners:   1 to 100. seconds: 10 to 3,600. word: for the rules `word` and `both`.
    raises:    NotFound, NotAllowed, WrongState (not on air), GiveawayRunning, Invalid, CouponOver,
               TextNotAllowed, gifts.NotOfThisRoom.
    """
    room = locked_for_host(actor, room_id)
    if RoomState(room.state) not in rules.ON_AIR:
        raise WrongState(step="giveaway.open")
    if not rules.GIVEAWAY_SECONDS[0] <= seconds <= rules.GIVEAWAY_SECONDS[1]:
        raise Invalid(field="seconds", reason="range")
    if not 1 <= winners <= rules.MAX_WINNERS:
        raise Invalid(field="winners", reason="range")
    if rule not in {known.value for known in EntryRule}:
        raise Invalid(field="rule", reason="choice")
    if rule == EntryRule.FOLLOW:
        word = ""
    else:
        word = text.clean_line(word, field="word", longest=LONGEST_WORD)
        screening.require_fit(word, Where.CHAT, field="word", now=now)
    draw_due_in(room_id, now=now)
    if models.Giveaway.objects.filter(room_id=room_id, state=GiveawayState.OPEN.value).exists():
        raise GiveawayRunning
    if coupon_id is not None:
        gifts.require_of_room(room, coupon_id, now=now)
        card = coupons.reserve(coupon_id, winners, now=now)
        prize = prize.strip() or f"{card.name['zh']} / {card.name['en']}"
    prize = text.clean_line(prize, field="prize", longest=LONGEST_PRIZE)
    screening.require_fit(prize, Where.TITLE, field="prize", now=now)

    seed = secrets.token_hex(32)
    giveaway = models.Giveaway.objects.create(
        room_id=room_id,
        prize=prize,
        coupon_id=coupon_id,
        winners=winners,
        rule=rule,
        word=word,
        commitment=draws.commitment(seed),
        seed_sealed=crypto.seal(seed, context=_SEED),
        opened_at=now,
        closes_at=now + timedelta(seconds=seconds),
    )
    frames.append(room_id, frames.GIVEAWAY, _body(giveaway), now=now)
    return _card(giveaway)


@use_case
def cancel(*, actor: Actor, giveaway_id: UUID, now: datetime) -> None:
    """Call a giveaway off that nobody has entered. raises: NotFound, NotAllowed, WrongState,
    HasEntries.
    """
    room_id = room_of(giveaway_id)
    locked_for_host(actor, room_id)
    frames.lock({room_id})
    giveaway = models.Giveaway.objects.select_for_update(no_key=True).get(pk=giveaway_id)
    if giveaway.state != GiveawayState.OPEN.value:
        raise WrongState(step="giveaway.cancel")
    if giveaway.entries:
        raise HasEntries
    _call_off(giveaway, now=now)


def draw_due(*, now: datetime) -> int:
    """Draw giveaways whose time has come; how many. Rooms hear of new entries, too."""
    due = models.Giveaway.objects.filter(state=GiveawayState.OPEN.value, closes_at__lte=now)
    rooms = list(due.values_list("room_id", flat=True)[:100])
    return sum(_draw_due(room_id=room_id, now=now) for room_id in rooms)


@use_case
def _draw_due(*, room_id: UUID, now: datetime) -> bool:
    locked(room_id)
    return draw_due_in(room_id, now=now)


@needs_transaction
def draw_due_in(room_id: UUID, *, now: datetime) -> bool:
    """Draw the room's giveaway if its time has come; the room is locked by the caller."""
    giveaway = _open_one(room_id)
    if giveaway is None or giveaway.closes_at > now:
        return False
    _draw(giveaway, now=now)
    return True


@needs_transaction
def leave(room_id: UUID, *, is_stopped: bool, now: datetime) -> None:
    """The room leaves the air: what was promised is drawn among those who are in.

    is_stopped: by an operator or the brake; then nothing is drawn, since the prize may be a trick.
    """
    giveaway = _open_one(room_id)
    if giveaway is not None:
        if is_stopped:
            _call_off(giveaway, now=now)
        else:
            _draw(giveaway, now=now)


def tell_entries(*, now: datetime) -> int:
    """Tell rooms how many have entered, where that changed; how many rooms."""
    changed = models.Giveaway.objects.filter(
        ~Q(entries=F("told_entries")), state=GiveawayState.OPEN.value
    )
    return sum(
        _tell_entries(giveaway_id=giveaway_id, now=now)
        for giveaway_id in list(changed.values_list("id", flat=True)[:200])
    )


@use_case
def _tell_entries(*, giveaway_id: UUID, now: datetime) -> bool:
    frames.lock({room_of(giveaway_id)})
    giveaway = models.Giveaway.objects.select_for_update(no_key=True).get(pk=giveaway_id)
    if giveaway.state != GiveawayState.OPEN.value or giveaway.told_entries == giveaway.entries:
        return False
    giveaway.told_entries = giveaway.entries
    giveaway.save(update_fields=["told_entries"])
    body = {"giveaway": ids.public("gaw", giveaway_id), "entries": giveaway.entries}
    frames.append(giveaway.room_id, frames.ENTRIES, body, now=now)
    return True


def room_of(giveaway_id: UUID) -> UUID:
    """raises: NotFound."""
    room_id = (
        models.Giveaway.objects.filter(pk=giveaway_id).values_list("room_id", flat=True).first()
    )
    if room_id is None:
        raise NotFound
    return room_id


def card(giveaway_id: UUID) -> GiveawayCard:
    """One query. raises: NotFound."""
    row = models.Giveaway.objects.filter(pk=giveaway_id).first()
    if row is None:
        raise NotFound
    return _card(row)


def newest(room_id: UUID) -> GiveawayCard | None:
    """The room's open giveaway, else the last one. One query."""
    row = models.Giveaway.objects.filter(room_id=room_id).order_by("-opened_at").first()
    return _card(row) if row else None


def of_room(room_id: UUID, *, actor: Actor) -> tuple[GiveawayCard, ...]:
    """All giveaways of a room for its host, newest first. Two queries."""
    for_host(actor, room_id)
    rows = models.Giveaway.objects.filter(room_id=room_id).order_by("-opened_at")[:50]
    return tuple(_card(row) for row in rows)


def winners_of(giveaway_id: UUID, *, actor: Actor) -> tuple[Winner, ...]:
    """Who won, the first prize first: with names and codes for the host, masked for others.

    Two or three queries. raises: NotFound.
    """
    row = models.Giveaway.objects.filter(pk=giveaway_id).select_related("room").first()
    if row is None:
        raise NotFound
    is_host = rules.may_run(actor, creator_id=row.room.creator_id, shop_id=row.room.shop_id)
    won = list(
        models.Entry.objects.filter(giveaway_id=giveaway_id, place__isnull=False).order_by("place")
    )
    names = people.cards({entry.person_id for entry in won})
    return tuple(
        Winner(
            place=entry.place or 0,
            no=entry.no,
            person_id=entry.person_id,
            name=names[entry.person_id].name
            if is_host
            else rules.masked(names[entry.person_id].name),
            code=_code(row, entry.no) if is_host or entry.person_id == actor.person_id else "",
        )
        for entry in won
    )


def body(room_id: UUID, *, now: datetime) -> dict[str, Any] | None:
    """The open giveaway as frames carry it; None if there is none. One query."""
    giveaway = models.Giveaway.objects.filter(
        room_id=room_id, state=GiveawayState.OPEN.value, closes_at__gt=now
    ).first()
    return _body(giveaway) if giveaway else None


@needs_transaction
def _draw(giveaway: models.Giveaway, *, now: datetime) -> None:
    seed = crypto.unseal(bytes(giveaway.seed_sealed), context=_SEED)
    assert draws.commitment(seed) == giveaway.commitment
    public = ids.public("gaw", giveaway.id)
    numbers = draws.winners(seed, public, entries=giveaway.entries, most=giveaway.winners)
    rows = {
        row.no: row for row in models.Entry.objects.filter(giveaway_id=giveaway.id, no__in=numbers)
    }
    claims: dict[UUID, UUID] = {}
    if giveaway.coupon_id is not None:
        lucky = [rows[no].person_id for no in numbers]
        if lucky:
            claims = coupons.give_reserved(giveaway.coupon_id, lucky, now=now)
        coupons.release(giveaway.coupon_id, giveaway.winners - len(lucky))
    for place, no in enumerate(numbers, start=1):
        rows[no].place = place
        rows[no].claim_id = claims.get(rows[no].person_id)
    models.Entry.objects.bulk_update(rows.values(), ["place", "claim_id"])
    _close(giveaway, GiveawayState.DRAWN if numbers else GiveawayState.CANCELLED, seed, now=now)
    names = people.cards({row.person_id for row in rows.values()})
    frames.append(
        giveaway.room_id,
        frames.DRAWN,
        {
            "giveaway": public,
            "prize": giveaway.prize,
            "seed": seed if numbers else "",
            "entries": giveaway.entries,
            "winners": [
                {
                    "person": ids.public("per", rows[no].person_id),
                    "name": rules.masked(names[rows[no].person_id].name),
                    "no": no,
                }
                for no in numbers
            ],
        },
        now=now,
    )
    host = creators.card(giveaway.room.creator_id).name
    for no in numbers:
        inbox.post(
            rows[no].person_id,
            inbox.NoticeKind.GIVEAWAY_WON,
            {"creator": host, "prize": giveaway.prize},
            ref=public,
            now=now,
        )


@needs_transaction
def _call_off(giveaway: models.Giveaway, *, now: datetime) -> None:
    if giveaway.coupon_id is not None:
        coupons.release(giveaway.coupon_id, giveaway.winners)
    _close(giveaway, GiveawayState.CANCELLED, "", now=now)
    body = {
        "giveaway": ids.public("gaw", giveaway.id), "prize": giveaway.prize, "seed": "",
        "entries": giveaway.entries, "winners": [],
    }  # fmt: skip
    frames.append(giveaway.room_id, frames.DRAWN, body, now=now)


@needs_transaction
def _close(giveaway: models.Giveaway, state: GiveawayState, seed: str, *, now: datetime) -> None:
    giveaway.state = state.value
    giveaway.seed = seed if state is GiveawayState.DRAWN else ""
    giveaway.closed_at = now
    giveaway.save(update_fields=["state", "seed", "closed_at"])


@needs_transaction
def _open_one(room_id: UUID) -> models.Giveaway | None:
    # In the order in which comments lock: the room's numbers, then the giveaway.
    frames.lock({room_id})
    return (
        models.Giveaway.objects.select_for_update(no_key=True, of=("self",))
        .select_related("room")
        .filter(room_id=room_id, state=GiveawayState.OPEN.value)
        .first()
    )


def _shown(name: str, *, is_host: bool) -> str:
    return name if is_host else rules.masked(name)


def _code(giveaway: models.Giveaway, no: int) -> str:
    """What a winner of a prize in words says to the host: the beginning of their ticket."""
    if giveaway.coupon_id is not None or not giveaway.seed:
        return ""
    return draws.ticket(giveaway.seed, ids.public("gaw", giveaway.id), no)[:8].upper()


def _body(row: models.Giveaway) -> dict[str, Any]:
    return {
        "giveaway": ids.public("gaw", row.id),
        "prize": row.prize,
        "winners": row.winners,
        "rule": row.rule,
        "word": row.word,
        "entries": row.entries,
        "commitment": row.commitment,
        "closes_at": clock.millis(row.closes_at),
    }


def _card(row: models.Giveaway) -> GiveawayCard:
    return GiveawayCard(
        id=row.id,
        room_id=row.room_id,
        prize=row.prize,
        coupon_id=row.coupon_id,
        winners=row.winners,
        rule=EntryRule(row.rule),
        word=row.word,
        state=GiveawayState(row.state),
        commitment=row.commitment,
        seed=row.seed,
        entries=row.entries,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
    )
