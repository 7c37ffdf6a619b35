"""Messages to standard error, for a house without a provider of text messages yet."""

import sys
from datetime import datetime


class ConsoleChannel:
    """Prints the message where only who started the process sees it; not into the log."""

    def send(self, e164: str, text: str, *, code: str = "", now: datetime) -> None:
        print(f"[{now:%H:%M:%S}] text message to {e164}: {text}", file=sys.stderr, flush=True)  # noqa: T201
