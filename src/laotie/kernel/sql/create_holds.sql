-- What must stay although its time is over: a court, an authority or a dispute asked for it. Run
-- once, by the owner. Ended holds stay, so that it can be told later what was held, and for whom.

CREATE TABLE legal_hold (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,
    subject_id uuid NOT NULL,
    reason     text NOT NULL,
    placed_at  timestamptz NOT NULL,
    lifted_at  timestamptz,
    lifted_because text NOT NULL DEFAULT '',
    CONSTRAINT legal_hold_kind_known CHECK (kind IN ('room', 'order', 'person')),
    CONSTRAINT legal_hold_has_reason CHECK (reason <> ''),
    CONSTRAINT legal_hold_lifted_has_reason CHECK ((lifted_at IS NULL) = (lifted_because = '')),
    CONSTRAINT legal_hold_lifted_after_it CHECK (lifted_at >= placed_at)
);
CREATE UNIQUE INDEX legal_hold_once ON legal_hold (kind, subject_id) WHERE lifted_at IS NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'laotie_app') THEN
        REVOKE DELETE, TRUNCATE ON legal_hold FROM laotie_app;
    END IF;
END $$;
