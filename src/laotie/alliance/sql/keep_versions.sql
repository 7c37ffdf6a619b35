-- A rate that somebody worked under is written once. Run by the owner.

CREATE FUNCTION alliance_version_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a plan is never changed' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER alliance_planversion_immutable BEFORE UPDATE OR DELETE ON alliance_planversion
    FOR EACH STATEMENT EXECUTE FUNCTION alliance_version_is_immutable();
