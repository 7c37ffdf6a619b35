-- The clock, the event log with its readers, remembered answers. Run once, by the owner.

CREATE TABLE clock_offset (
    sole  boolean PRIMARY KEY DEFAULT true CHECK (sole),
    ahead interval NOT NULL DEFAULT '0' CHECK (ahead >= '0')
);
INSERT INTO clock_offset DEFAULT VALUES;

-- Business time: the same moment for a whole transaction.
CREATE FUNCTION laotie_now() RETURNS timestamptz LANGUAGE sql STABLE
    RETURN now() + (SELECT ahead FROM clock_offset);

-- A restore into a fresh cluster raises the generation: old transaction ids may lie in the future there.
CREATE TABLE event_generation (
    sole       boolean PRIMARY KEY DEFAULT true CHECK (sole),
    generation integer NOT NULL DEFAULT 1
);
INSERT INTO event_generation DEFAULT VALUES;

CREATE FUNCTION event_generation_now() RETURNS integer LANGUAGE sql STABLE
    RETURN (SELECT generation FROM event_generation);

CREATE TABLE event_log (
    generation integer NOT NULL DEFAULT event_generation_now(),
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id         bigint GENERATED ALWAYS AS IDENTITY,
    name       text NOT NULL,
    version    smallint NOT NULL,
    subject    text NOT NULL,
    body       jsonb NOT NULL,
    at         timestamptz NOT NULL DEFAULT laotie_now(),
    PRIMARY KEY (generation, xid, id)
);
CREATE UNIQUE INDEX event_log_id ON event_log (id);
CREATE INDEX event_log_subject ON event_log (subject, id);

CREATE TABLE event_position (
    consumer   text PRIMARY KEY,
    generation integer NOT NULL DEFAULT 0,
    xid        xid8 NOT NULL DEFAULT '0',
    id         bigint NOT NULL DEFAULT 0,
    moved_at   timestamptz NOT NULL DEFAULT now()
);

-- Events that came too early or failed: tried again with back-off, then parked for a person.
CREATE TABLE event_retry (
    consumer text NOT NULL,
    event_id bigint NOT NULL REFERENCES event_log (id),
    attempts integer NOT NULL DEFAULT 1,
    state    text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'PARKED', 'DONE')),
    cause    text NOT NULL,
    next_at  timestamptz NOT NULL,
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX event_retry_due ON event_retry (next_at) WHERE state = 'WAITING';

CREATE TABLE remembered_answer (
    scope      text NOT NULL,
    key        text NOT NULL,
    digest     text NOT NULL,
    status     smallint NOT NULL,
    body       jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX remembered_answer_expiry ON remembered_answer (expires_at);

CREATE FUNCTION event_log_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER event_log_immutable BEFORE UPDATE OR DELETE ON event_log
    FOR EACH STATEMENT EXECUTE FUNCTION event_log_is_immutable();

-- Two pg_notify per job halve the commit rate of many writers; the worker polls instead.
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT tgname, tgrelid::regclass AS relation FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE NOT tgisinternal AND tgrelid = 'procrastinate_jobs'::regclass AND p.proname LIKE '%notify%'
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.relation);
    END LOOP;
END $$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON event_log FROM laotie_app;
        REVOKE INSERT, UPDATE, DELETE ON event_generation FROM laotie_app;
    END IF;
END $$;
