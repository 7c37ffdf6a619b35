-- What lists say of a product that its own tables do not know: sold lately, and on the shelf.
-- Index: catalog_sku_pkey. Rows: only those that change.
UPDATE catalog_searchentry e
SET sold = n.sold, has_stock = n.has_stock
FROM (
    SELECT p.id, coalesce(sum(g.sold), 0)::int AS sold,
           coalesce(bool_or(g.has_stock AND k.is_on_sale), false) AS has_stock
    FROM catalog_product p
    LEFT JOIN catalog_sku k ON k.product_id = p.id
    LEFT JOIN unnest(%(skus)s::uuid[], %(sold)s::int[], %(has_stock)s::bool[])
        AS g(sku_id, sold, has_stock) ON g.sku_id = k.id
    GROUP BY p.id
) n
WHERE e.id = n.id AND e.kind = 'PRODUCT'
  AND (e.sold, e.has_stock) IS DISTINCT FROM (n.sold, n.has_stock)
