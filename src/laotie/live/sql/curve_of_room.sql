-- A room's last hour by the minute: audience, comments and sales. Quiet minutes are rows too.
-- Index: live_minute_pkey, tally_newest, comment_newest, sale_of_room. Rows: 60. Bench: fanout.
WITH minutes AS (
    SELECT generate_series(date_trunc('minute', %(since)s::timestamptz),
                           date_trunc('minute', %(until)s::timestamptz), '1 minute') AS minute
), audience AS (
    SELECT minute, sum(likes) AS likes, sum(joins) AS joins, max(viewers) AS viewers
    FROM (
        SELECT minute, likes, joins, viewers_peak AS viewers FROM live_minute
        WHERE room_id = %(room)s AND minute >= %(since)s::timestamptz - interval '1 minute'
        UNION ALL
        SELECT minute, sum(likes), sum(joins), sum(viewers) FROM (
            SELECT date_trunc('minute', at) AS minute, source, sum(likes) AS likes,
                   sum(joins) AS joins, max(viewers) AS viewers
            FROM live_tally WHERE room_id = %(room)s GROUP BY 1, 2
        ) by_source GROUP BY minute
    ) both_kinds GROUP BY minute
), talk AS (
    SELECT date_trunc('minute', said_at) AS minute, count(*) AS comments
    FROM live_comment
    WHERE room_id = %(room)s AND said_at >= %(since)s::timestamptz - interval '1 minute' GROUP BY 1
), sales AS (
    SELECT date_trunc('minute', paid_at) AS minute, count(*) AS orders, sum(paid_fen) AS paid_fen
    FROM live_sale
    WHERE room_id = %(room)s AND paid_at >= %(since)s::timestamptz - interval '1 minute' GROUP BY 1
)
SELECT m.minute,
       coalesce(a.viewers, 0)::bigint, coalesce(a.joins, 0)::bigint, coalesce(a.likes, 0)::bigint,
       coalesce(t.comments, 0)::bigint, coalesce(s.orders, 0)::bigint, coalesce(s.paid_fen, 0)::bigint
FROM minutes m
LEFT JOIN audience a USING (minute)
LEFT JOIN talk t USING (minute)
LEFT JOIN sales s USING (minute)
ORDER BY m.minute
