-- Purpose: what each of these SKUs costs at a moment in a place; only what can be bought at all.
-- Index:   catalog_sku_pkey for the SKUs, offer_of_sku for their offers. Rows: one per SKU, at most.
-- It is inlined into the statement that asks, so it must stay one plain SELECT. Run by the owner.
CREATE OR REPLACE FUNCTION catalog_offers_now(wanted uuid[], place uuid, moment timestamptz)
RETURNS TABLE (
    sku_id uuid, product_id uuid, shop_id uuid, offer_id uuid, price_fen bigint,
    list_price_fen bigint, quantity integer, limit_per_buyer integer, starts_at timestamptz,
    ends_at timestamptz, version integer, is_flash boolean)
LANGUAGE sql STABLE ROWS 10 AS $$
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
          AND (f.place_id IS NULL OR f.place_id = place)
          AND f.starts_at <= moment AND (f.ends_at IS NULL OR f.ends_at > moment)
        -- The buyer gets the better price; at the same price the place's own offer.
        ORDER BY f.price_fen, f.place_id IS NULL
        LIMIT 1
    ) o ON true
    WHERE s.id = ANY (wanted) AND s.is_on_sale AND p.state = 'ON_SALE' AND h.state = 'APPROVED'
      -- A shop that is away and takes no orders sells nothing meanwhile.
      AND NOT (h.closing = 'NONE' AND h.closed_from <= moment AND h.closed_until > moment)
$$;
