-- The ways to write the journal. An entry is a JSON object:
--   idem, kind, currency, actor, effective_at, order_id, payment_id, refund_id, payout_id, and
--   legs: [{party_kind, party_id, kind, amount_fen, line_no, role, rule, trace}, ...]
-- All lock accounts in one order: parties' by id, then shards by id, and without blocking the
-- foreign keys of others' legs, which two writers would otherwise wait for from both sides. Whoever reads
-- a balance first (`led_lock`) takes parties' accounts only, so no ring can close.

-- The platform is one party and has no id of its own.
CREATE FUNCTION led_nobody() RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN '00000000-0000-0000-0000-000000000000'::uuid;

-- What makes two entries under one key the same: everything but who wrote it and when.
CREATE FUNCTION led_digest(p_entry jsonb) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp
RETURN encode(sha256(convert_to((p_entry - 'actor' - 'effective_at')::text, 'UTF8')), 'hex');

-- Legs of those entries that have an id, with the shard that the id chooses.
CREATE FUNCTION led_legs_of(p_entries jsonb, p_ids jsonb)
RETURNS TABLE (
    txn_id uuid, n bigint, party_kind text, party_id uuid, kind text, currency text, shard smallint,
    amount_fen bigint, line_no smallint, role text, rule text, trace jsonb
) LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
BEGIN ATOMIC
    SELECT
        id.txn_id, leg.n, leg.box ->> 'party_kind', coalesce((leg.box ->> 'party_id')::uuid, led_nobody()), k.kind,
        entry ->> 'currency', ((uuid_hash(id.txn_id) & 2147483647) % k.shards)::smallint,
        (leg.box ->> 'amount_fen')::bigint, (leg.box ->> 'line_no')::smallint,
        coalesce(leg.box ->> 'role', ''), coalesce(leg.box ->> 'rule', ''),
        nullif(leg.box -> 'trace', 'null')
    FROM jsonb_array_elements(p_entries) AS entry
    CROSS JOIN LATERAL (SELECT (p_ids ->> (entry ->> 'idem'))::uuid AS txn_id) AS id
    CROSS JOIN LATERAL jsonb_array_elements(entry -> 'legs') WITH ORDINALITY AS leg (box, n)
    LEFT JOIN led_kind k
        ON k.kind = leg.box ->> 'kind' AND k.of_platform = (leg.box ->> 'party_kind' = 'platform')
    WHERE id.txn_id IS NOT NULL;
END;

CREATE FUNCTION led_write(p_entries jsonb, p_phase text)
RETURNS TABLE (idem text, txn_id uuid, is_new boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    ids   jsonb;
    clash text;
BEGIN
    -- Whoever made it immediate does not get a leg past the proof.
    SET CONSTRAINTS public.led_txn_sums DEFERRED;

    WITH fresh AS (
        INSERT INTO led_txn (
            idem, digest, kind, phase, order_id, payment_id, refund_id, payout_id, actor,
            effective_at
        )
        SELECT
            e ->> 'idem', led_digest(e), e ->> 'kind', p_phase, (e ->> 'order_id')::uuid,
            (e ->> 'payment_id')::uuid, (e ->> 'refund_id')::uuid, (e ->> 'payout_id')::uuid,
            e ->> 'actor', (e ->> 'effective_at')::timestamptz
        FROM jsonb_array_elements(p_entries) AS e
        ORDER BY e ->> 'idem'
        ON CONFLICT DO NOTHING
        RETURNING idem, id
    )
    SELECT coalesce(jsonb_object_agg(idem, id), '{}') INTO ids FROM fresh;

    SELECT t.idem INTO clash
    FROM jsonb_array_elements(p_entries) AS e
    JOIN led_txn t ON t.book = 'main' AND t.idem = e ->> 'idem'
    WHERE t.digest <> led_digest(e) OR t.phase <> p_phase LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION 'key % was used for something else', clash
            USING ERRCODE = '23505', CONSTRAINT = 'led_txn_once';
    END IF;

    INSERT INTO led_account (party_kind, party_id, kind, currency, shard, floor_fen, ceiling_fen)
    SELECT DISTINCT l.party_kind, l.party_id, l.kind, l.currency, l.shard, k.floor_fen, k.ceiling_fen
    FROM led_legs_of(p_entries, ids) l LEFT JOIN led_kind k USING (kind)
    WHERE NOT EXISTS (
        SELECT FROM led_account a
        WHERE a.book = 'main' AND a.party_kind = l.party_kind
            AND a.party_id = l.party_id
            AND a.kind = l.kind AND a.currency = l.currency AND a.shard = l.shard
    )
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT DO NOTHING;

    INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency, line_no, role, rule, trace)
    SELECT l.txn_id, l.n, a.id, l.amount_fen, l.currency, l.line_no, l.role, l.rule, l.trace
    FROM led_legs_of(p_entries, ids) l
    JOIN led_account a
        ON a.book = 'main' AND a.party_kind = l.party_kind
        AND a.party_id = l.party_id
        AND a.kind = l.kind AND a.currency = l.currency AND a.shard = l.shard;

    PERFORM led_apply(array_agg(value::uuid), p_phase, 1) FROM jsonb_each_text(ids);

    RETURN QUERY
    SELECT t.idem, t.id, ids ? t.idem
    FROM jsonb_array_elements(p_entries) AS e
    JOIN led_txn t ON t.book = 'main' AND t.idem = e ->> 'idem';
END $$;

-- Let legs reach their accounts: `posted` and `post` move balances, `pending` only holds what it
-- would take from accounts that have a floor; `p_times` -1 takes a hold off again.
CREATE FUNCTION led_apply(p_txns uuid[], p_phase text, p_times integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF p_txns IS NULL THEN
        RETURN;
    END IF;
    PERFORM FROM led_account a
    WHERE a.id IN (SELECT account_id FROM led_leg WHERE txn_id = ANY (p_txns))
    ORDER BY a.party_kind = 'platform', a.id FOR NO KEY UPDATE;

    IF p_phase = 'pending' THEN
        UPDATE led_account a
        SET held_fen = a.held_fen + p_times * moved.fen, version = a.version + 1
        FROM (
            SELECT account_id, -sum(amount_fen) AS fen
            FROM led_leg WHERE txn_id = ANY (p_txns) AND amount_fen < 0 GROUP BY account_id
        ) AS moved
        WHERE a.id = moved.account_id AND a.floor_fen IS NOT NULL;
    ELSE
        UPDATE led_account a
        SET posted_fen = a.posted_fen + p_times * moved.fen, version = a.version + 1
        FROM (
            SELECT account_id, sum(amount_fen) AS fen
            FROM led_leg WHERE txn_id = ANY (p_txns) GROUP BY account_id
        ) AS moved
        WHERE a.id = moved.account_id;
    END IF;
END $$;

-- Post many entries: each lands whole or was there before. Another entry under a known key is refused.
CREATE FUNCTION led_post(p_entries jsonb) RETURNS TABLE (idem text, txn_id uuid, is_new boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
BEGIN ATOMIC
    SELECT * FROM led_write(p_entries, 'posted');
END;

-- Hold money: what the entry would take can no longer be taken by anything else.
CREATE FUNCTION led_hold(p_entry jsonb) RETURNS TABLE (idem text, txn_id uuid, is_new boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
BEGIN ATOMIC
    SELECT * FROM led_write(jsonb_build_array(p_entry), 'pending');
END;

-- A header that answers an earlier transaction; null when this key has done so before.
CREATE FUNCTION led_answer(p_entry jsonb, p_phase text, p_pending uuid, p_reverses uuid)
RETURNS uuid LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known led_txn;
    made  uuid;
BEGIN
    SET CONSTRAINTS public.led_txn_sums DEFERRED;
    INSERT INTO led_txn (
        idem, digest, kind, phase, pending_id, reverses_id, order_id, payment_id, refund_id,
        payout_id, actor, effective_at
    )
    SELECT
        p_entry ->> 'idem', led_digest(p_entry), p_entry ->> 'kind', p_phase, p_pending, p_reverses,
        t.order_id, t.payment_id, t.refund_id, t.payout_id, p_entry ->> 'actor',
        (p_entry ->> 'effective_at')::timestamptz
    FROM led_txn t WHERE t.id = coalesce(p_pending, p_reverses)
    ON CONFLICT (book, idem) DO NOTHING
    RETURNING id INTO made;
    IF made IS NULL THEN
        SELECT * INTO STRICT known FROM led_txn WHERE book = 'main' AND idem = p_entry ->> 'idem';
        IF known.digest <> led_digest(p_entry) OR known.phase <> p_phase
            OR known.pending_id IS DISTINCT FROM p_pending
            OR known.reverses_id IS DISTINCT FROM p_reverses
        THEN
            RAISE EXCEPTION 'key % was used for something else', p_entry ->> 'idem'
                USING ERRCODE = '23505', CONSTRAINT = 'led_txn_once';
        END IF;
    END IF;
    RETURN made;
END $$;

-- End a hold, once: `post` moves the money, `void` sets it free.
CREATE FUNCTION led_resolve(p_hold uuid, p_outcome text, p_entry jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    IF p_outcome NOT IN ('post', 'void')
        OR NOT EXISTS (SELECT FROM led_txn WHERE id = p_hold AND phase = 'pending')
    THEN
        RAISE EXCEPTION '% of % is no way to end a hold', p_outcome, p_hold USING ERRCODE = '22023';
    END IF;
    made := led_answer(p_entry, p_outcome, p_hold, NULL);
    IF made IS NULL THEN
        RETURN false;
    END IF;
    PERFORM led_apply(ARRAY[p_hold], 'pending', -1);
    IF p_outcome = 'post' THEN
        INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency, line_no, role, rule, trace)
        SELECT made, n, account_id, amount_fen, currency, line_no, role, rule, trace
        FROM led_leg WHERE txn_id = p_hold;
        PERFORM led_apply(ARRAY[made], 'post', 1);
    END IF;
    RETURN true;
END $$;

-- Take a transaction back by its mirror image, once. A reversal can itself be reversed.
CREATE FUNCTION led_reverse(p_txn uuid, p_entry jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM led_txn WHERE id = p_txn AND phase IN ('posted', 'post')) THEN
        RAISE EXCEPTION '% moved no money', p_txn USING ERRCODE = '22023';
    END IF;
    made := led_answer(p_entry, 'posted', NULL, p_txn);
    IF made IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency, line_no, role, rule, trace)
    SELECT made, n, account_id, -amount_fen, currency, line_no, role, rule, trace
    FROM led_leg WHERE txn_id = p_txn;
    PERFORM led_apply(ARRAY[made], 'posted', 1);
    RETURN true;
END $$;

-- Open and lock the accounts of parties, and say what is on them: for a change that has to know
-- how much is there before it is written.
CREATE FUNCTION led_lock(p_parties jsonb, p_currency text)
RETURNS TABLE (party_kind text, party_id uuid, kind text, posted_fen bigint, held_fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO led_account (party_kind, party_id, kind, currency, floor_fen, ceiling_fen)
    SELECT DISTINCT p ->> 'kind', (p ->> 'id')::uuid, k.kind, p_currency, k.floor_fen, k.ceiling_fen
    FROM jsonb_array_elements(p_parties) AS p CROSS JOIN led_kind k
    WHERE NOT k.of_platform AND NOT EXISTS (
        SELECT FROM led_account a
        WHERE a.book = 'main' AND a.party_kind = p ->> 'kind' AND a.party_id = (p ->> 'id')::uuid
            AND a.kind = k.kind AND a.currency = p_currency AND a.shard = 0
    )
    ORDER BY 1, 2, 3
    ON CONFLICT DO NOTHING;

    RETURN QUERY
    SELECT a.party_kind, a.party_id, a.kind, a.posted_fen, a.held_fen
    FROM led_account a
    WHERE a.book = 'main' AND a.currency = p_currency
        AND EXISTS (
            SELECT FROM jsonb_array_elements(p_parties) AS p
            WHERE a.party_kind = p ->> 'kind' AND a.party_id = (p ->> 'id')::uuid
        )
    ORDER BY a.id FOR NO KEY UPDATE;
END $$;
