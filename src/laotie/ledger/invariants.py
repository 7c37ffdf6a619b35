"""What must always hold about money. Each statement returns the rows that break it: a subject and a
sentence. In order: what comes later rests on what comes before.
"""

INVARIANTS: dict[str, str] = {
    "ledger.legs_belong": """
        SELECT l.txn_id::text, concat(
            'leg ', l.n, ' of transaction ', l.txn_id, ' on account ', l.account_id,
            ' has lost one of them')
        FROM led_leg l LEFT JOIN led_txn t ON t.id = l.txn_id
        LEFT JOIN led_account a ON a.id = l.account_id
        WHERE t.id IS NULL OR a.id IS NULL
    """,
    "ledger.transactions_sum_to_zero": """
        SELECT t.id::text, concat(
            'transaction ', t.id, ' (', t.idem, ') sums to ', coalesce(sum(l.amount_fen), 0),
            ' over ', count(l.n), ' legs')
        FROM led_txn t LEFT JOIN led_leg l ON l.txn_id = t.id
        GROUP BY t.id, l.currency
        HAVING CASE WHEN t.phase = 'void' THEN count(l.n) > 0
            ELSE count(l.n) < 2 OR sum(l.amount_fen) <> 0 END
    """,
    "ledger.balances_are_their_legs": """
        SELECT a.id::text, concat(
            'account ', a.id, ' (', a.party_kind, ' ', a.kind, ' of ', a.party_id, ') says ',
            a.posted_fen, ', its legs say ', coalesce(legs.fen, 0))
        FROM led_account a LEFT JOIN (
            SELECT account_id, sum(amount_fen) AS fen FROM led_posting GROUP BY 1
        ) AS legs ON legs.account_id = a.id
        WHERE a.posted_fen <> coalesce(legs.fen, 0)
    """,
    "ledger.holds_are_their_legs": """
        SELECT a.id::text, concat(
            'account ', a.id, ' (', a.party_kind, ' ', a.kind, ' of ', a.party_id, ') holds ',
            a.held_fen, ', its open holds say ', coalesce(open.fen, 0))
        FROM led_account a LEFT JOIN (
            SELECT l.account_id, -sum(l.amount_fen) AS fen
            FROM led_leg l JOIN led_txn t ON t.id = l.txn_id
            WHERE t.phase = 'pending' AND l.amount_fen < 0
                AND NOT EXISTS (SELECT FROM led_txn r WHERE r.pending_id = t.id)
            GROUP BY 1
        ) AS open ON open.account_id = a.id AND a.floor_fen IS NOT NULL
        WHERE a.held_fen <> coalesce(open.fen, 0)
    """,
    "ledger.no_account_is_under_its_floor": """
        SELECT id::text, concat(
            'account ', id, ' (', party_kind, ' ', kind, ' of ', party_id, ') stands at ',
            posted_fen - held_fen)
        FROM led_account
        WHERE posted_fen - held_fen < floor_fen OR posted_fen > ceiling_fen
    """,
    "ledger.payouts_and_holds_agree": """
        SELECT p.payout_id::text, concat(
            'payout ', p.payout_id, ' is ', p.state, ' while its hold is ',
            coalesce(r.phase, CASE WHEN h.id IS NULL THEN 'missing' ELSE 'open' END))
        FROM led_payout p
        LEFT JOIN led_txn h ON h.id = p.hold_id AND h.phase = 'pending'
        LEFT JOIN led_txn r ON r.pending_id = h.id
        WHERE h.id IS NULL OR coalesce(r.phase, 'open') <> CASE p.state
            WHEN 'REQUESTED' THEN 'open' WHEN 'FAILED' THEN 'void' ELSE 'post' END
        UNION ALL
        SELECT t.id::text, concat(
            'hold ', t.id, ' (', t.idem, ') belongs to no payout')
        FROM led_txn t
        WHERE t.phase = 'pending' AND t.kind = 'payout' AND NOT EXISTS (
            SELECT FROM led_payout p WHERE p.hold_id = t.id)
    """,
    "ledger.debts_are_advanced": """
        SELECT book, concat(
            'parties owe ', owed, ', the platform has advanced ', advanced, ' and claims ',
            claimed)
        FROM (
            SELECT book, currency,
                -coalesce(sum(posted_fen) FILTER (WHERE kind = 'receivable'), 0) AS owed,
                -coalesce(sum(posted_fen) FILTER (WHERE kind = 'advance'), 0) AS advanced,
                coalesce(sum(posted_fen) FILTER (WHERE kind = 'claims'), 0) AS claimed
            FROM led_account GROUP BY 1, 2
        ) AS sums
        WHERE owed <> advanced OR owed <> claimed
    """,
    "ledger.captured_orders_are_kept": """
        SELECT t.id::text, concat(
            'capture ', t.id, ' names order ', t.order_id, ', of which nothing is known')
        FROM led_txn t
        WHERE t.kind = 'capture' AND NOT EXISTS (
            SELECT FROM led_order o WHERE o.order_id = t.order_id)
        UNION ALL
        SELECT o.order_id::text, concat(
            'order ', o.order_id, ' was paid ', o.paid_fen, ', and ', -coalesce(taken.fen, 0),
            ' was captured')
        FROM led_order o LEFT JOIN (
            SELECT order_id, sum(amount_fen) AS fen FROM led_posting
            WHERE kind = 'capture' AND account = 'psp_clearing' GROUP BY 1
        ) AS taken USING (order_id)
        WHERE o.paid_fen <> -coalesce(taken.fen, 0)
    """,
    "ledger.escrow_is_accounted_for": """
        SELECT o.order_id::text, concat(
            'order ', o.order_id, ' (', o.state, '): ', coalesce(escrow.fen, 0),
            ' is in escrow, its row says ', o.held_fen, '; paid ', o.paid_fen, ' + ',
            o.subsidy_fen, ', went back ', o.refunded_fen, ' + ', o.subsidy_back_fen)
        FROM led_order o LEFT JOIN (
            SELECT order_id, sum(amount_fen) AS fen FROM led_posting
            WHERE account = 'escrow' GROUP BY 1
        ) AS escrow USING (order_id)
        WHERE coalesce(escrow.fen, 0) <> o.held_fen OR o.held_fen <> CASE o.state
            WHEN 'HELD' THEN o.paid_fen + o.subsidy_fen - o.refunded_fen - o.subsidy_back_fen
            ELSE 0 END
    """,
    "ledger.refunds_are_accounted_for": """
        SELECT o.order_id::text, concat(
            'order ', o.order_id, ' says ', o.refunded_fen, ' went back, its refunds say ',
            coalesce(back.fen, 0))
        FROM led_order o LEFT JOIN (
            SELECT order_id, sum(to_buyer_fen) AS fen FROM led_refund GROUP BY 1
        ) AS back USING (order_id)
        WHERE o.refunded_fen <> coalesce(back.fen, 0)
        UNION ALL
        SELECT r.refund_id::text, concat(
            'refund ', r.refund_id, ' (', r.state, ') of ', r.to_buyer_fen, ' leaves ',
            coalesce(owed.fen, 0), ' payable')
        FROM led_refund r LEFT JOIN (
            SELECT refund_id, sum(amount_fen) AS fen FROM led_posting
            WHERE account = 'refund_payable' GROUP BY 1
        ) AS owed USING (refund_id)
        WHERE coalesce(owed.fen, 0) <> CASE r.state WHEN 'SETTLED' THEN 0 ELSE r.to_buyer_fen END
    """,
    "ledger.released_orders_leave_nothing_pending": """
        SELECT o.order_id::text, concat(
            'order ', o.order_id, ' was released and ', sum(p.amount_fen), ' is pending still')
        FROM led_order o JOIN led_posting p USING (order_id)
        WHERE o.state = 'RELEASED' AND p.account = 'pending'
        GROUP BY o.order_id HAVING sum(p.amount_fen) <> 0
    """,
    "ledger.payouts_go_to_the_partys_account": """
        SELECT p.payout_id::text, concat(
            'payout ', p.payout_id, ' of ', p.party_kind, ' ', p.party_id, ' goes to account ',
            p.account_id, ' of ', a.party_kind, ' ', a.party_id, ', usable from ', a.usable_from)
        FROM led_payout p JOIN led_payout_account a ON a.account_id = p.account_id
        WHERE (a.party_kind, a.party_id) <> (p.party_kind, p.party_id)
            OR a.usable_from > p.requested_at
    """,
}
