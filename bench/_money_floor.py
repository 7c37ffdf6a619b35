"""What captured money writes, as plain rows by `pgbench`: the floor of `settle` and `captures`.

It writes what a batch of the product's own readers writes, to copies of the same tables with all
their indexes and checks (`LIKE ... INCLUDING ALL`), from rows that the server makes up. It has no
foreign keys, no proofs and no locks, reads no events, remembers no position, and asks nobody.
"""

from uuid import UUID

import psycopg
from bench import _backlog, _pgbench
from bench._pairs import Measure
from bench._server import Server

BATCH = 200  # As the readers' own.


def run(
    server: Server,
    order_id: UUID,
    *,
    wishes: int,
    seconds: float = 0.0,
    is_told: bool = False,
    batch: int = BATCH,
    per_second: float | None = None,
) -> Measure:
    """Sales like this one whose money comes, in batches. The copies start empty each time.

    wishes:     how many there are; without a time all of them, else no more than these.
    is_told:    with the notice that came, the payment, and what room, buyer and shop are told.
    per_second: batches to offer; else as fast as it goes.
    """
    _make_tables(server, order_id, wishes=wishes)
    server.analyze()
    server.settle()
    steps = (_BEGIN, *((_NOTICED,) if is_told else ()), _SETTLED, *((_TOLD,) if is_told else ()))
    return _pgbench.run(
        server,
        "".join((*steps, "COMMIT;\n")),
        clients=1,
        seconds=seconds,
        transactions=0 if seconds else wishes // batch,
        units=batch,
        per_second=per_second,
        variables={"batch": batch},
    )


def _make_tables(server: Server, order_id: UUID, *, wishes: int) -> None:
    """As wide as the real ones, with what is there before any money has come."""
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS raw CASCADE")
        connection.execute("CREATE SCHEMA raw")
        for table in _TABLES:
            connection.execute(f"CREATE TABLE raw.{table} (LIKE {table} INCLUDING ALL)")
        connection.execute(_WISHES)
        connection.execute("CREATE SEQUENCE raw.batch MINVALUE 0 START 0")
        connection.execute(
            "INSERT INTO raw.wish (group_id, order_id, payment_id)"
            " SELECT uuidv7(), uuidv7(), uuidv7() FROM generate_series(1, %s)",
            [wishes],
        )
        (group_id, payment_id) = connection.execute(
            "SELECT o.group_id, p.id FROM trade_order o"
            " JOIN pay_payment p ON p.group_id = o.group_id WHERE o.id = %s",
            [order_id],
        ).fetchall()[0]
        for table, pattern_id, changed in (
            ("trade_checkout", group_id, {
                "id": "w.group_id", "buyer_id": "uuidv7()", "key": "w.group_id::text",
            }),
            ("trade_order", order_id, {
                "id": "w.order_id", "group_id": "w.group_id", "buyer_id": "uuidv7()",
                "number": _backlog.NUMBER,
                "placed_at": "t.placed_at + w.n * interval '1 ms'",
            }),
            ("pay_payment", payment_id, {
                "id": "w.payment_id", "group_id": "w.group_id", "out_no": "w.payment_id::text",
            }),
        ):  # fmt: skip
            _backlog.copy(
                connection, table, "id", pattern_id, changed,
                into=f"raw.{table}", wishes="raw.wish",
            )  # fmt: skip


_TABLES = (
    "trade_checkout", "trade_order", "event_log", "led_txn", "led_leg", "led_order", "led_line",
    "pay_notice", "pay_payment", "live_sale", "live_frame", "accounts_notice",
)  # fmt: skip
_WISHES = """
CREATE TABLE raw.wish (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id uuid, order_id uuid, payment_id uuid)
"""
_BEGIN = """
BEGIN;
SELECT nextval('raw.batch') * :batch::bigint AS first \\gset
SELECT n AS last FROM raw.wish WHERE n = :first::bigint + :batch::bigint \\gset
"""
_NOTICED = """
INSERT INTO raw.pay_notice (id, channel, event_id, kind, out_no, body, headers, received_at, state,
        tries, next_at, cause)
    SELECT w.order_id, 'lab', 'evt_' || w.payment_id, 'payment.succeeded', w.payment_id::text,
        repeat('0123456789', 28)::bytea, jsonb_build_object('x-key-id', 'lab', 'x-timestamp',
        '1795000000', 'x-nonce', repeat('n', 24), 'x-signature', repeat('0123456789abcdef', 4)),
        now(), 'HANDLED', 0, now(), ''
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
UPDATE raw.pay_payment p SET state = 'SUCCEEDED', captured_at = now(), answered_at = now(),
        next_query_at = NULL, provider_paid_at = now(), fee_fen = 12,
        provider_no = 'LP' || w.payment_id, pay_url = 'http://127.0.0.1/pay/' || w.payment_id
    FROM raw.wish w
    WHERE w.n > :first::bigint AND w.n <= :last::bigint AND p.id = w.payment_id;
INSERT INTO raw.event_log (generation, at, name, version, subject, body)
    SELECT 1, now(), 'payments.payment_captured', 1, w.payment_id::text, jsonb_build_object(
        'payment_id', w.payment_id, 'group_id', w.group_id, 'amount_fen', 1990,
        'captured_at', now())
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
"""
# The traces are as long as real ones. A batch past the last wish fails for want of `last`.
_SETTLED = """
UPDATE raw.trade_checkout c SET state = 'PAID', payment_id = w.payment_id, paid_at = now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint AND c.id = w.group_id;
UPDATE raw.trade_order o SET state = 'PAID', paid_at = now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint AND o.id = w.order_id;
INSERT INTO raw.event_log (generation, at, name, version, subject, body)
    SELECT 1, now(), 'trade.order_paid', 1, w.order_id::text, jsonb_build_object(
        'order_id', w.order_id, 'group_id', w.group_id, 'shop_id', w.group_id,
        'buyer_id', w.payment_id, 'room_id', w.group_id, 'paid_fen', 1990, 'paid_at', now())
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_txn (id, idem, digest, kind, phase, order_id, payment_id, actor, effective_at,
        created_at)
    SELECT w.order_id, 'capture:' || w.order_id, repeat('0123456789abcdef', 4), 'capture', 'posted',
        w.order_id, w.payment_id, 'system', now(), now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_leg (txn_id, n, account_id, amount_fen, currency, role, trace)
    SELECT w.order_id, l.n, l.n, l.fen, 'CNY', 'buyer', l.trace
    FROM raw.wish w CROSS JOIN (VALUES (1, -1990, NULL), (2, 1990,
        '{"terms": [1990, 0, 0, 0], "rule": "sum"}'::jsonb)) AS l (n, fen, trace)
    WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_order (order_id, group_id, shop_id, buyer_id, payment_id, digest, tech_bps,
        channel_bps, rule_version, paid_fen, subsidy_fen, state, held_fen, refunded_fen,
        subsidy_back_fen, captured_at)
    SELECT w.order_id, w.group_id, w.group_id, w.payment_id, w.payment_id,
        repeat('0123456789abcdef', 4), 200, 60, 1, 1990, 0, 'HELD', 1990, 0, 0, now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.led_line (order_id, line_no, quantity, goods_fen, merchant_coupon_fen,
        platform_coupon_fen, freight_fen, roles, refunded_units, freight_refunded)
    SELECT w.order_id, 1, 1, 1990, 0, 0, 0, '[]', 0, false
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
"""
# A room is shown the last ten of a batch by name; the buyer and one who ships have their notice.
_TOLD = """
INSERT INTO raw.live_sale (order_id, room_id, units, paid_fen, paid_at)
    SELECT w.order_id, '00000000-0000-7000-8000-000000000000', 1, 1990, now()
    FROM raw.wish w WHERE w.n > :first::bigint AND w.n <= :last::bigint;
INSERT INTO raw.live_frame (room_id, epoch, seq, kind, body, at)
    SELECT '00000000-0000-7000-8000-000000000000', 1, w.n, 'bought', jsonb_build_object(
        'name', '*客', 'title', jsonb_build_object('zh', '茶盏', 'en', 'Tea cup'),
        'quantity', 1, 'sold', w.n), now()
    FROM raw.wish w WHERE w.n > greatest(:first::bigint, :last::bigint - 10)
        AND w.n <= :last::bigint;
INSERT INTO raw.accounts_notice (id, person_id, kind, ref, facts, posted_at)
    SELECT uuidv7(), CASE k.kind WHEN 'order_paid' THEN w.group_id ELSE w.payment_id END, k.kind,
        'ord_' || replace(w.order_id::text, '-', ''),
        jsonb_build_object('order', right(w.order_id::text, 20)), now()
    FROM raw.wish w CROSS JOIN (VALUES ('order_paid'), ('order_to_ship')) AS k (kind)
    WHERE w.n > :first::bigint AND w.n <= :last::bigint;
"""
