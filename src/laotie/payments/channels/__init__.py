"""Payment providers behind one protocol. Numbers we choose are idempotent at every provider."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import StrEnum
from typing import Literal, Protocol

from django.conf import settings
from django.utils.translation import gettext_noop as _

from laotie.kernel.errors import Refusal
from laotie.ledger.payout_accounts import Destination

Subject = Literal["payment", "refund", "payout"]


class NoChannel(Refusal):
    """No provider is configured, or the lab's was asked for outside of a lab."""

    code = "NO_PAYMENT_CHANNEL"
    status = 503
    message = _("Payments are not set up here yet. Please come back later.")


class Unanswered(Exception):
    """No answer that can be trusted: whether it took effect is unknown, until asked."""


class NotKnown(Exception):
    """The provider has never heard of this number."""


class ChannelRefused(Exception):
    """The provider's clear no: nothing happened. `code` is the provider's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoBill(Exception):
    """The provider has no bill for that day (yet)."""


class BadNotice(Exception):
    """A notice that proves nothing. `reason` is for the security log."""

    def __init__(self, reason: str, *, key_id: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.key_id = key_id


class Standing(StrEnum):
    """Where a payment or a movement outward stands at the provider."""

    PENDING = "PENDING"
    PAID = "PAID"
    CLOSED = "CLOSED"
    PROCESSING = "PROCESSING"
    SETTLED = "SETTLED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What we ask to be paid. `return_url` is where the buyer goes afterwards."""

    out_no: str
    amount_fen: int
    currency: str
    subject: str
    pay_by: datetime
    return_url: str


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """A payment as the provider has it. `fee_fen` is what it charges us once paid."""

    out_no: str
    provider_no: str
    merchant_no: str
    standing: Standing
    amount_fen: int
    currency: str
    fee_fen: int
    paid_at: datetime | None
    pay_url: str


@dataclass(frozen=True, slots=True)
class RefundOrder:
    out_no: str
    payment_out_no: str
    amount_fen: int
    currency: str
    note: str


@dataclass(frozen=True, slots=True)
class PayoutOrder:
    """Money for a party. `to` is None where the provider knows the party's account by itself."""

    out_no: str
    party_ref: str
    amount_fen: int
    currency: str
    note: str
    to: Destination | None = None


@dataclass(frozen=True, slots=True)
class OutgoingAnswer:
    """A refund or payout as the provider has it."""

    out_no: str
    provider_no: str
    standing: Standing
    amount_fen: int
    currency: str
    settled_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What a genuine notice says. It is believed in nothing but that it is time to ask."""

    event_id: str
    kind: str
    subject: Subject
    out_no: str
    merchant_no: str
    amount_fen: int
    currency: str


@dataclass(frozen=True, slots=True)
class BilledMove:
    """A line of a bill: amounts signed, money in above zero; fees charged above zero."""

    line_key: str
    subject: Subject
    out_no: str
    amount_fen: int
    fee_fen: int
    currency: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    moves: tuple[BilledMove, ...]
    is_final: bool


class Channel(Protocol):
    """One provider. Every call may raise Unanswered; questions may raise NotKnown."""

    name: str
    merchant_no: str
    bill_zone: timezone  # Whose midnight ends a day of the bill.

    def create(self, order: PaymentOrder) -> PaymentAnswer:
        """Open a payment, or find it again by its number. raises: ChannelRefused."""

    def query(self, out_no: str) -> PaymentAnswer: ...

    def close(self, out_no: str) -> PaymentAnswer:
        """Let nobody pay it any more; the answer says PAID when somebody was faster."""

    def refund(self, order: RefundOrder) -> OutgoingAnswer:
        """Give money back, once per number. raises: ChannelRefused."""

    def query_refund(self, out_no: str) -> OutgoingAnswer: ...

    def payout(self, order: PayoutOrder) -> OutgoingAnswer:
        """Send money to a party, once per number. raises: ChannelRefused."""

    def query_payout(self, out_no: str) -> OutgoingAnswer: ...

    def bill(self, day: date) -> bytes:
        """The provider's bill of one of its days, byte for byte. raises: NoBill."""

    def read_bill(self, body: bytes) -> Bill:
        """raises: BadBill."""

    def read_notice(
        self, *, headers: Mapping[str, str], path: str, body: bytes, at: datetime
    ) -> NoticeFacts:
        """headers: names in lower case; body: raw; at: the wall clock. raises: BadNotice."""


class BadBill(Exception):
    """A bill that cannot be read whole; nothing of it is taken."""


def by_name(name: str) -> Channel:
    """raises: NoChannel."""
    from laotie.payments.channels.lab import LabChannel

    if name == "lab" and settings.LAOTIE.lab:
        return LabChannel.configured()
    raise NoChannel


def default_name() -> str:
    """The provider that new payments go to. raises: NoChannel."""
    if settings.LAOTIE.lab:
        return "lab"
    raise NoChannel
