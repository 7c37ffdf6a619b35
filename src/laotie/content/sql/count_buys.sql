-- Credit paid orders to the posts that their buyers saw in the day before, by the shop of the goods.
--
-- An order and a post are counted once; none that was paid before the account changed hands, and
-- none whose money went back.
-- Index: visit_of_person, post_product_once.
-- Rows: the posts that were credited.
WITH paid AS (
    SELECT * FROM unnest(
        %(orders)s::uuid[], %(buyers)s::uuid[], %(shops)s::uuid[], %(at)s::timestamptz[]
    ) AS t (order_id, buyer_id, shop_id, at)
), credited AS (
    INSERT INTO content_postbuy (post_id, "order", at, counts)
    SELECT DISTINCT v.post_id, paid.order_id, paid.at,
        (h.counts_since IS NULL OR paid.at >= h.counts_since)
            AND NOT EXISTS (SELECT FROM content_refundedorder r WHERE r."order" = paid.order_id)
    FROM paid
    JOIN content_visit v ON v.person_id = paid.buyer_id AND NOT v.is_paid
        AND v.at <= paid.at AND v.at > paid.at - interval '1 day'
    JOIN content_postproduct g ON g.post_id = v.post_id
    JOIN catalog_product c ON c.id = g.product_id AND c.shop_id = paid.shop_id
    JOIN content_post p ON p.id = v.post_id JOIN accounts_creator h ON h.id = p.creator_id
    ON CONFLICT ("order", post_id) DO NOTHING RETURNING post_id, counts
), counts AS (
    SELECT post_id, count(*) AS buys FROM credited WHERE counts GROUP BY post_id
)
UPDATE content_postfigures f SET buys = f.buys + counts.buys
FROM counts WHERE f.post_id = counts.post_id RETURNING f.post_id
