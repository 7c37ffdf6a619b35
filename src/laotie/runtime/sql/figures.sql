-- Figures for /metrics and doctor: name, what it is of, value. A few dozen rows. How late jobs are is
-- told by oldest_due_job.sql.
SELECT figure.name, r.consumer, figure.value
FROM event_reader r CROSS JOIN LATERAL (VALUES
    ('consumer_lag_rows', r.rows_behind::float), ('consumer_oldest_seconds', r.oldest_s),
    ('consumer_pace_rows', r.pace), ('consumer_drain_seconds', r.drains_s)
) AS figure (name, value)
WHERE figure.value IS NOT NULL
UNION ALL
SELECT 'events_parked', consumer, count(*) FROM event_retry WHERE state = 'PARKED' GROUP BY consumer
UNION ALL
SELECT 'events_waiting', consumer, count(*) FROM event_retry
WHERE state = 'WAITING' GROUP BY consumer
UNION ALL
SELECT 'jobs', status::text, count(*) FROM procrastinate_jobs GROUP BY status
UNION ALL
SELECT 'oldest_writer_seconds', 'all', COALESCE(max(extract(epoch FROM now() - xact_start)), 0)
FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
UNION ALL
SELECT 'database_bytes', current_database(), pg_database_size(current_database())
UNION ALL
SELECT figure.name, n.code, figure.value
FROM links_orderreading r JOIN links_network n ON n.id = r.network_id CROSS JOIN LATERAL (VALUES
    ('order_source_lag_seconds', extract(epoch FROM laotie_now() - r.read_to)::float),
    ('order_source_failures', r.tries::float)
) AS figure (name, value)
WHERE r.is_on AND r.lane = 'CHANGES'
