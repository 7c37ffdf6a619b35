-- The links that stand in the cells that would be cut, the dearest first, with what came of each.
-- Indexes: listing's own, external_order_of_click, click_of_listing. As many rows as asked for;
-- without a number all.

WITH cut AS (
    SELECT n.id AS network_id, n.code, u.surface
    FROM unnest(%(networks)s::text[], %(surfaces)s::text[]) AS u (code, surface)
    JOIN links_network n ON n.code = u.code
), ordered AS (
    SELECT c.listing_id,
           count(*) FILTER (WHERE o.state IN ('PAID', 'RECEIVED')) AS open_orders,
           count(*) FILTER (WHERE o.state <> 'INVALID' AND o.paid_at >= %(since)s
                              AND o.paid_at < %(until)s) AS orders,
           sum(o.amount_fen) FILTER (WHERE o.state <> 'INVALID' AND o.paid_at >= %(since)s
                              AND o.paid_at < %(until)s) AS cut_fen
    FROM links_externalorder o JOIN links_click c ON c.id = o.click_id
    JOIN cut ON cut.network_id = o.network_id AND cut.surface = c.surface
    WHERE o.state IN ('PAID', 'RECEIVED') OR (o.paid_at >= %(since)s AND o.paid_at < %(until)s)
    GROUP BY 1
)
SELECT l.id, cut.code, l.surface, l.shop_id, l.creator_id, l.product_id, l.url,
       coalesce(o.open_orders, 0), coalesce(o.orders, 0), coalesce(o.cut_fen, 0)::bigint
FROM links_listing l JOIN cut USING (network_id, surface)
LEFT JOIN ordered o ON o.listing_id = l.id
WHERE l.state = 'PUBLISHED'
ORDER BY 10 DESC, l.made_at, l.id LIMIT %(most)s::int
