"""What a room sold, line by line: the raw material of its report. Nobody's name is in it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from laotie.kernel import sql

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One paid line of an order that was placed in a room.

    paid_fen: goods less all coupons, without freight. base_fen: what rates are taken of: goods less
    the shop's coupon. creator_id: who earns on it, at `creator_bps`.
    """

    order_id: UUID
    line_no: int
    product_id: UUID
    title: dict[str, str]
    units: int
    refunded_units: int
    goods_fen: int
    paid_fen: int
    base_fen: int
    creator_id: UUID | None
    creator_bps: int
    state: str
    paid_at: datetime
    received_at: datetime | None
    complete_by: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """An order at a glance: where it was placed, how many units, what its first line is called."""

    room_id: UUID | None
    units: int
    title: dict[str, str]


def orders_at_a_glance(order_ids: Iterable[UUID]) -> dict[UUID, SoldOrder]:
    """Those of these orders that exist. One query; the caller has asked who may look."""
    rows = sql.hot(
        "SELECT o.id, o.room_id, sum(l.quantity)::int,"
        " (array_agg(l.title ORDER BY l.line_no))[1]::text"
        " FROM trade_order o JOIN trade_order_line l ON l.order_id = o.id"
        " WHERE o.id = ANY (%s) GROUP BY o.id",
        [list(order_ids)],
    )
    return {
        order_id: SoldOrder(room_id, units, json.loads(title))
        for order_id, room_id, units, title in rows
    }


def lines_of(room_id: UUID) -> tuple[SoldLine, ...]:
    """The paid lines of a room, oldest first. One query; the caller has asked who may look."""
    return tuple(line for _room_id, line in _lines(room_id=room_id, since=_EPOCH))


def lines_of_creator(
    creator_id: UUID, *, since: datetime
) -> tuple[tuple[UUID | None, SoldLine], ...]:
    """The paid lines on which a creator earns since a moment, each with its room. One query.

    At most 20,000 lines, oldest first; the caller has asked who may look.
    """
    return _lines(creator_id=creator_id, since=since)


def _lines(
    *, room_id: UUID | None = None, creator_id: UUID | None = None, since: datetime
) -> tuple[tuple[UUID | None, SoldLine], ...]:
    rows = sql.rows(
        sql.text("trade", "lines_sold"), {"room": room_id, "creator": creator_id, "since": since}
    )
    return tuple(
        (row[0], SoldLine(row[1], row[2], row[3], _texts(row[4]), *row[5:])) for row in rows
    )


def _texts(stored: str | dict[str, str]) -> dict[str, str]:
    if isinstance(stored, str):
        texts: dict[str, str] = json.loads(stored)
        return texts
    return stored
