-- Likes so far and viewers now of each watched room.
-- Viewers: the newest word of each gateway process, if it is fresh. Likes: minutes that were rolled
-- up, and tallies that were not yet.
-- Index: live_minute_pkey, tally_newest. Rows: one per room. Bench: storm.
SELECT w.room_id,
       coalesce((SELECT sum(m.likes) FROM live_minute m WHERE m.room_id = w.room_id), 0)::bigint
       + coalesce(t.likes, 0)::bigint AS likes,
       coalesce(t.viewers, 0)::bigint AS viewers
FROM unnest(%(rooms)s::uuid[]) AS w (room_id)
LEFT JOIN LATERAL (
    SELECT sum(s.likes) AS likes, sum(s.newest) AS viewers
    FROM (
        SELECT sum(y.likes) AS likes,
               (array_agg(y.viewers ORDER BY y.id DESC) FILTER (WHERE y.wall_at > %(fresh)s))[1] AS newest
        FROM live_tally y WHERE y.room_id = w.room_id GROUP BY y.source
    ) s
) t ON true
