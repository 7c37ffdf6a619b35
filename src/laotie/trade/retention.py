"""How long what never became an order is kept; see `kernel.retention`."""

from datetime import timedelta

from laotie.kernel.retention import Rule

RULES = (
    Rule(
        name="unused_quotes",
        meaning="quotes that ran out and were never placed",
        table="trade_quote",
        age="expires_at",
        kept=timedelta(days=1),
        also="NOT EXISTS (SELECT FROM trade_checkout c WHERE c.id = r.quote_id)",
        parts=(
            ("trade_quote_coupon", "revision_id"),
            ("trade_quote_line", "revision_id"),
            ("trade_quote_order", "revision_id"),
        ),
        holds={"person": "r.buyer_id"},
    ),
)
