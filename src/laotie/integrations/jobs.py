"""Time-driven work on webhooks."""

from datetime import datetime

from laotie.integrations import deliveries
from laotie.kernel.jobs import every


@every(seconds=2, queue="notify")
def send_webhooks(now: datetime) -> None:
    deliveries.send_due(now=now)
