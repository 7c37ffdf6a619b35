-- Writing many entries costs little more than one: the entries are taken apart once, and an account
-- that all of them touch is found, locked and changed once.

-- `p_entries` become headers, legs and balances; those whose key is known are only compared.
-- All legs of a call that fall on an account in shards fall on one shard, chosen anew by each call:
-- two writers rarely meet, and a call touches one row of each such account.
CREATE OR REPLACE FUNCTION led_write(p_entries jsonb, p_phase text)
RETURNS TABLE (idem text, txn_id uuid, is_new boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    seed     integer := uuid_hash(gen_random_uuid()) & 2147483647;
    idems    text[];
    txns     uuid[];
    clash    text;
    -- One element per account that new legs touch.
    k_party  text[];
    k_id     uuid[];
    k_kind   text[];
    k_money  text[];
    k_shard  smallint[];
    accounts bigint[];
    moved    bigint[];
    amounts  bigint[];
BEGIN
    -- Whoever made it immediate does not get a leg past the proof.
    SET CONSTRAINTS public.led_txn_sums DEFERRED;

    WITH fresh AS (
        INSERT INTO led_txn (
            idem, digest, kind, phase, order_id, payment_id, refund_id, payout_id, actor,
            effective_at, created_at, xid
        )
        SELECT
            e ->> 'idem', led_digest(e), e ->> 'kind', p_phase, (e ->> 'order_id')::uuid,
            (e ->> 'payment_id')::uuid, (e ->> 'refund_id')::uuid, (e ->> 'payout_id')::uuid,
            e ->> 'actor', (e ->> 'effective_at')::timestamptz, (SELECT laotie_now()),
            (SELECT pg_current_xact_id())
        FROM jsonb_array_elements(p_entries) AS e
        ORDER BY e ->> 'idem'
        ON CONFLICT DO NOTHING
        RETURNING idem, id
    )
    SELECT coalesce(array_agg(idem), '{}'), coalesce(array_agg(id), '{}') INTO idems, txns FROM fresh;

    IF cardinality(idems) < jsonb_array_length(p_entries) THEN
        SELECT t.idem INTO clash
        FROM jsonb_array_elements(p_entries) AS e
        JOIN led_txn t ON t.book = 'main' AND t.idem = e ->> 'idem'
        WHERE t.digest <> led_digest(e) OR t.phase <> p_phase LIMIT 1;
        IF clash IS NOT NULL THEN
            RAISE EXCEPTION 'key % was used for something else', clash
                USING ERRCODE = '23505', CONSTRAINT = 'led_txn_once';
        END IF;
    END IF;

    IF cardinality(idems) > 0 THEN
        SELECT
            array_agg(party_kind), array_agg(party_id), array_agg(kind), array_agg(currency),
            array_agg(shard), array_agg(account_id)
        INTO k_party, k_id, k_kind, k_money, k_shard, accounts
        FROM led_accounts_of(p_entries, idems, seed);
        IF array_position(accounts, NULL) IS NOT NULL THEN
            INSERT INTO led_account (
                party_kind, party_id, kind, currency, shard, floor_fen, ceiling_fen
            )
            SELECT w.party_kind, w.party_id, w.kind, w.currency, w.shard, k.floor_fen, k.ceiling_fen
            FROM led_accounts_of(p_entries, idems, seed) w LEFT JOIN led_kind k USING (kind)
            WHERE w.account_id IS NULL
            ORDER BY 1, 2, 3, 4, 5
            ON CONFLICT DO NOTHING;
            -- A new look: somebody else may have opened the same ones meanwhile.
            SELECT
                array_agg(party_kind), array_agg(party_id), array_agg(kind), array_agg(currency),
                array_agg(shard), array_agg(account_id)
            INTO k_party, k_id, k_kind, k_money, k_shard, accounts
            FROM led_accounts_of(p_entries, idems, seed);
        END IF;

        WITH legs AS (
            INSERT INTO led_leg (
                txn_id, n, account_id, amount_fen, currency, line_no, role, rule, trace
            )
            SELECT
                fresh.txn_id, leg.n, a.account_id, (leg.box ->> 'amount_fen')::bigint,
                e ->> 'currency', (leg.box ->> 'line_no')::smallint,
                coalesce(leg.box ->> 'role', ''), coalesce(leg.box ->> 'rule', ''),
                nullif(leg.box -> 'trace', 'null')
            FROM unnest(idems, txns) AS fresh (idem, txn_id)
            JOIN jsonb_array_elements(p_entries) AS e ON e ->> 'idem' = fresh.idem
            CROSS JOIN LATERAL jsonb_array_elements(e -> 'legs') WITH ORDINALITY AS leg (box, n)
            LEFT JOIN unnest(k_party, k_id, k_kind, k_money, accounts)
                AS a (party_kind, party_id, kind, currency, account_id)
                ON a.party_kind = leg.box ->> 'party_kind' AND a.kind = leg.box ->> 'kind'
                AND a.party_id = coalesce((leg.box ->> 'party_id')::uuid, led_nobody())
                AND a.currency = e ->> 'currency'
            RETURNING account_id, amount_fen
        ), sums AS (
            SELECT account_id, sum(amount_fen)::bigint AS fen FROM legs GROUP BY account_id
        )
        SELECT array_agg(account_id), array_agg(fen) INTO moved, amounts FROM sums;

        IF p_phase = 'posted' THEN
            PERFORM FROM led_account a WHERE a.id = ANY (moved)
            ORDER BY a.party_kind = 'platform', a.id FOR NO KEY UPDATE;
            UPDATE led_account a SET posted_fen = a.posted_fen + m.fen, version = a.version + 1
            FROM unnest(moved, amounts) AS m (account_id, fen) WHERE a.id = m.account_id;
        ELSE
            PERFORM led_apply(txns, p_phase, 1);
        END IF;
    END IF;

    IF cardinality(idems) = jsonb_array_length(p_entries) THEN
        RETURN QUERY SELECT fresh.idem, fresh.txn_id, true FROM unnest(idems, txns) AS fresh (idem, txn_id);
    ELSE
        RETURN QUERY
        SELECT t.idem, t.id, t.idem = ANY (idems)
        FROM jsonb_array_elements(p_entries) AS e
        JOIN led_txn t ON t.book = 'main' AND t.idem = e ->> 'idem';
    END IF;
END $$;

-- The accounts that legs of these entries touch, each once; without an id where there is none yet,
-- and with a shard of null where the chart has no such account.
CREATE FUNCTION led_accounts_of(p_entries jsonb, p_idems text[], p_seed integer)
RETURNS TABLE (
    party_kind text, party_id uuid, kind text, currency text, shard smallint, account_id bigint
) LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
BEGIN ATOMIC
    SELECT w.party_kind, w.party_id, w.kind, w.currency, w.shard, (
        SELECT a.id FROM led_account a
        WHERE a.book = 'main' AND a.party_kind = w.party_kind AND a.party_id = w.party_id
            AND a.kind = w.kind AND a.currency = w.currency AND a.shard = w.shard
    )
    FROM (
        SELECT l.party_kind, l.party_id, l.kind, l.currency, (p_seed % k.shards)::smallint AS shard
        FROM (
            SELECT DISTINCT
                leg ->> 'party_kind' AS party_kind,
                coalesce((leg ->> 'party_id')::uuid, led_nobody()) AS party_id,
                leg ->> 'kind' AS kind, entry ->> 'currency' AS currency
            FROM jsonb_array_elements(p_entries) AS entry
            CROSS JOIN LATERAL jsonb_array_elements(entry -> 'legs') AS leg
            WHERE entry ->> 'idem' = ANY (p_idems)
        ) AS l
        LEFT JOIN led_kind k
            ON k.kind = l.kind AND k.of_platform = (l.party_kind = 'platform')
    ) AS w;
END;

DROP FUNCTION led_legs_of(jsonb, jsonb);

-- As before: at least two legs, and zero in each currency. Nearly always there is one currency, and
-- one look suffices.
CREATE OR REPLACE FUNCTION led_sums_to_zero() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    legs   bigint;
    uneven boolean;
BEGIN
    SELECT count(*), coalesce(sum(amount_fen) <> 0 OR min(currency) <> max(currency), false)
    INTO legs, uneven
    FROM led_leg WHERE txn_id = NEW.id;
    IF uneven THEN
        SELECT count(*) > 0 INTO uneven FROM (
            SELECT FROM led_leg WHERE txn_id = NEW.id
            GROUP BY currency HAVING sum(amount_fen) <> 0
        ) AS wrong;
    END IF;
    IF NEW.phase = 'void' THEN
        IF legs > 0 THEN
            RAISE EXCEPTION 'transaction % gives a hold back and moves money', NEW.id
                USING ERRCODE = '23514';
        END IF;
    ELSIF legs < 2 OR uneven THEN
        RAISE EXCEPTION 'transaction % (%) does not sum to zero over two legs or more', NEW.id, NEW.idem
            USING ERRCODE = '23514', CONSTRAINT = 'led_txn_sums';
    END IF;
    RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION led_accounts_of(jsonb, text[], integer), led_write(jsonb, text) FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE ALL ON FUNCTION led_accounts_of(jsonb, text[], integer), led_write(jsonb, text)
        FROM laotie_app;
    END IF;
END $$;
