"""What must always hold about money outside the house; a statement returns rows that break it."""

INVARIANTS: dict[str, str] = {
    "payments.refunds_are_within_what_was_paid": """
        SELECT p.id, p.amount_fen, sum(r.amount_fen) FROM pay_payment p
        JOIN pay_refund r ON r.payment_id = p.id
        GROUP BY p.id HAVING sum(r.amount_fen) > p.amount_fen OR sum(r.amount_fen) <> p.refund_fen
    """,
    "payments.refunded_is_what_settled": """
        SELECT p.id, p.refunded_fen, coalesce(sum(r.amount_fen), 0) FROM pay_payment p
        LEFT JOIN pay_refund r ON r.payment_id = p.id AND r.state = 'SETTLED'
        GROUP BY p.id HAVING coalesce(sum(r.amount_fen), 0) <> p.refunded_fen
    """,
    "payments.captured_is_said_once": """
        SELECT p.id, count(e.id) FROM pay_payment p
        LEFT JOIN event_log e ON e.name = 'payments.payment_captured' AND e.subject = p.id::text
        WHERE p.captured_at IS NOT NULL
        GROUP BY p.id HAVING count(e.id) <> 1
    """,
    "payments.what_settled_is_said_once": """
        SELECT r.id, count(e.id) FROM pay_refund r
        LEFT JOIN event_log e ON e.name = 'payments.refund_settled' AND e.subject = r.id::text
        WHERE r.state = 'SETTLED' GROUP BY r.id HAVING count(e.id) <> 1
        UNION ALL
        SELECT t.id, count(e.id) FROM pay_transfer t
        LEFT JOIN event_log e ON e.name = 'payments.payout_settled' AND e.subject = t.id::text
        WHERE t.state = 'SETTLED' GROUP BY t.id HAVING count(e.id) <> 1
    """,
    "payments.every_judged_line_has_one_status": """
        SELECT l.id, count(i.id) FROM pay_bill_line l JOIN pay_recon_item i ON i.line_id = l.id
        GROUP BY l.id HAVING count(i.id) <> 1
    """,
}
