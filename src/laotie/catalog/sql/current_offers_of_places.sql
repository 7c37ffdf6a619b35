-- What SKUs cost at a moment, each in its own place; only what can be bought at all.
-- Index: those of `offers_now.sql`, where the statement is. Rows: one per pair, at most.
SELECT wanted.place_id, offer.sku_id, offer.product_id, offer.shop_id, offer.offer_id,
       offer.price_fen, offer.list_price_fen, offer.quantity, offer.limit_per_buyer,
       offer.starts_at, offer.ends_at, offer.version, offer.is_flash
FROM (SELECT pair.place_id, array_agg(DISTINCT pair.sku_id) AS sku_ids
      FROM unnest(%(place_ids)s::uuid[], %(sku_ids)s::uuid[]) AS pair(place_id, sku_id)
      GROUP BY pair.place_id) AS wanted
CROSS JOIN LATERAL catalog_offers_now(
    wanted.sku_ids, wanted.place_id, %(at)s::timestamptz) AS offer
