-- How far creators are in the programmes that are open, counted anew from what is there.
-- Posts, follows and shows are found by creator and moment (post_public_of_creator,
-- follow_by_moment, show_of_creator); one row per creator and kind of task.
WITH wanted AS (
    SELECT e.id AS enrolment_id, e.creator_id, p.field, p.starts_at, p.ends_at, t.kind
    FROM content_programme p
    JOIN content_enrolment e ON e.programme_id = p.id
    JOIN content_programmetask t ON t.programme_id = p.id
    WHERE p.state = 'OPEN' AND p.starts_at <= %(now)s
        AND (%(programme)s::uuid IS NULL OR p.id = %(programme)s::uuid)
        AND (%(creators)s::uuid[] IS NULL OR e.creator_id = ANY (%(creators)s::uuid[]))
    GROUP BY e.id, e.creator_id, p.id, t.kind
), found AS (
    SELECT w.enrolment_id, w.kind, CASE w.kind
        WHEN 'POSTS' THEN (
            SELECT count(*) FROM content_post p
            WHERE p.creator_id = w.creator_id AND p.state = 'PUBLISHED' AND p.field = w.field
                AND p.published_at >= w.starts_at AND p.published_at < w.ends_at
        )
        WHEN 'WATCH_MINUTES' THEN m.believed
        WHEN 'LIVES' THEN (
            SELECT count(*) FROM content_heldshow s
            WHERE s.creator_id = w.creator_id AND s.began_at >= w.starts_at
                AND s.began_at < w.ends_at AND s.ended_at - s.began_at >= %(shortest)s
        )
        ELSE (
            SELECT count(*) FROM live_follow f JOIN accounts_creator c ON c.id = f.creator_id
            WHERE f.creator_id = w.creator_id AND f.forged = ''
                AND (c.counts_since IS NULL OR f.followed_at >= c.counts_since)
                AND f.followed_at >= w.starts_at AND f.followed_at < w.ends_at
        )
    END AS counted, m.told
    FROM wanted w
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(f.believed_ms), 0)::bigint / 60000 AS believed,
            coalesce(sum(f.watch_ms), 0)::bigint / 60000 AS told
        FROM content_post p JOIN content_postfigures f ON f.post_id = p.id
        WHERE p.creator_id = w.creator_id AND p.state = 'PUBLISHED' AND p.field = w.field
            AND p.published_at >= w.starts_at AND p.published_at < w.ends_at
    ) m ON w.kind = 'WATCH_MINUTES'
)
INSERT INTO content_taskprogress (id, enrolment_id, kind, counted, told, counted_at)
SELECT uuidv7(), enrolment_id, kind, counted, told, %(now)s FROM found ORDER BY enrolment_id, kind
ON CONFLICT (enrolment_id, kind) DO UPDATE
    SET counted = excluded.counted, told = excluded.told, counted_at = excluded.counted_at
    WHERE content_taskprogress.counted <> excluded.counted
        OR content_taskprogress.told IS DISTINCT FROM excluded.told
