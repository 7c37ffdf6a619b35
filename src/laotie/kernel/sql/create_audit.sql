-- What people with rights over the platform did, written in the transaction that did it. Run once,
-- by the owner.

CREATE TABLE audit_entry (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT laotie_now(),
    person_id uuid NOT NULL,
    via       text NOT NULL,
    act       text NOT NULL,
    reason    text NOT NULL DEFAULT '',
    facts     jsonb NOT NULL
);
CREATE INDEX audit_entry_of_person ON audit_entry (person_id, id);
CREATE INDEX audit_entry_of_act ON audit_entry (act text_pattern_ops, id);

CREATE FUNCTION audit_entry_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was done stays written' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER audit_entry_immutable BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_immutable();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM laotie_app;
    END IF;
END $$;
