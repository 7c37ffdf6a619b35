"""Who gets which fen of an order, at any moment of its life. Pure: no database, no clock.

`figures` looks only at the frozen terms and at how much of each line was taken back so far, so
the path on which an order came there cannot matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from laotie.kernel import money
from laotie.kernel.errors import Refusal
from laotie.ledger.terms import (
    MERCHANT,
    PLATFORM,
    TECH,
    LineMoney,
    OrderMoney,
    Party,
    RoleTerm,
)

CHANNEL = "channel"  # What the payment channel keeps, borne by the merchant.


class SplitCapExceeded(Refusal):
    code = "SPLIT_CAP_EXCEEDED"
    message = _("The shares of all parties together are above the limit. Lower a rate.")


class RefundExceedsLine(Refusal):
    code = "REFUND_EXCEEDS_LINE"
    message = _("More units than are left on this line. Reload to see what can be refunded.")


class FreightNotDue(Refusal):
    code = "FREIGHT_NOT_DUE"
    message = _("Freight of a line comes back with its last unit, and only once.")


class NothingToRefund(Refusal):
    code = "NOTHING_TO_REFUND"
    message = _("Choose at least one unit to refund.")


class MoneyState(StrEnum):
    """Where an order's money is."""

    HELD = "HELD"  # In escrow, until the buyer has the goods.
    SPLIT = "SPLIT"  # With its parties as pending, until the after-sale window ends.
    RELEASED = "RELEASED"  # Theirs to take out.


class RefundState(StrEnum):
    """Where a buyer's money is on its way back."""

    PAYABLE = "PAYABLE"  # Owed to the buyer, with the provider to carry.
    SETTLED = "SETTLED"  # The buyer has it.


class PayoutState(StrEnum):
    """What a party waits for."""

    REQUESTED = "REQUESTED"  # Held, on its way through the channel.
    SETTLED = "SETTLED"  # Arrived.
    FAILED = "FAILED"  # Did not go; free to take again.
    BOUNCED = "BOUNCED"  # Arrived, and was sent back.


@dataclass(frozen=True, slots=True)
class Taken:
    """How much of a line went back to the buyer."""

    units: int = 0
    freight: bool = False


NOT_TAKEN = Taken()


@dataclass(frozen=True, slots=True)
class Part:
    """One party's part in one role: `fen = gross - given`.

    line_no:  None for what is reckoned once per order (channel fee, merchant).
    role:     a child's path names its parent: `creator/agency`.
    base_fen: what the rate was taken of; for the merchant, all that is left in the order.
    given:    what went from this part to others: to children, or back to the channel's payer.
    """

    line_no: int | None
    role: str
    party: Party
    rule: str
    base_fen: int
    rate_bps: int | None
    gross_fen: int
    given_fen: int

    @property
    def fen(self) -> int:
        return self.gross_fen - self.given_fen


@dataclass(frozen=True, slots=True)
class Figures:
    """All money of an order that was not refunded, and whose it is; the parts sum to it."""

    left_fen: int  # Of what the buyer paid.
    subsidy_fen: int  # Of what the platform added for its coupons.
    parts: tuple[Part, ...]

    def of_role(self, role: str) -> int:
        """A role's earning over all lines, with what it passes to its children."""
        own = sum(part.fen for part in self.parts if part.role == role)
        return own + sum(p.fen for p in self.parts if p.role.startswith(f"{role}/"))

    def by_key(self) -> dict[tuple[int | None, str], Part]:
        return {(part.line_no, part.role): part for part in self.parts}


@dataclass(frozen=True, slots=True)
class LineBack:
    """What went back for one line so far."""

    units_fen: int
    freight_fen: int
    subsidy_fen: int


def line_back(line: LineMoney, taken: Taken) -> LineBack:
    """Cumulative: half-up of the line's amount times k of n units."""
    return LineBack(
        units_fen=money.portion(line.buyer_pays_fen, taken.units, line.quantity),
        freight_fen=line.freight_fen if taken.freight else 0,
        subsidy_fen=money.portion(line.platform_coupon_fen, taken.units, line.quantity),
    )


def figures(order: OrderMoney, taken: Mapping[int, Taken]) -> Figures:
    """Divide what is left of an order among its parties.

    Roles: half-up per line on the line's remaining base. Channel fee: half-up of the payment less
    half-up of all money refunded so far. The merchant takes the rest of the order.
    taken: by line number; a line that is not named was not refunded.
    """
    back = {
        line.line_no: line_back(line, taken.get(line.line_no, NOT_TAKEN)) for line in order.lines
    }
    refunded_fen = sum(line.units_fen + line.freight_fen for line in back.values())
    left_fen = order.buyer_pays_fen - refunded_fen
    subsidy_fen = order.subsidy_fen - sum(line.subsidy_fen for line in back.values())

    parts: list[Part] = []
    for line in order.lines:
        gone = back[line.line_no]
        parts += _line_parts(line, line.base_fen - gone.units_fen - gone.subsidy_fen, order)
    parts.append(_channel_part(order, refunded_fen))
    parts.append(_merchant_part(order, left_fen + subsidy_fen, parts))
    return Figures(left_fen, subsidy_fen, tuple(parts))


def _line_parts(line: LineMoney, base_fen: int, order: OrderMoney) -> list[Part]:
    assert base_fen >= 0
    rule = f"fees/{order.rule_version}"
    gross_fen = money.share(base_fen, order.tech_bps)
    parts = [Part(line.line_no, TECH, PLATFORM, rule, base_fen, order.tech_bps, gross_fen, 0)]
    for term in line.roles:
        parts += _role_parts(line.line_no, term, base_fen)
    return parts


def _role_parts(line_no: int, term: RoleTerm, base_fen: int) -> list[Part]:
    """A role and its children: the children half-up of the role's earning, the role the rest."""
    gross_fen = money.share(base_fen, term.rate_bps)
    children: list[Part] = []
    given_fen = 0
    for child in term.children:
        # Rounding up twice must not take more than the parent has.
        child_fen = min(money.share(gross_fen, child.share_bps), gross_fen - given_fen)
        given_fen += child_fen
        children.append(
            Part(
                line_no,
                f"{term.role}/{child.role}",
                child.party,
                child.rule,
                gross_fen,
                child.share_bps,
                child_fen,
                0,
            )
        )
    own = Part(
        line_no, term.role, term.party, term.rule, base_fen, term.rate_bps, gross_fen, given_fen
    )
    return [own, *children]


def _channel_part(order: OrderMoney, refunded_fen: int) -> Part:
    paid_fen = order.buyer_pays_fen
    return Part(
        None,
        CHANNEL,
        PLATFORM,
        f"fees/{order.rule_version}",
        paid_fen,
        order.channel_bps,
        money.share(paid_fen, order.channel_bps),
        money.share(refunded_fen, order.channel_bps),
    )


def _merchant_part(order: OrderMoney, left_fen: int, others: Iterable[Part]) -> Part:
    others_fen = sum(part.fen for part in others)
    shop = Party("shop", order.shop_id)
    return Part(None, MERCHANT, shop, "rest", left_fen, None, left_fen, others_fen)


def take(
    order: OrderMoney,
    taken: Mapping[int, Taken],
    *,
    units: Mapping[int, int],
    freight_lines: frozenset[int],
) -> dict[int, Taken]:
    """What will have been taken of each line after this refund.

    units: by line number, how many go back now; zero is as good as not named.
    raises: NothingToRefund, RefundExceedsLine, FreightNotDue.
    """
    lines = {line.line_no: line for line in order.lines}
    if any(count < 0 for count in units.values()) or not (any(units.values()) or freight_lines):
        raise NothingToRefund
    after = {line_no: taken.get(line_no, NOT_TAKEN) for line_no in lines}
    for line_no, count in units.items():
        left = lines[line_no].quantity - after[line_no].units if line_no in lines else 0
        if count > left:
            raise RefundExceedsLine(line_no=line_no, left=left)
        if count:
            after[line_no] = replace(after[line_no], units=after[line_no].units + count)
    for line_no in freight_lines:
        line = lines.get(line_no)
        if line is None or after[line_no].freight or after[line_no].units < line.quantity:
            raise FreightNotDue(line_no=line_no)
        after[line_no] = replace(after[line_no], freight=True)
    return after


def is_empty(order: OrderMoney, taken: Mapping[int, Taken]) -> bool:
    """Whether every unit of every line went back (freight may have stayed)."""
    return all(taken.get(line.line_no, NOT_TAKEN).units == line.quantity for line in order.lines)


def split_fen(order: OrderMoney) -> int:
    """What all roles take together, without the merchant and the channel."""
    whole = figures(order, {})
    return sum(part.fen for part in whole.parts if part.role not in {CHANNEL, MERCHANT})


def check_split(order: OrderMoney, *, split_cap_bps: int) -> int:
    """The split of a quote in fen, within the cap on the buyer's payment (rounded down).

    raises: SplitCapExceeded.
    """
    shares_fen = split_fen(order)
    cap_fen = order.buyer_pays_fen * split_cap_bps // money.BPS
    if shares_fen > cap_fen:
        raise SplitCapExceeded(split_fen=shares_fen, cap_fen=cap_fen)
    return shares_fen


def check_rates(rates_bps: Iterable[int], *, split_cap_bps: int) -> int:
    """The sum of rates of a plan, within the cap. raises: SplitCapExceeded."""
    share_bps = sum(rates_bps)
    if share_bps > split_cap_bps:
        raise SplitCapExceeded(share_bps=share_bps, cap_bps=split_cap_bps)
    return share_bps


@dataclass(frozen=True, slots=True)
class Purse:
    """What a party has that one order's change may touch.

    pending_fen:   of this order only.
    available_fen: free to take; what a payout holds is not in it.
    debt_fen:      owed to the platform, 0 or more.
    """

    pending_fen: int = 0
    available_fen: int = 0
    debt_fen: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """How one change divides over a purse. All but `debt_fen` are signed as the change is.

    debt_fen: new debt above zero, debt paid back below.
    """

    pending_fen: int = 0
    available_fen: int = 0
    debt_fen: int = 0


def draw(change_fen: int, purse: Purse, state: MoneyState) -> tuple[Drawn, Purse]:
    """Let a change reach a party, and say what its purse holds then.

    Taking: the order's pending, then available, then debt, which the platform advances. Giving:
    pending while the window is open; later available, after what is owed.
    """
    if change_fen < 0:
        owed = -change_fen
        from_pending = min(owed, purse.pending_fen)
        from_available = min(owed - from_pending, purse.available_fen)
        drawn = Drawn(-from_pending, -from_available, owed - from_pending - from_available)
    elif state is MoneyState.RELEASED:
        repaid = min(change_fen, purse.debt_fen)
        drawn = Drawn(0, change_fen - repaid, -repaid)
    else:
        drawn = Drawn(change_fen, 0, 0)
    return drawn, Purse(
        purse.pending_fen + drawn.pending_fen,
        purse.available_fen + drawn.available_fen,
        purse.debt_fen + drawn.debt_fen,
    )


def release(purse: Purse) -> Drawn:
    """The window is over: pending becomes available, after what is owed."""
    repaid = min(purse.pending_fen, purse.debt_fen)
    return Drawn(-purse.pending_fen, purse.pending_fen - repaid, -repaid)
