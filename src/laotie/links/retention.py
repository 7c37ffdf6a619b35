"""How long visits to other networks are kept; see `kernel.retention`."""

from datetime import timedelta

from laotie.kernel.retention import Rule

RULES = (
    Rule(
        name="link_clicks",
        meaning="clicks on links to other networks that led to no order",
        table="links_click",
        age="asked_at",
        kept=timedelta(days=400),
        also="NOT EXISTS (SELECT FROM links_externalorder o WHERE o.click_id = r.id)",
    ),
    Rule(
        name="link_order_flaws",
        meaning="orders on other networks that could not be taken in as told",
        table="links_orderflaw",
        age="noted_at",
        kept=timedelta(days=400),
    ),
)
