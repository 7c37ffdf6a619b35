"""What content does when events arrive, its own among them. Each may come twice, in any order."""

from collections.abc import Sequence
from datetime import datetime

from laotie.content import signals
from laotie.events.content import PostPublished, PostVisited
from laotie.events.trade import OrderPaid
from laotie.kernel.event_log import Consumer


def published(events: Sequence[PostPublished], now: datetime) -> None:
    signals.opened([event.post_id for event in events])


def visited(events: Sequence[PostVisited], now: datetime) -> None:
    signals.count(events)


def paid(events: Sequence[OrderPaid], now: datetime) -> None:
    signals.credit(events)


# One reader for all three, so that no two of them change the same figures at once.
FIGURES = Consumer(
    "content.figures",
    sets={PostPublished: published, PostVisited: visited, OrderPaid: paid},
)
