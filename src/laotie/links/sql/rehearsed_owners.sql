-- Whose links stand in the cells that would be cut, and what their links in other cells brought.
-- Index: external_order_of_network. One row; the arrays hold every shop and creator once.

WITH cut AS (
    SELECT n.id AS network_id, u.surface
    FROM unnest(%(networks)s::text[], %(surfaces)s::text[]) AS u (code, surface)
    JOIN links_network n ON n.code = u.code
), hit AS (
    SELECT l.shop_id, l.creator_id FROM links_listing l JOIN cut USING (network_id, surface)
    WHERE l.state = 'PUBLISHED'
), owners AS (
    SELECT array_agg(DISTINCT shop_id) FILTER (WHERE shop_id IS NOT NULL) AS shops,
           array_agg(DISTINCT creator_id) FILTER (WHERE creator_id IS NOT NULL) AS creators
    FROM hit
)
SELECT coalesce(shops, '{}'), coalesce(creators, '{}'), coalesce((
    SELECT sum(o.amount_fen) FROM links_externalorder o
    JOIN links_click c ON c.id = o.click_id JOIN links_listing l ON l.id = c.listing_id
    WHERE o.state <> 'INVALID' AND o.paid_at >= %(since)s AND o.paid_at < %(until)s
      AND (l.shop_id = ANY (shops) OR l.creator_id = ANY (creators))
      AND NOT EXISTS (SELECT FROM cut
                      WHERE cut.network_id = l.network_id AND cut.surface = c.surface)
), 0)::bigint
FROM owners
