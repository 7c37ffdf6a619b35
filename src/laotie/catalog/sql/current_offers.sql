-- What each of these SKUs costs at a moment in a place; only what can be bought at all.
-- Index: those of `offers_now.sql`, where the statement is; placing asks there too. Rows: one per
-- SKU, at most.
SELECT sku_id, product_id, shop_id, offer_id, price_fen, list_price_fen,
       quantity, limit_per_buyer, starts_at, ends_at, version, is_flash
FROM catalog_offers_now(%(sku_ids)s::uuid[], %(place_id)s::uuid, %(at)s::timestamptz)
