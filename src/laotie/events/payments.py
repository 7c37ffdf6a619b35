"""What payment providers tell about money, as confirmed by asking them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class PaymentCaptured(Event):
    """The buyer's money is at the provider; also when it came after the window had closed."""

    name: ClassVar[str] = "payments.payment_captured"
    about: ClassVar[str] = "payment_id"
    payment_id: UUID
    group_id: UUID
    amount_fen: int
    captured_at: datetime


@dataclass(frozen=True)
class PaymentClosed(Event):
    """Nobody can pay this any more, and nobody has. `reason`: expired or cancelled."""

    name: ClassVar[str] = "payments.payment_closed"
    about: ClassVar[str] = "payment_id"
    payment_id: UUID
    group_id: UUID
    reason: str


@dataclass(frozen=True)
class RefundSettled(Event):
    """The buyer has the money back."""

    name: ClassVar[str] = "payments.refund_settled"
    about: ClassVar[str] = "refund_id"
    refund_id: UUID
    amount_fen: int
    settled_at: datetime


@dataclass(frozen=True)
class RefundFailed(Event):
    """The provider will not give this money back; a person must find another way."""

    name: ClassVar[str] = "payments.refund_failed"
    about: ClassVar[str] = "refund_id"
    refund_id: UUID
    reason: str


@dataclass(frozen=True)
class PayoutSettled(Event):
    """The party has its money."""

    name: ClassVar[str] = "payments.payout_settled"
    about: ClassVar[str] = "payout_id"
    payout_id: UUID
    settled_at: datetime


@dataclass(frozen=True)
class PayoutFailed(Event):
    """The provider sent nothing; the amount is the party's to ask for again."""

    name: ClassVar[str] = "payments.payout_failed"
    about: ClassVar[str] = "payout_id"
    payout_id: UUID
    reason: str
