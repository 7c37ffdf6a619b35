-- A programme of the platform for creators is a party: what is set aside for it is `available` to it,
-- and that account's floor is what keeps rewards within the budget.
ALTER TABLE led_account DROP CONSTRAINT led_account_party_kind_check;
ALTER TABLE led_account ADD CONSTRAINT led_account_party_kind_check CHECK (
    party_kind IN ('platform', 'shop', 'creator', 'leader', 'provider', 'agency', 'programme')
);
INSERT INTO led_kind (kind, of_platform, shards, floor_fen, ceiling_fen)
VALUES ('support', true, 16, NULL, NULL);
