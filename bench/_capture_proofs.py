"""What must be true when all notices are handled, counted in the database."""

from collections.abc import Sequence

from bench._report import Report


def prove(report: Report, told_of: Sequence[str]) -> None:
    """told_of: numbers of all payments that a notice was sent about."""
    from laotie.kernel import sql
    from laotie.ledger import verify
    from laotie.runtime import invariants

    numbers = list(told_of)
    ((kept,),) = sql.rows("SELECT count(*) FROM pay_notice WHERE out_no = ANY (%s)", [numbers])
    report.proof("notices that were not kept once", abs(len(numbers) - int(kept)))
    for what, statement in _PROOFS.items():
        report.proof(what, len(sql.rows(statement, [numbers])))
    report.proof("findings of the ledger", len(verify.verify()))
    report.proof("invariants broken", len(invariants.broken()))
    ((waiting,),) = sql.rows("SELECT count(*) FROM event_retry WHERE state <> 'DONE'")
    report.proof("events parked or waiting", int(waiting))


_PROOFS = {
    "captured twice": """
        SELECT p.id FROM pay_payment p WHERE p.out_no = ANY (%s) AND 1 < (
            SELECT count(*) FROM event_log e
            WHERE e.subject = p.id::text AND e.name = 'payments.payment_captured')
    """,
    "lost": """
        SELECT n FROM unnest(%s::text[]) AS n WHERE NOT EXISTS (
            SELECT FROM pay_payment p JOIN trade_order o ON o.group_id = p.group_id
            WHERE p.out_no = n AND p.captured_at IS NOT NULL AND o.state = 'PAID')
    """,
    "goods of paid orders that are not held": """
        SELECT l.order_id FROM pay_payment p JOIN trade_order o ON o.group_id = p.group_id
        JOIN trade_order_line l ON l.order_id = o.id
        WHERE p.out_no = ANY (%s) AND (l.released_quantity, l.shipped_quantity) <> (0, 0)
    """,
    "not posted once in the ledger": """
        SELECT o.id FROM pay_payment p JOIN trade_order o ON o.group_id = p.group_id
        WHERE p.out_no = ANY (%s) AND 1 <> (
            SELECT count(*) FROM led_txn t WHERE t.order_id = o.id AND t.kind = 'capture')
    """,
    "not told once to room and buyer": """
        SELECT o.id FROM pay_payment p JOIN trade_order o ON o.group_id = p.group_id
        WHERE p.out_no = ANY (%s) AND (1, 1, 1) <> (
            (SELECT count(*) FROM event_log e
                WHERE e.subject = o.id::text AND e.name = 'trade.order_paid'),
            (SELECT count(*) FROM live_sale s WHERE s.order_id = o.id),
            (SELECT count(*) FROM accounts_notice n
                WHERE n.person_id = o.buyer_id AND n.kind = 'order_paid'))
    """,
    "notices that are not handled": """
        SELECT id FROM pay_notice WHERE out_no = ANY (%s) AND state <> 'HANDLED'
    """,
}
