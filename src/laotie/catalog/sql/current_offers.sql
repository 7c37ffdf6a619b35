-- What each of these SKUs costs at a moment in a place; only what can be bought at all.
-- Index: catalog_sku_pkey for the SKUs, offer_of_sku for their offers. Rows: one per SKU, at most.
SELECT s.id, p.id, p.shop_id, o.id,
       coalesce(o.price_fen, s.list_price_fen), s.list_price_fen,
       o.quantity, o.limit_per_buyer, o.starts_at, o.ends_at, s.version,
       coalesce(o.place_id IS NOT NULL AND o.ends_at IS NOT NULL, false)
FROM catalog_sku s
JOIN catalog_product p ON p.id = s.product_id
JOIN accounts_shop h ON h.id = p.shop_id
LEFT JOIN LATERAL (
    SELECT f.* FROM catalog_offer f
    WHERE f.sku_id = s.id
      AND (f.place_id IS NULL OR f.place_id = %(place_id)s)
      AND f.starts_at <= %(at)s AND (f.ends_at IS NULL OR f.ends_at > %(at)s)
    -- The buyer gets the better price; at the same price the place's own offer.
    ORDER BY f.price_fen, f.place_id IS NULL
    LIMIT 1
) o ON true
WHERE s.id = ANY (%(sku_ids)s) AND s.is_on_sale AND p.state = 'ON_SALE' AND h.state = 'APPROVED'
  -- A shop that is away and takes no orders sells nothing meanwhile.
  AND NOT (h.closing = 'NONE' AND h.closed_from <= %(at)s AND h.closed_until > %(at)s)
