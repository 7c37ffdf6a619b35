"""What must always hold about people and rights; each statement returns the rows that break it."""

INVARIANTS: dict[str, str] = {
    "accounts.rights_match_their_history": """
        SELECT 'staff', s.person_id, s.shop_id FROM accounts_staff s
        WHERE s.rights IS DISTINCT FROM (
            SELECT g.after FROM accounts_grant g
            WHERE g.person_id = s.person_id AND g.shop_id = s.shop_id
            ORDER BY g.granted_at DESC, g.id DESC LIMIT 1)
        UNION ALL
        SELECT 'role', r.person_id, NULL FROM accounts_personrole r
        WHERE NOT coalesce((
            SELECT r.role = ANY (g.after) FROM accounts_grant g
            WHERE g.person_id = r.person_id AND g.shop_id IS NULL
            ORDER BY g.granted_at DESC, g.id DESC LIMIT 1), false)
    """,
    "accounts.every_shop_has_a_manager": """
        SELECT h.id FROM accounts_shop h
        WHERE NOT EXISTS (
            SELECT FROM accounts_staff s WHERE s.shop_id = h.id AND 'manage' = ANY (s.rights))
    """,
    "accounts.removed_addresses_are_forgotten": """
        SELECT a.id FROM accounts_address a
        WHERE a.removed_at IS NOT NULL AND (length(a.sealed) > 0 OR a.order_sealed IS NOT NULL)
    """,
    "accounts.a_code_has_guesses_within_bounds": """
        SELECT c.id FROM accounts_signincode c WHERE c.guesses_left > 5
    """,
    "accounts.a_notice_goes_to_browsers_of_its_person": """
        SELECT d.id FROM accounts_noticedelivery d
        JOIN accounts_notice n ON n.id = d.notice_id
        JOIN accounts_pushsubscription b ON b.id = d.subscription_id
        WHERE b.person_id <> n.person_id
    """,
    "accounts.ended_browsers_are_forgotten": """
        SELECT b.id FROM accounts_pushsubscription b
        WHERE b.ended_at IS NOT NULL AND length(b.sealed) > 0
    """,
}
