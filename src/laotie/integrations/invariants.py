"""What must always hold about tokens and webhooks; each statement returns rows that break it."""

INVARIANTS: dict[str, str] = {
    "integrations.a_token_stays_within_its_app": """
        SELECT t.id FROM integrations_token t JOIN integrations_app a ON a.id = t.app_id
        WHERE NOT t.scopes <@ a.scopes
    """,
    "integrations.an_ended_delivery_was_tried": """
        SELECT d.id FROM integrations_delivery d
        WHERE d.state <> 'WAITING'
          AND NOT EXISTS (SELECT FROM integrations_attempt a WHERE a.delivery_id = d.id)
    """,
}
