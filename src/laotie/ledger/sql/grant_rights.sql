-- The app may read the journal and call the functions; of an order's frozen money it may change only
-- what refunds and settlement change, and that only forwards.

CREATE FUNCTION led_only_forwards() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    way text[] := ARRAY['HELD', 'SPLIT', 'RELEASED'];
BEGIN
    IF NEW.refunded_fen < OLD.refunded_fen OR NEW.subsidy_back_fen < OLD.subsidy_back_fen
        OR NEW.held_fen > OLD.held_fen
        OR array_position(way, NEW.state::text) < array_position(way, OLD.state::text)
    THEN
        RAISE EXCEPTION 'the money of order % does not go backwards', OLD.order_id
            USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER led_order_forwards BEFORE UPDATE ON led_order
    FOR EACH ROW EXECUTE FUNCTION led_only_forwards();

CREATE FUNCTION led_line_only_forwards() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.refunded_units < OLD.refunded_units OR (OLD.freight_refunded AND NOT NEW.freight_refunded)
    THEN
        RAISE EXCEPTION 'a refunded unit stays refunded' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER led_line_forwards BEFORE UPDATE ON led_line
    FOR EACH ROW EXECUTE FUNCTION led_line_only_forwards();

REVOKE ALL ON FUNCTION
    led_nobody(), led_digest(jsonb), led_legs_of(jsonb, jsonb), led_write(jsonb, text),
    led_apply(uuid[], text, integer), led_answer(jsonb, text, uuid, uuid),
    led_post(jsonb), led_hold(jsonb), led_resolve(uuid, text, jsonb), led_reverse(uuid, jsonb),
    led_lock(jsonb, text)
FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE ALL ON led_kind, led_account, led_txn, led_leg, led_posting FROM laotie_app;
        REVOKE ALL ON led_order, led_line, led_refund, led_payout, led_policy FROM laotie_app;
        GRANT SELECT ON led_kind, led_account, led_txn, led_leg, led_posting TO laotie_app;
        REVOKE ALL ON FUNCTION
            led_nobody(), led_digest(jsonb), led_legs_of(jsonb, jsonb), led_write(jsonb, text),
            led_apply(uuid[], text, integer), led_answer(jsonb, text, uuid, uuid) FROM laotie_app;
        GRANT EXECUTE ON FUNCTION
            led_post(jsonb), led_hold(jsonb), led_resolve(uuid, text, jsonb),
            led_reverse(uuid, jsonb), led_lock(jsonb, text) TO laotie_app;
        GRANT SELECT, INSERT ON led_order, led_line, led_refund, led_payout, led_policy TO laotie_app;
        GRANT UPDATE (state, held_fen, refunded_fen, subsidy_back_fen, split_at, released_at)
            ON led_order TO laotie_app;
        GRANT UPDATE (refunded_units, freight_refunded) ON led_line TO laotie_app;
        GRANT UPDATE (state, settled_at) ON led_refund TO laotie_app;
        GRANT UPDATE (state, ended_at, reason) ON led_payout TO laotie_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_analyst') THEN
        GRANT SELECT ON led_kind, led_account, led_txn, led_leg, led_posting, led_order, led_line, led_refund,
            led_payout, led_policy TO laotie_analyst;
    END IF;
END $$;
