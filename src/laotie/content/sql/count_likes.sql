-- Count the likes of some posts anew: those that are taken to be true, and all of them.
--
-- Index: like_by_moment, which holds all that is counted. Rows: one a post, whatever it was.
UPDATE content_postfigures f SET likes = n.likes, all_likes = n.all_likes
FROM (
    SELECT p.id,
        count(l.id) FILTER (WHERE l.forged = ''
            AND (c.counts_since IS NULL OR l.liked_at >= c.counts_since)) AS likes,
        count(l.id) AS all_likes
    FROM content_post p JOIN accounts_creator c ON c.id = p.creator_id
    LEFT JOIN content_like l ON l.post_id = p.id
    WHERE p.id = ANY (%(posts)s::uuid[]) GROUP BY p.id
) n
WHERE f.post_id = n.id
