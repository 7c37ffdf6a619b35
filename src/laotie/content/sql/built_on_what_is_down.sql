-- Public posts that build on one that an operator took down, or whose own source is gone, however
-- many steps away.
--
-- Index: post_made_from for each step. Rows: as many as are asked for; none, as a rule.
WITH RECURSIVE gone AS (
    SELECT id FROM content_post
    WHERE (down_by = 'OPERATOR' AND state IN ('TAKEN_DOWN', 'APPEALED', 'UPHELD'))
        OR source_gone_at IS NOT NULL
    UNION
    SELECT p.id FROM gone g JOIN content_post p ON p.source_kind = 'POST' AND p.source_id = g.id
)
SELECT p.id FROM gone g JOIN content_post p ON p.id = g.id
WHERE p.state = 'PUBLISHED' AND (%(post)s::uuid IS NULL OR p.id = %(post)s::uuid)
ORDER BY p.id LIMIT %(most)s
