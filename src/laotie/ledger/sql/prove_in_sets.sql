-- What the journal proves, it proves once for all that a statement writes, and no later than at its
-- end: nothing waits for the commit, and no proof can be asked for too early.
-- Header and legs are therefore written by one statement. Its triggers see both.

-- Names are bound when this is made, so it needs no search path, and is written out where it is used.
CREATE OR REPLACE FUNCTION led_digest(p_entry jsonb) RETURNS text LANGUAGE sql IMMUTABLE
RETURN encode(sha256(convert_to((p_entry - 'actor' - 'effective_at')::text, 'UTF8')), 'hex');

DROP FUNCTION led_accounts_of(jsonb, text[], integer);

-- As before, but for the entries that are not known yet.
CREATE FUNCTION led_accounts_of(p_entries jsonb, p_known text[], p_seed integer)
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
            WHERE entry ->> 'idem' <> ALL (p_known)
        ) AS l
        LEFT JOIN led_kind k
            ON k.kind = l.kind AND k.of_platform = (l.party_kind = 'platform')
    ) AS w;
END;

-- As before. A plan made while the journal was short must not read all of it later: hence no scans.
CREATE OR REPLACE FUNCTION led_write(p_entries jsonb, p_phase text)
RETURNS TABLE (idem text, txn_id uuid, is_new boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    seed     integer := uuid_hash(gen_random_uuid()) & 2147483647;
    known    text[];
    idems    text[] := '{}';
    txns     uuid[] := '{}';
    clash    text;
    -- One element per account that new legs touch.
    k_party  text[];
    k_id     uuid[];
    k_kind   text[];
    k_money  text[];
    accounts bigint[];
    moved    bigint[];
    amounts  bigint[];
BEGIN
    SELECT coalesce(array_agg(t.idem), '{}') INTO known
    FROM led_txn t
    WHERE t.book = 'main'
        AND t.idem = ANY (ARRAY(SELECT e ->> 'idem' FROM jsonb_array_elements(p_entries) AS e));

    IF cardinality(known) < jsonb_array_length(p_entries) THEN
        SELECT
            array_agg(party_kind), array_agg(party_id), array_agg(kind), array_agg(currency),
            array_agg(account_id)
        INTO k_party, k_id, k_kind, k_money, accounts
        FROM led_accounts_of(p_entries, known, seed);
        IF array_position(accounts, NULL) IS NOT NULL THEN
            INSERT INTO led_account (
                party_kind, party_id, kind, currency, shard, floor_fen, ceiling_fen
            )
            SELECT w.party_kind, w.party_id, w.kind, w.currency, w.shard, k.floor_fen, k.ceiling_fen
            FROM led_accounts_of(p_entries, known, seed) w LEFT JOIN led_kind k USING (kind)
            WHERE w.account_id IS NULL
            ORDER BY 1, 2, 3, 4, 5
            ON CONFLICT DO NOTHING;
            -- A new look: somebody else may have opened the same ones meanwhile.
            SELECT
                array_agg(party_kind), array_agg(party_id), array_agg(kind), array_agg(currency),
                array_agg(account_id)
            INTO k_party, k_id, k_kind, k_money, accounts
            FROM led_accounts_of(p_entries, known, seed);
        END IF;

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
            WHERE e ->> 'idem' <> ALL (known)
            ORDER BY e ->> 'idem'
            ON CONFLICT DO NOTHING
            RETURNING idem, id
        ), legs AS (
            INSERT INTO led_leg (
                txn_id, n, account_id, amount_fen, currency, line_no, role, rule, trace
            )
            SELECT
                fresh.id, leg.n, a.account_id, (leg.box ->> 'amount_fen')::bigint,
                e ->> 'currency', (leg.box ->> 'line_no')::smallint,
                coalesce(leg.box ->> 'role', ''), coalesce(leg.box ->> 'rule', ''),
                nullif(leg.box -> 'trace', 'null')
            FROM fresh
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
        SELECT of_fresh.idems, of_fresh.ids, of_sums.accounts, of_sums.fen
        INTO idems, txns, moved, amounts
        FROM (
            SELECT coalesce(array_agg(idem), '{}') AS idems, coalesce(array_agg(id), '{}') AS ids
            FROM fresh
        ) AS of_fresh
        CROSS JOIN (
            SELECT array_agg(account_id) AS accounts, array_agg(fen) AS fen FROM sums
        ) AS of_sums;

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
        RETURN;
    END IF;

    SELECT t.idem INTO clash
    FROM jsonb_array_elements(p_entries) AS e
    JOIN led_txn t ON t.book = 'main' AND t.idem = e ->> 'idem'
    WHERE t.digest <> led_digest(e) OR t.phase <> p_phase LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION 'key % was used for something else', clash
            USING ERRCODE = '23505', CONSTRAINT = 'led_txn_once';
    END IF;
    RETURN QUERY
    SELECT t.idem, t.id, t.idem = ANY (idems)
    FROM jsonb_array_elements(p_entries) AS e
    JOIN led_txn t ON t.book = 'main' AND t.idem = e ->> 'idem';
END $$;

-- As before, and with the legs of what it answers: the same ones, or their mirror image. None for a
-- hold that is given back.
CREATE OR REPLACE FUNCTION led_answer(
    p_entry jsonb, p_phase text, p_pending uuid, p_reverses uuid
) RETURNS uuid LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    known led_txn;
    made  uuid;
BEGIN
    WITH header AS (
        INSERT INTO led_txn (
            idem, digest, kind, phase, pending_id, reverses_id, order_id, payment_id, refund_id,
            payout_id, actor, effective_at
        )
        SELECT
            p_entry ->> 'idem', led_digest(p_entry), p_entry ->> 'kind', p_phase, p_pending,
            p_reverses, t.order_id, t.payment_id, t.refund_id, t.payout_id, p_entry ->> 'actor',
            (p_entry ->> 'effective_at')::timestamptz
        FROM led_txn t WHERE t.id = coalesce(p_pending, p_reverses)
        ON CONFLICT (book, idem) DO NOTHING
        RETURNING id
    ), legs AS (
        INSERT INTO led_leg (txn_id, n, account_id, amount_fen, currency, line_no, role, rule, trace)
        SELECT
            header.id, l.n, l.account_id,
            CASE WHEN p_reverses IS NULL THEN l.amount_fen ELSE -l.amount_fen END,
            l.currency, l.line_no, l.role, l.rule, l.trace
        FROM header JOIN led_leg l ON l.txn_id = coalesce(p_pending, p_reverses)
        WHERE p_phase <> 'void'
    )
    SELECT id INTO made FROM header;
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

CREATE OR REPLACE FUNCTION led_resolve(p_hold uuid, p_outcome text, p_entry jsonb) RETURNS boolean
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
        PERFORM led_apply(ARRAY[made], 'post', 1);
    END IF;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION led_reverse(p_txn uuid, p_entry jsonb) RETURNS boolean
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
    PERFORM led_apply(ARRAY[made], 'posted', 1);
    RETURN true;
END $$;

-- Each leg has a header, written by the same database transaction, and an account, both of one book
-- and the account of its currency; and what a statement writes for a transaction sums to zero in each
-- currency. As no amount is zero, that is two legs or more. Accounts and headers are never removed
-- and keep their ids, so what is there now stays.
CREATE OR REPLACE FUNCTION led_legs_belong() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    lost    bigint;
    late    bigint;
    strange bigint;
    uneven  uuid;
BEGIN
    SELECT
        count(*) FILTER (WHERE t.id IS NULL OR a.id IS NULL),
        count(*) FILTER (WHERE t.xid <> pg_current_xact_id()),
        count(*) FILTER (WHERE a.book <> t.book OR a.currency <> fresh.currency)
    INTO lost, late, strange
    FROM fresh
    LEFT JOIN LATERAL (
        SELECT id, xid, book FROM led_txn WHERE id = fresh.txn_id OFFSET 0
    ) AS t ON true
    LEFT JOIN LATERAL (
        SELECT id, book, currency FROM led_account WHERE id = fresh.account_id OFFSET 0
    ) AS a ON true;
    IF lost > 0 THEN
        RAISE EXCEPTION 'a leg is of no transaction, or on no account'
            USING ERRCODE = '23503', CONSTRAINT = 'led_leg_belongs';
    ELSIF late > 0 THEN
        RAISE EXCEPTION 'a leg came after its transaction' USING ERRCODE = '23001';
    ELSIF strange > 0 THEN
        RAISE EXCEPTION 'a leg is in another book or currency than its account'
            USING ERRCODE = '23514';
    END IF;
    SELECT txn_id INTO uneven FROM fresh
    GROUP BY txn_id, currency HAVING sum(amount_fen) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % (%) does not sum to zero over two legs or more',
            uneven, (SELECT idem FROM led_txn WHERE id = uneven)
            USING ERRCODE = '23514', CONSTRAINT = 'led_txn_sums';
    END IF;
    RETURN NULL;
END $$;

-- Each header has legs by the end of its statement, and a hold that is given back has none.
CREATE FUNCTION led_headers_have_legs() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    wrong record;
BEGIN
    SELECT h.id, h.idem, h.phase INTO wrong
    FROM fresh h
    CROSS JOIN LATERAL (
        SELECT count(*) AS legs FROM (
            SELECT FROM led_leg l WHERE l.txn_id = h.id LIMIT 1
        ) AS first
    ) AS of_it
    WHERE (of_it.legs = 0) <> (h.phase = 'void') LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF wrong.phase = 'void' THEN
        RAISE EXCEPTION 'transaction % gives a hold back and moves money', wrong.id
            USING ERRCODE = '23514';
    END IF;
    RAISE EXCEPTION 'transaction % (%) does not sum to zero over two legs or more',
        wrong.id, wrong.idem USING ERRCODE = '23514', CONSTRAINT = 'led_txn_sums';
END $$;

DROP TRIGGER led_txn_sums ON led_txn;
DROP FUNCTION led_sums_to_zero();
CREATE TRIGGER led_txn_sums AFTER INSERT ON led_txn REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION led_headers_have_legs();

-- Asked leg by leg, these two cost more than all the rest of a posting.
ALTER TABLE led_leg DROP CONSTRAINT led_leg_txn_id_fkey, DROP CONSTRAINT led_leg_account_id_fkey;
DROP TRIGGER led_account_same ON led_account;
CREATE TRIGGER led_account_same
    BEFORE UPDATE OF id, book, party_kind, party_id, kind, currency, shard, floor_fen, ceiling_fen
    ON led_account FOR EACH STATEMENT EXECUTE FUNCTION led_is_immutable();

REVOKE ALL ON FUNCTION led_accounts_of(jsonb, text[], integer), led_headers_have_legs() FROM PUBLIC;
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE ALL ON FUNCTION led_accounts_of(jsonb, text[], integer) FROM laotie_app;
    END IF;
END $$;
