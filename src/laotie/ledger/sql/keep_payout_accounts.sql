-- Which account a party's payouts went to is never rewritten. The app may only empty what is sealed,
-- when a creator leaves, and pin a payout to its account when the payout is made.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE ALL ON led_payout_account FROM laotie_app;
        GRANT SELECT, INSERT ON led_payout_account TO laotie_app;
        GRANT UPDATE (holder_sealed, holder_masked, number_sealed) ON led_payout_account TO laotie_app;
    END IF;
END $$;
