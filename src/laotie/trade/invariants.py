"""What must always hold about goods, orders and refunds; each statement returns what breaks it."""

INVARIANTS: dict[str, str] = {
    "trade.stock_is_what_moved": """
        SELECT s.sku_id, s.on_hand, coalesce(m.units, 0) FROM trade_stock s
        LEFT JOIN (SELECT sku_id, sum(quantity) AS units FROM trade_stock_movement GROUP BY 1) m
               ON m.sku_id = s.sku_id
        WHERE s.on_hand <> coalesce(m.units, 0) OR s.on_hand < s.reserved OR s.reserved < 0
    """,
    "trade.reserved_is_what_orders_wait_for": """
        SELECT coalesce(s.sku_id, l.sku_id), s.reserved, l.units FROM trade_stock s
        FULL JOIN (SELECT sku_id, sum(quantity - shipped_quantity - released_quantity) AS units
                   FROM trade_order_line GROUP BY 1) l ON l.sku_id = s.sku_id
        WHERE coalesce(s.reserved, 0) <> coalesce(l.units, 0)
    """,
    "trade.shipped_units_left_the_shelf": """
        SELECT l.order_id, l.sku_id FROM trade_order_line l
        WHERE l.shipped_quantity <> (
            SELECT coalesce(-sum(m.quantity), 0) FROM trade_stock_movement m
            WHERE m.order_id = l.order_id AND m.sku_id = l.sku_id AND m.kind = 'shipped')
    """,
    "trade.offers_sold_what_orders_took": """
        SELECT f.offer_id, f.sold FROM trade_offer_stock f
        WHERE f.sold <> (SELECT coalesce(sum(l.quantity - l.released_quantity), 0)
                         FROM trade_order_line l WHERE l.offer_id = f.offer_id)
           OR f.sold > f.quantity
    """,
    "trade.a_checkout_is_its_orders": """
        SELECT c.id FROM trade_checkout c
        WHERE c.total_fen IS DISTINCT FROM (
            SELECT sum(o.total_fen) FROM trade_order o WHERE o.group_id = c.id)
    """,
    "trade.an_order_is_its_lines": """
        SELECT o.id FROM trade_order o
        LEFT JOIN LATERAL (
            SELECT sum(l.goods_fen) AS goods, sum(l.merchant_coupon_fen) AS merchant,
                   sum(l.platform_coupon_fen) AS platform, sum(l.freight_fen) AS freight
            FROM trade_order_line l WHERE l.order_id = o.id) l ON true
        WHERE (l.goods, l.merchant, l.platform, l.freight) IS DISTINCT FROM
              (o.goods_fen, o.merchant_coupon_fen, o.platform_coupon_fen, o.freight_fen)
    """,
    "trade.lines_have_their_order_and_orders_their_checkout": """
        SELECT 'line', l.order_id FROM trade_order_line l
        WHERE NOT EXISTS (SELECT FROM trade_order o WHERE o.id = l.order_id)
        UNION ALL
        SELECT 'order', o.id FROM trade_order o
        WHERE NOT EXISTS (SELECT FROM trade_checkout c WHERE c.id = o.group_id)
    """,
    "trade.orders_stand_where_their_checkout_stands": """
        SELECT o.id, o.state FROM trade_order o JOIN trade_checkout c ON c.id = o.group_id
        WHERE (c.state = 'OPEN') IS DISTINCT FROM (o.state = 'PENDING_PAYMENT')
           OR (c.state = 'CLOSED') IS DISTINCT FROM (o.state = 'CLOSED_UNPAID')
    """,
    "trade.each_order_was_told_once": """
        SELECT o.id FROM trade_order o
        WHERE 1 <> (SELECT count(*) FROM event_log e
                    WHERE e.subject = o.id::text AND e.name = 'trade.order_placed')
    """,
    "trade.unpaid_orders_hold_or_gave_back": """
        SELECT l.order_id, l.line_no FROM trade_order_line l JOIN trade_order o ON o.id = l.order_id
        WHERE (o.state = 'PENDING_PAYMENT' AND l.released_quantity <> 0)
           OR (o.state = 'CLOSED_UNPAID' AND l.released_quantity <> l.quantity)
           OR (o.state IN ('PENDING_PAYMENT', 'CLOSED_UNPAID')
               AND (l.shipped_quantity <> 0 OR l.refunded_quantity <> 0))
    """,
    "trade.shipped_orders_wait_for_nothing": """
        SELECT o.id, o.state FROM trade_order o
        JOIN LATERAL (
            SELECT sum(l.quantity - l.shipped_quantity - l.released_quantity) AS left_over,
                   sum(l.shipped_quantity) AS shipped
            FROM trade_order_line l WHERE l.order_id = o.id) l ON true
        WHERE (o.state IN ('SHIPPED', 'DELIVERED', 'RECEIVED', 'COMPLETED') AND l.left_over <> 0)
           OR (o.state = 'PARTLY_SHIPPED' AND (l.left_over = 0 OR l.shipped = 0))
           OR (o.state = 'PAID' AND l.shipped <> 0)
    """,
    "trade.refunds_are_within_payments": """
        SELECT o.id, o.refunded_fen FROM trade_order o
        WHERE o.refunded_fen > o.total_fen OR o.refunded_fen <> (
            SELECT coalesce(sum(r.amount_fen), 0) FROM trade_refund r
            WHERE r.order_id = o.id AND r.state IN ('REFUNDING', 'REFUNDED', 'REFUND_FAILED'))
    """,
    "trade.refunded_units_are_those_of_refunds": """
        SELECT l.order_id, l.line_no FROM trade_order_line l
        WHERE l.refunded_quantity <> (
            SELECT coalesce(sum(x.quantity), 0) FROM trade_refund r
            JOIN trade_refund_line x ON x.refund_id = r.id AND x.line_no = l.line_no
            WHERE r.order_id = l.order_id
              AND r.state IN ('REFUNDING', 'REFUNDED', 'REFUND_FAILED'))
    """,
    "trade.closed_refunded_is_refunded_whole": """
        SELECT o.id FROM trade_order o JOIN trade_order_line l ON l.order_id = o.id
        WHERE o.state = 'CLOSED_REFUNDED' AND l.refunded_quantity <> l.quantity
    """,
    "trade.used_coupons_name_a_checkout": """
        SELECT x.id FROM trade_coupon_claim x LEFT JOIN trade_checkout c ON c.id = x.group_id
        WHERE x.state <> 'CLAIMED' AND (c.id IS NULL OR c.state = 'CLOSED')
    """,
    "trade.coupons_are_counted": """
        SELECT c.id FROM trade_coupon c
        WHERE c.claimed <> (SELECT count(*) FROM trade_coupon_claim x WHERE x.coupon_id = c.id)
    """,
    "trade.paid_orders_are_held_by_the_ledger": """
        SELECT o.id FROM trade_order o LEFT JOIN led_order m ON m.order_id = o.id
        WHERE (o.paid_at IS NOT NULL) IS DISTINCT FROM (m.order_id IS NOT NULL)
    """,
    "trade.refunds_are_owed_by_the_ledger": """
        SELECT o.id, o.refunded_fen FROM trade_order o
        WHERE o.refunded_fen <> (
            SELECT coalesce(sum(r.to_buyer_fen), 0) FROM led_refund r WHERE r.order_id = o.id)
    """,
    "trade.reviews_are_of_lines_their_buyer_has": """
        SELECT r.id FROM trade_review r JOIN trade_order o ON o.id = r.order_id
        LEFT JOIN trade_order_line l ON l.order_id = r.order_id AND l.line_no = r.line_no
        WHERE l.order_id IS NULL OR r.buyer_id <> o.buyer_id OR r.shop_id <> o.shop_id
           OR r.product_id <> l.product_id OR r.sku_id <> l.sku_id
           OR o.received_at IS NULL OR r.written_at < o.received_at
    """,
}
