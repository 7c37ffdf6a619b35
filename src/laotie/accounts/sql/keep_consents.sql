-- What somebody accepted, and when, is written once. Run by the owner.

CREATE TRIGGER accounts_consent_immutable BEFORE UPDATE OR DELETE ON accounts_consent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_history_is_immutable();
