"""Taking part in a giveaway: each person once, with the next number.

Numbers are given without a gap under the giveaway's row lock, so that after the draw anybody can
work out the ticket of every number from the seed and the count alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from laotie.accounts import creators, shops
from laotie.content.relations import follows
from laotie.kernel import ids, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotFound, Refusal
from laotie.kernel.use_case import needs_transaction, use_case
from laotie.live import models, seats
from laotie.live.rules import EntryRule, GiveawayState


class GiveawayOver(Refusal):
    code = "GIVEAWAY_OVER"
    message = _("This giveaway is over. Watch for the next one.")


class NotYetIn(Refusal):
    """`missing`: word or follow."""

    code = "GIVEAWAY_CONDITION"
    message = _("Do what the giveaway asks for first, then you are in.")


class NotForHosts(Refusal):
    code = "GIVEAWAY_NOT_FOR_HOSTS"
    message = _("Those who run the room cannot win in it.")


@dataclass(frozen=True, slots=True)
class EntryCard:
    """Somebody's part in a giveaway. place: set for winners after the draw."""

    giveaway_id: UUID
    no: int
    place: int | None


@use_case
def enter(*, actor: Actor, giveaway_id: UUID, now: datetime) -> EntryCard:
    """Take part; who takes part already keeps their number.

    raises: SignInFirst, NotFound, GiveawayOver, NotForHosts, NotYetIn.
    """
    person_id = actor.require_person()
    giveaway = models.Giveaway.objects.filter(pk=giveaway_id).select_related("room").first()
    if giveaway is None:
        raise NotFound
    known = models.Entry.objects.filter(giveaway_id=giveaway_id, person_id=person_id).first()
    if known is not None:
        return _card(known)
    if person_id in _hosts(giveaway.room):
        raise NotForHosts
    if giveaway.rule != EntryRule.FOLLOW and not _has_said(giveaway, person_id):
        raise NotYetIn(missing="word")
    if giveaway.rule != EntryRule.WORD and not follows.is_following(
        person_id, giveaway.room.creator_id
    ):
        raise NotYetIn(missing="follow")
    if not _number(giveaway_id, [person_id], now=now):
        raise GiveawayOver
    return _card(models.Entry.objects.get(giveaway_id=giveaway_id, person_id=person_id))


@needs_transaction
def enter_by_word(said: Sequence[tuple[UUID, UUID, str]], *, now: datetime) -> None:
    """Take in those whose comment holds the word of their room's open giveaway.

    said: room, person and text of comments that were taken. One query while no giveaway is open.
    """
    opened = models.Giveaway.objects.filter(
        room_id__in={room_id for room_id, _person, _text in said},
        state=GiveawayState.OPEN.value,
        closes_at__gt=now,
    ).exclude(rule=EntryRule.FOLLOW.value)
    for giveaway in opened.select_related("room").order_by("id"):
        word = giveaway.word.casefold()
        speakers = dict.fromkeys(
            person_id
            for room_id, person_id, text in said
            if room_id == giveaway.room_id and word in text.casefold()
        )
        allowed = [id for id in speakers if id not in _hosts(giveaway.room)]
        if giveaway.rule == EntryRule.BOTH:
            followers = follows.those_following(giveaway.room.creator_id, allowed)
            allowed = [id for id in allowed if id in followers]
        if allowed:
            _number(giveaway.id, allowed, now=now)


def of_person(person_id: UUID | None, giveaway_id: UUID) -> EntryCard | None:
    """Somebody's part in a giveaway. One query."""
    if person_id is None:
        return None
    row = models.Entry.objects.filter(giveaway_id=giveaway_id, person_id=person_id).first()
    return _card(row) if row else None


@needs_transaction
def _number(giveaway_id: UUID, person_ids: Collection[UUID], *, now: datetime) -> bool:
    """Give the next numbers to those who have none yet; False when the giveaway is closed."""
    giveaway = (
        models.Giveaway.objects.select_for_update(no_key=True)
        .filter(pk=giveaway_id, state=GiveawayState.OPEN.value, closes_at__gt=now)
        .first()
    )
    if giveaway is None:
        return False
    fresh = list(person_ids)
    taken = set(
        models.Entry.objects.filter(giveaway_id=giveaway_id, person_id__in=fresh).values_list(
            "person_id", flat=True
        )
    )
    fresh = [person_id for person_id in fresh if person_id not in taken]
    models.Entry.objects.bulk_create(
        models.Entry(
            id=ids.new(), giveaway_id=giveaway_id, person_id=person_id, no=no, entered_at=now
        )
        for no, person_id in enumerate(fresh, start=giveaway.entries + 1)
    )
    giveaway.entries += len(fresh)
    giveaway.save(update_fields=["entries"])
    return True


def _has_said(giveaway: models.Giveaway, person_id: UUID) -> bool:
    found = sql.rows(
        "SELECT 1 FROM live_comment WHERE room_id = %s AND person_id = %s AND said_at >= %s"
        " AND removed_at IS NULL AND position(lower(%s) IN lower(text)) > 0 LIMIT 1",
        [giveaway.room_id, person_id, giveaway.opened_at, giveaway.word],
    )
    return bool(found)


def _hosts(room: models.Room) -> frozenset[UUID]:
    """Who runs the room or keeps order in it, and so cannot win. Three queries."""
    staff = shops.staff_with(room.shop_id, "stage") if room.shop_id else ()
    sitting = seats.of_creators([room.creator_id])[room.creator_id]
    return frozenset({creators.card(room.creator_id).person_id, *staff, *sitting})


def _card(row: models.Entry) -> EntryCard:
    return EntryCard(row.giveaway_id, row.no, row.place)
