-- Fold tallies that nobody needs one by one into minutes of business time.
-- Peak: the sum of each process' own peak in the minute, so at most what was there at once.
-- Index: tally_age, live_minute_pkey. Rows: those older than the cut. Bench: fanout.
WITH gone AS (
    DELETE FROM live_tally WHERE wall_at < %(before)s
    RETURNING room_id, source, likes, joins, viewers, date_trunc('minute', at) AS minute
), by_source AS (
    SELECT room_id, minute, source, sum(likes) AS likes, sum(joins) AS joins, max(viewers) AS peak
    FROM gone GROUP BY room_id, minute, source
), by_minute AS (
    SELECT room_id, minute, sum(likes) AS likes, sum(joins) AS joins, sum(peak) AS peak
    FROM by_source GROUP BY room_id, minute
)
INSERT INTO live_minute AS m (room_id, minute, likes, joins, viewers_peak)
SELECT room_id, minute, likes, joins, peak FROM by_minute
ON CONFLICT (room_id, minute) DO UPDATE SET
    likes = m.likes + excluded.likes,
    joins = m.joins + excluded.joins,
    viewers_peak = greatest(m.viewers_peak, excluded.viewers_peak)
