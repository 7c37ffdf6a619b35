"""Text messages to phones, behind one small protocol. Which channel is used is configuration."""

from datetime import datetime
from typing import Protocol

from django.conf import settings


class NotSent(Exception):
    """The channel did not take the message; nobody was told anything."""


class Channel(Protocol):
    """A way to a phone. `text` is personal: a channel never writes it to the log."""

    def send(self, e164: str, text: str, *, now: datetime) -> None:
        """Hand the message over, once. raises: NotSent."""


def channel() -> Channel:
    """The configured channel: the lab's outbox in a lab, else the operator's console."""
    from laotie.accounts.text_messages.console import ConsoleChannel
    from laotie.accounts.text_messages.lab import LabOutbox

    return LabOutbox(settings.LAOTIE.data) if settings.LAOTIE.lab else ConsoleChannel()
