-- How many follow a creator: the count and what is not added to it yet, as of one moment.
--
-- Index: content_fancount_pkey, fan_change_of_creator. Just after an account changed hands, until
-- it is counted anew, follow_by_moment instead: those who came since. Rows: one, or none.
SELECT CASE WHEN n.since IS NOT DISTINCT FROM c.counts_since THEN coalesce(n.fans, 0) + (
        SELECT coalesce(sum(f.fans), 0) FROM content_fanchange f
        WHERE f.creator_id = c.id AND (c.counts_since IS NULL OR f.at >= c.counts_since))
    ELSE (SELECT count(*) FROM live_follow w
        WHERE w.creator_id = c.id AND w.forged = '' AND w.followed_at >= c.counts_since) END
FROM accounts_creator c LEFT JOIN content_fancount n ON n.creator_id = c.id
WHERE c.id = %(creator)s
