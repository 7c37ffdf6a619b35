-- Who had which right, and who looked at which address, is written once. Run by the owner.

CREATE FUNCTION accounts_history_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;

CREATE TRIGGER accounts_grant_immutable BEFORE UPDATE OR DELETE ON accounts_grant
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_history_is_immutable();
CREATE TRIGGER accounts_reveal_immutable BEFORE UPDATE OR DELETE ON accounts_reveal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_history_is_immutable();
