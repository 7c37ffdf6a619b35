-- Accounts, the journal and the only four ways to write it. Run once, by the owner.
-- Amounts are signed and credit-normal: plus is owed to the account's party, minus is owed by it.

-- The chart. `shards` above one: a platform-side account that every sale touches is many rows, and
-- its balance is their sum; it needs no floor, so no sale has to look at another's row.
CREATE TABLE led_kind (
    kind        text PRIMARY KEY,
    of_platform boolean NOT NULL,
    shards      smallint NOT NULL DEFAULT 1 CHECK (shards BETWEEN 1 AND 1024),
    floor_fen   bigint,
    ceiling_fen bigint,
    CHECK (shards = 1 OR (floor_fen IS NULL AND ceiling_fen IS NULL))
);
INSERT INTO led_kind (kind, of_platform, shards, floor_fen, ceiling_fen) VALUES
    ('psp_clearing',   true,  16, NULL, NULL),
    ('escrow',         true,  16, NULL, NULL),
    ('refund_payable', true,  16, NULL, NULL),
    ('tech_fee',       true,  16, NULL, NULL),
    ('channel_fee',    true,  16, NULL, NULL),
    ('subsidy',        true,  16, NULL, NULL),
    ('advance',        true,  16, NULL, NULL),
    ('claims',         true,  16, NULL, NULL),
    ('rounding',       true,  16, NULL, NULL),
    ('pending',        false,  1, 0,    NULL),
    ('available',      false,  1, 0,    NULL),
    ('receivable',     false,  1, NULL, 0);

CREATE TABLE led_account (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book        text NOT NULL DEFAULT 'main',
    party_kind  text NOT NULL
        CHECK (party_kind IN ('platform', 'shop', 'creator', 'leader', 'provider', 'agency')),
    party_id    uuid NOT NULL, -- All zeros for the platform.
    kind        text NOT NULL REFERENCES led_kind (kind),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    shard       smallint NOT NULL DEFAULT 0,
    floor_fen   bigint,
    ceiling_fen bigint,
    posted_fen  bigint NOT NULL DEFAULT 0,
    held_fen    bigint NOT NULL DEFAULT 0 CHECK (held_fen >= 0),
    version     bigint NOT NULL DEFAULT 0,
    CONSTRAINT led_account_once
        UNIQUE (book, party_kind, party_id, kind, currency, shard),
    CONSTRAINT led_account_party CHECK (
        (party_kind = 'platform') = (party_id = '00000000-0000-0000-0000-000000000000')
    ),
    CONSTRAINT led_account_floor CHECK (floor_fen IS NULL OR posted_fen - held_fen >= floor_fen),
    CONSTRAINT led_account_ceiling CHECK (ceiling_fen IS NULL OR posted_fen <= ceiling_fen)
);

CREATE TABLE led_txn (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    book         text NOT NULL DEFAULT 'main',
    idem         text NOT NULL,
    digest       text NOT NULL,
    kind         text NOT NULL,
    phase        text NOT NULL CHECK (phase IN ('posted', 'pending', 'post', 'void')),
    pending_id   uuid REFERENCES led_txn (id),
    reverses_id  uuid REFERENCES led_txn (id),
    order_id     uuid,
    payment_id   uuid,
    refund_id    uuid,
    payout_id    uuid,
    actor        text NOT NULL,
    effective_at timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT laotie_now(),
    -- `xmin` would break inside savepoints; the id of the whole transaction does not.
    xid          xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT led_txn_once UNIQUE (book, idem),
    CONSTRAINT led_txn_resolved_once UNIQUE (pending_id),
    CONSTRAINT led_txn_reversed_once UNIQUE (reverses_id),
    CONSTRAINT led_txn_resolves CHECK ((pending_id IS NOT NULL) = (phase IN ('post', 'void')))
);
CREATE INDEX led_txn_order ON led_txn (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX led_txn_payment ON led_txn (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX led_txn_payout ON led_txn (payout_id) WHERE payout_id IS NOT NULL;
CREATE INDEX led_txn_at ON led_txn (effective_at);

CREATE TABLE led_leg (
    txn_id     uuid NOT NULL REFERENCES led_txn (id),
    n          smallint NOT NULL,
    account_id bigint NOT NULL REFERENCES led_account (id),
    amount_fen bigint NOT NULL CHECK (amount_fen <> 0),
    currency   text NOT NULL,
    line_no    smallint,
    role       text NOT NULL DEFAULT '',
    rule       text NOT NULL DEFAULT '',
    trace      jsonb, -- The numbers of the arithmetic that gave the amount.
    PRIMARY KEY (txn_id, n)
);
CREATE INDEX led_leg_account ON led_leg (account_id, txn_id);

-- Legs that moved money, with their transaction and account; a hold moves none until it is resolved.
CREATE VIEW led_posting AS
SELECT
    l.txn_id, l.n, t.kind, t.order_id, t.payment_id, t.refund_id, t.payout_id, t.effective_at,
    l.account_id, a.party_kind, a.party_id, a.kind AS account, a.currency, l.amount_fen, l.line_no,
    l.role, l.rule, l.trace
FROM led_txn t
JOIN led_leg l ON l.txn_id = t.id
JOIN led_account a ON a.id = l.account_id
WHERE t.phase IN ('posted', 'post');

-- What is written stays written. Each function names its search path: a temporary table of the same
-- name would otherwise stand in for the journal.
CREATE FUNCTION led_is_immutable() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the journal is never changed: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '23001';
END $$;
CREATE TRIGGER led_txn_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON led_txn
    FOR EACH STATEMENT EXECUTE FUNCTION led_is_immutable();
CREATE TRIGGER led_leg_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON led_leg
    FOR EACH STATEMENT EXECUTE FUNCTION led_is_immutable();
CREATE TRIGGER led_account_kept BEFORE DELETE OR TRUNCATE ON led_account
    FOR EACH STATEMENT EXECUTE FUNCTION led_is_immutable();
CREATE TRIGGER led_account_same
    BEFORE UPDATE OF book, party_kind, party_id, kind, currency, shard, floor_fen, ceiling_fen
    ON led_account FOR EACH STATEMENT EXECUTE FUNCTION led_is_immutable();

-- A leg belongs to the database transaction that wrote its header, and to its header's book.
CREATE FUNCTION led_legs_belong() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh JOIN led_txn t ON t.id = fresh.txn_id WHERE t.xid <> pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'a leg came after its transaction' USING ERRCODE = '23001';
    END IF;
    IF EXISTS (
        SELECT FROM fresh JOIN led_txn t ON t.id = fresh.txn_id
        JOIN led_account a ON a.id = fresh.account_id
        WHERE a.book <> t.book OR a.currency <> fresh.currency
    ) THEN
        RAISE EXCEPTION 'a leg is in another book or currency than its account'
            USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER led_leg_belongs AFTER INSERT ON led_leg REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION led_legs_belong();

-- Proved at commit, once per header: at least two legs, and zero in each currency.
CREATE FUNCTION led_sums_to_zero() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    legs   integer;
    uneven integer;
BEGIN
    SELECT coalesce(sum(n), 0), count(*) FILTER (WHERE total <> 0) INTO legs, uneven
    FROM (
        SELECT count(*) AS n, sum(amount_fen) AS total
        FROM led_leg WHERE txn_id = NEW.id GROUP BY currency
    ) AS by_currency;
    IF NEW.phase = 'void' THEN
        IF legs > 0 THEN
            RAISE EXCEPTION 'transaction % gives a hold back and moves money', NEW.id
                USING ERRCODE = '23514';
        END IF;
    ELSIF legs < 2 OR uneven > 0 THEN
        RAISE EXCEPTION 'transaction % (%) does not sum to zero over two legs or more', NEW.id, NEW.idem
            USING ERRCODE = '23514', CONSTRAINT = 'led_txn_sums';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER led_txn_sums AFTER INSERT ON led_txn
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION led_sums_to_zero();
