#!/bin/sh
# Run once by the database's image on its first start: the roles and the database of Laotie.
# The same statements stand in docs/operate/database.md for a server of one's own.
set -eu
psql --set=ON_ERROR_STOP=1 --username=postgres \
    --set=owner="$OWNER_PASSWORD" --set=app="$APP_PASSWORD" --set=analyst="$ANALYST_PASSWORD" <<'SQL'
CREATE ROLE laotie_owner LOGIN PASSWORD :'owner';
CREATE ROLE laotie_app LOGIN PASSWORD :'app';
CREATE ROLE laotie_analyst LOGIN PASSWORD :'analyst';
ALTER ROLE laotie_app SET transaction_timeout = '5s';
ALTER ROLE laotie_app SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE laotie_app SET tcp_user_timeout = '20s';
ALTER ROLE laotie_app SET tcp_keepalives_idle = '10s';
ALTER ROLE laotie_app SET tcp_keepalives_interval = '3s';
ALTER ROLE laotie_app SET tcp_keepalives_count = 3;
ALTER ROLE laotie_app SET client_connection_check_interval = '5s';
ALTER ROLE laotie_owner SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE laotie_analyst SET default_transaction_read_only = on;
ALTER ROLE laotie_analyst SET statement_timeout = '60s';
CREATE DATABASE laotie OWNER laotie_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE laotie FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE laotie TO laotie_app;
GRANT CONNECT ON DATABASE laotie TO laotie_analyst;
SQL
