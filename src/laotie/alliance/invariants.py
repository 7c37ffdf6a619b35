"""What must always hold about plans; each statement returns the rows that break it."""

INVARIANTS: dict[str, str] = {
    "alliance.plans_show_their_newest_version": """
        SELECT p.id FROM alliance_plan p
        WHERE (p.version, p.creator_bps) IS DISTINCT FROM (
            SELECT (v.version, v.creator_bps) FROM alliance_planversion v
            WHERE v.plan_id = p.id ORDER BY v.version DESC LIMIT 1)
    """,
    "alliance.plans_are_of_their_products_shop": """
        SELECT p.id FROM alliance_plan p JOIN catalog_product g ON g.id = p.product_id
        WHERE g.shop_id <> p.shop_id
    """,
    "alliance.a_creator_accepted_a_version_that_was": """
        SELECT a.id FROM alliance_acceptance a
        WHERE NOT EXISTS (
            SELECT FROM alliance_planversion v
            WHERE v.plan_id = a.plan_id AND v.version = a.version)
    """,
}
