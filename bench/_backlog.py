"""Sales whose money has come and is still to take effect: one real one, copied by the thousand.

The pattern is made through use cases: a buyer in a live room, an order, its payment. Copies differ
in their ids alone and carry the events that their making would have published.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from bench._copies import copy_rows
from bench._server import Server

if TYPE_CHECKING:
    from laotie.kernel.event_log import Consumer

CONSUMERS = ("trade", "live.screens", "trade-notices", "integrations")
NUMBER = "replace(right(w.order_id::text, 20), '-', '')"
_LATER = "now() + interval '1 hour'"

_IDS = """
CREATE TABLE IF NOT EXISTS bench_copy (
    n bigint GENERATED ALWAYS AS IDENTITY, group_id uuid, order_id uuid, buyer_id uuid,
    payment_id uuid, captured_at timestamptz);
TRUNCATE bench_copy;
"""
_EVENTS = """
INSERT INTO event_log (name, version, subject, body)
SELECT name, 1, subject, body FROM (
    SELECT 0 AS step, w.n, 'trade.order_placed' AS name, w.order_id::text AS subject,
        jsonb_build_object('order_id', o.id, 'group_id', o.group_id, 'shop_id', o.shop_id,
            'buyer_id', o.buyer_id, 'room_id', o.room_id, 'total_fen', o.total_fen,
            'placed_at', o.placed_at) AS body
    FROM bench_copy w JOIN trade_order o ON o.id = w.order_id
    UNION ALL
    SELECT 1, w.n, 'payments.payment_captured', p.id::text,
        jsonb_build_object('payment_id', p.id, 'group_id', p.group_id,
            'amount_fen', p.amount_fen, 'captured_at', p.captured_at)
    FROM bench_copy w JOIN pay_payment p ON p.id = w.payment_id AND p.captured_at IS NOT NULL
) AS told ORDER BY n / 200, step, n
"""


def pattern(now: datetime | None = None) -> UUID:
    """One order placed in a live room, with its payment written down; the order's id.

    now: for parts that look at the clock themselves; else the moment of the builders.
    """
    from tests import builders
    from tests.outside import stand_in
    from tests.usecases.live import scenes

    from laotie.runtime import wiring
    from laotie.trade import orders

    now = now or builders.NOW
    scene = scenes.a_live_room(now)
    buyer = builders.a_person()
    with stand_in():
        quote = builders.a_quote(buyer, {scene.sku_id: 1}, room_id=scene.room_id, now=now)
        placed = builders.place(buyer, quote, now=now)
        orders.pay(actor=buyer, group_id=placed.group_id, now=now)
    read_all(*wiring.consumers())
    return placed.orders[0].order_id


_CAPTURED = {"state": "'SUCCEEDED'", "captured_at": "w.captured_at", "next_query_at": "NULL"}
# Offered to the provider a moment ago, and not to be asked about for an hour.
_OFFERED = {
    "state": "'PENDING'", "asked_at": "now()", "answered_at": "now()", "pay_by": _LATER,
    "next_query_at": _LATER,
}  # fmt: skip


def add(server: Server, order_id: UUID, count: int, *, is_captured: bool = True) -> None:
    """So many more sales like this one, placed and told of; in `bench_copy` they have their ids.

    is_captured: their money has come and is in the log, unread; else the provider waits for it.
    """
    pay_by = {} if is_captured else {"pay_by": _LATER}
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute(_IDS)
        connection.execute(
            "INSERT INTO bench_copy (group_id, order_id, buyer_id, payment_id, captured_at)"
            " SELECT uuidv7(), uuidv7(), uuidv7(), uuidv7(), o.placed_at"
            " FROM trade_order o, generate_series(1, %s) WHERE o.id = %s",
            [count, order_id],
        )
        source = connection.execute(
            "SELECT o.buyer_id, o.group_id, l.sku_id, p.id FROM trade_order o"
            " JOIN trade_order_line l ON l.order_id = o.id"
            " JOIN pay_payment p ON p.group_id = o.group_id WHERE o.id = %s",
            [order_id],
        ).fetchone()
        assert source
        buyer_id, group_id, sku_id, payment_id = source
        copy(connection, "accounts_person", "id", buyer_id, {
            "id": "w.buyer_id", "phone_index": "sha256(w.buyer_id::text::bytea)",
        })  # fmt: skip
        copy(connection, "trade_checkout", "id", group_id, {
            "id": "w.group_id", "buyer_id": "w.buyer_id", "key": "w.group_id::text", **pay_by,
        })  # fmt: skip
        copy(connection, "trade_order", "id", order_id, {
            "id": "w.order_id", "group_id": "w.group_id", "buyer_id": "w.buyer_id",
            "number": NUMBER,
        })  # fmt: skip
        copy(connection, "trade_order_line", "order_id", order_id, {
            "order_id": "w.order_id", "buyer_id": "w.buyer_id",
        })  # fmt: skip
        copy(connection, "pay_payment", "id", payment_id, {
            "id": "w.payment_id", "group_id": "w.group_id", "payer_id": "w.buyer_id",
            "out_no": "w.payment_id::text", **(_CAPTURED if is_captured else _OFFERED),
        })  # fmt: skip
        connection.execute(
            "UPDATE trade_stock SET reserved = reserved + %s WHERE sku_id = %s", [count, sku_id]
        )
        connection.execute(_EVENTS)
        connection.execute("VACUUM ANALYZE")


def payments(server: Server) -> list[str]:
    """The providers' numbers of the sales that were added last, in their order."""
    with psycopg.connect(server.superuser_url) as connection:
        rows = connection.execute("SELECT payment_id::text FROM bench_copy ORDER BY n").fetchall()
    return [number for (number,) in rows]


def total_fen(order_id: UUID) -> int:
    """What one such sale costs."""
    from laotie.kernel import sql

    ((fen,),) = sql.rows("SELECT total_fen FROM trade_order WHERE id = %s", [order_id])
    return int(fen)


def copy(
    connection: psycopg.Connection,
    table: str,
    key: str,
    pattern_id: UUID,
    changed: Mapping[str, str],
    *,
    into: str = "",
    wishes: str = "bench_copy",
) -> None:
    """One row of `table t` again for each row of `wishes w`, with these columns changed."""
    join = f"{wishes} w ON t.{key} = %(pattern)s ORDER BY w.n"
    copy_rows(connection, table, changed, join, {"pattern": pattern_id}, into=into)


def consumers(*names: str) -> list["Consumer"]:
    """The readers of these names, in this order."""
    from laotie.runtime import wiring

    known = {consumer.name: consumer for consumer in wiring.consumers()}
    return [known[name] for name in names]


def read_all(*readers: "Consumer") -> None:
    """One reader after the other, each to the end of the log."""
    from laotie.kernel import event_log

    for reader in readers:
        while event_log.read_on(reader):
            pass
