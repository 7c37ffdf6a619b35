"""What lists of goods say beside the price: how much was sold lately, and whether there is any."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from laotie.catalog import search_entries
from laotie.catalog.search import Found
from laotie.kernel import sql
from laotie.trade import stock

WINDOW = timedelta(days=30)


def refresh(*, now: datetime) -> int:
    """The search index stands as stock and orders do now; how many products changed."""
    rows = sql.rows(sql.text("trade", "standing_of_skus"), {"since": now - WINDOW})
    return search_entries.set_standing({sku_id: (sold, has) for sku_id, sold, has in rows})


def with_stock(goods: Iterable[Found]) -> tuple[Found, ...]:
    """The same goods with what is on the shelf now. One query."""
    found = tuple(goods)
    left = stock.available([sku_id for one in found for sku_id in one.sku_ids])
    return tuple(
        replace(one, has_stock=any(left[sku_id] > 0 for sku_id in one.sku_ids)) for one in found
    )
