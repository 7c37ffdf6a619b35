-- The frozen money of orders just captured: all of it is held. Rows: one per order.
INSERT INTO led_order (
    order_id, group_id, shop_id, buyer_id, payment_id, digest, tech_bps, channel_bps, rule_version,
    paid_fen, subsidy_fen, state, held_fen, refunded_fen, subsidy_back_fen, captured_at
)
SELECT
    order_id, group_id, shop_id, buyer_id, payment_id, digest, tech_bps, channel_bps, rule_version,
    paid_fen, subsidy_fen, %s, paid_fen + subsidy_fen, 0, 0, %s
FROM unnest(
    %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::int[], %s::int[],
    %s::int[], %s::bigint[], %s::bigint[]
) AS o (
    order_id, group_id, shop_id, buyer_id, payment_id, digest, tech_bps, channel_bps, rule_version,
    paid_fen, subsidy_fen
)
