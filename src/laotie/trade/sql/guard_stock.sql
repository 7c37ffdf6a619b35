-- What a running offer promised stays on the shelf: a count cannot take it away. Run by the owner.
--
-- The SKU's row is locked first, as by whoever opens an offer on it; so of a count and an offer at
-- the same moment the second one sees what the first one did.
CREATE OR REPLACE FUNCTION trade_stock_keeps_offers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promised bigint;
BEGIN
    PERFORM FROM catalog_sku WHERE id = NEW.sku_id FOR UPDATE;
    SELECT coalesce(sum(greatest(o.quantity - coalesce(f.sold, 0), 0)), 0) INTO promised
      FROM catalog_offer o LEFT JOIN trade_offer_stock f ON f.offer_id = o.id
     WHERE o.sku_id = NEW.sku_id AND o.quantity IS NOT NULL
       AND o.starts_at <= laotie_now() AND (o.ends_at IS NULL OR o.ends_at > laotie_now());
    IF NEW.on_hand - NEW.reserved < promised THEN
        RAISE EXCEPTION 'a running offer promises % units', promised
            USING ERRCODE = '23514', CONSTRAINT = 'stock_keeps_offers';
    END IF;
    RETURN NEW;
END $$;
-- Units that are sold or shipped change `reserved`; only a count leaves it as it is.
CREATE TRIGGER trade_stock_keeps_offers BEFORE UPDATE ON trade_stock
    FOR EACH ROW WHEN (NEW.on_hand < OLD.on_hand AND NEW.reserved = OLD.reserved)
    EXECUTE FUNCTION trade_stock_keeps_offers();
