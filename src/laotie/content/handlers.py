"""What content does when events arrive, its own among them. Each may come twice, in any order."""

from collections.abc import Sequence
from datetime import datetime

from laotie.catalog import lexemes
from laotie.content import likes, post_search, signals
from laotie.events.accounts import HandsChanged
from laotie.events.content import LikesChanged, PostPublished, PostTakenDown, PostVisited
from laotie.events.trade import OrderPaid
from laotie.kernel.event_log import Consumer


def published(events: Sequence[PostPublished], now: datetime) -> None:
    signals.opened([event.post_id for event in events])


def visited(events: Sequence[PostVisited], now: datetime) -> None:
    signals.count(events)


def paid(events: Sequence[OrderPaid], now: datetime) -> None:
    signals.credit(events)


def liked(events: Sequence[LikesChanged], now: datetime) -> None:
    likes.count({event.post_id for event in events})


def hands_changed(event: HandsChanged, now: datetime) -> None:
    likes.count_of_creator(event.creator_id)


def found(event: PostPublished, now: datetime) -> None:
    post_search.keep(event.post_id)


def lost(event: PostTakenDown, now: datetime) -> None:
    post_search.keep(event.post_id)


# One reader for all of these, so that no two of them change the same figures at once.
FIGURES = Consumer(
    "content.figures",
    handlers={HandsChanged: hands_changed},
    sets={PostPublished: published, PostVisited: visited, OrderPaid: paid, LikesChanged: liked},
)
SEARCH = Consumer(
    "content.search", {PostPublished: found, PostTakenDown: lost}, prepare=lexemes.load
)
