"""The platform's money for creators: set aside for a programme, paid to creators, given back.

A programme has an account of its own, whose floor is zero: whatever asks for more is refused by the
database. Every step has a key, so that it happens once.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from laotie.kernel.use_case import needs_transaction
from laotie.ledger import chart, journal, postings, rules
from laotie.ledger.journal import Entry, Leg
from laotie.ledger.terms import PLATFORM, Party

_RULE = "programme"


@needs_transaction
def set_aside(programme_id: UUID, amount_fen: int, *, now: datetime) -> None:
    """The budget is the programme's, and nothing else can spend it. Once."""
    _move(programme_id, "reserve", amount_fen, now=now)


@needs_transaction
def pay(
    reward_id: UUID,
    *,
    programme_id: UUID,
    creator_id: UUID,
    amount_fen: int,
    trace: dict[str, Any],
    now: datetime,
) -> None:
    """A creator has a reward, after what they owe. Once.

    raises: InsufficientFunds when the programme has not so much left.
    """
    to = Party("creator", creator_id)
    purse = journal.lock([to])[to]
    drawn, _left = rules.draw(amount_fen, purse, rules.MoneyState.RELEASED)
    leg = Leg(to, "", amount_fen, role=_RULE, rule=_RULE, trace=trace)
    journal.post(
        [
            Entry(
                idem=f"programme-reward:{reward_id}",
                kind="programme_reward",
                effective_at=now,
                legs=(
                    Leg(
                        Party("programme", programme_id),
                        chart.AVAILABLE,
                        -amount_fen,
                        role=_RULE,
                        rule=_RULE,
                    ),
                    *postings.drawn_legs(leg, drawn),
                ),
            )
        ]
    )


@needs_transaction
def give_back(programme_id: UUID, amount_fen: int, *, now: datetime) -> None:
    """What was not paid out is the platform's again. Once."""
    _move(programme_id, "return", -amount_fen, now=now)


def _move(programme_id: UUID, what: str, amount_fen: int, *, now: datetime) -> None:
    journal.post(
        [
            Entry(
                idem=f"programme-{what}:{programme_id}",
                kind=f"programme_{what}",
                effective_at=now,
                legs=(
                    Leg(PLATFORM, chart.SUPPORT, -amount_fen, role=_RULE, rule=_RULE),
                    Leg(
                        Party("programme", programme_id),
                        chart.AVAILABLE,
                        amount_fen,
                        role=_RULE,
                        rule=_RULE,
                    ),
                ),
            )
        ]
    )
