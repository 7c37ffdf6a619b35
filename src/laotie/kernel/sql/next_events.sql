-- The next events after a consumer's position, in an order in which none can appear behind it.
-- Index: event_log_pkey (generation, xid, id). Rows: up to the limit.
-- Rows of the running generation wait until every transaction with a lower xid has ended; rows of
-- an older generation were restored whole. Bodies that the consumer does not hear stay behind.
SELECT e.generation, e.xid::text, e.id, e.name, CASE WHEN e.name = ANY (%s) THEN e.body END
FROM event_log e
WHERE (e.generation, e.xid, e.id) > (%s, %s::xid8, %s)
  AND (e.generation < event_generation_now()
       OR e.xid < pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY e.generation, e.xid, e.id
LIMIT %s
