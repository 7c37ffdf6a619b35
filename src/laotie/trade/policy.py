"""How long buyers, merchants and we have for each step; law and custom differ, code does not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass(frozen=True, slots=True)
class TradePolicy:
    """Windows of one profile.

    quote:           a quote can be placed for this long.
    pay:             stock is held for an unpaid order for this long.
    ship:            a paid order shall be with a carrier by then.
    receive:         after shipping the order counts as received.
    after_sale:      after receipt the order is complete and its money free.
    decide_refund:   a merchant who has not answered by then has agreed.
    """

    quote: timedelta
    pay: timedelta
    ship: timedelta
    receive: timedelta
    after_sale: timedelta
    decide_refund: timedelta


_PROFILES = {
    "cn": TradePolicy(
        quote=timedelta(minutes=30),
        pay=timedelta(minutes=15),
        ship=timedelta(hours=48),
        receive=timedelta(days=10),
        after_sale=timedelta(days=7),
        decide_refund=timedelta(hours=48),
    ),
    "neutral": TradePolicy(
        quote=timedelta(minutes=30),
        pay=timedelta(minutes=15),
        ship=timedelta(hours=72),
        receive=timedelta(days=14),
        after_sale=timedelta(days=14),
        decide_refund=timedelta(hours=72),
    ),
}


def current() -> TradePolicy:
    """The windows of this installation's profile."""
    return _PROFILES[settings.LAOTIE.profile]


def day_in_numbers(now: datetime) -> str:
    """What the numbers of orders placed now begin with: the day of this installation, `260131`."""
    return f"{now.astimezone(ZoneInfo(settings.TIME_ZONE)):%y%m%d}"
