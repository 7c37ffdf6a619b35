"""Time-driven work on links."""

from datetime import datetime

from laotie.kernel import clock
from laotie.kernel.jobs import every
from laotie.links import order_sync, previews, warnings


@every(seconds=5, queue="media")
def look_behind_links(now: datetime) -> None:
    previews.look_due(now=now)


@every(seconds=60, queue="notify")
def warn_of_rules(now: datetime) -> None:
    warnings.tell_due(now=now)


@every(seconds=60, queue="upkeep")
def fetch_orders(_now: datetime) -> None:
    # It waits for others: the moment that it began at is soon past.
    order_sync.fetch_due(tell_time=clock.now)
