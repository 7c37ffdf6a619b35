-- The plain case of captured money, for many checkouts at once: each is open, and this is what it
-- costs. Checkout and orders become paid, `order_paid` is told, and `post_sold` for each post that
-- goods of an order were found in, and the orders come back with their lines, for the ledger. What is
-- not plain is left as it was, and does not come back.
-- Index: trade_checkout_pkey, order_of_checkout, trade_order_line_pkey. Rows: one per order line.
-- Checkouts are locked in the order of their ids before anything is written, and looked up one by
-- one: a join would go through all that are open, and a sale has many more of these than come here.
WITH arrived AS MATERIALIZED (
    SELECT group_id, payment_id, amount_fen, captured_at
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::timestamptz[])
        AS a (group_id, payment_id, amount_fen, captured_at)
    ORDER BY group_id
), plain AS MATERIALIZED (
    SELECT c.id, a.payment_id, a.captured_at
    FROM arrived a CROSS JOIN LATERAL (
        SELECT id FROM trade_checkout
        WHERE id = a.group_id AND state = 'OPEN' AND total_fen = a.amount_fen
            AND NOT EXISTS (SELECT FROM trade_lost_payment l WHERE l.payment_id = a.payment_id)
        FOR NO KEY UPDATE
    ) AS c
    WHERE c.id = a.group_id -- Said twice: few rows are expected then, and orders looked up as well.
), checkouts AS (
    UPDATE trade_checkout c
    SET state = 'PAID', payment_id = plain.payment_id, paid_at = plain.captured_at
    FROM plain WHERE c.id = plain.id
), orders AS (
    UPDATE trade_order o SET state = 'PAID', paid_at = plain.captured_at
    FROM plain WHERE o.group_id = plain.id
    RETURNING old.state AS was, o.id, o.group_id, plain.payment_id, o.shop_id, o.buyer_id,
        o.room_id, o.total_fen, o.paid_at, o.tech_bps, o.channel_bps, o.rule_version
), told AS (
    INSERT INTO event_log (generation, at, name, version, subject, body)
    SELECT (SELECT event_generation_now()), (SELECT laotie_now()), 'trade.order_paid', 1, id::text,
        jsonb_build_object(
            'order_id', id, 'group_id', group_id, 'shop_id', shop_id, 'buyer_id', buyer_id,
            'room_id', room_id, 'paid_fen', total_fen, 'paid_at', paid_at)
    FROM orders ORDER BY orders.id
), lines AS (
    SELECT o.was, o.group_id, o.payment_id, o.id, o.shop_id, o.buyer_id, o.tech_bps, o.channel_bps,
        o.rule_version, l.line_no, l.quantity, l.goods_fen, l.merchant_coupon_fen,
        l.platform_coupon_fen, l.freight_fen, l.creator_id, l.creator_bps, l.creator_rule,
        l.post_id, o.paid_at
    FROM orders o JOIN trade_order_line l ON l.order_id = o.id
), posts_told AS (
    INSERT INTO event_log (generation, at, name, version, subject, body)
    SELECT (SELECT event_generation_now()), (SELECT laotie_now()), 'trade.post_sold', 1, id::text,
        jsonb_build_object(
            'order_id', id, 'post_id', post_id, 'buyer_id', buyer_id, 'paid_at', paid_at)
    FROM (SELECT DISTINCT id, post_id, buyer_id, paid_at FROM lines WHERE post_id IS NOT NULL) sold
    ORDER BY id, post_id
)
SELECT was, group_id, payment_id, id, shop_id, buyer_id, tech_bps, channel_bps, rule_version,
    line_no, quantity, goods_fen, merchant_coupon_fen, platform_coupon_fen, freight_fen, creator_id,
    creator_bps, creator_rule
FROM lines ORDER BY group_id, id, line_no
