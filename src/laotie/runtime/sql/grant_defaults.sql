-- What the owner creates from now on is usable by the app role, and by nobody else.
-- Run in each database by its owner. Single tables take rights back in their migration.
GRANT USAGE ON SCHEMA public TO laotie_app, laotie_analyst;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO laotie_app;
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO laotie_app;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO laotie_app;
