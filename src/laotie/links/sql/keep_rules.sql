-- A rule is written once; only that it is withdrawn before it begins may be added. Run by the owner.

CREATE FUNCTION links_rule_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id')
          <> (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id') THEN
        RAISE EXCEPTION 'a rule of links is never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER links_rule_kept BEFORE UPDATE OR DELETE ON links_rule
    FOR EACH ROW EXECUTE FUNCTION links_rule_is_kept();

ALTER TABLE links_rule ADD CONSTRAINT link_rule_to_the_second CHECK (
    extract(microseconds FROM effective_from)::bigint % 1000000 = 0
    AND (effective_to IS NULL OR extract(microseconds FROM effective_to)::bigint % 1000000 = 0));
