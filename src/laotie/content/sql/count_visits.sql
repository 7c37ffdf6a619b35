-- Keep visits that are new, and add them to the figures of their posts; one batch of any length.
--
-- A visit that was told before changes nothing. What is believed: see `content.viewing.watch_time`; its
-- caller lets no two batches be judged at once. Index: content_visit_pkey, visit_of_person,
-- follow_once, like_once. Rows: for each person and creator how many posts were watched to the end
-- and count for tastes; and one row with no person for each other post that was touched.
WITH told AS (
    SELECT DISTINCT ON (id) * FROM unnest(
        %(ids)s::uuid[], %(posts)s::uuid[], %(people)s::uuid[], %(places)s::text[],
        %(paid)s::boolean[], %(watch_ms)s::integer[], %(complete)s::boolean[], %(at)s::timestamptz[],
        %(formulas)s::smallint[]
    ) WITH ORDINALITY AS t
        (id, post_id, person_id, place, is_paid, watch_ms, is_complete, at, formula, n)
    ORDER BY id, n
), fresh AS (
    SELECT t.id, t.post_id, person.id AS person_id, t.place, t.is_paid, t.watch_ms, t.is_complete,
        t.at, t.formula, t.n, person.joined_at, p.creator_id
    FROM told t JOIN content_post p ON p.id = t.post_id
    -- Whoever was forgotten meanwhile looked on as a guest.
    LEFT JOIN accounts_person person ON person.id = t.person_id
    WHERE NOT EXISTS (SELECT FROM content_visit v WHERE v.id = t.id)
), judged AS MATERIALIZED (
    SELECT k.*, k.person_id IS NOT NULL AND NOT k.is_paid
        AND coalesce(k.at - lag(k.at) OVER (
            PARTITION BY k.person_id, k.post_id, k.is_paid ORDER BY k.at, k.id
        ) >= interval '1 day', true)
        AND NOT EXISTS (
            SELECT FROM content_visit v WHERE v.person_id = k.person_id AND v.post_id = k.post_id
                AND NOT v.is_paid AND v.at > k.at - interval '1 day' AND v.at <= k.at) AS counts,
        greatest(
            k.joined_at,
            max(k.at) OVER (
                PARTITION BY k.person_id ORDER BY k.at
                GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            (SELECT max(v.at) FROM content_visit v
             WHERE v.person_id = k.person_id AND v.at <> k.at)
        ) AS before,
        (k.at AT TIME ZONE 'UTC')::date AS day
    FROM fresh k
), possible AS (
    SELECT j.*, CASE WHEN NOT j.counts OR c.person_id = j.person_id OR j.at < c.counts_since
        OR EXISTS (
            SELECT FROM accounts_staff mine JOIN accounts_staff theirs USING (shop_id)
            WHERE mine.person_id = j.person_id AND theirs.person_id = c.person_id)
        OR EXISTS (
            SELECT FROM live_follow w WHERE w.person_id = j.person_id
                AND w.creator_id = j.creator_id AND w.forged <> '')
        OR EXISTS (
            SELECT FROM content_like l WHERE l.person_id = j.person_id
                AND l.post_id = j.post_id AND l.forged <> '')
        THEN 0 ELSE least(j.watch_ms, (
            SELECT coalesce(sum(CASE w.kind WHEN 'VIDEO' THEN %(loops)s * w.duration_ms::bigint
                                ELSE %(still_ms)s END), 0)
            FROM content_postwork h JOIN content_work w ON w.id = h.work_id
            WHERE h.post_id = j.post_id)) END AS most_ms
    FROM judged j JOIN accounts_creator c ON c.id = j.creator_id
), timed AS (
    -- Of those that were told at one moment, each has what the ones before it have left.
    SELECT t.*, least(room, sum_ms) - least(room, sum_ms - most_ms) AS timed_ms FROM (
        SELECT p.*, sum(most_ms) OVER (PARTITION BY person_id, at ORDER BY n) AS sum_ms,
            greatest(0, floor(extract(epoch FROM at - before) * 1000) - (
                SELECT coalesce(sum(v.believed_ms), 0) FROM content_visit v
                WHERE v.person_id = p.person_id AND v.at = p.at)) AS room
        FROM possible p
    ) t
), believed AS (
    SELECT d.*, CASE WHEN timed_ms > 0
        THEN least(room, sum_ms) - least(room, sum_ms - timed_ms) ELSE 0 END AS believed_ms
    FROM (
        SELECT t.id, t.post_id, t.person_id, t.place, t.is_paid, t.watch_ms, t.is_complete, t.at,
            t.formula, t.creator_id, t.counts, t.timed_ms,
            sum(timed_ms) OVER (PARTITION BY person_id, day ORDER BY at, n) AS sum_ms,
            greatest(0, %(most_a_day_ms)s - (
                SELECT coalesce(sum(v.believed_ms), 0) FROM content_visit v
                WHERE v.person_id = t.person_id
                    AND v.at >= t.day::timestamp AT TIME ZONE 'UTC'
                    AND v.at < (t.day + 1)::timestamp AT TIME ZONE 'UTC')) AS room
        FROM timed t
    ) d
), kept AS (
    INSERT INTO content_visit
        (id, post_id, person_id, place, is_paid, watch_ms, is_complete, at, believed_ms, formula)
    SELECT id, post_id, person_id, place, is_paid, watch_ms, is_complete, at, believed_ms, formula
    FROM believed
    ON CONFLICT (id) DO NOTHING RETURNING id
), counted AS (
    INSERT INTO content_postfigures AS f
        (post_id, visits, watch_ms, believed_ms, completions, other_visits, paid_visits,
         paid_watch_ms, likes, buys, heat)
    SELECT post_id, count(*) FILTER (WHERE counts),
        coalesce(sum(watch_ms) FILTER (WHERE counts), 0), sum(believed_ms),
        count(*) FILTER (WHERE counts AND is_complete),
        count(*) FILTER (WHERE NOT counts AND NOT is_paid),
        count(*) FILTER (WHERE is_paid), coalesce(sum(watch_ms) FILTER (WHERE is_paid), 0), 0, 0, 0
    FROM believed JOIN kept USING (id) GROUP BY post_id
    ON CONFLICT (post_id) DO UPDATE SET
        visits = f.visits + excluded.visits, watch_ms = f.watch_ms + excluded.watch_ms,
        believed_ms = f.believed_ms + excluded.believed_ms,
        completions = f.completions + excluded.completions,
        other_visits = f.other_visits + excluded.other_visits,
        paid_visits = f.paid_visits + excluded.paid_visits,
        paid_watch_ms = f.paid_watch_ms + excluded.paid_watch_ms
    RETURNING post_id
)
SELECT NULL::uuid, NULL::uuid, 0, post_id, NULL::timestamptz FROM counted
UNION ALL
SELECT person_id, creator_id, count(*), NULL, max(at) FROM believed JOIN kept USING (id)
WHERE counts AND is_complete GROUP BY person_id, creator_id
