-- The provider's own books. Moments are seconds since 1970 on the provider's clock, `_wall` ones on the wall clock.
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS payment (
    out_no      TEXT PRIMARY KEY,
    provider_no TEXT NOT NULL UNIQUE,
    token       TEXT NOT NULL UNIQUE,
    amount_fen  INTEGER NOT NULL CHECK (amount_fen > 0),
    currency    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    merchant_no TEXT NOT NULL,
    notify_url  TEXT NOT NULL,
    return_url  TEXT NOT NULL,
    expires_at  REAL NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('PENDING', 'PAID', 'FAILED', 'CLOSED')),
    created_at  REAL NOT NULL,
    paid_at     REAL,
    pays_at     REAL,
    tell        INTEGER NOT NULL DEFAULT 1,
    CHECK ((paid_at IS NOT NULL) = (state = 'PAID'))
);
CREATE INDEX IF NOT EXISTS payment_pays_at ON payment (pays_at) WHERE pays_at IS NOT NULL;

-- Money that goes out: refunds (of a payment) and payouts (to a party).
CREATE TABLE IF NOT EXISTS outgoing (
    kind           TEXT NOT NULL CHECK (kind IN ('refund', 'payout')),
    out_no         TEXT NOT NULL,
    provider_no    TEXT NOT NULL UNIQUE,
    payment_out_no TEXT REFERENCES payment (out_no),
    party_ref      TEXT,
    amount_fen     INTEGER NOT NULL CHECK (amount_fen > 0),
    currency       TEXT NOT NULL,
    note           TEXT NOT NULL,
    notify_url     TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('PROCESSING', 'SETTLED', 'FAILED')),
    created_at     REAL NOT NULL,
    due_at         REAL NOT NULL,
    settled_at     REAL,
    failure        TEXT,
    fee_back_fen   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, out_no),
    CHECK ((kind = 'refund') = (payment_out_no IS NOT NULL)),
    CHECK ((kind = 'payout') = (party_ref IS NOT NULL)),
    CHECK ((settled_at IS NOT NULL) = (state = 'SETTLED'))
);
CREATE INDEX IF NOT EXISTS outgoing_due ON outgoing (due_at) WHERE state = 'PROCESSING';
CREATE INDEX IF NOT EXISTS outgoing_payment ON outgoing (payment_out_no);

CREATE TABLE IF NOT EXISTS waybill (
    out_no     TEXT PRIMARY KEY,
    waybill_no TEXT NOT NULL UNIQUE,
    digest     TEXT NOT NULL,
    notify_url TEXT NOT NULL,
    state      TEXT NOT NULL,
    moves_at   REAL
);
CREATE TABLE IF NOT EXISTS track (
    out_no   TEXT NOT NULL REFERENCES waybill (out_no),
    event_no INTEGER NOT NULL,
    state    TEXT NOT NULL,
    text     TEXT NOT NULL,
    place    TEXT NOT NULL,
    at       REAL NOT NULL,
    PRIMARY KEY (out_no, event_no)
);

-- Callbacks owed to the client; what is not yet answered with 2xx is sent again, also after a restart.
CREATE TABLE IF NOT EXISTS callback (
    id        INTEGER PRIMARY KEY,
    event_id  TEXT NOT NULL UNIQUE,
    port      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    url       TEXT NOT NULL,
    body      BLOB NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('OWED', 'SENT', 'GIVEN_UP', 'HELD', 'LOST')),
    attempts  INTEGER NOT NULL DEFAULT 0,
    next_wall REAL NOT NULL,
    last_code INTEGER,
    fault     TEXT
);
CREATE INDEX IF NOT EXISTS callback_owed ON callback (next_wall) WHERE state = 'OWED';

CREATE TABLE IF NOT EXISTS fault (
    id     INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    kind   TEXT NOT NULL,
    ref    TEXT,
    times  INTEGER NOT NULL CHECK (times >= 0),
    args   TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS effect (
    kind  TEXT NOT NULL,
    ref   TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, ref)
);
CREATE TABLE IF NOT EXISTS nonce (
    key_id TEXT NOT NULL,
    nonce  TEXT NOT NULL,
    wall   REAL NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
