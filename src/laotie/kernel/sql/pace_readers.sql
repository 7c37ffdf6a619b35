-- How far each reader of the event log has come, and how fast it goes. Run once, by the owner.

-- Rows that were passed in full batches, and the seconds that those took; both fade, so that the
-- last thousands of rows count. Their ratio is how fast a reader can go.
ALTER TABLE event_position
    ADD COLUMN paced_rows double precision NOT NULL DEFAULT 0 CHECK (paced_rows >= 0),
    ADD COLUMN paced_s double precision NOT NULL DEFAULT 0 CHECK (paced_s >= 0);

-- rows_behind: yet to pass. oldest_s: age of the first of them. pace: rows a second when there is
-- much to do, null until that was seen. coming: rows that are published a second, over the last
-- minute (or the last 20,000 rows). drains_s: until nothing is left if all goes on like this; null
-- when that cannot be said, infinite when more comes than is taken.
CREATE VIEW event_reader AS
WITH coming AS (
    SELECT count(*) / greatest(extract(epoch FROM laotie_now() - min(at)), 1)::float AS rows_per_s
    FROM (SELECT at FROM event_log ORDER BY id DESC LIMIT 20000) AS latest
    WHERE at > laotie_now() - interval '60 s'
), reader AS (
    SELECT
        p.consumer, ahead.rows AS rows_behind, coalesce(coming.rows_per_s, 0) AS coming,
        greatest(coalesce(extract(epoch FROM laotie_now() - oldest.at), 0), 0)::float AS oldest_s,
        CASE WHEN p.paced_s > 0 THEN p.paced_rows / p.paced_s END AS pace
    FROM event_position p
    CROSS JOIN coming
    CROSS JOIN LATERAL (
        SELECT count(*) AS rows FROM event_log e
        WHERE (e.generation, e.xid, e.id) > (p.generation, p.xid, p.id)
    ) AS ahead
    LEFT JOIN LATERAL (
        SELECT e.at FROM event_log e
        WHERE (e.generation, e.xid, e.id) > (p.generation, p.xid, p.id)
        ORDER BY e.generation, e.xid, e.id LIMIT 1
    ) AS oldest ON true
)
SELECT
    consumer, rows_behind, oldest_s, pace, coming,
    CASE
        WHEN rows_behind = 0 THEN 0
        WHEN pace <= coming THEN 'infinity'::float
        ELSE rows_behind / (pace - coming)
    END AS drains_s
FROM reader;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE ALL ON event_reader FROM laotie_app;
        GRANT SELECT ON event_reader TO laotie_app;
    END IF;
END $$;
