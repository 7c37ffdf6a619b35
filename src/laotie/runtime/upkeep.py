"""The runtime's own ticks."""

from datetime import datetime

import structlog

from laotie.kernel import runs
from laotie.kernel.jobs import every
from laotie.runtime import invariants, retention

log = structlog.get_logger()


@every(seconds=600)
def check_invariants(now: datetime) -> None:
    """Every ten minutes in production, as after every test."""
    for each in invariants.broken():
        log.error("invariant_broken", invariant=each.name, rows=each.rows, examples=each.examples)


@every(seconds=600)
def keep_to_policy(now: datetime) -> None:
    """What is older than its rule allows goes, in small transactions."""
    retention.run(now)


@every(seconds=300)
def keep_runs(now: datetime) -> None:
    runs.wake_stale(now=now)
    runs.forget_old(now=now)
