"""Statements that must return no row."""

INVARIANTS = {
    "nobody confirmed what they proposed": """
        SELECT id FROM oversight_proposal
        WHERE state = 'CONFIRMED' AND decided_by_id = proposed_by_id
    """,
    "a proposal was confirmed in its time": """
        SELECT id FROM oversight_proposal
        WHERE state = 'CONFIRMED' AND NOT decided_at BETWEEN proposed_at AND expires_at
    """,
}
