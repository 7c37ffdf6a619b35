"""Money that goes back to a buyer, before or after its order was split.

It is owed to the buyer at once (`refund_payable`) and leaves the house when the provider says so;
no buyer waits until a creator has money again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel import idempotency
from laotie.kernel.errors import KeyReused, WrongState
from laotie.kernel.event_log import NotYet
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import arithmetic, chart, journal, models, order_money, postings, rules
from laotie.ledger.journal import Entry, Leg
from laotie.ledger.order_money import Frozen
from laotie.ledger.rules import FreightNotDue, NothingToRefund, RefundExceedsLine
from laotie.ledger.settlement import BUYER, SUBSIDY
from laotie.ledger.terms import MERCHANT, PLATFORM, LineMoney, Party

__all__ = [
    "FreightNotDue",
    "NothingToRefund",
    "RefundExceedsLine",
    "RefundFigures",
    "RoleChange",
    "preview",
    "refund",
    "return_at_once",
    "settled",
]


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What one role gives back. role: `tech`, `creator`, `creator/agency`, ..."""

    role: str
    party: Party
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundFigures:
    """Who gets and who gives: to_buyer + subsidy = channel fee + merchant + all roles.

    merchant_fen:   may be -1 or so, where rounding turns in the merchant's favour.
    roles:          what each gives back over all lines (or will not get, before the split).
    order_is_empty: every unit of the order has gone back.
    """

    refund_id: UUID | None
    order_id: UUID
    to_buyer_fen: int
    subsidy_fen: int
    channel_fee_fen: int
    merchant_fen: int
    roles: tuple[RoleChange, ...]
    order_is_empty: bool


def preview(
    order_id: UUID, *, units: Mapping[int, int], freight_lines: frozenset[int] = frozenset()
) -> RefundFigures:
    """What `refund` would do now. The same refusals; nothing is kept or locked."""
    frozen = order_money.read(order_id)
    after = rules.take(frozen.order, frozen.taken, units=units, freight_lines=freight_lines)
    return _figures(None, frozen, after)


@needs_transaction
def refund(
    order_id: UUID,
    *,
    refund_id: UUID,
    units: Mapping[int, int],
    freight_lines: frozenset[int] = frozenset(),
    now: datetime,
) -> RefundFigures:
    """Owe the buyer these units' money, out of escrow or back from the parties; once per id.

    units:         by line number, how many go back now.
    freight_lines: lines whose freight goes back, with or after their last unit.
    raises: NotFound, RefundExceedsLine, FreightNotDue, NothingToRefund, KeyReused.
    """
    request = idempotency.digest(
        [order_id, sorted((n, k) for n, k in units.items() if k), sorted(freight_lines)]
    )
    # Settlement takes the same lock: it splits what this leaves, or this claws back what it split.
    frozen = order_money.lock(order_id)
    known = models.LedRefund.objects.filter(pk=refund_id).first()
    if known is not None:
        if known.digest != request:
            raise KeyReused
        return _from_json(known)
    after = rules.take(frozen.order, frozen.taken, units=units, freight_lines=freight_lines)
    figures = _figures(refund_id, frozen, after)

    journal.post([_entry(refund_id, frozen, after, now)])
    is_held = frozen.state is rules.MoneyState.HELD
    order_money.mark_refunded(
        frozen,
        after,
        to_buyer_fen=figures.to_buyer_fen,
        subsidy_fen=figures.subsidy_fen,
        from_escrow_fen=figures.to_buyer_fen + figures.subsidy_fen if is_held else 0,
    )
    _keep(refund_id, order_id, frozen.payment_id, request, figures.to_buyer_fen, figures, now)
    return figures


@needs_transaction
def return_at_once(*, payment_id: UUID, refund_id: UUID, amount_fen: int, now: datetime) -> None:
    """Owe a payer money that found no order (it came too late, say); once per id.

    raises: KeyReused when the id stands for something else.
    """
    assert amount_fen > 0
    request = idempotency.digest([payment_id, amount_fen])
    entry = Entry(
        idem=f"refund:{refund_id}",
        kind="return",
        effective_at=now,
        payment_id=payment_id,
        refund_id=refund_id,
        legs=(
            Leg(PLATFORM, chart.PSP_CLEARING, -amount_fen, role=BUYER),
            Leg(PLATFORM, chart.REFUND_PAYABLE, amount_fen, role=BUYER),
        ),
    )
    if journal.post([entry])[entry.idem].is_new:
        _keep(refund_id, None, payment_id, request, amount_fen, None, now)


@needs_transaction
def settled(refund_id: UUID, *, amount_fen: int, now: datetime) -> None:
    """The buyer has the money: it left the provider; once.

    raises: NotYet when the refund is not known here yet, WrongState when the provider names
        another amount than is owed, for a person to look at.
    """
    row = models.LedRefund.objects.select_for_update().filter(pk=refund_id).first()
    if row is None:
        raise NotYet(f"refund {refund_id}")
    if amount_fen != row.to_buyer_fen:
        raise WrongState(step="ledger.refund_settled", owed_fen=row.to_buyer_fen)
    if row.state == rules.RefundState.SETTLED:
        return
    journal.post(
        [
            Entry(
                idem=f"refund-settled:{refund_id}",
                kind="refund_settled",
                effective_at=now,
                order_id=row.order_id,
                payment_id=row.payment_id,
                refund_id=refund_id,
                legs=(
                    Leg(PLATFORM, chart.REFUND_PAYABLE, -amount_fen, role=BUYER),
                    Leg(PLATFORM, chart.PSP_CLEARING, amount_fen, role=BUYER),
                ),
            )
        ]
    )
    models.LedRefund.objects.filter(pk=refund_id).update(
        state=rules.RefundState.SETTLED.value, settled_at=now
    )


def _entry(
    refund_id: UUID, frozen: Frozen, after: Mapping[int, rules.Taken], now: datetime
) -> Entry:
    legs = _buyer_legs(frozen, after)
    if frozen.state is rules.MoneyState.HELD:
        legs.append(Leg(PLATFORM, chart.ESCROW, -sum(leg.amount_fen for leg in legs)))
    else:
        old, new = frozen.figures(), rules.figures(frozen.order, after)
        purses = postings.purses_for(frozen.order.order_id, postings.changes(old, new))
        legs += postings.legs_of(old, new, purses=purses, state=frozen.state)
    return Entry(
        idem=f"refund:{refund_id}",
        kind="refund",
        effective_at=now,
        order_id=frozen.order.order_id,
        payment_id=frozen.payment_id,
        refund_id=refund_id,
        legs=legs,
    )


def _buyer_legs(frozen: Frozen, after: Mapping[int, rules.Taken]) -> list[Leg]:
    """Per line: to the buyer for units and for freight, to the platform for its coupon."""
    legs: list[Leg] = []
    for line in frozen.order.lines:
        taken = after[line.line_no]
        old = rules.line_back(line, frozen.taken[line.line_no])
        new = rules.line_back(line, taken)
        units = arithmetic.of_units(
            base_fen=line.buyer_pays_fen,
            part=taken.units,
            whole=line.quantity,
            gross_fen=new.units_fen,
            before_fen=old.units_fen,
        )
        coupon = units | {
            "base": line.platform_coupon_fen,
            "gross": new.subsidy_fen,
            "before": old.subsidy_fen,
        }
        legs += [
            _back(line, BUYER, "units", new.units_fen - old.units_fen, units),
            _back(line, BUYER, "freight", new.freight_fen - old.freight_fen, None),
            _back(line, SUBSIDY, "units", new.subsidy_fen - old.subsidy_fen, coupon),
        ]
    return legs


def _back(
    line: LineMoney, role: str, rule: str, amount_fen: int, trace: arithmetic.Trace | None
) -> Leg:
    kind = chart.REFUND_PAYABLE if role == BUYER else chart.SUBSIDY
    return Leg(PLATFORM, kind, amount_fen, line.line_no, role, rule, trace)


def _figures(
    refund_id: UUID | None, frozen: Frozen, taken: Mapping[int, rules.Taken]
) -> RefundFigures:
    before, after = frozen.figures(), rules.figures(frozen.order, taken)
    given: dict[tuple[str, Party], int] = {}
    for part, change_fen in postings.changes(before, after):
        given[part.role, part.party] = given.get((part.role, part.party), 0) - change_fen
    fees = {MERCHANT, rules.CHANNEL}
    return RefundFigures(
        refund_id=refund_id,
        order_id=frozen.order.order_id,
        to_buyer_fen=before.left_fen - after.left_fen,
        subsidy_fen=before.subsidy_fen - after.subsidy_fen,
        channel_fee_fen=before.of_role(rules.CHANNEL) - after.of_role(rules.CHANNEL),
        merchant_fen=before.of_role(MERCHANT) - after.of_role(MERCHANT),
        roles=tuple(
            RoleChange(role, party, amount_fen)
            for (role, party), amount_fen in given.items()
            if role not in fees
        ),
        order_is_empty=rules.is_empty(frozen.order, taken),
    )


def _keep(
    refund_id: UUID,
    order_id: UUID | None,
    payment_id: UUID,
    request: str,
    amount_fen: int,
    figures: RefundFigures | None,
    now: datetime,
) -> None:
    # Nothing to carry (a platform's coupon paid it all): it is done as it is made.
    state = rules.RefundState.PAYABLE if amount_fen else rules.RefundState.SETTLED
    models.LedRefund.objects.create(
        refund_id=refund_id,
        order_id=order_id,
        payment_id=payment_id,
        digest=request,
        to_buyer_fen=amount_fen,
        figures={} if figures is None else _as_json(figures),
        state=state.value,
        made_at=now,
        settled_at=None if amount_fen else now,
    )


def _as_json(figures: RefundFigures) -> dict[str, Any]:
    return {
        "subsidy_fen": figures.subsidy_fen,
        "channel_fee_fen": figures.channel_fee_fen,
        "merchant_fen": figures.merchant_fen,
        "roles": [
            {"role": one.role, "party": one.party.as_json(), "amount_fen": one.amount_fen}
            for one in figures.roles
        ],
        "order_is_empty": figures.order_is_empty,
    }


def _from_json(row: models.LedRefund) -> RefundFigures:
    box = row.figures
    if row.order_id is None:
        raise KeyReused
    return RefundFigures(
        refund_id=row.refund_id,
        order_id=row.order_id,
        to_buyer_fen=row.to_buyer_fen,
        subsidy_fen=box["subsidy_fen"],
        channel_fee_fen=box["channel_fee_fen"],
        merchant_fen=box["merchant_fen"],
        roles=tuple(
            RoleChange(one["role"], Party.from_json(one["party"]), one["amount_fen"])
            for one in box["roles"]
        ),
        order_is_empty=box["order_is_empty"],
    )
