"""The ledger as a dict: an independent, slow and obvious copy to compare the real one with.

It knows nothing of SQL, keys or locks. Every amount is reckoned with fractions, from the text of
`docs/algorithms/settlement-split.md` and not from the ledger's code.

    model = LedgerModel()
    model.capture(order); model.refund(order.order_id, {2: 1}); model.receive(order.order_id)
    model.party(Party("shop", order.shop_id)) -> (pending, available, receivable)
    model.platform() -> {"psp_clearing": ..., "escrow": ..., ...}  without empty accounts
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

from laotie.ledger.terms import PLATFORM, LineMoney, OrderMoney, Party

Key = tuple[int | None, str, Party]
HELD, SPLIT, RELEASED = "HELD", "SPLIT", "RELEASED"


class Refused(Exception):
    """The real ledger must refuse as well."""


def half_up(amount: Fraction) -> int:
    return math.floor(amount + Fraction(1, 2))


@dataclass
class ModelOrder:
    terms: OrderMoney
    state: str = HELD
    units: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    freight: set[int] = field(default_factory=set)
    pending: dict[Party, int] = field(default_factory=lambda: defaultdict(int))

    def line(self, line_no: int) -> LineMoney | None:
        return next((line for line in self.terms.lines if line.line_no == line_no), None)

    def back(self) -> tuple[int, int]:
        """Refunded to the buyer, and given back to the platform for its coupons, so far."""
        to_buyer = subsidy = 0
        for line in self.terms.lines:
            k = Fraction(self.units[line.line_no], line.quantity)
            to_buyer += half_up(line.buyer_pays_fen * k)
            to_buyer += line.freight_fen if line.line_no in self.freight else 0
            subsidy += half_up(line.platform_coupon_fen * k)
        return to_buyer, subsidy

    def shares(self) -> dict[Key, int]:
        """What each role is worth now, the merchant last."""
        found: dict[Key, int] = {}
        for line in self.terms.lines:
            k = Fraction(self.units[line.line_no], line.quantity)
            base = line.goods_fen - line.merchant_coupon_fen
            base -= half_up(line.buyer_pays_fen * k) + half_up(line.platform_coupon_fen * k)
            found[line.line_no, "tech", PLATFORM] = half_up(
                Fraction(base * self.terms.tech_bps, 10_000)
            )
            for term in line.roles:
                whole = rest = half_up(Fraction(base * term.rate_bps, 10_000))
                parts: dict[Key, int] = {}
                for child in term.children:
                    part = min(half_up(Fraction(whole * child.share_bps, 10_000)), rest)
                    parts[line.line_no, f"{term.role}/{child.role}", child.party] = part
                    rest -= part
                found[line.line_no, term.role, term.party] = rest
                found |= parts
        paid = self.terms.buyer_pays_fen
        to_buyer, subsidy = self.back()
        rate = Fraction(self.terms.channel_bps, 10_000)
        found[None, "channel", PLATFORM] = half_up(paid * rate) - half_up(to_buyer * rate)
        left = self.terms.inflow_fen - to_buyer - subsidy
        found[None, "merchant", Party("shop", self.terms.shop_id)] = left - sum(found.values())
        return found


class LedgerModel:
    def __init__(self) -> None:
        self.orders: dict[UUID, ModelOrder] = {}
        self.accounts: dict[tuple[str, Party], int] = defaultdict(int)
        self.held: dict[Party, int] = defaultdict(int)

    def capture(self, order: OrderMoney) -> None:
        if order.order_id in self.orders:
            return
        self.orders[order.order_id] = ModelOrder(order)
        self._add("psp_clearing", -order.buyer_pays_fen)
        self._add("subsidy", -order.subsidy_fen)
        self._add("escrow", order.inflow_fen)

    def receive(self, order_id: UUID) -> None:
        order = self.orders[order_id]
        if order.state != HELD:
            return
        order.state = SPLIT
        shares = order.shares()
        self._add("escrow", -sum(shares.values()))
        for key, fen in shares.items():
            self._reach(order, key, fen)

    def complete(self, order_id: UUID) -> None:
        order = self.orders[order_id]
        if order.state == HELD:
            raise Refused
        if order.state == RELEASED:
            return
        order.state = RELEASED
        for party, fen in order.pending.items():
            self._add("pending", -fen, party)
            self._pay(party, fen)
        order.pending.clear()

    def refund(
        self, order_id: UUID, units: Mapping[int, int], freight: frozenset[int] = frozenset()
    ) -> tuple[int, int]:
        """To the buyer and to the platform. raises: Refused."""
        order = self.orders[order_id]
        units = {n: k for n, k in units.items() if k}  # Zero is as good as not named.
        after = {n: order.units[n] + k for n, k in units.items()}
        for n, count in after.items():
            line = order.line(n)
            if line is None or units[n] < 0 or count > line.quantity:
                raise Refused
        for n in freight:
            line = order.line(n)
            if line is None or n in order.freight or after.get(n, order.units[n]) < line.quantity:
                raise Refused
        if not units and not freight:
            raise Refused
        before, old = order.back(), order.shares()
        order.units.update(after)
        order.freight |= freight
        to_buyer, subsidy = (b - a for a, b in zip(before, order.back(), strict=True))
        self._add("refund_payable", to_buyer)
        self._add("subsidy", subsidy)
        if order.state == HELD:
            self._add("escrow", -to_buyer - subsidy)
        else:
            for key, fen in order.shares().items():
                self._reach(order, key, fen - old[key])
        return to_buyer, subsidy

    def refund_settled(self, to_buyer_fen: int) -> None:
        self._add("refund_payable", -to_buyer_fen)
        self._add("psp_clearing", to_buyer_fen)

    def return_at_once(self, amount_fen: int) -> None:
        self._add("psp_clearing", -amount_fen)
        self._add("refund_payable", amount_fen)

    def request_payout(self, party: Party, amount_fen: int) -> None:
        if amount_fen > self._free(party) or self.accounts["receivable", party]:
            raise Refused
        self.held[party] += amount_fen

    def payout_ended(self, party: Party, amount_fen: int, *, arrived: bool) -> None:
        self.held[party] -= amount_fen
        if arrived:
            self._add("available", -amount_fen, party)
            self._add("psp_clearing", amount_fen)

    def party(self, party: Party) -> tuple[int, int, int]:
        """Pending, available, receivable."""
        pending, available, receivable = (
            self.accounts[kind, party] for kind in ("pending", "available", "receivable")
        )
        return pending, available, receivable

    def platform(self) -> dict[str, int]:
        return {
            kind: fen for (kind, party), fen in self.accounts.items() if party == PLATFORM and fen
        }

    def total(self) -> int:
        """Always zero."""
        return sum(self.accounts.values())

    def _reach(self, order: ModelOrder, key: Key, fen: int) -> None:
        """A share changed: fees go to the platform, the rest to the party's own accounts."""
        _line, role, party = key
        if party == PLATFORM:
            self._add({"tech": "tech_fee", "channel": "channel_fee"}[role], fen)
        elif fen >= 0 and order.state == RELEASED:
            self._pay(party, fen)
        elif fen >= 0:
            order.pending[party] += fen
            self._add("pending", fen, party)
        else:
            from_pending = min(-fen, order.pending[party])
            order.pending[party] -= from_pending
            self._add("pending", -from_pending, party)
            from_available = min(-fen - from_pending, self._free(party))
            self._add("available", -from_available, party)
            self._owe(party, -fen - from_pending - from_available)

    def _pay(self, party: Party, fen: int) -> None:
        """Debts first."""
        repaid = min(fen, -self.accounts["receivable", party])
        self._owe(party, -repaid)
        self._add("available", fen - repaid, party)

    def _owe(self, party: Party, fen: int) -> None:
        self._add("receivable", -fen, party)
        self._add("claims", fen)
        self._add("advance", -fen)

    def _free(self, party: Party) -> int:
        return self.accounts["available", party] - self.held[party]

    def _add(self, kind: str, fen: int, party: Party = PLATFORM) -> None:
        self.accounts[kind, party] += fen
