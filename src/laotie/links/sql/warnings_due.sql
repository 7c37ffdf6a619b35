-- Owners of links that stand where a rule will cut, who were not warned of that rule and moment.
-- Index: none; links that stand are read once per tick. At most %(most)s rows.

SELECT c.rule_id, c.at, l.shop_id, l.creator_id, array_agg(DISTINCT n.code ORDER BY n.code), count(*)
FROM unnest(%(rules)s::uuid[], %(moments)s::timestamptz[], %(networks)s::text[], %(surfaces)s::text[])
     AS c (rule_id, at, network, surface)
JOIN links_network n ON n.code = c.network
JOIN links_listing l ON l.network_id = n.id AND l.surface = c.surface AND l.state = 'PUBLISHED'
WHERE NOT EXISTS (
    SELECT FROM links_warning w
    WHERE w.rule_id = c.rule_id AND w.state = 'WARNED' AND w.cuts_at = c.at
      AND w.shop_id IS NOT DISTINCT FROM l.shop_id
      AND w.creator_id IS NOT DISTINCT FROM l.creator_id)
GROUP BY 1, 2, 3, 4 ORDER BY 2, 1, 3, 4 LIMIT %(most)s
