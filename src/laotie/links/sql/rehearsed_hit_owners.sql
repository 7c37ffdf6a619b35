-- Whose links stand in the cells that would be cut, the dearest first: their links there, what came
-- of those, and what came of all their links. Indexes: listing_of_shop, listing_of_creator,
-- external_order_of_network. As many rows as asked for; without a number all.

WITH cut AS (
    SELECT n.id AS network_id, u.surface
    FROM unnest(%(networks)s::text[], %(surfaces)s::text[]) AS u (code, surface)
    JOIN links_network n ON n.code = u.code
), hit AS (
    SELECT l.shop_id, l.creator_id, count(*) AS links
    FROM links_listing l JOIN cut USING (network_id, surface)
    WHERE l.state = 'PUBLISHED' GROUP BY 1, 2
), ordered AS (
    SELECT l.shop_id, l.creator_id,
           count(*) FILTER (WHERE cut.surface IS NOT NULL AND o.state IN ('PAID', 'RECEIVED'))
               AS open_orders,
           count(*) FILTER (WHERE cut.surface IS NOT NULL AND o.state <> 'INVALID'
                              AND o.paid_at >= %(since)s AND o.paid_at < %(until)s) AS orders,
           sum(o.amount_fen) FILTER (WHERE cut.surface IS NOT NULL AND o.state <> 'INVALID'
                              AND o.paid_at >= %(since)s AND o.paid_at < %(until)s) AS cut_fen,
           sum(o.amount_fen) FILTER (WHERE o.state <> 'INVALID' AND o.paid_at >= %(since)s
                              AND o.paid_at < %(until)s) AS elsewhere_fen
    FROM links_externalorder o JOIN links_click c ON c.id = o.click_id
    JOIN links_listing l ON l.id = c.listing_id
    LEFT JOIN cut ON cut.network_id = o.network_id AND cut.surface = c.surface
    WHERE o.state IN ('PAID', 'RECEIVED') OR (o.paid_at >= %(since)s AND o.paid_at < %(until)s)
    GROUP BY 1, 2
)
SELECT h.shop_id, h.creator_id, h.links, coalesce(o.open_orders, 0), coalesce(o.orders, 0),
       coalesce(o.cut_fen, 0)::bigint, coalesce(o.elsewhere_fen, 0)::bigint
FROM hit h
LEFT JOIN ordered o ON o.shop_id IS NOT DISTINCT FROM h.shop_id
    AND o.creator_id IS NOT DISTINCT FROM h.creator_id
ORDER BY 6 DESC, 3 DESC, coalesce(h.shop_id, h.creator_id) LIMIT %(most)s::int
