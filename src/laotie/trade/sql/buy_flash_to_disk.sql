-- Purpose: `trade_buy_flash`, whose locks end before the disk has answered, and whose caller hears
--          of it afterwards.
-- Index:   those of `buy_flash.sql`. Rows: one. Bench: bench/orders_open.py
--
-- Everybody wants the same row. A plain commit holds it until the disk has answered, and the next
-- batch waits for a disk that it does not need: its own commit stands behind this one in the log,
-- so none is on disk without those that it builds on. Here the commit lets go at once, and what is
-- waited for is that the log is on disk up to a mark behind it.
--
-- Whoever reads such an order meanwhile and then writes or locks anything commits behind it in the
-- log: a payment that is begun, a reader of events, a replay that `place_batch.sql` finds. Only a
-- page that is just looked at may be ahead of the disk, by a moment.
--
-- Whoever holds a row that the batch needs is waited for a second: long beside any batch before it,
-- short beside the time after which the server would end the session, and all of it. A session that
-- was told of another wait keeps to it.
--
-- Servers that were told of other ways to commit, or of standbys to wait for, keep to them.
-- To be called outside of transactions, or its COMMIT is refused.
CREATE OR REPLACE PROCEDURE trade_buy_flash_to_disk(
    p_buyer uuid[], p_key text[], p_terms_at integer[], p_group uuid[], p_order uuid[],
    p_earlier integer[], p_terms text[], p_stock_at integer[], p_offer_at integer[],
    p_sku uuid[], p_offer uuid[], p_now timestamptz, p_pay_by timestamptz, p_day text,
    OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[],
    OUT kept_pay_by timestamptz[], OUT remaining integer[]
) LANGUAGE plpgsql AS $$
DECLARE
    lets_go_first constant boolean := current_setting('synchronous_commit') = 'on'
                                  AND current_setting('synchronous_standby_names') = '';
BEGIN
    IF lets_go_first THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    IF current_setting('lock_timeout') = '0' THEN
        PERFORM set_config('lock_timeout', '1s', true);
    END IF;
    SELECT * INTO letters, total_fen, kept_group, kept_order, kept_pay_by, remaining
      FROM trade_buy_flash(p_buyer, p_key, p_terms_at, p_group, p_order, p_earlier, p_terms,
                           p_stock_at, p_offer_at, p_sku, p_offer, p_now, p_pay_by, p_day);
    COMMIT;
    IF lets_go_first THEN
        -- Whatever the letters say: a replay, or a no, may rest on a batch that is not there yet.
        PERFORM pg_logical_emit_message(false, 'laotie', '', true);
    END IF;
END $$;
