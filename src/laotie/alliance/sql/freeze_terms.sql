-- The commission that a creator earns on these products at a moment.
-- Index: plan_one_open_per_product, acceptance_once. Rows: one per product, at most.
-- Version and rate come from the version's own row, so that they belong together.
SELECT p.product_id, p.shop_id, p.id, v.version, v.creator_bps
FROM alliance_plan p
JOIN alliance_acceptance a ON a.plan_id = p.id AND a.creator_id = %(creator_id)s
JOIN accounts_creator c ON c.id = a.creator_id
JOIN alliance_planversion v ON v.plan_id = p.id AND v.version = p.version
WHERE p.product_id = ANY (%(products)s) AND p.state = 'ACTIVE' AND a.accepted_at <= %(at)s
  AND c.person_id IS DISTINCT FROM %(buyer_id)s::uuid
