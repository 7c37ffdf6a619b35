-- What other fees would have made of the orders captured since a moment: as frozen, and with them.
-- Index: none on captured_at; a report of finance over some weeks. Rows: 1.
WITH captured AS (
    SELECT order_id, paid_fen, tech_bps, channel_bps
    FROM led_order WHERE captured_at >= %(since)s
), lines AS (
    SELECT c.tech_bps, l.goods_fen - l.merchant_coupon_fen AS base_fen
    FROM captured c JOIN led_line l USING (order_id)
), tech AS (
    SELECT coalesce(sum((base_fen * tech_bps + 5000) / 10000), 0) AS was_fen,
           coalesce(sum((base_fen * %(tech)s + 5000) / 10000), 0) AS would_fen
    FROM lines
), channel AS (
    SELECT count(*) AS orders, coalesce(sum(paid_fen), 0) AS paid_fen,
           coalesce(sum((paid_fen * channel_bps + 5000) / 10000), 0) AS was_fen,
           coalesce(sum((paid_fen * %(channel)s + 5000) / 10000), 0) AS would_fen
    FROM captured
)
SELECT channel.orders, channel.paid_fen, tech.was_fen, tech.would_fen,
       channel.was_fen, channel.would_fen
FROM tech, channel;
