"""Time-driven work on people's rows; each function is one call."""

from datetime import datetime

from laotie.accounts import inbox, sign_in
from laotie.kernel.jobs import every


@every(seconds=5, queue="notify")
def push_notices(now: datetime) -> None:
    inbox.push_unsent(inbox.ConsoleChannel(), now=now)


@every(seconds=3600)
def forget_tries(now: datetime) -> None:
    sign_in.forget_tries(now=now)
