-- The next events that a consumer hears, after its position, in an order in which none can appear
-- behind it; and the last row of those looked at, heard or not, from which it goes on.
-- Index: event_log_pkey (generation, xid, id), read as far as there is need. Rows: up to the limit.
-- Rows of the running generation wait until every transaction with a lower xid has ended; rows of
-- an older generation were restored whole. Bodies that the consumer does not hear stay behind.
SELECT generation, xid::text, id, name, CASE WHEN is_heard THEN body END, n
FROM (
    SELECT generation, xid, id, name, body, name = ANY (%s) AS is_heard,
        row_number() OVER inorder AS n, lead(id) OVER inorder IS NULL AS is_last
    FROM (
        SELECT e.generation, e.xid, e.id, e.name, e.body
        FROM event_log e
        WHERE (e.generation, e.xid, e.id) > (%s, %s::xid8, %s)
          AND (e.generation < (SELECT event_generation_now()) -- Asked once, not for each row.
               OR e.xid < (SELECT pg_snapshot_xmin(pg_current_snapshot())))
        ORDER BY e.generation, e.xid, e.id
        LIMIT %s
    ) AS ahead
    WINDOW inorder AS (ORDER BY generation, xid, id)
) AS looked_at
WHERE is_heard OR is_last
-- As the window has them, so that it is read no further than needed; the number, not its text.
ORDER BY looked_at.generation, looked_at.xid, looked_at.id
LIMIT %s
