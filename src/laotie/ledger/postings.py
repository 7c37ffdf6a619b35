"""How a change of an order's figures reaches accounts."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from laotie.kernel import sql
from laotie.kernel.use_case import needs_transaction
from laotie.ledger import arithmetic, chart, journal, rules
from laotie.ledger.journal import Leg
from laotie.ledger.terms import PLATFORM, TECH, Party

_OF_PLATFORM = {TECH: chart.TECH_FEE, rules.CHANNEL: chart.CHANNEL_FEE}


def changes(before: rules.Figures | None, after: rules.Figures) -> list[tuple[rules.Part, int]]:
    """Every part that changes, with by how much; all of them when nothing was posted before."""
    known = {} if before is None else before.by_key()
    found = []
    for key, part in after.by_key().items():
        change_fen = part.fen - (known[key].fen if key in known else 0)
        if change_fen:
            found.append((part, change_fen))
    return found


@needs_transaction
def purses_for(order_id: UUID, parts: list[tuple[rules.Part, int]]) -> dict[Party, rules.Purse]:
    """Lock the parties that change, with what this order left pending for each."""
    parties = {part.party for part, _ in parts if part.party != PLATFORM}
    locked = journal.lock(parties)
    pending = pending_of(order_id)
    return {
        party: replace(purse, pending_fen=pending.get(party, 0)) for party, purse in locked.items()
    }


def pending_of(order_id: UUID) -> dict[Party, int]:
    """What is pending for each party from one order, as the journal has it."""
    rows = sql.rows(
        "SELECT party_kind, party_id, sum(amount_fen)::bigint FROM led_posting"
        " WHERE order_id = %s AND account = 'pending'"
        " GROUP BY 1, 2 HAVING sum(amount_fen) <> 0 ORDER BY 1, 2",
        [order_id],
    )
    return {Party(kind, id): amount_fen for kind, id, amount_fen in rows}


def legs_of(
    before: rules.Figures | None,
    after: rules.Figures,
    *,
    purses: Mapping[Party, rules.Purse],
    state: rules.MoneyState,
) -> list[Leg]:
    """Legs for the parts that change; they sum to the sum of the changes.

    A child's trace also holds its parent's (`of`), for those who may see no further.
    purses: of every party whose part falls, or rises after release.
    """
    known = {} if before is None else before.by_key()
    all_parts = after.by_key()
    left = dict(purses)
    legs: list[Leg] = []
    for part, change_fen in changes(before, after):
        trace = _trace(part, known.get((part.line_no, part.role)))
        parent = all_parts.get((part.line_no, part.role.partition("/")[0]))
        if parent is not None and parent is not part:
            trace["of"] = _trace(parent, known.get((parent.line_no, parent.role)))
        leg = Leg(part.party, "", change_fen, part.line_no, part.role, part.rule, trace)
        if part.role in _OF_PLATFORM:
            legs.append(replace(leg, kind=_OF_PLATFORM[part.role]))
            continue
        purse = left.get(part.party, rules.Purse())
        drawn, left[part.party] = rules.draw(change_fen, purse, state)
        legs += drawn_legs(leg, drawn)
    return legs


def _trace(part: rules.Part, earlier: rules.Part | None) -> arithmetic.Trace:
    return arithmetic.of_share(
        base_fen=part.base_fen,
        rate_bps=part.rate_bps,
        gross_fen=part.gross_fen,
        given_fen=part.given_fen,
        before_gross_fen=earlier.gross_fen if earlier else 0,
        before_fen=earlier.fen if earlier else 0,
    )


def drawn_legs(leg: Leg, drawn: rules.Drawn) -> list[Leg]:
    """One change over a party's accounts. Debt: the platform pays (advance) and has a claim."""
    owed_fen = drawn.debt_fen
    return [
        replace(leg, kind=chart.PENDING, amount_fen=drawn.pending_fen),
        replace(leg, kind=chart.AVAILABLE, amount_fen=drawn.available_fen),
        replace(leg, party=PLATFORM, kind=chart.ADVANCE, amount_fen=-owed_fen),
        replace(leg, kind=chart.RECEIVABLE, amount_fen=-owed_fen),
        replace(leg, party=PLATFORM, kind=chart.CLAIMS, amount_fen=owed_fen),
    ]
