-- Count the followers of a creator anew, from rows; of all, without one.
--
-- Index: follow_by_moment. Rows: one a creator. Alone, by the lock of `content.relations.fan_counts`: what is
-- counted and what is forgotten are of one moment.
WITH gone AS (
    DELETE FROM content_fanchange
    WHERE %(creator)s::uuid IS NULL OR creator_id = %(creator)s::uuid
)
INSERT INTO content_fancount AS n (creator_id, since, fans, followers)
SELECT c.id, c.counts_since,
    count(w.id) FILTER (WHERE w.forged = ''
        AND (c.counts_since IS NULL OR w.followed_at >= c.counts_since)),
    count(w.id)
FROM accounts_creator c LEFT JOIN live_follow w ON w.creator_id = c.id
WHERE %(creator)s::uuid IS NULL OR c.id = %(creator)s::uuid
GROUP BY c.id
ON CONFLICT (creator_id) DO UPDATE
    SET since = excluded.since, fans = excluded.fans, followers = excluded.followers
