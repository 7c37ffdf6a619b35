-- An order whose money went back counts for no post any more. Again is once.
--
-- Index: post_buy_once. Rows: the posts that lost it.
WITH gone AS (
    UPDATE content_postbuy SET counts = false WHERE "order" = %(order)s AND counts
    RETURNING post_id
)
UPDATE content_postfigures f SET buys = f.buys - 1
FROM gone WHERE f.post_id = gone.post_id RETURNING f.post_id
