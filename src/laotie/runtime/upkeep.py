"""The runtime's own ticks."""

from datetime import datetime

import structlog
from django.contrib.sessions.backends.db import SessionStore

from laotie.kernel import idempotency, runs
from laotie.kernel.jobs import every
from laotie.runtime import invariants

log = structlog.get_logger()


@every(seconds=600)
def check_invariants(now: datetime) -> None:
    """Every ten minutes in production, as after every test."""
    for each in invariants.broken():
        log.error("invariant_broken", invariant=each.name, rows=each.rows, examples=each.examples)


@every(seconds=3600)
def forget_sessions(now: datetime) -> None:
    SessionStore.clear_expired()


@every(seconds=600)
def forget_answers(now: datetime) -> None:
    idempotency.forget_expired(now)


@every(seconds=300)
def keep_runs(now: datetime) -> None:
    runs.wake_stale(now=now)
    runs.forget_old(now=now)
