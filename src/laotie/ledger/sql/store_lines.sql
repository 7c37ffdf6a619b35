-- Their lines, of which nothing was taken back yet. Rows: one per line.
INSERT INTO led_line (
    order_id, line_no, quantity, goods_fen, merchant_coupon_fen, platform_coupon_fen, freight_fen,
    roles, refunded_units, freight_refunded
)
SELECT
    order_id, line_no, quantity, goods_fen, merchant_coupon_fen, platform_coupon_fen, freight_fen,
    roles::jsonb, 0, false
FROM unnest(
    %s::uuid[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::text[]
) AS l (
    order_id, line_no, quantity, goods_fen, merchant_coupon_fen, platform_coupon_fen, freight_fen,
    roles
)
