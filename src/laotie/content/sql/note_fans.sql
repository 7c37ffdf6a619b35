-- Each follow that comes, goes or is judged leaves what it adds to its creator's count. By the owner.
--
-- A statement's rows are noted at once. Nothing but inserts: no two people wait for each other.

CREATE FUNCTION content_fan_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO content_fanchange (creator_id, at, fans, followers)
    SELECT creator_id, followed_at, CASE forged WHEN '' THEN 1 ELSE 0 END, 1 FROM came;
    RETURN NULL;
END $$;
CREATE TRIGGER content_fan_came AFTER INSERT ON live_follow
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION content_fan_came();

CREATE FUNCTION content_fan_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO content_fanchange (creator_id, at, fans, followers)
    SELECT creator_id, followed_at, CASE forged WHEN '' THEN -1 ELSE 0 END, -1 FROM went;
    RETURN NULL;
END $$;
CREATE TRIGGER content_fan_went AFTER DELETE ON live_follow
    REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION content_fan_went();

CREATE FUNCTION content_fan_was_judged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO content_fanchange (creator_id, at, fans, followers)
    SELECT w.creator_id, w.followed_at, CASE w.forged WHEN '' THEN -1 ELSE 0 END, -1
    FROM went w JOIN came c USING (id)
    WHERE (w.creator_id, w.followed_at, w.forged = '')
        IS DISTINCT FROM (c.creator_id, c.followed_at, c.forged = '')
    UNION ALL
    SELECT c.creator_id, c.followed_at, CASE c.forged WHEN '' THEN 1 ELSE 0 END, 1
    FROM went w JOIN came c USING (id)
    WHERE (w.creator_id, w.followed_at, w.forged = '')
        IS DISTINCT FROM (c.creator_id, c.followed_at, c.forged = '');
    RETURN NULL;
END $$;
CREATE TRIGGER content_fan_was_judged AFTER UPDATE ON live_follow
    REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION content_fan_was_judged();
