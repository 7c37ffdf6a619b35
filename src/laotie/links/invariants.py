"""What must always hold about links; each statement returns rows that break it."""

INVARIANTS: dict[str, str] = {
    "links.no two rules of a scope contradict each other within a stated end": """
        SELECT a.id, b.id FROM links_rule a JOIN links_rule b
            ON a.network_id IS NOT DISTINCT FROM b.network_id
            AND a.surface IS NOT DISTINCT FROM b.surface
            AND a.effect <> b.effect AND a.effective_from < b.effective_from
        WHERE a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
          AND b.effective_from < a.effective_to
          AND (b.effective_to IS NULL OR b.effective_to > a.effective_to)
    """,
    "links.a rule was made by two": """
        SELECT r.id FROM links_rule r
        WHERE NOT EXISTS (
            SELECT FROM oversight_proposal p
            WHERE p.kind = 'link_rule' AND p.state = 'CONFIRMED'
              AND p.proposed_by_id = r.drafted_by_id AND p.decided_by_id = r.published_by_id
              AND p.decided_at = r.published_at)
    """,
    "links.a link was let in by a rule about its network and surface": """
        SELECT l.id FROM links_listing l JOIN links_rule r ON r.id = l.rule_id
        WHERE r.effect <> 'allow'
           OR (r.network_id IS NOT NULL AND r.network_id <> l.network_id)
           OR (r.surface IS NOT NULL AND r.surface <> l.surface)
           OR l.made_at < r.effective_from OR l.made_at >= r.effective_to
    """,
    "links.a click is of the surface its link stands on": """
        SELECT c.id FROM links_click c JOIN links_listing l ON l.id = c.listing_id
        WHERE c.surface <> l.surface OR c.asked_at < l.made_at
    """,
    "links.an order came by a click on a link to its own network": """
        SELECT o.id FROM links_externalorder o JOIN links_click c ON c.id = o.click_id
        JOIN links_listing l ON l.id = c.listing_id
        WHERE l.network_id <> o.network_id OR c.asked_at > o.paid_at OR c.went_at IS NULL
    """,
}
