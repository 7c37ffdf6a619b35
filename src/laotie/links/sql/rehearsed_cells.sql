-- Links that stand and orders elsewhere, per network and surface; surface is null for orders that
-- no click of ours led to. Index: external_order_of_network for the window. At most 9 rows per network.

WITH standing AS (
    SELECT network_id, surface, count(*) AS listings, count(DISTINCT shop_id) AS shops,
           count(DISTINCT creator_id) AS creators
    FROM links_listing WHERE state = 'PUBLISHED' GROUP BY 1, 2
), ordered AS (
    SELECT o.network_id, c.surface,
           count(*) FILTER (WHERE o.state IN ('PAID', 'RECEIVED')) AS open_orders,
           count(*) FILTER (WHERE o.state <> 'INVALID' AND o.paid_at >= %(since)s
                              AND o.paid_at < %(until)s) AS orders,
           sum(o.amount_fen) FILTER (WHERE o.state <> 'INVALID' AND o.paid_at >= %(since)s
                              AND o.paid_at < %(until)s) AS turnover_fen,
           sum(coalesce(o.actual_fen, o.estimated_fen)) FILTER (WHERE o.state <> 'INVALID'
                              AND o.paid_at >= %(since)s AND o.paid_at < %(until)s)
               AS commission_fen
    FROM links_externalorder o LEFT JOIN links_click c ON c.id = o.click_id
    WHERE o.state IN ('PAID', 'RECEIVED') OR (o.paid_at >= %(since)s AND o.paid_at < %(until)s)
    GROUP BY 1, 2
)
SELECT n.code, k.surface, coalesce(s.listings, 0), coalesce(s.shops, 0), coalesce(s.creators, 0),
       coalesce(o.open_orders, 0), coalesce(o.orders, 0), coalesce(o.turnover_fen, 0)::bigint,
       coalesce(o.commission_fen, 0)::bigint
FROM (SELECT network_id, surface FROM standing UNION SELECT network_id, surface FROM ordered) k
JOIN links_network n ON n.id = k.network_id
LEFT JOIN standing s ON s.network_id = k.network_id AND s.surface = k.surface
LEFT JOIN ordered o ON o.network_id = k.network_id AND o.surface IS NOT DISTINCT FROM k.surface
