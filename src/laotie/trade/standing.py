"""What lists of goods say beside the price: how much was sold lately, and whether there is any."""

from datetime import datetime, timedelta

from laotie.catalog import search_entries
from laotie.kernel import sql

WINDOW = timedelta(days=30)


def refresh(*, now: datetime) -> int:
    """The search index stands as stock and orders do now; how many products changed."""
    rows = sql.rows(sql.text("trade", "standing_of_skus"), {"since": now - WINDOW})
    return search_entries.set_standing({sku_id: (sold, has) for sku_id, sold, has in rows})
