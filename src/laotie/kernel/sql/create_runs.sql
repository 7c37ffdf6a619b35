-- Long work that a person started: how far it is, who does it now, and what it said of single rows.

CREATE TABLE run (
    id            uuid PRIMARY KEY,
    kind          text NOT NULL,
    title         text NOT NULL,
    owner_id      uuid NOT NULL,
    shop_id       uuid,
    shop_right    text NOT NULL DEFAULT '',
    language      text NOT NULL,
    arguments     jsonb NOT NULL,
    state         text NOT NULL DEFAULT 'WAITING',
    is_prepared   boolean NOT NULL DEFAULT false,
    done          integer NOT NULL DEFAULT 0,
    total         integer,
    counts        jsonb NOT NULL DEFAULT '{}',
    position      jsonb NOT NULL DEFAULT '{}',
    -- The worker that may write; another one that takes over writes its own mark here.
    holder        uuid,
    result_file   text NOT NULL DEFAULT '',
    result_name   text NOT NULL DEFAULT '',
    errors_file   text NOT NULL DEFAULT '',
    errors_name   text NOT NULL DEFAULT '',
    failure       text NOT NULL DEFAULT '',
    asked_at      timestamptz NOT NULL,
    started_at    timestamptz,
    moved_at      timestamptz,
    cancel_asked_at timestamptz,
    ended_at      timestamptz,
    kept_until    timestamptz NOT NULL,
    CONSTRAINT run_state_known CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    CONSTRAINT run_ended_has_moment CHECK (
        (state IN ('DONE', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL)),
    CONSTRAINT run_done_within_total CHECK (done >= 0 AND (total IS NULL OR done <= total)),
    CONSTRAINT run_done_has_all CHECK (state <> 'DONE' OR done = total),
    CONSTRAINT run_right_of_shop CHECK ((shop_id IS NULL) = (shop_right = '')),
    CONSTRAINT run_kept_after_asking CHECK (kept_until > asked_at)
);
CREATE INDEX run_of_owner ON run (owner_id, asked_at DESC);
CREATE INDEX run_of_shop ON run (shop_id, asked_at DESC) WHERE shop_id IS NOT NULL;
CREATE INDEX run_kept ON run (kept_until);

-- A row told of twice is a row done twice: the key refuses it, and the chunk with it.
CREATE TABLE run_note (
    run_id   uuid NOT NULL REFERENCES run ON DELETE CASCADE,
    row_no   integer NOT NULL,
    note_no  smallint NOT NULL DEFAULT 0,
    is_error boolean NOT NULL,
    field    text NOT NULL DEFAULT '',
    said     text NOT NULL,
    PRIMARY KEY (run_id, row_no, note_no)
);
CREATE INDEX run_note_errors ON run_note (run_id, row_no) WHERE is_error;
