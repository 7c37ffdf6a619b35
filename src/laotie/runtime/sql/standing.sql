-- Who the server is and who we are there. One row.
-- A role is judged by what it can become as well: membership in an owner is ownership.
SELECT current_setting('server_version_num')::int,
       current_database(),
       current_user,
       (SELECT bool_or(r.rolsuper) FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')),
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'
           AND pg_has_role(current_user, c.relowner, 'MEMBER')),
       COALESCE(current_setting('transaction_timeout', true), 'absent'),
       current_setting('idle_in_transaction_session_timeout'),
       current_setting('data_checksums') = 'on'
