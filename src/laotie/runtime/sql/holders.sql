-- Transactions that hold a transaction id for longer than the given seconds, oldest first: the event log
-- is read only up to the oldest of them, in any database of the cluster. Prepared ones as well.
SELECT pid, usename, application_name, state, extract(epoch FROM now() - xact_start)
FROM pg_stat_activity
WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
  AND xact_start < now() - make_interval(secs => %s)
UNION ALL
SELECT 0, owner::name, 'prepared transaction ' || gid, 'prepared',
       extract(epoch FROM now() - prepared)
FROM pg_prepared_xacts
ORDER BY 5 DESC
LIMIT 5
