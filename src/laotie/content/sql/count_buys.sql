-- Credit paid orders to the posts that their buyers found goods of them in.
--
-- An order and a post are counted once; one's own orders from one's own posts are none, and none
-- counts that was paid before the account changed hands, or whose money went back.
-- Index: content_post_pkey, accounts_creator_pkey, post_buy_once.
-- Rows: the posts that were credited.
WITH sold AS (
    SELECT * FROM unnest(
        %(orders)s::uuid[], %(posts)s::uuid[], %(buyers)s::uuid[], %(at)s::timestamptz[]
    ) AS t (order_id, post_id, buyer_id, at)
), credited AS (
    INSERT INTO content_postbuy (post_id, "order", at, counts)
    SELECT DISTINCT p.id, sold.order_id, sold.at,
        (h.counts_since IS NULL OR sold.at >= h.counts_since)
            AND NOT EXISTS (SELECT FROM content_refundedorder r WHERE r."order" = sold.order_id)
    FROM sold JOIN content_post p ON p.id = sold.post_id
    JOIN accounts_creator h ON h.id = p.creator_id AND h.person_id <> sold.buyer_id
    ON CONFLICT ("order", post_id) DO NOTHING RETURNING post_id, counts
), counts AS (
    SELECT post_id, count(*) AS buys FROM credited WHERE counts GROUP BY post_id
)
UPDATE content_postfigures f SET buys = f.buys + counts.buys
FROM counts WHERE f.post_id = counts.post_id RETURNING f.post_id
