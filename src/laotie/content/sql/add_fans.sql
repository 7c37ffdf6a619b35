-- Add what has changed to the counts of followers, a portion at a time, and forget it.
--
-- Index: content_fanchange_pkey. Rows: one a creator. Alone, by the lock of `content.relations.fan_counts`.
WITH taken AS (
    DELETE FROM content_fanchange WHERE id IN (
        SELECT id FROM content_fanchange ORDER BY id LIMIT %(most)s)
    RETURNING creator_id, at, fans, followers
), sums AS (
    SELECT t.creator_id, sum(t.followers) AS followers,
        coalesce(sum(t.fans) FILTER (WHERE n.since IS NULL OR t.at >= n.since), 0) AS fans
    FROM taken t LEFT JOIN content_fancount n ON n.creator_id = t.creator_id GROUP BY t.creator_id
)
INSERT INTO content_fancount AS n (creator_id, fans, followers)
SELECT creator_id, fans, followers FROM sums ORDER BY creator_id
ON CONFLICT (creator_id) DO UPDATE
    SET fans = n.fans + excluded.fans, followers = n.followers + excluded.followers
RETURNING (SELECT count(*) FROM taken)
