-- What of each SKU was paid in the last 30 days and kept, and whether any of it is on the shelf.
-- Index: none; it reads 30 days of orders, once a minute. Rows: one per SKU with stock.
SELECT t.sku_id, coalesce(sold.units, 0)::int, t.on_hand > t.reserved
FROM trade_stock t
LEFT JOIN (
    SELECT l.sku_id, sum(l.quantity - l.refunded_quantity) AS units
    FROM trade_order o JOIN trade_order_line l ON l.order_id = o.id
    WHERE o.paid_at > %(since)s
    GROUP BY l.sku_id
) sold ON sold.sku_id = t.sku_id
