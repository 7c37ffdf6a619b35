"""What a room sold: one row per paid order, and the notices that the room sees."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from laotie.accounts import people
from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction
from laotie.live import frames, models, rules
from laotie.live.frames import NewFrame
from laotie.live.rules import RoomState
from laotie.trade import room_figures

# Of many orders paid at once a room sees the last by name; each notice counts all before it.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Paid:
    """An order that a buyer placed in a room, and whose money is here."""

    order_id: UUID
    room_id: UUID
    buyer_id: UUID
    paid_fen: int
    paid_at: datetime


@needs_transaction
def record(paid: Sequence[Paid], *, now: datetime) -> None:
    """Count each paid order once, and tell rooms on air: a masked name, what, how many.

    A room id that is none of ours, as a client may have made up, is passed over. Seven statements,
    however many orders and rooms.
    """
    rooms = models.Room.objects.filter(pk__in={each.room_id for each in paid})
    states = {id: RoomState(state) for id, state in rooms.values_list("id", "state")}
    ours = {each.order_id: each for each in paid if each.room_id in states}
    if not ours:
        return
    sold = room_figures.orders_at_a_glance(ours)
    frames.lock(states)  # Of orders paid at once the later one counts all.
    new = _store(list(ours.values()), sold)
    on_air = [
        each
        for each in ours.values()
        if each.order_id in new and states[each.room_id] in rules.ON_AIR
    ]
    if on_air:
        frames.append_many(_notices(on_air, sold), now=now)


def rooms_of(order_ids: Iterable[UUID]) -> set[UUID]:
    """The rooms in which these orders were placed, if any were in one. One query."""
    glances = room_figures.orders_at_a_glance(order_ids).values()
    return {glance.room_id for glance in glances if glance.room_id is not None}


def _store(paid: Sequence[Paid], sold: dict[UUID, room_figures.SoldOrder]) -> set[UUID]:
    """Write the rows that are not there yet; their orders."""
    rows = sql.hot(
        "INSERT INTO live_sale (order_id, room_id, units, paid_fen, paid_at)"
        " SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::bigint[], %s::timestamptz[])"
        " ON CONFLICT (order_id) DO NOTHING RETURNING order_id",
        [
            [each.order_id for each in paid],
            [each.room_id for each in paid],
            [sold[each.order_id].units for each in paid],
            [each.paid_fen for each in paid],
            [each.paid_at for each in paid],
        ],
    )
    return {order_id for (order_id,) in rows}


def _notices(paid: Sequence[Paid], sold: dict[UUID, room_figures.SoldOrder]) -> list[NewFrame]:
    """What rooms see of sales just stored, each with the room's count as it was then."""
    rooms = {each.room_id for each in paid}
    totals = models.Sale.objects.filter(room_id__in=rooms).values_list("room_id")
    counts = dict(totals.annotate(Sum("units")))
    to_come = Counter(each.room_id for each in paid)
    for each in paid:
        counts[each.room_id] -= sold[each.order_id].units
    names = people.cards(each.buyer_id for each in paid)
    told = []
    for each in paid:
        glance = sold[each.order_id]
        counts[each.room_id] += glance.units
        to_come[each.room_id] -= 1
        if to_come[each.room_id] < MOST_NAMED:
            body = {
                "name": rules.masked(names[each.buyer_id].name),
                "title": glance.title,
                "quantity": glance.units,
                "sold": counts[each.room_id],
            }
            told.append(NewFrame(each.room_id, frames.BOUGHT, body))
    return told
