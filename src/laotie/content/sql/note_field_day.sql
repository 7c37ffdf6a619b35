-- Each field on one day, looking back: its creators and how many of them are active, and how many
-- of those people who looked at any post looked at one of the field. Once a day: it reads the
-- visits of thirty days, and those are all that is kept.
WITH theirs AS (
    SELECT p.field, e.creator_id
    FROM content_enrolment e JOIN content_programme p ON p.id = e.programme_id
    WHERE p.state IN ('OPEN', 'CLOSED', 'PAID')
    UNION
    SELECT field, creator_id FROM content_talentagreement WHERE state = 'ACTIVE'
), working AS (
    SELECT t.field, t.creator_id, (
        SELECT count(*) FROM content_post p
        WHERE p.creator_id = t.creator_id AND p.state = 'PUBLISHED' AND p.field = t.field
            AND p.published_at > %(since)s AND p.published_at <= %(until)s
    ) + (
        SELECT count(*) FROM content_heldshow s
        WHERE s.creator_id = t.creator_id AND s.began_at > %(since)s AND s.began_at <= %(until)s
            AND s.ended_at - s.began_at >= %(shortest)s
    ) AS works
    FROM theirs t
), creators AS (
    SELECT field, count(*) AS creators, count(*) FILTER (WHERE works >= %(works)s) AS active
    FROM working GROUP BY field
), seen AS (
    SELECT p.field, v.person_id
    FROM content_visit v JOIN content_post p ON p.id = v.post_id
    WHERE v.person_id IS NOT NULL AND v.at > %(since)s AND v.at <= %(until)s
    GROUP BY p.field, v.person_id
), viewers AS (
    SELECT field, count(*) AS viewers FROM seen GROUP BY field
)
INSERT INTO content_fieldday (id, field, "on", creators, active, people, viewers)
SELECT
    uuidv7(), f.field, %(on)s, coalesce(c.creators, 0), coalesce(c.active, 0),
    (SELECT count(DISTINCT person_id) FROM seen), coalesce(w.viewers, 0)
FROM unnest(%(fields)s::text[]) AS f (field)
LEFT JOIN creators c USING (field)
LEFT JOIN viewers w USING (field)
ON CONFLICT (field, "on") DO NOTHING
