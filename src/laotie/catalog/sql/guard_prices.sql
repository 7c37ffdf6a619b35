-- What a buyer was promised stays: no two offers of a SKU overlap in one place, an offer is only
-- ended, and price history is written once. Run by the owner.
--
-- A GiST exclusion on uuid would need a contrib extension. A range of one number has its operators
-- built in, so the SKU and its place stand there as a 64-bit hash; a collision (one in 10^19 per
-- pair) would refuse an offer, never let one through.

ALTER TABLE catalog_offer ADD CONSTRAINT offer_one_at_a_time EXCLUDE USING gist (
    numrange(
        hashtextextended(sku_id::text || coalesce(place_id::text, ''), 0)::numeric,
        hashtextextended(sku_id::text || coalesce(place_id::text, ''), 0)::numeric,
        '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
);

CREATE FUNCTION catalog_offer_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.sku_id, OLD.place_id, OLD.price_fen, OLD.list_price_fen, OLD.quantity,
            OLD.limit_per_buyer, OLD.starts_at)
        IS DISTINCT FROM (NEW.sku_id, NEW.place_id, NEW.price_fen, NEW.list_price_fen,
            NEW.quantity, NEW.limit_per_buyer, NEW.starts_at)
        OR NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at
    THEN
        RAISE EXCEPTION 'an offer is only ended' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalog_offer_kept BEFORE UPDATE OR DELETE ON catalog_offer
    FOR EACH ROW EXECUTE FUNCTION catalog_offer_is_kept();

CREATE FUNCTION catalog_history_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
CREATE TRIGGER catalog_pricechange_immutable BEFORE UPDATE OR DELETE ON catalog_pricechange
    FOR EACH STATEMENT EXECUTE FUNCTION catalog_history_is_immutable();
