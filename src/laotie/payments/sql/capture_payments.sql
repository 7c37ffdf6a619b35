-- Money that is at the provider, for many payments: those that had none become captured, in order.
-- Index: pay_payment_pkey. Rows: one per payment that changed. Locked in the order of their ids.
WITH told AS (
    SELECT %s::timestamptz AS at, id, paid_at, fee_fen, provider_no, pay_url, n
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::text[], %s::text[])
        WITH ORDINALITY AS t (id, paid_at, fee_fen, provider_no, pay_url, n)
), open AS MATERIALIZED (
    SELECT p.id FROM pay_payment p WHERE p.id IN (SELECT id FROM told) AND p.state = ANY (%s::text[])
    ORDER BY p.id FOR NO KEY UPDATE
), captured AS (
    UPDATE pay_payment p
    SET state = %s, captured_at = told.at, answered_at = told.at, next_query_at = NULL,
        provider_paid_at = told.paid_at, fee_fen = told.fee_fen,
        provider_no = told.provider_no, pay_url = told.pay_url
    FROM told JOIN open USING (id)
    WHERE p.id = told.id
    RETURNING p.id, p.group_id, p.amount_fen, told.n
)
SELECT id, group_id, amount_fen FROM captured ORDER BY n
