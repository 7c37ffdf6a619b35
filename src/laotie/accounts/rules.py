"""Pure decisions about people: states of a shop, rights, masks and limits at the door."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from laotie.kernel.states import step


class Role(StrEnum):
    """Rights over the whole platform."""

    OPERATOR = "operator"
    FINANCE = "finance"  # Sees the platform's money, and is a second pair of eyes for it.


class Right(StrEnum):
    """What staff may do for a shop."""

    MANAGE = "manage"  # Products, prices, coupons, plans, staff.
    SHIP = "ship"  # See orders and addresses, hand parcels over.
    REFUND = "refund"  # Agree to money going back.
    MONEY = "money"  # See balances, ask for payouts.
    STAGE = "stage"  # Pin goods and open flash offers in a room.


ALL_RIGHTS = frozenset(Right)


class Document(StrEnum):
    """Texts that a person accepts before anything is done for them."""

    TERMS = "terms"
    PRIVACY = "privacy"


class CaseState(StrEnum):
    """Whom the case of a lost phone is waiting for."""

    ASKED = "ASKED"  # An operator.
    WAITING = "WAITING"  # The owner's no, until the waiting period is over.
    DONE = "DONE"  # The account answers to the new number.
    REFUSED = "REFUSED"  # By the operator; the reason is kept.
    DENIED = "DENIED"  # By the owner, who is still here.


class LeavingState(StrEnum):
    """How far a wish to be deleted has come."""

    WAITING = "WAITING"  # The days in which the person may think again.
    KEPT = "KEPT"  # They did.
    DONE = "DONE"  # Nobody here bears the name any more.


CASE_APPROVE = step("phone_case.approve", [CaseState.ASKED], CaseState.WAITING)
CASE_REFUSE = step("phone_case.refuse", [CaseState.ASKED, CaseState.WAITING], CaseState.REFUSED)
CASE_CONTRADICT = step(
    "phone_case.contradict", [CaseState.ASKED, CaseState.WAITING], CaseState.DENIED
)
CASE_DONE = step("phone_case.done", [CaseState.WAITING], CaseState.DONE)
LEAVING_KEEP = step("leaving.keep", [LeavingState.WAITING], LeavingState.KEPT)
LEAVING_DONE = step("leaving.done", [LeavingState.WAITING], LeavingState.DONE)


class ShopState(StrEnum):
    """Whom the shop is waiting for."""

    APPLIED = "APPLIED"  # Waiting for an operator.
    ASKED = "ASKED"  # Waiting for its people: an operator asked for something more.
    APPROVED = "APPROVED"  # Open: may sell.
    REFUSED = "REFUSED"  # Not taken; the reason is kept.
    SUSPENDED = "SUSPENDED"  # Stopped by an operator; open orders go on.


ASK = step("shop.ask", [ShopState.APPLIED], ShopState.ASKED)
WAITING_SHOPS = frozenset({ShopState.APPLIED, ShopState.ASKED})
HAND_IN = step("shop.hand_in", [ShopState.ASKED, ShopState.REFUSED], ShopState.APPLIED)
APPROVE = step("shop.approve", [ShopState.APPLIED, ShopState.REFUSED], ShopState.APPROVED)
REFUSE = step("shop.refuse", [ShopState.APPLIED], ShopState.REFUSED)
SUSPEND = step("shop.suspend", [ShopState.APPROVED], ShopState.SUSPENDED)
REOPEN = step("shop.reopen", [ShopState.SUSPENDED], ShopState.APPROVED)


class Closing(StrEnum):
    """What becomes of orders while a shop is away."""

    LATER = "LATER"  # They are taken, and shipped when it is back.
    NONE = "NONE"  # None are taken.


class InvitationState(StrEnum):
    """Whether somebody who was asked to work for a shop has said yes."""

    OPEN = "OPEN"  # Counts until it is over.
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"  # By the shop, or because another took its place.


ACCEPT_INVITATION = step("invitation.accept", [InvitationState.OPEN], InvitationState.ACCEPTED)
DECLINE_INVITATION = step("invitation.decline", [InvitationState.OPEN], InvitationState.DECLINED)
WITHDRAW_INVITATION = step("invitation.withdraw", [InvitationState.OPEN], InvitationState.WITHDRAWN)


class NoticeKind(StrEnum):
    """What an inbox row tells."""

    SHOP_APPROVED = "shop_approved"
    SHOP_ASKED = "shop_asked"
    SHOP_REFUSED = "shop_refused"
    SHOP_SUSPENDED = "shop_suspended"
    ORDER_PAID = "order_paid"
    ORDER_TO_SHIP = "order_to_ship"
    ORDER_SHIPPED = "order_shipped"
    ORDER_DELIVERED = "order_delivered"
    ORDER_CLOSED = "order_closed"
    PAYMENT_ENDING = "payment_ending"
    REFUND_REQUESTED = "refund_requested"
    REFUND_GRANTED = "refund_granted"
    REFUND_REFUSED = "refund_refused"
    REFUND_WITHDRAWN = "refund_withdrawn"
    REFUND_DONE = "refund_done"
    ROOM_SOON = "room_soon"
    ROOM_STARTED = "room_started"
    ROOM_MOVED = "room_moved"
    ROOM_CANCELLED = "room_cancelled"
    GIVEAWAY_WON = "giveaway_won"
    SEAT_GIVEN = "seat_given"
    STOCK_LOW = "stock_low"
    STOCK_BACK = "stock_back"
    ADDRESS_CHANGED = "address_changed"
    INVOICE_REQUESTED = "invoice_requested"
    INVOICE_ISSUED = "invoice_issued"
    INVOICE_REFUSED = "invoice_refused"
    INVOICE_RED_DUE = "invoice_red_due"
    INVOICE_RED = "invoice_red"
    STAFF_INVITED = "staff_invited"
    PAYOUT_SETTLED = "payout_settled"
    PAYOUT_FAILED = "payout_failed"
    PAYOUT_ACCOUNT = "payout_account"
    POST_PUBLIC = "post_public"
    POST_SENT_BACK = "post_sent_back"
    POST_LIMITED = "post_limited"
    POST_TAKEN_DOWN = "post_taken_down"
    POST_RESTORED = "post_restored"
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_REFUSED = "appeal_refused"
    COMMENT_DOWN = "comment_down"
    COMMENT_RESTORED = "comment_restored"
    COMMENT_STAYS_DOWN = "comment_stays_down"
    RIGHTS_ENDED = "rights_ended"
    LINKS_STOP = "links_stop"
    LINKS_STAY = "links_stay"
    REWARD_PAID = "reward_paid"
    TALENT_QUIET = "talent_quiet"
    POSTS_MISSED = "posts_missed"
    LIVES_MISSED = "lives_missed"
    LINKED_OUT = "linked_out"
    BELT_JOINED = "belt_joined"
    BELT_REFUSED = "belt_refused"
    BELT_ENDED = "belt_ended"
    JOB_PARKED = "job_parked"
    LOCKS_CHANGED = "locks_changed"
    PHONE_CHANGED = "phone_changed"
    PHONE_CASE = "phone_case"
    LEAVING = "leaving"
    DATA_READY = "data_ready"


class NoticeChannel(StrEnum):
    """A way to a person beside the inbox."""

    PUSH = "push"
    SMS = "sms"
    MAIL = "mail"


class DeliveryState(StrEnum):
    """What became of one notice on one channel."""

    WAITING = "WAITING"  # To be sent at `next_at`; also while it is being sent.
    SENT = "SENT"  # The channel took it.
    EXPIRED = "EXPIRED"  # It would have come too late to be of use.
    GONE = "GONE"  # The browser or the address is not there any more.
    FAILED = "FAILED"  # Refused, or tried often enough.


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in any `within`."""

    most: int
    within: timedelta

    def wait_s(self, moments: list[datetime], now: datetime) -> int:
        """Seconds until one more is allowed; 0 means now. `moments`: those inside the window."""
        recent = sorted(moment for moment in moments if moment > now - self.within)
        if len(recent) < self.most:
            return 0
        free_at = recent[len(recent) - self.most] + self.within
        return max(1, int((free_at - now).total_seconds()) + 1)


CODE_DIGITS = 6
CODE_GUESSES = 5
CODE_LIFETIME = timedelta(minutes=5)
CODES_PER_PHONE = (Limit(1, timedelta(seconds=60)), Limit(5, timedelta(hours=1)))
PASSWORDS_PER_PHONE = (Limit(5, timedelta(minutes=5)), Limit(30, timedelta(days=1)))
SECOND_STEPS_PER_PHONE = (Limit(5, timedelta(minutes=5)), Limit(30, timedelta(days=1)))
TRIES_KEPT = timedelta(days=1)
# Roles that nobody has by password or code alone, and how long a proof counts for what hurts most.
GUARDED_ROLES = frozenset({Role.OPERATOR.value, Role.FINANCE.value})
STEP_LASTS = timedelta(minutes=10)
RECOVERY_CODES = 10
RECOVERY_TRIES = (Limit(5, timedelta(hours=1)), Limit(10, timedelta(days=1)))
CASE_WAITS = timedelta(hours=72)
CASES_PER_PERSON = Limit(3, timedelta(days=30))
LEAVING_WAITS = timedelta(days=7)
EXPORT_KEPT = timedelta(days=7)
EXPORTS_PER_PERSON = Limit(3, timedelta(days=1))
PASSKEYS_PER_PERSON = 10
# Minors' mode, as the guidelines for it have it: forty minutes a day, and not at night.
MINOR_DAILY = timedelta(minutes=40)
MINOR_CLOSES_H, MINOR_OPENS_H = 22, 6
REVEALS_PER_PERSON = Limit(300, timedelta(hours=1))
ADDRESSES_PER_PERSON = 20
SHOPS_PER_PERSON = 5
INVITATION_LASTS = timedelta(days=7)


def wait_s(limits: tuple[Limit, ...], moments: list[datetime], now: datetime) -> int:
    """The longest wait that any of the limits asks for, in seconds."""
    return max(limit.wait_s(moments, now) for limit in limits)


def code_digest(code: str, phone_index: bytes) -> bytes:
    """What is kept of a code. It lives minutes and five guesses, so a plain hash does."""
    return hashlib.sha256(phone_index + code.encode()).digest()


def mask_phone(e164: str) -> str:
    """`+8613800138000` is `138****8000`; others keep the country and the last two digits."""
    if e164.startswith("+86") and len(e164) == 14:
        return f"{e164[3:6]}****{e164[-4:]}"
    return f"{e164[:4]}****{e164[-2:]}"


def mask_name(name: str) -> str:
    """The first letter, the rest starred: 王小明 is 王**, at most two stars."""
    return name[:1] + "*" * min(2, max(1, len(name) - 1))


def mask_line(line: str) -> str:
    """The first six letters of an address line, never more than half of it."""
    return line[: min(6, len(line) // 2)] + "****"
