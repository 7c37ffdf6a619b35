"""The lab's time: the business clock and the provider's move ahead together, never back."""

from datetime import datetime, timedelta

import httpx
from django.db import transaction

from laotie.kernel import clock
from laotie.lab.hands import Config, Hands


class LabOff(Exception):
    """Time is real here."""


def advance(config: Config, by: timedelta) -> datetime:
    """Move both clocks; what the business clock says now.

    The provider hears the new offset, not the step, so that a repetition does no harm.
    raises: LabOff.
    """
    if not config.lab:
        raise LabOff("Set LAOTIE_LAB=1 on an installation that was made as a lab.")
    assert by >= timedelta(0)
    with transaction.atomic():
        clock.advance(by)
    tell_provider(config)
    return clock.now()


def tell_provider(config: Config) -> bool:
    """Let the provider's clock be as far ahead as ours; whether it answered."""
    try:
        Hands(config).move_clock(clock.offset())
    except httpx.HTTPError:
        return False  # It is told again when the demo starts.
    return True
