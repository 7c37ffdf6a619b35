-- Warnings of moments to come whose owner has no link any more that the rule would cut then: the
-- rule was withdrawn, another one lets the links stand, or the links were taken away.
-- Index: link_warning_open. At most %(most)s rows.

SELECT w.id, w.rule_id, w.cuts_at, w.shop_id, w.creator_id, w.networks, w.listings
FROM links_warning w
WHERE w.state = 'WARNED' AND w.cuts_at > %(now)s AND NOT EXISTS (
    SELECT FROM unnest(%(rules)s::uuid[], %(moments)s::timestamptz[], %(networks)s::text[],
                       %(surfaces)s::text[]) AS c (rule_id, at, network, surface)
    JOIN links_network n ON n.code = c.network
    JOIN links_listing l ON l.network_id = n.id AND l.surface = c.surface AND l.state = 'PUBLISHED'
    WHERE c.rule_id = w.rule_id AND c.at = w.cuts_at
      AND l.shop_id IS NOT DISTINCT FROM w.shop_id
      AND l.creator_id IS NOT DISTINCT FROM w.creator_id)
ORDER BY w.id LIMIT %(most)s
