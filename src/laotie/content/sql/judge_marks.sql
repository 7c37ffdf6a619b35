-- Judge follows or likes that have come; see `content.figures.genuine` for the rule.
--
-- {table} with {subject} and {at} is one of two, named by the caller's own text. Each person,
-- subject, minute and device of the portion is looked at once, with all that belongs to it.
-- Index: the partial ones on what is not judged, then by person, by moment and by device.
-- Rows: the subject and the cause ('' for none) of each mark that was judged now, or anew.
WITH fresh AS MATERIALIZED (
    SELECT id, person_id, {subject} AS subject, {at} AS at, device FROM {table}
    WHERE judged_at IS NULL ORDER BY {at} LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
), hasty AS (
    SELECT m.id, 'RATE' AS cause FROM (
        SELECT DISTINCT person_id, date_bin(%(rate_window)s, at, 'epoch') AS since FROM fresh
    ) f CROSS JOIN LATERAL (
        SELECT t.id, count(*) OVER () AS n FROM {table} t
        WHERE t.person_id = f.person_id AND t.{at} >= f.since
            AND t.{at} < f.since + %(rate_window)s
    ) m WHERE m.n > %(rate)s
), crowding AS (
    SELECT m.id, 'BURST' AS cause FROM (
        SELECT DISTINCT subject, date_bin(%(burst_window)s, at, 'epoch') AS since FROM fresh
    ) f CROSS JOIN LATERAL (
        SELECT t.id, p.joined_at > t.{at} - %(newcomer)s AS is_new, count(*) OVER () AS n,
            count(*) FILTER (WHERE p.joined_at > t.{at} - %(newcomer)s) OVER () AS new
        FROM {table} t JOIN accounts_person p ON p.id = t.person_id
        WHERE t.{subject} = f.subject AND t.{at} >= f.since
            AND t.{at} < f.since + %(burst_window)s
    ) m WHERE m.is_new AND m.new > %(burst)s AND m.new * 5 > m.n * 4
), shared AS (
    SELECT m.id, 'DEVICE' AS cause FROM (
        SELECT DISTINCT subject, device FROM fresh WHERE device <> ''
    ) f CROSS JOIN LATERAL (
        SELECT t.id, count(*) OVER () AS n FROM {table} t
        WHERE t.{subject} = f.subject AND t.device = f.device AND t.device <> ''
    ) m WHERE m.n > %(device)s
), found AS (
    SELECT id, min(cause) AS cause FROM (
        SELECT * FROM hasty UNION ALL SELECT * FROM crowding UNION ALL SELECT * FROM shared
    ) each GROUP BY id
)
UPDATE {table} t
SET judged_at = %(now)s, forged = CASE WHEN t.forged = '' THEN coalesce(v.cause, '') ELSE t.forged END
FROM (SELECT id, found.cause FROM fresh FULL JOIN found USING (id)) v
WHERE t.id = v.id AND (t.judged_at IS NULL OR t.forged = '')
RETURNING t.{subject}, t.forged
