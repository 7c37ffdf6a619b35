"""Moderators' seats: whom a creator trusts with order in all their rooms, and what each did.

A seat never touches prices, goods or money. What it may do is asked in the database at each step,
so that a seat that was taken away stops at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, inbox, people, phones, shops
from laotie.accounts.people import PersonCard
from laotie.content.relations import follows
from laotie.kernel import ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, Refusal
from laotie.kernel.use_case import use_case
from laotie.live import models, rules
from laotie.live.backstage import duties_of, for_duty, for_host, locked_for_host, note
from laotie.live.rules import Deed, Duty

__all__ = ["Duty", "duties_of"]

_FOUND_AT_MOST = 20


class SeatsFull(Refusal):
    code = "SEATS_FULL"
    message = _("All %(most)s seats are taken. Take one back first.")


@dataclass(frozen=True, slots=True)
class SeatLine:
    """Who holds a seat, and what it holds."""

    person: PersonCard
    duties: frozenset[Duty]
    given_at: datetime


@dataclass(frozen=True, slots=True)
class ActLine:
    """One line of the log. about: whom it was done to, if to anybody."""

    person: PersonCard
    deed: Deed
    about: PersonCard | None
    detail: str
    room_id: UUID | None
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A creator in whose rooms somebody holds a seat."""

    creator: creators.CreatorCard
    duties: frozenset[Duty]


@use_case
def give(
    *, actor: Actor, room_id: UUID, person_id: UUID, duties: Collection[str], now: datetime
) -> SeatLine:
    """Give somebody a seat in all rooms of this room's creator, or change what theirs holds.

    raises: NotFound, NotAllowed (a seat cannot give seats), Invalid (no or an unknown duty, the
        creator themselves), SeatsFull.
    """
    room = locked_for_host(actor, room_id)
    known = {duty.value for duty in Duty}
    if not duties or not set(duties) <= known:
        raise Invalid(field="duties", reason="choice")
    person = people.card(person_id)
    creator = creators.card(room.creator_id)
    if creator.person_id == person_id:
        raise Invalid(field="person", reason="choice")
    held = models.Seat.objects.filter(creator_id=room.creator_id, taken_at__isnull=True)
    seat = held.filter(person_id=person_id).first()
    if seat is None and held.count() >= rules.MAX_SEATS:
        raise SeatsFull(most=rules.MAX_SEATS)
    chosen = sorted(set(duties))
    if seat is None:
        seat = models.Seat.objects.create(
            creator_id=room.creator_id, person_id=person_id, duties=chosen, given_at=now
        )
        inbox.post(
            person_id,
            inbox.NoticeKind.SEAT_GIVEN,
            {"creator": creator.name},
            ref=ids.public("crt", creator.id),
            now=now,
        )
    else:
        seat.duties = chosen
        seat.save(update_fields=["duties"])
    note(
        actor, room.creator_id, Deed.SEATED,
        room_id=room_id, about_id=person_id, detail=" ".join(chosen), now=now,
    )  # fmt: skip
    return SeatLine(person, frozenset(map(Duty, chosen)), seat.given_at)


@use_case
def take(*, actor: Actor, room_id: UUID, person_id: UUID, now: datetime) -> None:
    """Take a seat back; from the next step on its holder is a viewer. raises: NotFound, NotAllowed.

    Who holds none: nothing changes.
    """
    room = locked_for_host(actor, room_id)
    taken = models.Seat.objects.filter(
        creator_id=room.creator_id, person_id=person_id, taken_at__isnull=True
    ).update(taken_at=now)
    if taken:
        note(
            actor, room.creator_id, Deed.UNSEATED, room_id=room_id, about_id=person_id, now=now
        )  # fmt: skip


def of_creators(creator_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who holds seats in each creator's rooms. One query."""
    found: dict[UUID, set[UUID]] = {creator_id: set() for creator_id in creator_ids}
    rows = models.Seat.objects.filter(creator_id__in=creator_ids, taken_at__isnull=True)
    for creator_id, person_id in rows.values_list("creator_id", "person_id"):
        found[creator_id].add(person_id)
    return {creator_id: frozenset(held) for creator_id, held in found.items()}


def of_room(room_id: UUID, *, actor: Actor) -> tuple[SeatLine, ...]:
    """The seats in this room, oldest first; for those who run it or sit there. Four queries."""
    room = for_duty(actor, room_id)
    rows = list(
        models.Seat.objects.filter(creator_id=room.creator_id, taken_at__isnull=True).order_by(
            "given_at"
        )
    )
    cards = people.cards({row.person_id for row in rows})
    return tuple(
        SeatLine(cards[row.person_id], frozenset(map(Duty, row.duties)), row.given_at)
        for row in rows
    )


def held_by(*, actor: Actor) -> tuple[Held, ...]:
    """In whose rooms the actor holds a seat. Two queries."""
    rows = list(models.Seat.objects.filter(person_id=actor.require_person(), taken_at__isnull=True))
    cards = creators.cards({row.creator_id for row in rows})
    return tuple(Held(cards[row.creator_id], frozenset(map(Duty, row.duties))) for row in rows)


def search(room_id: UUID, *, actor: Actor, words: str) -> tuple[PersonCard, ...]:
    """People who could be given a seat: followers and staff with this name or whole number.

    Only among these, so that nobody can ask here who has an account. At most 20, three queries.
    raises: NotFound, NotAllowed.
    """
    room = for_host(actor, room_id)
    words = words.strip()[:40]
    if not words:
        return ()
    staff = set(shops.staff_with(room.shop_id, "stage")) if room.shop_id else set()
    number_of = _person_with_number(words)
    if number_of is not None:
        is_near = number_of in staff or follows.is_following(number_of, room.creator_id)
        return (people.card(number_of),) if is_near else ()
    named = follows.followers_named(room.creator_id, words, most=_FOUND_AT_MOST)
    cards = people.cards({*named, *staff})
    wanted = words.casefold()
    near = [id for id in staff if wanted in cards[id].name.casefold()]
    return tuple(cards[id] for id in dict.fromkeys([*near, *named]))[:_FOUND_AT_MOST]


def log(room_id: UUID, *, actor: Actor, most: int = 100) -> tuple[ActLine, ...]:
    """What was done to keep order in the creator's rooms, newest first. Three queries.

    raises: NotFound, NotAllowed.
    """
    room = for_duty(actor, room_id)
    rows = list(
        models.Act.objects.filter(creator_id=room.creator_id).order_by("-done_at", "-id")[:most]
    )
    cards = people.cards({row.person_id for row in rows} | {r.about_id for r in rows if r.about_id})
    return tuple(
        ActLine(
            cards[row.person_id],
            Deed(row.deed),
            cards[row.about_id] if row.about_id else None,
            row.detail,
            row.room_id,
            row.done_at,
        )
        for row in rows
    )


def _person_with_number(words: str) -> UUID | None:
    try:
        number = phones.read(words)
        return people.with_number(number)
    except Invalid:
        return None
