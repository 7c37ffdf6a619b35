"""What a room sold: one row per paid order, and the notice that the room sees."""

from datetime import datetime
from uuid import UUID

from laotie.accounts import people
from laotie.kernel.actor import Actor
from laotie.kernel.use_case import needs_transaction
from laotie.live import bag, frames, models, rules
from laotie.live.rules import RoomState
from laotie.trade import queries as trade

_SYSTEM = Actor.system("live")


@needs_transaction
def record(
    *,
    order_id: UUID,
    room_id: UUID,
    buyer_id: UUID,
    paid_fen: int,
    paid_at: datetime,
    now: datetime,
) -> None:
    """Count a paid order once, and tell the room while it is on air: a masked name, what, how many.

    A room id that is none of ours, as a client may have made up, is passed over.
    """
    room = models.Room.objects.filter(pk=room_id).first()
    if room is None:
        return
    order = trade.order_cards([order_id], actor=_SYSTEM)[order_id]
    units = sum(line.quantity for line in order.lines)
    frames.lock({room_id})  # Of two orders paid at once the later one counts both.
    new = models.Sale(
        order_id=order_id, room_id=room_id, units=units, paid_fen=paid_fen, paid_at=paid_at
    )
    if models.Sale.objects.filter(pk=order_id).exists():
        return
    new.save(force_insert=True)
    if RoomState(room.state) in rules.ON_AIR:
        frames.append(
            room_id,
            frames.BOUGHT,
            {
                "name": rules.masked(people.card(buyer_id).name),
                "title": order.lines[0].title,
                "quantity": units,
                "sold": bag.units_sold(room_id),
            },
            now=now,
        )


def room_of(order_id: UUID) -> UUID | None:
    """The room in which an order was placed, if it was in one. Two queries."""
    order = trade.order_cards([order_id], actor=_SYSTEM).get(order_id)
    return order.room_id if order else None
