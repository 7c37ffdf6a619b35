"""Pure decisions about reviews: who may write when, and what is said of a handful of them."""

from datetime import datetime, timedelta
from enum import StrEnum

from laotie.trade.rules import OrderState

MOST_LETTERS = 1000
MOST_REPLY_LETTERS = 500
MOST_PICTURES = 6
LOW_STARS = 2
WINDOW = timedelta(days=180)

# Only who has the goods may judge them; a line that went back whole was not kept.
REVIEWABLE = frozenset({OrderState.RECEIVED, OrderState.COMPLETED})


class ReviewState(StrEnum):
    """Who sees a review."""

    SHOWN = "SHOWN"  # Everybody.
    HIDDEN = "HIDDEN"  # Its buyer, its shop and operators; the reason is kept.


def may_write(state: OrderState, *, received_at: datetime | None, kept: int, now: datetime) -> bool:
    """Whether a line of an order can be judged now.

    kept: units that did not go back.
    """
    return (
        state in REVIEWABLE and received_at is not None and now <= received_at + WINDOW and kept > 0
    )


def may_append(*, written_at: datetime, appended_at: datetime | None, now: datetime) -> bool:
    """Once, within 180 days of the first words."""
    return appended_at is None and now <= written_at + WINDOW


def masked(name: str) -> str:
    """A name that its bearer does not want shown: first letter, stars, last letter if there is one.

    王小明 is 王**明, 王 is 王**.
    """
    return f"{name[:1]}**{name[-1:] if len(name) > 1 else ''}"
