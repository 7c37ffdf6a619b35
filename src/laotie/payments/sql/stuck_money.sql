-- Purpose: the operator's list of money that does not move by itself, oldest first.
-- Index: pay_payment_due, pay_refund_due, pay_transfer_due, pay_notice_due; expected rows: few, at most 200.
SELECT kind, ref, amount_fen, state, since, cause, action, id FROM (
    SELECT 'payment' AS kind, out_no AS ref, amount_fen,
        CASE WHEN answered_at IS NULL THEN 'UNKNOWN' ELSE state END AS state,
        greatest(asked_at, CASE WHEN answered_at IS NOT NULL THEN pay_by END) AS since,
        '' AS cause, 'ask' AS action, id
    FROM pay_payment
    WHERE state IN ('CREATED', 'PENDING') AND asked_at IS NOT NULL
        AND (answered_at IS NULL AND asked_at < %(before)s OR pay_by < %(before)s)
    UNION ALL
    SELECT 'refund', out_no, amount_fen, state, coalesce(asked_at, requested_at), failure, 'ask', id
    FROM pay_refund
    WHERE state IN ('REQUESTED', 'UNKNOWN', 'PROCESSING') AND requested_at < %(before)s
    UNION ALL
    SELECT 'refund', out_no, amount_fen, state, ended_at, failure, 'retry_refund', id
    FROM pay_refund WHERE state = 'FAILED'
    UNION ALL
    SELECT 'payout', out_no, amount_fen, state, coalesce(asked_at, requested_at), failure, 'ask', id
    FROM pay_transfer
    WHERE state IN ('REQUESTED', 'UNKNOWN', 'PROCESSING') AND requested_at < %(before)s
    UNION ALL
    SELECT 'notice', out_no, NULL, state, received_at, cause, 'reopen_notice', id
    FROM pay_notice WHERE state = 'PARKED'
    UNION ALL
    SELECT 'line', i.out_no, l.amount_fen, i.status, i.first_seen_at, i.cause,
        CASE i.status WHEN 'TIMING' THEN 'ask' ELSE lower(i.status) END, i.id
    FROM pay_recon_item i LEFT JOIN pay_bill_line l ON l.id = i.line_id
    WHERE i.status IN ('MISSING_HERE', 'MISSING_THERE', 'AMOUNT_DIFF', 'DUPLICATE')
        OR i.status = 'TIMING' AND i.first_seen_at < %(day_before)s
) AS stuck
ORDER BY since, ref LIMIT 200
