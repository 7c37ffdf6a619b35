"""Time-driven work on money; each function is one call."""

import logging
from datetime import datetime

from laotie.kernel.jobs import every
from laotie.ledger.verify import verify

log = logging.getLogger(__name__)

_DAY_S = 24 * 60 * 60


@every(seconds=_DAY_S, queue="money")
def verify_nightly(now: datetime) -> None:
    """Replay the books; a broken link is an error that somebody must look at."""
    for finding in verify():
        log.error(
            "ledger_broken",
            extra={
                "check": finding.check,
                "subject": finding.subject,
                "sentence": finding.sentence,
            },
        )
