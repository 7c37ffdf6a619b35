"""What must always hold about goods and prices; each statement returns the rows that break it."""

INVARIANTS: dict[str, str] = {
    "catalog.list_prices_match_their_history": """
        SELECT s.id, s.list_price_fen FROM catalog_sku s
        WHERE s.list_price_fen IS DISTINCT FROM (
            SELECT c.after_fen FROM catalog_pricechange c
            WHERE c.sku_id = s.id ORDER BY c.version DESC LIMIT 1)
    """,
    "catalog.offers_of_a_sku_do_not_overlap": """
        SELECT a.id, b.id FROM catalog_offer a JOIN catalog_offer b
            ON a.sku_id = b.sku_id AND a.id < b.id
            AND a.place_id IS NOT DISTINCT FROM b.place_id
            AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    """,
    "catalog.every_product_has_a_sku": """
        SELECT p.id FROM catalog_product p
        WHERE NOT EXISTS (SELECT FROM catalog_sku s WHERE s.product_id = p.id)
    """,
    "catalog.skus_name_their_own_shop": """
        SELECT s.id FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
        WHERE s.shop_id <> p.shop_id
    """,
    "catalog.choices_are_of_their_axes": """
        SELECT s.id FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
        WHERE cardinality(s.choice) NOT IN (0, jsonb_array_length(p.axes))
    """,
    "catalog.product_pictures_are_of_its_shop": """
        SELECT p.id, f FROM catalog_product p, unnest(p.pictures) f
        WHERE NOT EXISTS (
            SELECT FROM catalog_picture x WHERE x.file = f AND x.shop_id = p.shop_id)
    """,
}
