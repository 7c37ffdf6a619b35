-- What a shop's own orders say of it: for each rate how many did, and out of how many.
-- Index: order_of_shop for the orders, review_of_shop for the reviews, refund_of_order for refunds.
-- Rows: one per shop asked about.
SELECT s.id,
       orders.on_time, orders.shippable,
       orders.refunded, orders.paid,
       orders.refunded_for_quality, orders.paid,
       wishes.answered, wishes.asked,
       reviews.good, reviews.written,
       reviews.low_answered, reviews.low,
       reviews.stars, reviews.written
FROM unnest(%(shops)s::uuid[]) AS s(id)
CROSS JOIN LATERAL (
    SELECT count(*) AS paid,
           count(*) FILTER (WHERE r.any) AS refunded,
           count(*) FILTER (WHERE r.quality) AS refunded_for_quality,
           -- An order is judged once its time is up, unless its buyer took it back before.
           count(*) FILTER (WHERE o.paid_at <= %(now)s - %(promise)s::interval
                            AND (o.shipped_at IS NOT NULL OR o.state <> 'CLOSED_REFUNDED'))
               AS shippable,
           count(*) FILTER (WHERE o.paid_at <= %(now)s - %(promise)s::interval
                            AND o.shipped_at <= o.paid_at + %(promise)s::interval) AS on_time
    FROM trade_order o
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(true), false) AS any,
               coalesce(bool_or(f.cause = 'shop'), false) AS quality
        FROM trade_refund f
        WHERE f.order_id = o.id AND f.state IN ('REFUNDING', 'REFUNDED', 'REFUND_FAILED')
    ) r
    WHERE o.shop_id = s.id AND o.paid_at > %(now)s - %(window)s::interval
      AND o.placed_at > %(now)s - %(window)s::interval - interval '1 day'
) orders
CROSS JOIN LATERAL (
    -- A wish that had to be decided; answered is one that somebody of the shop decided in time.
    SELECT count(*) FILTER (WHERE f.decided_at IS NOT NULL OR f.decide_by <= %(now)s) AS asked,
           count(*) FILTER (WHERE f.decided_by_id IS NOT NULL AND f.decided_by_id <> o.buyer_id
                            AND f.decided_at <= f.decide_by) AS answered
    FROM trade_order o JOIN trade_refund f ON f.order_id = o.id
    WHERE o.shop_id = s.id AND f.decide_by IS NOT NULL
      AND f.asked_at > %(now)s - %(window)s::interval
      AND f.asked_by_id = o.buyer_id AND f.state <> 'CLOSED'
      AND f.decided_by_id IS DISTINCT FROM o.buyer_id
) wishes
CROSS JOIN LATERAL (
    SELECT count(*) AS written,
           coalesce(sum(v.stars), 0) AS stars,
           count(*) FILTER (WHERE v.stars >= 4) AS good,
           count(*) FILTER (WHERE v.stars <= 2) AS low,
           count(*) FILTER (WHERE v.stars <= 2 AND v.replied_at IS NOT NULL) AS low_answered
    FROM trade_review v
    WHERE v.shop_id = s.id AND v.state = 'SHOWN'
      AND v.written_at > %(now)s - %(window)s::interval
) reviews
