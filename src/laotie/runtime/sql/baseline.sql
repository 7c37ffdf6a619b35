-- What the migrations named in django_migrations, below, make of an empty database. Written by
-- tools/baseline.py; run by `laotie migrate` as the owner, in one transaction, on nothing else.
SET LOCAL check_function_bodies = false;
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE TYPE public.trade_flash_terms AS (
	standing text,
	room_id uuid,
	sku_id uuid,
	offer_id uuid,
	version integer,
	units integer,
	unit_price_fen bigint,
	digest text,
	shop_id uuid,
	creator_id uuid,
	host_id uuid,
	product_id uuid,
	goods_fen bigint,
	freight_fen bigint,
	freight_by_region jsonb,
	tech_bps integer,
	channel_bps integer,
	rule_version integer,
	earner_id uuid,
	earner_bps integer,
	plan_id uuid,
	plan_version integer,
	earner_rule text,
	title jsonb,
	spec jsonb,
	picture_url text
);

CREATE FUNCTION public.accounts_address_copy_follows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.order_sealed := NULL;
    NEW.order_masked := NULL;
    RETURN NEW;
END $$;

CREATE FUNCTION public.accounts_history_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;

CREATE FUNCTION public.accounts_order_address(buyer uuid) RETURNS TABLE(is_grown_up boolean, region_code character varying, sealed bytea, masked jsonb)
    LANGUAGE sql STABLE ROWS 1
    AS $$
    SELECT p.minors_pin = '', a.region_code, a.order_sealed, a.order_masked
    FROM accounts_person p
    LEFT JOIN accounts_address a ON a.person_id = p.id AND a.is_default AND a.removed_at IS NULL
    WHERE p.id = buyer AND p.is_active
$$;

CREATE FUNCTION public.alliance_version_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'a version of a plan is never changed' USING ERRCODE = '23001';
END $$;

CREATE FUNCTION public.audit_entry_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'what was done stays written' USING ERRCODE = '23001';
END $$;

CREATE FUNCTION public.catalog_history_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;

CREATE FUNCTION public.catalog_offer_is_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.catalog_offers_now(wanted uuid[], place uuid, moment timestamp with time zone) RETURNS TABLE(sku_id uuid, product_id uuid, shop_id uuid, offer_id uuid, price_fen bigint, list_price_fen bigint, quantity integer, limit_per_buyer integer, starts_at timestamp with time zone, ends_at timestamp with time zone, version integer, is_flash boolean)
    LANGUAGE sql STABLE ROWS 10
    AS $$
    SELECT s.id, p.id, p.shop_id, o.id,
           coalesce(o.price_fen, s.list_price_fen), s.list_price_fen,
           o.quantity, o.limit_per_buyer, o.starts_at, o.ends_at, s.version,
           coalesce(o.place_id IS NOT NULL AND o.ends_at IS NOT NULL, false)
    FROM catalog_sku s
    JOIN catalog_product p ON p.id = s.product_id
    JOIN accounts_shop h ON h.id = p.shop_id
    LEFT JOIN LATERAL (
        SELECT f.* FROM catalog_offer f
        WHERE f.sku_id = s.id
          AND (f.place_id IS NULL OR f.place_id = place)
          AND f.starts_at <= moment AND (f.ends_at IS NULL OR f.ends_at > moment)
        -- The buyer gets the better price; at the same price the place's own offer.
        ORDER BY f.price_fen, f.place_id IS NULL
        LIMIT 1
    ) o ON true
    WHERE s.id = ANY (wanted) AND s.is_on_sale AND p.state = 'ON_SALE' AND h.state = 'APPROVED'
      -- A shop that is away and takes no orders sells nothing meanwhile.
      AND NOT (h.closing = 'NONE' AND h.closed_from <= moment AND h.closed_until > moment)
$$;

CREATE FUNCTION public.content_fan_came() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO content_fanchange (creator_id, at, fans, followers)
    SELECT creator_id, followed_at, CASE forged WHEN '' THEN 1 ELSE 0 END, 1 FROM came;
    RETURN NULL;
END $$;

CREATE FUNCTION public.content_fan_was_judged() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO content_fanchange (creator_id, at, fans, followers)
    SELECT w.creator_id, w.followed_at, CASE w.forged WHEN '' THEN -1 ELSE 0 END, -1
    FROM went w JOIN came c USING (id)
    WHERE (w.creator_id, w.followed_at, w.forged = '')
        IS DISTINCT FROM (c.creator_id, c.followed_at, c.forged = '')
    UNION ALL
    SELECT c.creator_id, c.followed_at, CASE c.forged WHEN '' THEN 1 ELSE 0 END, 1
    FROM went w JOIN came c USING (id)
    WHERE (w.creator_id, w.followed_at, w.forged = '')
        IS DISTINCT FROM (c.creator_id, c.followed_at, c.forged = '');
    RETURN NULL;
END $$;

CREATE FUNCTION public.content_fan_went() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO content_fanchange (creator_id, at, fans, followers)
    SELECT creator_id, followed_at, CASE forged WHEN '' THEN -1 ELSE 0 END, -1 FROM went;
    RETURN NULL;
END $$;

CREATE TABLE public.event_generation (
    sole boolean DEFAULT true NOT NULL,
    generation integer DEFAULT 1 NOT NULL,
    CONSTRAINT event_generation_sole_check CHECK (sole)
);

CREATE FUNCTION public.event_generation_now() RETURNS integer
    LANGUAGE sql STABLE
    RETURN (SELECT event_generation.generation FROM public.event_generation);

CREATE FUNCTION public.event_log_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed' USING ERRCODE = '23001';
END $$;

CREATE TABLE public.clock_offset (
    sole boolean DEFAULT true NOT NULL,
    ahead interval DEFAULT '00:00:00'::interval NOT NULL,
    CONSTRAINT clock_offset_ahead_check CHECK ((ahead >= '00:00:00'::interval)),
    CONSTRAINT clock_offset_sole_check CHECK (sole)
);

CREATE FUNCTION public.laotie_now() RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    RETURN (now() + (SELECT clock_offset.ahead FROM public.clock_offset));

CREATE FUNCTION public.led_nobody() RETURNS uuid
    LANGUAGE sql IMMUTABLE
    RETURN '00000000-0000-0000-0000-000000000000'::uuid;

CREATE TABLE public.led_account (
    id bigint NOT NULL,
    book text DEFAULT 'main'::text NOT NULL,
    party_kind text NOT NULL,
    party_id uuid NOT NULL,
    kind text NOT NULL,
    currency text NOT NULL,
    shard smallint DEFAULT 0 NOT NULL,
    floor_fen bigint,
    ceiling_fen bigint,
    posted_fen bigint DEFAULT 0 NOT NULL,
    held_fen bigint DEFAULT 0 NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    CONSTRAINT led_account_ceiling CHECK (((ceiling_fen IS NULL) OR (posted_fen <= ceiling_fen))),
    CONSTRAINT led_account_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT led_account_floor CHECK (((floor_fen IS NULL) OR ((posted_fen - held_fen) >= floor_fen))),
    CONSTRAINT led_account_held_fen_check CHECK ((held_fen >= 0)),
    CONSTRAINT led_account_party CHECK (((party_kind = 'platform'::text) = (party_id = '00000000-0000-0000-0000-000000000000'::uuid))),
    CONSTRAINT led_account_party_kind_check CHECK ((party_kind = ANY (ARRAY['platform'::text, 'shop'::text, 'creator'::text, 'leader'::text, 'provider'::text, 'agency'::text, 'programme'::text])))
);

CREATE TABLE public.led_kind (
    kind text NOT NULL,
    of_platform boolean NOT NULL,
    shards smallint DEFAULT 1 NOT NULL,
    floor_fen bigint,
    ceiling_fen bigint,
    CONSTRAINT led_kind_check CHECK (((shards = 1) OR ((floor_fen IS NULL) AND (ceiling_fen IS NULL)))),
    CONSTRAINT led_kind_shards_check CHECK (((shards >= 1) AND (shards <= 1024)))
);

CREATE FUNCTION public.led_accounts_of(p_entries jsonb, p_known text[], p_seed integer) RETURNS TABLE(party_kind text, party_id uuid, kind text, currency text, shard smallint, account_id bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT w.party_kind,
     w.party_id,
     w.kind,
     w.currency,
     w.shard,
     ( SELECT a.id
            FROM public.led_account a
           WHERE ((a.book = 'main'::text) AND (a.party_kind = w.party_kind) AND (a.party_id = w.party_id) AND (a.kind = w.kind) AND (a.currency = w.currency) AND (a.shard = w.shard))) AS id
    FROM ( SELECT l.party_kind,
             l.party_id,
             l.kind,
             l.currency,
             ((led_accounts_of.p_seed % (k.shards)::integer))::smallint AS shard
            FROM (( SELECT DISTINCT (leg.value ->> 'party_kind'::text) AS party_kind,
                     COALESCE(((leg.value ->> 'party_id'::text))::uuid, public.led_nobody()) AS party_id,
                     (leg.value ->> 'kind'::text) AS kind,
                     (entry.value ->> 'currency'::text) AS currency
                    FROM (jsonb_array_elements(led_accounts_of.p_entries) entry(value)
                      CROSS JOIN LATERAL jsonb_array_elements((entry.value -> 'legs'::text)) leg(value))
                   WHERE ((entry.value ->> 'idem'::text) <> ALL (led_accounts_of.p_known))) l
              LEFT JOIN public.led_kind k ON (((k.kind = l.kind) AND (k.of_platform = (l.party_kind = 'platform'::text)))))) w;
END;

CREATE FUNCTION public.led_answer(p_entry jsonb, p_phase text, p_pending uuid, p_reverses uuid) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.led_apply(p_txns uuid[], p_phase text, p_times integer) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.led_digest(p_entry jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN encode(sha256(convert_to((((p_entry - 'actor'::text) - 'effective_at'::text))::text, 'UTF8'::name)), 'hex'::text);

CREATE FUNCTION public.led_headers_have_legs() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.led_write(p_entries jsonb, p_phase text) RETURNS TABLE(idem text, txn_id uuid, is_new boolean)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.led_hold(p_entry jsonb) RETURNS TABLE(idem text, txn_id uuid, is_new boolean)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT led_write.idem,
     led_write.txn_id,
     led_write.is_new
    FROM public.led_write(jsonb_build_array(led_hold.p_entry), 'pending'::text) led_write(idem, txn_id, is_new);
END;

CREATE FUNCTION public.led_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'the journal is never changed: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23001';
END $$;

CREATE FUNCTION public.led_legs_belong() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.led_line_only_forwards() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF NEW.refunded_units < OLD.refunded_units OR (OLD.freight_refunded AND NOT NEW.freight_refunded)
    THEN
        RAISE EXCEPTION 'a refunded unit stays refunded' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.led_lock(p_parties jsonb, p_currency text) RETURNS TABLE(party_kind text, party_id uuid, kind text, posted_fen bigint, held_fen bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.led_only_forwards() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
    way text[] := ARRAY['HELD', 'SPLIT', 'RELEASED'];
BEGIN
    IF NEW.refunded_fen < OLD.refunded_fen OR NEW.subsidy_back_fen < OLD.subsidy_back_fen
        OR NEW.held_fen > OLD.held_fen
        OR array_position(way, NEW.state::text) < array_position(way, OLD.state::text)
    THEN
        RAISE EXCEPTION 'the money of order % does not go backwards', OLD.order_id
            USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.led_post(p_entries jsonb) RETURNS TABLE(idem text, txn_id uuid, is_new boolean)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT led_write.idem,
     led_write.txn_id,
     led_write.is_new
    FROM public.led_write(led_post.p_entries, 'posted'::text) led_write(idem, txn_id, is_new);
END;

CREATE FUNCTION public.led_resolve(p_hold uuid, p_outcome text, p_entry jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.led_reverse(p_txn uuid, p_entry jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.links_rule_is_kept() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
       OR (to_jsonb(NEW) - 'withdrawn_at' - 'withdrawn_by_id')
          <> (to_jsonb(OLD) - 'withdrawn_at' - 'withdrawn_by_id') THEN
        RAISE EXCEPTION 'a rule of links is never changed' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.trade_buy_flash(p_buyer uuid[], p_key text[], p_terms_at integer[], p_group uuid[], p_order uuid[], p_earlier integer[], p_terms text[], p_stock_at integer[], p_offer_at integer[], p_sku uuid[], p_offer uuid[], p_now timestamp with time zone, p_pay_by timestamp with time zone, p_day text, OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[], OUT kept_pay_by timestamp with time zone[], OUT remaining integer[]) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    -- Asked once, not once per event.
    log_generation constant integer := event_generation_now();
    log_at         constant timestamptz := laotie_now();
    terms          constant trade_flash_terms[] := p_terms::trade_flash_terms[];
    s_left integer[];  s_cap integer[];  s_used integer[];
    o_left integer[];  o_cap integer[];  o_used integer[];
    t_standing "char"[]; t_units integer[]; t_sku uuid[]; t_offer uuid[]; t_digest text[];
    t_fen bigint[];  t_freight bigint[];  t_ways jsonb[];  has_ways boolean;  has_caps boolean;
    v "char"[];  w_kept boolean[];  w_sku_may integer[];  w_offer_may integer[];
    w_region text[];  w_sealed bytea[];  w_masked jsonb[];  w_freight bigint[];
    t integer;  k integer;  o integer;  b integer;  may integer;
    has_sku integer := 0;  has_offer integer := 0;
    repeats constant boolean := cardinality(p_earlier) > 0;
    accepted integer := 0;
BEGIN
    SELECT array_agg(x.left_over), array_agg(x.limit_per_buyer) INTO s_left, s_cap
      FROM (SELECT s.on_hand - s.reserved AS left_over, s.limit_per_buyer FROM trade_stock s
             WHERE s.sku_id = ANY (p_sku) ORDER BY s.sku_id FOR NO KEY UPDATE) x;
    IF cardinality(p_offer) > 0 THEN
        SELECT array_agg(x.left_over), array_agg(x.limit_per_buyer) INTO o_left, o_cap
          FROM (SELECT f.quantity - f.sold AS left_over, f.limit_per_buyer FROM trade_offer_stock f
                 WHERE f.offer_id = ANY (p_offer) ORDER BY f.offer_id FOR NO KEY UPDATE) x;
    END IF;
    ASSERT coalesce(cardinality(s_left), 0) = cardinality(p_sku);
    ASSERT coalesce(cardinality(o_left), 0) = cardinality(p_offer);
    has_caps := coalesce(array_length(array_remove(s_cap || o_cap, NULL), 1), 0) > 0;

    SELECT array_agg(coalesce(x.standing::"char", CASE WHEN EXISTS (
               SELECT FROM catalog_offers_now(ARRAY[x.sku_id], x.room_id, p_now) c
                WHERE c.offer_id = x.offer_id AND c.version = x.version
                  AND c.price_fen = x.unit_price_fen) THEN 'A' ELSE 'V' END::"char")),
           array_agg(x.units), array_agg(x.sku_id), array_agg(x.offer_id), array_agg(x.digest),
           array_agg(x.goods_fen), array_agg(x.freight_fen),
           array_agg(x.freight_by_region), bool_or(x.freight_by_region IS NOT NULL)
      INTO t_standing, t_units, t_sku, t_offer, t_digest, t_fen, t_freight, t_ways, has_ways
      FROM unnest(terms) x;

    -- What can be said of each wish before looking at goods, and what its buyer may still have.
    -- Every row is looked for by its key: OFFSET 0 lets no plan read a table whole instead.
    SELECT array_agg(x.letter), array_agg(x.fen), array_agg(x.freight), array_agg(x.region_code),
           array_agg(x.sealed), array_agg(x.masked), array_agg(x.sku_may), array_agg(x.offer_may),
           CASE WHEN bool_or(x.kept_id IS NOT NULL) THEN array_agg(x.kept_id) END,
           CASE WHEN bool_or(x.kept_id IS NOT NULL) THEN array_agg(x.kept_order) END,
           CASE WHEN bool_or(x.kept_id IS NOT NULL) THEN array_agg(x.pay_by) END
      INTO v, total_fen, w_freight, w_region, w_sealed, w_masked, w_sku_may, w_offer_may,
           kept_group, kept_order, kept_pay_by
      FROM (SELECT CASE
                   WHEN kept.id IS NOT NULL AND kept.digest = t_digest[p.at] THEN 'D'
                   WHEN kept.id IS NOT NULL THEN 'X'
                   WHEN who.is_grown_up IS NOT TRUE THEN 'U'
                   WHEN t_standing[p.at] <> 'A' THEN t_standing[p.at]
                   WHEN who.region_code IS NULL THEN 'H'
                   WHEN who.sealed IS NULL THEN 'F'
                   ELSE 'A' END::"char" AS letter,
                   coalesce(kept.total_fen, t_fen[p.at] + way.fen) AS fen, way.fen AS freight,
                   who.region_code, who.sealed, who.masked,
                   s_cap[p_stock_at[p.at]] - had.of_sku AS sku_may,
                   o_cap[p_offer_at[p.at]] - had.of_offer AS offer_may,
                   kept.id AS kept_id, kept.pay_by,
                   CASE WHEN kept.id IS NOT NULL THEN (
                       SELECT h.id FROM trade_order h WHERE h.group_id = kept.id LIMIT 1)
                   END AS kept_order
              FROM unnest(p_buyer, p_key, p_terms_at) WITH ORDINALITY p(buyer, key, at, ord)
              LEFT JOIN LATERAL (SELECT c.id, c.digest, c.total_fen, c.pay_by FROM trade_checkout c
                                  WHERE c.buyer_id = p.buyer AND c.key = p.key OFFSET 0) kept ON true
              LEFT JOIN LATERAL (SELECT * FROM accounts_order_address(p.buyer) OFFSET 0) who ON true
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN has_ways
                          THEN coalesce((t_ways[p.at] ->> who.region_code)::bigint, t_freight[p.at])
                          ELSE t_freight[p.at] END AS fen) way
              LEFT JOIN LATERAL (
                   SELECT coalesce(sum(l.quantity - l.released_quantity), 0)::integer AS of_sku,
                          coalesce(sum(l.quantity - l.released_quantity)
                                   FILTER (WHERE l.offer_id = t_offer[p.at]), 0)::integer AS of_offer
                     FROM trade_order_line l
                    -- Here and not at the join, which would read the rows before it drops them.
                    WHERE has_caps AND l.buyer_id = p.buyer AND l.sku_id = t_sku[p.at]) had ON true
             ORDER BY p.ord) x;

    -- Greedy, in arrival order, in memory: exact for any quantity.
    s_used := array_fill(0, ARRAY[cardinality(p_sku)]);
    o_used := array_fill(0, ARRAY[cardinality(p_offer)]);
    FOR i IN 1..cardinality(v) LOOP
        IF repeats THEN
            -- What the same buyer got just now: of the same key it is the answer, else it counts.
            has_sku := 0;
            has_offer := 0;
            t := p_terms_at[i];
            b := p_earlier[i];
            WHILE b > 0 LOOP
                IF v[b] = 'A' THEN
                    IF p_key[b] = p_key[i] THEN
                        v[i] := CASE WHEN t_digest[p_terms_at[b]] = t_digest[t] THEN 'D' ELSE 'X' END;
                        IF kept_group IS NULL THEN
                            kept_group := array_fill(NULL::uuid, ARRAY[cardinality(v)]);
                            kept_order := kept_group;
                            kept_pay_by := array_fill(NULL::timestamptz, ARRAY[cardinality(v)]);
                        END IF;
                        kept_group[i] := p_group[b];
                        kept_order[i] := p_order[b];
                        kept_pay_by[i] := p_pay_by;
                        total_fen[i] := total_fen[b];
                    ELSIF t_sku[p_terms_at[b]] = t_sku[t] THEN
                        has_sku := has_sku + t_units[p_terms_at[b]];
                        IF t_offer[p_terms_at[b]] = t_offer[t] THEN
                            has_offer := has_offer + t_units[p_terms_at[b]];
                        END IF;
                    END IF;
                END IF;
                b := p_earlier[b];
            END LOOP;
        END IF;
        IF v[i] = 'A' THEN
            t := p_terms_at[i];
            k := p_stock_at[t];
            o := p_offer_at[t];
            IF s_used[k] + t_units[t] > s_left[k] OR o_used[o] + t_units[t] > o_left[o] THEN
                v[i] := 'R';
                may := s_left[k] - s_used[k];
                IF may >= t_units[t] THEN
                    may := o_left[o] - o_used[o];
                END IF;
            ELSIF has_caps AND t_units[t] > least(w_sku_may[i] - has_sku, w_offer_may[i] - has_offer) THEN
                v[i] := 'L';
                may := greatest(least(w_sku_may[i] - has_sku, w_offer_may[i] - has_offer), 0);
            ELSE
                s_used[k] := s_used[k] + t_units[t];
                IF o > 0 THEN
                    o_used[o] := o_used[o] + t_units[t];
                END IF;
                accepted := accepted + 1;
                CONTINUE;
            END IF;
            IF remaining IS NULL THEN
                remaining := array_fill(NULL::integer, ARRAY[cardinality(v)]);
            END IF;
            remaining[i] := may;
        END IF;
    END LOOP;
    letters := array_to_string(v::text[], '');
    IF accepted = 0 THEN
        RETURN;
    END IF;

    UPDATE trade_stock SET reserved = reserved + u.units
      FROM unnest(p_sku, s_used) u(id, units) WHERE sku_id = u.id AND u.units > 0;
    IF cardinality(p_offer) > 0 THEN
        UPDATE trade_offer_stock SET sold = sold + u.units
          FROM unnest(p_offer, o_used) u(id, units) WHERE offer_id = u.id AND u.units > 0;
    END IF;
    -- From here on no table is read, so that the many kinds of a batch may be joined by hash.
    PERFORM set_config('enable_hashjoin', 'on', true);
    -- No ON CONFLICT: a key that races in on other goods raises, the batch rolls back and is tried again.
    WITH a AS MATERIALIZED (
        SELECT w.group_id, w.order_id, w.buyer, w.key, w.region, w.sealed, w.masked, w.freight, w.fen, x.*,
               x.earner_id IS NOT NULL AND w.buyer IS DISTINCT FROM x.host_id AS earns
          FROM unnest(v, p_group, p_order, p_buyer, p_key, p_terms_at, w_region, w_sealed, w_masked,
                      w_freight, total_fen)
               w(v, group_id, order_id, buyer, key, at, region, sealed, masked, freight, fen)
          JOIN unnest(terms) WITH ORDINALITY x
            ON x.ordinality = w.at
         WHERE w.v = 'A'),
    checkouts AS (
        INSERT INTO trade_checkout (id, buyer_id, key, digest, state, total_fen, placed_at, pay_by)
        -- In one order for everybody: batches with the same keys for other goods cannot deadlock.
        SELECT a.group_id, a.buyer, a.key, a.digest, 'OPEN', a.fen, p_now, p_pay_by FROM a
         ORDER BY a.buyer, a.key),
    orders AS (
        INSERT INTO trade_order (
            id, number, group_id, shop_id, buyer_id, room_id, creator_id, state, goods_fen,
            merchant_coupon_fen, platform_coupon_fen, freight_fen, total_fen, tech_bps, channel_bps,
            rule_version, region_code, address_sealed, address_masked, placed_at)
        SELECT a.order_id, p_day || lpad(nextval('trade_order_number')::text, 9, '0'), a.group_id,
               a.shop_id, a.buyer, a.room_id, a.creator_id, 'PENDING_PAYMENT', a.goods_fen, 0, 0,
               a.freight, a.fen, a.tech_bps, a.channel_bps, a.rule_version, a.region, a.sealed,
               a.masked, p_now FROM a),
    lines AS (
        -- A creator who buys from themselves earns nothing.
        INSERT INTO trade_order_line (
            order_id, line_no, buyer_id, sku_id, product_id, offer_id, quantity, unit_price_fen,
            goods_fen, merchant_coupon_fen, platform_coupon_fen, freight_fen, creator_id,
            creator_bps, plan_id, plan_version, creator_rule, title, spec, picture_url)
        SELECT a.order_id, 1, a.buyer, a.sku_id, a.product_id, a.offer_id, a.units, a.unit_price_fen,
               a.goods_fen, 0, 0, a.freight,
               CASE WHEN a.earns THEN a.earner_id END, CASE WHEN a.earns THEN a.earner_bps ELSE 0 END,
               CASE WHEN a.earns THEN a.plan_id END, CASE WHEN a.earns THEN a.plan_version END,
               CASE WHEN a.earns THEN a.earner_rule ELSE '' END, a.title, a.spec, a.picture_url
          FROM a)
    INSERT INTO event_log (generation, at, name, version, subject, body)
    SELECT log_generation, log_at, 'trade.order_placed', 1, a.order_id::text, jsonb_build_object(
               'order_id', a.order_id, 'group_id', a.group_id, 'shop_id', a.shop_id,
               'buyer_id', a.buyer, 'room_id', a.room_id, 'total_fen', a.fen, 'placed_at', p_now)
      FROM a;
END $$;

CREATE PROCEDURE public.trade_buy_flash_to_disk(IN p_buyer uuid[], IN p_key text[], IN p_terms_at integer[], IN p_group uuid[], IN p_order uuid[], IN p_earlier integer[], IN p_terms text[], IN p_stock_at integer[], IN p_offer_at integer[], IN p_sku uuid[], IN p_offer uuid[], IN p_now timestamp with time zone, IN p_pay_by timestamp with time zone, IN p_day text, OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[], OUT kept_pay_by timestamp with time zone[], OUT remaining integer[])
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.trade_place_batch(p_revision uuid[], p_buyer uuid[], p_key text[], p_digest text[], p_room uuid[], p_sku uuid[], p_offer uuid[], p_price_version integer[], p_price bigint[], p_now timestamp with time zone, p_pay_by timestamp with time zone, p_day text, OUT verdict "char"[], OUT group_id uuid[], OUT line_sku uuid[], OUT remaining integer[]) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    n      constant integer := cardinality(p_revision);
    -- Asked once, not once per event.
    log_generation constant integer := event_generation_now();
    log_at         constant timestamptz := laotie_now();
    s_id   uuid[];     s_left integer[];  s_limit integer[];  s_used integer[];
    o_id   uuid[];     o_left integer[];  o_limit integer[];  o_used integer[];
    l_ord  integer[];  l_sku uuid[];      l_stock integer[];  l_offer integer[];
    l_units integer[]; l_holds boolean[]; l_may integer[];
    m integer; j integer := 1; first integer; k integer; o integer; units integer;
    accepted integer := 0; claimed integer; taken integer;
BEGIN
    SELECT array_agg(x.sku_id), array_agg(x.left_over), array_agg(x.limit_per_buyer)
      INTO s_id, s_left, s_limit
      FROM (SELECT s.sku_id, s.on_hand - s.reserved AS left_over, s.limit_per_buyer FROM trade_stock s
             WHERE s.sku_id = ANY (ARRAY(SELECT ql.sku_id FROM trade_quote_line ql
                                          WHERE ql.revision_id = ANY (p_revision)))
             ORDER BY s.sku_id FOR NO KEY UPDATE) x;
    SELECT array_agg(x.offer_id), array_agg(x.left_over), array_agg(x.limit_per_buyer)
      INTO o_id, o_left, o_limit
      FROM (SELECT f.offer_id, f.quantity - f.sold AS left_over, f.limit_per_buyer FROM trade_offer_stock f
             WHERE f.offer_id = ANY (ARRAY(SELECT ql.offer_id FROM trade_quote_line ql
                                            WHERE ql.revision_id = ANY (p_revision)))
             ORDER BY f.offer_id FOR NO KEY UPDATE) x;
    PERFORM FROM trade_coupon_claim cc
      WHERE cc.id = ANY (ARRAY(SELECT qc.claim_id FROM trade_quote_coupon qc
                                WHERE qc.revision_id = ANY (p_revision)))
      ORDER BY cc.id FOR NO KEY UPDATE;

    -- What can be said of each checkout before looking at goods.
    SELECT array_agg(CASE
             WHEN kept.id IS NOT NULL AND kept.digest = p.digest THEN 'D'
             WHEN kept.id IS NOT NULL THEN 'X'
             WHEN q.id IS NULL OR q.buyer_id <> p.buyer THEN 'N'
             WHEN used.id IS NOT NULL OR q.expires_at <= p_now THEN 'Q'
             WHEN q.address_sealed IS NULL THEN 'H'
             WHEN EXISTS (SELECT FROM trade_quote_coupon qc
                            JOIN trade_coupon_claim cc ON cc.id = qc.claim_id
                            JOIN trade_coupon c ON c.id = cc.coupon_id
                           WHERE qc.revision_id = q.id
                             AND (cc.state <> 'CLAIMED' OR cc.person_id <> p.buyer
                                  OR p_now < c.use_from OR p_now >= c.use_until)) THEN 'C'
             ELSE 'A' END::"char" ORDER BY p.ord),
           array_agg(coalesce(kept.id, q.quote_id) ORDER BY p.ord)
      INTO verdict, group_id
      FROM unnest(p_revision, p_buyer, p_key, p_digest) WITH ORDINALITY p(revision, buyer, key, digest, ord)
      LEFT JOIN trade_checkout kept ON kept.buyer_id = p.buyer AND kept.key = p.key
      LEFT JOIN trade_quote q ON q.id = p.revision
      LEFT JOIN trade_checkout used ON used.id = q.quote_id;

    -- Every line in arrival order, with its place among the locked rows and what the buyer may still have.
    SELECT array_agg(x.ord), array_agg(x.sku_id), array_agg(x.stock_at), array_agg(x.offer_at),
           array_agg(x.quantity), array_agg(x.holds), array_agg(x.may), count(*)
      INTO l_ord, l_sku, l_stock, l_offer, l_units, l_holds, l_may, m
      FROM (SELECT p.ord::integer, ql.sku_id, s.at::integer AS stock_at, f.at::integer AS offer_at, ql.quantity,
                   EXISTS (SELECT FROM unnest(p_room, p_sku, p_offer, p_price_version, p_price)
                                       c(room, sku, offer, version, price)
                            WHERE c.sku = ql.sku_id AND c.version = ql.price_version
                              AND c.price = ql.unit_price_fen AND c.room IS NOT DISTINCT FROM q.room_id
                              AND c.offer IS NOT DISTINCT FROM ql.offer_id) AS holds,
                   (SELECT least(s.cap - coalesce(sum(ol.quantity - ol.released_quantity), 0),
                                 f.cap - coalesce(sum(ol.quantity - ol.released_quantity)
                                                  FILTER (WHERE ol.offer_id = ql.offer_id), 0))::integer
                      FROM trade_order_line ol
                     WHERE ol.buyer_id = p.buyer AND ol.sku_id = ql.sku_id
                       AND (s.cap IS NOT NULL OR f.cap IS NOT NULL)) AS may
              FROM unnest(p_revision, p_buyer) WITH ORDINALITY p(revision, buyer, ord)
              JOIN trade_quote q ON q.id = p.revision
              JOIN trade_quote_line ql ON ql.revision_id = p.revision
              LEFT JOIN unnest(s_id, s_limit) WITH ORDINALITY s(id, cap, at) ON s.id = ql.sku_id
              LEFT JOIN unnest(o_id, o_limit) WITH ORDINALITY f(id, cap, at) ON f.id = ql.offer_id
             ORDER BY p.ord, ql.order_id, ql.line_no) x;

    -- Greedy, in arrival order, in memory: exact for any quantity, all or nothing per checkout.
    s_used := array_fill(0, ARRAY[coalesce(cardinality(s_id), 0)]);
    o_used := array_fill(0, ARRAY[coalesce(cardinality(o_id), 0)]);
    line_sku := array_fill(NULL::uuid, ARRAY[n]);
    remaining := array_fill(NULL::integer, ARRAY[n]);
    FOR i IN 1..n LOOP
        first := j;
        WHILE j <= m AND l_ord[j] = i LOOP
            IF verdict[i] = 'A' THEN
                k := l_stock[j];
                o := l_offer[j];
                units := l_units[j];
                IF NOT l_holds[j] THEN
                    verdict[i] := 'P';
                ELSIF k IS NULL OR s_used[k] + units > s_left[k] THEN
                    verdict[i] := 'R';
                    remaining[i] := coalesce(s_left[k] - s_used[k], 0);
                ELSIF o_used[o] + units > o_left[o] THEN
                    verdict[i] := 'R';
                    remaining[i] := o_left[o] - o_used[o];
                ELSIF units > l_may[j] THEN
                    verdict[i] := 'L';
                    remaining[i] := greatest(l_may[j], 0);
                ELSE
                    s_used[k] := s_used[k] + units;
                    IF o IS NOT NULL THEN
                        o_used[o] := o_used[o] + units;
                    END IF;
                END IF;
                IF verdict[i] <> 'A' THEN
                    line_sku[i] := l_sku[j];
                    FOR back IN first..j - 1 LOOP
                        s_used[l_stock[back]] := s_used[l_stock[back]] - l_units[back];
                        IF l_offer[back] IS NOT NULL THEN
                            o_used[l_offer[back]] := o_used[l_offer[back]] - l_units[back];
                        END IF;
                    END LOOP;
                END IF;
            END IF;
            j := j + 1;
        END LOOP;
        IF verdict[i] = 'A' THEN
            accepted := accepted + 1;
        END IF;
    END LOOP;
    IF accepted = 0 THEN
        RETURN;
    END IF;

    -- No ON CONFLICT: a key that races in on other goods raises, the batch rolls back and is tried again.
    INSERT INTO trade_checkout (id, buyer_id, key, digest, state, total_fen, placed_at, pay_by)
    SELECT q.quote_id, q.buyer_id, p.key, p.digest, 'OPEN', q.total_fen, p_now, p_pay_by
      FROM unnest(p_revision, p_key, p_digest, verdict) p(revision, key, digest, v)
      JOIN trade_quote q ON q.id = p.revision WHERE p.v = 'A';
    WITH placed AS (
        INSERT INTO trade_order (
            id, number, group_id, shop_id, buyer_id, room_id, creator_id, state, goods_fen,
            merchant_coupon_fen, platform_coupon_fen, freight_fen, total_fen, tech_bps, channel_bps,
            rule_version, region_code, address_sealed, address_masked, placed_at)
        SELECT qo.order_id, p_day || lpad(nextval('trade_order_number')::text, 9, '0'), q.quote_id,
               qo.shop_id, q.buyer_id, q.room_id, q.creator_id, 'PENDING_PAYMENT', qo.goods_fen,
               qo.merchant_coupon_fen, qo.platform_coupon_fen, qo.freight_fen, qo.total_fen, qo.tech_bps,
               qo.channel_bps, qo.rule_version, q.region_code, q.address_sealed, q.address_masked, p_now
          FROM unnest(p_revision, verdict) p(revision, v)
          JOIN trade_quote q ON q.id = p.revision
          JOIN trade_quote_order qo ON qo.revision_id = q.id WHERE p.v = 'A'
        RETURNING id, trade_order.group_id, shop_id, buyer_id, room_id, total_fen)
    INSERT INTO event_log (generation, at, name, version, subject, body)
    SELECT log_generation, log_at, 'trade.order_placed', 1, placed.id::text, jsonb_build_object(
               'order_id', placed.id, 'group_id', placed.group_id, 'shop_id', placed.shop_id,
               'buyer_id', placed.buyer_id, 'room_id', placed.room_id, 'total_fen', placed.total_fen,
               'placed_at', p_now)
      FROM placed;
    INSERT INTO trade_order_line (
        order_id, line_no, buyer_id, sku_id, product_id, offer_id, quantity, unit_price_fen, goods_fen,
        merchant_coupon_fen, platform_coupon_fen, freight_fen, post_id, creator_id, creator_bps,
        plan_id, plan_version, creator_rule, title, spec, picture_url)
    SELECT ql.order_id, ql.line_no, p.buyer, ql.sku_id, ql.product_id, ql.offer_id, ql.quantity,
           ql.unit_price_fen, ql.goods_fen, ql.merchant_coupon_fen, ql.platform_coupon_fen,
           ql.freight_fen, ql.post_id, ql.creator_id, ql.creator_bps, ql.plan_id, ql.plan_version,
           ql.creator_rule, ql.title, ql.spec, ql.picture_url
      FROM unnest(p_revision, p_buyer, verdict) p(revision, buyer, v)
      JOIN trade_quote_line ql ON ql.revision_id = p.revision WHERE p.v = 'A';
    UPDATE trade_stock SET reserved = reserved + u.units
      FROM unnest(s_id, s_used) u(id, units) WHERE sku_id = u.id AND u.units > 0;
    UPDATE trade_offer_stock SET sold = sold + u.units
      FROM unnest(o_id, o_used) u(id, units) WHERE offer_id = u.id AND u.units > 0;
    SELECT count(*) INTO claimed
      FROM unnest(p_revision, verdict) p(revision, v)
      JOIN trade_quote_coupon qc ON qc.revision_id = p.revision WHERE p.v = 'A';
    IF claimed > 0 THEN
        UPDATE trade_coupon_claim cc SET state = 'USED', group_id = q.quote_id
          FROM unnest(p_revision, verdict) p(revision, v)
          JOIN trade_quote q ON q.id = p.revision
          JOIN trade_quote_coupon qc ON qc.revision_id = q.id
         WHERE p.v = 'A' AND cc.id = qc.claim_id AND cc.state = 'CLAIMED';
        GET DIAGNOSTICS taken = ROW_COUNT;
        IF taken <> claimed THEN
            RAISE EXCEPTION 'a coupon was counted on twice' USING ERRCODE = '23505';
        END IF;
    END IF;
END $$;

CREATE FUNCTION public.trade_stock_keeps_offers() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id uuid NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.accounts_address (
    id uuid NOT NULL,
    sealed bytea NOT NULL,
    masked_name character varying(40) NOT NULL,
    masked_phone character varying(24) NOT NULL,
    masked_line character varying(40) NOT NULL,
    region_code character varying(6) NOT NULL,
    is_default boolean NOT NULL,
    added_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    person_id uuid NOT NULL,
    order_sealed bytea,
    order_masked jsonb,
    CONSTRAINT address_region_form CHECK (((region_code)::text ~ '^[0-9]{6}$'::text))
);

CREATE TABLE public.accounts_changeofhands (
    id uuid NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    reason character varying(200) NOT NULL,
    told_by uuid,
    proven_at timestamp with time zone,
    proven_by uuid,
    evidence character varying(200) NOT NULL,
    creator_id uuid NOT NULL,
    CONSTRAINT change_of_hands_has_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT change_of_hands_proven_by_something CHECK (((((evidence)::text = ''::text) AND (proven_at IS NULL)) OR ((proven_at IS NOT NULL) AND (NOT ((evidence)::text = ''::text)))))
);

CREATE TABLE public.accounts_consent (
    id uuid NOT NULL,
    document character varying(10) NOT NULL,
    version character varying(40) NOT NULL,
    text_digest bytea NOT NULL,
    language character varying(10) NOT NULL,
    via character varying(40) NOT NULL,
    accepted_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT consent_document_known CHECK (((document)::text = ANY ((ARRAY['terms'::character varying, 'privacy'::character varying])::text[]))),
    CONSTRAINT consent_has_version CHECK ((NOT ((version)::text = ''::text)))
);

CREATE TABLE public.accounts_creator (
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    avatar_url character varying(120) NOT NULL,
    became_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    awaits_proof boolean DEFAULT false NOT NULL,
    counts_since timestamp with time zone,
    CONSTRAINT creator_has_name CHECK ((NOT ((name)::text = ''::text)))
);

CREATE TABLE public.accounts_dataexport (
    id uuid NOT NULL,
    done smallint NOT NULL,
    total smallint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    bytes bigint,
    ended_at timestamp with time zone,
    person_id uuid NOT NULL,
    CONSTRAINT accounts_dataexport_done_check CHECK ((done >= 0)),
    CONSTRAINT accounts_dataexport_total_check CHECK ((total >= 0)),
    CONSTRAINT data_export_done_of_total CHECK ((done <= total)),
    CONSTRAINT data_export_ready_has_size CHECK ((((bytes IS NULL) AND (ready_at IS NULL)) OR ((bytes IS NOT NULL) AND (ready_at IS NOT NULL))))
);

CREATE TABLE public.accounts_grant (
    id uuid NOT NULL,
    before character varying(16)[] NOT NULL,
    after character varying(16)[] NOT NULL,
    via character varying(40) NOT NULL,
    reason character varying(200) NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    granted_by_id uuid,
    person_id uuid NOT NULL,
    shop_id uuid
);

CREATE TABLE public.accounts_leaving (
    id uuid NOT NULL,
    state character varying(10) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    person_id uuid NOT NULL,
    CONSTRAINT leaving_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'WAITING'::text)) OR ((NOT ((state)::text = 'WAITING'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT leaving_state_known CHECK (((state)::text = ANY ((ARRAY['WAITING'::character varying, 'KEPT'::character varying, 'DONE'::character varying])::text[])))
);

CREATE TABLE public.accounts_mailaddress (
    person_id uuid NOT NULL,
    sealed bytea NOT NULL,
    address_index bytea NOT NULL,
    masked character varying(80) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone
);

CREATE TABLE public.accounts_minorday (
    id uuid NOT NULL,
    day date NOT NULL,
    used_s integer NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT accounts_minorday_used_s_check CHECK ((used_s >= 0))
);

CREATE TABLE public.accounts_notice (
    id uuid NOT NULL,
    kind character varying(24) NOT NULL,
    ref character varying(60) NOT NULL,
    facts jsonb NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    sent_at timestamp with time zone,
    person_id uuid NOT NULL,
    CONSTRAINT notice_kind_known CHECK (((kind)::text = ANY ((ARRAY['shop_approved'::character varying, 'shop_asked'::character varying, 'shop_refused'::character varying, 'shop_suspended'::character varying, 'order_paid'::character varying, 'order_to_ship'::character varying, 'order_shipped'::character varying, 'order_delivered'::character varying, 'order_closed'::character varying, 'payment_ending'::character varying, 'refund_requested'::character varying, 'refund_granted'::character varying, 'refund_refused'::character varying, 'refund_withdrawn'::character varying, 'refund_done'::character varying, 'room_soon'::character varying, 'room_started'::character varying, 'room_moved'::character varying, 'room_cancelled'::character varying, 'giveaway_won'::character varying, 'seat_given'::character varying, 'stock_low'::character varying, 'stock_back'::character varying, 'address_changed'::character varying, 'invoice_requested'::character varying, 'invoice_issued'::character varying, 'invoice_refused'::character varying, 'invoice_red_due'::character varying, 'invoice_red'::character varying, 'staff_invited'::character varying, 'payout_settled'::character varying, 'payout_failed'::character varying, 'payout_account'::character varying, 'post_public'::character varying, 'post_sent_back'::character varying, 'post_limited'::character varying, 'post_taken_down'::character varying, 'post_restored'::character varying, 'appeal_granted'::character varying, 'appeal_refused'::character varying, 'comment_down'::character varying, 'comment_restored'::character varying, 'comment_stays_down'::character varying, 'rights_ended'::character varying, 'links_stop'::character varying, 'links_stay'::character varying, 'reward_paid'::character varying, 'talent_quiet'::character varying, 'posts_missed'::character varying, 'lives_missed'::character varying, 'linked_out'::character varying, 'belt_joined'::character varying, 'belt_refused'::character varying, 'belt_ended'::character varying, 'job_parked'::character varying, 'locks_changed'::character varying, 'phone_changed'::character varying, 'phone_case'::character varying, 'leaving'::character varying, 'data_ready'::character varying])::text[])))
);

CREATE TABLE public.accounts_noticedelivery (
    id uuid NOT NULL,
    channel character varying(8) NOT NULL,
    state character varying(8) NOT NULL,
    tries smallint NOT NULL,
    next_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    cause character varying(60) NOT NULL,
    notice_id uuid NOT NULL,
    subscription_id uuid,
    CONSTRAINT accounts_noticedelivery_tries_check CHECK ((tries >= 0)),
    CONSTRAINT notice_delivery_channel_known CHECK (((channel)::text = ANY ((ARRAY['push'::character varying, 'sms'::character varying, 'mail'::character varying])::text[]))),
    CONSTRAINT notice_delivery_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'WAITING'::text)) OR ((NOT ((state)::text = 'WAITING'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT notice_delivery_push_has_browser CHECK (((((channel)::text = 'push'::text) AND (subscription_id IS NOT NULL)) OR ((NOT ((channel)::text = 'push'::text)) AND (subscription_id IS NULL)))),
    CONSTRAINT notice_delivery_state_known CHECK (((state)::text = ANY ((ARRAY['WAITING'::character varying, 'SENT'::character varying, 'EXPIRED'::character varying, 'GONE'::character varying, 'FAILED'::character varying])::text[])))
);

CREATE TABLE public.accounts_noticesetting (
    id uuid NOT NULL,
    kind character varying(24) NOT NULL,
    channel character varying(8) NOT NULL,
    is_on boolean NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT notice_setting_channel_known CHECK (((channel)::text = ANY ((ARRAY['push'::character varying, 'sms'::character varying, 'mail'::character varying])::text[]))),
    CONSTRAINT notice_setting_has_kind CHECK ((NOT ((kind)::text = ''::text)))
);

CREATE TABLE public.accounts_person (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    avatar_url character varying(120) NOT NULL,
    phone_index bytea NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_masked character varying(24) NOT NULL,
    language character varying(10) NOT NULL,
    is_active boolean NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    minors_pin character varying(128) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT person_has_name CHECK ((NOT ((name)::text = ''::text)))
);

CREATE TABLE public.accounts_personrole (
    id uuid NOT NULL,
    role character varying(16) NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT person_role_known CHECK (((role)::text = ANY ((ARRAY['operator'::character varying, 'finance'::character varying])::text[])))
);

CREATE TABLE public.accounts_personsession (
    id uuid NOT NULL,
    session_key character varying(40) NOT NULL,
    is_app boolean NOT NULL,
    browser character varying(24) NOT NULL,
    system character varying(24) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT session_seen_after_opened CHECK ((seen_at >= opened_at))
);

CREATE TABLE public.accounts_phonecase (
    id uuid NOT NULL,
    phone_index bytea NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_masked character varying(24) NOT NULL,
    story_sealed bytea NOT NULL,
    state character varying(10) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    reason character varying(200) NOT NULL,
    due_at timestamp with time zone,
    ended_at timestamp with time zone,
    decided_by_id uuid,
    person_id uuid NOT NULL,
    CONSTRAINT phone_case_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = ANY ((ARRAY['ASKED'::character varying, 'WAITING'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['ASKED'::character varying, 'WAITING'::character varying])::text[]))) AND (ended_at IS NOT NULL)))),
    CONSTRAINT phone_case_state_known CHECK (((state)::text = ANY ((ARRAY['ASKED'::character varying, 'WAITING'::character varying, 'DONE'::character varying, 'REFUSED'::character varying, 'DENIED'::character varying])::text[]))),
    CONSTRAINT phone_case_waits_for_a_moment CHECK (((NOT ((state)::text = 'WAITING'::text)) OR (due_at IS NOT NULL)))
);

CREATE TABLE public.accounts_pushsubscription (
    id uuid NOT NULL,
    endpoint_index bytea NOT NULL,
    sealed bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    person_id uuid NOT NULL
);

CREATE TABLE public.accounts_quiethours (
    person_id uuid NOT NULL,
    from_minute smallint NOT NULL,
    until_minute smallint NOT NULL,
    CONSTRAINT accounts_quiethours_from_minute_check CHECK ((from_minute >= 0)),
    CONSTRAINT accounts_quiethours_until_minute_check CHECK ((until_minute >= 0)),
    CONSTRAINT quiet_hours_within_a_day CHECK (((from_minute < 1440) AND (until_minute < 1440) AND (NOT (from_minute = until_minute))))
);

CREATE TABLE public.accounts_reveal (
    id uuid NOT NULL,
    via character varying(40) NOT NULL,
    ref character varying(60) NOT NULL,
    reason character varying(200) NOT NULL,
    revealed_at timestamp with time zone NOT NULL,
    revealed_by_id uuid,
    shop_id uuid,
    CONSTRAINT reveal_has_reason CHECK (((NOT ((reason)::text = ''::text)) AND (NOT ((ref)::text = ''::text))))
);

CREATE TABLE public.accounts_shop (
    id uuid NOT NULL,
    name_zh character varying(40) NOT NULL,
    name_en character varying(40) NOT NULL,
    logo_url character varying(120) NOT NULL,
    state character varying(16) NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    reason character varying(200) NOT NULL,
    applied_by_id uuid NOT NULL,
    decided_by_id uuid,
    closed_from timestamp with time zone,
    closed_until timestamp with time zone,
    closing character varying(8) DEFAULT ''::character varying NOT NULL,
    closing_notice_zh character varying(120) DEFAULT ''::character varying NOT NULL,
    closing_notice_en character varying(120) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT shop_closing_whole CHECK ((((closed_from IS NULL) AND (closed_until IS NULL) AND ((closing)::text = ''::text)) OR ((closed_from IS NOT NULL) AND (closed_until > closed_from) AND ((closing)::text = ANY ((ARRAY['LATER'::character varying, 'NONE'::character varying])::text[]))))),
    CONSTRAINT shop_decided_has_moment CHECK ((((state)::text = ANY ((ARRAY['APPLIED'::character varying, 'ASKED'::character varying])::text[])) OR (decided_at IS NOT NULL))),
    CONSTRAINT shop_named_in_both_languages CHECK (((NOT ((name_zh)::text = ''::text)) AND (NOT ((name_en)::text = ''::text)))),
    CONSTRAINT shop_state_known CHECK (((state)::text = ANY ((ARRAY['APPLIED'::character varying, 'ASKED'::character varying, 'APPROVED'::character varying, 'REFUSED'::character varying, 'SUSPENDED'::character varying])::text[])))
);

CREATE TABLE public.accounts_shoppapers (
    shop_id uuid NOT NULL,
    legal_name character varying(80) NOT NULL,
    licence_no character varying(30) NOT NULL,
    licence_file character varying(32) NOT NULL,
    responsible_name character varying(40) NOT NULL,
    contact_sealed bytea NOT NULL,
    contact_masked character varying(24) NOT NULL,
    categories character varying(40)[] NOT NULL,
    asked_for character varying(200) DEFAULT ''::character varying NOT NULL,
    handed_in_by_id uuid NOT NULL,
    handed_in_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    CONSTRAINT accounts_shoppapers_version_check CHECK ((version >= 0)),
    CONSTRAINT shop_papers_categories_bounded CHECK (((
CASE
    WHEN (categories IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(categories, 1), 0)
END > 0) AND (
CASE
    WHEN (categories IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(categories, 1), 0)
END <= 10))),
    CONSTRAINT shop_papers_licence_form CHECK (((licence_file)::text ~ '^[0-9a-f]{32}$'::text)),
    CONSTRAINT shop_papers_whole CHECK (((NOT ((legal_name)::text = ''::text)) AND (NOT ((licence_no)::text = ''::text)) AND (NOT ((responsible_name)::text = ''::text))))
);

CREATE TABLE public.accounts_signincode (
    id uuid NOT NULL,
    phone_index bytea NOT NULL,
    code_digest bytea NOT NULL,
    guesses_left smallint NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    purpose character varying(10) DEFAULT 'sign_in'::character varying NOT NULL,
    CONSTRAINT accounts_signincode_guesses_left_check CHECK ((guesses_left >= 0))
);

CREATE TABLE public.accounts_signintry (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    phone_index bytea NOT NULL,
    address_index bytea NOT NULL,
    tried_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_try_kind CHECK (((kind)::text = ANY ((ARRAY['code'::character varying, 'password'::character varying, 'second'::character varying, 'recovery'::character varying, 'pin'::character varying])::text[])))
);

CREATE TABLE public.accounts_staff (
    id uuid NOT NULL,
    rights character varying(10)[] NOT NULL,
    hired_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    CONSTRAINT staff_rights_known CHECK (((rights <@ ARRAY['manage'::character varying(10), 'ship'::character varying(10), 'refund'::character varying(10), 'money'::character varying(10), 'stage'::character varying(10)]) AND (
CASE
    WHEN (rights IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(rights, 1), 0)
END > 0)))
);

CREATE TABLE public.accounts_staffinvitation (
    id uuid NOT NULL,
    rights character varying(10)[] NOT NULL,
    state character varying(10) NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    invited_by_id uuid,
    person_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    CONSTRAINT invitation_answered_has_moment CHECK ((((answered_at IS NULL) AND ((state)::text = 'OPEN'::text)) OR ((NOT ((state)::text = 'OPEN'::text)) AND (answered_at IS NOT NULL)))),
    CONSTRAINT invitation_ends_after_it_began CHECK ((expires_at > invited_at)),
    CONSTRAINT invitation_rights_known CHECK (((rights <@ ARRAY['manage'::character varying(10), 'ship'::character varying(10), 'refund'::character varying(10), 'money'::character varying(10), 'stage'::character varying(10)]) AND (
CASE
    WHEN (rights IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(rights, 1), 0)
END > 0))),
    CONSTRAINT invitation_state_known CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'ACCEPTED'::character varying, 'DECLINED'::character varying, 'WITHDRAWN'::character varying])::text[])))
);

CREATE TABLE public.accounts_usedchallenge (
    digest bytea NOT NULL,
    used_at timestamp with time zone NOT NULL
);

CREATE TABLE public.alliance_acceptance (
    id uuid NOT NULL,
    version integer NOT NULL,
    accepted_at timestamp with time zone NOT NULL,
    creator_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    CONSTRAINT alliance_acceptance_version_check CHECK ((version >= 0))
);

CREATE TABLE public.alliance_plan (
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    creator_bps integer NOT NULL,
    version integer NOT NULL,
    published_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    product_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    CONSTRAINT alliance_plan_creator_bps_check CHECK ((creator_bps >= 0)),
    CONSTRAINT alliance_plan_version_check CHECK ((version >= 0)),
    CONSTRAINT plan_rate_bounded CHECK (((creator_bps >= 1) AND (creator_bps <= 9000))),
    CONSTRAINT plan_state_known CHECK (((state)::text = ANY ((ARRAY['ACTIVE'::character varying, 'PAUSED'::character varying, 'CLOSED'::character varying])::text[])))
);

CREATE TABLE public.alliance_planversion (
    id uuid NOT NULL,
    version integer NOT NULL,
    creator_bps integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id uuid,
    plan_id uuid NOT NULL,
    CONSTRAINT alliance_planversion_creator_bps_check CHECK ((creator_bps >= 0)),
    CONSTRAINT alliance_planversion_version_check CHECK ((version >= 0)),
    CONSTRAINT plan_version_rate_bounded CHECK (((creator_bps >= 1) AND (creator_bps <= 9000)))
);

CREATE TABLE public.audit_entry (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT public.laotie_now() NOT NULL,
    person_id uuid NOT NULL,
    via text NOT NULL,
    act text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    facts jsonb NOT NULL
);

ALTER TABLE public.audit_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.catalog_category (
    id uuid NOT NULL,
    depth smallint NOT NULL,
    slug character varying(40) NOT NULL,
    name_zh character varying(40) NOT NULL,
    name_en character varying(40) NOT NULL,
    "position" smallint NOT NULL,
    is_open boolean DEFAULT true NOT NULL,
    parent_id uuid,
    CONSTRAINT catalog_category_depth_check CHECK ((depth >= 0)),
    CONSTRAINT catalog_category_position_check CHECK (("position" >= 0)),
    CONSTRAINT category_depth_bounded CHECK ((((depth = 1) AND (parent_id IS NULL)) OR ((depth = ANY (ARRAY[2, 3])) AND (parent_id IS NOT NULL)))),
    CONSTRAINT category_named_in_both_languages CHECK (((NOT ((name_zh)::text = ''::text)) AND (NOT ((name_en)::text = ''::text)))),
    CONSTRAINT category_not_its_own_parent CHECK ((NOT ((parent_id = id) AND (parent_id IS NOT NULL))))
);

CREATE TABLE public.catalog_offer (
    id uuid NOT NULL,
    place_id uuid,
    price_fen bigint NOT NULL,
    list_price_fen bigint NOT NULL,
    quantity integer,
    limit_per_buyer integer,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    closed_at timestamp with time zone,
    opened_at timestamp with time zone NOT NULL,
    opened_by_id uuid,
    sku_id uuid NOT NULL,
    CONSTRAINT catalog_offer_limit_per_buyer_check CHECK ((limit_per_buyer >= 0)),
    CONSTRAINT catalog_offer_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT offer_ends_after_start CHECK (((ends_at IS NULL) OR (ends_at > starts_at) OR ((closed_at IS NOT NULL) AND (ends_at = starts_at)))),
    CONSTRAINT offer_limit_bounded CHECK (((limit_per_buyer IS NULL) OR (limit_per_buyer >= 1))),
    CONSTRAINT offer_price_bounded CHECK (((price_fen >= 1) AND (price_fen <= list_price_fen))),
    CONSTRAINT offer_quantity_bounded CHECK (((quantity IS NULL) OR ((quantity >= 1) AND (quantity <= 1000000))))
);

CREATE TABLE public.catalog_picture (
    id uuid NOT NULL,
    file character varying(32) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    stored_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    shop_id uuid,
    CONSTRAINT catalog_picture_height_check CHECK ((height >= 0)),
    CONSTRAINT catalog_picture_width_check CHECK ((width >= 0))
);

CREATE TABLE public.catalog_pricechange (
    id uuid NOT NULL,
    before_fen bigint,
    after_fen bigint NOT NULL,
    version integer NOT NULL,
    via character varying(40) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by_id uuid,
    sku_id uuid NOT NULL,
    CONSTRAINT catalog_pricechange_version_check CHECK ((version >= 0))
);

CREATE TABLE public.catalog_product (
    id uuid NOT NULL,
    title jsonb NOT NULL,
    description jsonb NOT NULL,
    pictures character varying(32)[] NOT NULL,
    state character varying(12) NOT NULL,
    reason character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    shop_id uuid NOT NULL,
    category_id uuid,
    axes jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT product_axes_bounded CHECK (((axes -> 3) IS NULL)),
    CONSTRAINT product_in_both_languages CHECK (((title ?& '{zh,en}'::text[]) AND (description ?& '{zh,en}'::text[]))),
    CONSTRAINT product_pictures_bounded CHECK ((
CASE
    WHEN (pictures IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(pictures, 1), 0)
END <= 9)),
    CONSTRAINT product_state_known CHECK (((state)::text = ANY ((ARRAY['DRAFT'::character varying, 'ON_SALE'::character varying, 'OFF_SALE'::character varying, 'TAKEN_DOWN'::character varying])::text[])))
);

CREATE TABLE public.catalog_searchentry (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    name_zh character varying(60) NOT NULL,
    name_en character varying(60) NOT NULL,
    words tsvector NOT NULL,
    price_fen bigint,
    sold integer DEFAULT 0 NOT NULL,
    has_stock boolean DEFAULT false NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    shop_id uuid,
    CONSTRAINT catalog_searchentry_sold_check CHECK ((sold >= 0)),
    CONSTRAINT search_entry_has_its_parts CHECK (((((kind)::text = 'PRODUCT'::text) AND (shop_id IS NOT NULL) AND (price_fen IS NOT NULL)) OR (((kind)::text = 'SHOP'::text) AND (price_fen IS NULL) AND (shop_id = id)) OR (((kind)::text = 'CREATOR'::text) AND (price_fen IS NULL) AND (shop_id IS NULL)))),
    CONSTRAINT search_entry_kind_known CHECK (((kind)::text = ANY ((ARRAY['PRODUCT'::character varying, 'SHOP'::character varying, 'CREATOR'::character varying])::text[])))
);

CREATE TABLE public.catalog_shopfollow (
    id uuid NOT NULL,
    followed_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    shop_id uuid NOT NULL
);

CREATE TABLE public.catalog_sku (
    id uuid NOT NULL,
    spec jsonb NOT NULL,
    code character varying(40) NOT NULL,
    list_price_fen bigint NOT NULL,
    flash_floor_fen bigint,
    is_on_sale boolean NOT NULL,
    "position" smallint NOT NULL,
    version integer NOT NULL,
    product_id uuid NOT NULL,
    choice smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    picture character varying(32) DEFAULT ''::character varying NOT NULL,
    shop_id uuid,
    CONSTRAINT catalog_sku_position_check CHECK (("position" >= 0)),
    CONSTRAINT catalog_sku_version_check CHECK ((version >= 0)),
    CONSTRAINT sku_choice_bounded CHECK ((
CASE
    WHEN (choice IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(choice, 1), 0)
END <= 3)),
    CONSTRAINT sku_floor_below_list CHECK (((flash_floor_fen IS NULL) OR ((flash_floor_fen >= 1) AND (flash_floor_fen <= list_price_fen)))),
    CONSTRAINT sku_price_bounded CHECK (((list_price_fen >= 1) AND (list_price_fen <= 1000000000))),
    CONSTRAINT sku_spec_in_both_languages CHECK ((spec ?& '{zh,en}'::text[]))
);

CREATE TABLE public.content_belt (
    id uuid NOT NULL,
    name_zh character varying(40) NOT NULL,
    name_en character varying(40) NOT NULL,
    about_zh character varying(120) NOT NULL,
    about_en character varying(120) NOT NULL,
    region character varying(6) NOT NULL,
    fields character varying(16)[] NOT NULL,
    state character varying(8) NOT NULL,
    reason character varying(200) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT belt_closed_says_why CHECK (((((state)::text = 'OPEN'::text) AND (closed_at IS NULL) AND ((reason)::text = ''::text)) OR ((closed_at IS NOT NULL) AND ((state)::text = 'CLOSED'::text) AND (NOT ((reason)::text = ''::text))))),
    CONSTRAINT belt_fields_known CHECK (((
CASE
    WHEN (fields IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(fields, 1), 0)
END >= 1) AND (
CASE
    WHEN (fields IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(fields, 1), 0)
END <= 6) AND (fields <@ ARRAY['POPULAR_SCIENCE'::character varying(16), 'FINANCE'::character varying(16), 'CAREER'::character varying(16), 'KNOWLEDGE'::character varying(16), 'FASHION'::character varying(16), 'BEAUTY'::character varying(16), 'FOOD'::character varying(16), 'HOME'::character varying(16), 'DIGITAL'::character varying(16), 'SPORT'::character varying(16), 'MUSIC'::character varying(16), 'FILM'::character varying(16), 'TRAVEL'::character varying(16), 'FAMILY'::character varying(16), 'COUNTRYSIDE'::character varying(16), 'OTHER'::character varying(16)]))),
    CONSTRAINT belt_has_a_place CHECK (((region)::text ~ '^\d{6}$'::text)),
    CONSTRAINT belt_has_names CHECK (((NOT ((name_zh)::text = ''::text)) AND (NOT ((name_en)::text = ''::text)))),
    CONSTRAINT belt_state_known CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'CLOSED'::character varying])::text[])))
);

CREATE TABLE public.content_beltmembership (
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    words character varying(200) NOT NULL,
    reason character varying(200) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    joined_at timestamp with time zone,
    ended_at timestamp with time zone,
    belt_id uuid NOT NULL,
    creator_id uuid NOT NULL,
    CONSTRAINT membership_answered_says_why CHECK ((((state)::text = ANY ((ARRAY['ASKED'::character varying, 'LEFT'::character varying])::text[])) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT membership_ended_has_moment CHECK (((((state)::text = ANY ((ARRAY['ASKED'::character varying, 'MEMBER'::character varying])::text[])) AND (ended_at IS NULL)) OR ((NOT ((state)::text = ANY ((ARRAY['ASKED'::character varying, 'MEMBER'::character varying])::text[]))) AND (ended_at IS NOT NULL)))),
    CONSTRAINT membership_joined_has_moment CHECK ((((joined_at IS NOT NULL) AND ((state)::text = 'MEMBER'::text)) OR ((joined_at IS NULL) AND ((state)::text = ANY ((ARRAY['ASKED'::character varying, 'REFUSED'::character varying])::text[]))) OR ((state)::text = ANY ((ARRAY['LEFT'::character varying, 'ENDED'::character varying])::text[])))),
    CONSTRAINT membership_state_known CHECK (((state)::text = ANY ((ARRAY['ASKED'::character varying, 'MEMBER'::character varying, 'REFUSED'::character varying, 'LEFT'::character varying, 'ENDED'::character varying])::text[])))
);

CREATE TABLE public.content_block (
    id uuid NOT NULL,
    blocked_at timestamp with time zone NOT NULL,
    other_id uuid NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT block_of_another CHECK ((NOT (person_id = other_id)))
);

CREATE TABLE public.content_captionwords (
    work_id uuid NOT NULL,
    cues jsonb NOT NULL
);

CREATE TABLE public.content_case (
    id uuid NOT NULL,
    post_id uuid NOT NULL,
    state character varying(10) NOT NULL,
    origin character varying(8) NOT NULL,
    digest character varying(64) NOT NULL,
    rule_version integer NOT NULL,
    rule character varying(16) NOT NULL,
    reason character varying(200) NOT NULL,
    exhibit jsonb NOT NULL,
    findings jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    consequence character varying(10) NOT NULL,
    appeal character varying(500) NOT NULL,
    appealed_at timestamp with time zone,
    answered_at timestamp with time zone,
    answer character varying(200) NOT NULL,
    answered_by_id uuid,
    creator_id uuid NOT NULL,
    decided_by_id uuid,
    was_public boolean,
    CONSTRAINT case_answered_by_another CHECK (((answered_by_id IS NULL) OR (decided_by_id IS NULL) OR (NOT ((answered_by_id = decided_by_id) AND (answered_by_id IS NOT NULL) AND (decided_by_id IS NOT NULL))))),
    CONSTRAINT case_answered_has_answer CHECK ((((answered_at IS NOT NULL) AND (answered_by_id IS NOT NULL) AND (appealed_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['RESTORED'::character varying, 'UPHELD'::character varying])::text[])) AND (NOT ((answer)::text = ''::text))) OR ((NOT ((state)::text = ANY ((ARRAY['RESTORED'::character varying, 'UPHELD'::character varying])::text[]))) AND (answered_at IS NULL)))),
    CONSTRAINT case_appealed_has_moment CHECK (((NOT ((state)::text = 'APPEALED'::text)) OR (appealed_at IS NOT NULL))),
    CONSTRAINT case_consequence_fits CHECK (((((consequence)::text = ''::text) AND ((state)::text = ANY ((ARRAY['OPEN'::character varying, 'APPROVED'::character varying, 'CLOSED'::character varying])::text[]))) OR (((consequence)::text = ANY ((ARRAY['LIMITED'::character varying, 'REFUSED'::character varying, 'TAKEN_DOWN'::character varying])::text[])) AND ((state)::text = ANY ((ARRAY['LIMITED'::character varying, 'REFUSED'::character varying, 'TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'RESTORED'::character varying, 'UPHELD'::character varying])::text[]))))),
    CONSTRAINT case_decided_by_a_person CHECK (((decided_by_id IS NOT NULL) OR ((state)::text = ANY ((ARRAY['OPEN'::character varying, 'CLOSED'::character varying])::text[])) OR (((consequence)::text = 'LIMITED'::text) AND ((origin)::text = 'MACHINE'::text)))),
    CONSTRAINT case_decided_has_moment CHECK ((((decided_at IS NULL) AND ((state)::text = 'OPEN'::text)) OR ((NOT ((state)::text = 'OPEN'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT case_no_has_rule_and_reason CHECK ((((state)::text = ANY ((ARRAY['OPEN'::character varying, 'APPROVED'::character varying, 'CLOSED'::character varying])::text[])) OR ((NOT ((rule)::text = ''::text)) AND (NOT ((reason)::text = ''::text))))),
    CONSTRAINT case_origin_known CHECK (((origin)::text = ANY ((ARRAY['MACHINE'::character varying, 'OPERATOR'::character varying])::text[]))),
    CONSTRAINT case_rule_known CHECK ((((rule)::text = ''::text) OR ((rule)::text = ANY ((ARRAY['WORD'::character varying, 'CONTACT_PHONE'::character varying, 'CONTACT_NAME'::character varying, 'CONTACT_LINK'::character varying, 'CONTACT_CODE'::character varying, 'AD_LABEL'::character varying, 'AI_LABEL'::character varying, 'MODEL'::character varying, 'FALSE_CLAIM'::character varying, 'FORBIDDEN_GOODS'::character varying, 'ABUSE'::character varying, 'STOLEN'::character varying, 'MINORS'::character varying, 'OTHER'::character varying])::text[])))),
    CONSTRAINT case_state_known CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'APPROVED'::character varying, 'LIMITED'::character varying, 'REFUSED'::character varying, 'TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'RESTORED'::character varying, 'UPHELD'::character varying, 'CLOSED'::character varying])::text[]))),
    CONSTRAINT content_case_rule_version_check CHECK ((rule_version >= 0))
);

CREATE TABLE public.content_comment (
    id uuid NOT NULL,
    text character varying(500) NOT NULL,
    state character varying(10) NOT NULL,
    said_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by uuid,
    answers_id uuid,
    person_id uuid NOT NULL,
    post_id uuid NOT NULL,
    CONSTRAINT comment_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = ANY ((ARRAY['SHOWN'::character varying, 'HELD'::character varying])::text[]))) OR ((NOT ((state)::text = ANY ((ARRAY['SHOWN'::character varying, 'HELD'::character varying])::text[]))) AND (ended_at IS NOT NULL)))),
    CONSTRAINT comment_state_known CHECK (((state)::text = ANY ((ARRAY['SHOWN'::character varying, 'HELD'::character varying, 'REMOVED'::character varying, 'HIDDEN'::character varying, 'TAKEN_DOWN'::character varying, 'ORPHANED'::character varying])::text[]))),
    CONSTRAINT post_comment_says_something CHECK ((NOT ((text)::text = ''::text)))
);

CREATE TABLE public.content_creatorsnapshot (
    id uuid NOT NULL,
    as_of date NOT NULL,
    source_kind character varying(10) NOT NULL,
    source character varying(300) NOT NULL,
    fans bigint NOT NULL,
    likes bigint NOT NULL,
    all_fans bigint,
    all_likes bigint,
    fans_step bigint NOT NULL,
    likes_step bigint NOT NULL,
    works integer,
    stills integer,
    ads integer,
    stills_said_bps integer,
    stills_said_how character varying(8) NOT NULL,
    ads_said_bps integer,
    ads_said_how character varying(8) NOT NULL,
    texts jsonb NOT NULL,
    corrected character varying(8)[] NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    brought_by uuid,
    creator_id uuid,
    account_id uuid,
    CONSTRAINT snapshot_is_plausible CHECK (((fans >= 0) AND (likes >= 0) AND ((creator_id IS NOT NULL) OR ((fans <= 150000000) AND (likes <= '20000000000'::bigint))))),
    CONSTRAINT snapshot_of_ours_or_brought_in CHECK ((((account_id IS NULL) AND (creator_id IS NOT NULL) AND ((source_kind)::text = 'OWN'::text)) OR ((NOT ((source_kind)::text = 'OWN'::text)) AND (NOT ((source)::text = ''::text)) AND (account_id IS NOT NULL) AND (brought_by IS NOT NULL) AND (creator_id IS NULL)))),
    CONSTRAINT snapshot_parts_within_works CHECK ((((works IS NULL) OR (works >= 0)) AND ((stills IS NULL) OR ((stills >= 0) AND (stills <= works))) AND ((ads IS NULL) OR ((ads >= 0) AND (ads <= works))))),
    CONSTRAINT snapshot_shares_said_known CHECK ((((ads_said_how)::text = ANY ((ARRAY[''::character varying, 'EXACT'::character varying, 'NEAR'::character varying, 'OVER'::character varying])::text[])) AND ((stills_said_how)::text = ANY ((ARRAY[''::character varying, 'EXACT'::character varying, 'NEAR'::character varying, 'OVER'::character varying])::text[])))),
    CONSTRAINT snapshot_source_known CHECK (((source_kind)::text = ANY ((ARRAY['OWN'::character varying, 'OFFICIAL'::character varying, 'REGULATOR'::character varying, 'BROKER'::character varying, 'MEDIA'::character varying, 'ANONYMOUS'::character varying])::text[]))),
    CONSTRAINT snapshot_steps_positive CHECK (((fans_step >= 1) AND (likes_step >= 1))),
    CONSTRAINT snapshot_valid_within_all CHECK ((((all_fans IS NULL) OR (all_fans >= fans)) AND ((all_likes IS NULL) OR (all_likes >= likes))))
);

CREATE TABLE public.content_enrolment (
    id uuid NOT NULL,
    enrolled_at timestamp with time zone NOT NULL,
    creator_id uuid NOT NULL,
    programme_id uuid NOT NULL
);

CREATE TABLE public.content_fanchange (
    id bigint NOT NULL,
    creator_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    fans smallint NOT NULL,
    followers smallint NOT NULL
);

ALTER TABLE public.content_fanchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.content_fanchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.content_fancount (
    creator_id uuid NOT NULL,
    since timestamp with time zone,
    fans bigint NOT NULL,
    followers bigint NOT NULL
);

CREATE TABLE public.content_fieldday (
    id uuid NOT NULL,
    field character varying(16) NOT NULL,
    "on" date NOT NULL,
    creators integer NOT NULL,
    active integer NOT NULL,
    people integer NOT NULL,
    viewers integer NOT NULL,
    CONSTRAINT content_fieldday_active_check CHECK ((active >= 0)),
    CONSTRAINT content_fieldday_creators_check CHECK ((creators >= 0)),
    CONSTRAINT content_fieldday_people_check CHECK ((people >= 0)),
    CONSTRAINT content_fieldday_viewers_check CHECK ((viewers >= 0)),
    CONSTRAINT field_day_field_known CHECK (((field)::text = ANY ((ARRAY['POPULAR_SCIENCE'::character varying, 'FINANCE'::character varying, 'CAREER'::character varying, 'KNOWLEDGE'::character varying, 'FASHION'::character varying, 'BEAUTY'::character varying, 'FOOD'::character varying, 'HOME'::character varying, 'DIGITAL'::character varying, 'SPORT'::character varying, 'MUSIC'::character varying, 'FILM'::character varying, 'TRAVEL'::character varying, 'FAMILY'::character varying, 'COUNTRYSIDE'::character varying, 'OTHER'::character varying])::text[]))),
    CONSTRAINT field_day_parts_of_wholes CHECK (((active <= creators) AND (viewers <= people)))
);

CREATE TABLE public.content_heldshow (
    room_id uuid NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    creator_id uuid NOT NULL,
    CONSTRAINT show_ends_after_it_begins CHECK (((ended_at IS NULL) OR (ended_at >= began_at)))
);

CREATE TABLE public.content_kin (
    id bigint NOT NULL,
    strength double precision NOT NULL,
    creator_id uuid NOT NULL,
    other_id uuid NOT NULL,
    CONSTRAINT kin_is_a_share CHECK (((strength > (0.0)::double precision) AND (strength <= (1.0)::double precision))),
    CONSTRAINT kin_is_another CHECK ((NOT (creator_id = other_id)))
);

ALTER TABLE public.content_kin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.content_kin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.content_like (
    id uuid NOT NULL,
    liked_at timestamp with time zone NOT NULL,
    device character varying(16) NOT NULL,
    forged character varying(8) NOT NULL,
    judged_at timestamp with time zone,
    person_id uuid NOT NULL,
    post_id uuid NOT NULL,
    CONSTRAINT like_forged_known CHECK (((forged)::text = ANY ((ARRAY[''::character varying, 'RATE'::character varying, 'BURST'::character varying, 'DEVICE'::character varying])::text[])))
);

CREATE TABLE public.content_occasion (
    id uuid NOT NULL,
    name_zh character varying(60) NOT NULL,
    name_en character varying(60) NOT NULL,
    holder character varying(60) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT occasion_ends_after_it_starts CHECK ((ends_at > starts_at)),
    CONSTRAINT occasion_has_names CHECK (((NOT ((name_zh)::text = ''::text)) AND (NOT ((name_en)::text = ''::text)) AND (NOT ((holder)::text = ''::text))))
);

CREATE TABLE public.content_opinion (
    id uuid NOT NULL,
    post_id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    model character varying(60) NOT NULL,
    state character varying(6) NOT NULL,
    tries smallint NOT NULL,
    cause character varying(200) NOT NULL,
    findings jsonb NOT NULL,
    asked_wall_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT content_opinion_tries_check CHECK ((tries >= 0)),
    CONSTRAINT opinion_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'ASKED'::text)) OR ((NOT ((state)::text = 'ASKED'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT opinion_failed_has_cause CHECK (((((state)::text = 'FAILED'::text) AND (NOT ((cause)::text = ''::text))) OR ((NOT ((state)::text = 'FAILED'::text)) AND ((cause)::text = ''::text)))),
    CONSTRAINT opinion_state_known CHECK (((state)::text = ANY ((ARRAY['ASKED'::character varying, 'GIVEN'::character varying, 'FAILED'::character varying])::text[])))
);

CREATE TABLE public.content_outsideaccount (
    id uuid NOT NULL,
    network character varying(40) NOT NULL,
    name character varying(80) NOT NULL,
    joined_on date,
    known_since timestamp with time zone NOT NULL,
    CONSTRAINT outside_account_named CHECK (((NOT ((network)::text = ''::text)) AND (NOT ((name)::text = ''::text))))
);

CREATE TABLE public.content_post (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    state character varying(16) NOT NULL,
    title character varying(60) NOT NULL,
    body text NOT NULL,
    language character varying(8) NOT NULL,
    label character varying(8) NOT NULL,
    is_ai boolean NOT NULL,
    field character varying(16) NOT NULL,
    region character varying(6) NOT NULL,
    source_kind character varying(8) NOT NULL,
    source_id uuid,
    reach character varying(8) NOT NULL,
    cause character varying(200) NOT NULL,
    rule_version integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    scheduled_at timestamp with time zone,
    published_at timestamp with time zone,
    taken_down_at timestamp with time zone,
    creator_id uuid NOT NULL,
    shop_id uuid,
    may_be_derived boolean DEFAULT false NOT NULL,
    source_gone_at timestamp with time zone,
    down_by character varying(8) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT content_post_rule_version_check CHECK ((rule_version >= 0)),
    CONSTRAINT post_down_by_known CHECK (((down_by)::text = ANY ((ARRAY[''::character varying, 'OPERATOR'::character varying, 'RIGHTS'::character varying, 'SOURCE'::character varying])::text[]))),
    CONSTRAINT post_down_has_cause CHECK (((((state)::text = ANY ((ARRAY['TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'UPHELD'::character varying])::text[])) AND (taken_down_at IS NOT NULL) AND (NOT ((cause)::text = ''::text))) OR (NOT ((state)::text = ANY ((ARRAY['TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'UPHELD'::character varying])::text[]))))),
    CONSTRAINT post_field_known CHECK (((field)::text = ANY ((ARRAY['POPULAR_SCIENCE'::character varying, 'FINANCE'::character varying, 'CAREER'::character varying, 'KNOWLEDGE'::character varying, 'FASHION'::character varying, 'BEAUTY'::character varying, 'FOOD'::character varying, 'HOME'::character varying, 'DIGITAL'::character varying, 'SPORT'::character varying, 'MUSIC'::character varying, 'FILM'::character varying, 'TRAVEL'::character varying, 'FAMILY'::character varying, 'COUNTRYSIDE'::character varying, 'OTHER'::character varying])::text[]))),
    CONSTRAINT post_kind_known CHECK (((kind)::text = ANY ((ARRAY['VIDEO'::character varying, 'STILLS'::character varying])::text[]))),
    CONSTRAINT post_label_known CHECK (((label)::text = ANY ((ARRAY['ORGANIC'::character varying, 'AD'::character varying, 'PROMO'::character varying])::text[]))),
    CONSTRAINT post_public_after_made CHECK (((published_at IS NULL) OR (published_at >= made_at))),
    CONSTRAINT post_public_has_moment CHECK (((published_at IS NOT NULL) OR (NOT ((state)::text = ANY ((ARRAY['PUBLISHED'::character varying, 'WITHDRAWN'::character varying, 'TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'UPHELD'::character varying])::text[]))))),
    CONSTRAINT post_reach_known CHECK (((reach)::text = ANY ((ARRAY['FULL'::character varying, 'LIMITED'::character varying])::text[]))),
    CONSTRAINT post_scheduled_has_moment CHECK (((NOT ((state)::text = 'SCHEDULED'::text)) OR (scheduled_at IS NOT NULL))),
    CONSTRAINT post_shown_has_title CHECK ((((state)::text = 'DRAFT'::text) OR (NOT ((title)::text = ''::text)))),
    CONSTRAINT post_source_is_named CHECK ((((source_id IS NULL) AND ((source_kind)::text = ''::text)) OR ((NOT ((source_kind)::text = ''::text)) AND (source_id IS NOT NULL)))),
    CONSTRAINT post_source_known CHECK (((source_kind)::text = ANY ((ARRAY[''::character varying, 'CLIP'::character varying, 'POST'::character varying])::text[]))),
    CONSTRAINT post_state_known CHECK (((state)::text = ANY ((ARRAY['DRAFT'::character varying, 'TRANSCODING'::character varying, 'SCHEDULED'::character varying, 'MACHINE_REVIEW'::character varying, 'HUMAN_REVIEW'::character varying, 'PUBLISHED'::character varying, 'WITHDRAWN'::character varying, 'TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'UPHELD'::character varying])::text[])))
);

CREATE TABLE public.content_postbuy (
    id bigint NOT NULL,
    "order" uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    post_id uuid NOT NULL,
    counts boolean DEFAULT true NOT NULL
);

ALTER TABLE public.content_postbuy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.content_postbuy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.content_postentry (
    post_id uuid NOT NULL,
    words tsvector NOT NULL
);

CREATE TABLE public.content_postfigures (
    post_id uuid NOT NULL,
    visits bigint DEFAULT 0 NOT NULL,
    watch_ms bigint DEFAULT 0 NOT NULL,
    completions bigint DEFAULT 0 NOT NULL,
    other_visits bigint DEFAULT 0 NOT NULL,
    paid_visits bigint DEFAULT 0 NOT NULL,
    paid_watch_ms bigint DEFAULT 0 NOT NULL,
    likes bigint DEFAULT 0 NOT NULL,
    buys bigint DEFAULT 0 NOT NULL,
    heat double precision NOT NULL,
    all_likes bigint DEFAULT 0 NOT NULL,
    believed_ms bigint DEFAULT 0 NOT NULL,
    CONSTRAINT content_postfigures_all_likes_check CHECK ((all_likes >= 0)),
    CONSTRAINT content_postfigures_believed_ms_check CHECK ((believed_ms >= 0)),
    CONSTRAINT content_postfigures_buys_check CHECK ((buys >= 0)),
    CONSTRAINT content_postfigures_completions_check CHECK ((completions >= 0)),
    CONSTRAINT content_postfigures_likes_check CHECK ((likes >= 0)),
    CONSTRAINT content_postfigures_other_visits_check CHECK ((other_visits >= 0)),
    CONSTRAINT content_postfigures_paid_visits_check CHECK ((paid_visits >= 0)),
    CONSTRAINT content_postfigures_paid_watch_ms_check CHECK ((paid_watch_ms >= 0)),
    CONSTRAINT content_postfigures_visits_check CHECK ((visits >= 0)),
    CONSTRAINT content_postfigures_watch_ms_check CHECK ((watch_ms >= 0)),
    CONSTRAINT figures_believe_what_was_told CHECK ((believed_ms <= watch_ms)),
    CONSTRAINT figures_end_what_began CHECK ((completions <= visits))
);

CREATE TABLE public.content_postoccasion (
    post_id uuid NOT NULL,
    use character varying(12) NOT NULL,
    event_time timestamp with time zone NOT NULL,
    is_fixed boolean NOT NULL,
    look_again_at timestamp with time zone,
    occasion_id uuid NOT NULL,
    grant_id uuid,
    CONSTRAINT showing_right_has_end CHECK ((((grant_id IS NULL) AND (look_again_at IS NULL)) OR ((grant_id IS NOT NULL) AND (look_again_at IS NOT NULL)))),
    CONSTRAINT showing_use_known CHECK (((use)::text = ANY ((ARRAY['VOD'::character varying, 'SHORT_VIDEO'::character varying, 'DERIVATIVE'::character varying])::text[])))
);

CREATE TABLE public.content_postproduct (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    post_id uuid NOT NULL,
    product_id uuid NOT NULL,
    CONSTRAINT content_postproduct_position_check CHECK (("position" >= 0)),
    CONSTRAINT post_product_bounded CHECK ((("position" >= 1) AND ("position" <= 9)))
);

CREATE TABLE public.content_postwork (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    post_id uuid NOT NULL,
    work_id uuid NOT NULL,
    CONSTRAINT content_postwork_position_check CHECK (("position" >= 0)),
    CONSTRAINT post_work_bounded CHECK ((("position" >= 1) AND ("position" <= 9)))
);

CREATE TABLE public.content_programme (
    id uuid NOT NULL,
    name_zh character varying(40) NOT NULL,
    name_en character varying(40) NOT NULL,
    aliases character varying(40)[] NOT NULL,
    goal character varying(200) NOT NULL,
    field character varying(16) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    budget_fen bigint NOT NULL,
    due_fen bigint,
    paid_fen bigint NOT NULL,
    returned_fen bigint NOT NULL,
    state character varying(10) NOT NULL,
    reason character varying(200) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT programme_budget_bounded CHECK (((budget_fen > 0) AND (budget_fen <= '10000000000'::bigint))),
    CONSTRAINT programme_ends_after_it_starts CHECK ((ends_at > starts_at)),
    CONSTRAINT programme_ends_with_nothing_left CHECK (((NOT ((state)::text = 'PAID'::text)) OR (budget_fen = (paid_fen + returned_fen)))),
    CONSTRAINT programme_field_known CHECK (((field)::text = ANY ((ARRAY['POPULAR_SCIENCE'::character varying, 'FINANCE'::character varying, 'CAREER'::character varying, 'KNOWLEDGE'::character varying, 'FASHION'::character varying, 'BEAUTY'::character varying, 'FOOD'::character varying, 'HOME'::character varying, 'DIGITAL'::character varying, 'SPORT'::character varying, 'MUSIC'::character varying, 'FILM'::character varying, 'TRAVEL'::character varying, 'FAMILY'::character varying, 'COUNTRYSIDE'::character varying, 'OTHER'::character varying])::text[]))),
    CONSTRAINT programme_has_names CHECK (((NOT ((name_zh)::text = ''::text)) AND (NOT ((name_en)::text = ''::text)) AND (NOT ((goal)::text = ''::text)))),
    CONSTRAINT programme_keeps_to_its_budget CHECK (((budget_fen >= (paid_fen + returned_fen)) AND (paid_fen >= 0) AND (returned_fen >= 0))),
    CONSTRAINT programme_open_has_moment CHECK ((((state)::text = ANY ((ARRAY['DRAFT'::character varying, 'CANCELLED'::character varying])::text[])) OR (opened_at IS NOT NULL))),
    CONSTRAINT programme_pays_once_closed CHECK ((((due_fen IS NOT NULL) AND ((state)::text = ANY ((ARRAY['CLOSED'::character varying, 'PAID'::character varying])::text[]))) OR ((due_fen IS NULL) AND (paid_fen = 0) AND ((state)::text = ANY ((ARRAY['DRAFT'::character varying, 'OPEN'::character varying, 'CANCELLED'::character varying])::text[]))))),
    CONSTRAINT programme_state_known CHECK (((state)::text = ANY ((ARRAY['DRAFT'::character varying, 'OPEN'::character varying, 'CLOSED'::character varying, 'PAID'::character varying, 'CANCELLED'::character varying])::text[])))
);

CREATE TABLE public.content_programmetask (
    id uuid NOT NULL,
    "position" smallint NOT NULL,
    kind character varying(16) NOT NULL,
    target integer NOT NULL,
    reward_fen bigint NOT NULL,
    programme_id uuid NOT NULL,
    CONSTRAINT content_programmetask_position_check CHECK (("position" >= 0)),
    CONSTRAINT content_programmetask_target_check CHECK ((target >= 0)),
    CONSTRAINT task_bounded CHECK ((("position" >= 1) AND ("position" <= 6))),
    CONSTRAINT task_is_worth_something CHECK (((reward_fen > 0) AND (reward_fen <= '10000000000'::bigint) AND (target >= 1))),
    CONSTRAINT task_kind_known CHECK (((kind)::text = ANY ((ARRAY['POSTS'::character varying, 'LIVES'::character varying, 'WATCH_MINUTES'::character varying, 'FANS'::character varying])::text[])))
);

CREATE TABLE public.content_refundedorder (
    "order" uuid NOT NULL,
    noted_at timestamp with time zone NOT NULL
);

CREATE TABLE public.content_refusedtext (
    id uuid NOT NULL,
    place character varying(8) NOT NULL,
    rule character varying(16) NOT NULL,
    rule_version integer NOT NULL,
    digest bytea NOT NULL,
    refused_at timestamp with time zone NOT NULL,
    person_id uuid,
    CONSTRAINT content_refusedtext_rule_version_check CHECK ((rule_version >= 0)),
    CONSTRAINT refused_text_place_known CHECK (((place)::text = ANY ((ARRAY['NAME'::character varying, 'BIO'::character varying, 'TITLE'::character varying, 'PRODUCT'::character varying, 'REVIEW'::character varying, 'POST'::character varying, 'COMMENT'::character varying, 'CHAT'::character varying])::text[])))
);

CREATE TABLE public.content_reward (
    id uuid NOT NULL,
    counted bigint NOT NULL,
    full_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    state character varying(8) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    enrolment_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    task_id uuid NOT NULL,
    CONSTRAINT content_reward_counted_check CHECK ((counted >= 0)),
    CONSTRAINT reward_is_at_most_promised CHECK (((amount_fen >= 0) AND (amount_fen <= full_fen))),
    CONSTRAINT reward_paid_has_moment CHECK ((((paid_at IS NULL) AND ((state)::text = 'DUE'::text)) OR ((paid_at IS NOT NULL) AND ((state)::text = 'PAID'::text)))),
    CONSTRAINT reward_state_known CHECK (((state)::text = ANY ((ARRAY['DUE'::character varying, 'PAID'::character varying])::text[])))
);

CREATE TABLE public.content_rightsgrant (
    id uuid NOT NULL,
    holder_kind character varying(8) NOT NULL,
    use character varying(12) NOT NULL,
    territory character varying(5) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    is_exclusive boolean NOT NULL,
    may_sublicense boolean NOT NULL,
    delay_s integer NOT NULL,
    longest_clip_s integer,
    contract character varying(80) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    reason character varying(200) NOT NULL,
    creator_id uuid,
    occasion_id uuid NOT NULL,
    parent_id uuid,
    shop_id uuid,
    CONSTRAINT content_rightsgrant_delay_s_check CHECK ((delay_s >= 0)),
    CONSTRAINT content_rightsgrant_longest_clip_s_check CHECK ((longest_clip_s >= 0)),
    CONSTRAINT grant_clip_bounded CHECK (((longest_clip_s IS NULL) OR ((longest_clip_s >= 1) AND (longest_clip_s <= 86400)))),
    CONSTRAINT grant_delay_bounded CHECK ((delay_s <= 2592000)),
    CONSTRAINT grant_ends_after_it_starts CHECK ((ends_at > starts_at)),
    CONSTRAINT grant_holder_is_named CHECK ((((creator_id IS NULL) AND ((holder_kind)::text = 'PLATFORM'::text) AND (shop_id IS NULL)) OR ((creator_id IS NOT NULL) AND ((holder_kind)::text = 'CREATOR'::text) AND (shop_id IS NULL)) OR ((creator_id IS NULL) AND ((holder_kind)::text = 'SHOP'::text) AND (shop_id IS NOT NULL)))),
    CONSTRAINT grant_holder_known CHECK (((holder_kind)::text = ANY ((ARRAY['PLATFORM'::character varying, 'CREATOR'::character varying, 'SHOP'::character varying])::text[]))),
    CONSTRAINT grant_revoked_has_reason CHECK (((((reason)::text = ''::text) AND (revoked_at IS NULL)) OR ((revoked_at IS NOT NULL) AND (NOT ((reason)::text = ''::text))))),
    CONSTRAINT grant_territory_form CHECK (((territory)::text ~ '^([A-Z]{2}|WORLD)$'::text)),
    CONSTRAINT grant_use_known CHECK (((use)::text = ANY ((ARRAY['LIVE'::character varying, 'VOD'::character varying, 'SHORT_VIDEO'::character varying, 'DERIVATIVE'::character varying])::text[])))
);

CREATE TABLE public.content_ruleset (
    version integer NOT NULL,
    words jsonb NOT NULL,
    severities jsonb NOT NULL,
    reason character varying(200) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id uuid NOT NULL,
    CONSTRAINT content_ruleset_version_check CHECK ((version >= 0)),
    CONSTRAINT rule_set_from_one CHECK ((version >= 1))
);

CREATE TABLE public.content_talentagreement (
    id uuid NOT NULL,
    field character varying(16) NOT NULL,
    is_exclusive boolean NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    posts_a_week smallint NOT NULL,
    lives_a_month smallint NOT NULL,
    quiet_days smallint NOT NULL,
    contract character varying(80) NOT NULL,
    state character varying(8) NOT NULL,
    reason character varying(200) NOT NULL,
    signed_at timestamp with time zone NOT NULL,
    ended_on date,
    creator_id uuid NOT NULL,
    CONSTRAINT agreement_bounded CHECK (((lives_a_month <= 31) AND (quiet_days >= 1) AND (quiet_days <= 60))),
    CONSTRAINT agreement_ended_has_day CHECK ((((ended_on IS NULL) AND ((state)::text = 'ACTIVE'::text)) OR ((ended_on IS NOT NULL) AND ((state)::text = 'ENDED'::text)))),
    CONSTRAINT agreement_ends_after_it_starts CHECK ((ends_on >= starts_on)),
    CONSTRAINT agreement_field_known CHECK (((field)::text = ANY ((ARRAY['POPULAR_SCIENCE'::character varying, 'FINANCE'::character varying, 'CAREER'::character varying, 'KNOWLEDGE'::character varying, 'FASHION'::character varying, 'BEAUTY'::character varying, 'FOOD'::character varying, 'HOME'::character varying, 'DIGITAL'::character varying, 'SPORT'::character varying, 'MUSIC'::character varying, 'FILM'::character varying, 'TRAVEL'::character varying, 'FAMILY'::character varying, 'COUNTRYSIDE'::character varying, 'OTHER'::character varying])::text[]))),
    CONSTRAINT agreement_promises_something CHECK ((((posts_a_week >= 1) AND (posts_a_week <= 21)) OR ((lives_a_month >= 1) AND (posts_a_week = 0)))),
    CONSTRAINT agreement_state_known CHECK (((state)::text = ANY ((ARRAY['ACTIVE'::character varying, 'ENDED'::character varying])::text[]))),
    CONSTRAINT content_talentagreement_lives_a_month_check CHECK ((lives_a_month >= 0)),
    CONSTRAINT content_talentagreement_posts_a_week_check CHECK ((posts_a_week >= 0)),
    CONSTRAINT content_talentagreement_quiet_days_check CHECK ((quiet_days >= 0))
);

CREATE TABLE public.content_talentalert (
    id uuid NOT NULL,
    cause character varying(14) NOT NULL,
    since_on date NOT NULL,
    done integer NOT NULL,
    due integer NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    agreement_id uuid NOT NULL,
    CONSTRAINT content_talentalert_done_check CHECK ((done >= 0)),
    CONSTRAINT content_talentalert_due_check CHECK ((due >= 0)),
    CONSTRAINT talent_alert_cause_known CHECK (((cause)::text = ANY ((ARRAY['QUIET'::character varying, 'POSTS_MISSED'::character varying, 'LIVES_MISSED'::character varying, 'LINKED_OUT'::character varying])::text[])))
);

CREATE TABLE public.content_talkcase (
    id uuid NOT NULL,
    comment_id uuid NOT NULL,
    post_id uuid NOT NULL,
    text character varying(500) NOT NULL,
    state character varying(10) NOT NULL,
    rule character varying(16) NOT NULL,
    rule_version integer NOT NULL,
    reason character varying(200) NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    appeal character varying(500) NOT NULL,
    appealed_at timestamp with time zone,
    answered_at timestamp with time zone,
    answer character varying(200) NOT NULL,
    answered_by_id uuid,
    decided_by_id uuid NOT NULL,
    writer_id uuid NOT NULL,
    CONSTRAINT content_talkcase_rule_version_check CHECK ((rule_version >= 0)),
    CONSTRAINT talk_case_answered_by_another CHECK ((((answered_at IS NOT NULL) AND (answered_by_id IS NOT NULL) AND (appealed_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['RESTORED'::character varying, 'UPHELD'::character varying])::text[])) AND (NOT ((answer)::text = ''::text)) AND (NOT ((answered_by_id = decided_by_id) AND (answered_by_id IS NOT NULL)))) OR ((NOT ((state)::text = ANY ((ARRAY['RESTORED'::character varying, 'UPHELD'::character varying])::text[]))) AND (answered_at IS NULL) AND (answered_by_id IS NULL)))),
    CONSTRAINT talk_case_appeal_has_moment CHECK (((((appeal)::text = ''::text) AND (appealed_at IS NULL)) OR ((NOT ((appeal)::text = ''::text)) AND (appealed_at IS NOT NULL)))),
    CONSTRAINT talk_case_decided_by_another CHECK ((NOT (decided_by_id = writer_id))),
    CONSTRAINT talk_case_has_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT talk_case_rule_known CHECK (((rule)::text = ANY ((ARRAY['WORD'::character varying, 'CONTACT_PHONE'::character varying, 'CONTACT_NAME'::character varying, 'CONTACT_LINK'::character varying, 'CONTACT_CODE'::character varying, 'AD_LABEL'::character varying, 'AI_LABEL'::character varying, 'MODEL'::character varying, 'FALSE_CLAIM'::character varying, 'FORBIDDEN_GOODS'::character varying, 'ABUSE'::character varying, 'STOLEN'::character varying, 'MINORS'::character varying, 'OTHER'::character varying])::text[]))),
    CONSTRAINT talk_case_state_known CHECK (((state)::text = ANY ((ARRAY['TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'RESTORED'::character varying, 'UPHELD'::character varying])::text[])))
);

CREATE TABLE public.content_talkrule (
    creator_id uuid NOT NULL,
    who character varying(10) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT talk_rule_known CHECK (((who)::text = ANY ((ARRAY['EVERYBODY'::character varying, 'FOLLOWERS'::character varying, 'NOBODY'::character varying])::text[])))
);

CREATE TABLE public.content_taskprogress (
    id uuid NOT NULL,
    kind character varying(16) NOT NULL,
    counted bigint NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    enrolment_id uuid NOT NULL,
    told bigint,
    CONSTRAINT content_taskprogress_counted_check CHECK ((counted >= 0)),
    CONSTRAINT content_taskprogress_told_check CHECK ((told >= 0)),
    CONSTRAINT progress_kind_known CHECK (((kind)::text = ANY ((ARRAY['POSTS'::character varying, 'LIVES'::character varying, 'WATCH_MINUTES'::character varying, 'FANS'::character varying])::text[])))
);

CREATE TABLE public.content_taste (
    id bigint NOT NULL,
    weight double precision NOT NULL,
    at timestamp with time zone NOT NULL,
    creator_id uuid NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT taste_is_positive CHECK ((weight > (0.0)::double precision))
);

ALTER TABLE public.content_taste ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.content_taste_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.content_upload (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    state character varying(9) NOT NULL,
    name character varying(120) NOT NULL,
    bytes bigint NOT NULL,
    "offset" bigint NOT NULL,
    language character varying(8) NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    expires_wall_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    creator_id uuid NOT NULL,
    for_work_id uuid,
    CONSTRAINT upload_captions_name_video CHECK ((((for_work_id IS NOT NULL) AND ((kind)::text = 'CAPTIONS'::text) AND (NOT ((language)::text = ''::text))) OR ((NOT ((kind)::text = 'CAPTIONS'::text)) AND (for_work_id IS NULL) AND ((language)::text = ''::text)))),
    CONSTRAINT upload_complete_is_whole CHECK (((NOT ((state)::text = 'COMPLETE'::text)) OR ("offset" = bytes))),
    CONSTRAINT upload_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'OPEN'::text)) OR ((NOT ((state)::text = 'OPEN'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT upload_kind_known CHECK (((kind)::text = ANY ((ARRAY['VIDEO'::character varying, 'STILL'::character varying, 'CAPTIONS'::character varying])::text[]))),
    CONSTRAINT upload_offset_within CHECK (((bytes >= 1) AND ("offset" >= 0) AND ("offset" <= bytes))),
    CONSTRAINT upload_state_known CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'COMPLETE'::character varying, 'CANCELLED'::character varying, 'EXPIRED'::character varying])::text[])))
);

CREATE TABLE public.content_visit (
    id uuid NOT NULL,
    place character varying(12) NOT NULL,
    is_paid boolean NOT NULL,
    watch_ms integer NOT NULL,
    is_complete boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    person_id uuid,
    post_id uuid NOT NULL,
    believed_ms integer,
    formula smallint,
    CONSTRAINT content_visit_believed_ms_check CHECK ((believed_ms >= 0)),
    CONSTRAINT content_visit_formula_check CHECK ((formula >= 0)),
    CONSTRAINT content_visit_watch_ms_check CHECK ((watch_ms >= 0)),
    CONSTRAINT visit_believed_as_told_at_most CHECK ((believed_ms <= watch_ms)),
    CONSTRAINT visit_lasts_a_second CHECK (((watch_ms >= 1000) AND (watch_ms <= 3600000))),
    CONSTRAINT visit_place_known CHECK (((place)::text = ANY ((ARRAY['FOLLOWING'::character varying, 'RECOMMENDED'::character varying, 'BELT'::character varying, 'FIELD'::character varying, 'REGION'::character varying, 'PAGE'::character varying])::text[])))
);

CREATE TABLE public.content_work (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    state character varying(11) NOT NULL,
    origin character varying(6) NOT NULL,
    source_id uuid NOT NULL,
    language character varying(8) NOT NULL,
    file character varying(32) NOT NULL,
    percent smallint NOT NULL,
    cause character varying(16) NOT NULL,
    tries smallint NOT NULL,
    claimed_at timestamp with time zone,
    duration_ms integer NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    bytes bigint NOT NULL,
    has_sound boolean NOT NULL,
    covers integer NOT NULL,
    cover_ms integer NOT NULL,
    cover_wanted_ms integer,
    is_withheld boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    removed_at timestamp with time zone,
    cover_still_id uuid,
    creator_id uuid NOT NULL,
    for_work_id uuid,
    cover_cause character varying(16) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT content_work_covers_check CHECK ((covers >= 0)),
    CONSTRAINT content_work_height_check CHECK ((height >= 0)),
    CONSTRAINT content_work_percent_check CHECK ((percent >= 0)),
    CONSTRAINT content_work_tries_check CHECK ((tries >= 0)),
    CONSTRAINT content_work_width_check CHECK ((width >= 0)),
    CONSTRAINT work_captions_name_video CHECK ((((for_work_id IS NOT NULL) AND ((kind)::text = 'CAPTIONS'::text) AND (NOT ((language)::text = ''::text))) OR ((NOT ((kind)::text = 'CAPTIONS'::text)) AND (for_work_id IS NULL) AND ((language)::text = ''::text)))),
    CONSTRAINT work_cause_known CHECK (((cause)::text = ANY ((ARRAY[''::character varying, 'FORMAT'::character varying, 'UNREADABLE'::character varying, 'NO_VIDEO'::character varying, 'CODEC'::character varying, 'STREAMS'::character varying, 'PIXELS'::character varying, 'RATE'::character varying, 'TOO_LONG'::character varying, 'TOO_SHORT'::character varying, 'TRUNCATED'::character varying, 'CAPTIONS'::character varying, 'STUCK'::character varying, 'ENCODER'::character varying, 'DISK'::character varying, 'GONE'::character varying])::text[]))),
    CONSTRAINT work_claimed_is_under_way CHECK (((((state)::text = ANY ((ARRAY['PROBING'::character varying, 'TRANSCODING'::character varying])::text[])) AND (claimed_at IS NOT NULL)) OR ((cover_wanted_ms IS NOT NULL) AND ((state)::text = 'READY'::text)) OR ((claimed_at IS NULL) AND (NOT ((state)::text = ANY ((ARRAY['PROBING'::character varying, 'TRANSCODING'::character varying])::text[])))))),
    CONSTRAINT work_cover_cause_known CHECK (((cover_cause)::text = ANY ((ARRAY[''::character varying, 'FORMAT'::character varying, 'UNREADABLE'::character varying, 'NO_VIDEO'::character varying, 'CODEC'::character varying, 'STREAMS'::character varying, 'PIXELS'::character varying, 'RATE'::character varying, 'TOO_LONG'::character varying, 'TOO_SHORT'::character varying, 'TRUNCATED'::character varying, 'CAPTIONS'::character varying, 'STUCK'::character varying, 'ENCODER'::character varying, 'DISK'::character varying, 'GONE'::character varying])::text[]))),
    CONSTRAINT work_cover_is_of_a_video CHECK (((cover_wanted_ms IS NULL) OR ((cover_wanted_ms >= 0) AND (cover_wanted_ms <= duration_ms) AND ((kind)::text = 'VIDEO'::text) AND ((state)::text = 'READY'::text)))),
    CONSTRAINT work_failed_has_cause CHECK (((((state)::text = 'FAILED'::text) AND (NOT ((cause)::text = ''::text))) OR ((NOT ((state)::text = 'FAILED'::text)) AND ((cause)::text = ''::text)))),
    CONSTRAINT work_kind_known CHECK (((kind)::text = ANY ((ARRAY['VIDEO'::character varying, 'STILL'::character varying, 'CAPTIONS'::character varying])::text[]))),
    CONSTRAINT work_origin_known CHECK (((origin)::text = ANY ((ARRAY['UPLOAD'::character varying, 'CLIP'::character varying])::text[]))),
    CONSTRAINT work_percent_bounded CHECK ((percent <= 100)),
    CONSTRAINT work_ready_has_facts CHECK (((NOT ((state)::text = 'READY'::text)) OR ((ready_at IS NOT NULL) AND ((bytes > 0) OR (removed_at IS NOT NULL)) AND (((kind)::text = 'CAPTIONS'::text) OR ((height > 0) AND ((kind)::text = 'STILL'::text) AND (width > 0)) OR ((covers > 0) AND (duration_ms > 0) AND (height > 0) AND (width > 0)))))),
    CONSTRAINT work_state_known CHECK (((state)::text = ANY ((ARRAY['QUEUED'::character varying, 'PROBING'::character varying, 'TRANSCODING'::character varying, 'READY'::character varying, 'FAILED'::character varying, 'CANCELLED'::character varying])::text[]))),
    CONSTRAINT work_tried_thrice CHECK ((tries <= 3))
);

CREATE TABLE public.delivery_carrier_notice (
    id uuid NOT NULL,
    carrier character varying(16) NOT NULL,
    event_id character varying(80) NOT NULL,
    body bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    handled_at timestamp with time zone,
    shipment_id uuid NOT NULL
);

CREATE TABLE public.delivery_freight_rule (
    shop_id uuid NOT NULL,
    flat_fen bigint NOT NULL,
    free_over_fen bigint,
    by_region jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT freight_not_negative CHECK (((flat_fen >= 0) AND ((free_over_fen IS NULL) OR (free_over_fen >= 0))))
);

CREATE TABLE public.delivery_shipment (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    carrier character varying(16) NOT NULL,
    state character varying(16) NOT NULL,
    waybill_no character varying(40),
    address_sealed bytea NOT NULL,
    address_masked jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    heard_at timestamp with time zone,
    shipped_at timestamp with time zone,
    delivered_at timestamp with time zone,
    failure character varying(200) NOT NULL,
    CONSTRAINT shipment_delivered_has_moments CHECK (((NOT ((state)::text = 'DELIVERED'::text)) OR ((delivered_at IS NOT NULL) AND (shipped_at IS NOT NULL)))),
    CONSTRAINT shipment_moves_with_waybill CHECK ((((state)::text = 'CREATED'::text) OR (waybill_no IS NOT NULL))),
    CONSTRAINT shipment_state_known CHECK (((state)::text = ANY ((ARRAY['CREATED'::character varying, 'LABELLED'::character varying, 'PICKED_UP'::character varying, 'IN_TRANSIT'::character varying, 'OUT_FOR_DELIVERY'::character varying, 'DELIVERED'::character varying, 'EXCEPTION'::character varying, 'RETURNING'::character varying, 'RETURNED'::character varying, 'LOST'::character varying])::text[])))
);

CREATE TABLE public.delivery_shipment_line (
    line_no integer NOT NULL,
    quantity integer NOT NULL,
    shipment_id uuid NOT NULL,
    CONSTRAINT shipment_line_units CHECK ((quantity >= 1))
);

CREATE TABLE public.delivery_track_event (
    event_no integer NOT NULL,
    state character varying(16) NOT NULL,
    text character varying(200) NOT NULL,
    place character varying(80) NOT NULL,
    at timestamp with time zone NOT NULL,
    shipment_id uuid NOT NULL,
    CONSTRAINT track_event_state_known CHECK (((state)::text = ANY ((ARRAY['CREATED'::character varying, 'LABELLED'::character varying, 'PICKED_UP'::character varying, 'IN_TRANSIT'::character varying, 'OUT_FOR_DELIVERY'::character varying, 'DELIVERED'::character varying, 'EXCEPTION'::character varying, 'RETURNING'::character varying, 'RETURNED'::character varying, 'LOST'::character varying])::text[])))
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.event_log (
    generation integer DEFAULT public.event_generation_now() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    version smallint NOT NULL,
    subject text NOT NULL,
    body jsonb NOT NULL,
    at timestamp with time zone DEFAULT public.laotie_now() NOT NULL
);

ALTER TABLE public.event_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.event_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.event_position (
    consumer text NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    xid xid8 DEFAULT '0'::xid8 NOT NULL,
    id bigint DEFAULT 0 NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL,
    paced_rows double precision DEFAULT 0 NOT NULL,
    paced_s double precision DEFAULT 0 NOT NULL,
    CONSTRAINT event_position_paced_rows_check CHECK ((paced_rows >= (0)::double precision)),
    CONSTRAINT event_position_paced_s_check CHECK ((paced_s >= (0)::double precision))
);

CREATE VIEW public.event_reader AS
 WITH coming AS (
         SELECT ((count(*))::double precision / (GREATEST(EXTRACT(epoch FROM (public.laotie_now() - min(latest.at))), (1)::numeric))::double precision) AS rows_per_s
           FROM ( SELECT event_log.at
                   FROM public.event_log
                  ORDER BY event_log.id DESC
                 LIMIT 20000) latest
          WHERE (latest.at > (public.laotie_now() - '00:01:00'::interval))
        ), reader AS (
         SELECT p.consumer,
            ahead.rows AS rows_behind,
            COALESCE(coming.rows_per_s, (0)::double precision) AS coming,
            (GREATEST(COALESCE(EXTRACT(epoch FROM (public.laotie_now() - oldest.at)), (0)::numeric), (0)::numeric))::double precision AS oldest_s,
                CASE
                    WHEN (p.paced_s > (0)::double precision) THEN (p.paced_rows / p.paced_s)
                    ELSE NULL::double precision
                END AS pace
           FROM (((public.event_position p
             CROSS JOIN coming)
             CROSS JOIN LATERAL ( SELECT count(*) AS rows
                   FROM public.event_log e
                  WHERE (ROW(e.generation, e.xid, e.id) > ROW(p.generation, p.xid, p.id))) ahead)
             LEFT JOIN LATERAL ( SELECT e.at
                   FROM public.event_log e
                  WHERE (ROW(e.generation, e.xid, e.id) > ROW(p.generation, p.xid, p.id))
                  ORDER BY e.generation, e.xid, e.id
                 LIMIT 1) oldest ON (true))
        )
 SELECT consumer,
    rows_behind,
    oldest_s,
    pace,
    coming,
        CASE
            WHEN (rows_behind = 0) THEN (0)::double precision
            WHEN (pace <= coming) THEN 'Infinity'::double precision
            ELSE ((rows_behind)::double precision / (pace - coming))
        END AS drains_s
   FROM reader;

CREATE TABLE public.event_retry (
    consumer text NOT NULL,
    event_id bigint NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    state text DEFAULT 'WAITING'::text NOT NULL,
    cause text NOT NULL,
    next_at timestamp with time zone NOT NULL,
    CONSTRAINT event_retry_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'PARKED'::text, 'DONE'::text])))
);

CREATE TABLE public.integrations_app (
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    scopes character varying(16)[] NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    owner_id uuid NOT NULL,
    CONSTRAINT app_has_name CHECK ((NOT ((name)::text = ''::text))),
    CONSTRAINT app_scopes_known CHECK (((scopes <@ ARRAY['me:read'::character varying(16), 'me:write'::character varying(16), 'buy:read'::character varying(16), 'buy:write'::character varying(16), 'shop:read'::character varying(16), 'shop:write'::character varying(16), 'money:read'::character varying(16), 'money:write'::character varying(16), 'stage:read'::character varying(16), 'stage:write'::character varying(16), 'desk:read'::character varying(16), 'desk:write'::character varying(16)]) AND (
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0)))
);

CREATE TABLE public.integrations_attempt (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    status smallint,
    failure character varying(40) NOT NULL,
    answer character varying(500) NOT NULL,
    delivery_id uuid NOT NULL,
    CONSTRAINT attempt_has_one_outcome CHECK ((((status IS NULL) OR ((failure)::text = ''::text)) AND (1 = (
CASE
    WHEN (status IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN ((failure)::text = ''::text) THEN 1
    ELSE 0
END)))),
    CONSTRAINT integrations_attempt_status_check CHECK ((status >= 0))
);

CREATE TABLE public.integrations_delivery (
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    kind character varying(40) NOT NULL,
    body text NOT NULL,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    endpoint_id uuid NOT NULL,
    CONSTRAINT integrations_delivery_tries_check CHECK ((tries >= 0)),
    CONSTRAINT webhook_delivery_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'WAITING'::text)) OR ((NOT ((state)::text = 'WAITING'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT webhook_delivery_state_known CHECK (((state)::text = ANY ((ARRAY['WAITING'::character varying, 'DELIVERED'::character varying, 'FAILED'::character varying])::text[])))
);

CREATE TABLE public.integrations_endpoint (
    id uuid NOT NULL,
    url character varying(500) NOT NULL,
    kinds character varying(40)[] NOT NULL,
    key_id character varying(16) NOT NULL,
    sealed bytea NOT NULL,
    next_key_id character varying(16) NOT NULL,
    next_sealed bytea NOT NULL,
    next_from timestamp with time zone,
    failures integer NOT NULL,
    rests_until timestamp with time zone,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    made_by_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    CONSTRAINT endpoint_hears_something CHECK ((
CASE
    WHEN (kinds IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(kinds, 1), 0)
END > 0)),
    CONSTRAINT endpoint_next_secret_has_moment CHECK ((((next_from IS NULL) AND ((next_key_id)::text = ''::text)) OR ((NOT ((next_key_id)::text = ''::text)) AND (next_from IS NOT NULL)))),
    CONSTRAINT integrations_endpoint_failures_check CHECK ((failures >= 0))
);

CREATE TABLE public.integrations_orderofshop (
    order_id uuid NOT NULL,
    shop_id uuid NOT NULL
);

CREATE TABLE public.integrations_token (
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    scopes character varying(16)[] NOT NULL,
    hash bytea NOT NULL,
    hint character varying(4) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    used_at timestamp with time zone,
    ended_at timestamp with time zone,
    app_id uuid,
    person_id uuid NOT NULL,
    shop_id uuid,
    CONSTRAINT token_has_name CHECK ((NOT ((name)::text = ''::text))),
    CONSTRAINT token_scopes_known CHECK (((scopes <@ ARRAY['me:read'::character varying(16), 'me:write'::character varying(16), 'buy:read'::character varying(16), 'buy:write'::character varying(16), 'shop:read'::character varying(16), 'shop:write'::character varying(16), 'money:read'::character varying(16), 'money:write'::character varying(16), 'stage:read'::character varying(16), 'stage:write'::character varying(16), 'desk:read'::character varying(16), 'desk:write'::character varying(16)]) AND (
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0)))
);

CREATE TABLE public.job_failure (
    job_id bigint NOT NULL,
    cause text NOT NULL,
    failed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT job_failure_cause_check CHECK (((length(cause) >= 1) AND (length(cause) <= 500)))
);

ALTER TABLE public.led_account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.led_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.led_leg (
    txn_id uuid NOT NULL,
    n smallint NOT NULL,
    account_id bigint NOT NULL,
    amount_fen bigint NOT NULL,
    currency text NOT NULL,
    line_no smallint,
    role text DEFAULT ''::text NOT NULL,
    rule text DEFAULT ''::text NOT NULL,
    trace jsonb,
    CONSTRAINT led_leg_amount_fen_check CHECK ((amount_fen <> 0))
);

CREATE TABLE public.led_line (
    id bigint NOT NULL,
    line_no smallint NOT NULL,
    quantity integer NOT NULL,
    goods_fen bigint NOT NULL,
    merchant_coupon_fen bigint NOT NULL,
    platform_coupon_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    roles jsonb NOT NULL,
    refunded_units integer NOT NULL,
    freight_refunded boolean NOT NULL,
    order_id uuid NOT NULL,
    CONSTRAINT led_line_freight CHECK (((NOT freight_refunded) OR (refunded_units = quantity))),
    CONSTRAINT led_line_line_no_check CHECK ((line_no >= 0)),
    CONSTRAINT led_line_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT led_line_refunded_units_check CHECK ((refunded_units >= 0)),
    CONSTRAINT led_line_units CHECK ((refunded_units <= quantity))
);

ALTER TABLE public.led_line ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.led_line_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.led_order (
    order_id uuid NOT NULL,
    group_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    digest text NOT NULL,
    tech_bps smallint NOT NULL,
    channel_bps smallint NOT NULL,
    rule_version integer NOT NULL,
    paid_fen bigint NOT NULL,
    subsidy_fen bigint NOT NULL,
    state text NOT NULL,
    held_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    subsidy_back_fen bigint NOT NULL,
    captured_at timestamp with time zone NOT NULL,
    split_at timestamp with time zone,
    released_at timestamp with time zone,
    CONSTRAINT led_order_channel_bps_check CHECK ((channel_bps >= 0)),
    CONSTRAINT led_order_held CHECK ((held_fen >= 0)),
    CONSTRAINT led_order_refunded CHECK (((refunded_fen >= 0) AND (refunded_fen <= paid_fen))),
    CONSTRAINT led_order_rule_version_check CHECK ((rule_version >= 0)),
    CONSTRAINT led_order_state CHECK ((state = ANY (ARRAY['HELD'::text, 'SPLIT'::text, 'RELEASED'::text]))),
    CONSTRAINT led_order_subsidy CHECK (((subsidy_back_fen >= 0) AND (subsidy_back_fen <= subsidy_fen))),
    CONSTRAINT led_order_tech_bps_check CHECK ((tech_bps >= 0))
);

CREATE TABLE public.led_payout (
    payout_id uuid NOT NULL,
    party_kind text NOT NULL,
    party_id uuid NOT NULL,
    amount_fen bigint NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    hold_id uuid NOT NULL,
    state text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    reason text NOT NULL,
    account_id uuid,
    CONSTRAINT led_payout_amount CHECK ((amount_fen > 0)),
    CONSTRAINT led_payout_state CHECK ((state = ANY (ARRAY['REQUESTED'::text, 'SETTLED'::text, 'FAILED'::text, 'BOUNCED'::text])))
);

CREATE TABLE public.led_payout_account (
    account_id uuid NOT NULL,
    party_kind text NOT NULL,
    party_id uuid NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    bank text NOT NULL,
    holder_sealed bytea NOT NULL,
    holder_masked text NOT NULL,
    number_sealed bytea NOT NULL,
    number_masked text NOT NULL,
    set_by text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    usable_from timestamp with time zone NOT NULL,
    CONSTRAINT led_payout_account_kind CHECK ((((kind = 'bank'::text) AND (NOT (bank = ''::text))) OR ((bank = ''::text) AND (kind = 'provider'::text)))),
    CONSTRAINT led_payout_account_rests CHECK ((((usable_from >= set_at) AND (version = 1)) OR ((usable_from >= (set_at + '1 day'::interval)) AND (version > 1)))),
    CONSTRAINT led_payout_account_version_check CHECK ((version >= 0)),
    CONSTRAINT led_payout_account_whole CHECK (((NOT (party_kind = 'platform'::text)) AND (version >= 1) AND (NOT (number_masked = ''::text))))
);

CREATE TABLE public.led_policy (
    version integer NOT NULL,
    tech_bps smallint NOT NULL,
    channel_bps smallint NOT NULL,
    split_cap_bps smallint NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    CONSTRAINT led_policy_channel_bps_check CHECK ((channel_bps >= 0)),
    CONSTRAINT led_policy_rates CHECK (((channel_bps <= 10000) AND (split_cap_bps <= 10000) AND (tech_bps <= 10000))),
    CONSTRAINT led_policy_split_cap_bps_check CHECK ((split_cap_bps >= 0)),
    CONSTRAINT led_policy_tech_bps_check CHECK ((tech_bps >= 0))
);

ALTER TABLE public.led_policy ALTER COLUMN version ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.led_policy_version_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.led_txn (
    id uuid DEFAULT uuidv7() NOT NULL,
    book text DEFAULT 'main'::text NOT NULL,
    idem text NOT NULL,
    digest text NOT NULL,
    kind text NOT NULL,
    phase text NOT NULL,
    pending_id uuid,
    reverses_id uuid,
    order_id uuid,
    payment_id uuid,
    refund_id uuid,
    payout_id uuid,
    actor text NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT public.laotie_now() NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT led_txn_phase_check CHECK ((phase = ANY (ARRAY['posted'::text, 'pending'::text, 'post'::text, 'void'::text]))),
    CONSTRAINT led_txn_resolves CHECK (((pending_id IS NOT NULL) = (phase = ANY (ARRAY['post'::text, 'void'::text]))))
);

CREATE VIEW public.led_posting AS
 SELECT l.txn_id,
    l.n,
    t.kind,
    t.order_id,
    t.payment_id,
    t.refund_id,
    t.payout_id,
    t.effective_at,
    l.account_id,
    a.party_kind,
    a.party_id,
    a.kind AS account,
    a.currency,
    l.amount_fen,
    l.line_no,
    l.role,
    l.rule,
    l.trace
   FROM ((public.led_txn t
     JOIN public.led_leg l ON ((l.txn_id = t.id)))
     JOIN public.led_account a ON ((a.id = l.account_id)))
  WHERE (t.phase = ANY (ARRAY['posted'::text, 'post'::text]));

CREATE TABLE public.led_refund (
    refund_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    digest text NOT NULL,
    to_buyer_fen bigint NOT NULL,
    figures jsonb NOT NULL,
    state text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    order_id uuid,
    CONSTRAINT led_refund_amount CHECK ((to_buyer_fen >= 0)),
    CONSTRAINT led_refund_settled CHECK ((((settled_at IS NOT NULL) AND (state = 'SETTLED'::text)) OR ((NOT (state = 'SETTLED'::text)) AND (settled_at IS NULL)))),
    CONSTRAINT led_refund_state CHECK ((state = ANY (ARRAY['PAYABLE'::text, 'SETTLED'::text])))
);

CREATE TABLE public.legal_hold (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    reason text NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    lifted_because text DEFAULT ''::text NOT NULL,
    CONSTRAINT legal_hold_has_reason CHECK ((reason <> ''::text)),
    CONSTRAINT legal_hold_kind_known CHECK ((kind = ANY (ARRAY['room'::text, 'order'::text, 'person'::text]))),
    CONSTRAINT legal_hold_lifted_after_it CHECK ((lifted_at >= placed_at)),
    CONSTRAINT legal_hold_lifted_has_reason CHECK (((lifted_at IS NULL) = (lifted_because = ''::text)))
);

CREATE TABLE public.links_click (
    id uuid NOT NULL,
    surface character varying(16) NOT NULL,
    visitor bytea NOT NULL,
    is_paid boolean NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    went_at timestamp with time zone,
    person_id uuid,
    listing_id uuid NOT NULL,
    went_by bytea,
    CONSTRAINT click_goes_after_asking CHECK (((went_at IS NULL) OR (went_at >= asked_at))),
    CONSTRAINT click_surface CHECK (((surface)::text = ANY ((ARRAY['live_cart'::character varying, 'video_cart'::character varying, 'product_detail'::character varying, 'shop_home'::character varying, 'im_chat'::character varying, 'group'::character varying, 'search'::character varying, 'profile'::character varying])::text[])))
);

CREATE TABLE public.links_externalorder (
    id uuid NOT NULL,
    order_no character varying(64) NOT NULL,
    line_no character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    amount_fen bigint NOT NULL,
    estimated_fen bigint NOT NULL,
    actual_fen bigint,
    paid_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone NOT NULL,
    taken_in_at timestamp with time zone NOT NULL,
    click_id uuid,
    network_id uuid NOT NULL,
    "position" character varying(64) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT external_order_amounts CHECK (((amount_fen >= 0) AND (estimated_fen >= 0) AND ((actual_fen IS NULL) OR (actual_fen >= 0)))),
    CONSTRAINT external_order_has_number CHECK ((NOT ((order_no)::text = ''::text))),
    CONSTRAINT external_order_settled_has_commission CHECK (((NOT ((state)::text = 'SETTLED'::text)) OR (actual_fen IS NOT NULL))),
    CONSTRAINT external_order_state_known CHECK (((state)::text = ANY ((ARRAY['PAID'::character varying, 'RECEIVED'::character varying, 'SETTLED'::character varying, 'INVALID'::character varying])::text[]))),
    CONSTRAINT external_order_told_after_payment CHECK ((told_at >= paid_at))
);

CREATE TABLE public.links_listing (
    id uuid NOT NULL,
    surface character varying(16) NOT NULL,
    product_id uuid,
    place_id uuid,
    url character varying(2000) NOT NULL,
    price_fen bigint,
    state character varying(10) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    creator_id uuid,
    made_by_id uuid NOT NULL,
    shop_id uuid,
    network_id uuid NOT NULL,
    rule_id uuid,
    CONSTRAINT listing_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'PUBLISHED'::text)) OR ((ended_at IS NOT NULL) AND ((state)::text = 'ENDED'::text)))),
    CONSTRAINT listing_has_one_owner CHECK ((((shop_id IS NULL) OR (creator_id IS NULL)) AND (1 = (
CASE
    WHEN (shop_id IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (creator_id IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT listing_price CHECK (((price_fen IS NULL) OR (price_fen > 0))),
    CONSTRAINT listing_state_known CHECK (((state)::text = ANY ((ARRAY['PUBLISHED'::character varying, 'ENDED'::character varying])::text[]))),
    CONSTRAINT listing_surface CHECK (((surface)::text = ANY ((ARRAY['live_cart'::character varying, 'video_cart'::character varying, 'product_detail'::character varying, 'shop_home'::character varying, 'im_chat'::character varying, 'group'::character varying, 'search'::character varying, 'profile'::character varying])::text[])))
);

CREATE TABLE public.links_network (
    id uuid NOT NULL,
    code character varying(20) NOT NULL,
    name_zh character varying(40) NOT NULL,
    name_en character varying(40) NOT NULL,
    click_parameter character varying(30) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by_id uuid,
    CONSTRAINT network_code_plain CHECK (((code)::text ~ '^[a-z][a-z0-9_]{1,19}$'::text)),
    CONSTRAINT network_has_names CHECK (((NOT ((name_zh)::text = ''::text)) AND (NOT ((name_en)::text = ''::text))))
);

CREATE TABLE public.links_networkdomain (
    domain character varying(253) NOT NULL,
    network_id uuid NOT NULL,
    CONSTRAINT network_domain_plain CHECK (((domain)::text ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$'::text))
);

CREATE TABLE public.links_orderflaw (
    id uuid NOT NULL,
    order_no character varying(64) NOT NULL,
    line_no character varying(64) NOT NULL,
    reason character varying(20) NOT NULL,
    text character varying(200) NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    network_id uuid NOT NULL,
    CONSTRAINT order_flaw_has_reason CHECK ((NOT ((reason)::text = ''::text)))
);

CREATE TABLE public.links_orderreading (
    id uuid NOT NULL,
    lane character varying(7) NOT NULL,
    is_on boolean NOT NULL,
    read_to timestamp with time zone NOT NULL,
    until timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    claims bigint NOT NULL,
    tries integer NOT NULL,
    cause character varying(200) NOT NULL,
    failed_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    network_id uuid NOT NULL,
    halvings smallint DEFAULT 0 NOT NULL,
    CONSTRAINT links_orderreading_halvings_check CHECK ((halvings >= 0)),
    CONSTRAINT links_orderreading_tries_check CHECK ((tries >= 0)),
    CONSTRAINT order_reading_failed_has_cause CHECK (((((cause)::text = ''::text) AND (tries = 0)) OR ((tries > 0) AND (NOT ((cause)::text = ''::text))))),
    CONSTRAINT order_reading_lane_known CHECK (((lane)::text = ANY ((ARRAY['CHANGES'::character varying, 'NIGHT'::character varying])::text[]))),
    CONSTRAINT order_reading_of_the_night_ends CHECK (((((lane)::text = 'CHANGES'::text) AND (until IS NULL)) OR (((lane)::text = 'NIGHT'::text) AND (until >= read_to))))
);

CREATE TABLE public.links_preview (
    listing_id uuid NOT NULL,
    state character varying(8) NOT NULL,
    title character varying(120) NOT NULL,
    picture character varying(32) NOT NULL,
    cause character varying(20) NOT NULL,
    tries smallint NOT NULL,
    next_at timestamp with time zone NOT NULL,
    looked_at timestamp with time zone,
    judged_at timestamp with time zone,
    CONSTRAINT links_preview_tries_check CHECK ((tries >= 0)),
    CONSTRAINT preview_failed_has_cause CHECK (((NOT ((state)::text = 'FAILED'::text)) OR (NOT ((cause)::text = ''::text)))),
    CONSTRAINT preview_ready_has_title CHECK (((NOT ((state)::text = 'READY'::text)) OR (NOT ((title)::text = ''::text)))),
    CONSTRAINT preview_state_known CHECK (((state)::text = ANY ((ARRAY['WAITING'::character varying, 'READY'::character varying, 'FAILED'::character varying])::text[])))
);

CREATE TABLE public.links_rule (
    id uuid NOT NULL,
    surface character varying(16),
    effect character varying(5) NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    effective_to timestamp with time zone,
    reason character varying(200) NOT NULL,
    contract_id character varying(60) NOT NULL,
    version integer NOT NULL,
    published_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    drafted_by_id uuid NOT NULL,
    network_id uuid,
    published_by_id uuid NOT NULL,
    withdrawn_by_id uuid,
    CONSTRAINT link_rule_effect_known CHECK (((effect)::text = ANY ((ARRAY['allow'::character varying, 'deny'::character varying])::text[]))),
    CONSTRAINT link_rule_ends_after_it_begins CHECK (((effective_to IS NULL) OR (effective_to > effective_from))),
    CONSTRAINT link_rule_has_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT link_rule_reaches_no_past CHECK ((effective_from >= published_at)),
    CONSTRAINT link_rule_surface_known CHECK (((surface IS NULL) OR ((surface)::text = ANY ((ARRAY['live_cart'::character varying, 'video_cart'::character varying, 'product_detail'::character varying, 'shop_home'::character varying, 'im_chat'::character varying, 'group'::character varying, 'search'::character varying, 'profile'::character varying])::text[])))),
    CONSTRAINT link_rule_takes_two CHECK ((NOT (drafted_by_id = published_by_id))),
    CONSTRAINT link_rule_to_the_second CHECK (((((EXTRACT(microseconds FROM effective_from))::bigint % (1000000)::bigint) = 0) AND ((effective_to IS NULL) OR (((EXTRACT(microseconds FROM effective_to))::bigint % (1000000)::bigint) = 0)))),
    CONSTRAINT link_rule_withdrawn_before_it_begins CHECK ((((withdrawn_at IS NULL) AND (withdrawn_by_id IS NULL)) OR ((withdrawn_at < effective_from) AND (withdrawn_by_id IS NOT NULL)))),
    CONSTRAINT links_rule_version_check CHECK ((version >= 0))
);

CREATE TABLE public.links_warning (
    id uuid NOT NULL,
    cuts_at timestamp with time zone NOT NULL,
    networks character varying(20)[] NOT NULL,
    listings integer NOT NULL,
    state character varying(10) NOT NULL,
    told_at timestamp with time zone NOT NULL,
    called_off_at timestamp with time zone,
    creator_id uuid,
    rule_id uuid NOT NULL,
    shop_id uuid,
    CONSTRAINT link_warning_called_off_has_moment CHECK ((((called_off_at IS NULL) AND ((state)::text = 'WARNED'::text)) OR ((called_off_at IS NOT NULL) AND ((state)::text = 'CALLED_OFF'::text)))),
    CONSTRAINT link_warning_comes_before CHECK ((told_at < cuts_at)),
    CONSTRAINT link_warning_has_links CHECK ((listings >= 1)),
    CONSTRAINT link_warning_has_one_owner CHECK ((((shop_id IS NULL) OR (creator_id IS NULL)) AND (1 = (
CASE
    WHEN (shop_id IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (creator_id IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT link_warning_state_known CHECK (((state)::text = ANY ((ARRAY['WARNED'::character varying, 'CALLED_OFF'::character varying])::text[]))),
    CONSTRAINT links_warning_listings_check CHECK ((listings >= 0))
);

CREATE TABLE public.live_act (
    id uuid NOT NULL,
    deed character varying(12) NOT NULL,
    detail character varying(200) NOT NULL,
    done_at timestamp with time zone NOT NULL,
    about_id uuid,
    creator_id uuid NOT NULL,
    person_id uuid NOT NULL,
    room_id uuid,
    CONSTRAINT act_deed_known CHECK (((deed)::text = ANY ((ARRAY['muted'::character varying, 'sent_out'::character varying, 'forgiven'::character varying, 'taken_down'::character varying, 'pinned'::character varying, 'unpinned'::character varying, 'slowed'::character varying, 'forbade'::character varying, 'allowed'::character varying, 'stopped'::character varying, 'seated'::character varying, 'unseated'::character varying])::text[])))
);

CREATE TABLE public.live_blocklist (
    id uuid NOT NULL,
    words character varying(40)[] NOT NULL,
    creator_id uuid,
    CONSTRAINT block_list_bounded CHECK ((
CASE
    WHEN (words IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(words, 1), 0)
END <= 500))
);

CREATE TABLE public.live_catch (
    id uuid NOT NULL,
    claim_id uuid NOT NULL,
    caught_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    drop_id uuid NOT NULL
);

CREATE TABLE public.live_clip (
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    percent smallint NOT NULL,
    cause character varying(16) NOT NULL,
    tries smallint NOT NULL,
    claimed_at timestamp with time zone,
    milliseconds bigint NOT NULL,
    bytes bigint NOT NULL,
    is_shown boolean NOT NULL,
    wished_at timestamp with time zone NOT NULL,
    mark_id uuid NOT NULL,
    product_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT clip_cutting_is_claimed CHECK ((((claimed_at IS NOT NULL) AND ((state)::text = 'CUTTING'::text)) OR ((NOT ((state)::text = 'CUTTING'::text)) AND (claimed_at IS NULL)))),
    CONSTRAINT clip_failed_has_cause CHECK (((((state)::text = 'FAILED'::text) AND (NOT ((cause)::text = ''::text))) OR ((NOT ((state)::text = 'FAILED'::text)) AND ((cause)::text = ''::text)))),
    CONSTRAINT clip_percent_bounded CHECK ((percent <= 100)),
    CONSTRAINT clip_ready_has_length CHECK (((NOT ((state)::text = 'READY'::text)) OR ((bytes > 0) AND (milliseconds > 0)))),
    CONSTRAINT clip_shown_is_ready CHECK (((NOT is_shown) OR ((state)::text = 'READY'::text))),
    CONSTRAINT clip_state_known CHECK (((state)::text = ANY ((ARRAY['WAITING'::character varying, 'CUTTING'::character varying, 'READY'::character varying, 'FAILED'::character varying, 'REMOVED'::character varying])::text[]))),
    CONSTRAINT live_clip_percent_check CHECK ((percent >= 0)),
    CONSTRAINT live_clip_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.live_comment (
    id uuid NOT NULL,
    text character varying(120) NOT NULL,
    ref character varying(36) NOT NULL,
    seq bigint NOT NULL,
    said_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    person_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT comment_says_something CHECK ((NOT ((text)::text = ''::text)))
);

CREATE TABLE public.live_drop (
    id uuid NOT NULL,
    pieces integer NOT NULL,
    claimed integer NOT NULL,
    told_claimed integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    close_reason character varying(8) NOT NULL,
    coupon_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT drop_closed_has_reason CHECK (((((close_reason)::text = ''::text) AND (closed_at IS NULL)) OR (((close_reason)::text = ANY ((ARRAY['time'::character varying, 'gone'::character varying, 'closed'::character varying])::text[])) AND (closed_at IS NOT NULL)))),
    CONSTRAINT drop_makes_sense CHECK (((ends_at > opened_at) AND (pieces >= 1) AND (pieces <= 10000))),
    CONSTRAINT drop_within_pieces CHECK ((claimed <= pieces)),
    CONSTRAINT live_drop_claimed_check CHECK ((claimed >= 0)),
    CONSTRAINT live_drop_pieces_check CHECK ((pieces >= 0)),
    CONSTRAINT live_drop_told_claimed_check CHECK ((told_claimed >= 0))
);

CREATE TABLE public.live_entry (
    id uuid NOT NULL,
    no integer NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    place smallint,
    claim_id uuid,
    person_id uuid NOT NULL,
    giveaway_id uuid NOT NULL,
    CONSTRAINT entry_counts_from_one CHECK ((no >= 1)),
    CONSTRAINT entry_prize_only_for_winners CHECK (((claim_id IS NULL) OR (place IS NOT NULL))),
    CONSTRAINT live_entry_no_check CHECK ((no >= 0)),
    CONSTRAINT live_entry_place_check CHECK ((place >= 0))
);

CREATE TABLE public.live_flash (
    offer_id uuid NOT NULL,
    sku_id uuid NOT NULL,
    price_fen bigint NOT NULL,
    list_price_fen bigint NOT NULL,
    quantity integer NOT NULL,
    told_left integer NOT NULL,
    limit_per_buyer integer NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    close_reason character varying(10) NOT NULL,
    product_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT flash_closed_has_reason CHECK (((((close_reason)::text = ''::text) AND (closed_at IS NULL)) OR (((close_reason)::text = ANY ((ARRAY['time'::character varying, 'closed'::character varying])::text[])) AND (closed_at IS NOT NULL)))),
    CONSTRAINT flash_makes_sense CHECK (((ends_at > starts_at) AND (price_fen >= 1) AND (quantity >= 1))),
    CONSTRAINT live_flash_limit_per_buyer_check CHECK ((limit_per_buyer >= 0)),
    CONSTRAINT live_flash_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT live_flash_told_left_check CHECK ((told_left >= 0))
);

CREATE TABLE public.live_follow (
    id uuid NOT NULL,
    followed_at timestamp with time zone NOT NULL,
    creator_id uuid NOT NULL,
    person_id uuid NOT NULL,
    device character varying(16) DEFAULT ''::character varying NOT NULL,
    forged character varying(8) DEFAULT ''::character varying NOT NULL,
    judged_at timestamp with time zone,
    CONSTRAINT follow_forged_known CHECK (((forged)::text = ANY ((ARRAY[''::character varying, 'RATE'::character varying, 'BURST'::character varying, 'DEVICE'::character varying])::text[])))
);

CREATE TABLE public.live_frame (
    epoch integer NOT NULL,
    seq bigint NOT NULL,
    kind character varying(12) NOT NULL,
    body jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT frame_counts_from_one CHECK ((seq >= 1)),
    CONSTRAINT live_frame_epoch_check CHECK ((epoch >= 0))
);

CREATE TABLE public.live_framecounter (
    room_id uuid NOT NULL,
    epoch integer NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT live_framecounter_epoch_check CHECK ((epoch >= 0))
);

CREATE TABLE public.live_giveaway (
    id uuid NOT NULL,
    prize character varying(80) NOT NULL,
    winners smallint NOT NULL,
    rule character varying(8) NOT NULL,
    word character varying(20) NOT NULL,
    state character varying(10) NOT NULL,
    commitment character varying(64) NOT NULL,
    seed_sealed bytea NOT NULL,
    seed character varying(64) NOT NULL,
    entries integer NOT NULL,
    told_entries integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    coupon_id uuid,
    room_id uuid NOT NULL,
    CONSTRAINT giveaway_closed_has_moment CHECK (((((state)::text = 'OPEN'::text) AND (closed_at IS NULL)) OR ((NOT ((state)::text = 'OPEN'::text)) AND (closed_at IS NOT NULL)))),
    CONSTRAINT giveaway_makes_sense CHECK (((closes_at > opened_at) AND (winners >= 1) AND (winners <= 100) AND (NOT ((prize)::text = ''::text)))),
    CONSTRAINT giveaway_rule_known CHECK (((rule)::text = ANY ((ARRAY['word'::character varying, 'follow'::character varying, 'both'::character varying])::text[]))),
    CONSTRAINT giveaway_seed_shown_when_drawn CHECK (((((state)::text = 'DRAWN'::text) AND (NOT ((seed)::text = ''::text))) OR ((NOT ((state)::text = 'DRAWN'::text)) AND ((seed)::text = ''::text)))),
    CONSTRAINT giveaway_state_known CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'DRAWN'::character varying, 'CANCELLED'::character varying])::text[]))),
    CONSTRAINT giveaway_word_if_asked_for CHECK (((((rule)::text = 'follow'::text) AND ((word)::text = ''::text)) OR ((NOT ((rule)::text = 'follow'::text)) AND (NOT ((word)::text = ''::text))))),
    CONSTRAINT live_giveaway_entries_check CHECK ((entries >= 0)),
    CONSTRAINT live_giveaway_told_entries_check CHECK ((told_entries >= 0)),
    CONSTRAINT live_giveaway_winners_check CHECK ((winners >= 0))
);

CREATE TABLE public.live_ingestkey (
    id uuid NOT NULL,
    hash bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    room_id uuid NOT NULL
);

CREATE TABLE public.live_item (
    id uuid NOT NULL,
    no smallint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    product_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT item_no_bounded CHECK (((no >= 1) AND (no <= 100))),
    CONSTRAINT live_item_no_check CHECK ((no >= 0))
);

CREATE TABLE public.live_mark (
    id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    started_wall_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    stopped_wall_at timestamp with time zone,
    product_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT mark_stops_after_start CHECK ((((stopped_at IS NULL) AND (stopped_wall_at IS NULL)) OR ((stopped_at >= started_at) AND (stopped_wall_at IS NOT NULL))))
);

CREATE TABLE public.live_minute (
    minute timestamp with time zone NOT NULL,
    likes bigint NOT NULL,
    joins integer NOT NULL,
    viewers_peak integer NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT live_minute_joins_check CHECK ((joins >= 0)),
    CONSTRAINT live_minute_viewers_peak_check CHECK ((viewers_peak >= 0))
);

CREATE TABLE public.live_personsilence (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    until timestamp with time zone,
    decided_at timestamp with time zone NOT NULL,
    decided_by_id uuid,
    person_id uuid NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT silence_known CHECK (((kind)::text = ANY ((ARRAY['MUTED'::character varying, 'KICKED'::character varying])::text[])))
);

CREATE TABLE public.live_recording (
    room_id uuid NOT NULL,
    spans jsonb NOT NULL,
    milliseconds bigint NOT NULL,
    bytes bigint NOT NULL,
    told_at timestamp with time zone,
    is_hidden boolean NOT NULL,
    removed_at timestamp with time zone,
    remove_reason character varying(200) NOT NULL,
    CONSTRAINT recording_counts_up CHECK (((bytes >= 0) AND (milliseconds >= 0))),
    CONSTRAINT recording_removed_has_reason CHECK (((((remove_reason)::text = ''::text) AND (removed_at IS NULL)) OR ((removed_at IS NOT NULL) AND (NOT ((remove_reason)::text = ''::text)))))
);

CREATE TABLE public.live_reminder (
    id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    room_id uuid NOT NULL
);

CREATE TABLE public.live_room (
    id uuid NOT NULL,
    title character varying(60) NOT NULL,
    cover_url character varying(200) NOT NULL,
    state character varying(16) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    live_at timestamp with time zone,
    interrupted_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason character varying(200) NOT NULL,
    session uuid,
    slow_mode_s smallint NOT NULL,
    scheduled_at timestamp with time zone NOT NULL,
    creator_id uuid NOT NULL,
    shop_id uuid,
    public_wall_at timestamp with time zone,
    rehearsing_since timestamp with time zone,
    pinned_say uuid,
    revision integer DEFAULT 0 NOT NULL,
    occasion_id uuid,
    CONSTRAINT live_room_revision_check CHECK ((revision >= 0)),
    CONSTRAINT live_room_slow_mode_s_check CHECK ((slow_mode_s >= 0)),
    CONSTRAINT room_ended_has_moment CHECK (((NOT ((state)::text = ANY ((ARRAY['ENDED'::character varying, 'ARCHIVED'::character varying])::text[]))) OR (ended_at IS NOT NULL))),
    CONSTRAINT room_has_title CHECK ((NOT ((title)::text = ''::text))),
    CONSTRAINT room_interrupted_has_moment CHECK ((((interrupted_at IS NOT NULL) AND ((state)::text = 'INTERRUPTED'::text)) OR ((NOT ((state)::text = 'INTERRUPTED'::text)) AND (interrupted_at IS NULL)))),
    CONSTRAINT room_on_air_has_start CHECK (((NOT ((state)::text = ANY ((ARRAY['INTERRUPTED'::character varying, 'LIVE'::character varying])::text[]))) OR (live_at IS NOT NULL))),
    CONSTRAINT room_rehearses_before_its_show CHECK (((rehearsing_since IS NULL) OR ((state)::text = 'SCHEDULED'::text))),
    CONSTRAINT room_slow_mode_bounded CHECK ((slow_mode_s <= 300)),
    CONSTRAINT room_state_known CHECK (((state)::text = ANY ((ARRAY['SCHEDULED'::character varying, 'PREVIEW'::character varying, 'LIVE'::character varying, 'INTERRUPTED'::character varying, 'ENDED'::character varying, 'ARCHIVED'::character varying, 'SUSPENDED'::character varying, 'BANNED'::character varying])::text[])))
);

CREATE TABLE public.live_sale (
    order_id uuid NOT NULL,
    units integer NOT NULL,
    paid_fen bigint NOT NULL,
    paid_at timestamp with time zone NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT live_sale_units_check CHECK ((units >= 0))
);

CREATE TABLE public.live_scriptcard (
    id uuid NOT NULL,
    title character varying(40) NOT NULL,
    text character varying(2000) NOT NULL,
    no smallint NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    product_id uuid,
    room_id uuid NOT NULL,
    CONSTRAINT live_scriptcard_no_check CHECK ((no >= 0)),
    CONSTRAINT script_about_a_product_or_titled CHECK ((((product_id IS NULL) AND (NOT ((title)::text = ''::text))) OR ((product_id IS NOT NULL) AND ((title)::text = ''::text)))),
    CONSTRAINT script_says_something CHECK ((NOT ((text)::text = ''::text)))
);

CREATE TABLE public.live_seat (
    id uuid NOT NULL,
    duties character varying(12)[] NOT NULL,
    given_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone,
    creator_id uuid NOT NULL,
    person_id uuid NOT NULL,
    CONSTRAINT seat_duties_known CHECK (((duties <@ ARRAY['silence'::character varying(12), 'take_down'::character varying(12), 'pin'::character varying(12), 'slow'::character varying(12), 'words'::character varying(12), 'stop'::character varying(12), 'script'::character varying(12)]) AND (
CASE
    WHEN (duties IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(duties, 1), 0)
END >= 1)))
);

CREATE TABLE public.live_session (
    id uuid NOT NULL,
    door character varying(10) NOT NULL,
    video character varying(20) NOT NULL,
    audio character varying(20) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying(200) NOT NULL,
    took_over uuid,
    heard_at timestamp with time zone NOT NULL,
    health jsonb NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT live_session_height_check CHECK ((height >= 0)),
    CONSTRAINT live_session_width_check CHECK ((width >= 0))
);

CREATE TABLE public.live_signalminute (
    room_id uuid NOT NULL,
    minute timestamp with time zone NOT NULL,
    samples integer NOT NULL,
    bits_per_second_sum bigint NOT NULL,
    least_fps double precision NOT NULL,
    longest_key_frame_s double precision NOT NULL,
    silent_samples integer NOT NULL,
    warnings character varying(16)[] NOT NULL,
    CONSTRAINT live_signalminute_samples_check CHECK ((samples >= 0)),
    CONSTRAINT live_signalminute_silent_samples_check CHECK ((silent_samples >= 0)),
    CONSTRAINT signal_minute_has_samples CHECK (((samples >= 1) AND (silent_samples <= samples)))
);

CREATE TABLE public.live_spentticket (
    id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.live_stop (
    id uuid NOT NULL,
    reason character varying(200) NOT NULL,
    can_resume boolean NOT NULL,
    stopped_at timestamp with time zone NOT NULL,
    lifted_at timestamp with time zone,
    is_over boolean NOT NULL,
    person_id uuid,
    room_id uuid NOT NULL,
    CONSTRAINT stop_has_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT stop_lifted_after_it CHECK (((lifted_at IS NULL) OR (lifted_at >= stopped_at)))
);

CREATE TABLE public.live_summary (
    room_id uuid NOT NULL,
    figures jsonb NOT NULL,
    minutes jsonb NOT NULL,
    items jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE TABLE public.live_tally (
    id bigint NOT NULL,
    source uuid NOT NULL,
    likes integer NOT NULL,
    joins integer NOT NULL,
    viewers integer NOT NULL,
    at timestamp with time zone NOT NULL,
    wall_at timestamp with time zone NOT NULL,
    room_id uuid NOT NULL,
    CONSTRAINT live_tally_joins_check CHECK ((joins >= 0)),
    CONSTRAINT live_tally_likes_check CHECK ((likes >= 0)),
    CONSTRAINT live_tally_viewers_check CHECK ((viewers >= 0))
);

ALTER TABLE public.live_tally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.live_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.oversight_complaint (
    id uuid NOT NULL,
    ref character varying(60) NOT NULL,
    cause character varying(12) NOT NULL,
    text character varying(500) NOT NULL,
    state character varying(12) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    answer character varying(200) NOT NULL,
    decided_by_id uuid,
    person_id uuid NOT NULL,
    CONSTRAINT complaint_cause CHECK (((cause)::text = ANY ((ARRAY['fake'::character varying, 'forbidden'::character varying, 'misleading'::character varying, 'abuse'::character varying, 'outside'::character varying, 'rights'::character varying, 'minor'::character varying, 'other'::character varying])::text[]))),
    CONSTRAINT complaint_ends_with_a_reason CHECK ((((decided_at IS NULL) AND ((state)::text = 'OPEN'::text)) OR ((decided_at IS NOT NULL) AND ((state)::text = 'WITHDRAWN'::text)) OR ((decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL) AND (NOT ((answer)::text = ''::text))))),
    CONSTRAINT complaint_state CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'UPHELD'::character varying, 'DISMISSED'::character varying, 'WITHDRAWN'::character varying])::text[])))
);

CREATE TABLE public.oversight_proposal (
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    facts jsonb NOT NULL,
    reason character varying(200) NOT NULL,
    state character varying(12) NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    answer character varying(200) NOT NULL,
    decided_by_id uuid,
    proposed_by_id uuid NOT NULL,
    CONSTRAINT proposal_confirmed_by_another CHECK ((NOT ((decided_by_id = proposed_by_id) AND (decided_by_id IS NOT NULL) AND ((state)::text = 'CONFIRMED'::text)))),
    CONSTRAINT proposal_ends_once CHECK ((((decided_at IS NULL) AND ((state)::text = 'PROPOSED'::text)) OR ((decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL)))),
    CONSTRAINT proposal_kind CHECK (((kind)::text = ANY ((ARRAY['fees'::character varying, 'platform_coupon'::character varying, 'link_rule'::character varying, 'programme'::character varying])::text[]))),
    CONSTRAINT proposal_state CHECK (((state)::text = ANY ((ARRAY['PROPOSED'::character varying, 'CONFIRMED'::character varying, 'REFUSED'::character varying])::text[])))
);

CREATE TABLE public.pay_bill_file (
    id uuid NOT NULL,
    channel text NOT NULL,
    day date NOT NULL,
    sha256 character varying(64) NOT NULL,
    body bytea NOT NULL,
    is_final boolean NOT NULL,
    fetched_at timestamp with time zone NOT NULL
);

CREATE TABLE public.pay_bill_line (
    id uuid NOT NULL,
    channel text NOT NULL,
    day date NOT NULL,
    line_key text NOT NULL,
    kind text NOT NULL,
    out_no text NOT NULL,
    amount_fen bigint NOT NULL,
    fee_fen bigint NOT NULL,
    currency character varying(3) NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    file_id uuid NOT NULL
);

CREATE TABLE public.pay_notice (
    id uuid NOT NULL,
    channel text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    out_no text NOT NULL,
    body bytea NOT NULL,
    headers jsonb NOT NULL,
    received_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    next_at timestamp with time zone NOT NULL,
    cause text NOT NULL,
    CONSTRAINT pay_notice_state CHECK ((state = ANY (ARRAY['RECEIVED'::text, 'HANDLED'::text, 'PARKED'::text]))),
    CONSTRAINT pay_notice_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.pay_payment (
    id uuid NOT NULL,
    group_id uuid NOT NULL,
    attempt smallint NOT NULL,
    channel text NOT NULL,
    out_no text NOT NULL,
    payer_id uuid NOT NULL,
    amount_fen bigint NOT NULL,
    currency character varying(3) NOT NULL,
    subject character varying(120) NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    pay_by timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    answered_at timestamp with time zone,
    provider_no text NOT NULL,
    pay_url text NOT NULL,
    next_query_at timestamp with time zone,
    queries integer NOT NULL,
    close_reason text NOT NULL,
    captured_at timestamp with time zone,
    provider_paid_at timestamp with time zone,
    fee_fen bigint NOT NULL,
    refund_fen bigint NOT NULL,
    refunded_fen bigint NOT NULL,
    CONSTRAINT pay_payment_amount CHECK ((amount_fen > 0)),
    CONSTRAINT pay_payment_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT pay_payment_captured CHECK ((((captured_at IS NOT NULL) AND (state = ANY (ARRAY['SUCCEEDED'::text, 'PARTLY_REFUNDED'::text, 'REFUNDED'::text]))) OR ((captured_at IS NULL) AND (refund_fen = 0) AND (state = ANY (ARRAY['CREATED'::text, 'PENDING'::text, 'FAILED'::text, 'CLOSED'::text]))))),
    CONSTRAINT pay_payment_queries_check CHECK ((queries >= 0)),
    CONSTRAINT pay_payment_refunded_within_refunds CHECK (((refunded_fen >= 0) AND (refunded_fen <= refund_fen))),
    CONSTRAINT pay_payment_refunds_within_paid CHECK (((refund_fen >= 0) AND (refund_fen <= amount_fen))),
    CONSTRAINT pay_payment_state CHECK ((state = ANY (ARRAY['CREATED'::text, 'PENDING'::text, 'SUCCEEDED'::text, 'PARTLY_REFUNDED'::text, 'REFUNDED'::text, 'FAILED'::text, 'CLOSED'::text])))
);

CREATE TABLE public.pay_recon_item (
    id uuid NOT NULL,
    channel text NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    out_no text NOT NULL,
    status text NOT NULL,
    cause text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    line_id uuid,
    CONSTRAINT pay_recon_item_line CHECK ((((line_id IS NULL) AND (status = 'MISSING_THERE'::text)) OR ((NOT (status = 'MISSING_THERE'::text)) AND (line_id IS NOT NULL)))),
    CONSTRAINT pay_recon_item_status CHECK ((status = ANY (ARRAY['MATCHED'::text, 'TIMING'::text, 'MISSING_HERE'::text, 'MISSING_THERE'::text, 'AMOUNT_DIFF'::text, 'DUPLICATE'::text])))
);

CREATE TABLE public.pay_refund (
    id uuid NOT NULL,
    channel text NOT NULL,
    out_no text NOT NULL,
    attempt smallint NOT NULL,
    amount_fen bigint NOT NULL,
    currency character varying(3) NOT NULL,
    note character varying(120) NOT NULL,
    state text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    provider_no text NOT NULL,
    provider_at timestamp with time zone,
    ended_at timestamp with time zone,
    failure text NOT NULL,
    payment_id uuid NOT NULL,
    CONSTRAINT pay_refund_amount CHECK ((amount_fen > 0)),
    CONSTRAINT pay_refund_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT pay_refund_ended CHECK ((((ended_at IS NOT NULL) AND (state = ANY (ARRAY['SETTLED'::text, 'FAILED'::text]))) OR ((ended_at IS NULL) AND (state = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text, 'PROCESSING'::text]))))),
    CONSTRAINT pay_refund_state CHECK ((state = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text, 'PROCESSING'::text, 'SETTLED'::text, 'FAILED'::text]))),
    CONSTRAINT pay_refund_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.pay_refused_notice (
    id uuid NOT NULL,
    channel text NOT NULL,
    reason text NOT NULL,
    key_id character varying(80) NOT NULL,
    sender character varying(60) NOT NULL,
    body_sha256 character varying(64) NOT NULL,
    body_start character varying(500) NOT NULL,
    refused_at timestamp with time zone NOT NULL
);

CREATE TABLE public.pay_transfer (
    id uuid NOT NULL,
    channel text NOT NULL,
    out_no text NOT NULL,
    attempt smallint NOT NULL,
    amount_fen bigint NOT NULL,
    currency character varying(3) NOT NULL,
    note character varying(120) NOT NULL,
    state text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    provider_no text NOT NULL,
    provider_at timestamp with time zone,
    ended_at timestamp with time zone,
    failure text NOT NULL,
    party_ref text NOT NULL,
    CONSTRAINT pay_transfer_amount CHECK ((amount_fen > 0)),
    CONSTRAINT pay_transfer_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT pay_transfer_ended CHECK ((((ended_at IS NOT NULL) AND (state = ANY (ARRAY['SETTLED'::text, 'FAILED'::text]))) OR ((ended_at IS NULL) AND (state = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text, 'PROCESSING'::text]))))),
    CONSTRAINT pay_transfer_state CHECK ((state = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text, 'PROCESSING'::text, 'SETTLED'::text, 'FAILED'::text]))),
    CONSTRAINT pay_transfer_tries_check CHECK ((tries >= 0))
);

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.remembered_answer (
    scope text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    status smallint NOT NULL,
    body jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.run (
    id uuid NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    owner_id uuid NOT NULL,
    shop_id uuid,
    shop_right text DEFAULT ''::text NOT NULL,
    language text NOT NULL,
    arguments jsonb NOT NULL,
    state text DEFAULT 'WAITING'::text NOT NULL,
    is_prepared boolean DEFAULT false NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" jsonb DEFAULT '{}'::jsonb NOT NULL,
    holder uuid,
    result_file text DEFAULT ''::text NOT NULL,
    result_name text DEFAULT ''::text NOT NULL,
    errors_file text DEFAULT ''::text NOT NULL,
    errors_name text DEFAULT ''::text NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    moved_at timestamp with time zone,
    cancel_asked_at timestamp with time zone,
    ended_at timestamp with time zone,
    kept_until timestamp with time zone NOT NULL,
    CONSTRAINT run_done_has_all CHECK (((state <> 'DONE'::text) OR (done = total))),
    CONSTRAINT run_done_within_total CHECK (((done >= 0) AND ((total IS NULL) OR (done <= total)))),
    CONSTRAINT run_ended_has_moment CHECK (((state = ANY (ARRAY['DONE'::text, 'FAILED'::text, 'CANCELLED'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT run_kept_after_asking CHECK ((kept_until > asked_at)),
    CONSTRAINT run_right_of_shop CHECK (((shop_id IS NULL) = (shop_right = ''::text))),
    CONSTRAINT run_state_known CHECK ((state = ANY (ARRAY['WAITING'::text, 'RUNNING'::text, 'DONE'::text, 'FAILED'::text, 'CANCELLED'::text])))
);

CREATE TABLE public.run_note (
    run_id uuid NOT NULL,
    row_no integer NOT NULL,
    note_no smallint DEFAULT 0 NOT NULL,
    is_error boolean NOT NULL,
    field text DEFAULT ''::text NOT NULL,
    said text NOT NULL
);

CREATE TABLE public.trade_cart_line (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    sku_id uuid NOT NULL,
    quantity integer NOT NULL,
    room_id uuid,
    creator_id uuid,
    seen_fen bigint NOT NULL,
    is_chosen boolean NOT NULL,
    quote_id uuid,
    put_at timestamp with time zone NOT NULL,
    post_id uuid,
    CONSTRAINT cart_line_post_has_its_creator CHECK (((post_id IS NULL) OR (creator_id IS NOT NULL))),
    CONSTRAINT cart_line_price CHECK ((seen_fen >= 0)),
    CONSTRAINT cart_line_quantity CHECK (((quantity >= 1) AND (quantity <= 99))),
    CONSTRAINT cart_line_room_has_its_host CHECK (((room_id IS NULL) OR (creator_id IS NOT NULL)))
);

CREATE TABLE public.trade_checkout (
    id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    key character varying(80) NOT NULL,
    digest character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    total_fen bigint NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    pay_by timestamp with time zone NOT NULL,
    payment_id uuid,
    paid_at timestamp with time zone,
    closed_at timestamp with time zone,
    close_reason character varying(10),
    CONSTRAINT checkout_state_has_its_moments CHECK ((((closed_at IS NULL) AND (paid_at IS NULL) AND ((state)::text = 'OPEN'::text)) OR ((closed_at IS NULL) AND (paid_at IS NOT NULL) AND (payment_id IS NOT NULL) AND ((state)::text = 'PAID'::text)) OR (((close_reason)::text = ANY ((ARRAY['cancelled'::character varying, 'expired'::character varying])::text[])) AND (closed_at IS NOT NULL) AND (paid_at IS NULL) AND ((state)::text = 'CLOSED'::text)))),
    CONSTRAINT checkout_state_known CHECK (((state)::text = ANY ((ARRAY['OPEN'::character varying, 'PAID'::character varying, 'CLOSED'::character varying])::text[]))),
    CONSTRAINT checkout_total_positive CHECK ((total_fen >= 1))
);

CREATE TABLE public.trade_coupon (
    id uuid NOT NULL,
    shop_id uuid,
    name_zh character varying(40) NOT NULL,
    name_en character varying(40) NOT NULL,
    off_fen bigint NOT NULL,
    min_goods_fen bigint NOT NULL,
    budget_fen bigint NOT NULL,
    claimed integer NOT NULL,
    limit_per_buyer integer NOT NULL,
    claim_from timestamp with time zone NOT NULL,
    claim_until timestamp with time zone NOT NULL,
    use_from timestamp with time zone NOT NULL,
    use_until timestamp with time zone NOT NULL,
    after_refund character varying(8) NOT NULL,
    closed_at timestamp with time zone,
    issued_by_id uuid,
    issued_at timestamp with time zone NOT NULL,
    reserved integer DEFAULT 0 NOT NULL,
    kind character varying(8) DEFAULT 'amount'::character varying NOT NULL,
    product_ids uuid[],
    rate_bps integer,
    CONSTRAINT coupon_after_refund_known CHECK (((after_refund)::text = ANY ((ARRAY['return'::character varying, 'burn'::character varying])::text[]))),
    CONSTRAINT coupon_kind_known CHECK (((kind)::text = ANY ((ARRAY['amount'::character varying, 'percent'::character varying])::text[]))),
    CONSTRAINT coupon_leaves_something_to_pay CHECK (((((kind)::text = 'amount'::text) AND (min_goods_fen > off_fen) AND (off_fen >= 1) AND (rate_bps IS NULL)) OR (((kind)::text = 'percent'::text) AND (min_goods_fen >= 1) AND (off_fen >= 1) AND (rate_bps >= 1) AND (rate_bps IS NOT NULL) AND (rate_bps <= 9999)))),
    CONSTRAINT coupon_limit_positive CHECK ((limit_per_buyer >= 1)),
    CONSTRAINT coupon_names_products_or_all CHECK (((product_ids IS NULL) OR (
CASE
    WHEN (product_ids IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(product_ids, 1), 0)
END >= 1))),
    CONSTRAINT coupon_windows_open CHECK (((claim_until > claim_from) AND (use_until > use_from))),
    CONSTRAINT coupon_within_budget CHECK (((claimed >= 0) AND (reserved >= 0) AND (budget_fen >= ((claimed + reserved) * off_fen))))
);

CREATE TABLE public.trade_coupon_claim (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    nth integer NOT NULL,
    state character varying(8) NOT NULL,
    group_id uuid,
    claimed_at timestamp with time zone NOT NULL,
    coupon_id uuid NOT NULL,
    CONSTRAINT coupon_claim_names_its_checkout CHECK ((((group_id IS NULL) AND ((state)::text = 'CLAIMED'::text)) OR ((NOT ((state)::text = 'CLAIMED'::text)) AND (group_id IS NOT NULL)))),
    CONSTRAINT coupon_claim_state_known CHECK (((state)::text = ANY ((ARRAY['CLAIMED'::character varying, 'USED'::character varying, 'BURNT'::character varying])::text[])))
);

CREATE TABLE public.trade_invoice (
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    state character varying(12) NOT NULL,
    kind character varying(8) NOT NULL,
    title character varying(100) NOT NULL,
    tax_no character varying(20) NOT NULL,
    amount_fen bigint NOT NULL,
    number character varying(20) NOT NULL,
    red_number character varying(20) NOT NULL,
    reason character varying(200) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    issued_at timestamp with time zone,
    ended_at timestamp with time zone,
    decided_by_id uuid,
    order_id uuid NOT NULL,
    CONSTRAINT invoice_amount_positive CHECK ((amount_fen >= 1)),
    CONSTRAINT invoice_ended_has_moment CHECK (((((state)::text = ANY ((ARRAY['REQUESTED'::character varying, 'ISSUED'::character varying, 'RED_DUE'::character varying])::text[])) AND (ended_at IS NULL)) OR ((NOT ((state)::text = ANY ((ARRAY['REQUESTED'::character varying, 'ISSUED'::character varying, 'RED_DUE'::character varying])::text[]))) AND (ended_at IS NOT NULL)))),
    CONSTRAINT invoice_issued_has_number CHECK (((((state)::text = ANY ((ARRAY['ISSUED'::character varying, 'RED_DUE'::character varying, 'RED'::character varying])::text[])) AND (NOT ((number)::text = ''::text)) AND (issued_at IS NOT NULL)) OR ((NOT ((state)::text = ANY ((ARRAY['ISSUED'::character varying, 'RED_DUE'::character varying, 'RED'::character varying])::text[]))) AND (issued_at IS NULL) AND ((number)::text = ''::text)))),
    CONSTRAINT invoice_kind_known CHECK (((kind)::text = ANY ((ARRAY['personal'::character varying, 'company'::character varying])::text[]))),
    CONSTRAINT invoice_of_company_has_tax_number CHECK (((NOT ((kind)::text = 'company'::text)) OR (NOT ((tax_no)::text = ''::text)))),
    CONSTRAINT invoice_red_has_number CHECK (((((state)::text = 'RED'::text) AND (NOT ((red_number)::text = ''::text))) OR ((NOT ((state)::text = 'RED'::text)) AND ((red_number)::text = ''::text)))),
    CONSTRAINT invoice_refused_has_reason CHECK (((NOT ((state)::text = 'REFUSED'::text)) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT invoice_state_known CHECK (((state)::text = ANY ((ARRAY['REQUESTED'::character varying, 'ISSUED'::character varying, 'RED_DUE'::character varying, 'RED'::character varying, 'REFUSED'::character varying, 'CLOSED'::character varying])::text[])))
);

CREATE TABLE public.trade_invoice_file (
    invoice_id uuid NOT NULL,
    body bytea NOT NULL,
    digest character varying(64) NOT NULL,
    kept_at timestamp with time zone NOT NULL
);

CREATE TABLE public.trade_lost_payment (
    refund_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    group_id uuid NOT NULL,
    amount_fen bigint NOT NULL,
    cause character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT lost_payment_positive CHECK ((amount_fen >= 1))
);

CREATE TABLE public.trade_offer_stock (
    offer_id uuid NOT NULL,
    sku_id uuid NOT NULL,
    quantity integer,
    limit_per_buyer integer,
    sold integer NOT NULL,
    CONSTRAINT offer_stock_never_oversold CHECK (((sold >= 0) AND ((quantity IS NULL) OR (sold <= quantity))))
)
WITH (fillfactor='20');

CREATE TABLE public.trade_order (
    id uuid NOT NULL,
    number character varying(20) NOT NULL,
    shop_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    room_id uuid,
    creator_id uuid,
    state character varying(16) NOT NULL,
    goods_fen bigint NOT NULL,
    merchant_coupon_fen bigint NOT NULL,
    platform_coupon_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    total_fen bigint NOT NULL,
    refunded_fen bigint DEFAULT 0 NOT NULL,
    tech_bps integer NOT NULL,
    channel_bps integer NOT NULL,
    rule_version integer NOT NULL,
    region_code character varying(12) NOT NULL,
    address_sealed bytea NOT NULL,
    address_masked jsonb NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    shipped_at timestamp with time zone,
    receive_by timestamp with time zone,
    delivered_at timestamp with time zone,
    received_at timestamp with time zone,
    complete_by timestamp with time zone,
    completed_at timestamp with time zone,
    closed_at timestamp with time zone,
    close_reason character varying(10),
    group_id uuid NOT NULL,
    CONSTRAINT order_closed_has_reason CHECK (((((state)::text = ANY ((ARRAY['CLOSED_UNPAID'::character varying, 'CLOSED_REFUNDED'::character varying])::text[])) AND (close_reason IS NOT NULL) AND (closed_at IS NOT NULL)) OR ((NOT ((state)::text = ANY ((ARRAY['CLOSED_UNPAID'::character varying, 'CLOSED_REFUNDED'::character varying])::text[]))) AND (close_reason IS NULL) AND (closed_at IS NULL)))),
    CONSTRAINT order_completed_has_moment CHECK (((NOT ((state)::text = 'COMPLETED'::text)) OR (completed_at IS NOT NULL))),
    CONSTRAINT order_paid_has_moment CHECK (((((state)::text = ANY ((ARRAY['PENDING_PAYMENT'::character varying, 'CLOSED_UNPAID'::character varying])::text[])) AND (paid_at IS NULL) AND (refunded_fen = 0)) OR ((NOT ((state)::text = ANY ((ARRAY['PENDING_PAYMENT'::character varying, 'CLOSED_UNPAID'::character varying])::text[]))) AND (paid_at IS NOT NULL)))),
    CONSTRAINT order_received_has_deadline CHECK (((NOT ((state)::text = 'RECEIVED'::text)) OR ((complete_by IS NOT NULL) AND (received_at IS NOT NULL)))),
    CONSTRAINT order_refunds_within_payment CHECK (((refunded_fen >= 0) AND (refunded_fen <= total_fen))),
    CONSTRAINT order_shipped_has_deadline CHECK (((NOT ((state)::text = ANY ((ARRAY['SHIPPED'::character varying, 'DELIVERED'::character varying])::text[]))) OR ((receive_by IS NOT NULL) AND (shipped_at IS NOT NULL)))),
    CONSTRAINT order_state_known CHECK (((state)::text = ANY ((ARRAY['PENDING_PAYMENT'::character varying, 'PAID'::character varying, 'PARTLY_SHIPPED'::character varying, 'SHIPPED'::character varying, 'DELIVERED'::character varying, 'RECEIVED'::character varying, 'COMPLETED'::character varying, 'CLOSED_UNPAID'::character varying, 'CLOSED_REFUNDED'::character varying])::text[]))),
    CONSTRAINT order_total_adds_up CHECK (((total_fen = (((goods_fen - merchant_coupon_fen) - platform_coupon_fen) + freight_fen)) AND (freight_fen >= 0) AND (goods_fen >= 0) AND (merchant_coupon_fen >= 0) AND (platform_coupon_fen >= 0) AND (total_fen >= 0)))
);

CREATE TABLE public.trade_order_line (
    line_no integer NOT NULL,
    sku_id uuid NOT NULL,
    product_id uuid NOT NULL,
    offer_id uuid,
    quantity integer NOT NULL,
    unit_price_fen bigint NOT NULL,
    goods_fen bigint NOT NULL,
    merchant_coupon_fen bigint NOT NULL,
    platform_coupon_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    creator_id uuid,
    creator_bps integer NOT NULL,
    plan_id uuid,
    plan_version integer,
    creator_rule character varying(120) NOT NULL,
    title jsonb NOT NULL,
    spec jsonb NOT NULL,
    picture_url character varying(200) NOT NULL,
    buyer_id uuid NOT NULL,
    shipped_quantity integer DEFAULT 0 NOT NULL,
    released_quantity integer DEFAULT 0 NOT NULL,
    refunded_quantity integer DEFAULT 0 NOT NULL,
    freight_refunded boolean DEFAULT false NOT NULL,
    order_id uuid NOT NULL,
    post_id uuid,
    CONSTRAINT order_line_price_adds_up CHECK (((goods_fen = (unit_price_fen * quantity)) AND (unit_price_fen >= 1) AND (freight_fen >= 0) AND (goods_fen >= (merchant_coupon_fen + platform_coupon_fen)) AND (merchant_coupon_fen >= 0) AND (platform_coupon_fen >= 0))),
    CONSTRAINT order_line_refunded_once CHECK (((refunded_quantity >= 0) AND (refunded_quantity <= quantity))),
    CONSTRAINT order_line_units_add_up CHECK (((quantity >= (shipped_quantity + released_quantity)) AND (quantity >= 1) AND (released_quantity >= 0) AND (shipped_quantity >= 0)))
);

CREATE SEQUENCE public.trade_order_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 32;

CREATE TABLE public.trade_quote (
    id uuid NOT NULL,
    quote_id uuid NOT NULL,
    version integer NOT NULL,
    buyer_id uuid NOT NULL,
    room_id uuid,
    creator_id uuid,
    address_id uuid,
    address_sealed bytea,
    address_masked jsonb,
    region_code character varying(12),
    total_fen bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT quote_total_positive CHECK ((total_fen >= 1))
);

CREATE TABLE public.trade_quote_coupon (
    claim_id uuid NOT NULL,
    revision_id uuid NOT NULL
);

CREATE TABLE public.trade_quote_line (
    line_no integer NOT NULL,
    sku_id uuid NOT NULL,
    product_id uuid NOT NULL,
    offer_id uuid,
    quantity integer NOT NULL,
    unit_price_fen bigint NOT NULL,
    goods_fen bigint NOT NULL,
    merchant_coupon_fen bigint NOT NULL,
    platform_coupon_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    creator_id uuid,
    creator_bps integer NOT NULL,
    plan_id uuid,
    plan_version integer,
    creator_rule character varying(120) NOT NULL,
    title jsonb NOT NULL,
    spec jsonb NOT NULL,
    picture_url character varying(200) NOT NULL,
    order_id uuid NOT NULL,
    price_version integer NOT NULL,
    list_price_fen bigint NOT NULL,
    revision_id uuid NOT NULL,
    post_id uuid
);

CREATE TABLE public.trade_quote_order (
    order_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    goods_fen bigint NOT NULL,
    merchant_coupon_fen bigint NOT NULL,
    platform_coupon_fen bigint NOT NULL,
    freight_fen bigint NOT NULL,
    total_fen bigint NOT NULL,
    tech_bps integer NOT NULL,
    channel_bps integer NOT NULL,
    rule_version integer NOT NULL,
    revision_id uuid NOT NULL
);

CREATE TABLE public.trade_refund (
    id uuid NOT NULL,
    asked_by_id uuid,
    key character varying(80) NOT NULL,
    digest character varying(64) NOT NULL,
    state character varying(16) NOT NULL,
    cause character varying(8) NOT NULL,
    reason character varying(200) NOT NULL,
    amount_fen bigint NOT NULL,
    decide_by timestamp with time zone,
    asked_at timestamp with time zone NOT NULL,
    decided_by_id uuid,
    decided_at timestamp with time zone,
    refunded_at timestamp with time zone,
    failure character varying(200) NOT NULL,
    order_id uuid NOT NULL,
    tries integer DEFAULT 1 NOT NULL,
    refusal character varying(200) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT refund_cause_known CHECK (((cause)::text = ANY ((ARRAY['buyer'::character varying, 'shop'::character varying])::text[]))),
    CONSTRAINT refund_decided_has_moment CHECK ((((decided_at IS NULL) AND ((state)::text = 'REQUESTED'::text)) OR ((NOT ((state)::text = 'REQUESTED'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT refund_done_has_moment CHECK ((((refunded_at IS NOT NULL) AND ((state)::text = 'REFUNDED'::text)) OR ((NOT ((state)::text = 'REFUNDED'::text)) AND (refunded_at IS NULL)))),
    CONSTRAINT refund_not_negative CHECK ((amount_fen >= 0)),
    CONSTRAINT refund_state_known CHECK (((state)::text = ANY ((ARRAY['REQUESTED'::character varying, 'REFUNDING'::character varying, 'REFUNDED'::character varying, 'REFUND_FAILED'::character varying, 'REFUSED'::character varying, 'CLOSED'::character varying])::text[]))),
    CONSTRAINT refund_tries CHECK (((tries >= 1) AND (tries <= 5)))
);

CREATE TABLE public.trade_refund_line (
    line_no integer NOT NULL,
    quantity integer NOT NULL,
    refund_id uuid NOT NULL,
    CONSTRAINT refund_line_units CHECK ((quantity >= 1))
);

CREATE TABLE public.trade_refund_picture (
    refund_id uuid NOT NULL,
    "position" integer NOT NULL,
    file character varying(32) NOT NULL,
    CONSTRAINT refund_picture_position CHECK ((("position" >= 1) AND ("position" <= 6)))
);

CREATE TABLE public.trade_restock_wish (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    sku_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.trade_review (
    id uuid NOT NULL,
    line_no integer NOT NULL,
    shop_id uuid NOT NULL,
    product_id uuid NOT NULL,
    sku_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    spec jsonb NOT NULL,
    stars smallint NOT NULL,
    text character varying(1000) NOT NULL,
    pictures character varying(32)[] NOT NULL,
    is_anonymous boolean NOT NULL,
    written_at timestamp with time zone NOT NULL,
    appended_text character varying(1000) NOT NULL,
    appended_pictures character varying(32)[] NOT NULL,
    appended_at timestamp with time zone,
    reply character varying(500) NOT NULL,
    replied_by_id uuid,
    replied_at timestamp with time zone,
    reply_seen_at timestamp with time zone,
    state character varying(8) NOT NULL,
    hidden_reason character varying(200) NOT NULL,
    order_id uuid NOT NULL,
    CONSTRAINT review_appended_has_moment CHECK ((((appended_at IS NULL) AND ((appended_text)::text = ''::text)) OR ((appended_at >= written_at) AND (NOT ((appended_text)::text = ''::text))))),
    CONSTRAINT review_hidden_has_reason CHECK (((((hidden_reason)::text = ''::text) AND ((state)::text = 'SHOWN'::text)) OR (((state)::text = 'HIDDEN'::text) AND (NOT ((hidden_reason)::text = ''::text))))),
    CONSTRAINT review_pictures_bounded CHECK (((
CASE
    WHEN (pictures IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(pictures, 1), 0)
END <= 6) AND (
CASE
    WHEN (appended_pictures IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(appended_pictures, 1), 0)
END <= 6))),
    CONSTRAINT review_reply_has_moment CHECK ((((replied_at IS NULL) AND ((reply)::text = ''::text) AND (reply_seen_at IS NULL)) OR ((replied_at >= written_at) AND (NOT ((reply)::text = ''::text))))),
    CONSTRAINT review_stars_bounded CHECK (((stars >= 1) AND (stars <= 5))),
    CONSTRAINT review_state_known CHECK (((state)::text = ANY ((ARRAY['SHOWN'::character varying, 'HIDDEN'::character varying])::text[]))),
    CONSTRAINT trade_review_stars_check CHECK ((stars >= 0))
);

CREATE TABLE public.trade_review_report (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    reason character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    answered_by_id uuid,
    review_id uuid NOT NULL,
    CONSTRAINT review_report_answered_by_somebody CHECK ((((answered_at IS NULL) AND (answered_by_id IS NULL)) OR ((answered_at IS NOT NULL) AND (answered_by_id IS NOT NULL))))
);

CREATE TABLE public.trade_saved_view (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    name character varying(30) NOT NULL,
    wanted jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT saved_view_has_name CHECK ((NOT ((name)::text = ''::text)))
);

CREATE TABLE public.trade_stock (
    sku_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    on_hand integer NOT NULL,
    reserved integer NOT NULL,
    limit_per_buyer integer,
    low_at integer,
    CONSTRAINT stock_limit_positive CHECK (((limit_per_buyer IS NULL) OR (limit_per_buyer >= 1))),
    CONSTRAINT stock_low_at_not_negative CHECK (((low_at IS NULL) OR (low_at >= 0))),
    CONSTRAINT stock_never_oversold CHECK (((reserved >= 0) AND (reserved <= on_hand)))
)
WITH (fillfactor='20');

CREATE TABLE public.trade_stock_movement (
    id uuid NOT NULL,
    sku_id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    quantity integer NOT NULL,
    order_id uuid,
    by_person_id uuid,
    at timestamp with time zone NOT NULL,
    reason character varying(100) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT stock_movement_kind_known CHECK (((kind)::text = ANY ((ARRAY['counted'::character varying, 'adjusted'::character varying, 'shipped'::character varying])::text[]))),
    CONSTRAINT stock_movement_moves CHECK ((NOT (quantity = 0)))
);

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

INSERT INTO public.auth_permission VALUES (1, 'Can add content type', 1, 'add_contenttype');
INSERT INTO public.auth_permission VALUES (2, 'Can change content type', 1, 'change_contenttype');
INSERT INTO public.auth_permission VALUES (3, 'Can delete content type', 1, 'delete_contenttype');
INSERT INTO public.auth_permission VALUES (4, 'Can view content type', 1, 'view_contenttype');
INSERT INTO public.auth_permission VALUES (5, 'Can add permission', 2, 'add_permission');
INSERT INTO public.auth_permission VALUES (6, 'Can change permission', 2, 'change_permission');
INSERT INTO public.auth_permission VALUES (7, 'Can delete permission', 2, 'delete_permission');
INSERT INTO public.auth_permission VALUES (8, 'Can view permission', 2, 'view_permission');
INSERT INTO public.auth_permission VALUES (9, 'Can add group', 3, 'add_group');
INSERT INTO public.auth_permission VALUES (10, 'Can change group', 3, 'change_group');
INSERT INTO public.auth_permission VALUES (11, 'Can delete group', 3, 'delete_group');
INSERT INTO public.auth_permission VALUES (12, 'Can view group', 3, 'view_group');
INSERT INTO public.auth_permission VALUES (13, 'Can add session', 4, 'add_session');
INSERT INTO public.auth_permission VALUES (14, 'Can change session', 4, 'change_session');
INSERT INTO public.auth_permission VALUES (15, 'Can delete session', 4, 'delete_session');
INSERT INTO public.auth_permission VALUES (16, 'Can view session', 4, 'view_session');
INSERT INTO public.auth_permission VALUES (17, 'Can add procrastinate event', 5, 'add_procrastinateevent');
INSERT INTO public.auth_permission VALUES (18, 'Can change procrastinate event', 5, 'change_procrastinateevent');
INSERT INTO public.auth_permission VALUES (19, 'Can delete procrastinate event', 5, 'delete_procrastinateevent');
INSERT INTO public.auth_permission VALUES (20, 'Can view procrastinate event', 5, 'view_procrastinateevent');
INSERT INTO public.auth_permission VALUES (21, 'Can add procrastinate job', 6, 'add_procrastinatejob');
INSERT INTO public.auth_permission VALUES (22, 'Can change procrastinate job', 6, 'change_procrastinatejob');
INSERT INTO public.auth_permission VALUES (23, 'Can delete procrastinate job', 6, 'delete_procrastinatejob');
INSERT INTO public.auth_permission VALUES (24, 'Can view procrastinate job', 6, 'view_procrastinatejob');
INSERT INTO public.auth_permission VALUES (25, 'Can add procrastinate periodic defer', 7, 'add_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (26, 'Can change procrastinate periodic defer', 7, 'change_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (27, 'Can delete procrastinate periodic defer', 7, 'delete_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (28, 'Can view procrastinate periodic defer', 7, 'view_procrastinateperiodicdefer');
INSERT INTO public.auth_permission VALUES (29, 'Can add procrastinate worker', 8, 'add_procrastinateworker');
INSERT INTO public.auth_permission VALUES (30, 'Can change procrastinate worker', 8, 'change_procrastinateworker');
INSERT INTO public.auth_permission VALUES (31, 'Can delete procrastinate worker', 8, 'delete_procrastinateworker');
INSERT INTO public.auth_permission VALUES (32, 'Can view procrastinate worker', 8, 'view_procrastinateworker');
INSERT INTO public.auth_permission VALUES (33, 'Can add email address', 9, 'add_emailaddress');
INSERT INTO public.auth_permission VALUES (34, 'Can change email address', 9, 'change_emailaddress');
INSERT INTO public.auth_permission VALUES (35, 'Can delete email address', 9, 'delete_emailaddress');
INSERT INTO public.auth_permission VALUES (36, 'Can view email address', 9, 'view_emailaddress');
INSERT INTO public.auth_permission VALUES (37, 'Can add email confirmation', 10, 'add_emailconfirmation');
INSERT INTO public.auth_permission VALUES (38, 'Can change email confirmation', 10, 'change_emailconfirmation');
INSERT INTO public.auth_permission VALUES (39, 'Can delete email confirmation', 10, 'delete_emailconfirmation');
INSERT INTO public.auth_permission VALUES (40, 'Can view email confirmation', 10, 'view_emailconfirmation');
INSERT INTO public.auth_permission VALUES (41, 'Can add authenticator', 11, 'add_authenticator');
INSERT INTO public.auth_permission VALUES (42, 'Can change authenticator', 11, 'change_authenticator');
INSERT INTO public.auth_permission VALUES (43, 'Can delete authenticator', 11, 'delete_authenticator');
INSERT INTO public.auth_permission VALUES (44, 'Can view authenticator', 11, 'view_authenticator');
INSERT INTO public.auth_permission VALUES (45, 'Can add person', 12, 'add_person');
INSERT INTO public.auth_permission VALUES (46, 'Can change person', 12, 'change_person');
INSERT INTO public.auth_permission VALUES (47, 'Can delete person', 12, 'delete_person');
INSERT INTO public.auth_permission VALUES (48, 'Can view person', 12, 'view_person');
INSERT INTO public.auth_permission VALUES (49, 'Can add shop', 13, 'add_shop');
INSERT INTO public.auth_permission VALUES (50, 'Can change shop', 13, 'change_shop');
INSERT INTO public.auth_permission VALUES (51, 'Can delete shop', 13, 'delete_shop');
INSERT INTO public.auth_permission VALUES (52, 'Can view shop', 13, 'view_shop');
INSERT INTO public.auth_permission VALUES (53, 'Can add reveal', 14, 'add_reveal');
INSERT INTO public.auth_permission VALUES (54, 'Can change reveal', 14, 'change_reveal');
INSERT INTO public.auth_permission VALUES (55, 'Can delete reveal', 14, 'delete_reveal');
INSERT INTO public.auth_permission VALUES (56, 'Can view reveal', 14, 'view_reveal');
INSERT INTO public.auth_permission VALUES (57, 'Can add grant', 15, 'add_grant');
INSERT INTO public.auth_permission VALUES (58, 'Can change grant', 15, 'change_grant');
INSERT INTO public.auth_permission VALUES (59, 'Can delete grant', 15, 'delete_grant');
INSERT INTO public.auth_permission VALUES (60, 'Can view grant', 15, 'view_grant');
INSERT INTO public.auth_permission VALUES (61, 'Can add sign in code', 16, 'add_signincode');
INSERT INTO public.auth_permission VALUES (62, 'Can change sign in code', 16, 'change_signincode');
INSERT INTO public.auth_permission VALUES (63, 'Can delete sign in code', 16, 'delete_signincode');
INSERT INTO public.auth_permission VALUES (64, 'Can view sign in code', 16, 'view_signincode');
INSERT INTO public.auth_permission VALUES (65, 'Can add sign in try', 17, 'add_signintry');
INSERT INTO public.auth_permission VALUES (66, 'Can change sign in try', 17, 'change_signintry');
INSERT INTO public.auth_permission VALUES (67, 'Can delete sign in try', 17, 'delete_signintry');
INSERT INTO public.auth_permission VALUES (68, 'Can view sign in try', 17, 'view_signintry');
INSERT INTO public.auth_permission VALUES (69, 'Can add staff', 18, 'add_staff');
INSERT INTO public.auth_permission VALUES (70, 'Can change staff', 18, 'change_staff');
INSERT INTO public.auth_permission VALUES (71, 'Can delete staff', 18, 'delete_staff');
INSERT INTO public.auth_permission VALUES (72, 'Can view staff', 18, 'view_staff');
INSERT INTO public.auth_permission VALUES (73, 'Can add address', 19, 'add_address');
INSERT INTO public.auth_permission VALUES (74, 'Can change address', 19, 'change_address');
INSERT INTO public.auth_permission VALUES (75, 'Can delete address', 19, 'delete_address');
INSERT INTO public.auth_permission VALUES (76, 'Can view address', 19, 'view_address');
INSERT INTO public.auth_permission VALUES (77, 'Can add creator', 20, 'add_creator');
INSERT INTO public.auth_permission VALUES (78, 'Can change creator', 20, 'change_creator');
INSERT INTO public.auth_permission VALUES (79, 'Can delete creator', 20, 'delete_creator');
INSERT INTO public.auth_permission VALUES (80, 'Can view creator', 20, 'view_creator');
INSERT INTO public.auth_permission VALUES (81, 'Can add notice', 21, 'add_notice');
INSERT INTO public.auth_permission VALUES (82, 'Can change notice', 21, 'change_notice');
INSERT INTO public.auth_permission VALUES (83, 'Can delete notice', 21, 'delete_notice');
INSERT INTO public.auth_permission VALUES (84, 'Can view notice', 21, 'view_notice');
INSERT INTO public.auth_permission VALUES (85, 'Can add person role', 22, 'add_personrole');
INSERT INTO public.auth_permission VALUES (86, 'Can change person role', 22, 'change_personrole');
INSERT INTO public.auth_permission VALUES (87, 'Can delete person role', 22, 'delete_personrole');
INSERT INTO public.auth_permission VALUES (88, 'Can view person role', 22, 'view_personrole');
INSERT INTO public.auth_permission VALUES (89, 'Can add mail address', 23, 'add_mailaddress');
INSERT INTO public.auth_permission VALUES (90, 'Can change mail address', 23, 'change_mailaddress');
INSERT INTO public.auth_permission VALUES (91, 'Can delete mail address', 23, 'delete_mailaddress');
INSERT INTO public.auth_permission VALUES (92, 'Can view mail address', 23, 'view_mailaddress');
INSERT INTO public.auth_permission VALUES (93, 'Can add notice delivery', 24, 'add_noticedelivery');
INSERT INTO public.auth_permission VALUES (94, 'Can change notice delivery', 24, 'change_noticedelivery');
INSERT INTO public.auth_permission VALUES (95, 'Can delete notice delivery', 24, 'delete_noticedelivery');
INSERT INTO public.auth_permission VALUES (96, 'Can view notice delivery', 24, 'view_noticedelivery');
INSERT INTO public.auth_permission VALUES (97, 'Can add notice setting', 25, 'add_noticesetting');
INSERT INTO public.auth_permission VALUES (98, 'Can change notice setting', 25, 'change_noticesetting');
INSERT INTO public.auth_permission VALUES (99, 'Can delete notice setting', 25, 'delete_noticesetting');
INSERT INTO public.auth_permission VALUES (100, 'Can view notice setting', 25, 'view_noticesetting');
INSERT INTO public.auth_permission VALUES (101, 'Can add push subscription', 26, 'add_pushsubscription');
INSERT INTO public.auth_permission VALUES (102, 'Can change push subscription', 26, 'change_pushsubscription');
INSERT INTO public.auth_permission VALUES (103, 'Can delete push subscription', 26, 'delete_pushsubscription');
INSERT INTO public.auth_permission VALUES (104, 'Can view push subscription', 26, 'view_pushsubscription');
INSERT INTO public.auth_permission VALUES (105, 'Can add quiet hours', 27, 'add_quiethours');
INSERT INTO public.auth_permission VALUES (106, 'Can change quiet hours', 27, 'change_quiethours');
INSERT INTO public.auth_permission VALUES (107, 'Can delete quiet hours', 27, 'delete_quiethours');
INSERT INTO public.auth_permission VALUES (108, 'Can view quiet hours', 27, 'view_quiethours');
INSERT INTO public.auth_permission VALUES (109, 'Can add consent', 28, 'add_consent');
INSERT INTO public.auth_permission VALUES (110, 'Can change consent', 28, 'change_consent');
INSERT INTO public.auth_permission VALUES (111, 'Can delete consent', 28, 'delete_consent');
INSERT INTO public.auth_permission VALUES (112, 'Can view consent', 28, 'view_consent');
INSERT INTO public.auth_permission VALUES (113, 'Can add data export', 29, 'add_dataexport');
INSERT INTO public.auth_permission VALUES (114, 'Can change data export', 29, 'change_dataexport');
INSERT INTO public.auth_permission VALUES (115, 'Can delete data export', 29, 'delete_dataexport');
INSERT INTO public.auth_permission VALUES (116, 'Can view data export', 29, 'view_dataexport');
INSERT INTO public.auth_permission VALUES (117, 'Can add leaving', 30, 'add_leaving');
INSERT INTO public.auth_permission VALUES (118, 'Can change leaving', 30, 'change_leaving');
INSERT INTO public.auth_permission VALUES (119, 'Can delete leaving', 30, 'delete_leaving');
INSERT INTO public.auth_permission VALUES (120, 'Can view leaving', 30, 'view_leaving');
INSERT INTO public.auth_permission VALUES (121, 'Can add minor day', 31, 'add_minorday');
INSERT INTO public.auth_permission VALUES (122, 'Can change minor day', 31, 'change_minorday');
INSERT INTO public.auth_permission VALUES (123, 'Can delete minor day', 31, 'delete_minorday');
INSERT INTO public.auth_permission VALUES (124, 'Can view minor day', 31, 'view_minorday');
INSERT INTO public.auth_permission VALUES (125, 'Can add person session', 32, 'add_personsession');
INSERT INTO public.auth_permission VALUES (126, 'Can change person session', 32, 'change_personsession');
INSERT INTO public.auth_permission VALUES (127, 'Can delete person session', 32, 'delete_personsession');
INSERT INTO public.auth_permission VALUES (128, 'Can view person session', 32, 'view_personsession');
INSERT INTO public.auth_permission VALUES (129, 'Can add phone case', 33, 'add_phonecase');
INSERT INTO public.auth_permission VALUES (130, 'Can change phone case', 33, 'change_phonecase');
INSERT INTO public.auth_permission VALUES (131, 'Can delete phone case', 33, 'delete_phonecase');
INSERT INTO public.auth_permission VALUES (132, 'Can view phone case', 33, 'view_phonecase');
INSERT INTO public.auth_permission VALUES (133, 'Can add used challenge', 34, 'add_usedchallenge');
INSERT INTO public.auth_permission VALUES (134, 'Can change used challenge', 34, 'change_usedchallenge');
INSERT INTO public.auth_permission VALUES (135, 'Can delete used challenge', 34, 'delete_usedchallenge');
INSERT INTO public.auth_permission VALUES (136, 'Can view used challenge', 34, 'view_usedchallenge');
INSERT INTO public.auth_permission VALUES (137, 'Can add shop papers', 35, 'add_shoppapers');
INSERT INTO public.auth_permission VALUES (138, 'Can change shop papers', 35, 'change_shoppapers');
INSERT INTO public.auth_permission VALUES (139, 'Can delete shop papers', 35, 'delete_shoppapers');
INSERT INTO public.auth_permission VALUES (140, 'Can view shop papers', 35, 'view_shoppapers');
INSERT INTO public.auth_permission VALUES (141, 'Can add staff invitation', 36, 'add_staffinvitation');
INSERT INTO public.auth_permission VALUES (142, 'Can change staff invitation', 36, 'change_staffinvitation');
INSERT INTO public.auth_permission VALUES (143, 'Can delete staff invitation', 36, 'delete_staffinvitation');
INSERT INTO public.auth_permission VALUES (144, 'Can view staff invitation', 36, 'view_staffinvitation');
INSERT INTO public.auth_permission VALUES (145, 'Can add change of hands', 37, 'add_changeofhands');
INSERT INTO public.auth_permission VALUES (146, 'Can change change of hands', 37, 'change_changeofhands');
INSERT INTO public.auth_permission VALUES (147, 'Can delete change of hands', 37, 'delete_changeofhands');
INSERT INTO public.auth_permission VALUES (148, 'Can view change of hands', 37, 'view_changeofhands');
INSERT INTO public.auth_permission VALUES (149, 'Can add complaint', 38, 'add_complaint');
INSERT INTO public.auth_permission VALUES (150, 'Can change complaint', 38, 'change_complaint');
INSERT INTO public.auth_permission VALUES (151, 'Can delete complaint', 38, 'delete_complaint');
INSERT INTO public.auth_permission VALUES (152, 'Can view complaint', 38, 'view_complaint');
INSERT INTO public.auth_permission VALUES (153, 'Can add proposal', 39, 'add_proposal');
INSERT INTO public.auth_permission VALUES (154, 'Can change proposal', 39, 'change_proposal');
INSERT INTO public.auth_permission VALUES (155, 'Can delete proposal', 39, 'delete_proposal');
INSERT INTO public.auth_permission VALUES (156, 'Can view proposal', 39, 'view_proposal');
INSERT INTO public.auth_permission VALUES (157, 'Can add led order', 40, 'add_ledorder');
INSERT INTO public.auth_permission VALUES (158, 'Can change led order', 40, 'change_ledorder');
INSERT INTO public.auth_permission VALUES (159, 'Can delete led order', 40, 'delete_ledorder');
INSERT INTO public.auth_permission VALUES (160, 'Can view led order', 40, 'view_ledorder');
INSERT INTO public.auth_permission VALUES (161, 'Can add led payout', 41, 'add_ledpayout');
INSERT INTO public.auth_permission VALUES (162, 'Can change led payout', 41, 'change_ledpayout');
INSERT INTO public.auth_permission VALUES (163, 'Can delete led payout', 41, 'delete_ledpayout');
INSERT INTO public.auth_permission VALUES (164, 'Can view led payout', 41, 'view_ledpayout');
INSERT INTO public.auth_permission VALUES (165, 'Can add led policy', 42, 'add_ledpolicy');
INSERT INTO public.auth_permission VALUES (166, 'Can change led policy', 42, 'change_ledpolicy');
INSERT INTO public.auth_permission VALUES (167, 'Can delete led policy', 42, 'delete_ledpolicy');
INSERT INTO public.auth_permission VALUES (168, 'Can view led policy', 42, 'view_ledpolicy');
INSERT INTO public.auth_permission VALUES (169, 'Can add led line', 43, 'add_ledline');
INSERT INTO public.auth_permission VALUES (170, 'Can change led line', 43, 'change_ledline');
INSERT INTO public.auth_permission VALUES (171, 'Can delete led line', 43, 'delete_ledline');
INSERT INTO public.auth_permission VALUES (172, 'Can view led line', 43, 'view_ledline');
INSERT INTO public.auth_permission VALUES (173, 'Can add led refund', 44, 'add_ledrefund');
INSERT INTO public.auth_permission VALUES (174, 'Can change led refund', 44, 'change_ledrefund');
INSERT INTO public.auth_permission VALUES (175, 'Can delete led refund', 44, 'delete_ledrefund');
INSERT INTO public.auth_permission VALUES (176, 'Can view led refund', 44, 'view_ledrefund');
INSERT INTO public.auth_permission VALUES (177, 'Can add led payout account', 45, 'add_ledpayoutaccount');
INSERT INTO public.auth_permission VALUES (178, 'Can change led payout account', 45, 'change_ledpayoutaccount');
INSERT INTO public.auth_permission VALUES (179, 'Can delete led payout account', 45, 'delete_ledpayoutaccount');
INSERT INTO public.auth_permission VALUES (180, 'Can view led payout account', 45, 'view_ledpayoutaccount');
INSERT INTO public.auth_permission VALUES (181, 'Can add listing', 46, 'add_listing');
INSERT INTO public.auth_permission VALUES (182, 'Can change listing', 46, 'change_listing');
INSERT INTO public.auth_permission VALUES (183, 'Can delete listing', 46, 'delete_listing');
INSERT INTO public.auth_permission VALUES (184, 'Can view listing', 46, 'view_listing');
INSERT INTO public.auth_permission VALUES (185, 'Can add click', 47, 'add_click');
INSERT INTO public.auth_permission VALUES (186, 'Can change click', 47, 'change_click');
INSERT INTO public.auth_permission VALUES (187, 'Can delete click', 47, 'delete_click');
INSERT INTO public.auth_permission VALUES (188, 'Can view click', 47, 'view_click');
INSERT INTO public.auth_permission VALUES (189, 'Can add network', 48, 'add_network');
INSERT INTO public.auth_permission VALUES (190, 'Can change network', 48, 'change_network');
INSERT INTO public.auth_permission VALUES (191, 'Can delete network', 48, 'delete_network');
INSERT INTO public.auth_permission VALUES (192, 'Can view network', 48, 'view_network');
INSERT INTO public.auth_permission VALUES (193, 'Can add external order', 49, 'add_externalorder');
INSERT INTO public.auth_permission VALUES (194, 'Can change external order', 49, 'change_externalorder');
INSERT INTO public.auth_permission VALUES (195, 'Can delete external order', 49, 'delete_externalorder');
INSERT INTO public.auth_permission VALUES (196, 'Can view external order', 49, 'view_externalorder');
INSERT INTO public.auth_permission VALUES (197, 'Can add network domain', 50, 'add_networkdomain');
INSERT INTO public.auth_permission VALUES (198, 'Can change network domain', 50, 'change_networkdomain');
INSERT INTO public.auth_permission VALUES (199, 'Can delete network domain', 50, 'delete_networkdomain');
INSERT INTO public.auth_permission VALUES (200, 'Can view network domain', 50, 'view_networkdomain');
INSERT INTO public.auth_permission VALUES (201, 'Can add rule', 51, 'add_rule');
INSERT INTO public.auth_permission VALUES (202, 'Can change rule', 51, 'change_rule');
INSERT INTO public.auth_permission VALUES (203, 'Can delete rule', 51, 'delete_rule');
INSERT INTO public.auth_permission VALUES (204, 'Can view rule', 51, 'view_rule');
INSERT INTO public.auth_permission VALUES (205, 'Can add preview', 52, 'add_preview');
INSERT INTO public.auth_permission VALUES (206, 'Can change preview', 52, 'change_preview');
INSERT INTO public.auth_permission VALUES (207, 'Can delete preview', 52, 'delete_preview');
INSERT INTO public.auth_permission VALUES (208, 'Can view preview', 52, 'view_preview');
INSERT INTO public.auth_permission VALUES (209, 'Can add warning', 53, 'add_warning');
INSERT INTO public.auth_permission VALUES (210, 'Can change warning', 53, 'change_warning');
INSERT INTO public.auth_permission VALUES (211, 'Can delete warning', 53, 'delete_warning');
INSERT INTO public.auth_permission VALUES (212, 'Can view warning', 53, 'view_warning');
INSERT INTO public.auth_permission VALUES (213, 'Can add order flaw', 54, 'add_orderflaw');
INSERT INTO public.auth_permission VALUES (214, 'Can change order flaw', 54, 'change_orderflaw');
INSERT INTO public.auth_permission VALUES (215, 'Can delete order flaw', 54, 'delete_orderflaw');
INSERT INTO public.auth_permission VALUES (216, 'Can view order flaw', 54, 'view_orderflaw');
INSERT INTO public.auth_permission VALUES (217, 'Can add order reading', 55, 'add_orderreading');
INSERT INTO public.auth_permission VALUES (218, 'Can change order reading', 55, 'change_orderreading');
INSERT INTO public.auth_permission VALUES (219, 'Can delete order reading', 55, 'delete_orderreading');
INSERT INTO public.auth_permission VALUES (220, 'Can view order reading', 55, 'view_orderreading');
INSERT INTO public.auth_permission VALUES (221, 'Can add bill file', 56, 'add_billfile');
INSERT INTO public.auth_permission VALUES (222, 'Can change bill file', 56, 'change_billfile');
INSERT INTO public.auth_permission VALUES (223, 'Can delete bill file', 56, 'delete_billfile');
INSERT INTO public.auth_permission VALUES (224, 'Can view bill file', 56, 'view_billfile');
INSERT INTO public.auth_permission VALUES (225, 'Can add bill line', 57, 'add_billline');
INSERT INTO public.auth_permission VALUES (226, 'Can change bill line', 57, 'change_billline');
INSERT INTO public.auth_permission VALUES (227, 'Can delete bill line', 57, 'delete_billline');
INSERT INTO public.auth_permission VALUES (228, 'Can view bill line', 57, 'view_billline');
INSERT INTO public.auth_permission VALUES (229, 'Can add notice', 58, 'add_notice');
INSERT INTO public.auth_permission VALUES (230, 'Can change notice', 58, 'change_notice');
INSERT INTO public.auth_permission VALUES (231, 'Can delete notice', 58, 'delete_notice');
INSERT INTO public.auth_permission VALUES (232, 'Can view notice', 58, 'view_notice');
INSERT INTO public.auth_permission VALUES (233, 'Can add payment', 59, 'add_payment');
INSERT INTO public.auth_permission VALUES (234, 'Can change payment', 59, 'change_payment');
INSERT INTO public.auth_permission VALUES (235, 'Can delete payment', 59, 'delete_payment');
INSERT INTO public.auth_permission VALUES (236, 'Can view payment', 59, 'view_payment');
INSERT INTO public.auth_permission VALUES (237, 'Can add recon item', 60, 'add_reconitem');
INSERT INTO public.auth_permission VALUES (238, 'Can change recon item', 60, 'change_reconitem');
INSERT INTO public.auth_permission VALUES (239, 'Can delete recon item', 60, 'delete_reconitem');
INSERT INTO public.auth_permission VALUES (240, 'Can view recon item', 60, 'view_reconitem');
INSERT INTO public.auth_permission VALUES (241, 'Can add refund', 61, 'add_refund');
INSERT INTO public.auth_permission VALUES (242, 'Can change refund', 61, 'change_refund');
INSERT INTO public.auth_permission VALUES (243, 'Can delete refund', 61, 'delete_refund');
INSERT INTO public.auth_permission VALUES (244, 'Can view refund', 61, 'view_refund');
INSERT INTO public.auth_permission VALUES (245, 'Can add refused notice', 62, 'add_refusednotice');
INSERT INTO public.auth_permission VALUES (246, 'Can change refused notice', 62, 'change_refusednotice');
INSERT INTO public.auth_permission VALUES (247, 'Can delete refused notice', 62, 'delete_refusednotice');
INSERT INTO public.auth_permission VALUES (248, 'Can view refused notice', 62, 'view_refusednotice');
INSERT INTO public.auth_permission VALUES (249, 'Can add transfer', 63, 'add_transfer');
INSERT INTO public.auth_permission VALUES (250, 'Can change transfer', 63, 'change_transfer');
INSERT INTO public.auth_permission VALUES (251, 'Can delete transfer', 63, 'delete_transfer');
INSERT INTO public.auth_permission VALUES (252, 'Can view transfer', 63, 'view_transfer');
INSERT INTO public.auth_permission VALUES (253, 'Can add freight rule', 64, 'add_freightrule');
INSERT INTO public.auth_permission VALUES (254, 'Can change freight rule', 64, 'change_freightrule');
INSERT INTO public.auth_permission VALUES (255, 'Can delete freight rule', 64, 'delete_freightrule');
INSERT INTO public.auth_permission VALUES (256, 'Can view freight rule', 64, 'view_freightrule');
INSERT INTO public.auth_permission VALUES (257, 'Can add shipment', 65, 'add_shipment');
INSERT INTO public.auth_permission VALUES (258, 'Can change shipment', 65, 'change_shipment');
INSERT INTO public.auth_permission VALUES (259, 'Can delete shipment', 65, 'delete_shipment');
INSERT INTO public.auth_permission VALUES (260, 'Can view shipment', 65, 'view_shipment');
INSERT INTO public.auth_permission VALUES (261, 'Can add carrier notice', 66, 'add_carriernotice');
INSERT INTO public.auth_permission VALUES (262, 'Can change carrier notice', 66, 'change_carriernotice');
INSERT INTO public.auth_permission VALUES (263, 'Can delete carrier notice', 66, 'delete_carriernotice');
INSERT INTO public.auth_permission VALUES (264, 'Can view carrier notice', 66, 'view_carriernotice');
INSERT INTO public.auth_permission VALUES (265, 'Can add shipment line', 67, 'add_shipmentline');
INSERT INTO public.auth_permission VALUES (266, 'Can change shipment line', 67, 'change_shipmentline');
INSERT INTO public.auth_permission VALUES (267, 'Can delete shipment line', 67, 'delete_shipmentline');
INSERT INTO public.auth_permission VALUES (268, 'Can view shipment line', 67, 'view_shipmentline');
INSERT INTO public.auth_permission VALUES (269, 'Can add track event', 68, 'add_trackevent');
INSERT INTO public.auth_permission VALUES (270, 'Can change track event', 68, 'change_trackevent');
INSERT INTO public.auth_permission VALUES (271, 'Can delete track event', 68, 'delete_trackevent');
INSERT INTO public.auth_permission VALUES (272, 'Can view track event', 68, 'view_trackevent');
INSERT INTO public.auth_permission VALUES (273, 'Can add delivery', 69, 'add_delivery');
INSERT INTO public.auth_permission VALUES (274, 'Can change delivery', 69, 'change_delivery');
INSERT INTO public.auth_permission VALUES (275, 'Can delete delivery', 69, 'delete_delivery');
INSERT INTO public.auth_permission VALUES (276, 'Can view delivery', 69, 'view_delivery');
INSERT INTO public.auth_permission VALUES (277, 'Can add app', 70, 'add_app');
INSERT INTO public.auth_permission VALUES (278, 'Can change app', 70, 'change_app');
INSERT INTO public.auth_permission VALUES (279, 'Can delete app', 70, 'delete_app');
INSERT INTO public.auth_permission VALUES (280, 'Can view app', 70, 'view_app');
INSERT INTO public.auth_permission VALUES (281, 'Can add attempt', 71, 'add_attempt');
INSERT INTO public.auth_permission VALUES (282, 'Can change attempt', 71, 'change_attempt');
INSERT INTO public.auth_permission VALUES (283, 'Can delete attempt', 71, 'delete_attempt');
INSERT INTO public.auth_permission VALUES (284, 'Can view attempt', 71, 'view_attempt');
INSERT INTO public.auth_permission VALUES (285, 'Can add endpoint', 72, 'add_endpoint');
INSERT INTO public.auth_permission VALUES (286, 'Can change endpoint', 72, 'change_endpoint');
INSERT INTO public.auth_permission VALUES (287, 'Can delete endpoint', 72, 'delete_endpoint');
INSERT INTO public.auth_permission VALUES (288, 'Can view endpoint', 72, 'view_endpoint');
INSERT INTO public.auth_permission VALUES (289, 'Can add order of shop', 73, 'add_orderofshop');
INSERT INTO public.auth_permission VALUES (290, 'Can change order of shop', 73, 'change_orderofshop');
INSERT INTO public.auth_permission VALUES (291, 'Can delete order of shop', 73, 'delete_orderofshop');
INSERT INTO public.auth_permission VALUES (292, 'Can view order of shop', 73, 'view_orderofshop');
INSERT INTO public.auth_permission VALUES (293, 'Can add token', 74, 'add_token');
INSERT INTO public.auth_permission VALUES (294, 'Can change token', 74, 'change_token');
INSERT INTO public.auth_permission VALUES (295, 'Can delete token', 74, 'delete_token');
INSERT INTO public.auth_permission VALUES (296, 'Can view token', 74, 'view_token');
INSERT INTO public.auth_permission VALUES (297, 'Can add product', 75, 'add_product');
INSERT INTO public.auth_permission VALUES (298, 'Can change product', 75, 'change_product');
INSERT INTO public.auth_permission VALUES (299, 'Can delete product', 75, 'delete_product');
INSERT INTO public.auth_permission VALUES (300, 'Can view product', 75, 'view_product');
INSERT INTO public.auth_permission VALUES (301, 'Can add sku', 76, 'add_sku');
INSERT INTO public.auth_permission VALUES (302, 'Can change sku', 76, 'change_sku');
INSERT INTO public.auth_permission VALUES (303, 'Can delete sku', 76, 'delete_sku');
INSERT INTO public.auth_permission VALUES (304, 'Can view sku', 76, 'view_sku');
INSERT INTO public.auth_permission VALUES (305, 'Can add price change', 77, 'add_pricechange');
INSERT INTO public.auth_permission VALUES (306, 'Can change price change', 77, 'change_pricechange');
INSERT INTO public.auth_permission VALUES (307, 'Can delete price change', 77, 'delete_pricechange');
INSERT INTO public.auth_permission VALUES (308, 'Can view price change', 77, 'view_pricechange');
INSERT INTO public.auth_permission VALUES (309, 'Can add offer', 78, 'add_offer');
INSERT INTO public.auth_permission VALUES (310, 'Can change offer', 78, 'change_offer');
INSERT INTO public.auth_permission VALUES (311, 'Can delete offer', 78, 'delete_offer');
INSERT INTO public.auth_permission VALUES (312, 'Can view offer', 78, 'view_offer');
INSERT INTO public.auth_permission VALUES (313, 'Can add picture', 79, 'add_picture');
INSERT INTO public.auth_permission VALUES (314, 'Can change picture', 79, 'change_picture');
INSERT INTO public.auth_permission VALUES (315, 'Can delete picture', 79, 'delete_picture');
INSERT INTO public.auth_permission VALUES (316, 'Can view picture', 79, 'view_picture');
INSERT INTO public.auth_permission VALUES (317, 'Can add category', 80, 'add_category');
INSERT INTO public.auth_permission VALUES (318, 'Can change category', 80, 'change_category');
INSERT INTO public.auth_permission VALUES (319, 'Can delete category', 80, 'delete_category');
INSERT INTO public.auth_permission VALUES (320, 'Can view category', 80, 'view_category');
INSERT INTO public.auth_permission VALUES (321, 'Can add search entry', 81, 'add_searchentry');
INSERT INTO public.auth_permission VALUES (322, 'Can change search entry', 81, 'change_searchentry');
INSERT INTO public.auth_permission VALUES (323, 'Can delete search entry', 81, 'delete_searchentry');
INSERT INTO public.auth_permission VALUES (324, 'Can view search entry', 81, 'view_searchentry');
INSERT INTO public.auth_permission VALUES (325, 'Can add shop follow', 82, 'add_shopfollow');
INSERT INTO public.auth_permission VALUES (326, 'Can change shop follow', 82, 'change_shopfollow');
INSERT INTO public.auth_permission VALUES (327, 'Can delete shop follow', 82, 'delete_shopfollow');
INSERT INTO public.auth_permission VALUES (328, 'Can view shop follow', 82, 'view_shopfollow');
INSERT INTO public.auth_permission VALUES (329, 'Can add plan', 83, 'add_plan');
INSERT INTO public.auth_permission VALUES (330, 'Can change plan', 83, 'change_plan');
INSERT INTO public.auth_permission VALUES (331, 'Can delete plan', 83, 'delete_plan');
INSERT INTO public.auth_permission VALUES (332, 'Can view plan', 83, 'view_plan');
INSERT INTO public.auth_permission VALUES (333, 'Can add acceptance', 84, 'add_acceptance');
INSERT INTO public.auth_permission VALUES (334, 'Can change acceptance', 84, 'change_acceptance');
INSERT INTO public.auth_permission VALUES (335, 'Can delete acceptance', 84, 'delete_acceptance');
INSERT INTO public.auth_permission VALUES (336, 'Can view acceptance', 84, 'view_acceptance');
INSERT INTO public.auth_permission VALUES (337, 'Can add plan version', 85, 'add_planversion');
INSERT INTO public.auth_permission VALUES (338, 'Can change plan version', 85, 'change_planversion');
INSERT INTO public.auth_permission VALUES (339, 'Can delete plan version', 85, 'delete_planversion');
INSERT INTO public.auth_permission VALUES (340, 'Can view plan version', 85, 'view_planversion');
INSERT INTO public.auth_permission VALUES (341, 'Can add post', 86, 'add_post');
INSERT INTO public.auth_permission VALUES (342, 'Can change post', 86, 'change_post');
INSERT INTO public.auth_permission VALUES (343, 'Can delete post', 86, 'delete_post');
INSERT INTO public.auth_permission VALUES (344, 'Can view post', 86, 'view_post');
INSERT INTO public.auth_permission VALUES (345, 'Can add post product', 87, 'add_postproduct');
INSERT INTO public.auth_permission VALUES (346, 'Can change post product', 87, 'change_postproduct');
INSERT INTO public.auth_permission VALUES (347, 'Can delete post product', 87, 'delete_postproduct');
INSERT INTO public.auth_permission VALUES (348, 'Can view post product', 87, 'view_postproduct');
INSERT INTO public.auth_permission VALUES (349, 'Can add follow', 88, 'add_follow');
INSERT INTO public.auth_permission VALUES (350, 'Can change follow', 88, 'change_follow');
INSERT INTO public.auth_permission VALUES (351, 'Can delete follow', 88, 'delete_follow');
INSERT INTO public.auth_permission VALUES (352, 'Can view follow', 88, 'view_follow');
INSERT INTO public.auth_permission VALUES (353, 'Can add work', 89, 'add_work');
INSERT INTO public.auth_permission VALUES (354, 'Can change work', 89, 'change_work');
INSERT INTO public.auth_permission VALUES (355, 'Can delete work', 89, 'delete_work');
INSERT INTO public.auth_permission VALUES (356, 'Can view work', 89, 'view_work');
INSERT INTO public.auth_permission VALUES (357, 'Can add upload', 90, 'add_upload');
INSERT INTO public.auth_permission VALUES (358, 'Can change upload', 90, 'change_upload');
INSERT INTO public.auth_permission VALUES (359, 'Can delete upload', 90, 'delete_upload');
INSERT INTO public.auth_permission VALUES (360, 'Can view upload', 90, 'view_upload');
INSERT INTO public.auth_permission VALUES (361, 'Can add post work', 91, 'add_postwork');
INSERT INTO public.auth_permission VALUES (362, 'Can change post work', 91, 'change_postwork');
INSERT INTO public.auth_permission VALUES (363, 'Can delete post work', 91, 'delete_postwork');
INSERT INTO public.auth_permission VALUES (364, 'Can view post work', 91, 'view_postwork');
INSERT INTO public.auth_permission VALUES (365, 'Can add kin', 92, 'add_kin');
INSERT INTO public.auth_permission VALUES (366, 'Can change kin', 92, 'change_kin');
INSERT INTO public.auth_permission VALUES (367, 'Can delete kin', 92, 'delete_kin');
INSERT INTO public.auth_permission VALUES (368, 'Can view kin', 92, 'view_kin');
INSERT INTO public.auth_permission VALUES (369, 'Can add post buy', 93, 'add_postbuy');
INSERT INTO public.auth_permission VALUES (370, 'Can change post buy', 93, 'change_postbuy');
INSERT INTO public.auth_permission VALUES (371, 'Can delete post buy', 93, 'delete_postbuy');
INSERT INTO public.auth_permission VALUES (372, 'Can view post buy', 93, 'view_postbuy');
INSERT INTO public.auth_permission VALUES (373, 'Can add post figures', 94, 'add_postfigures');
INSERT INTO public.auth_permission VALUES (374, 'Can change post figures', 94, 'change_postfigures');
INSERT INTO public.auth_permission VALUES (375, 'Can delete post figures', 94, 'delete_postfigures');
INSERT INTO public.auth_permission VALUES (376, 'Can view post figures', 94, 'view_postfigures');
INSERT INTO public.auth_permission VALUES (377, 'Can add taste', 95, 'add_taste');
INSERT INTO public.auth_permission VALUES (378, 'Can change taste', 95, 'change_taste');
INSERT INTO public.auth_permission VALUES (379, 'Can delete taste', 95, 'delete_taste');
INSERT INTO public.auth_permission VALUES (380, 'Can view taste', 95, 'view_taste');
INSERT INTO public.auth_permission VALUES (381, 'Can add visit', 96, 'add_visit');
INSERT INTO public.auth_permission VALUES (382, 'Can change visit', 96, 'change_visit');
INSERT INTO public.auth_permission VALUES (383, 'Can delete visit', 96, 'delete_visit');
INSERT INTO public.auth_permission VALUES (384, 'Can view visit', 96, 'view_visit');
INSERT INTO public.auth_permission VALUES (385, 'Can add occasion', 97, 'add_occasion');
INSERT INTO public.auth_permission VALUES (386, 'Can change occasion', 97, 'change_occasion');
INSERT INTO public.auth_permission VALUES (387, 'Can delete occasion', 97, 'delete_occasion');
INSERT INTO public.auth_permission VALUES (388, 'Can view occasion', 97, 'view_occasion');
INSERT INTO public.auth_permission VALUES (389, 'Can add rights grant', 98, 'add_rightsgrant');
INSERT INTO public.auth_permission VALUES (390, 'Can change rights grant', 98, 'change_rightsgrant');
INSERT INTO public.auth_permission VALUES (391, 'Can delete rights grant', 98, 'delete_rightsgrant');
INSERT INTO public.auth_permission VALUES (392, 'Can view rights grant', 98, 'view_rightsgrant');
INSERT INTO public.auth_permission VALUES (393, 'Can add post occasion', 99, 'add_postoccasion');
INSERT INTO public.auth_permission VALUES (394, 'Can change post occasion', 99, 'change_postoccasion');
INSERT INTO public.auth_permission VALUES (395, 'Can delete post occasion', 99, 'delete_postoccasion');
INSERT INTO public.auth_permission VALUES (396, 'Can view post occasion', 99, 'view_postoccasion');
INSERT INTO public.auth_permission VALUES (397, 'Can add block', 100, 'add_block');
INSERT INTO public.auth_permission VALUES (398, 'Can change block', 100, 'change_block');
INSERT INTO public.auth_permission VALUES (399, 'Can delete block', 100, 'delete_block');
INSERT INTO public.auth_permission VALUES (400, 'Can view block', 100, 'view_block');
INSERT INTO public.auth_permission VALUES (401, 'Can add comment', 101, 'add_comment');
INSERT INTO public.auth_permission VALUES (402, 'Can change comment', 101, 'change_comment');
INSERT INTO public.auth_permission VALUES (403, 'Can delete comment', 101, 'delete_comment');
INSERT INTO public.auth_permission VALUES (404, 'Can view comment', 101, 'view_comment');
INSERT INTO public.auth_permission VALUES (405, 'Can add creator snapshot', 102, 'add_creatorsnapshot');
INSERT INTO public.auth_permission VALUES (406, 'Can change creator snapshot', 102, 'change_creatorsnapshot');
INSERT INTO public.auth_permission VALUES (407, 'Can delete creator snapshot', 102, 'delete_creatorsnapshot');
INSERT INTO public.auth_permission VALUES (408, 'Can view creator snapshot', 102, 'view_creatorsnapshot');
INSERT INTO public.auth_permission VALUES (409, 'Can add like', 103, 'add_like');
INSERT INTO public.auth_permission VALUES (410, 'Can change like', 103, 'change_like');
INSERT INTO public.auth_permission VALUES (411, 'Can delete like', 103, 'delete_like');
INSERT INTO public.auth_permission VALUES (412, 'Can view like', 103, 'view_like');
INSERT INTO public.auth_permission VALUES (413, 'Can add outside account', 104, 'add_outsideaccount');
INSERT INTO public.auth_permission VALUES (414, 'Can change outside account', 104, 'change_outsideaccount');
INSERT INTO public.auth_permission VALUES (415, 'Can delete outside account', 104, 'delete_outsideaccount');
INSERT INTO public.auth_permission VALUES (416, 'Can view outside account', 104, 'view_outsideaccount');
INSERT INTO public.auth_permission VALUES (417, 'Can add post entry', 105, 'add_postentry');
INSERT INTO public.auth_permission VALUES (418, 'Can change post entry', 105, 'change_postentry');
INSERT INTO public.auth_permission VALUES (419, 'Can delete post entry', 105, 'delete_postentry');
INSERT INTO public.auth_permission VALUES (420, 'Can view post entry', 105, 'view_postentry');
INSERT INTO public.auth_permission VALUES (421, 'Can add talk rule', 106, 'add_talkrule');
INSERT INTO public.auth_permission VALUES (422, 'Can change talk rule', 106, 'change_talkrule');
INSERT INTO public.auth_permission VALUES (423, 'Can delete talk rule', 106, 'delete_talkrule');
INSERT INTO public.auth_permission VALUES (424, 'Can view talk rule', 106, 'view_talkrule');
INSERT INTO public.auth_permission VALUES (425, 'Can add opinion', 107, 'add_opinion');
INSERT INTO public.auth_permission VALUES (426, 'Can change opinion', 107, 'change_opinion');
INSERT INTO public.auth_permission VALUES (427, 'Can delete opinion', 107, 'delete_opinion');
INSERT INTO public.auth_permission VALUES (428, 'Can view opinion', 107, 'view_opinion');
INSERT INTO public.auth_permission VALUES (429, 'Can add case', 108, 'add_case');
INSERT INTO public.auth_permission VALUES (430, 'Can change case', 108, 'change_case');
INSERT INTO public.auth_permission VALUES (431, 'Can delete case', 108, 'delete_case');
INSERT INTO public.auth_permission VALUES (432, 'Can view case', 108, 'view_case');
INSERT INTO public.auth_permission VALUES (433, 'Can add rule set', 109, 'add_ruleset');
INSERT INTO public.auth_permission VALUES (434, 'Can change rule set', 109, 'change_ruleset');
INSERT INTO public.auth_permission VALUES (435, 'Can delete rule set', 109, 'delete_ruleset');
INSERT INTO public.auth_permission VALUES (436, 'Can view rule set', 109, 'view_ruleset');
INSERT INTO public.auth_permission VALUES (437, 'Can add field day', 110, 'add_fieldday');
INSERT INTO public.auth_permission VALUES (438, 'Can change field day', 110, 'change_fieldday');
INSERT INTO public.auth_permission VALUES (439, 'Can delete field day', 110, 'delete_fieldday');
INSERT INTO public.auth_permission VALUES (440, 'Can view field day', 110, 'view_fieldday');
INSERT INTO public.auth_permission VALUES (441, 'Can add programme', 111, 'add_programme');
INSERT INTO public.auth_permission VALUES (442, 'Can change programme', 111, 'change_programme');
INSERT INTO public.auth_permission VALUES (443, 'Can delete programme', 111, 'delete_programme');
INSERT INTO public.auth_permission VALUES (444, 'Can view programme', 111, 'view_programme');
INSERT INTO public.auth_permission VALUES (445, 'Can add enrolment', 112, 'add_enrolment');
INSERT INTO public.auth_permission VALUES (446, 'Can change enrolment', 112, 'change_enrolment');
INSERT INTO public.auth_permission VALUES (447, 'Can delete enrolment', 112, 'delete_enrolment');
INSERT INTO public.auth_permission VALUES (448, 'Can view enrolment', 112, 'view_enrolment');
INSERT INTO public.auth_permission VALUES (449, 'Can add programme task', 113, 'add_programmetask');
INSERT INTO public.auth_permission VALUES (450, 'Can change programme task', 113, 'change_programmetask');
INSERT INTO public.auth_permission VALUES (451, 'Can delete programme task', 113, 'delete_programmetask');
INSERT INTO public.auth_permission VALUES (452, 'Can view programme task', 113, 'view_programmetask');
INSERT INTO public.auth_permission VALUES (453, 'Can add reward', 114, 'add_reward');
INSERT INTO public.auth_permission VALUES (454, 'Can change reward', 114, 'change_reward');
INSERT INTO public.auth_permission VALUES (455, 'Can delete reward', 114, 'delete_reward');
INSERT INTO public.auth_permission VALUES (456, 'Can view reward', 114, 'view_reward');
INSERT INTO public.auth_permission VALUES (457, 'Can add talent agreement', 115, 'add_talentagreement');
INSERT INTO public.auth_permission VALUES (458, 'Can change talent agreement', 115, 'change_talentagreement');
INSERT INTO public.auth_permission VALUES (459, 'Can delete talent agreement', 115, 'delete_talentagreement');
INSERT INTO public.auth_permission VALUES (460, 'Can view talent agreement', 115, 'view_talentagreement');
INSERT INTO public.auth_permission VALUES (461, 'Can add talent alert', 116, 'add_talentalert');
INSERT INTO public.auth_permission VALUES (462, 'Can change talent alert', 116, 'change_talentalert');
INSERT INTO public.auth_permission VALUES (463, 'Can delete talent alert', 116, 'delete_talentalert');
INSERT INTO public.auth_permission VALUES (464, 'Can view talent alert', 116, 'view_talentalert');
INSERT INTO public.auth_permission VALUES (465, 'Can add task progress', 117, 'add_taskprogress');
INSERT INTO public.auth_permission VALUES (466, 'Can change task progress', 117, 'change_taskprogress');
INSERT INTO public.auth_permission VALUES (467, 'Can delete task progress', 117, 'delete_taskprogress');
INSERT INTO public.auth_permission VALUES (468, 'Can view task progress', 117, 'view_taskprogress');
INSERT INTO public.auth_permission VALUES (469, 'Can add held show', 118, 'add_heldshow');
INSERT INTO public.auth_permission VALUES (470, 'Can change held show', 118, 'change_heldshow');
INSERT INTO public.auth_permission VALUES (471, 'Can delete held show', 118, 'delete_heldshow');
INSERT INTO public.auth_permission VALUES (472, 'Can view held show', 118, 'view_heldshow');
INSERT INTO public.auth_permission VALUES (473, 'Can add caption words', 119, 'add_captionwords');
INSERT INTO public.auth_permission VALUES (474, 'Can change caption words', 119, 'change_captionwords');
INSERT INTO public.auth_permission VALUES (475, 'Can delete caption words', 119, 'delete_captionwords');
INSERT INTO public.auth_permission VALUES (476, 'Can view caption words', 119, 'view_captionwords');
INSERT INTO public.auth_permission VALUES (477, 'Can add fan change', 120, 'add_fanchange');
INSERT INTO public.auth_permission VALUES (478, 'Can change fan change', 120, 'change_fanchange');
INSERT INTO public.auth_permission VALUES (479, 'Can delete fan change', 120, 'delete_fanchange');
INSERT INTO public.auth_permission VALUES (480, 'Can view fan change', 120, 'view_fanchange');
INSERT INTO public.auth_permission VALUES (481, 'Can add fan count', 121, 'add_fancount');
INSERT INTO public.auth_permission VALUES (482, 'Can change fan count', 121, 'change_fancount');
INSERT INTO public.auth_permission VALUES (483, 'Can delete fan count', 121, 'delete_fancount');
INSERT INTO public.auth_permission VALUES (484, 'Can view fan count', 121, 'view_fancount');
INSERT INTO public.auth_permission VALUES (485, 'Can add refunded order', 122, 'add_refundedorder');
INSERT INTO public.auth_permission VALUES (486, 'Can change refunded order', 122, 'change_refundedorder');
INSERT INTO public.auth_permission VALUES (487, 'Can delete refunded order', 122, 'delete_refundedorder');
INSERT INTO public.auth_permission VALUES (488, 'Can view refunded order', 122, 'view_refundedorder');
INSERT INTO public.auth_permission VALUES (489, 'Can add belt', 123, 'add_belt');
INSERT INTO public.auth_permission VALUES (490, 'Can change belt', 123, 'change_belt');
INSERT INTO public.auth_permission VALUES (491, 'Can delete belt', 123, 'delete_belt');
INSERT INTO public.auth_permission VALUES (492, 'Can view belt', 123, 'view_belt');
INSERT INTO public.auth_permission VALUES (493, 'Can add belt membership', 124, 'add_beltmembership');
INSERT INTO public.auth_permission VALUES (494, 'Can change belt membership', 124, 'change_beltmembership');
INSERT INTO public.auth_permission VALUES (495, 'Can delete belt membership', 124, 'delete_beltmembership');
INSERT INTO public.auth_permission VALUES (496, 'Can view belt membership', 124, 'view_beltmembership');
INSERT INTO public.auth_permission VALUES (497, 'Can add talk case', 125, 'add_talkcase');
INSERT INTO public.auth_permission VALUES (498, 'Can change talk case', 125, 'change_talkcase');
INSERT INTO public.auth_permission VALUES (499, 'Can delete talk case', 125, 'delete_talkcase');
INSERT INTO public.auth_permission VALUES (500, 'Can view talk case', 125, 'view_talkcase');
INSERT INTO public.auth_permission VALUES (501, 'Can add refused text', 126, 'add_refusedtext');
INSERT INTO public.auth_permission VALUES (502, 'Can change refused text', 126, 'change_refusedtext');
INSERT INTO public.auth_permission VALUES (503, 'Can delete refused text', 126, 'delete_refusedtext');
INSERT INTO public.auth_permission VALUES (504, 'Can view refused text', 126, 'view_refusedtext');
INSERT INTO public.auth_permission VALUES (505, 'Can add checkout', 127, 'add_checkout');
INSERT INTO public.auth_permission VALUES (506, 'Can change checkout', 127, 'change_checkout');
INSERT INTO public.auth_permission VALUES (507, 'Can delete checkout', 127, 'delete_checkout');
INSERT INTO public.auth_permission VALUES (508, 'Can view checkout', 127, 'view_checkout');
INSERT INTO public.auth_permission VALUES (509, 'Can add coupon', 128, 'add_coupon');
INSERT INTO public.auth_permission VALUES (510, 'Can change coupon', 128, 'change_coupon');
INSERT INTO public.auth_permission VALUES (511, 'Can delete coupon', 128, 'delete_coupon');
INSERT INTO public.auth_permission VALUES (512, 'Can view coupon', 128, 'view_coupon');
INSERT INTO public.auth_permission VALUES (513, 'Can add lost payment', 129, 'add_lostpayment');
INSERT INTO public.auth_permission VALUES (514, 'Can change lost payment', 129, 'change_lostpayment');
INSERT INTO public.auth_permission VALUES (515, 'Can delete lost payment', 129, 'delete_lostpayment');
INSERT INTO public.auth_permission VALUES (516, 'Can view lost payment', 129, 'view_lostpayment');
INSERT INTO public.auth_permission VALUES (517, 'Can add offer stock', 130, 'add_offerstock');
INSERT INTO public.auth_permission VALUES (518, 'Can change offer stock', 130, 'change_offerstock');
INSERT INTO public.auth_permission VALUES (519, 'Can delete offer stock', 130, 'delete_offerstock');
INSERT INTO public.auth_permission VALUES (520, 'Can view offer stock', 130, 'view_offerstock');
INSERT INTO public.auth_permission VALUES (521, 'Can add order', 131, 'add_order');
INSERT INTO public.auth_permission VALUES (522, 'Can change order', 131, 'change_order');
INSERT INTO public.auth_permission VALUES (523, 'Can delete order', 131, 'delete_order');
INSERT INTO public.auth_permission VALUES (524, 'Can view order', 131, 'view_order');
INSERT INTO public.auth_permission VALUES (525, 'Can add order line', 132, 'add_orderline');
INSERT INTO public.auth_permission VALUES (526, 'Can change order line', 132, 'change_orderline');
INSERT INTO public.auth_permission VALUES (527, 'Can delete order line', 132, 'delete_orderline');
INSERT INTO public.auth_permission VALUES (528, 'Can view order line', 132, 'view_orderline');
INSERT INTO public.auth_permission VALUES (529, 'Can add quote', 133, 'add_quote');
INSERT INTO public.auth_permission VALUES (530, 'Can change quote', 133, 'change_quote');
INSERT INTO public.auth_permission VALUES (531, 'Can delete quote', 133, 'delete_quote');
INSERT INTO public.auth_permission VALUES (532, 'Can view quote', 133, 'view_quote');
INSERT INTO public.auth_permission VALUES (533, 'Can add quote coupon', 134, 'add_quotecoupon');
INSERT INTO public.auth_permission VALUES (534, 'Can change quote coupon', 134, 'change_quotecoupon');
INSERT INTO public.auth_permission VALUES (535, 'Can delete quote coupon', 134, 'delete_quotecoupon');
INSERT INTO public.auth_permission VALUES (536, 'Can view quote coupon', 134, 'view_quotecoupon');
INSERT INTO public.auth_permission VALUES (537, 'Can add quote line', 135, 'add_quoteline');
INSERT INTO public.auth_permission VALUES (538, 'Can change quote line', 135, 'change_quoteline');
INSERT INTO public.auth_permission VALUES (539, 'Can delete quote line', 135, 'delete_quoteline');
INSERT INTO public.auth_permission VALUES (540, 'Can view quote line', 135, 'view_quoteline');
INSERT INTO public.auth_permission VALUES (541, 'Can add quote order', 136, 'add_quoteorder');
INSERT INTO public.auth_permission VALUES (542, 'Can change quote order', 136, 'change_quoteorder');
INSERT INTO public.auth_permission VALUES (543, 'Can delete quote order', 136, 'delete_quoteorder');
INSERT INTO public.auth_permission VALUES (544, 'Can view quote order', 136, 'view_quoteorder');
INSERT INTO public.auth_permission VALUES (545, 'Can add refund', 137, 'add_refund');
INSERT INTO public.auth_permission VALUES (546, 'Can change refund', 137, 'change_refund');
INSERT INTO public.auth_permission VALUES (547, 'Can delete refund', 137, 'delete_refund');
INSERT INTO public.auth_permission VALUES (548, 'Can view refund', 137, 'view_refund');
INSERT INTO public.auth_permission VALUES (549, 'Can add refund line', 138, 'add_refundline');
INSERT INTO public.auth_permission VALUES (550, 'Can change refund line', 138, 'change_refundline');
INSERT INTO public.auth_permission VALUES (551, 'Can delete refund line', 138, 'delete_refundline');
INSERT INTO public.auth_permission VALUES (552, 'Can view refund line', 138, 'view_refundline');
INSERT INTO public.auth_permission VALUES (553, 'Can add stock', 139, 'add_stock');
INSERT INTO public.auth_permission VALUES (554, 'Can change stock', 139, 'change_stock');
INSERT INTO public.auth_permission VALUES (555, 'Can delete stock', 139, 'delete_stock');
INSERT INTO public.auth_permission VALUES (556, 'Can view stock', 139, 'view_stock');
INSERT INTO public.auth_permission VALUES (557, 'Can add stock movement', 140, 'add_stockmovement');
INSERT INTO public.auth_permission VALUES (558, 'Can change stock movement', 140, 'change_stockmovement');
INSERT INTO public.auth_permission VALUES (559, 'Can delete stock movement', 140, 'delete_stockmovement');
INSERT INTO public.auth_permission VALUES (560, 'Can view stock movement', 140, 'view_stockmovement');
INSERT INTO public.auth_permission VALUES (561, 'Can add coupon claim', 141, 'add_couponclaim');
INSERT INTO public.auth_permission VALUES (562, 'Can change coupon claim', 141, 'change_couponclaim');
INSERT INTO public.auth_permission VALUES (563, 'Can delete coupon claim', 141, 'delete_couponclaim');
INSERT INTO public.auth_permission VALUES (564, 'Can view coupon claim', 141, 'view_couponclaim');
INSERT INTO public.auth_permission VALUES (565, 'Can add cart line', 142, 'add_cartline');
INSERT INTO public.auth_permission VALUES (566, 'Can change cart line', 142, 'change_cartline');
INSERT INTO public.auth_permission VALUES (567, 'Can delete cart line', 142, 'delete_cartline');
INSERT INTO public.auth_permission VALUES (568, 'Can view cart line', 142, 'view_cartline');
INSERT INTO public.auth_permission VALUES (569, 'Can add refund picture', 143, 'add_refundpicture');
INSERT INTO public.auth_permission VALUES (570, 'Can change refund picture', 143, 'change_refundpicture');
INSERT INTO public.auth_permission VALUES (571, 'Can delete refund picture', 143, 'delete_refundpicture');
INSERT INTO public.auth_permission VALUES (572, 'Can view refund picture', 143, 'view_refundpicture');
INSERT INTO public.auth_permission VALUES (573, 'Can add restock wish', 144, 'add_restockwish');
INSERT INTO public.auth_permission VALUES (574, 'Can change restock wish', 144, 'change_restockwish');
INSERT INTO public.auth_permission VALUES (575, 'Can delete restock wish', 144, 'delete_restockwish');
INSERT INTO public.auth_permission VALUES (576, 'Can view restock wish', 144, 'view_restockwish');
INSERT INTO public.auth_permission VALUES (577, 'Can add invoice', 145, 'add_invoice');
INSERT INTO public.auth_permission VALUES (578, 'Can change invoice', 145, 'change_invoice');
INSERT INTO public.auth_permission VALUES (579, 'Can delete invoice', 145, 'delete_invoice');
INSERT INTO public.auth_permission VALUES (580, 'Can view invoice', 145, 'view_invoice');
INSERT INTO public.auth_permission VALUES (581, 'Can add saved view', 146, 'add_savedview');
INSERT INTO public.auth_permission VALUES (582, 'Can change saved view', 146, 'change_savedview');
INSERT INTO public.auth_permission VALUES (583, 'Can delete saved view', 146, 'delete_savedview');
INSERT INTO public.auth_permission VALUES (584, 'Can view saved view', 146, 'view_savedview');
INSERT INTO public.auth_permission VALUES (585, 'Can add invoice file', 147, 'add_invoicefile');
INSERT INTO public.auth_permission VALUES (586, 'Can change invoice file', 147, 'change_invoicefile');
INSERT INTO public.auth_permission VALUES (587, 'Can delete invoice file', 147, 'delete_invoicefile');
INSERT INTO public.auth_permission VALUES (588, 'Can view invoice file', 147, 'view_invoicefile');
INSERT INTO public.auth_permission VALUES (589, 'Can add review', 148, 'add_review');
INSERT INTO public.auth_permission VALUES (590, 'Can change review', 148, 'change_review');
INSERT INTO public.auth_permission VALUES (591, 'Can delete review', 148, 'delete_review');
INSERT INTO public.auth_permission VALUES (592, 'Can view review', 148, 'view_review');
INSERT INTO public.auth_permission VALUES (593, 'Can add review report', 149, 'add_reviewreport');
INSERT INTO public.auth_permission VALUES (594, 'Can change review report', 149, 'change_reviewreport');
INSERT INTO public.auth_permission VALUES (595, 'Can delete review report', 149, 'delete_reviewreport');
INSERT INTO public.auth_permission VALUES (596, 'Can view review report', 149, 'view_reviewreport');
INSERT INTO public.auth_permission VALUES (597, 'Can add room', 150, 'add_room');
INSERT INTO public.auth_permission VALUES (598, 'Can change room', 150, 'change_room');
INSERT INTO public.auth_permission VALUES (599, 'Can delete room', 150, 'delete_room');
INSERT INTO public.auth_permission VALUES (600, 'Can view room', 150, 'view_room');
INSERT INTO public.auth_permission VALUES (601, 'Can add frame counter', 151, 'add_framecounter');
INSERT INTO public.auth_permission VALUES (602, 'Can change frame counter', 151, 'change_framecounter');
INSERT INTO public.auth_permission VALUES (603, 'Can delete frame counter', 151, 'delete_framecounter');
INSERT INTO public.auth_permission VALUES (604, 'Can view frame counter', 151, 'view_framecounter');
INSERT INTO public.auth_permission VALUES (605, 'Can add frame', 152, 'add_frame');
INSERT INTO public.auth_permission VALUES (606, 'Can change frame', 152, 'change_frame');
INSERT INTO public.auth_permission VALUES (607, 'Can delete frame', 152, 'delete_frame');
INSERT INTO public.auth_permission VALUES (608, 'Can view frame', 152, 'view_frame');
INSERT INTO public.auth_permission VALUES (609, 'Can add flash', 153, 'add_flash');
INSERT INTO public.auth_permission VALUES (610, 'Can change flash', 153, 'change_flash');
INSERT INTO public.auth_permission VALUES (611, 'Can delete flash', 153, 'delete_flash');
INSERT INTO public.auth_permission VALUES (612, 'Can view flash', 153, 'view_flash');
INSERT INTO public.auth_permission VALUES (613, 'Can add comment', 154, 'add_comment');
INSERT INTO public.auth_permission VALUES (614, 'Can change comment', 154, 'change_comment');
INSERT INTO public.auth_permission VALUES (615, 'Can delete comment', 154, 'delete_comment');
INSERT INTO public.auth_permission VALUES (616, 'Can view comment', 154, 'view_comment');
INSERT INTO public.auth_permission VALUES (617, 'Can add ingest key', 155, 'add_ingestkey');
INSERT INTO public.auth_permission VALUES (618, 'Can change ingest key', 155, 'change_ingestkey');
INSERT INTO public.auth_permission VALUES (619, 'Can delete ingest key', 155, 'delete_ingestkey');
INSERT INTO public.auth_permission VALUES (620, 'Can view ingest key', 155, 'view_ingestkey');
INSERT INTO public.auth_permission VALUES (621, 'Can add item', 156, 'add_item');
INSERT INTO public.auth_permission VALUES (622, 'Can change item', 156, 'change_item');
INSERT INTO public.auth_permission VALUES (623, 'Can delete item', 156, 'delete_item');
INSERT INTO public.auth_permission VALUES (624, 'Can view item', 156, 'view_item');
INSERT INTO public.auth_permission VALUES (625, 'Can add mark', 157, 'add_mark');
INSERT INTO public.auth_permission VALUES (626, 'Can change mark', 157, 'change_mark');
INSERT INTO public.auth_permission VALUES (627, 'Can delete mark', 157, 'delete_mark');
INSERT INTO public.auth_permission VALUES (628, 'Can view mark', 157, 'view_mark');
INSERT INTO public.auth_permission VALUES (629, 'Can add minute', 158, 'add_minute');
INSERT INTO public.auth_permission VALUES (630, 'Can change minute', 158, 'change_minute');
INSERT INTO public.auth_permission VALUES (631, 'Can delete minute', 158, 'delete_minute');
INSERT INTO public.auth_permission VALUES (632, 'Can view minute', 158, 'view_minute');
INSERT INTO public.auth_permission VALUES (633, 'Can add person silence', 159, 'add_personsilence');
INSERT INTO public.auth_permission VALUES (634, 'Can change person silence', 159, 'change_personsilence');
INSERT INTO public.auth_permission VALUES (635, 'Can delete person silence', 159, 'delete_personsilence');
INSERT INTO public.auth_permission VALUES (636, 'Can view person silence', 159, 'view_personsilence');
INSERT INTO public.auth_permission VALUES (637, 'Can add sale', 160, 'add_sale');
INSERT INTO public.auth_permission VALUES (638, 'Can change sale', 160, 'change_sale');
INSERT INTO public.auth_permission VALUES (639, 'Can delete sale', 160, 'delete_sale');
INSERT INTO public.auth_permission VALUES (640, 'Can view sale', 160, 'view_sale');
INSERT INTO public.auth_permission VALUES (641, 'Can add session', 161, 'add_session');
INSERT INTO public.auth_permission VALUES (642, 'Can change session', 161, 'change_session');
INSERT INTO public.auth_permission VALUES (643, 'Can delete session', 161, 'delete_session');
INSERT INTO public.auth_permission VALUES (644, 'Can view session', 161, 'view_session');
INSERT INTO public.auth_permission VALUES (645, 'Can add spent ticket', 162, 'add_spentticket');
INSERT INTO public.auth_permission VALUES (646, 'Can change spent ticket', 162, 'change_spentticket');
INSERT INTO public.auth_permission VALUES (647, 'Can delete spent ticket', 162, 'delete_spentticket');
INSERT INTO public.auth_permission VALUES (648, 'Can view spent ticket', 162, 'view_spentticket');
INSERT INTO public.auth_permission VALUES (649, 'Can add tally', 163, 'add_tally');
INSERT INTO public.auth_permission VALUES (650, 'Can change tally', 163, 'change_tally');
INSERT INTO public.auth_permission VALUES (651, 'Can delete tally', 163, 'delete_tally');
INSERT INTO public.auth_permission VALUES (652, 'Can view tally', 163, 'view_tally');
INSERT INTO public.auth_permission VALUES (653, 'Can add block list', 164, 'add_blocklist');
INSERT INTO public.auth_permission VALUES (654, 'Can change block list', 164, 'change_blocklist');
INSERT INTO public.auth_permission VALUES (655, 'Can delete block list', 164, 'delete_blocklist');
INSERT INTO public.auth_permission VALUES (656, 'Can view block list', 164, 'view_blocklist');
INSERT INTO public.auth_permission VALUES (657, 'Can add clip', 165, 'add_clip');
INSERT INTO public.auth_permission VALUES (658, 'Can change clip', 165, 'change_clip');
INSERT INTO public.auth_permission VALUES (659, 'Can delete clip', 165, 'delete_clip');
INSERT INTO public.auth_permission VALUES (660, 'Can view clip', 165, 'view_clip');
INSERT INTO public.auth_permission VALUES (661, 'Can add recording', 166, 'add_recording');
INSERT INTO public.auth_permission VALUES (662, 'Can change recording', 166, 'change_recording');
INSERT INTO public.auth_permission VALUES (663, 'Can delete recording', 166, 'delete_recording');
INSERT INTO public.auth_permission VALUES (664, 'Can view recording', 166, 'view_recording');
INSERT INTO public.auth_permission VALUES (665, 'Can add signal minute', 167, 'add_signalminute');
INSERT INTO public.auth_permission VALUES (666, 'Can change signal minute', 167, 'change_signalminute');
INSERT INTO public.auth_permission VALUES (667, 'Can delete signal minute', 167, 'delete_signalminute');
INSERT INTO public.auth_permission VALUES (668, 'Can view signal minute', 167, 'view_signalminute');
INSERT INTO public.auth_permission VALUES (669, 'Can add stop', 168, 'add_stop');
INSERT INTO public.auth_permission VALUES (670, 'Can change stop', 168, 'change_stop');
INSERT INTO public.auth_permission VALUES (671, 'Can delete stop', 168, 'delete_stop');
INSERT INTO public.auth_permission VALUES (672, 'Can view stop', 168, 'view_stop');
INSERT INTO public.auth_permission VALUES (673, 'Can add summary', 169, 'add_summary');
INSERT INTO public.auth_permission VALUES (674, 'Can change summary', 169, 'change_summary');
INSERT INTO public.auth_permission VALUES (675, 'Can delete summary', 169, 'delete_summary');
INSERT INTO public.auth_permission VALUES (676, 'Can view summary', 169, 'view_summary');
INSERT INTO public.auth_permission VALUES (677, 'Can add drop', 170, 'add_drop');
INSERT INTO public.auth_permission VALUES (678, 'Can change drop', 170, 'change_drop');
INSERT INTO public.auth_permission VALUES (679, 'Can delete drop', 170, 'delete_drop');
INSERT INTO public.auth_permission VALUES (680, 'Can view drop', 170, 'view_drop');
INSERT INTO public.auth_permission VALUES (681, 'Can add catch', 171, 'add_catch');
INSERT INTO public.auth_permission VALUES (682, 'Can change catch', 171, 'change_catch');
INSERT INTO public.auth_permission VALUES (683, 'Can delete catch', 171, 'delete_catch');
INSERT INTO public.auth_permission VALUES (684, 'Can view catch', 171, 'view_catch');
INSERT INTO public.auth_permission VALUES (685, 'Can add giveaway', 172, 'add_giveaway');
INSERT INTO public.auth_permission VALUES (686, 'Can change giveaway', 172, 'change_giveaway');
INSERT INTO public.auth_permission VALUES (687, 'Can delete giveaway', 172, 'delete_giveaway');
INSERT INTO public.auth_permission VALUES (688, 'Can view giveaway', 172, 'view_giveaway');
INSERT INTO public.auth_permission VALUES (689, 'Can add entry', 173, 'add_entry');
INSERT INTO public.auth_permission VALUES (690, 'Can change entry', 173, 'change_entry');
INSERT INTO public.auth_permission VALUES (691, 'Can delete entry', 173, 'delete_entry');
INSERT INTO public.auth_permission VALUES (692, 'Can view entry', 173, 'view_entry');
INSERT INTO public.auth_permission VALUES (693, 'Can add script card', 174, 'add_scriptcard');
INSERT INTO public.auth_permission VALUES (694, 'Can change script card', 174, 'change_scriptcard');
INSERT INTO public.auth_permission VALUES (695, 'Can delete script card', 174, 'delete_scriptcard');
INSERT INTO public.auth_permission VALUES (696, 'Can view script card', 174, 'view_scriptcard');
INSERT INTO public.auth_permission VALUES (697, 'Can add seat', 175, 'add_seat');
INSERT INTO public.auth_permission VALUES (698, 'Can change seat', 175, 'change_seat');
INSERT INTO public.auth_permission VALUES (699, 'Can delete seat', 175, 'delete_seat');
INSERT INTO public.auth_permission VALUES (700, 'Can view seat', 175, 'view_seat');
INSERT INTO public.auth_permission VALUES (701, 'Can add act', 176, 'add_act');
INSERT INTO public.auth_permission VALUES (702, 'Can change act', 176, 'change_act');
INSERT INTO public.auth_permission VALUES (703, 'Can delete act', 176, 'delete_act');
INSERT INTO public.auth_permission VALUES (704, 'Can view act', 176, 'view_act');
INSERT INTO public.auth_permission VALUES (705, 'Can add reminder', 177, 'add_reminder');
INSERT INTO public.auth_permission VALUES (706, 'Can change reminder', 177, 'change_reminder');
INSERT INTO public.auth_permission VALUES (707, 'Can delete reminder', 177, 'delete_reminder');
INSERT INTO public.auth_permission VALUES (708, 'Can view reminder', 177, 'view_reminder');

INSERT INTO public.catalog_category VALUES ('ddf7f962-8557-5837-87d2-19d5201186e0', 1, 'food', '食品生鲜', 'Food', 0, true, NULL);
INSERT INTO public.catalog_category VALUES ('787e286a-f60c-50a6-b1f1-402d77484bd4', 2, 'tea', '茶叶', 'Tea', 0, true, 'ddf7f962-8557-5837-87d2-19d5201186e0');
INSERT INTO public.catalog_category VALUES ('50275d7d-0d2b-5232-a0de-38181e2de5dd', 2, 'fruit', '水果', 'Fruit', 1, true, 'ddf7f962-8557-5837-87d2-19d5201186e0');
INSERT INTO public.catalog_category VALUES ('3c31b2c4-7be9-5fe6-862c-115fcf98aef1', 2, 'snacks', '零食糕点', 'Snacks', 2, true, 'ddf7f962-8557-5837-87d2-19d5201186e0');
INSERT INTO public.catalog_category VALUES ('727e4ce1-ca35-5b12-bf93-744dd381362e', 2, 'grain', '粮油调味', 'Grain and seasoning', 3, true, 'ddf7f962-8557-5837-87d2-19d5201186e0');
INSERT INTO public.catalog_category VALUES ('d4fc4127-7e03-5ce5-85be-356f5f0dcbae', 2, 'drinks', '酒水饮料', 'Drinks', 4, true, 'ddf7f962-8557-5837-87d2-19d5201186e0');
INSERT INTO public.catalog_category VALUES ('37fb48b6-c7ec-5ae8-8188-990dae980e7b', 1, 'home', '家居日用', 'Home', 1, true, NULL);
INSERT INTO public.catalog_category VALUES ('9f48753d-d21e-5286-9b03-c3888c7cb8a1', 2, 'teaware', '茶具', 'Teaware', 0, true, '37fb48b6-c7ec-5ae8-8188-990dae980e7b');
INSERT INTO public.catalog_category VALUES ('8fe24506-9733-5114-a8e2-4d45c5d9ebd1', 2, 'kitchen', '厨房用品', 'Kitchen', 1, true, '37fb48b6-c7ec-5ae8-8188-990dae980e7b');
INSERT INTO public.catalog_category VALUES ('6a241d46-8d5d-5963-9e87-da998548c945', 2, 'bedding', '床上用品', 'Bedding', 2, true, '37fb48b6-c7ec-5ae8-8188-990dae980e7b');
INSERT INTO public.catalog_category VALUES ('93d083dd-35ed-558d-9407-5b5ee2a68682', 2, 'cleaning', '清洁洗护', 'Cleaning', 3, true, '37fb48b6-c7ec-5ae8-8188-990dae980e7b');
INSERT INTO public.catalog_category VALUES ('dd558659-3a58-573a-b501-de9d1da84741', 2, 'decoration', '家居装饰', 'Decoration', 4, true, '37fb48b6-c7ec-5ae8-8188-990dae980e7b');
INSERT INTO public.catalog_category VALUES ('10637a23-ff62-551a-b2f4-90cf20f4a354', 1, 'clothes', '服饰鞋包', 'Clothes', 2, true, NULL);
INSERT INTO public.catalog_category VALUES ('c5f593fc-0a71-5c9b-9a05-dc575e930853', 2, 'women', '女装', 'Women', 0, true, '10637a23-ff62-551a-b2f4-90cf20f4a354');
INSERT INTO public.catalog_category VALUES ('e105291e-ed19-50f9-9d19-94e693fbd64f', 2, 'men', '男装', 'Men', 1, true, '10637a23-ff62-551a-b2f4-90cf20f4a354');
INSERT INTO public.catalog_category VALUES ('4bda2b5f-5afe-59e4-8ce0-95dde692f2fd', 2, 'shoes', '鞋靴', 'Shoes', 2, true, '10637a23-ff62-551a-b2f4-90cf20f4a354');
INSERT INTO public.catalog_category VALUES ('c5ad9024-608a-5daf-9ea5-8dabe61615d0', 2, 'bags', '箱包', 'Bags', 3, true, '10637a23-ff62-551a-b2f4-90cf20f4a354');
INSERT INTO public.catalog_category VALUES ('85237f7d-db36-52be-a353-ce76dbe5abdc', 1, 'beauty', '美妆个护', 'Beauty', 3, true, NULL);
INSERT INTO public.catalog_category VALUES ('b01aaaf8-b49a-5505-a06c-7b00d8ca4100', 2, 'skin', '护肤', 'Skin care', 0, true, '85237f7d-db36-52be-a353-ce76dbe5abdc');
INSERT INTO public.catalog_category VALUES ('bb027cf8-c0e4-568a-b7e4-d4b98869066c', 2, 'makeup', '彩妆', 'Make-up', 1, true, '85237f7d-db36-52be-a353-ce76dbe5abdc');
INSERT INTO public.catalog_category VALUES ('45628081-6012-5705-b230-74ef1ee4130e', 2, 'hair', '洗发护发', 'Hair care', 2, true, '85237f7d-db36-52be-a353-ce76dbe5abdc');
INSERT INTO public.catalog_category VALUES ('aaecc847-9677-54e6-aeb7-120150ccda37', 1, 'family', '母婴玩具', 'Family', 4, true, NULL);
INSERT INTO public.catalog_category VALUES ('d9c79579-acbe-5d13-a22d-e1c3ae141f22', 2, 'baby', '母婴用品', 'Baby', 0, true, 'aaecc847-9677-54e6-aeb7-120150ccda37');
INSERT INTO public.catalog_category VALUES ('b4027817-6e91-5af1-b0c4-4a7eb37c98b4', 2, 'toys', '玩具', 'Toys', 1, true, 'aaecc847-9677-54e6-aeb7-120150ccda37');
INSERT INTO public.catalog_category VALUES ('e2a9f4cf-0ef8-51c1-aec3-04770a4aa039', 1, 'digital', '数码家电', 'Electronics', 5, true, NULL);
INSERT INTO public.catalog_category VALUES ('97604d97-ad5e-572c-8b8c-b97b7fdb2043', 2, 'phones', '手机配件', 'Phones', 0, true, 'e2a9f4cf-0ef8-51c1-aec3-04770a4aa039');
INSERT INTO public.catalog_category VALUES ('8b117b6a-79c9-5402-b2d9-f9bfd65e3855', 2, 'appliances', '小家电', 'Appliances', 1, true, 'e2a9f4cf-0ef8-51c1-aec3-04770a4aa039');
INSERT INTO public.catalog_category VALUES ('449a6574-426c-54d3-8cc1-89806bdf2bab', 1, 'craft', '手作文玩', 'Craft', 6, true, NULL);
INSERT INTO public.catalog_category VALUES ('8e501b50-6639-5ad0-9450-55ccd18f9dcd', 2, 'ceramics', '陶瓷', 'Ceramics', 0, true, '449a6574-426c-54d3-8cc1-89806bdf2bab');
INSERT INTO public.catalog_category VALUES ('ee2984c4-1377-545c-b11b-e732e7f1eacc', 2, 'jade', '玉石珠宝', 'Jade and jewellery', 1, true, '449a6574-426c-54d3-8cc1-89806bdf2bab');
INSERT INTO public.catalog_category VALUES ('ec009186-4181-5cf9-bb21-559940867368', 2, 'stationery', '文房四宝', 'Stationery', 2, true, '449a6574-426c-54d3-8cc1-89806bdf2bab');
INSERT INTO public.catalog_category VALUES ('29155458-ce2b-5253-bcb0-008e4d41f020', 1, 'sports', '运动户外', 'Sports', 7, true, NULL);
INSERT INTO public.catalog_category VALUES ('065f9b9f-5fca-5c40-a648-5b52faeb0cd9', 2, 'outdoor', '户外', 'Outdoor', 0, true, '29155458-ce2b-5253-bcb0-008e4d41f020');
INSERT INTO public.catalog_category VALUES ('1754cfa9-a1db-59f3-82ce-b6898c78d4c6', 2, 'fitness', '健身', 'Fitness', 1, true, '29155458-ce2b-5253-bcb0-008e4d41f020');
INSERT INTO public.catalog_category VALUES ('29426bcb-f900-52da-9868-bc68f4cde6bf', 1, 'books', '图书文娱', 'Books', 8, true, NULL);

INSERT INTO public.clock_offset VALUES (true, '00:00:00');

INSERT INTO public.django_content_type VALUES (1, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (2, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (3, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (4, 'sessions', 'session');
INSERT INTO public.django_content_type VALUES (5, 'procrastinate', 'procrastinateevent');
INSERT INTO public.django_content_type VALUES (6, 'procrastinate', 'procrastinatejob');
INSERT INTO public.django_content_type VALUES (7, 'procrastinate', 'procrastinateperiodicdefer');
INSERT INTO public.django_content_type VALUES (8, 'procrastinate', 'procrastinateworker');
INSERT INTO public.django_content_type VALUES (9, 'account', 'emailaddress');
INSERT INTO public.django_content_type VALUES (10, 'account', 'emailconfirmation');
INSERT INTO public.django_content_type VALUES (11, 'mfa', 'authenticator');
INSERT INTO public.django_content_type VALUES (12, 'accounts', 'person');
INSERT INTO public.django_content_type VALUES (13, 'accounts', 'shop');
INSERT INTO public.django_content_type VALUES (14, 'accounts', 'reveal');
INSERT INTO public.django_content_type VALUES (15, 'accounts', 'grant');
INSERT INTO public.django_content_type VALUES (16, 'accounts', 'signincode');
INSERT INTO public.django_content_type VALUES (17, 'accounts', 'signintry');
INSERT INTO public.django_content_type VALUES (18, 'accounts', 'staff');
INSERT INTO public.django_content_type VALUES (19, 'accounts', 'address');
INSERT INTO public.django_content_type VALUES (20, 'accounts', 'creator');
INSERT INTO public.django_content_type VALUES (21, 'accounts', 'notice');
INSERT INTO public.django_content_type VALUES (22, 'accounts', 'personrole');
INSERT INTO public.django_content_type VALUES (23, 'accounts', 'mailaddress');
INSERT INTO public.django_content_type VALUES (24, 'accounts', 'noticedelivery');
INSERT INTO public.django_content_type VALUES (25, 'accounts', 'noticesetting');
INSERT INTO public.django_content_type VALUES (26, 'accounts', 'pushsubscription');
INSERT INTO public.django_content_type VALUES (27, 'accounts', 'quiethours');
INSERT INTO public.django_content_type VALUES (28, 'accounts', 'consent');
INSERT INTO public.django_content_type VALUES (29, 'accounts', 'dataexport');
INSERT INTO public.django_content_type VALUES (30, 'accounts', 'leaving');
INSERT INTO public.django_content_type VALUES (31, 'accounts', 'minorday');
INSERT INTO public.django_content_type VALUES (32, 'accounts', 'personsession');
INSERT INTO public.django_content_type VALUES (33, 'accounts', 'phonecase');
INSERT INTO public.django_content_type VALUES (34, 'accounts', 'usedchallenge');
INSERT INTO public.django_content_type VALUES (35, 'accounts', 'shoppapers');
INSERT INTO public.django_content_type VALUES (36, 'accounts', 'staffinvitation');
INSERT INTO public.django_content_type VALUES (37, 'accounts', 'changeofhands');
INSERT INTO public.django_content_type VALUES (38, 'oversight', 'complaint');
INSERT INTO public.django_content_type VALUES (39, 'oversight', 'proposal');
INSERT INTO public.django_content_type VALUES (40, 'ledger', 'ledorder');
INSERT INTO public.django_content_type VALUES (41, 'ledger', 'ledpayout');
INSERT INTO public.django_content_type VALUES (42, 'ledger', 'ledpolicy');
INSERT INTO public.django_content_type VALUES (43, 'ledger', 'ledline');
INSERT INTO public.django_content_type VALUES (44, 'ledger', 'ledrefund');
INSERT INTO public.django_content_type VALUES (45, 'ledger', 'ledpayoutaccount');
INSERT INTO public.django_content_type VALUES (46, 'links', 'listing');
INSERT INTO public.django_content_type VALUES (47, 'links', 'click');
INSERT INTO public.django_content_type VALUES (48, 'links', 'network');
INSERT INTO public.django_content_type VALUES (49, 'links', 'externalorder');
INSERT INTO public.django_content_type VALUES (50, 'links', 'networkdomain');
INSERT INTO public.django_content_type VALUES (51, 'links', 'rule');
INSERT INTO public.django_content_type VALUES (52, 'links', 'preview');
INSERT INTO public.django_content_type VALUES (53, 'links', 'warning');
INSERT INTO public.django_content_type VALUES (54, 'links', 'orderflaw');
INSERT INTO public.django_content_type VALUES (55, 'links', 'orderreading');
INSERT INTO public.django_content_type VALUES (56, 'payments', 'billfile');
INSERT INTO public.django_content_type VALUES (57, 'payments', 'billline');
INSERT INTO public.django_content_type VALUES (58, 'payments', 'notice');
INSERT INTO public.django_content_type VALUES (59, 'payments', 'payment');
INSERT INTO public.django_content_type VALUES (60, 'payments', 'reconitem');
INSERT INTO public.django_content_type VALUES (61, 'payments', 'refund');
INSERT INTO public.django_content_type VALUES (62, 'payments', 'refusednotice');
INSERT INTO public.django_content_type VALUES (63, 'payments', 'transfer');
INSERT INTO public.django_content_type VALUES (64, 'delivery', 'freightrule');
INSERT INTO public.django_content_type VALUES (65, 'delivery', 'shipment');
INSERT INTO public.django_content_type VALUES (66, 'delivery', 'carriernotice');
INSERT INTO public.django_content_type VALUES (67, 'delivery', 'shipmentline');
INSERT INTO public.django_content_type VALUES (68, 'delivery', 'trackevent');
INSERT INTO public.django_content_type VALUES (69, 'integrations', 'delivery');
INSERT INTO public.django_content_type VALUES (70, 'integrations', 'app');
INSERT INTO public.django_content_type VALUES (71, 'integrations', 'attempt');
INSERT INTO public.django_content_type VALUES (72, 'integrations', 'endpoint');
INSERT INTO public.django_content_type VALUES (73, 'integrations', 'orderofshop');
INSERT INTO public.django_content_type VALUES (74, 'integrations', 'token');
INSERT INTO public.django_content_type VALUES (75, 'catalog', 'product');
INSERT INTO public.django_content_type VALUES (76, 'catalog', 'sku');
INSERT INTO public.django_content_type VALUES (77, 'catalog', 'pricechange');
INSERT INTO public.django_content_type VALUES (78, 'catalog', 'offer');
INSERT INTO public.django_content_type VALUES (79, 'catalog', 'picture');
INSERT INTO public.django_content_type VALUES (80, 'catalog', 'category');
INSERT INTO public.django_content_type VALUES (81, 'catalog', 'searchentry');
INSERT INTO public.django_content_type VALUES (82, 'catalog', 'shopfollow');
INSERT INTO public.django_content_type VALUES (83, 'alliance', 'plan');
INSERT INTO public.django_content_type VALUES (84, 'alliance', 'acceptance');
INSERT INTO public.django_content_type VALUES (85, 'alliance', 'planversion');
INSERT INTO public.django_content_type VALUES (86, 'content', 'post');
INSERT INTO public.django_content_type VALUES (87, 'content', 'postproduct');
INSERT INTO public.django_content_type VALUES (88, 'content', 'follow');
INSERT INTO public.django_content_type VALUES (89, 'content', 'work');
INSERT INTO public.django_content_type VALUES (90, 'content', 'upload');
INSERT INTO public.django_content_type VALUES (91, 'content', 'postwork');
INSERT INTO public.django_content_type VALUES (92, 'content', 'kin');
INSERT INTO public.django_content_type VALUES (93, 'content', 'postbuy');
INSERT INTO public.django_content_type VALUES (94, 'content', 'postfigures');
INSERT INTO public.django_content_type VALUES (95, 'content', 'taste');
INSERT INTO public.django_content_type VALUES (96, 'content', 'visit');
INSERT INTO public.django_content_type VALUES (97, 'content', 'occasion');
INSERT INTO public.django_content_type VALUES (98, 'content', 'rightsgrant');
INSERT INTO public.django_content_type VALUES (99, 'content', 'postoccasion');
INSERT INTO public.django_content_type VALUES (100, 'content', 'block');
INSERT INTO public.django_content_type VALUES (101, 'content', 'comment');
INSERT INTO public.django_content_type VALUES (102, 'content', 'creatorsnapshot');
INSERT INTO public.django_content_type VALUES (103, 'content', 'like');
INSERT INTO public.django_content_type VALUES (104, 'content', 'outsideaccount');
INSERT INTO public.django_content_type VALUES (105, 'content', 'postentry');
INSERT INTO public.django_content_type VALUES (106, 'content', 'talkrule');
INSERT INTO public.django_content_type VALUES (107, 'content', 'opinion');
INSERT INTO public.django_content_type VALUES (108, 'content', 'case');
INSERT INTO public.django_content_type VALUES (109, 'content', 'ruleset');
INSERT INTO public.django_content_type VALUES (110, 'content', 'fieldday');
INSERT INTO public.django_content_type VALUES (111, 'content', 'programme');
INSERT INTO public.django_content_type VALUES (112, 'content', 'enrolment');
INSERT INTO public.django_content_type VALUES (113, 'content', 'programmetask');
INSERT INTO public.django_content_type VALUES (114, 'content', 'reward');
INSERT INTO public.django_content_type VALUES (115, 'content', 'talentagreement');
INSERT INTO public.django_content_type VALUES (116, 'content', 'talentalert');
INSERT INTO public.django_content_type VALUES (117, 'content', 'taskprogress');
INSERT INTO public.django_content_type VALUES (118, 'content', 'heldshow');
INSERT INTO public.django_content_type VALUES (119, 'content', 'captionwords');
INSERT INTO public.django_content_type VALUES (120, 'content', 'fanchange');
INSERT INTO public.django_content_type VALUES (121, 'content', 'fancount');
INSERT INTO public.django_content_type VALUES (122, 'content', 'refundedorder');
INSERT INTO public.django_content_type VALUES (123, 'content', 'belt');
INSERT INTO public.django_content_type VALUES (124, 'content', 'beltmembership');
INSERT INTO public.django_content_type VALUES (125, 'content', 'talkcase');
INSERT INTO public.django_content_type VALUES (126, 'content', 'refusedtext');
INSERT INTO public.django_content_type VALUES (127, 'trade', 'checkout');
INSERT INTO public.django_content_type VALUES (128, 'trade', 'coupon');
INSERT INTO public.django_content_type VALUES (129, 'trade', 'lostpayment');
INSERT INTO public.django_content_type VALUES (130, 'trade', 'offerstock');
INSERT INTO public.django_content_type VALUES (131, 'trade', 'order');
INSERT INTO public.django_content_type VALUES (132, 'trade', 'orderline');
INSERT INTO public.django_content_type VALUES (133, 'trade', 'quote');
INSERT INTO public.django_content_type VALUES (134, 'trade', 'quotecoupon');
INSERT INTO public.django_content_type VALUES (135, 'trade', 'quoteline');
INSERT INTO public.django_content_type VALUES (136, 'trade', 'quoteorder');
INSERT INTO public.django_content_type VALUES (137, 'trade', 'refund');
INSERT INTO public.django_content_type VALUES (138, 'trade', 'refundline');
INSERT INTO public.django_content_type VALUES (139, 'trade', 'stock');
INSERT INTO public.django_content_type VALUES (140, 'trade', 'stockmovement');
INSERT INTO public.django_content_type VALUES (141, 'trade', 'couponclaim');
INSERT INTO public.django_content_type VALUES (142, 'trade', 'cartline');
INSERT INTO public.django_content_type VALUES (143, 'trade', 'refundpicture');
INSERT INTO public.django_content_type VALUES (144, 'trade', 'restockwish');
INSERT INTO public.django_content_type VALUES (145, 'trade', 'invoice');
INSERT INTO public.django_content_type VALUES (146, 'trade', 'savedview');
INSERT INTO public.django_content_type VALUES (147, 'trade', 'invoicefile');
INSERT INTO public.django_content_type VALUES (148, 'trade', 'review');
INSERT INTO public.django_content_type VALUES (149, 'trade', 'reviewreport');
INSERT INTO public.django_content_type VALUES (150, 'live', 'room');
INSERT INTO public.django_content_type VALUES (151, 'live', 'framecounter');
INSERT INTO public.django_content_type VALUES (152, 'live', 'frame');
INSERT INTO public.django_content_type VALUES (153, 'live', 'flash');
INSERT INTO public.django_content_type VALUES (154, 'live', 'comment');
INSERT INTO public.django_content_type VALUES (155, 'live', 'ingestkey');
INSERT INTO public.django_content_type VALUES (156, 'live', 'item');
INSERT INTO public.django_content_type VALUES (157, 'live', 'mark');
INSERT INTO public.django_content_type VALUES (158, 'live', 'minute');
INSERT INTO public.django_content_type VALUES (159, 'live', 'personsilence');
INSERT INTO public.django_content_type VALUES (160, 'live', 'sale');
INSERT INTO public.django_content_type VALUES (161, 'live', 'session');
INSERT INTO public.django_content_type VALUES (162, 'live', 'spentticket');
INSERT INTO public.django_content_type VALUES (163, 'live', 'tally');
INSERT INTO public.django_content_type VALUES (164, 'live', 'blocklist');
INSERT INTO public.django_content_type VALUES (165, 'live', 'clip');
INSERT INTO public.django_content_type VALUES (166, 'live', 'recording');
INSERT INTO public.django_content_type VALUES (167, 'live', 'signalminute');
INSERT INTO public.django_content_type VALUES (168, 'live', 'stop');
INSERT INTO public.django_content_type VALUES (169, 'live', 'summary');
INSERT INTO public.django_content_type VALUES (170, 'live', 'drop');
INSERT INTO public.django_content_type VALUES (171, 'live', 'catch');
INSERT INTO public.django_content_type VALUES (172, 'live', 'giveaway');
INSERT INTO public.django_content_type VALUES (173, 'live', 'entry');
INSERT INTO public.django_content_type VALUES (174, 'live', 'scriptcard');
INSERT INTO public.django_content_type VALUES (175, 'live', 'seat');
INSERT INTO public.django_content_type VALUES (176, 'live', 'act');
INSERT INTO public.django_content_type VALUES (177, 'live', 'reminder');

INSERT INTO public.django_migrations VALUES (1, 'accounts', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (2, 'account', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (3, 'account', '0002_email_max_length', now());
INSERT INTO public.django_migrations VALUES (4, 'account', '0003_alter_emailaddress_create_unique_verified_email', now());
INSERT INTO public.django_migrations VALUES (5, 'account', '0004_alter_emailaddress_drop_unique_email', now());
INSERT INTO public.django_migrations VALUES (6, 'account', '0005_emailaddress_idx_upper_email', now());
INSERT INTO public.django_migrations VALUES (7, 'account', '0006_emailaddress_lower', now());
INSERT INTO public.django_migrations VALUES (8, 'account', '0007_emailaddress_idx_email', now());
INSERT INTO public.django_migrations VALUES (9, 'account', '0008_emailaddress_unique_primary_email_fixup', now());
INSERT INTO public.django_migrations VALUES (10, 'account', '0009_emailaddress_unique_primary_email', now());
INSERT INTO public.django_migrations VALUES (11, 'procrastinate', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (12, 'procrastinate', '0002_drop_started_at_column', now());
INSERT INTO public.django_migrations VALUES (13, 'procrastinate', '0003_drop_started_at_column', now());
INSERT INTO public.django_migrations VALUES (14, 'procrastinate', '0004_drop_procrastinate_version_table', now());
INSERT INTO public.django_migrations VALUES (15, 'procrastinate', '0005_fix_procrastinate_fetch_job', now());
INSERT INTO public.django_migrations VALUES (16, 'procrastinate', '0006_fix_trigger_status_events_insert', now());
INSERT INTO public.django_migrations VALUES (17, 'procrastinate', '0007_add_queueing_lock_column', now());
INSERT INTO public.django_migrations VALUES (18, 'procrastinate', '0008_close_fetch_job_race_condition', now());
INSERT INTO public.django_migrations VALUES (19, 'procrastinate', '0009_add_defer_job_function', now());
INSERT INTO public.django_migrations VALUES (20, 'procrastinate', '0010_add_procrastinate_periodic_defers', now());
INSERT INTO public.django_migrations VALUES (21, 'procrastinate', '0011_add_foreign_key_index', now());
INSERT INTO public.django_migrations VALUES (22, 'procrastinate', '0012_add_locks_to_periodic_defer', now());
INSERT INTO public.django_migrations VALUES (23, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', now());
INSERT INTO public.django_migrations VALUES (24, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', now());
INSERT INTO public.django_migrations VALUES (25, 'procrastinate', '0015_add_trigger_on_job_deletion', now());
INSERT INTO public.django_migrations VALUES (26, 'procrastinate', '0016_delete_finished_jobs', now());
INSERT INTO public.django_migrations VALUES (27, 'procrastinate', '0017_add_checks_to_finish_job', now());
INSERT INTO public.django_migrations VALUES (28, 'procrastinate', '0018_add_checks_to_retry_job', now());
INSERT INTO public.django_migrations VALUES (29, 'procrastinate', '0019_fix_finish_job_compat_issue', now());
INSERT INTO public.django_migrations VALUES (30, 'procrastinate', '0020_add_index_on_procrastinate_jobs', now());
INSERT INTO public.django_migrations VALUES (31, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', now());
INSERT INTO public.django_migrations VALUES (32, 'procrastinate', '0022_null_locks_excluded', now());
INSERT INTO public.django_migrations VALUES (33, 'procrastinate', '0023_remove_old_finish_job_function', now());
INSERT INTO public.django_migrations VALUES (34, 'procrastinate', '0024_job_id_bigint', now());
INSERT INTO public.django_migrations VALUES (35, 'procrastinate', '0025_add_models', now());
INSERT INTO public.django_migrations VALUES (36, 'procrastinate', '0026_add_job_priority', now());
INSERT INTO public.django_migrations VALUES (37, 'procrastinate', '0027_add_periodic_job_priority', now());
INSERT INTO public.django_migrations VALUES (38, 'procrastinate', '0028_add_cancel_states', now());
INSERT INTO public.django_migrations VALUES (39, 'procrastinate', '0029_add_additional_params_to_retry_job', now());
INSERT INTO public.django_migrations VALUES (40, 'procrastinate', '0030_alter_procrastinateevent_options', now());
INSERT INTO public.django_migrations VALUES (41, 'procrastinate', '0031_add_indexes_for_fetch_job', now());
INSERT INTO public.django_migrations VALUES (42, 'procrastinate', '0032_pre_cancel_notification', now());
INSERT INTO public.django_migrations VALUES (43, 'procrastinate', '0033_post_cancel_notification', now());
INSERT INTO public.django_migrations VALUES (44, 'procrastinate', '0034_pre_add_heartbeat', now());
INSERT INTO public.django_migrations VALUES (45, 'procrastinate', '0035_post_add_heartbeat', now());
INSERT INTO public.django_migrations VALUES (46, 'procrastinate', '0036_add_worker_model', now());
INSERT INTO public.django_migrations VALUES (47, 'procrastinate', '0037_pre_batch_defer_jobs', now());
INSERT INTO public.django_migrations VALUES (48, 'procrastinate', '0038_post_batch_defer_jobs', now());
INSERT INTO public.django_migrations VALUES (49, 'procrastinate', '0039_pre_priority_lock_fetch_job', now());
INSERT INTO public.django_migrations VALUES (50, 'procrastinate', '0040_pre_retry_failed_job', now());
INSERT INTO public.django_migrations VALUES (51, 'procrastinate', '0041_post_retry_failed_job', now());
INSERT INTO public.django_migrations VALUES (52, 'kernel', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (53, 'accounts', '0002_histories', now());
INSERT INTO public.django_migrations VALUES (54, 'accounts', '0003_notices_of_goods_and_addresses', now());
INSERT INTO public.django_migrations VALUES (55, 'accounts', '0004_notification_channels', now());
INSERT INTO public.django_migrations VALUES (56, 'accounts', '0005_notices_of_rooms', now());
INSERT INTO public.django_migrations VALUES (57, 'accounts', '0006_people_of_their_own', now());
INSERT INTO public.django_migrations VALUES (58, 'accounts', '0007_papers_and_closing', now());
INSERT INTO public.django_migrations VALUES (59, 'accounts', '0008_invitations', now());
INSERT INTO public.django_migrations VALUES (60, 'accounts', '0009_addresses_for_orders', now());
INSERT INTO public.django_migrations VALUES (61, 'accounts', '0010_one_application_waits', now());
INSERT INTO public.django_migrations VALUES (62, 'accounts', '0011_notices_of_rights', now());
INSERT INTO public.django_migrations VALUES (63, 'accounts', '0012_change_of_hands', now());
INSERT INTO public.django_migrations VALUES (64, 'accounts', '0013_notices_of_programmes', now());
INSERT INTO public.django_migrations VALUES (65, 'accounts', '0014_notices_of_links', now());
INSERT INTO public.django_migrations VALUES (66, 'accounts', '0015_notices_of_posts', now());
INSERT INTO public.django_migrations VALUES (67, 'accounts', '0016_notices_of_comments', now());
INSERT INTO public.django_migrations VALUES (68, 'accounts', '0017_notices_of_links_out', now());
INSERT INTO public.django_migrations VALUES (69, 'accounts', '0018_notices_of_belts', now());
INSERT INTO public.django_migrations VALUES (70, 'catalog', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (71, 'catalog', '0002_guards', now());
INSERT INTO public.django_migrations VALUES (72, 'alliance', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (73, 'alliance', '0002_versions', now());
INSERT INTO public.django_migrations VALUES (74, 'contenttypes', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (75, 'contenttypes', '0002_remove_content_type_name', now());
INSERT INTO public.django_migrations VALUES (76, 'auth', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (77, 'auth', '0002_alter_permission_name_max_length', now());
INSERT INTO public.django_migrations VALUES (78, 'auth', '0003_alter_user_email_max_length', now());
INSERT INTO public.django_migrations VALUES (79, 'auth', '0004_alter_user_username_opts', now());
INSERT INTO public.django_migrations VALUES (80, 'auth', '0005_alter_user_last_login_null', now());
INSERT INTO public.django_migrations VALUES (81, 'auth', '0006_require_contenttypes_0002', now());
INSERT INTO public.django_migrations VALUES (82, 'auth', '0007_alter_validators_add_error_messages', now());
INSERT INTO public.django_migrations VALUES (83, 'auth', '0008_alter_user_username_max_length', now());
INSERT INTO public.django_migrations VALUES (84, 'auth', '0009_alter_user_last_name_max_length', now());
INSERT INTO public.django_migrations VALUES (85, 'auth', '0010_alter_group_name_max_length', now());
INSERT INTO public.django_migrations VALUES (86, 'auth', '0011_update_proxy_permissions', now());
INSERT INTO public.django_migrations VALUES (87, 'auth', '0012_alter_user_first_name_max_length', now());
INSERT INTO public.django_migrations VALUES (88, 'catalog', '0003_finding', now());
INSERT INTO public.django_migrations VALUES (89, 'catalog', '0004_axes_and_codes', now());
INSERT INTO public.django_migrations VALUES (90, 'catalog', '0005_goods_by_code_and_title', now());
INSERT INTO public.django_migrations VALUES (91, 'catalog', '0006_offers_now', now());
INSERT INTO public.django_migrations VALUES (92, 'trade', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (93, 'trade', '0002_place_batch', now());
INSERT INTO public.django_migrations VALUES (94, 'trade', '0003_carts_and_second_tries', now());
INSERT INTO public.django_migrations VALUES (95, 'trade', '0004_reserved_coupons', now());
INSERT INTO public.django_migrations VALUES (96, 'live', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (97, 'live', '0002_recordings', now());
INSERT INTO public.django_migrations VALUES (98, 'live', '0003_seats_gifts_and_notes', now());
INSERT INTO public.django_migrations VALUES (99, 'live', '0004_reminders', now());
INSERT INTO public.django_migrations VALUES (100, 'content', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (101, 'content', '0002_follows', now());
INSERT INTO public.django_migrations VALUES (102, 'content', '0003_uploads', now());
INSERT INTO public.django_migrations VALUES (103, 'content', '0004_posts_show_works', now());
INSERT INTO public.django_migrations VALUES (104, 'content', '0005_signals', now());
INSERT INTO public.django_migrations VALUES (105, 'content', '0006_rights', now());
INSERT INTO public.django_migrations VALUES (106, 'content', '0007_relations', now());
INSERT INTO public.django_migrations VALUES (107, 'content', '0008_moderation', now());
INSERT INTO public.django_migrations VALUES (108, 'content', '0009_posts_by_source', now());
INSERT INTO public.django_migrations VALUES (109, 'content', '0010_programmes', now());
INSERT INTO public.django_migrations VALUES (110, 'content', '0011_cases_closed', now());
INSERT INTO public.django_migrations VALUES (111, 'content', '0012_buys_of_other_hands', now());
INSERT INTO public.django_migrations VALUES (112, 'content', '0013_caption_words', now());
INSERT INTO public.django_migrations VALUES (113, 'content', '0014_fans_kept', now());
INSERT INTO public.django_migrations VALUES (114, 'content', '0015_fans_counted', now());
INSERT INTO public.django_migrations VALUES (115, 'content', '0016_cover_cause', now());
INSERT INTO public.django_migrations VALUES (116, 'content', '0017_own_name_of_a_check', now());
INSERT INTO public.django_migrations VALUES (117, 'content', '0018_cases_of_public_posts', now());
INSERT INTO public.django_migrations VALUES (118, 'content', '0019_posts_down_by', now());
INSERT INTO public.django_migrations VALUES (119, 'content', '0020_refunded_orders', now());
INSERT INTO public.django_migrations VALUES (120, 'content', '0021_belts', now());
INSERT INTO public.django_migrations VALUES (121, 'content', '0022_talk_cases', now());
INSERT INTO public.django_migrations VALUES (122, 'content', '0023_watch_time_believed', now());
INSERT INTO public.django_migrations VALUES (123, 'content', '0024_formula_of_visits', now());
INSERT INTO public.django_migrations VALUES (124, 'content', '0025_talents_linked_out', now());
INSERT INTO public.django_migrations VALUES (125, 'content', '0026_refused_texts', now());
INSERT INTO public.django_migrations VALUES (126, 'delivery', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (127, 'integrations', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (128, 'kernel', '0002_runs', now());
INSERT INTO public.django_migrations VALUES (129, 'kernel', '0003_audit', now());
INSERT INTO public.django_migrations VALUES (130, 'kernel', '0004_holds', now());
INSERT INTO public.django_migrations VALUES (131, 'kernel', '0005_job_failures', now());
INSERT INTO public.django_migrations VALUES (132, 'kernel', '0006_pace_readers', now());
INSERT INTO public.django_migrations VALUES (133, 'ledger', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (134, 'ledger', '0002_payout_accounts', now());
INSERT INTO public.django_migrations VALUES (135, 'ledger', '0003_post_in_sets', now());
INSERT INTO public.django_migrations VALUES (136, 'ledger', '0004_prove_in_sets', now());
INSERT INTO public.django_migrations VALUES (137, 'ledger', '0005_programmes', now());
INSERT INTO public.django_migrations VALUES (138, 'links', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (139, 'links', '0002_first_networks', now());
INSERT INTO public.django_migrations VALUES (140, 'links', '0003_warnings', now());
INSERT INTO public.django_migrations VALUES (141, 'links', '0004_order_sources', now());
INSERT INTO public.django_migrations VALUES (142, 'links', '0005_halvings', now());
INSERT INTO public.django_migrations VALUES (143, 'links', '0006_who_went', now());
INSERT INTO public.django_migrations VALUES (144, 'links', '0007_judged_titles', now());
INSERT INTO public.django_migrations VALUES (145, 'live', '0005_follows_are_contents', now());
INSERT INTO public.django_migrations VALUES (146, 'live', '0006_rooms_show_events', now());
INSERT INTO public.django_migrations VALUES (147, 'mfa', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (148, 'mfa', '0002_authenticator_timestamps', now());
INSERT INTO public.django_migrations VALUES (149, 'mfa', '0003_authenticator_type_uniq', now());
INSERT INTO public.django_migrations VALUES (150, 'oversight', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (151, 'oversight', '0002_withdrawn_complaints', now());
INSERT INTO public.django_migrations VALUES (152, 'oversight', '0003_link_rules', now());
INSERT INTO public.django_migrations VALUES (153, 'oversight', '0004_programmes', now());
INSERT INTO public.django_migrations VALUES (154, 'payments', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (155, 'sessions', '0001_initial', now());
INSERT INTO public.django_migrations VALUES (156, 'trade', '0005_invoices_views_and_percentages', now());
INSERT INTO public.django_migrations VALUES (157, 'trade', '0006_stock_reasons_and_kept_offers', now());
INSERT INTO public.django_migrations VALUES (158, 'trade', '0007_reviews', now());
INSERT INTO public.django_migrations VALUES (159, 'trade', '0008_flash_purchases', now());
INSERT INTO public.django_migrations VALUES (160, 'trade', '0009_reasons_of_refused_refunds', now());
INSERT INTO public.django_migrations VALUES (161, 'trade', '0010_found_in_posts', now());
INSERT INTO public.django_migrations VALUES (162, 'trade', '0011_flash_locks_end_first', now());
INSERT INTO public.django_migrations VALUES (163, 'trade', '0012_held_goods', now());

INSERT INTO public.event_generation VALUES (true, 1);

INSERT INTO public.led_kind VALUES ('psp_clearing', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('escrow', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('refund_payable', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('tech_fee', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('channel_fee', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('subsidy', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('advance', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('claims', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('rounding', true, 16, NULL, NULL);
INSERT INTO public.led_kind VALUES ('pending', false, 1, 0, NULL);
INSERT INTO public.led_kind VALUES ('available', false, 1, 0, NULL);
INSERT INTO public.led_kind VALUES ('receivable', false, 1, NULL, 0);
INSERT INTO public.led_kind VALUES ('support', true, 16, NULL, NULL);

INSERT INTO public.led_policy VALUES (1, 200, 60, 3000, '2020-01-01 00:00:00+00', '2020-01-01 00:00:00+00', 'installation');

INSERT INTO public.links_network VALUES ('01a209af-7451-77d1-b88c-e87572b59bdc', 'taobao', '淘宝联盟', 'Taobao Alliance', '', '2022-02-22 00:00:00+00', NULL);
INSERT INTO public.links_network VALUES ('01a209af-745f-7113-afda-c10e63debd43', 'jd', '京东联盟', 'JD Alliance', '', '2022-02-22 00:00:00+00', NULL);
INSERT INTO public.links_network VALUES ('01a209af-7465-77fa-b4d3-2c6761c9a678', 'pinduoduo', '多多进宝', 'Pinduoduo Jinbao', '', '2022-02-22 00:00:00+00', NULL);
INSERT INTO public.links_network VALUES ('01a209af-746b-7418-960a-d6603606eef2', 'vipshop', '唯品会联盟', 'Vipshop Alliance', '', '2022-02-22 00:00:00+00', NULL);
INSERT INTO public.links_network VALUES ('01a209af-7470-7237-8d44-9fa32a912b7d', 'suning', '苏宁推客', 'Suning Tuike', '', '2022-02-22 00:00:00+00', NULL);

INSERT INTO public.links_networkdomain VALUES ('taobao.com', '01a209af-7451-77d1-b88c-e87572b59bdc');
INSERT INTO public.links_networkdomain VALUES ('tmall.com', '01a209af-7451-77d1-b88c-e87572b59bdc');
INSERT INTO public.links_networkdomain VALUES ('tmall.hk', '01a209af-7451-77d1-b88c-e87572b59bdc');
INSERT INTO public.links_networkdomain VALUES ('tb.cn', '01a209af-7451-77d1-b88c-e87572b59bdc');
INSERT INTO public.links_networkdomain VALUES ('jd.com', '01a209af-745f-7113-afda-c10e63debd43');
INSERT INTO public.links_networkdomain VALUES ('jd.hk', '01a209af-745f-7113-afda-c10e63debd43');
INSERT INTO public.links_networkdomain VALUES ('3.cn', '01a209af-745f-7113-afda-c10e63debd43');
INSERT INTO public.links_networkdomain VALUES ('pinduoduo.com', '01a209af-7465-77fa-b4d3-2c6761c9a678');
INSERT INTO public.links_networkdomain VALUES ('yangkeduo.com', '01a209af-7465-77fa-b4d3-2c6761c9a678');
INSERT INTO public.links_networkdomain VALUES ('vip.com', '01a209af-746b-7418-960a-d6603606eef2');
INSERT INTO public.links_networkdomain VALUES ('suning.com', '01a209af-7470-7237-8d44-9fa32a912b7d');

SELECT pg_catalog.setval('public.account_emailaddress_id_seq', 1, false);

SELECT pg_catalog.setval('public.account_emailconfirmation_id_seq', 1, false);

SELECT pg_catalog.setval('public.audit_entry_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_permission_id_seq', 708, true);

SELECT pg_catalog.setval('public.content_fanchange_id_seq', 1, false);

SELECT pg_catalog.setval('public.content_kin_id_seq', 1, false);

SELECT pg_catalog.setval('public.content_postbuy_id_seq', 1, false);

SELECT pg_catalog.setval('public.content_taste_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_content_type_id_seq', 177, true);

SELECT pg_catalog.setval('public.django_migrations_id_seq', 163, true);

SELECT pg_catalog.setval('public.event_log_id_seq', 1, false);

SELECT pg_catalog.setval('public.led_account_id_seq', 1, false);

SELECT pg_catalog.setval('public.led_line_id_seq', 1, false);

SELECT pg_catalog.setval('public.led_policy_version_seq', 1, true);

SELECT pg_catalog.setval('public.live_tally_id_seq', 1, false);

SELECT pg_catalog.setval('public.mfa_authenticator_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_events_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_jobs_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_periodic_defers_id_seq', 1, false);

SELECT pg_catalog.setval('public.procrastinate_workers_id_seq', 1, false);

SELECT pg_catalog.setval('public.trade_order_number', 1, false);

ALTER TABLE ONLY public.alliance_acceptance
    ADD CONSTRAINT acceptance_once UNIQUE (plan_id, creator_id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_address
    ADD CONSTRAINT accounts_address_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_changeofhands
    ADD CONSTRAINT accounts_changeofhands_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_consent
    ADD CONSTRAINT accounts_consent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_creator
    ADD CONSTRAINT accounts_creator_name_key UNIQUE (name);

ALTER TABLE ONLY public.accounts_creator
    ADD CONSTRAINT accounts_creator_person_id_key UNIQUE (person_id);

ALTER TABLE ONLY public.accounts_creator
    ADD CONSTRAINT accounts_creator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_grant
    ADD CONSTRAINT accounts_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_leaving
    ADD CONSTRAINT accounts_leaving_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_mailaddress
    ADD CONSTRAINT accounts_mailaddress_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.accounts_minorday
    ADD CONSTRAINT accounts_minorday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_notice
    ADD CONSTRAINT accounts_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_noticedelivery
    ADD CONSTRAINT accounts_noticedelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_noticesetting
    ADD CONSTRAINT accounts_noticesetting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_person
    ADD CONSTRAINT accounts_person_phone_index_key UNIQUE (phone_index);

ALTER TABLE ONLY public.accounts_person
    ADD CONSTRAINT accounts_person_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_personrole
    ADD CONSTRAINT accounts_personrole_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_personsession
    ADD CONSTRAINT accounts_personsession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_personsession
    ADD CONSTRAINT accounts_personsession_session_key_key UNIQUE (session_key);

ALTER TABLE ONLY public.accounts_phonecase
    ADD CONSTRAINT accounts_phonecase_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_pushsubscription
    ADD CONSTRAINT accounts_pushsubscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_quiethours
    ADD CONSTRAINT accounts_quiethours_pkey PRIMARY KEY (person_id);

ALTER TABLE ONLY public.accounts_reveal
    ADD CONSTRAINT accounts_reveal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_shop
    ADD CONSTRAINT accounts_shop_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_shoppapers
    ADD CONSTRAINT accounts_shoppapers_pkey PRIMARY KEY (shop_id);

ALTER TABLE ONLY public.accounts_signincode
    ADD CONSTRAINT accounts_signincode_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_signintry
    ADD CONSTRAINT accounts_signintry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_staff
    ADD CONSTRAINT accounts_staff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_staffinvitation
    ADD CONSTRAINT accounts_staffinvitation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_usedchallenge
    ADD CONSTRAINT accounts_usedchallenge_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.alliance_acceptance
    ADD CONSTRAINT alliance_acceptance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alliance_plan
    ADD CONSTRAINT alliance_plan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alliance_planversion
    ADD CONSTRAINT alliance_planversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_block
    ADD CONSTRAINT block_once UNIQUE (person_id, other_id);

ALTER TABLE ONLY public.delivery_carrier_notice
    ADD CONSTRAINT carrier_notice_once UNIQUE (carrier, event_id);

ALTER TABLE ONLY public.trade_cart_line
    ADD CONSTRAINT cart_line_once UNIQUE (person_id, sku_id);

ALTER TABLE ONLY public.catalog_category
    ADD CONSTRAINT catalog_category_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_category
    ADD CONSTRAINT catalog_category_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT catalog_offer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_picture
    ADD CONSTRAINT catalog_picture_file_key UNIQUE (file);

ALTER TABLE ONLY public.catalog_picture
    ADD CONSTRAINT catalog_picture_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_pricechange
    ADD CONSTRAINT catalog_pricechange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_searchentry
    ADD CONSTRAINT catalog_searchentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_shopfollow
    ADD CONSTRAINT catalog_shopfollow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalog_sku
    ADD CONSTRAINT catalog_sku_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_catch
    ADD CONSTRAINT catch_once UNIQUE (drop_id, person_id);

ALTER TABLE ONLY public.trade_checkout
    ADD CONSTRAINT checkout_key_once UNIQUE (buyer_id, key);

ALTER TABLE ONLY public.trade_checkout
    ADD CONSTRAINT checkout_payment_once UNIQUE (payment_id);

ALTER TABLE ONLY public.clock_offset
    ADD CONSTRAINT clock_offset_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.live_comment
    ADD CONSTRAINT comment_once UNIQUE (room_id, person_id, ref);

ALTER TABLE ONLY public.accounts_consent
    ADD CONSTRAINT consent_once_per_version UNIQUE (person_id, document, version);

ALTER TABLE ONLY public.content_belt
    ADD CONSTRAINT content_belt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_beltmembership
    ADD CONSTRAINT content_beltmembership_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_block
    ADD CONSTRAINT content_block_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_captionwords
    ADD CONSTRAINT content_captionwords_pkey PRIMARY KEY (work_id);

ALTER TABLE ONLY public.content_case
    ADD CONSTRAINT content_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_comment
    ADD CONSTRAINT content_comment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_creatorsnapshot
    ADD CONSTRAINT content_creatorsnapshot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_enrolment
    ADD CONSTRAINT content_enrolment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_fanchange
    ADD CONSTRAINT content_fanchange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_fancount
    ADD CONSTRAINT content_fancount_pkey PRIMARY KEY (creator_id);

ALTER TABLE ONLY public.content_fieldday
    ADD CONSTRAINT content_fieldday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_heldshow
    ADD CONSTRAINT content_heldshow_pkey PRIMARY KEY (room_id);

ALTER TABLE ONLY public.content_kin
    ADD CONSTRAINT content_kin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_like
    ADD CONSTRAINT content_like_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_occasion
    ADD CONSTRAINT content_occasion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_opinion
    ADD CONSTRAINT content_opinion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_outsideaccount
    ADD CONSTRAINT content_outsideaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_post
    ADD CONSTRAINT content_post_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_postbuy
    ADD CONSTRAINT content_postbuy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_postentry
    ADD CONSTRAINT content_postentry_pkey PRIMARY KEY (post_id);

ALTER TABLE ONLY public.content_postfigures
    ADD CONSTRAINT content_postfigures_pkey PRIMARY KEY (post_id);

ALTER TABLE ONLY public.content_postoccasion
    ADD CONSTRAINT content_postoccasion_pkey PRIMARY KEY (post_id);

ALTER TABLE ONLY public.content_postproduct
    ADD CONSTRAINT content_postproduct_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_postwork
    ADD CONSTRAINT content_postwork_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_postwork
    ADD CONSTRAINT content_postwork_work_id_key UNIQUE (work_id);

ALTER TABLE ONLY public.content_programme
    ADD CONSTRAINT content_programme_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_programmetask
    ADD CONSTRAINT content_programmetask_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_refundedorder
    ADD CONSTRAINT content_refundedorder_pkey PRIMARY KEY ("order");

ALTER TABLE ONLY public.content_refusedtext
    ADD CONSTRAINT content_refusedtext_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_reward
    ADD CONSTRAINT content_reward_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_rightsgrant
    ADD CONSTRAINT content_rightsgrant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_ruleset
    ADD CONSTRAINT content_ruleset_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.content_talentagreement
    ADD CONSTRAINT content_talentagreement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_talentalert
    ADD CONSTRAINT content_talentalert_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_talkcase
    ADD CONSTRAINT content_talkcase_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_talkrule
    ADD CONSTRAINT content_talkrule_pkey PRIMARY KEY (creator_id);

ALTER TABLE ONLY public.content_taskprogress
    ADD CONSTRAINT content_taskprogress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_taste
    ADD CONSTRAINT content_taste_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_upload
    ADD CONSTRAINT content_upload_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_visit
    ADD CONSTRAINT content_visit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_work
    ADD CONSTRAINT content_work_file_key UNIQUE (file);

ALTER TABLE ONLY public.content_work
    ADD CONSTRAINT content_work_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_coupon_claim
    ADD CONSTRAINT coupon_claim_once UNIQUE (coupon_id, person_id, nth);

ALTER TABLE ONLY public.delivery_carrier_notice
    ADD CONSTRAINT delivery_carrier_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.delivery_freight_rule
    ADD CONSTRAINT delivery_freight_rule_pkey PRIMARY KEY (shop_id);

ALTER TABLE ONLY public.integrations_delivery
    ADD CONSTRAINT delivery_once UNIQUE (endpoint_id, event_id);

ALTER TABLE ONLY public.delivery_shipment_line
    ADD CONSTRAINT delivery_shipment_line_pkey PRIMARY KEY (shipment_id, line_no);

ALTER TABLE ONLY public.delivery_shipment
    ADD CONSTRAINT delivery_shipment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.delivery_track_event
    ADD CONSTRAINT delivery_track_event_pkey PRIMARY KEY (shipment_id, event_no);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.content_enrolment
    ADD CONSTRAINT enrolment_once UNIQUE (programme_id, creator_id);

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT entry_number_once UNIQUE (giveaway_id, no);

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT entry_once UNIQUE (giveaway_id, person_id);

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT entry_place_once UNIQUE (giveaway_id, place);

ALTER TABLE ONLY public.event_generation
    ADD CONSTRAINT event_generation_pkey PRIMARY KEY (sole);

ALTER TABLE ONLY public.event_log
    ADD CONSTRAINT event_log_pkey PRIMARY KEY (generation, xid, id);

ALTER TABLE ONLY public.event_position
    ADD CONSTRAINT event_position_pkey PRIMARY KEY (consumer);

ALTER TABLE ONLY public.event_retry
    ADD CONSTRAINT event_retry_pkey PRIMARY KEY (consumer, event_id);

ALTER TABLE ONLY public.links_externalorder
    ADD CONSTRAINT external_order_once UNIQUE (network_id, order_no, line_no);

ALTER TABLE ONLY public.content_fieldday
    ADD CONSTRAINT field_day_once UNIQUE (field, "on");

ALTER TABLE ONLY public.live_follow
    ADD CONSTRAINT follow_once UNIQUE (person_id, creator_id);

ALTER TABLE ONLY public.integrations_app
    ADD CONSTRAINT integrations_app_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_attempt
    ADD CONSTRAINT integrations_attempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_delivery
    ADD CONSTRAINT integrations_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_endpoint
    ADD CONSTRAINT integrations_endpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_orderofshop
    ADD CONSTRAINT integrations_orderofshop_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.integrations_token
    ADD CONSTRAINT integrations_token_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.integrations_token
    ADD CONSTRAINT integrations_token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_item
    ADD CONSTRAINT item_no_once UNIQUE (room_id, no) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_item
    ADD CONSTRAINT item_once_per_room UNIQUE (room_id, product_id);

ALTER TABLE ONLY public.job_failure
    ADD CONSTRAINT job_failure_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.content_kin
    ADD CONSTRAINT kin_once UNIQUE (creator_id, other_id);

ALTER TABLE ONLY public.led_account
    ADD CONSTRAINT led_account_once UNIQUE (book, party_kind, party_id, kind, currency, shard);

ALTER TABLE ONLY public.led_account
    ADD CONSTRAINT led_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.led_kind
    ADD CONSTRAINT led_kind_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.led_leg
    ADD CONSTRAINT led_leg_pkey PRIMARY KEY (txn_id, n);

ALTER TABLE ONLY public.led_line
    ADD CONSTRAINT led_line_once UNIQUE (order_id, line_no);

ALTER TABLE ONLY public.led_line
    ADD CONSTRAINT led_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.led_order
    ADD CONSTRAINT led_order_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.led_payout_account
    ADD CONSTRAINT led_payout_account_once UNIQUE (party_kind, party_id, version);

ALTER TABLE ONLY public.led_payout_account
    ADD CONSTRAINT led_payout_account_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY public.led_payout
    ADD CONSTRAINT led_payout_hold_id_key UNIQUE (hold_id);

ALTER TABLE ONLY public.led_payout
    ADD CONSTRAINT led_payout_once UNIQUE (party_kind, party_id, key);

ALTER TABLE ONLY public.led_payout
    ADD CONSTRAINT led_payout_pkey PRIMARY KEY (payout_id);

ALTER TABLE ONLY public.led_policy
    ADD CONSTRAINT led_policy_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.led_refund
    ADD CONSTRAINT led_refund_pkey PRIMARY KEY (refund_id);

ALTER TABLE ONLY public.led_txn
    ADD CONSTRAINT led_txn_once UNIQUE (book, idem);

ALTER TABLE ONLY public.led_txn
    ADD CONSTRAINT led_txn_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.led_txn
    ADD CONSTRAINT led_txn_resolved_once UNIQUE (pending_id);

ALTER TABLE ONLY public.led_txn
    ADD CONSTRAINT led_txn_reversed_once UNIQUE (reverses_id);

ALTER TABLE ONLY public.legal_hold
    ADD CONSTRAINT legal_hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_like
    ADD CONSTRAINT like_once UNIQUE (person_id, post_id);

ALTER TABLE ONLY public.links_rule
    ADD CONSTRAINT link_rule_version_once UNIQUE NULLS NOT DISTINCT (network_id, surface, version);

ALTER TABLE ONLY public.links_warning
    ADD CONSTRAINT link_warning_once UNIQUE NULLS NOT DISTINCT (rule_id, shop_id, creator_id);

ALTER TABLE ONLY public.links_click
    ADD CONSTRAINT links_click_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_externalorder
    ADD CONSTRAINT links_externalorder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_listing
    ADD CONSTRAINT links_listing_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_network
    ADD CONSTRAINT links_network_code_key UNIQUE (code);

ALTER TABLE ONLY public.links_network
    ADD CONSTRAINT links_network_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_networkdomain
    ADD CONSTRAINT links_networkdomain_pkey PRIMARY KEY (domain);

ALTER TABLE ONLY public.links_orderflaw
    ADD CONSTRAINT links_orderflaw_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_orderreading
    ADD CONSTRAINT links_orderreading_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_preview
    ADD CONSTRAINT links_preview_pkey PRIMARY KEY (listing_id);

ALTER TABLE ONLY public.links_rule
    ADD CONSTRAINT links_rule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.links_warning
    ADD CONSTRAINT links_warning_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_act
    ADD CONSTRAINT live_act_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_blocklist
    ADD CONSTRAINT live_blocklist_creator_id_key UNIQUE (creator_id);

ALTER TABLE ONLY public.live_blocklist
    ADD CONSTRAINT live_blocklist_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_catch
    ADD CONSTRAINT live_catch_claim_id_key UNIQUE (claim_id);

ALTER TABLE ONLY public.live_catch
    ADD CONSTRAINT live_catch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_clip
    ADD CONSTRAINT live_clip_mark_id_key UNIQUE (mark_id);

ALTER TABLE ONLY public.live_clip
    ADD CONSTRAINT live_clip_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_comment
    ADD CONSTRAINT live_comment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_drop
    ADD CONSTRAINT live_drop_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT live_entry_claim_id_key UNIQUE (claim_id);

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT live_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_flash
    ADD CONSTRAINT live_flash_pkey PRIMARY KEY (offer_id);

ALTER TABLE ONLY public.live_follow
    ADD CONSTRAINT live_follow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_frame
    ADD CONSTRAINT live_frame_pkey PRIMARY KEY (room_id, epoch, seq);

ALTER TABLE ONLY public.live_framecounter
    ADD CONSTRAINT live_framecounter_pkey PRIMARY KEY (room_id);

ALTER TABLE ONLY public.live_giveaway
    ADD CONSTRAINT live_giveaway_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_ingestkey
    ADD CONSTRAINT live_ingestkey_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.live_ingestkey
    ADD CONSTRAINT live_ingestkey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_item
    ADD CONSTRAINT live_item_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_mark
    ADD CONSTRAINT live_mark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_minute
    ADD CONSTRAINT live_minute_pkey PRIMARY KEY (room_id, minute);

ALTER TABLE ONLY public.live_personsilence
    ADD CONSTRAINT live_personsilence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_recording
    ADD CONSTRAINT live_recording_pkey PRIMARY KEY (room_id);

ALTER TABLE ONLY public.live_reminder
    ADD CONSTRAINT live_reminder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_room
    ADD CONSTRAINT live_room_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_sale
    ADD CONSTRAINT live_sale_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.live_scriptcard
    ADD CONSTRAINT live_scriptcard_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_seat
    ADD CONSTRAINT live_seat_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_session
    ADD CONSTRAINT live_session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_signalminute
    ADD CONSTRAINT live_signalminute_pkey PRIMARY KEY (room_id, minute);

ALTER TABLE ONLY public.live_spentticket
    ADD CONSTRAINT live_spentticket_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_stop
    ADD CONSTRAINT live_stop_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.live_summary
    ADD CONSTRAINT live_summary_pkey PRIMARY KEY (room_id);

ALTER TABLE ONLY public.live_tally
    ADD CONSTRAINT live_tally_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_minorday
    ADD CONSTRAINT minor_day_once UNIQUE (person_id, day);

ALTER TABLE ONLY public.accounts_noticedelivery
    ADD CONSTRAINT notice_delivery_once UNIQUE NULLS NOT DISTINCT (notice_id, channel, subscription_id);

ALTER TABLE ONLY public.accounts_notice
    ADD CONSTRAINT notice_once UNIQUE (person_id, kind, ref);

ALTER TABLE ONLY public.accounts_noticesetting
    ADD CONSTRAINT notice_setting_once UNIQUE (person_id, kind, channel);

ALTER TABLE ONLY public.content_occasion
    ADD CONSTRAINT occasion_once UNIQUE (name_zh, starts_at);

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT offer_one_at_a_time EXCLUDE USING gist (numrange((hashtextextended(((sku_id)::text || COALESCE((place_id)::text, ''::text)), (0)::bigint))::numeric, (hashtextextended(((sku_id)::text || COALESCE((place_id)::text, ''::text)), (0)::bigint))::numeric, '[]'::text) WITH &&, tstzrange(starts_at, ends_at) WITH &&);

ALTER TABLE ONLY public.content_opinion
    ADD CONSTRAINT opinion_once UNIQUE (post_id, digest, model);

ALTER TABLE ONLY public.links_orderflaw
    ADD CONSTRAINT order_flaw_once UNIQUE (network_id, order_no, line_no, reason);

ALTER TABLE ONLY public.links_orderreading
    ADD CONSTRAINT order_reading_once UNIQUE (network_id, lane);

ALTER TABLE ONLY public.content_outsideaccount
    ADD CONSTRAINT outside_account_once UNIQUE (network, name);

ALTER TABLE ONLY public.oversight_complaint
    ADD CONSTRAINT oversight_complaint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.oversight_proposal
    ADD CONSTRAINT oversight_proposal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_bill_file
    ADD CONSTRAINT pay_bill_file_once UNIQUE (channel, day, sha256);

ALTER TABLE ONLY public.pay_bill_file
    ADD CONSTRAINT pay_bill_file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_bill_line
    ADD CONSTRAINT pay_bill_line_once UNIQUE (channel, line_key);

ALTER TABLE ONLY public.pay_bill_line
    ADD CONSTRAINT pay_bill_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_notice
    ADD CONSTRAINT pay_notice_once UNIQUE (channel, event_id);

ALTER TABLE ONLY public.pay_notice
    ADD CONSTRAINT pay_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_payment
    ADD CONSTRAINT pay_payment_attempt UNIQUE (group_id, attempt);

ALTER TABLE ONLY public.pay_payment
    ADD CONSTRAINT pay_payment_out_no UNIQUE (channel, out_no);

ALTER TABLE ONLY public.pay_payment
    ADD CONSTRAINT pay_payment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_recon_item
    ADD CONSTRAINT pay_recon_item_line_id_key UNIQUE (line_id);

ALTER TABLE ONLY public.pay_recon_item
    ADD CONSTRAINT pay_recon_item_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_refund
    ADD CONSTRAINT pay_refund_out_no UNIQUE (channel, out_no);

ALTER TABLE ONLY public.pay_refund
    ADD CONSTRAINT pay_refund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_refused_notice
    ADD CONSTRAINT pay_refused_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pay_transfer
    ADD CONSTRAINT pay_transfer_out_no UNIQUE (channel, out_no);

ALTER TABLE ONLY public.pay_transfer
    ADD CONSTRAINT pay_transfer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts_personrole
    ADD CONSTRAINT person_role_once UNIQUE (person_id, role);

ALTER TABLE ONLY public.alliance_planversion
    ADD CONSTRAINT plan_version_once UNIQUE (plan_id, version);

ALTER TABLE ONLY public.content_postbuy
    ADD CONSTRAINT post_buy_once UNIQUE ("order", post_id);

ALTER TABLE ONLY public.content_postproduct
    ADD CONSTRAINT post_product_in_order UNIQUE (post_id, "position");

ALTER TABLE ONLY public.content_postproduct
    ADD CONSTRAINT post_product_once UNIQUE (post_id, product_id);

ALTER TABLE ONLY public.content_postwork
    ADD CONSTRAINT post_work_in_order UNIQUE (post_id, "position");

ALTER TABLE ONLY public.catalog_pricechange
    ADD CONSTRAINT price_change_version UNIQUE (sku_id, version);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_taskprogress
    ADD CONSTRAINT progress_once UNIQUE (enrolment_id, kind);

ALTER TABLE ONLY public.trade_quote
    ADD CONSTRAINT quote_version_once UNIQUE (quote_id, version);

ALTER TABLE ONLY public.trade_refund
    ADD CONSTRAINT refund_key_once UNIQUE NULLS NOT DISTINCT (order_id, asked_by_id, key);

ALTER TABLE ONLY public.remembered_answer
    ADD CONSTRAINT remembered_answer_pkey PRIMARY KEY (scope, key);

ALTER TABLE ONLY public.live_reminder
    ADD CONSTRAINT reminder_once UNIQUE (room_id, person_id);

ALTER TABLE ONLY public.trade_restock_wish
    ADD CONSTRAINT restock_wish_once UNIQUE (sku_id, person_id);

ALTER TABLE ONLY public.trade_review
    ADD CONSTRAINT review_once_per_line UNIQUE (order_id, line_no);

ALTER TABLE ONLY public.trade_review_report
    ADD CONSTRAINT review_reported_once_each UNIQUE (review_id, person_id);

ALTER TABLE ONLY public.content_reward
    ADD CONSTRAINT reward_once UNIQUE (enrolment_id, task_id);

ALTER TABLE ONLY public.run_note
    ADD CONSTRAINT run_note_pkey PRIMARY KEY (run_id, row_no, note_no);

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_saved_view
    ADD CONSTRAINT saved_view_named_once UNIQUE (person_id, shop_id, name);

ALTER TABLE ONLY public.live_scriptcard
    ADD CONSTRAINT script_one_per_product UNIQUE (room_id, product_id);

ALTER TABLE ONLY public.delivery_shipment
    ADD CONSTRAINT shipment_waybill_once UNIQUE (carrier, waybill_no);

ALTER TABLE ONLY public.catalog_shopfollow
    ADD CONSTRAINT shop_follow_once UNIQUE (person_id, shop_id);

ALTER TABLE ONLY public.live_personsilence
    ADD CONSTRAINT silence_once UNIQUE (room_id, person_id);

ALTER TABLE ONLY public.catalog_sku
    ADD CONSTRAINT sku_position UNIQUE (product_id, "position");

ALTER TABLE ONLY public.accounts_staff
    ADD CONSTRAINT staff_once UNIQUE (shop_id, person_id);

ALTER TABLE ONLY public.content_talentalert
    ADD CONSTRAINT talent_alert_once UNIQUE (agreement_id, cause, since_on);

ALTER TABLE ONLY public.content_programmetask
    ADD CONSTRAINT task_in_order UNIQUE (programme_id, "position");

ALTER TABLE ONLY public.content_programmetask
    ADD CONSTRAINT task_target_once UNIQUE (programme_id, kind, target);

ALTER TABLE ONLY public.content_taste
    ADD CONSTRAINT taste_once UNIQUE (person_id, creator_id);

ALTER TABLE ONLY public.trade_cart_line
    ADD CONSTRAINT trade_cart_line_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_checkout
    ADD CONSTRAINT trade_checkout_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_coupon_claim
    ADD CONSTRAINT trade_coupon_claim_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_coupon
    ADD CONSTRAINT trade_coupon_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_invoice_file
    ADD CONSTRAINT trade_invoice_file_pkey PRIMARY KEY (invoice_id);

ALTER TABLE ONLY public.trade_invoice
    ADD CONSTRAINT trade_invoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_lost_payment
    ADD CONSTRAINT trade_lost_payment_payment_id_key UNIQUE (payment_id);

ALTER TABLE ONLY public.trade_lost_payment
    ADD CONSTRAINT trade_lost_payment_pkey PRIMARY KEY (refund_id);

ALTER TABLE ONLY public.trade_offer_stock
    ADD CONSTRAINT trade_offer_stock_pkey PRIMARY KEY (offer_id);

ALTER TABLE ONLY public.trade_order_line
    ADD CONSTRAINT trade_order_line_pkey PRIMARY KEY (order_id, line_no);

ALTER TABLE ONLY public.trade_order
    ADD CONSTRAINT trade_order_number_key UNIQUE (number);

ALTER TABLE ONLY public.trade_order
    ADD CONSTRAINT trade_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_quote_coupon
    ADD CONSTRAINT trade_quote_coupon_pkey PRIMARY KEY (revision_id, claim_id);

ALTER TABLE ONLY public.trade_quote_line
    ADD CONSTRAINT trade_quote_line_pkey PRIMARY KEY (revision_id, order_id, line_no);

ALTER TABLE ONLY public.trade_quote_order
    ADD CONSTRAINT trade_quote_order_pkey PRIMARY KEY (order_id);

ALTER TABLE ONLY public.trade_quote
    ADD CONSTRAINT trade_quote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_refund_line
    ADD CONSTRAINT trade_refund_line_pkey PRIMARY KEY (refund_id, line_no);

ALTER TABLE ONLY public.trade_refund_picture
    ADD CONSTRAINT trade_refund_picture_pkey PRIMARY KEY (refund_id, "position");

ALTER TABLE ONLY public.trade_refund
    ADD CONSTRAINT trade_refund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_restock_wish
    ADD CONSTRAINT trade_restock_wish_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_review
    ADD CONSTRAINT trade_review_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_review_report
    ADD CONSTRAINT trade_review_report_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_saved_view
    ADD CONSTRAINT trade_saved_view_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_stock_movement
    ADD CONSTRAINT trade_stock_movement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.trade_stock
    ADD CONSTRAINT trade_stock_pkey PRIMARY KEY (sku_id);

CREATE INDEX acceptance_of_creator ON public.alliance_acceptance USING btree (creator_id, accepted_at DESC);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX accounts_address_person_id_9a2b6dba ON public.accounts_address USING btree (person_id);

CREATE INDEX accounts_changeofhands_creator_id_fd3718c4 ON public.accounts_changeofhands USING btree (creator_id);

CREATE INDEX accounts_consent_person_id_dc6f3178 ON public.accounts_consent USING btree (person_id);

CREATE INDEX accounts_creator_name_d63603ac_like ON public.accounts_creator USING btree (name varchar_pattern_ops);

CREATE INDEX accounts_dataexport_person_id_b3f292fa ON public.accounts_dataexport USING btree (person_id);

CREATE INDEX accounts_grant_granted_by_id_979ceab8 ON public.accounts_grant USING btree (granted_by_id);

CREATE INDEX accounts_grant_person_id_a6f32370 ON public.accounts_grant USING btree (person_id);

CREATE INDEX accounts_grant_shop_id_544cc821 ON public.accounts_grant USING btree (shop_id);

CREATE INDEX accounts_leaving_person_id_4fa418d8 ON public.accounts_leaving USING btree (person_id);

CREATE INDEX accounts_minorday_person_id_deb2b6bc ON public.accounts_minorday USING btree (person_id);

CREATE INDEX accounts_notice_person_id_5b35f2f6 ON public.accounts_notice USING btree (person_id);

CREATE INDEX accounts_noticedelivery_notice_id_611e7f8a ON public.accounts_noticedelivery USING btree (notice_id);

CREATE INDEX accounts_noticedelivery_subscription_id_ab00f037 ON public.accounts_noticedelivery USING btree (subscription_id);

CREATE INDEX accounts_noticesetting_person_id_8e00a907 ON public.accounts_noticesetting USING btree (person_id);

CREATE INDEX accounts_personrole_person_id_75cdf84a ON public.accounts_personrole USING btree (person_id);

CREATE INDEX accounts_personsession_person_id_7f32797f ON public.accounts_personsession USING btree (person_id);

CREATE INDEX accounts_personsession_session_key_00457b2d_like ON public.accounts_personsession USING btree (session_key varchar_pattern_ops);

CREATE INDEX accounts_phonecase_decided_by_id_2a951be6 ON public.accounts_phonecase USING btree (decided_by_id);

CREATE INDEX accounts_phonecase_person_id_0c7d769c ON public.accounts_phonecase USING btree (person_id);

CREATE INDEX accounts_pushsubscription_person_id_5577b691 ON public.accounts_pushsubscription USING btree (person_id);

CREATE INDEX accounts_reveal_revealed_by_id_ee2ecfa1 ON public.accounts_reveal USING btree (revealed_by_id);

CREATE INDEX accounts_reveal_shop_id_902e443e ON public.accounts_reveal USING btree (shop_id);

CREATE INDEX accounts_shop_applied_by_id_aacfb568 ON public.accounts_shop USING btree (applied_by_id);

CREATE INDEX accounts_shop_decided_by_id_9f2b7f24 ON public.accounts_shop USING btree (decided_by_id);

CREATE INDEX accounts_shoppapers_handed_in_by_id_0a2aa4a3 ON public.accounts_shoppapers USING btree (handed_in_by_id);

CREATE INDEX accounts_staff_person_id_fd248055 ON public.accounts_staff USING btree (person_id);

CREATE INDEX accounts_staff_shop_id_a7bd13c3 ON public.accounts_staff USING btree (shop_id);

CREATE INDEX accounts_staffinvitation_invited_by_id_8aefa09e ON public.accounts_staffinvitation USING btree (invited_by_id);

CREATE INDEX accounts_staffinvitation_person_id_0d06d8db ON public.accounts_staffinvitation USING btree (person_id);

CREATE INDEX accounts_staffinvitation_shop_id_9af13d39 ON public.accounts_staffinvitation USING btree (shop_id);

CREATE INDEX act_newest ON public.live_act USING btree (creator_id, done_at DESC, id DESC);

CREATE INDEX address_of_person ON public.accounts_address USING btree (person_id, added_at) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX address_one_default ON public.accounts_address USING btree (person_id) WHERE (is_default AND (removed_at IS NULL));

CREATE INDEX agreement_in_state ON public.content_talentagreement USING btree (state, id DESC);

CREATE UNIQUE INDEX agreement_one_at_a_time ON public.content_talentagreement USING btree (creator_id) WHERE ((state)::text = 'ACTIVE'::text);

CREATE INDEX alliance_acceptance_creator_id_14be7e5d ON public.alliance_acceptance USING btree (creator_id);

CREATE INDEX alliance_acceptance_plan_id_5bb114f4 ON public.alliance_acceptance USING btree (plan_id);

CREATE INDEX alliance_plan_product_id_d7dbbe71 ON public.alliance_plan USING btree (product_id);

CREATE INDEX alliance_plan_shop_id_b6143618 ON public.alliance_plan USING btree (shop_id);

CREATE INDEX alliance_planversion_made_by_id_e21f3e55 ON public.alliance_planversion USING btree (made_by_id);

CREATE INDEX alliance_planversion_plan_id_ca9831fd ON public.alliance_planversion USING btree (plan_id);

CREATE INDEX app_of_owner ON public.integrations_app USING btree (owner_id, made_at DESC);

CREATE INDEX attempt_of_delivery ON public.integrations_attempt USING btree (delivery_id, at);

CREATE INDEX audit_entry_of_act ON public.audit_entry USING btree (act text_pattern_ops, id);

CREATE INDEX audit_entry_of_person ON public.audit_entry USING btree (person_id, id);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE UNIQUE INDEX belt_name_en_once ON public.content_belt USING btree (lower((name_en)::text)) WHERE ((state)::text = 'OPEN'::text);

CREATE UNIQUE INDEX belt_name_zh_once ON public.content_belt USING btree (name_zh) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX block_by_other ON public.content_block USING btree (other_id, person_id);

CREATE UNIQUE INDEX block_list_one_for_all ON public.live_blocklist USING btree (creator_id) NULLS NOT DISTINCT WHERE (creator_id IS NULL);

CREATE INDEX block_of_person ON public.content_block USING btree (person_id, blocked_at DESC);

CREATE INDEX buys_of_post ON public.content_postbuy USING btree (post_id);

CREATE INDEX case_appealed ON public.content_case USING btree (appealed_at) WHERE ((state)::text = 'APPEALED'::text);

CREATE INDEX case_of_creator ON public.content_case USING btree (creator_id, id DESC);

CREATE INDEX case_of_post ON public.content_case USING btree (post_id, id DESC);

CREATE UNIQUE INDEX case_open_once ON public.content_case USING btree (post_id) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX case_took_down ON public.content_case USING btree (decided_at) WHERE ((consequence)::text = 'TAKEN_DOWN'::text);

CREATE INDEX case_waits ON public.content_case USING btree (opened_at) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX catalog_category_parent_id_f61bd017 ON public.catalog_category USING btree (parent_id);

CREATE INDEX catalog_category_slug_dbf63ad0_like ON public.catalog_category USING btree (slug varchar_pattern_ops);

CREATE INDEX catalog_offer_opened_by_id_62192301 ON public.catalog_offer USING btree (opened_by_id);

CREATE INDEX catalog_picture_file_fb1fd159_like ON public.catalog_picture USING btree (file varchar_pattern_ops);

CREATE INDEX catalog_picture_person_id_622d2b22 ON public.catalog_picture USING btree (person_id);

CREATE INDEX catalog_picture_shop_id_26af3db8 ON public.catalog_picture USING btree (shop_id);

CREATE INDEX catalog_pricechange_changed_by_id_27fb61a8 ON public.catalog_pricechange USING btree (changed_by_id);

CREATE INDEX catalog_pricechange_sku_id_2ca41d07 ON public.catalog_pricechange USING btree (sku_id);

CREATE INDEX catalog_product_category_id_35bf920b ON public.catalog_product USING btree (category_id);

CREATE INDEX catalog_product_shop_id_8ebb3f92 ON public.catalog_product USING btree (shop_id);

CREATE INDEX catalog_searchentry_shop_id_4c52cf3d ON public.catalog_searchentry USING btree (shop_id);

CREATE INDEX catalog_shopfollow_person_id_507d279f ON public.catalog_shopfollow USING btree (person_id);

CREATE INDEX catalog_shopfollow_shop_id_472c7835 ON public.catalog_shopfollow USING btree (shop_id);

CREATE INDEX catalog_sku_product_id_6332277c ON public.catalog_sku USING btree (product_id);

CREATE UNIQUE INDEX change_of_hands_one_open ON public.accounts_changeofhands USING btree (creator_id) WHERE (proven_at IS NULL);

CREATE INDEX checkout_due ON public.trade_checkout USING btree (pay_by) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX click_by_age ON public.links_click USING btree (asked_at);

CREATE INDEX click_of_listing ON public.links_click USING btree (listing_id, asked_at DESC);

CREATE INDEX click_of_visitor ON public.links_click USING btree (visitor, asked_at DESC);

CREATE INDEX clip_of_product ON public.live_clip USING btree (product_id, id DESC) WHERE is_shown;

CREATE INDEX clip_of_room ON public.live_clip USING btree (room_id, id);

CREATE INDEX clip_to_cut ON public.live_clip USING btree (id) WHERE ((state)::text = ANY ((ARRAY['WAITING'::character varying, 'CUTTING'::character varying])::text[]));

CREATE INDEX comment_in_answer ON public.content_comment USING btree (answers_id, id) WHERE ((answers_id IS NOT NULL) AND ((state)::text = 'SHOWN'::text));

CREATE INDEX comment_newest ON public.live_comment USING btree (room_id, said_at DESC, id DESC);

CREATE INDEX comment_of_person ON public.live_comment USING btree (room_id, person_id, said_at DESC);

CREATE INDEX comment_under_post ON public.content_comment USING btree (post_id, id DESC) WHERE ((answers_id IS NULL) AND ((state)::text = 'SHOWN'::text));

CREATE INDEX complaint_of_person ON public.oversight_complaint USING btree (person_id, made_at);

CREATE UNIQUE INDEX complaint_open_once ON public.oversight_complaint USING btree (person_id, ref) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX complaint_queue ON public.oversight_complaint USING btree (state, made_at);

CREATE INDEX content_beltmembership_belt_id_d9a11b4b ON public.content_beltmembership USING btree (belt_id);

CREATE INDEX content_beltmembership_creator_id_da53aa60 ON public.content_beltmembership USING btree (creator_id);

CREATE INDEX content_block_other_id_7889481b ON public.content_block USING btree (other_id);

CREATE INDEX content_block_person_id_01cf03de ON public.content_block USING btree (person_id);

CREATE INDEX content_case_answered_by_id_d7f82d07 ON public.content_case USING btree (answered_by_id);

CREATE INDEX content_case_creator_id_c120da5a ON public.content_case USING btree (creator_id);

CREATE INDEX content_case_decided_by_id_95ba5b42 ON public.content_case USING btree (decided_by_id);

CREATE INDEX content_comment_answers_id_ce666370 ON public.content_comment USING btree (answers_id);

CREATE INDEX content_comment_person_id_adf2061c ON public.content_comment USING btree (person_id);

CREATE INDEX content_comment_post_id_778bb533 ON public.content_comment USING btree (post_id);

CREATE INDEX content_creatorsnapshot_account_id_11e6753a ON public.content_creatorsnapshot USING btree (account_id);

CREATE INDEX content_creatorsnapshot_creator_id_0e9457f3 ON public.content_creatorsnapshot USING btree (creator_id);

CREATE INDEX content_enrolment_creator_id_9bd15503 ON public.content_enrolment USING btree (creator_id);

CREATE INDEX content_enrolment_programme_id_290dd090 ON public.content_enrolment USING btree (programme_id);

CREATE INDEX content_fanchange_creator_id_a3310900 ON public.content_fanchange USING btree (creator_id);

CREATE INDEX content_heldshow_creator_id_6d6d337b ON public.content_heldshow USING btree (creator_id);

CREATE INDEX content_kin_creator_id_35df0003 ON public.content_kin USING btree (creator_id);

CREATE INDEX content_kin_other_id_f9ada234 ON public.content_kin USING btree (other_id);

CREATE INDEX content_like_person_id_b1b92e97 ON public.content_like USING btree (person_id);

CREATE INDEX content_like_post_id_05a6f980 ON public.content_like USING btree (post_id);

CREATE INDEX content_post_creator_id_26f32bf0 ON public.content_post USING btree (creator_id);

CREATE INDEX content_post_shop_id_da2bdfc9 ON public.content_post USING btree (shop_id);

CREATE INDEX content_postbuy_post_id_3bca32e1 ON public.content_postbuy USING btree (post_id);

CREATE INDEX content_postoccasion_grant_id_d0514bd4 ON public.content_postoccasion USING btree (grant_id);

CREATE INDEX content_postoccasion_occasion_id_57661490 ON public.content_postoccasion USING btree (occasion_id);

CREATE INDEX content_postproduct_post_id_75b56ec0 ON public.content_postproduct USING btree (post_id);

CREATE INDEX content_postproduct_product_id_df1a7c4f ON public.content_postproduct USING btree (product_id);

CREATE INDEX content_postwork_post_id_44aa559a ON public.content_postwork USING btree (post_id);

CREATE INDEX content_programmetask_programme_id_31314e8e ON public.content_programmetask USING btree (programme_id);

CREATE INDEX content_refusedtext_person_id_2f750835 ON public.content_refusedtext USING btree (person_id);

CREATE INDEX content_reward_enrolment_id_16fb522b ON public.content_reward USING btree (enrolment_id);

CREATE INDEX content_reward_programme_id_4ba6bebc ON public.content_reward USING btree (programme_id);

CREATE INDEX content_reward_task_id_b9dcf244 ON public.content_reward USING btree (task_id);

CREATE INDEX content_rightsgrant_creator_id_af15fc96 ON public.content_rightsgrant USING btree (creator_id);

CREATE INDEX content_rightsgrant_occasion_id_5b437f07 ON public.content_rightsgrant USING btree (occasion_id);

CREATE INDEX content_rightsgrant_parent_id_fbc2a494 ON public.content_rightsgrant USING btree (parent_id);

CREATE INDEX content_rightsgrant_shop_id_7d5ffb6f ON public.content_rightsgrant USING btree (shop_id);

CREATE INDEX content_ruleset_made_by_id_64e7049e ON public.content_ruleset USING btree (made_by_id);

CREATE INDEX content_talentagreement_creator_id_065c6371 ON public.content_talentagreement USING btree (creator_id);

CREATE INDEX content_talentalert_agreement_id_e4545a76 ON public.content_talentalert USING btree (agreement_id);

CREATE INDEX content_talkcase_answered_by_id_d5754481 ON public.content_talkcase USING btree (answered_by_id);

CREATE INDEX content_talkcase_decided_by_id_97eb55a3 ON public.content_talkcase USING btree (decided_by_id);

CREATE INDEX content_talkcase_writer_id_f5c23f30 ON public.content_talkcase USING btree (writer_id);

CREATE INDEX content_taskprogress_enrolment_id_1707b73c ON public.content_taskprogress USING btree (enrolment_id);

CREATE INDEX content_taste_creator_id_79ef14ac ON public.content_taste USING btree (creator_id);

CREATE INDEX content_taste_person_id_cca8d2f2 ON public.content_taste USING btree (person_id);

CREATE INDEX content_upload_creator_id_bebea329 ON public.content_upload USING btree (creator_id);

CREATE INDEX content_upload_for_work_id_e3da7a35 ON public.content_upload USING btree (for_work_id);

CREATE INDEX content_visit_person_id_c40d1eea ON public.content_visit USING btree (person_id);

CREATE INDEX content_visit_post_id_0b6cbf2f ON public.content_visit USING btree (post_id);

CREATE INDEX content_work_cover_still_id_01f8d153 ON public.content_work USING btree (cover_still_id);

CREATE INDEX content_work_creator_id_1c871ab8 ON public.content_work USING btree (creator_id);

CREATE INDEX content_work_file_30afea48_like ON public.content_work USING btree (file varchar_pattern_ops);

CREATE INDEX content_work_for_work_id_2aadd232 ON public.content_work USING btree (for_work_id);

CREATE INDEX coupon_claim_used_by ON public.trade_coupon_claim USING btree (group_id) WHERE (group_id IS NOT NULL);

CREATE INDEX coupon_claim_wallet ON public.trade_coupon_claim USING btree (person_id, claimed_at DESC);

CREATE INDEX coupon_of_shop ON public.trade_coupon USING btree (shop_id, claim_until);

CREATE INDEX data_export_of_person ON public.accounts_dataexport USING btree (person_id, asked_at DESC);

CREATE UNIQUE INDEX data_export_one_in_work ON public.accounts_dataexport USING btree (person_id) WHERE ((ended_at IS NULL) AND (ready_at IS NULL));

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX drop_due ON public.live_drop USING btree (ends_at) WHERE (closed_at IS NULL);

CREATE INDEX drop_of_room ON public.live_drop USING btree (room_id, opened_at DESC);

CREATE UNIQUE INDEX drop_one_open_per_room ON public.live_drop USING btree (room_id) WHERE (closed_at IS NULL);

CREATE INDEX endpoint_of_shop ON public.integrations_endpoint USING btree (shop_id, made_at);

CREATE INDEX enrolment_of_creator ON public.content_enrolment USING btree (creator_id, id DESC);

CREATE UNIQUE INDEX event_log_id ON public.event_log USING btree (id);

CREATE INDEX event_log_subject ON public.event_log USING btree (subject, id);

CREATE INDEX event_retry_due ON public.event_retry USING btree (next_at) WHERE (state = 'WAITING'::text);

CREATE INDEX external_order_of_click ON public.links_externalorder USING btree (click_id);

CREATE INDEX external_order_of_network ON public.links_externalorder USING btree (network_id, paid_at DESC);

CREATE INDEX fan_change_of_creator ON public.content_fanchange USING btree (creator_id);

CREATE INDEX figures_by_heat ON public.content_postfigures USING btree (heat DESC);

CREATE INDEX flash_of_room ON public.live_flash USING btree (room_id, starts_at DESC);

CREATE UNIQUE INDEX flash_one_open_per_room ON public.live_flash USING btree (room_id) WHERE (closed_at IS NULL);

CREATE INDEX follow_by_device ON public.live_follow USING btree (creator_id, device) WHERE (NOT ((device)::text = ''::text));

CREATE INDEX follow_by_moment ON public.live_follow USING btree (creator_id, followed_at);

CREATE INDEX follow_to_judge ON public.live_follow USING btree (followed_at) WHERE (judged_at IS NULL);

CREATE INDEX follower_of_creator ON public.live_follow USING btree (creator_id, person_id);

CREATE INDEX frame_age ON public.live_frame USING btree (at);

CREATE INDEX giveaway_due ON public.live_giveaway USING btree (closes_at) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX giveaway_of_room ON public.live_giveaway USING btree (room_id, opened_at DESC);

CREATE UNIQUE INDEX giveaway_one_open_per_room ON public.live_giveaway USING btree (room_id) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX grant_ending ON public.content_rightsgrant USING btree (ends_at) WHERE (revoked_at IS NULL);

CREATE INDEX grant_held ON public.content_rightsgrant USING btree (creator_id, id DESC) WHERE (creator_id IS NOT NULL);

CREATE INDEX grant_held_by_shop ON public.content_rightsgrant USING btree (shop_id, id DESC) WHERE (shop_id IS NOT NULL);

CREATE INDEX grant_history ON public.accounts_grant USING btree (person_id, shop_id, granted_at DESC);

CREATE INDEX grant_made_from ON public.content_rightsgrant USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX grant_of_a_creator ON public.content_rightsgrant USING btree (occasion_id, creator_id, use);

CREATE INDEX grant_of_occasion ON public.content_rightsgrant USING btree (occasion_id, use, territory);

CREATE INDEX hands_of_creator ON public.accounts_changeofhands USING btree (creator_id, changed_at DESC);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE UNIQUE INDEX ingest_key_one_per_room ON public.live_ingestkey USING btree (room_id) WHERE (revoked_at IS NULL);

CREATE INDEX integrations_app_owner_id_ce734dad ON public.integrations_app USING btree (owner_id);

CREATE INDEX integrations_attempt_delivery_id_6229bb9d ON public.integrations_attempt USING btree (delivery_id);

CREATE INDEX integrations_delivery_endpoint_id_226afb88 ON public.integrations_delivery USING btree (endpoint_id);

CREATE INDEX integrations_endpoint_made_by_id_15b4152d ON public.integrations_endpoint USING btree (made_by_id);

CREATE INDEX integrations_endpoint_shop_id_f5fabc8c ON public.integrations_endpoint USING btree (shop_id);

CREATE INDEX integrations_orderofshop_shop_id_c08ee6f0 ON public.integrations_orderofshop USING btree (shop_id);

CREATE INDEX integrations_token_app_id_62d48a31 ON public.integrations_token USING btree (app_id);

CREATE INDEX integrations_token_person_id_98f6eb6c ON public.integrations_token USING btree (person_id);

CREATE INDEX integrations_token_shop_id_23b43bca ON public.integrations_token USING btree (shop_id);

CREATE INDEX invitation_of_person ON public.accounts_staffinvitation USING btree (person_id, invited_at DESC);

CREATE UNIQUE INDEX invitation_one_open ON public.accounts_staffinvitation USING btree (shop_id, person_id) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX invoice_of_order ON public.trade_invoice USING btree (order_id, asked_at);

CREATE INDEX invoice_of_shop ON public.trade_invoice USING btree (shop_id, state, asked_at);

CREATE UNIQUE INDEX invoice_one_at_a_time ON public.trade_invoice USING btree (order_id) WHERE ((state)::text = ANY ((ARRAY['REQUESTED'::character varying, 'ISSUED'::character varying, 'RED_DUE'::character varying])::text[]));

CREATE INDEX leaving_due ON public.accounts_leaving USING btree (due_at) WHERE ((state)::text = 'WAITING'::text);

CREATE UNIQUE INDEX leaving_one_open ON public.accounts_leaving USING btree (person_id) WHERE ((state)::text = 'WAITING'::text);

CREATE INDEX led_leg_account ON public.led_leg USING btree (account_id, txn_id);

CREATE INDEX led_line_order_id_551e7c8b ON public.led_line USING btree (order_id);

CREATE INDEX led_order_payment_id_5a8a5ea3 ON public.led_order USING btree (payment_id);

CREATE INDEX led_payout_account_id_d16f4f52 ON public.led_payout USING btree (account_id);

CREATE INDEX led_refund_order_id_25091172 ON public.led_refund USING btree (order_id);

CREATE INDEX led_refund_payment_id_59d40191 ON public.led_refund USING btree (payment_id);

CREATE INDEX led_txn_at ON public.led_txn USING btree (effective_at);

CREATE INDEX led_txn_order ON public.led_txn USING btree (order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX led_txn_payment ON public.led_txn USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX led_txn_payout ON public.led_txn USING btree (payout_id) WHERE (payout_id IS NOT NULL);

CREATE UNIQUE INDEX legal_hold_once ON public.legal_hold USING btree (kind, subject_id) WHERE (lifted_at IS NULL);

CREATE INDEX like_by_device ON public.content_like USING btree (post_id, device) WHERE (NOT ((device)::text = ''::text));

CREATE INDEX like_by_moment ON public.content_like USING btree (post_id, liked_at, forged);

CREATE INDEX like_of_person ON public.content_like USING btree (person_id, liked_at DESC);

CREATE INDEX like_to_judge ON public.content_like USING btree (liked_at) WHERE (judged_at IS NULL);

CREATE UNIQUE INDEX link_rule_begins_alone ON public.links_rule USING btree (network_id, surface, effective_from) NULLS NOT DISTINCT WHERE (withdrawn_at IS NULL);

CREATE INDEX link_warning_open ON public.links_warning USING btree (cuts_at) WHERE ((state)::text = 'WARNED'::text);

CREATE INDEX links_click_listing_id_f8cc83d6 ON public.links_click USING btree (listing_id);

CREATE INDEX links_click_person_id_26cf2667 ON public.links_click USING btree (person_id);

CREATE INDEX links_externalorder_click_id_37af1914 ON public.links_externalorder USING btree (click_id);

CREATE INDEX links_externalorder_network_id_ec44f2b7 ON public.links_externalorder USING btree (network_id);

CREATE INDEX links_listing_creator_id_10fa733e ON public.links_listing USING btree (creator_id);

CREATE INDEX links_listing_made_by_id_fc6592d8 ON public.links_listing USING btree (made_by_id);

CREATE INDEX links_listing_network_id_1c94a13d ON public.links_listing USING btree (network_id);

CREATE INDEX links_listing_rule_id_6d18958f ON public.links_listing USING btree (rule_id);

CREATE INDEX links_listing_shop_id_fd36abc3 ON public.links_listing USING btree (shop_id);

CREATE INDEX links_network_code_41ab0d1c_like ON public.links_network USING btree (code varchar_pattern_ops);

CREATE INDEX links_network_made_by_id_ec653e88 ON public.links_network USING btree (made_by_id);

CREATE INDEX links_networkdomain_domain_d85c9856_like ON public.links_networkdomain USING btree (domain varchar_pattern_ops);

CREATE INDEX links_networkdomain_network_id_cf9047b6 ON public.links_networkdomain USING btree (network_id);

CREATE INDEX links_orderflaw_network_id_a339022f ON public.links_orderflaw USING btree (network_id);

CREATE INDEX links_orderreading_network_id_8941bd67 ON public.links_orderreading USING btree (network_id);

CREATE INDEX links_rule_drafted_by_id_25479a83 ON public.links_rule USING btree (drafted_by_id);

CREATE INDEX links_rule_network_id_07a534ea ON public.links_rule USING btree (network_id);

CREATE INDEX links_rule_published_by_id_33be1c43 ON public.links_rule USING btree (published_by_id);

CREATE INDEX links_rule_withdrawn_by_id_a4be62a4 ON public.links_rule USING btree (withdrawn_by_id);

CREATE INDEX links_warning_creator_id_3129d191 ON public.links_warning USING btree (creator_id);

CREATE INDEX links_warning_rule_id_d7582d3c ON public.links_warning USING btree (rule_id);

CREATE INDEX links_warning_shop_id_c6b2570f ON public.links_warning USING btree (shop_id);

CREATE INDEX listing_of_creator ON public.links_listing USING btree (creator_id, made_at DESC);

CREATE INDEX listing_of_place ON public.links_listing USING btree (place_id) WHERE ((place_id IS NOT NULL) AND ((state)::text = 'PUBLISHED'::text));

CREATE INDEX listing_of_product ON public.links_listing USING btree (product_id, surface) WHERE ((product_id IS NOT NULL) AND ((state)::text = 'PUBLISHED'::text));

CREATE INDEX listing_of_shop ON public.links_listing USING btree (shop_id, made_at DESC);

CREATE UNIQUE INDEX listing_once_in_its_place ON public.links_listing USING btree (surface, shop_id, creator_id, product_id, place_id, url) NULLS NOT DISTINCT WHERE ((state)::text = 'PUBLISHED'::text);

CREATE INDEX live_act_about_id_7e7f35af ON public.live_act USING btree (about_id);

CREATE INDEX live_act_creator_id_47af4e8c ON public.live_act USING btree (creator_id);

CREATE INDEX live_act_person_id_829329d9 ON public.live_act USING btree (person_id);

CREATE INDEX live_act_room_id_42d84bf9 ON public.live_act USING btree (room_id);

CREATE INDEX live_catch_drop_id_a74ae96b ON public.live_catch USING btree (drop_id);

CREATE INDEX live_catch_person_id_3388defe ON public.live_catch USING btree (person_id);

CREATE INDEX live_clip_product_id_a969c2e0 ON public.live_clip USING btree (product_id);

CREATE INDEX live_clip_room_id_9e477a7c ON public.live_clip USING btree (room_id);

CREATE INDEX live_comment_person_id_9b8853c3 ON public.live_comment USING btree (person_id);

CREATE INDEX live_comment_room_id_aace5d2c ON public.live_comment USING btree (room_id);

CREATE INDEX live_drop_coupon_id_b96e53ad ON public.live_drop USING btree (coupon_id);

CREATE INDEX live_drop_room_id_c182fe55 ON public.live_drop USING btree (room_id);

CREATE INDEX live_entry_giveaway_id_f0368f5e ON public.live_entry USING btree (giveaway_id);

CREATE INDEX live_entry_person_id_3dd6da78 ON public.live_entry USING btree (person_id);

CREATE INDEX live_flash_product_id_951095b9 ON public.live_flash USING btree (product_id);

CREATE INDEX live_flash_room_id_187d8a9f ON public.live_flash USING btree (room_id);

CREATE INDEX live_follow_creator_id_5c2b2e77 ON public.live_follow USING btree (creator_id);

CREATE INDEX live_follow_person_id_e1cfaa62 ON public.live_follow USING btree (person_id);

CREATE INDEX live_frame_room_id_eb6d7063 ON public.live_frame USING btree (room_id);

CREATE INDEX live_giveaway_coupon_id_f5e3819f ON public.live_giveaway USING btree (coupon_id);

CREATE INDEX live_giveaway_room_id_c97c3606 ON public.live_giveaway USING btree (room_id);

CREATE INDEX live_ingestkey_room_id_5c3c9c30 ON public.live_ingestkey USING btree (room_id);

CREATE INDEX live_item_product_id_e44319cd ON public.live_item USING btree (product_id);

CREATE INDEX live_item_room_id_41c061f7 ON public.live_item USING btree (room_id);

CREATE INDEX live_mark_product_id_82293a79 ON public.live_mark USING btree (product_id);

CREATE INDEX live_mark_room_id_af40cec2 ON public.live_mark USING btree (room_id);

CREATE INDEX live_minute_room_id_498ce3aa ON public.live_minute USING btree (room_id);

CREATE INDEX live_personsilence_decided_by_id_98a8df9e ON public.live_personsilence USING btree (decided_by_id);

CREATE INDEX live_personsilence_person_id_fb4400ba ON public.live_personsilence USING btree (person_id);

CREATE INDEX live_personsilence_room_id_f51a9496 ON public.live_personsilence USING btree (room_id);

CREATE INDEX live_reminder_person_id_36e3b9e9 ON public.live_reminder USING btree (person_id);

CREATE INDEX live_reminder_room_id_8c924947 ON public.live_reminder USING btree (room_id);

CREATE INDEX live_room_creator_id_9d086215 ON public.live_room USING btree (creator_id);

CREATE INDEX live_room_occasion_id_f0d55c1a ON public.live_room USING btree (occasion_id);

CREATE INDEX live_room_shop_id_d73e3a86 ON public.live_room USING btree (shop_id);

CREATE INDEX live_sale_room_id_b513a176 ON public.live_sale USING btree (room_id);

CREATE INDEX live_scriptcard_product_id_9b5b34bc ON public.live_scriptcard USING btree (product_id);

CREATE INDEX live_scriptcard_room_id_accdd793 ON public.live_scriptcard USING btree (room_id);

CREATE INDEX live_seat_creator_id_64ebc092 ON public.live_seat USING btree (creator_id);

CREATE INDEX live_seat_person_id_6064bef2 ON public.live_seat USING btree (person_id);

CREATE INDEX live_session_room_id_b0ce45ab ON public.live_session USING btree (room_id);

CREATE INDEX live_signalminute_room_id_a92ea270 ON public.live_signalminute USING btree (room_id);

CREATE INDEX live_stop_person_id_d2d3c69d ON public.live_stop USING btree (person_id);

CREATE INDEX live_stop_room_id_2a458777 ON public.live_stop USING btree (room_id);

CREATE INDEX live_tally_room_id_9f9c2a5b ON public.live_tally USING btree (room_id);

CREATE INDEX mark_of_room ON public.live_mark USING btree (room_id, started_at);

CREATE UNIQUE INDEX mark_one_open_per_room ON public.live_mark USING btree (room_id) WHERE (stopped_at IS NULL);

CREATE INDEX membership_of_belt ON public.content_beltmembership USING btree (belt_id, creator_id) WHERE ((state)::text = 'MEMBER'::text);

CREATE INDEX membership_of_creator ON public.content_beltmembership USING btree (creator_id, id DESC);

CREATE UNIQUE INDEX membership_one_at_a_time ON public.content_beltmembership USING btree (creator_id) WHERE ((state)::text = ANY ((ARRAY['ASKED'::character varying, 'MEMBER'::character varying])::text[]));

CREATE INDEX membership_waiting ON public.content_beltmembership USING btree (asked_at, id) WHERE ((state)::text = 'ASKED'::text);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE INDEX notice_delivery_due ON public.accounts_noticedelivery USING btree (next_at) WHERE ((state)::text = 'WAITING'::text);

CREATE INDEX notice_inbox ON public.accounts_notice USING btree (person_id, posted_at DESC, id DESC);

CREATE INDEX notice_unread ON public.accounts_notice USING btree (person_id) WHERE (read_at IS NULL);

CREATE INDEX notice_unsent ON public.accounts_notice USING btree (posted_at) WHERE (sent_at IS NULL);

CREATE INDEX occasion_newest ON public.content_occasion USING btree (ends_at DESC, id DESC);

CREATE INDEX offer_of_sku ON public.catalog_offer USING btree (sku_id, ends_at);

CREATE INDEX order_complete_due ON public.trade_order USING btree (complete_by) WHERE ((state)::text = 'RECEIVED'::text);

CREATE INDEX order_flaw_by_age ON public.links_orderflaw USING btree (noted_at);

CREATE INDEX order_flaw_of_network ON public.links_orderflaw USING btree (network_id, noted_at DESC);

CREATE INDEX order_line_of_buyer ON public.trade_order_line USING btree (buyer_id, sku_id) INCLUDE (offer_id, quantity, released_quantity);

CREATE INDEX order_of_buyer ON public.trade_order USING btree (buyer_id, placed_at DESC, id DESC);

CREATE INDEX order_of_checkout ON public.trade_order USING btree (group_id);

CREATE INDEX order_of_room ON public.trade_order USING btree (room_id) WHERE (room_id IS NOT NULL);

CREATE INDEX order_of_shop ON public.trade_order USING btree (shop_id, placed_at DESC, id DESC);

CREATE INDEX order_receive_due ON public.trade_order USING btree (receive_by) WHERE ((state)::text = ANY ((ARRAY['SHIPPED'::character varying, 'DELIVERED'::character varying])::text[]));

CREATE INDEX order_to_ship ON public.trade_order USING btree (shop_id, paid_at, id) WHERE ((state)::text = ANY ((ARRAY['PAID'::character varying, 'PARTLY_SHIPPED'::character varying])::text[]));

CREATE INDEX oversight_complaint_decided_by_id_57a0162b ON public.oversight_complaint USING btree (decided_by_id);

CREATE INDEX oversight_complaint_person_id_8783697a ON public.oversight_complaint USING btree (person_id);

CREATE INDEX oversight_proposal_decided_by_id_8cb4603f ON public.oversight_proposal USING btree (decided_by_id);

CREATE INDEX oversight_proposal_proposed_by_id_5d7baaf2 ON public.oversight_proposal USING btree (proposed_by_id);

CREATE INDEX pay_bill_line_day ON public.pay_bill_line USING btree (channel, day);

CREATE INDEX pay_bill_line_file_id_5bd3101e ON public.pay_bill_line USING btree (file_id);

CREATE INDEX pay_bill_line_out_no ON public.pay_bill_line USING btree (channel, kind, out_no);

CREATE INDEX pay_notice_due ON public.pay_notice USING btree (next_at) WHERE (state = 'RECEIVED'::text);

CREATE INDEX pay_notice_out_no ON public.pay_notice USING btree (out_no);

CREATE INDEX pay_payment_due ON public.pay_payment USING btree (next_query_at) WHERE (state = ANY (ARRAY['CREATED'::text, 'PENDING'::text]));

CREATE UNIQUE INDEX pay_payment_one_open ON public.pay_payment USING btree (group_id) WHERE (state = ANY (ARRAY['CREATED'::text, 'PENDING'::text]));

CREATE INDEX pay_payment_paid ON public.pay_payment USING btree (provider_paid_at);

CREATE INDEX pay_recon_item_day ON public.pay_recon_item USING btree (channel, day);

CREATE UNIQUE INDEX pay_recon_item_missing_once ON public.pay_recon_item USING btree (channel, kind, out_no) WHERE (line_id IS NULL);

CREATE INDEX pay_refund_due ON public.pay_refund USING btree (next_at) WHERE (state = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text, 'PROCESSING'::text]));

CREATE INDEX pay_refund_payment_id_8497b1cd ON public.pay_refund USING btree (payment_id);

CREATE INDEX pay_refused_notice_at ON public.pay_refused_notice USING btree (refused_at DESC);

CREATE INDEX pay_transfer_due ON public.pay_transfer USING btree (next_at) WHERE (state = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text, 'PROCESSING'::text]));

CREATE INDEX phone_case_by_state ON public.accounts_phonecase USING btree (state, asked_at);

CREATE UNIQUE INDEX phone_case_one_open ON public.accounts_phonecase USING btree (person_id) WHERE ((state)::text = ANY ((ARRAY['ASKED'::character varying, 'WAITING'::character varying])::text[]));

CREATE INDEX picture_by_person ON public.catalog_picture USING btree (person_id, stored_at);

CREATE INDEX plan_of_shop ON public.alliance_plan USING btree (shop_id, published_at DESC);

CREATE UNIQUE INDEX plan_one_open_per_product ON public.alliance_plan USING btree (product_id) WHERE (NOT ((state)::text = 'CLOSED'::text));

CREATE INDEX post_comment_of_person ON public.content_comment USING btree (person_id, said_at DESC);

CREATE INDEX post_down_of_creator ON public.content_post USING btree (creator_id, taken_down_at) WHERE ((state)::text = ANY ((ARRAY['TAKEN_DOWN'::character varying, 'APPEALED'::character varying, 'UPHELD'::character varying])::text[]));

CREATE INDEX post_due ON public.content_post USING btree (scheduled_at) WHERE ((state)::text = 'SCHEDULED'::text);

CREATE INDEX post_entry_words ON public.content_postentry USING gin (words);

CREATE INDEX post_made_from ON public.content_post USING btree (source_kind, source_id) WHERE (source_id IS NOT NULL);

CREATE INDEX post_of_creator ON public.content_post USING btree (creator_id, id DESC);

CREATE INDEX post_of_product ON public.content_postproduct USING btree (product_id, id DESC);

CREATE INDEX post_public_newest ON public.content_post USING btree (published_at DESC, id DESC) WHERE (((reach)::text = 'FULL'::text) AND ((state)::text = 'PUBLISHED'::text));

CREATE INDEX post_public_of_creator ON public.content_post USING btree (creator_id, published_at DESC, id DESC) WHERE ((state)::text = 'PUBLISHED'::text);

CREATE INDEX post_public_of_field ON public.content_post USING btree (field, published_at DESC, id DESC) WHERE (((reach)::text = 'FULL'::text) AND ((state)::text = 'PUBLISHED'::text));

CREATE INDEX post_public_of_region ON public.content_post USING btree (region, published_at DESC, id DESC) WHERE (((reach)::text = 'FULL'::text) AND ((state)::text = 'PUBLISHED'::text) AND (NOT ((region)::text = ''::text)));

CREATE INDEX post_waits_for_files ON public.content_post USING btree (id) WHERE ((state)::text = 'TRANSCODING'::text);

CREATE INDEX preview_due ON public.links_preview USING btree (next_at) WHERE ((state)::text = 'WAITING'::text);

CREATE INDEX preview_unjudged ON public.links_preview USING btree (listing_id) WHERE ((judged_at IS NULL) AND ((state)::text = 'READY'::text));

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX product_by_title ON public.catalog_product USING btree (shop_id, ((title ->> 'zh'::text)));

CREATE INDEX product_of_shop ON public.catalog_product USING btree (shop_id, state, created_at DESC);

CREATE INDEX programme_in_state ON public.content_programme USING btree (state, id DESC);

CREATE INDEX programme_to_close ON public.content_programme USING btree (ends_at) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX proposal_queue ON public.oversight_proposal USING btree (state, proposed_at DESC);

CREATE INDEX push_subscription_of_person ON public.accounts_pushsubscription USING btree (person_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX push_subscription_once ON public.accounts_pushsubscription USING btree (endpoint_index) WHERE (ended_at IS NULL);

CREATE INDEX quote_age ON public.trade_quote USING btree (expires_at);

CREATE INDEX refund_decide_due ON public.trade_refund USING btree (decide_by) WHERE ((state)::text = 'REQUESTED'::text);

CREATE INDEX refund_of_order ON public.trade_refund USING btree (order_id, asked_at);

CREATE INDEX refused_text_age ON public.content_refusedtext USING btree (refused_at);

CREATE INDEX remembered_answer_expiry ON public.remembered_answer USING btree (expires_at);

CREATE INDEX restock_wish_of_person ON public.trade_restock_wish USING btree (person_id);

CREATE INDEX reveal_by_person ON public.accounts_reveal USING btree (revealed_by_id, revealed_at);

CREATE INDEX reveal_of_ref ON public.accounts_reveal USING btree (ref);

CREATE INDEX review_of_buyer ON public.trade_review USING btree (buyer_id, written_at DESC);

CREATE INDEX review_of_product ON public.trade_review USING btree (product_id, written_at DESC, id DESC);

CREATE INDEX review_of_shop ON public.trade_review USING btree (shop_id, written_at DESC, id DESC);

CREATE INDEX review_report_open ON public.trade_review_report USING btree (at) WHERE (answered_at IS NULL);

CREATE INDEX reward_of_programme ON public.content_reward USING btree (programme_id, id);

CREATE INDEX reward_to_pay ON public.content_reward USING btree (programme_id, id) WHERE ((state)::text = 'DUE'::text);

CREATE INDEX room_feed ON public.live_room USING btree (state, live_at DESC);

CREATE INDEX room_of_creator ON public.live_room USING btree (creator_id, id DESC);

CREATE INDEX room_of_occasion ON public.live_room USING btree (occasion_id) WHERE (occasion_id IS NOT NULL);

CREATE UNIQUE INDEX room_one_open_per_creator ON public.live_room USING btree (creator_id) WHERE ((state)::text = ANY ((ARRAY['INTERRUPTED'::character varying, 'LIVE'::character varying, 'PREVIEW'::character varying])::text[]));

CREATE INDEX run_kept ON public.run USING btree (kept_until);

CREATE INDEX run_note_errors ON public.run_note USING btree (run_id, row_no) WHERE is_error;

CREATE INDEX run_of_owner ON public.run USING btree (owner_id, asked_at DESC);

CREATE INDEX run_of_shop ON public.run USING btree (shop_id, asked_at DESC) WHERE (shop_id IS NOT NULL);

CREATE INDEX sale_of_room ON public.live_sale USING btree (room_id, paid_at);

CREATE INDEX script_of_room ON public.live_scriptcard USING btree (room_id, no);

CREATE INDEX search_by_price ON public.catalog_searchentry USING btree (kind, price_fen, id);

CREATE INDEX search_by_sales ON public.catalog_searchentry USING btree (kind, sold, id);

CREATE INDEX search_words ON public.catalog_searchentry USING gin (words);

CREATE INDEX seat_of_person ON public.live_seat USING btree (person_id) WHERE (taken_at IS NULL);

CREATE UNIQUE INDEX seat_one_per_person ON public.live_seat USING btree (creator_id, person_id) WHERE (taken_at IS NULL);

CREATE INDEX session_of_person ON public.accounts_personsession USING btree (person_id, seen_at DESC);

CREATE INDEX session_of_room ON public.live_session USING btree (room_id, started_at DESC);

CREATE UNIQUE INDEX session_one_per_room ON public.live_session USING btree (room_id) WHERE (ended_at IS NULL);

CREATE INDEX shipment_of_order ON public.delivery_shipment USING btree (order_id, made_at);

CREATE INDEX shipment_under_way ON public.delivery_shipment USING btree (heard_at) WHERE (NOT ((state)::text = ANY ((ARRAY['DELIVERED'::character varying, 'RETURNED'::character varying, 'LOST'::character varying])::text[])));

CREATE INDEX shop_by_state ON public.accounts_shop USING btree (state, applied_at);

CREATE UNIQUE INDEX shop_one_application_waits ON public.accounts_shop USING btree (applied_by_id) WHERE ((state)::text = ANY ((ARRAY['APPLIED'::character varying, 'ASKED'::character varying])::text[]));

CREATE INDEX show_of_creator ON public.content_heldshow USING btree (creator_id, began_at);

CREATE INDEX showing_by_grant ON public.content_postoccasion USING btree (grant_id) WHERE (grant_id IS NOT NULL);

CREATE INDEX showing_of_occasion ON public.content_postoccasion USING btree (occasion_id, event_time DESC);

CREATE INDEX showing_to_ask_again ON public.content_postoccasion USING btree (look_again_at) WHERE (look_again_at IS NOT NULL);

CREATE INDEX sign_in_code_of_phone ON public.accounts_signincode USING btree (phone_index, sent_at DESC);

CREATE INDEX sign_in_try_age ON public.accounts_signintry USING btree (tried_at);

CREATE INDEX sign_in_try_of_phone ON public.accounts_signintry USING btree (phone_index, kind, tried_at);

CREATE INDEX sign_in_try_of_place ON public.accounts_signintry USING btree (address_index, kind, tried_at);

CREATE UNIQUE INDEX sku_choice_once ON public.catalog_sku USING btree (product_id, choice) WHERE (
CASE
    WHEN (choice IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(choice, 1), 0)
END > 0);

CREATE UNIQUE INDEX sku_code_once_in_shop ON public.catalog_sku USING btree (shop_id, code) WHERE ((NOT ((code)::text = ''::text)) AND (shop_id IS NOT NULL));

CREATE INDEX sku_code_unnamed ON public.catalog_sku USING btree (code) WHERE (shop_id IS NULL);

CREATE INDEX snapshot_of_account ON public.content_creatorsnapshot USING btree (account_id, as_of DESC);

CREATE UNIQUE INDEX snapshot_once_a_day ON public.content_creatorsnapshot USING btree (creator_id, as_of) WHERE (creator_id IS NOT NULL);

CREATE UNIQUE INDEX snapshot_once_a_source ON public.content_creatorsnapshot USING btree (account_id, as_of, source) WHERE (account_id IS NOT NULL);

CREATE INDEX spent_ticket_expiry ON public.live_spentticket USING btree (expires_at);

CREATE INDEX stock_movement_of_sku ON public.trade_stock_movement USING btree (sku_id, at);

CREATE INDEX stop_of_room ON public.live_stop USING btree (room_id, stopped_at DESC);

CREATE UNIQUE INDEX stop_one_standing_per_room ON public.live_stop USING btree (room_id) WHERE (can_resume AND (NOT is_over) AND (lifted_at IS NULL));

CREATE INDEX talent_alert_unseen ON public.content_talentalert USING btree (raised_at DESC, id DESC) WHERE (seen_at IS NULL);

CREATE INDEX talk_case_appealed ON public.content_talkcase USING btree (appealed_at, id) WHERE ((state)::text = 'APPEALED'::text);

CREATE INDEX talk_case_of_comment ON public.content_talkcase USING btree (comment_id, id DESC);

CREATE INDEX talk_case_of_writer ON public.content_talkcase USING btree (writer_id, id DESC);

CREATE UNIQUE INDEX talk_case_once_open ON public.content_talkcase USING btree (comment_id) WHERE ((state)::text = ANY ((ARRAY['TAKEN_DOWN'::character varying, 'APPEALED'::character varying])::text[]));

CREATE INDEX tally_age ON public.live_tally USING btree (wall_at);

CREATE INDEX tally_newest ON public.live_tally USING btree (room_id, source, id DESC);

CREATE INDEX taste_age ON public.content_taste USING btree (at);

CREATE INDEX taste_of_person ON public.content_taste USING btree (person_id, at DESC);

CREATE INDEX token_of_person ON public.integrations_token USING btree (person_id, made_at DESC);

CREATE INDEX trade_coupon_claim_coupon_id_f87b031e ON public.trade_coupon_claim USING btree (coupon_id);

CREATE INDEX trade_invoice_order_id_3a9ae251 ON public.trade_invoice USING btree (order_id);

CREATE INDEX trade_lost_payment_group_id_1e48c771 ON public.trade_lost_payment USING btree (group_id);

CREATE INDEX trade_quote_coupon_revision_id_8afadb49 ON public.trade_quote_coupon USING btree (revision_id);

CREATE INDEX trade_quote_line_revision_id_df674330 ON public.trade_quote_line USING btree (revision_id);

CREATE INDEX trade_quote_order_revision_id_a0233346 ON public.trade_quote_order USING btree (revision_id);

CREATE INDEX trade_refund_order_id_3378a9d5 ON public.trade_refund USING btree (order_id);

CREATE INDEX trade_review_report_review_id_d918c7f8 ON public.trade_review_report USING btree (review_id);

CREATE INDEX trade_stock_shop_id_4f89599d ON public.trade_stock USING btree (shop_id);

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX upload_of_creator ON public.content_upload USING btree (creator_id, begun_at DESC);

CREATE INDEX upload_to_expire ON public.content_upload USING btree (expires_wall_at) WHERE ((state)::text = 'OPEN'::text);

CREATE INDEX used_challenge_age ON public.accounts_usedchallenge USING btree (used_at);

CREATE INDEX visit_age ON public.content_visit USING btree (at);

CREATE INDEX visit_of_person ON public.content_visit USING btree (person_id, at DESC) WHERE (person_id IS NOT NULL);

CREATE INDEX webhook_delivery_due ON public.integrations_delivery USING btree (next_at) WHERE ((state)::text = 'WAITING'::text);

CREATE INDEX webhook_delivery_log ON public.integrations_delivery USING btree (endpoint_id, heard_at DESC, id DESC);

CREATE INDEX work_captions_of ON public.content_work USING btree (for_work_id) WHERE (for_work_id IS NOT NULL);

CREATE UNIQUE INDEX work_captions_once_a_language ON public.content_work USING btree (for_work_id, language) WHERE ((removed_at IS NULL) AND ((state)::text = 'READY'::text));

CREATE INDEX work_of_creator ON public.content_work USING btree (creator_id, id DESC);

CREATE UNIQUE INDEX work_one_per_upload ON public.content_work USING btree (source_id) WHERE ((origin)::text = 'UPLOAD'::text);

CREATE INDEX work_to_make ON public.content_work USING btree (id) WHERE (((state)::text = ANY ((ARRAY['QUEUED'::character varying, 'PROBING'::character varying, 'TRANSCODING'::character varying])::text[])) OR (cover_wanted_ms IS NOT NULL));

CREATE INDEX work_to_sweep ON public.content_work USING btree (id) WHERE ((bytes > 0) AND (removed_at IS NOT NULL));

CREATE TRIGGER accounts_address_copy_follows BEFORE UPDATE ON public.accounts_address FOR EACH ROW WHEN (((new.sealed IS DISTINCT FROM old.sealed) AND (old.order_sealed IS NOT NULL) AND (NOT (new.order_sealed IS DISTINCT FROM old.order_sealed)))) EXECUTE FUNCTION public.accounts_address_copy_follows();

CREATE TRIGGER accounts_consent_immutable BEFORE DELETE OR UPDATE ON public.accounts_consent FOR EACH STATEMENT EXECUTE FUNCTION public.accounts_history_is_immutable();

CREATE TRIGGER accounts_grant_immutable BEFORE DELETE OR UPDATE ON public.accounts_grant FOR EACH STATEMENT EXECUTE FUNCTION public.accounts_history_is_immutable();

CREATE TRIGGER accounts_reveal_immutable BEFORE DELETE OR UPDATE ON public.accounts_reveal FOR EACH STATEMENT EXECUTE FUNCTION public.accounts_history_is_immutable();

CREATE TRIGGER alliance_planversion_immutable BEFORE DELETE OR UPDATE ON public.alliance_planversion FOR EACH STATEMENT EXECUTE FUNCTION public.alliance_version_is_immutable();

CREATE TRIGGER audit_entry_immutable BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_entry_is_immutable();

CREATE TRIGGER catalog_offer_kept BEFORE DELETE OR UPDATE ON public.catalog_offer FOR EACH ROW EXECUTE FUNCTION public.catalog_offer_is_kept();

CREATE TRIGGER catalog_pricechange_immutable BEFORE DELETE OR UPDATE ON public.catalog_pricechange FOR EACH STATEMENT EXECUTE FUNCTION public.catalog_history_is_immutable();

CREATE TRIGGER content_fan_came AFTER INSERT ON public.live_follow REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.content_fan_came();

CREATE TRIGGER content_fan_was_judged AFTER UPDATE ON public.live_follow REFERENCING OLD TABLE AS went NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION public.content_fan_was_judged();

CREATE TRIGGER content_fan_went AFTER DELETE ON public.live_follow REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION public.content_fan_went();

CREATE TRIGGER event_log_immutable BEFORE DELETE OR UPDATE ON public.event_log FOR EACH STATEMENT EXECUTE FUNCTION public.event_log_is_immutable();

CREATE TRIGGER led_account_kept BEFORE DELETE OR TRUNCATE ON public.led_account FOR EACH STATEMENT EXECUTE FUNCTION public.led_is_immutable();

CREATE TRIGGER led_account_same BEFORE UPDATE OF id, book, party_kind, party_id, kind, currency, shard, floor_fen, ceiling_fen ON public.led_account FOR EACH STATEMENT EXECUTE FUNCTION public.led_is_immutable();

CREATE TRIGGER led_leg_belongs AFTER INSERT ON public.led_leg REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION public.led_legs_belong();

CREATE TRIGGER led_leg_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.led_leg FOR EACH STATEMENT EXECUTE FUNCTION public.led_is_immutable();

CREATE TRIGGER led_line_forwards BEFORE UPDATE ON public.led_line FOR EACH ROW EXECUTE FUNCTION public.led_line_only_forwards();

CREATE TRIGGER led_order_forwards BEFORE UPDATE ON public.led_order FOR EACH ROW EXECUTE FUNCTION public.led_only_forwards();

CREATE TRIGGER led_txn_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.led_txn FOR EACH STATEMENT EXECUTE FUNCTION public.led_is_immutable();

CREATE TRIGGER led_txn_sums AFTER INSERT ON public.led_txn REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION public.led_headers_have_legs();

CREATE TRIGGER links_rule_kept BEFORE DELETE OR UPDATE ON public.links_rule FOR EACH ROW EXECUTE FUNCTION public.links_rule_is_kept();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER trade_stock_keeps_offers BEFORE UPDATE ON public.trade_stock FOR EACH ROW WHEN (((new.on_hand < old.on_hand) AND (new.reserved = old.reserved))) EXECUTE FUNCTION public.trade_stock_keeps_offers();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_person_id FOREIGN KEY (user_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_address
    ADD CONSTRAINT accounts_address_person_id_9a2b6dba_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_changeofhands
    ADD CONSTRAINT accounts_changeofhan_creator_id_fd3718c4_fk_accounts_ FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_consent
    ADD CONSTRAINT accounts_consent_person_id_dc6f3178_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_creator
    ADD CONSTRAINT accounts_creator_person_id_28ec4fb7_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_person_id_b3f292fa_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_grant
    ADD CONSTRAINT accounts_grant_granted_by_id_979ceab8_fk_accounts_person_id FOREIGN KEY (granted_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_grant
    ADD CONSTRAINT accounts_grant_person_id_a6f32370_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_grant
    ADD CONSTRAINT accounts_grant_shop_id_544cc821_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_leaving
    ADD CONSTRAINT accounts_leaving_person_id_4fa418d8_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_mailaddress
    ADD CONSTRAINT accounts_mailaddress_person_id_32195156_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_minorday
    ADD CONSTRAINT accounts_minorday_person_id_deb2b6bc_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_notice
    ADD CONSTRAINT accounts_notice_person_id_5b35f2f6_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_noticedelivery
    ADD CONSTRAINT accounts_noticedeliv_notice_id_611e7f8a_fk_accounts_ FOREIGN KEY (notice_id) REFERENCES public.accounts_notice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_noticedelivery
    ADD CONSTRAINT accounts_noticedeliv_subscription_id_ab00f037_fk_accounts_ FOREIGN KEY (subscription_id) REFERENCES public.accounts_pushsubscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_noticesetting
    ADD CONSTRAINT accounts_noticesetting_person_id_8e00a907_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_personrole
    ADD CONSTRAINT accounts_personrole_person_id_75cdf84a_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_personsession
    ADD CONSTRAINT accounts_personsession_person_id_7f32797f_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_phonecase
    ADD CONSTRAINT accounts_phonecase_decided_by_id_2a951be6_fk_accounts_person_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_phonecase
    ADD CONSTRAINT accounts_phonecase_person_id_0c7d769c_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_pushsubscription
    ADD CONSTRAINT accounts_pushsubscri_person_id_5577b691_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_quiethours
    ADD CONSTRAINT accounts_quiethours_person_id_954fb92f_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_reveal
    ADD CONSTRAINT accounts_reveal_revealed_by_id_ee2ecfa1_fk_accounts_person_id FOREIGN KEY (revealed_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_reveal
    ADD CONSTRAINT accounts_reveal_shop_id_902e443e_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_shop
    ADD CONSTRAINT accounts_shop_applied_by_id_aacfb568_fk_accounts_person_id FOREIGN KEY (applied_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_shop
    ADD CONSTRAINT accounts_shop_decided_by_id_9f2b7f24_fk_accounts_person_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_shoppapers
    ADD CONSTRAINT accounts_shoppapers_handed_in_by_id_0a2aa4a3_fk_accounts_ FOREIGN KEY (handed_in_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_shoppapers
    ADD CONSTRAINT accounts_shoppapers_shop_id_2d2ce517_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_staff
    ADD CONSTRAINT accounts_staff_person_id_fd248055_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_staff
    ADD CONSTRAINT accounts_staff_shop_id_a7bd13c3_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_staffinvitation
    ADD CONSTRAINT accounts_staffinvita_invited_by_id_8aefa09e_fk_accounts_ FOREIGN KEY (invited_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_staffinvitation
    ADD CONSTRAINT accounts_staffinvita_person_id_0d06d8db_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.accounts_staffinvitation
    ADD CONSTRAINT accounts_staffinvitation_shop_id_9af13d39_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alliance_acceptance
    ADD CONSTRAINT alliance_acceptance_creator_id_14be7e5d_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alliance_acceptance
    ADD CONSTRAINT alliance_acceptance_plan_id_5bb114f4_fk_alliance_plan_id FOREIGN KEY (plan_id) REFERENCES public.alliance_plan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alliance_plan
    ADD CONSTRAINT alliance_plan_product_id_d7dbbe71_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alliance_plan
    ADD CONSTRAINT alliance_plan_shop_id_b6143618_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alliance_planversion
    ADD CONSTRAINT alliance_planversion_made_by_id_e21f3e55_fk_accounts_person_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alliance_planversion
    ADD CONSTRAINT alliance_planversion_plan_id_ca9831fd_fk_alliance_plan_id FOREIGN KEY (plan_id) REFERENCES public.alliance_plan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_category
    ADD CONSTRAINT catalog_category_parent_id_f61bd017_fk_catalog_category_id FOREIGN KEY (parent_id) REFERENCES public.catalog_category(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT catalog_offer_opened_by_id_62192301_fk_accounts_person_id FOREIGN KEY (opened_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_offer
    ADD CONSTRAINT catalog_offer_sku_id_a1d1724e_fk_catalog_sku_id FOREIGN KEY (sku_id) REFERENCES public.catalog_sku(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_picture
    ADD CONSTRAINT catalog_picture_person_id_622d2b22_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_picture
    ADD CONSTRAINT catalog_picture_shop_id_26af3db8_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_pricechange
    ADD CONSTRAINT catalog_pricechange_changed_by_id_27fb61a8_fk_accounts_ FOREIGN KEY (changed_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_pricechange
    ADD CONSTRAINT catalog_pricechange_sku_id_2ca41d07_fk_catalog_sku_id FOREIGN KEY (sku_id) REFERENCES public.catalog_sku(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_category_id_35bf920b_fk_catalog_category_id FOREIGN KEY (category_id) REFERENCES public.catalog_category(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_product
    ADD CONSTRAINT catalog_product_shop_id_8ebb3f92_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_searchentry
    ADD CONSTRAINT catalog_searchentry_shop_id_4c52cf3d_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_shopfollow
    ADD CONSTRAINT catalog_shopfollow_person_id_507d279f_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_shopfollow
    ADD CONSTRAINT catalog_shopfollow_shop_id_472c7835_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.catalog_sku
    ADD CONSTRAINT catalog_sku_product_id_6332277c_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_beltmembership
    ADD CONSTRAINT content_beltmembersh_creator_id_da53aa60_fk_accounts_ FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_beltmembership
    ADD CONSTRAINT content_beltmembership_belt_id_d9a11b4b_fk_content_belt_id FOREIGN KEY (belt_id) REFERENCES public.content_belt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_block
    ADD CONSTRAINT content_block_other_id_7889481b_fk_accounts_person_id FOREIGN KEY (other_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_block
    ADD CONSTRAINT content_block_person_id_01cf03de_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_captionwords
    ADD CONSTRAINT content_captionwords_work_id_01607040_fk_content_work_id FOREIGN KEY (work_id) REFERENCES public.content_work(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_case
    ADD CONSTRAINT content_case_answered_by_id_d7f82d07_fk_accounts_person_id FOREIGN KEY (answered_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_case
    ADD CONSTRAINT content_case_creator_id_c120da5a_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_case
    ADD CONSTRAINT content_case_decided_by_id_95ba5b42_fk_accounts_person_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_comment
    ADD CONSTRAINT content_comment_answers_id_ce666370_fk_content_comment_id FOREIGN KEY (answers_id) REFERENCES public.content_comment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_comment
    ADD CONSTRAINT content_comment_person_id_adf2061c_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_comment
    ADD CONSTRAINT content_comment_post_id_778bb533_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_creatorsnapshot
    ADD CONSTRAINT content_creatorsnaps_account_id_11e6753a_fk_content_o FOREIGN KEY (account_id) REFERENCES public.content_outsideaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_creatorsnapshot
    ADD CONSTRAINT content_creatorsnaps_creator_id_0e9457f3_fk_accounts_ FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_enrolment
    ADD CONSTRAINT content_enrolment_creator_id_9bd15503_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_enrolment
    ADD CONSTRAINT content_enrolment_programme_id_290dd090_fk_content_programme_id FOREIGN KEY (programme_id) REFERENCES public.content_programme(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_fanchange
    ADD CONSTRAINT content_fanchange_creator_id_a3310900_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_fancount
    ADD CONSTRAINT content_fancount_creator_id_ecdffdea_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_heldshow
    ADD CONSTRAINT content_heldshow_creator_id_6d6d337b_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_kin
    ADD CONSTRAINT content_kin_creator_id_35df0003_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_kin
    ADD CONSTRAINT content_kin_other_id_f9ada234_fk_accounts_creator_id FOREIGN KEY (other_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_like
    ADD CONSTRAINT content_like_person_id_b1b92e97_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_like
    ADD CONSTRAINT content_like_post_id_05a6f980_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_post
    ADD CONSTRAINT content_post_creator_id_26f32bf0_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_post
    ADD CONSTRAINT content_post_shop_id_da2bdfc9_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postbuy
    ADD CONSTRAINT content_postbuy_post_id_3bca32e1_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postentry
    ADD CONSTRAINT content_postentry_post_id_62d41138_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postfigures
    ADD CONSTRAINT content_postfigures_post_id_37fdfc68_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postoccasion
    ADD CONSTRAINT content_postoccasion_grant_id_d0514bd4_fk_content_r FOREIGN KEY (grant_id) REFERENCES public.content_rightsgrant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postoccasion
    ADD CONSTRAINT content_postoccasion_occasion_id_57661490_fk_content_o FOREIGN KEY (occasion_id) REFERENCES public.content_occasion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postoccasion
    ADD CONSTRAINT content_postoccasion_post_id_9e5d048e_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postproduct
    ADD CONSTRAINT content_postproduct_post_id_75b56ec0_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postproduct
    ADD CONSTRAINT content_postproduct_product_id_df1a7c4f_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postwork
    ADD CONSTRAINT content_postwork_post_id_44aa559a_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_postwork
    ADD CONSTRAINT content_postwork_work_id_3c7f23ca_fk_content_work_id FOREIGN KEY (work_id) REFERENCES public.content_work(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_programmetask
    ADD CONSTRAINT content_programmetas_programme_id_31314e8e_fk_content_p FOREIGN KEY (programme_id) REFERENCES public.content_programme(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_refusedtext
    ADD CONSTRAINT content_refusedtext_person_id_2f750835_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_reward
    ADD CONSTRAINT content_reward_enrolment_id_16fb522b_fk_content_enrolment_id FOREIGN KEY (enrolment_id) REFERENCES public.content_enrolment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_reward
    ADD CONSTRAINT content_reward_programme_id_4ba6bebc_fk_content_programme_id FOREIGN KEY (programme_id) REFERENCES public.content_programme(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_reward
    ADD CONSTRAINT content_reward_task_id_b9dcf244_fk_content_programmetask_id FOREIGN KEY (task_id) REFERENCES public.content_programmetask(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_rightsgrant
    ADD CONSTRAINT content_rightsgrant_creator_id_af15fc96_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_rightsgrant
    ADD CONSTRAINT content_rightsgrant_occasion_id_5b437f07_fk_content_occasion_id FOREIGN KEY (occasion_id) REFERENCES public.content_occasion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_rightsgrant
    ADD CONSTRAINT content_rightsgrant_parent_id_fbc2a494_fk_content_r FOREIGN KEY (parent_id) REFERENCES public.content_rightsgrant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_rightsgrant
    ADD CONSTRAINT content_rightsgrant_shop_id_7d5ffb6f_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_ruleset
    ADD CONSTRAINT content_ruleset_made_by_id_64e7049e_fk_accounts_person_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_talentagreement
    ADD CONSTRAINT content_talentagreem_creator_id_065c6371_fk_accounts_ FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_talentalert
    ADD CONSTRAINT content_talentalert_agreement_id_e4545a76_fk_content_t FOREIGN KEY (agreement_id) REFERENCES public.content_talentagreement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_talkcase
    ADD CONSTRAINT content_talkcase_answered_by_id_d5754481_fk_accounts_person_id FOREIGN KEY (answered_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_talkcase
    ADD CONSTRAINT content_talkcase_decided_by_id_97eb55a3_fk_accounts_person_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_talkcase
    ADD CONSTRAINT content_talkcase_writer_id_f5c23f30_fk_accounts_person_id FOREIGN KEY (writer_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_talkrule
    ADD CONSTRAINT content_talkrule_creator_id_9a837460_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_taskprogress
    ADD CONSTRAINT content_taskprogress_enrolment_id_1707b73c_fk_content_e FOREIGN KEY (enrolment_id) REFERENCES public.content_enrolment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_taste
    ADD CONSTRAINT content_taste_creator_id_79ef14ac_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_taste
    ADD CONSTRAINT content_taste_person_id_cca8d2f2_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_upload
    ADD CONSTRAINT content_upload_creator_id_bebea329_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_upload
    ADD CONSTRAINT content_upload_for_work_id_e3da7a35_fk_content_work_id FOREIGN KEY (for_work_id) REFERENCES public.content_work(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_visit
    ADD CONSTRAINT content_visit_person_id_c40d1eea_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_visit
    ADD CONSTRAINT content_visit_post_id_0b6cbf2f_fk_content_post_id FOREIGN KEY (post_id) REFERENCES public.content_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_work
    ADD CONSTRAINT content_work_cover_still_id_01f8d153_fk_content_work_id FOREIGN KEY (cover_still_id) REFERENCES public.content_work(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_work
    ADD CONSTRAINT content_work_creator_id_1c871ab8_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.content_work
    ADD CONSTRAINT content_work_for_work_id_2aadd232_fk_content_work_id FOREIGN KEY (for_work_id) REFERENCES public.content_work(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.delivery_carrier_notice
    ADD CONSTRAINT delivery_carrier_not_shipment_id_a7305a8e_fk_delivery_ FOREIGN KEY (shipment_id) REFERENCES public.delivery_shipment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.delivery_shipment_line
    ADD CONSTRAINT delivery_shipment_li_shipment_id_78e58f5c_fk_delivery_ FOREIGN KEY (shipment_id) REFERENCES public.delivery_shipment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.delivery_track_event
    ADD CONSTRAINT delivery_track_event_shipment_id_7c0439a0_fk_delivery_ FOREIGN KEY (shipment_id) REFERENCES public.delivery_shipment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.event_retry
    ADD CONSTRAINT event_retry_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.event_log(id);

ALTER TABLE ONLY public.integrations_app
    ADD CONSTRAINT integrations_app_owner_id_ce734dad_fk_accounts_person_id FOREIGN KEY (owner_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_attempt
    ADD CONSTRAINT integrations_attempt_delivery_id_6229bb9d_fk_integrati FOREIGN KEY (delivery_id) REFERENCES public.integrations_delivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_delivery
    ADD CONSTRAINT integrations_deliver_endpoint_id_226afb88_fk_integrati FOREIGN KEY (endpoint_id) REFERENCES public.integrations_endpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_endpoint
    ADD CONSTRAINT integrations_endpoint_made_by_id_15b4152d_fk_accounts_person_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_endpoint
    ADD CONSTRAINT integrations_endpoint_shop_id_f5fabc8c_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_orderofshop
    ADD CONSTRAINT integrations_orderofshop_shop_id_c08ee6f0_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_token
    ADD CONSTRAINT integrations_token_app_id_62d48a31_fk_integrations_app_id FOREIGN KEY (app_id) REFERENCES public.integrations_app(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_token
    ADD CONSTRAINT integrations_token_person_id_98f6eb6c_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_token
    ADD CONSTRAINT integrations_token_shop_id_23b43bca_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.job_failure
    ADD CONSTRAINT job_failure_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.led_account
    ADD CONSTRAINT led_account_kind_fkey FOREIGN KEY (kind) REFERENCES public.led_kind(kind);

ALTER TABLE ONLY public.led_line
    ADD CONSTRAINT led_line_order_id_551e7c8b_fk_led_order_order_id FOREIGN KEY (order_id) REFERENCES public.led_order(order_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.led_payout
    ADD CONSTRAINT led_payout_account_id_d16f4f52_fk_led_payout_account_account_id FOREIGN KEY (account_id) REFERENCES public.led_payout_account(account_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.led_refund
    ADD CONSTRAINT led_refund_order_id_25091172_fk_led_order_order_id FOREIGN KEY (order_id) REFERENCES public.led_order(order_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.led_txn
    ADD CONSTRAINT led_txn_pending_id_fkey FOREIGN KEY (pending_id) REFERENCES public.led_txn(id);

ALTER TABLE ONLY public.led_txn
    ADD CONSTRAINT led_txn_reverses_id_fkey FOREIGN KEY (reverses_id) REFERENCES public.led_txn(id);

ALTER TABLE ONLY public.links_click
    ADD CONSTRAINT links_click_listing_id_f8cc83d6_fk_links_listing_id FOREIGN KEY (listing_id) REFERENCES public.links_listing(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_click
    ADD CONSTRAINT links_click_person_id_26cf2667_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_externalorder
    ADD CONSTRAINT links_externalorder_click_id_37af1914_fk_links_click_id FOREIGN KEY (click_id) REFERENCES public.links_click(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_externalorder
    ADD CONSTRAINT links_externalorder_network_id_ec44f2b7_fk_links_network_id FOREIGN KEY (network_id) REFERENCES public.links_network(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_listing
    ADD CONSTRAINT links_listing_creator_id_10fa733e_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_listing
    ADD CONSTRAINT links_listing_made_by_id_fc6592d8_fk_accounts_person_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_listing
    ADD CONSTRAINT links_listing_network_id_1c94a13d_fk_links_network_id FOREIGN KEY (network_id) REFERENCES public.links_network(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_listing
    ADD CONSTRAINT links_listing_rule_id_6d18958f_fk_links_rule_id FOREIGN KEY (rule_id) REFERENCES public.links_rule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_listing
    ADD CONSTRAINT links_listing_shop_id_fd36abc3_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_network
    ADD CONSTRAINT links_network_made_by_id_ec653e88_fk_accounts_person_id FOREIGN KEY (made_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_networkdomain
    ADD CONSTRAINT links_networkdomain_network_id_cf9047b6_fk_links_network_id FOREIGN KEY (network_id) REFERENCES public.links_network(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_orderflaw
    ADD CONSTRAINT links_orderflaw_network_id_a339022f_fk_links_network_id FOREIGN KEY (network_id) REFERENCES public.links_network(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_orderreading
    ADD CONSTRAINT links_orderreading_network_id_8941bd67_fk_links_network_id FOREIGN KEY (network_id) REFERENCES public.links_network(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_preview
    ADD CONSTRAINT links_preview_listing_id_004bdd15_fk_links_listing_id FOREIGN KEY (listing_id) REFERENCES public.links_listing(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_rule
    ADD CONSTRAINT links_rule_drafted_by_id_25479a83_fk_accounts_person_id FOREIGN KEY (drafted_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_rule
    ADD CONSTRAINT links_rule_network_id_07a534ea_fk_links_network_id FOREIGN KEY (network_id) REFERENCES public.links_network(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_rule
    ADD CONSTRAINT links_rule_published_by_id_33be1c43_fk_accounts_person_id FOREIGN KEY (published_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_rule
    ADD CONSTRAINT links_rule_withdrawn_by_id_a4be62a4_fk_accounts_person_id FOREIGN KEY (withdrawn_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_warning
    ADD CONSTRAINT links_warning_creator_id_3129d191_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_warning
    ADD CONSTRAINT links_warning_rule_id_d7582d3c_fk_links_rule_id FOREIGN KEY (rule_id) REFERENCES public.links_rule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.links_warning
    ADD CONSTRAINT links_warning_shop_id_c6b2570f_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_act
    ADD CONSTRAINT live_act_about_id_7e7f35af_fk_accounts_person_id FOREIGN KEY (about_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_act
    ADD CONSTRAINT live_act_creator_id_47af4e8c_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_act
    ADD CONSTRAINT live_act_person_id_829329d9_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_act
    ADD CONSTRAINT live_act_room_id_42d84bf9_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_blocklist
    ADD CONSTRAINT live_blocklist_creator_id_f79222e4_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_catch
    ADD CONSTRAINT live_catch_drop_id_a74ae96b_fk_live_drop_id FOREIGN KEY (drop_id) REFERENCES public.live_drop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_catch
    ADD CONSTRAINT live_catch_person_id_3388defe_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_clip
    ADD CONSTRAINT live_clip_mark_id_bf55a338_fk_live_mark_id FOREIGN KEY (mark_id) REFERENCES public.live_mark(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_clip
    ADD CONSTRAINT live_clip_product_id_a969c2e0_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_clip
    ADD CONSTRAINT live_clip_room_id_9e477a7c_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_comment
    ADD CONSTRAINT live_comment_person_id_9b8853c3_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_comment
    ADD CONSTRAINT live_comment_room_id_aace5d2c_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_drop
    ADD CONSTRAINT live_drop_coupon_id_b96e53ad_fk_trade_coupon_id FOREIGN KEY (coupon_id) REFERENCES public.trade_coupon(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_drop
    ADD CONSTRAINT live_drop_room_id_c182fe55_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT live_entry_giveaway_id_f0368f5e_fk_live_giveaway_id FOREIGN KEY (giveaway_id) REFERENCES public.live_giveaway(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_entry
    ADD CONSTRAINT live_entry_person_id_3dd6da78_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_flash
    ADD CONSTRAINT live_flash_offer_id_823edf5b_fk_catalog_offer_id FOREIGN KEY (offer_id) REFERENCES public.catalog_offer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_flash
    ADD CONSTRAINT live_flash_product_id_951095b9_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_flash
    ADD CONSTRAINT live_flash_room_id_187d8a9f_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_follow
    ADD CONSTRAINT live_follow_creator_id_5c2b2e77_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_follow
    ADD CONSTRAINT live_follow_person_id_e1cfaa62_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_frame
    ADD CONSTRAINT live_frame_room_id_eb6d7063_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_framecounter
    ADD CONSTRAINT live_framecounter_room_id_3688d597_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_giveaway
    ADD CONSTRAINT live_giveaway_coupon_id_f5e3819f_fk_trade_coupon_id FOREIGN KEY (coupon_id) REFERENCES public.trade_coupon(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_giveaway
    ADD CONSTRAINT live_giveaway_room_id_c97c3606_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_ingestkey
    ADD CONSTRAINT live_ingestkey_room_id_5c3c9c30_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_item
    ADD CONSTRAINT live_item_product_id_e44319cd_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_item
    ADD CONSTRAINT live_item_room_id_41c061f7_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_mark
    ADD CONSTRAINT live_mark_product_id_82293a79_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_mark
    ADD CONSTRAINT live_mark_room_id_af40cec2_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_minute
    ADD CONSTRAINT live_minute_room_id_498ce3aa_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_personsilence
    ADD CONSTRAINT live_personsilence_decided_by_id_98a8df9e_fk_accounts_person_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_personsilence
    ADD CONSTRAINT live_personsilence_person_id_fb4400ba_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_personsilence
    ADD CONSTRAINT live_personsilence_room_id_f51a9496_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_recording
    ADD CONSTRAINT live_recording_room_id_42c8a4d8_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_reminder
    ADD CONSTRAINT live_reminder_person_id_36e3b9e9_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_reminder
    ADD CONSTRAINT live_reminder_room_id_8c924947_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_room
    ADD CONSTRAINT live_room_creator_id_9d086215_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_room
    ADD CONSTRAINT live_room_occasion_id_f0d55c1a_fk_content_occasion_id FOREIGN KEY (occasion_id) REFERENCES public.content_occasion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_room
    ADD CONSTRAINT live_room_shop_id_d73e3a86_fk_accounts_shop_id FOREIGN KEY (shop_id) REFERENCES public.accounts_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_sale
    ADD CONSTRAINT live_sale_room_id_b513a176_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_scriptcard
    ADD CONSTRAINT live_scriptcard_product_id_9b5b34bc_fk_catalog_product_id FOREIGN KEY (product_id) REFERENCES public.catalog_product(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_scriptcard
    ADD CONSTRAINT live_scriptcard_room_id_accdd793_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_seat
    ADD CONSTRAINT live_seat_creator_id_64ebc092_fk_accounts_creator_id FOREIGN KEY (creator_id) REFERENCES public.accounts_creator(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_seat
    ADD CONSTRAINT live_seat_person_id_6064bef2_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_session
    ADD CONSTRAINT live_session_room_id_b0ce45ab_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_signalminute
    ADD CONSTRAINT live_signalminute_room_id_a92ea270_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_stop
    ADD CONSTRAINT live_stop_person_id_d2d3c69d_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_stop
    ADD CONSTRAINT live_stop_room_id_2a458777_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_summary
    ADD CONSTRAINT live_summary_room_id_3c35c443_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.live_tally
    ADD CONSTRAINT live_tally_room_id_9f9c2a5b_fk_live_room_id FOREIGN KEY (room_id) REFERENCES public.live_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_person_id FOREIGN KEY (user_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oversight_complaint
    ADD CONSTRAINT oversight_complaint_decided_by_id_57a0162b_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oversight_complaint
    ADD CONSTRAINT oversight_complaint_person_id_8783697a_fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oversight_proposal
    ADD CONSTRAINT oversight_proposal_decided_by_id_8cb4603f_fk_accounts_person_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.oversight_proposal
    ADD CONSTRAINT oversight_proposal_proposed_by_id_5d7baaf2_fk_accounts_ FOREIGN KEY (proposed_by_id) REFERENCES public.accounts_person(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pay_bill_line
    ADD CONSTRAINT pay_bill_line_file_id_5bd3101e_fk_pay_bill_file_id FOREIGN KEY (file_id) REFERENCES public.pay_bill_file(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pay_recon_item
    ADD CONSTRAINT pay_recon_item_line_id_bdeba268_fk_pay_bill_line_id FOREIGN KEY (line_id) REFERENCES public.pay_bill_line(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pay_refund
    ADD CONSTRAINT pay_refund_payment_id_8497b1cd_fk_pay_payment_id FOREIGN KEY (payment_id) REFERENCES public.pay_payment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.run_note
    ADD CONSTRAINT run_note_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.run(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.trade_coupon_claim
    ADD CONSTRAINT trade_coupon_claim_coupon_id_f87b031e_fk_trade_coupon_id FOREIGN KEY (coupon_id) REFERENCES public.trade_coupon(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_invoice_file
    ADD CONSTRAINT trade_invoice_file_invoice_id_57aa18c6_fk_trade_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.trade_invoice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_invoice
    ADD CONSTRAINT trade_invoice_order_id_3a9ae251_fk_trade_order_id FOREIGN KEY (order_id) REFERENCES public.trade_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_quote_coupon
    ADD CONSTRAINT trade_quote_coupon_revision_id_8afadb49_fk_trade_quote_id FOREIGN KEY (revision_id) REFERENCES public.trade_quote(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_quote_line
    ADD CONSTRAINT trade_quote_line_revision_id_df674330_fk_trade_quote_id FOREIGN KEY (revision_id) REFERENCES public.trade_quote(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_quote_order
    ADD CONSTRAINT trade_quote_order_revision_id_a0233346_fk_trade_quote_id FOREIGN KEY (revision_id) REFERENCES public.trade_quote(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_refund_line
    ADD CONSTRAINT trade_refund_line_refund_id_da8423bd_fk_trade_refund_id FOREIGN KEY (refund_id) REFERENCES public.trade_refund(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_refund
    ADD CONSTRAINT trade_refund_order_id_3378a9d5_fk_trade_order_id FOREIGN KEY (order_id) REFERENCES public.trade_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_refund_picture
    ADD CONSTRAINT trade_refund_picture_refund_id_17adcf3d_fk_trade_refund_id FOREIGN KEY (refund_id) REFERENCES public.trade_refund(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_review
    ADD CONSTRAINT trade_review_order_id_ec35986b_fk_trade_order_id FOREIGN KEY (order_id) REFERENCES public.trade_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.trade_review_report
    ADD CONSTRAINT trade_review_report_review_id_d918c7f8_fk_trade_review_id FOREIGN KEY (review_id) REFERENCES public.trade_review(id) DEFERRABLE INITIALLY DEFERRED;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM laotie_app, laotie_analyst;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM laotie_app, laotie_analyst;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM laotie_app, laotie_analyst;

REVOKE ALL ON FUNCTION public.accounts_address_copy_follows() FROM PUBLIC;
GRANT ALL ON FUNCTION public.accounts_address_copy_follows() TO laotie_app;

REVOKE ALL ON FUNCTION public.accounts_history_is_immutable() FROM PUBLIC;
GRANT ALL ON FUNCTION public.accounts_history_is_immutable() TO laotie_app;

REVOKE ALL ON FUNCTION public.accounts_order_address(buyer uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.accounts_order_address(buyer uuid) TO laotie_app;

REVOKE ALL ON FUNCTION public.alliance_version_is_immutable() FROM PUBLIC;
GRANT ALL ON FUNCTION public.alliance_version_is_immutable() TO laotie_app;

REVOKE ALL ON FUNCTION public.audit_entry_is_immutable() FROM PUBLIC;
GRANT ALL ON FUNCTION public.audit_entry_is_immutable() TO laotie_app;

REVOKE ALL ON FUNCTION public.catalog_history_is_immutable() FROM PUBLIC;
GRANT ALL ON FUNCTION public.catalog_history_is_immutable() TO laotie_app;

REVOKE ALL ON FUNCTION public.catalog_offer_is_kept() FROM PUBLIC;
GRANT ALL ON FUNCTION public.catalog_offer_is_kept() TO laotie_app;

REVOKE ALL ON FUNCTION public.catalog_offers_now(wanted uuid[], place uuid, moment timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.catalog_offers_now(wanted uuid[], place uuid, moment timestamp with time zone) TO laotie_app;

REVOKE ALL ON FUNCTION public.content_fan_came() FROM PUBLIC;
GRANT ALL ON FUNCTION public.content_fan_came() TO laotie_app;

REVOKE ALL ON FUNCTION public.content_fan_was_judged() FROM PUBLIC;
GRANT ALL ON FUNCTION public.content_fan_was_judged() TO laotie_app;

REVOKE ALL ON FUNCTION public.content_fan_went() FROM PUBLIC;
GRANT ALL ON FUNCTION public.content_fan_went() TO laotie_app;

GRANT SELECT ON TABLE public.event_generation TO laotie_app;

REVOKE ALL ON FUNCTION public.event_generation_now() FROM PUBLIC;
GRANT ALL ON FUNCTION public.event_generation_now() TO laotie_app;

REVOKE ALL ON FUNCTION public.event_log_is_immutable() FROM PUBLIC;
GRANT ALL ON FUNCTION public.event_log_is_immutable() TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.clock_offset TO laotie_app;

REVOKE ALL ON FUNCTION public.laotie_now() FROM PUBLIC;
GRANT ALL ON FUNCTION public.laotie_now() TO laotie_app;

REVOKE ALL ON FUNCTION public.led_nobody() FROM PUBLIC;

GRANT SELECT ON TABLE public.led_account TO laotie_app;
GRANT SELECT ON TABLE public.led_account TO laotie_analyst;

GRANT SELECT ON TABLE public.led_kind TO laotie_app;
GRANT SELECT ON TABLE public.led_kind TO laotie_analyst;

REVOKE ALL ON FUNCTION public.led_accounts_of(p_entries jsonb, p_known text[], p_seed integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.led_answer(p_entry jsonb, p_phase text, p_pending uuid, p_reverses uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.led_apply(p_txns uuid[], p_phase text, p_times integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.led_digest(p_entry jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.led_headers_have_legs() FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_headers_have_legs() TO laotie_app;

REVOKE ALL ON FUNCTION public.led_write(p_entries jsonb, p_phase text) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.led_hold(p_entry jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_hold(p_entry jsonb) TO laotie_app;

REVOKE ALL ON FUNCTION public.led_is_immutable() FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_is_immutable() TO laotie_app;

REVOKE ALL ON FUNCTION public.led_legs_belong() FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_legs_belong() TO laotie_app;

REVOKE ALL ON FUNCTION public.led_line_only_forwards() FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_line_only_forwards() TO laotie_app;

REVOKE ALL ON FUNCTION public.led_lock(p_parties jsonb, p_currency text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_lock(p_parties jsonb, p_currency text) TO laotie_app;

REVOKE ALL ON FUNCTION public.led_only_forwards() FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_only_forwards() TO laotie_app;

REVOKE ALL ON FUNCTION public.led_post(p_entries jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_post(p_entries jsonb) TO laotie_app;

REVOKE ALL ON FUNCTION public.led_resolve(p_hold uuid, p_outcome text, p_entry jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_resolve(p_hold uuid, p_outcome text, p_entry jsonb) TO laotie_app;

REVOKE ALL ON FUNCTION public.led_reverse(p_txn uuid, p_entry jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.led_reverse(p_txn uuid, p_entry jsonb) TO laotie_app;

REVOKE ALL ON FUNCTION public.links_rule_is_kept() FROM PUBLIC;
GRANT ALL ON FUNCTION public.links_rule_is_kept() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_jobs TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_notify_queue_abort_job_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_notify_queue_abort_job_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_notify_queue_job_inserted_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_notify_queue_job_inserted_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_register_worker_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_register_worker_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_trigger_function_status_events_update_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_trigger_function_status_events_update_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_unlink_periodic_defers_v1() FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_unlink_periodic_defers_v1() TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) TO laotie_app;

REVOKE ALL ON FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) TO laotie_app;

REVOKE ALL ON FUNCTION public.trade_buy_flash(p_buyer uuid[], p_key text[], p_terms_at integer[], p_group uuid[], p_order uuid[], p_earlier integer[], p_terms text[], p_stock_at integer[], p_offer_at integer[], p_sku uuid[], p_offer uuid[], p_now timestamp with time zone, p_pay_by timestamp with time zone, p_day text, OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[], OUT kept_pay_by timestamp with time zone[], OUT remaining integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.trade_buy_flash(p_buyer uuid[], p_key text[], p_terms_at integer[], p_group uuid[], p_order uuid[], p_earlier integer[], p_terms text[], p_stock_at integer[], p_offer_at integer[], p_sku uuid[], p_offer uuid[], p_now timestamp with time zone, p_pay_by timestamp with time zone, p_day text, OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[], OUT kept_pay_by timestamp with time zone[], OUT remaining integer[]) TO laotie_app;

REVOKE ALL ON PROCEDURE public.trade_buy_flash_to_disk(IN p_buyer uuid[], IN p_key text[], IN p_terms_at integer[], IN p_group uuid[], IN p_order uuid[], IN p_earlier integer[], IN p_terms text[], IN p_stock_at integer[], IN p_offer_at integer[], IN p_sku uuid[], IN p_offer uuid[], IN p_now timestamp with time zone, IN p_pay_by timestamp with time zone, IN p_day text, OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[], OUT kept_pay_by timestamp with time zone[], OUT remaining integer[]) FROM PUBLIC;
GRANT ALL ON PROCEDURE public.trade_buy_flash_to_disk(IN p_buyer uuid[], IN p_key text[], IN p_terms_at integer[], IN p_group uuid[], IN p_order uuid[], IN p_earlier integer[], IN p_terms text[], IN p_stock_at integer[], IN p_offer_at integer[], IN p_sku uuid[], IN p_offer uuid[], IN p_now timestamp with time zone, IN p_pay_by timestamp with time zone, IN p_day text, OUT letters text, OUT total_fen bigint[], OUT kept_group uuid[], OUT kept_order uuid[], OUT kept_pay_by timestamp with time zone[], OUT remaining integer[]) TO laotie_app;

REVOKE ALL ON FUNCTION public.trade_place_batch(p_revision uuid[], p_buyer uuid[], p_key text[], p_digest text[], p_room uuid[], p_sku uuid[], p_offer uuid[], p_price_version integer[], p_price bigint[], p_now timestamp with time zone, p_pay_by timestamp with time zone, p_day text, OUT verdict "char"[], OUT group_id uuid[], OUT line_sku uuid[], OUT remaining integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.trade_place_batch(p_revision uuid[], p_buyer uuid[], p_key text[], p_digest text[], p_room uuid[], p_sku uuid[], p_offer uuid[], p_price_version integer[], p_price bigint[], p_now timestamp with time zone, p_pay_by timestamp with time zone, p_day text, OUT verdict "char"[], OUT group_id uuid[], OUT line_sku uuid[], OUT remaining integer[]) TO laotie_app;

REVOKE ALL ON FUNCTION public.trade_stock_keeps_offers() FROM PUBLIC;
GRANT ALL ON FUNCTION public.trade_stock_keeps_offers() TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailaddress TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.account_emailaddress_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailconfirmation TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.account_emailconfirmation_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_address TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_changeofhands TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_consent TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_creator TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_dataexport TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_grant TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_leaving TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_mailaddress TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_minorday TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_notice TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_noticedelivery TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_noticesetting TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_person TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_personrole TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_personsession TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_phonecase TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_pushsubscription TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_quiethours TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_reveal TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_shop TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_shoppapers TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_signincode TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_signintry TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_staff TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_staffinvitation TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.accounts_usedchallenge TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alliance_acceptance TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alliance_plan TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alliance_planversion TO laotie_app;

GRANT SELECT,INSERT ON TABLE public.audit_entry TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.audit_entry_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.auth_group_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_group_permissions TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.auth_group_permissions_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.auth_permission TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.auth_permission_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_category TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_offer TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_picture TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_pricechange TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_product TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_searchentry TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_shopfollow TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.catalog_sku TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_belt TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_beltmembership TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_block TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_captionwords TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_case TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_comment TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_creatorsnapshot TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_enrolment TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_fanchange TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.content_fanchange_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_fancount TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_fieldday TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_heldshow TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_kin TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.content_kin_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_like TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_occasion TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_opinion TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_outsideaccount TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_post TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_postbuy TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.content_postbuy_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_postentry TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_postfigures TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_postoccasion TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_postproduct TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_postwork TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_programme TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_programmetask TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_refundedorder TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_refusedtext TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_reward TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_rightsgrant TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_ruleset TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_talentagreement TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_talentalert TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_talkcase TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_talkrule TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_taskprogress TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_taste TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.content_taste_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_upload TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_visit TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.content_work TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery_carrier_notice TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery_freight_rule TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery_shipment TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery_shipment_line TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.delivery_track_event TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_content_type TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.django_content_type_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_migrations TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.django_migrations_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_session TO laotie_app;

GRANT SELECT,INSERT ON TABLE public.event_log TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.event_log_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.event_position TO laotie_app;

GRANT SELECT ON TABLE public.event_reader TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.event_retry TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations_app TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations_attempt TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations_delivery TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations_endpoint TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations_orderofshop TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.integrations_token TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_failure TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.led_account_id_seq TO laotie_app;

GRANT SELECT ON TABLE public.led_leg TO laotie_app;
GRANT SELECT ON TABLE public.led_leg TO laotie_analyst;

GRANT SELECT,INSERT ON TABLE public.led_line TO laotie_app;
GRANT SELECT ON TABLE public.led_line TO laotie_analyst;

GRANT UPDATE(refunded_units) ON TABLE public.led_line TO laotie_app;

GRANT UPDATE(freight_refunded) ON TABLE public.led_line TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.led_line_id_seq TO laotie_app;

GRANT SELECT,INSERT ON TABLE public.led_order TO laotie_app;
GRANT SELECT ON TABLE public.led_order TO laotie_analyst;

GRANT UPDATE(state) ON TABLE public.led_order TO laotie_app;

GRANT UPDATE(held_fen) ON TABLE public.led_order TO laotie_app;

GRANT UPDATE(refunded_fen) ON TABLE public.led_order TO laotie_app;

GRANT UPDATE(subsidy_back_fen) ON TABLE public.led_order TO laotie_app;

GRANT UPDATE(split_at) ON TABLE public.led_order TO laotie_app;

GRANT UPDATE(released_at) ON TABLE public.led_order TO laotie_app;

GRANT SELECT,INSERT ON TABLE public.led_payout TO laotie_app;
GRANT SELECT ON TABLE public.led_payout TO laotie_analyst;

GRANT UPDATE(state) ON TABLE public.led_payout TO laotie_app;

GRANT UPDATE(ended_at) ON TABLE public.led_payout TO laotie_app;

GRANT UPDATE(reason) ON TABLE public.led_payout TO laotie_app;

GRANT SELECT,INSERT ON TABLE public.led_payout_account TO laotie_app;

GRANT UPDATE(holder_sealed) ON TABLE public.led_payout_account TO laotie_app;

GRANT UPDATE(holder_masked) ON TABLE public.led_payout_account TO laotie_app;

GRANT UPDATE(number_sealed) ON TABLE public.led_payout_account TO laotie_app;

GRANT SELECT,INSERT ON TABLE public.led_policy TO laotie_app;
GRANT SELECT ON TABLE public.led_policy TO laotie_analyst;

GRANT SELECT,USAGE ON SEQUENCE public.led_policy_version_seq TO laotie_app;

GRANT SELECT ON TABLE public.led_txn TO laotie_app;
GRANT SELECT ON TABLE public.led_txn TO laotie_analyst;

GRANT SELECT ON TABLE public.led_posting TO laotie_app;
GRANT SELECT ON TABLE public.led_posting TO laotie_analyst;

GRANT SELECT,INSERT ON TABLE public.led_refund TO laotie_app;
GRANT SELECT ON TABLE public.led_refund TO laotie_analyst;

GRANT UPDATE(state) ON TABLE public.led_refund TO laotie_app;

GRANT UPDATE(settled_at) ON TABLE public.led_refund TO laotie_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.legal_hold TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_click TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_externalorder TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_listing TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_network TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_networkdomain TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_orderflaw TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_orderreading TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_preview TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_rule TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.links_warning TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_act TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_blocklist TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_catch TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_clip TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_comment TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_drop TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_entry TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_flash TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_follow TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_frame TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_framecounter TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_giveaway TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_ingestkey TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_item TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_mark TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_minute TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_personsilence TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_recording TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_reminder TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_room TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_sale TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_scriptcard TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_seat TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_session TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_signalminute TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_spentticket TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_stop TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_summary TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.live_tally TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.live_tally_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mfa_authenticator TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.mfa_authenticator_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.oversight_complaint TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.oversight_proposal TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_bill_file TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_bill_line TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_notice TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_payment TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_recon_item TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_refund TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_refused_notice TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pay_transfer TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_events TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.procrastinate_events_id_seq TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_periodic_defers TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_workers TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.remembered_answer TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_note TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_cart_line TO laotie_app;

GRANT SELECT,UPDATE ON TABLE public.trade_checkout TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_coupon TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_coupon_claim TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_invoice TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_invoice_file TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_lost_payment TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_offer_stock TO laotie_app;

GRANT SELECT,UPDATE ON TABLE public.trade_order TO laotie_app;

GRANT SELECT,UPDATE ON TABLE public.trade_order_line TO laotie_app;

GRANT SELECT,USAGE ON SEQUENCE public.trade_order_number TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_quote TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_quote_coupon TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_quote_line TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_quote_order TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_refund TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_refund_line TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_refund_picture TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_restock_wish TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_review TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_review_report TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_saved_view TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_stock TO laotie_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.trade_stock_movement TO laotie_app;
