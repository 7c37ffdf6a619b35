-- The first version of the fees: 2 % for the platform, 0.6 % for the channel, at most 30 % split.
INSERT INTO led_policy (tech_bps, channel_bps, split_cap_bps, effective_at, made_at, made_by)
VALUES (200, 60, 3000, '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 'installation');
