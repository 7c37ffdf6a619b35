-- Seconds that the oldest job which could run by now has waited; 0 when there is none. One row.
SELECT COALESCE(max(extract(epoch FROM now() - COALESCE(j.scheduled_at, e.at))), 0)
FROM procrastinate_jobs j
LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type = 'deferred'
) e ON true
WHERE j.status = 'todo' AND COALESCE(j.scheduled_at, e.at) <= now()
