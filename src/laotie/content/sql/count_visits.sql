-- Keep visits that are new, and add them to the figures of their posts; one batch of any length.
--
-- A visit that was told before changes nothing. Index: content_visit_pkey, visit_of_person.
-- Rows: for each person and creator how many posts were watched to the end and count for tastes;
-- and one row with no person for each other post that was touched.
WITH told AS (
    SELECT * FROM unnest(
        %(ids)s::uuid[], %(posts)s::uuid[], %(people)s::uuid[], %(places)s::text[],
        %(paid)s::boolean[], %(watch_ms)s::integer[], %(complete)s::boolean[], %(at)s::timestamptz[]
    ) AS t (id, post_id, person_id, place, is_paid, watch_ms, is_complete, at)
), kept AS (
    INSERT INTO content_visit (id, post_id, person_id, place, is_paid, watch_ms, is_complete, at)
    SELECT t.id, t.post_id, person.id, t.place, t.is_paid, t.watch_ms, t.is_complete, t.at
    FROM told t JOIN content_post p ON p.id = t.post_id
    -- Whoever was forgotten meanwhile looked on as a guest.
    LEFT JOIN accounts_person person ON person.id = t.person_id
    ON CONFLICT (id) DO NOTHING RETURNING *
), judged AS MATERIALIZED (
    SELECT k.*, p.creator_id, k.person_id IS NOT NULL AND NOT k.is_paid
        AND coalesce(k.at - lag(k.at) OVER (
            PARTITION BY k.person_id, k.post_id, k.is_paid ORDER BY k.at, k.id
        ) >= interval '1 day', true)
        AND NOT EXISTS (
            SELECT FROM content_visit v WHERE v.person_id = k.person_id AND v.post_id = k.post_id
                AND NOT v.is_paid AND v.at > k.at - interval '1 day' AND v.at <= k.at) AS counts
    FROM kept k JOIN content_post p ON p.id = k.post_id
), counted AS (
    INSERT INTO content_postfigures AS f
        (post_id, visits, watch_ms, completions, other_visits, paid_visits, paid_watch_ms,
         likes, buys, heat)
    SELECT post_id, count(*) FILTER (WHERE counts),
        coalesce(sum(watch_ms) FILTER (WHERE counts), 0),
        count(*) FILTER (WHERE counts AND is_complete),
        count(*) FILTER (WHERE NOT counts AND NOT is_paid),
        count(*) FILTER (WHERE is_paid), coalesce(sum(watch_ms) FILTER (WHERE is_paid), 0), 0, 0, 0
    FROM judged GROUP BY post_id
    ON CONFLICT (post_id) DO UPDATE SET
        visits = f.visits + excluded.visits, watch_ms = f.watch_ms + excluded.watch_ms,
        completions = f.completions + excluded.completions,
        other_visits = f.other_visits + excluded.other_visits,
        paid_visits = f.paid_visits + excluded.paid_visits,
        paid_watch_ms = f.paid_watch_ms + excluded.paid_watch_ms
    RETURNING post_id
)
SELECT NULL::uuid, NULL::uuid, 0, post_id, NULL::timestamptz FROM counted
UNION ALL
SELECT person_id, creator_id, count(*), NULL, max(at) FROM judged
WHERE counts AND is_complete GROUP BY person_id, creator_id
