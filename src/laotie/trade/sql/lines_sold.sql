-- Paid lines of one room, or on which one creator earns since a moment; oldest first.
-- Index: order_of_room, order_line_pkey; by creator a scan of the span. Rows: up to 20,000.
SELECT o.room_id, o.id, l.line_no, l.product_id, l.title, l.quantity, l.refunded_quantity,
       l.goods_fen,
       l.goods_fen - l.merchant_coupon_fen - l.platform_coupon_fen,
       l.goods_fen - l.merchant_coupon_fen,
       l.creator_id, l.creator_bps, o.state, o.paid_at, o.received_at, o.complete_by,
       o.completed_at
FROM trade_order o
JOIN trade_order_line l ON l.order_id = o.id
WHERE o.paid_at >= %(since)s
  AND (%(room)s::uuid IS NULL OR o.room_id = %(room)s)
  AND (%(creator)s::uuid IS NULL OR l.creator_id = %(creator)s)
ORDER BY o.paid_at, o.id, l.line_no
LIMIT 20000
