-- One idle writer stalls every consumer of the event log, so no transaction of the app outlives 5 s.
ALTER ROLE laotie_app SET transaction_timeout = '5s';
ALTER ROLE laotie_app SET idle_in_transaction_session_timeout = '5s';
-- A client that is gone without a word holds its locks no longer than this.
ALTER ROLE laotie_app SET tcp_user_timeout = '20s';
ALTER ROLE laotie_app SET tcp_keepalives_idle = '10s';
ALTER ROLE laotie_app SET tcp_keepalives_interval = '3s';
ALTER ROLE laotie_app SET tcp_keepalives_count = 3;
ALTER ROLE laotie_app SET client_connection_check_interval = '5s';
ALTER ROLE laotie_owner SET idle_in_transaction_session_timeout = '60s';
-- Long readers hold nobody back while they only read.
ALTER ROLE laotie_analyst SET default_transaction_read_only = on;
ALTER ROLE laotie_analyst SET statement_timeout = '60s';
