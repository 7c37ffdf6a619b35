-- Who may buy, and where their goods go: what an order copies as it stands. Run by the owner.

-- A release that knows nothing of the copy for orders changes an address without it: then the copy
-- is dropped, and made anew when it is wanted.
CREATE FUNCTION accounts_address_copy_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.order_sealed := NULL;
    NEW.order_masked := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_address_copy_follows BEFORE UPDATE ON accounts_address
    FOR EACH ROW WHEN (NEW.sealed IS DISTINCT FROM OLD.sealed AND OLD.order_sealed IS NOT NULL
                       AND NEW.order_sealed IS NOT DISTINCT FROM OLD.order_sealed)
    EXECUTE FUNCTION accounts_address_copy_follows();

-- Purpose: for each buyer of a batch, whether they may buy and their default address.
-- Index:   accounts_person_pkey, address_one_default. Rows: one; none for nobody or a closed account.
-- It is inlined into the statement that asks, so it must stay one plain SELECT. `sealed` is null
-- where there is no default address (`region_code` is null too) or no copy for orders yet.
CREATE FUNCTION accounts_order_address(buyer uuid)
RETURNS TABLE (is_grown_up boolean, region_code varchar, sealed bytea, masked jsonb)
LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT p.minors_pin = '', a.region_code, a.order_sealed, a.order_masked
    FROM accounts_person p
    LEFT JOIN accounts_address a ON a.person_id = p.id AND a.is_default AND a.removed_at IS NULL
    WHERE p.id = buyer AND p.is_active
$$;
