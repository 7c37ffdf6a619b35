-- How many true likes a post has, and whether somebody's is among them.
--
-- Index: like_by_moment up to `exact` rows, then the figures; like_once. Rows: one.
WITH counted AS (
    SELECT count(*) AS n FROM (
        SELECT FROM content_like l
        JOIN content_post p ON p.id = l.post_id JOIN accounts_creator c ON c.id = p.creator_id
        WHERE l.post_id = %(post)s AND l.forged = ''
            AND (c.counts_since IS NULL OR l.liked_at >= c.counts_since)
        LIMIT %(exact)s + 1) exact
)
SELECT CASE WHEN n > %(exact)s THEN greatest(n, coalesce(
        (SELECT likes FROM content_postfigures WHERE post_id = %(post)s), 0)) ELSE n END,
    EXISTS (SELECT FROM content_like WHERE post_id = %(post)s AND person_id = %(person)s)
FROM counted
