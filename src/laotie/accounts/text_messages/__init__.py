"""Text messages to phones, behind one small protocol. Which channel is used is configuration."""

from datetime import datetime
from typing import Protocol

from django.conf import settings


class NotSent(Exception):
    """The channel did not take the message; nobody was told anything.

    `is_final`: asking again would not help.
    """

    def __init__(self, cause: str = "", *, is_final: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.is_final = is_final


class Channel(Protocol):
    """A way to a phone. `text` is personal: a channel never writes it to the log."""

    def send(self, e164: str, text: str, *, code: str = "", now: datetime) -> None:
        """Hand the message over, once. `code`: the digits in it, if any. raises: NotSent."""


def channel() -> Channel:
    """The configured provider; without one the lab's outbox in a lab, else the console."""
    from laotie.accounts.text_messages.aliyun import AliyunChannel
    from laotie.accounts.text_messages.console import ConsoleChannel
    from laotie.accounts.text_messages.lab import LabOutbox

    if settings.LAOTIE.sms_url:
        return AliyunChannel(settings.LAOTIE.sms_url)
    return LabOutbox(settings.LAOTIE.data) if settings.LAOTIE.lab else ConsoleChannel()


def reaches_phones() -> bool:
    """Whether messages go further than the operator's console."""
    return bool(settings.LAOTIE.sms_url or settings.LAOTIE.lab)
