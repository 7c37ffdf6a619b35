-- Orders elsewhere that came by links in the cells that would be cut and are open, the oldest first.
-- Index: external_order_of_network. As many rows as asked for; without a number all.

WITH cut AS (
    SELECT n.id AS network_id, n.code, u.surface
    FROM unnest(%(networks)s::text[], %(surfaces)s::text[]) AS u (code, surface)
    JOIN links_network n ON n.code = u.code
)
SELECT cut.code, c.surface, o.order_no, o.line_no, o.state, o.amount_fen,
       coalesce(o.actual_fen, o.estimated_fen), o.paid_at, l.id, l.shop_id, l.creator_id
FROM links_externalorder o JOIN links_click c ON c.id = o.click_id
JOIN links_listing l ON l.id = c.listing_id
JOIN cut ON cut.network_id = o.network_id AND cut.surface = c.surface
WHERE o.state IN ('PAID', 'RECEIVED')
ORDER BY o.paid_at, o.id LIMIT %(most)s::int
