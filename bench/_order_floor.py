"""The raw limit of placing orders: `pgbench` writes the product's own rows and counts stock down.

Copies of the product's tables with all their indexes, checks and storage (`LIKE ... INCLUDING ALL`)
in a schema of their own, filled with copies of one real order by the server itself: no arrays from
a client, no look for replays, no limits, no verdicts, no foreign keys and no triggers.
"""

from collections.abc import Mapping

import psycopg
from bench import _pgbench
from bench._copies import columns
from bench._pairs import Measure
from bench._server import Server
from bench._town import Town

BATCH = 256
_LOCKED = ("trade_stock", "trade_offer_stock")
# What differs from order to order, in terms of `a`: one row of ids per order.
_VARIED: Mapping[str, Mapping[str, str]] = {
    "trade_checkout": {"id": "a.group_id", "buyer_id": "a.buyer_id", "key": "a.order_id::text"},
    "trade_order": {
        "id": "a.order_id",
        "number": "'991231' || lpad(nextval('raw.number')::text, 9, '0')",
        "group_id": "a.group_id",
        "buyer_id": "a.buyer_id",
    },
    "trade_order_line": {
        "order_id": "a.order_id",
        "buyer_id": "a.buyer_id",
        "sku_id": "a.sku_id",
        "offer_id": "a.offer_id",
    },
    "event_log": {"subject": "a.order_id::text"},
}
# Given by the table itself.
_DEFAULTS = {"event_log": {"id", "xid"}}


def make_tables(server: Server, town: Town) -> None:
    """Needs one order of the product in the database: it is the pattern."""
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA raw")
        connection.execute("CREATE SEQUENCE raw.number CACHE 100")
        for table in (*_VARIED, *_LOCKED):
            connection.execute(f"CREATE TABLE raw.{table} (LIKE {table} INCLUDING ALL)")
            _copy_settings(connection, table)
        for table in _LOCKED:
            connection.execute(f"INSERT INTO raw.{table} SELECT * FROM {table}")
        connection.execute(
            "CREATE TABLE raw.goods AS SELECT n, sku_id, offer_id"
            " FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY g(sku_id, offer_id, n)",
            [[each.sku_id for each in town.goods], [each.offer_id for each in town.goods]],
        )
        connection.execute("ALTER TABLE raw.goods ADD PRIMARY KEY (n)")
        (order_id, group_id), *_ = connection.execute(
            "SELECT id, group_id FROM trade_order LIMIT 1"
        ).fetchall()
        for table, key, value in (
            ("trade_checkout", "id", group_id),
            ("trade_order", "id", order_id),
            ("trade_order_line", "order_id", order_id),
            ("event_log", "subject", str(order_id)),
        ):
            connection.execute(
                f"CREATE TABLE raw.pattern_{table} AS SELECT * FROM {table} WHERE {key} = %s"
                " LIMIT 1",
                [value],
            )
        connection.execute("ANALYZE")


def batches(server: Server, town: Town, *, seconds: float) -> Measure:
    """Two clients, 256 orders in each transaction; rows of goods are counted down once each."""
    return _run(server, town, clients=2, size=BATCH, seconds=seconds)


def one_by_one(server: Server, town: Town, *, clients: int, seconds: float) -> Measure:
    """One order in each transaction: the row of goods first, then its order."""
    return _run(server, town, clients=clients, size=1, seconds=seconds)


def offered(server: Server, town: Town, *, per_second: float, size: int, seconds: float) -> Measure:
    """So many orders a second in batches of `size`; latency from the moment a batch was due."""
    return _run(server, town, clients=2, size=size, seconds=seconds, per_second=per_second / size)


def _run(
    server: Server, town: Town, *, clients: int, size: int, seconds: float,
    per_second: float | None = None,
) -> Measure:  # fmt: skip
    return _pgbench.run(
        server,
        _statement(server, is_single=size == 1),
        clients=clients,
        seconds=seconds,
        units=size,
        per_second=per_second,
        variables={"size": size, "skus": len(town.goods)},
    )


def _statement(server: Server, *, is_single: bool) -> str:
    """One statement, one transaction."""
    with psycopg.connect(server.owner_url) as connection:
        fields = {
            table: [
                name
                for name in columns(connection, table)
                if name not in _DEFAULTS.get(table, set())
            ]
            for table in _VARIED
        }
    parts = [_ONE if is_single else _MANY]
    for table, names in fields.items():
        values = [_VARIED[table].get(name, f"p.{name}") for name in names]
        parts.append(
            f"w_{table} AS (INSERT INTO raw.{table} ({', '.join(names)})"
            f" SELECT {', '.join(values)} FROM a, raw.pattern_{table} p)"
        )
    set_up = "\\set s random(1, :skus)\n" if is_single else ""
    return f"{set_up}WITH {', '.join(parts)} SELECT 1;\n"


_IDS = "uuidv7() AS group_id, uuidv7() AS order_id, gen_random_uuid() AS buyer_id"
_MANY = f"""
a AS MATERIALIZED (SELECT {_IDS}, k.sku_id, k.offer_id
      FROM generate_series(1, :size) g JOIN raw.goods k ON k.n = 1 + g % :skus),
n AS MATERIALIZED (SELECT sku_id, offer_id, count(*)::integer AS units FROM a GROUP BY 1, 2),
w_stock AS (UPDATE raw.trade_stock s SET reserved = reserved + n.units
      FROM n WHERE s.sku_id = n.sku_id AND s.on_hand - s.reserved >= n.units),
w_offer AS (UPDATE raw.trade_offer_stock f SET sold = sold + n.units
      FROM n WHERE f.offer_id = n.offer_id AND f.quantity - f.sold >= n.units)"""
_ONE = f"""
w_stock AS (UPDATE raw.trade_stock s SET reserved = reserved + :size
      FROM raw.goods k WHERE k.n = :s AND s.sku_id = k.sku_id AND s.on_hand - s.reserved >= :size
      RETURNING k.sku_id, k.offer_id),
w_offer AS (UPDATE raw.trade_offer_stock f SET sold = sold + :size
      FROM w_stock k WHERE f.offer_id = k.offer_id AND f.quantity - f.sold >= :size
      RETURNING k.sku_id, k.offer_id),
a AS MATERIALIZED (SELECT {_IDS}, k.sku_id, k.offer_id FROM w_offer k)"""


def _copy_settings(connection: psycopg.Connection, table: str) -> None:
    """Fill factor and the like, which LIKE leaves behind."""
    (settings,) = connection.execute(
        "SELECT coalesce(array_to_string(reloptions, ', '), '') FROM pg_class"
        " WHERE oid = %s::regclass",
        [table],
    ).fetchall()[0]
    if settings:
        connection.execute(f"ALTER TABLE raw.{table} SET ({settings})")
