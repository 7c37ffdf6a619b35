"""Time-driven work on links."""

from datetime import datetime

from laotie.kernel.jobs import every
from laotie.links import order_sync, previews, warnings


@every(seconds=5, queue="media")
def look_behind_links(now: datetime) -> None:
    previews.look_due(now=now)


@every(seconds=60, queue="notify")
def warn_of_rules(now: datetime) -> None:
    warnings.tell_due(now=now)


@every(seconds=60, queue="upkeep")
def fetch_orders(now: datetime) -> None:
    order_sync.fetch_due(now=now)
