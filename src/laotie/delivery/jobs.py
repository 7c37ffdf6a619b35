"""Time-driven work on parcels; each function is one call."""

from datetime import datetime

from laotie.delivery import notices, shipments
from laotie.kernel.jobs import every


@every(seconds=2, queue="trade")
def label_parcels(now: datetime) -> None:
    shipments.label_due(now=now)


@every(seconds=2, queue="trade")
def handle_notices(now: datetime) -> None:
    notices.handle_new(now=now)


@every(seconds=60, queue="trade")
def refresh_parcels(now: datetime) -> None:
    shipments.refresh_due(now=now)
