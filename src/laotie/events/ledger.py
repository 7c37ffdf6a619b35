"""What happens to money that is held."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from laotie.kernel.event import Event


@dataclass(frozen=True)
class OrderSettled(Event):
    """The money of an order was split among its parties; it is theirs, though not yet to take."""

    name: ClassVar[str] = "ledger.order_settled"
    about: ClassVar[str] = "order_id"
    order_id: UUID


@dataclass(frozen=True)
class PayoutRequested(Event):
    """A party wants its money; the amount is held on its account until the transfer ends."""

    name: ClassVar[str] = "ledger.payout_requested"
    about: ClassVar[str] = "payout_id"
    payout_id: UUID
    amount_fen: int
