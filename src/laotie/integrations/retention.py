"""How long calls to the webhooks of others are kept; see `kernel.retention`."""

from datetime import timedelta

from laotie.kernel.retention import Rule

RULES = (
    Rule(
        name="webhook_deliveries",
        meaning="events that were delivered to a webhook, or given up, with each attempt",
        table="integrations_delivery",
        age="ended_at",
        kept=timedelta(days=30),
        parts=(("integrations_attempt", "delivery_id"),),
    ),
)
