-- Orders that were paid before a moment count for a creator's posts no more. Again is once.
--
-- Index: content_post's of the creator, buys_of_post. Rows: the posts that lost any.
WITH gone AS (
    UPDATE content_postbuy b SET counts = false FROM content_post p
    WHERE p.id = b.post_id AND p.creator_id = %(creator)s AND b.counts AND b.at < %(since)s
    RETURNING b.post_id
)
UPDATE content_postfigures f SET buys = f.buys - n.gone
FROM (SELECT post_id, count(*) AS gone FROM gone GROUP BY post_id) n
WHERE f.post_id = n.post_id RETURNING f.post_id
