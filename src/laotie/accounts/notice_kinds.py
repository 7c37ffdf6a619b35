"""What each kind of notice is called, over which channels it may go, and for how long it is news.

Pure tables and functions: no database, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop as _

from laotie.accounts.rules import NoticeChannel, NoticeKind

PUSH, SMS, MAIL = NoticeChannel

_DAY = timedelta(days=1)
_FIRST_WAIT = timedelta(seconds=20)
_LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 8


@dataclass(frozen=True, slots=True)
class KindRule:
    """label: in settings. useful_for: later than this it is not sent. channels: whether it goes
    over a channel as long as the person has not said otherwise; one not named is not offered."""

    label: str
    channels: Mapping[NoticeChannel, bool]
    useful_for: timedelta = _DAY


_EVERYDAY = {PUSH: True, MAIL: False}
_MONEY = {PUSH: True, MAIL: True, SMS: False}
_MOMENT = {PUSH: True}

RULES: Mapping[NoticeKind, KindRule] = {
    NoticeKind.ORDER_PAID: KindRule(_("Payment received"), _MONEY),
    NoticeKind.PAYMENT_ENDING: KindRule(
        _("Time to pay is ending"), {PUSH: True, SMS: False}, timedelta(minutes=5)
    ),
    NoticeKind.ORDER_SHIPPED: KindRule(_("Shipped"), {PUSH: True, SMS: False, MAIL: False}),
    NoticeKind.ORDER_DELIVERED: KindRule(_("Delivered"), {PUSH: True, SMS: False, MAIL: False}),
    NoticeKind.ORDER_CLOSED: KindRule(_("Order closed"), _EVERYDAY),
    NoticeKind.REFUND_GRANTED: KindRule(_("Refund agreed to"), _MONEY),
    NoticeKind.REFUND_REFUSED: KindRule(_("Refund refused"), _MONEY),
    NoticeKind.REFUND_DONE: KindRule(_("Refund paid"), _MONEY),
    NoticeKind.ROOM_SOON: KindRule(
        _("A room I want to see starts soon"), {PUSH: True, SMS: False}, timedelta(minutes=10)
    ),
    NoticeKind.ROOM_STARTED: KindRule(
        _("Somebody I follow goes live"), _MOMENT, timedelta(minutes=30)
    ),
    NoticeKind.ROOM_MOVED: KindRule(_("A room I want to see was moved or called off"), _EVERYDAY),
    NoticeKind.GIVEAWAY_WON: KindRule(_("I won something"), _EVERYDAY),
    NoticeKind.SEAT_GIVEN: KindRule(_("I am asked to keep order in a room"), _EVERYDAY),
    NoticeKind.STOCK_BACK: KindRule(_("What I waited for is back"), _EVERYDAY),
    NoticeKind.INVOICE_ISSUED: KindRule(_("News of my invoices"), _EVERYDAY),
    NoticeKind.DATA_READY: KindRule(_("The copy of my data is ready"), _EVERYDAY),
    NoticeKind.STAFF_INVITED: KindRule(_("A shop wants me to work for it"), _EVERYDAY),
    NoticeKind.ORDER_TO_SHIP: KindRule(_("Orders to ship"), _EVERYDAY),
    NoticeKind.REFUND_REQUESTED: KindRule(_("Refund wishes of buyers"), _EVERYDAY),
    NoticeKind.REFUND_WITHDRAWN: KindRule(_("Refund wishes taken back"), _EVERYDAY),
    NoticeKind.ADDRESS_CHANGED: KindRule(_("A buyer changed the address"), _EVERYDAY),
    NoticeKind.INVOICE_REQUESTED: KindRule(_("Invoices to write"), _EVERYDAY),
    NoticeKind.STOCK_LOW: KindRule(_("Low stock"), _EVERYDAY),
    NoticeKind.PAYOUT_SETTLED: KindRule(_("Payout paid"), _MONEY),
    NoticeKind.PAYOUT_FAILED: KindRule(_("Payout failed"), _MONEY),
    NoticeKind.SHOP_APPROVED: KindRule(_("My shop was approved"), _MONEY),
    NoticeKind.SHOP_ASKED: KindRule(_("My shop must hand in more"), _MONEY),
    NoticeKind.SHOP_REFUSED: KindRule(_("My shop was refused"), _MONEY),
    NoticeKind.SHOP_SUSPENDED: KindRule(_("My shop was stopped"), _MONEY),
    NoticeKind.POST_PUBLIC: KindRule(_("A post of mine that waited is public"), _EVERYDAY),
    NoticeKind.POST_TAKEN_DOWN: KindRule(
        _("Decisions about my posts"), {PUSH: True, MAIL: True}, timedelta(days=3)
    ),
    NoticeKind.COMMENT_DOWN: KindRule(_("Decisions about my comments"), _EVERYDAY),
    NoticeKind.RIGHTS_ENDED: KindRule(_("A right to show something ended"), _EVERYDAY),
    NoticeKind.REWARD_PAID: KindRule(_("Rewards of programmes"), _MONEY),
    NoticeKind.TALENT_QUIET: KindRule(_("What my agreement waits for"), _EVERYDAY),
    NoticeKind.BELT_JOINED: KindRule(_("Answers about my belt"), _EVERYDAY),
    NoticeKind.LINKS_STOP: KindRule(_("Links of mine to other networks stop"), _MONEY),
    NoticeKind.JOB_PARKED: KindRule(
        _("Work that waits for a person"), {PUSH: True, SMS: False, MAIL: True}
    ),
}
# These go with another kind: who wants the one wants the other.
WITH: Mapping[NoticeKind, NoticeKind] = {
    NoticeKind.ROOM_CANCELLED: NoticeKind.ROOM_MOVED,
    NoticeKind.LINKS_STAY: NoticeKind.LINKS_STOP,
    NoticeKind.INVOICE_REFUSED: NoticeKind.INVOICE_ISSUED,
    NoticeKind.INVOICE_RED: NoticeKind.INVOICE_ISSUED,
    NoticeKind.INVOICE_RED_DUE: NoticeKind.INVOICE_REQUESTED,
    NoticeKind.POST_SENT_BACK: NoticeKind.POST_TAKEN_DOWN,
    NoticeKind.POST_LIMITED: NoticeKind.POST_TAKEN_DOWN,
    NoticeKind.POST_RESTORED: NoticeKind.POST_TAKEN_DOWN,
    NoticeKind.APPEAL_GRANTED: NoticeKind.POST_TAKEN_DOWN,
    NoticeKind.APPEAL_REFUSED: NoticeKind.POST_TAKEN_DOWN,
    NoticeKind.COMMENT_RESTORED: NoticeKind.COMMENT_DOWN,
    NoticeKind.COMMENT_STAYS_DOWN: NoticeKind.COMMENT_DOWN,
    NoticeKind.POSTS_MISSED: NoticeKind.TALENT_QUIET,
    NoticeKind.LIVES_MISSED: NoticeKind.TALENT_QUIET,
    NoticeKind.LINKED_OUT: NoticeKind.TALENT_QUIET,
    NoticeKind.BELT_REFUSED: NoticeKind.BELT_JOINED,
    NoticeKind.BELT_ENDED: NoticeKind.BELT_JOINED,
}
# Whoever else has hold of an account must not be able to switch these off.
_SAFETY = KindRule(_("My account"), {PUSH: True, MAIL: True})


def rule(kind: NoticeKind) -> KindRule:
    """The rule of a kind. What concerns the account itself is always told and cannot be chosen."""
    return RULES.get(WITH.get(kind, kind), _SAFETY)


def after_quiet(at: datetime, hours: tuple[int, int] | None, zone: ZoneInfo) -> datetime:
    """The first moment from `at` on that is not quiet.

    hours: first and last minute of the day, in `zone`; the last may lie before the first, across
        midnight. None: nothing is quiet.
    """
    if hours is None:
        return at
    first, last = hours
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_quiet = first <= minute < last if first < last else minute >= first or minute < last
    if not is_quiet:
        return at
    end = local.replace(hour=last // 60, minute=last % 60, second=0, microsecond=0)
    return (end if end > local else end + _DAY).astimezone(at.tzinfo)


def wait_after(tries: int) -> timedelta:
    """How long until it is tried again, after so many tries: 20 s, doubled, at most an hour."""
    doubled: int = 1 << min(max(0, tries - 1), 12)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
